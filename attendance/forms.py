"""Forms of attendance."""

import datetime
from functools import cached_property

from django import forms
from django.utils import timezone

from school.models import Period, Student
from school.queries import period_at
from school.uploads import too_big
from school.widgets import date_input

from . import rules
from .models import AbsenceDocument

BEFORE_THE_YEAR = datetime.timedelta(days=60)  # the parents' application of the summer


class AttendanceFilter(forms.Form):
    """Narrow a class's absences to a period of its year, of an address that says nothing of it the
    present quarter, and to one pupil; what is no choice narrows nothing."""

    def __init__(self, data, *, year, pupils):
        found = list(Period.objects.filter(year=year).order_by("starts_on", "ends_on"))
        by_kind = [one for kind in Period.Kind for one in found if one.kind == kind]
        if "period" not in data:
            quarters = [one for one in by_kind if one.kind == Period.Kind.QUARTER]
            present = period_at(quarters or by_kind, timezone.localdate())
            data = data.copy()
            data["period"] = str(present.pk) if present else ""
        super().__init__(data)
        self.year = year
        self.periods = {str(one.pk): one for one in by_kind}
        self.pupils = {str(one.pk): one for one in pupils}
        self.fields["period"] = forms.ChoiceField(
            label="Период",
            required=False,
            choices=[("", "весь учебный год"), *self.periods.items()],
        )
        self.fields["student"] = forms.ChoiceField(
            label="Ученик",
            required=False,
            choices=[
                ("", "весь класс"),
                *[(pk, one.user.list_name) for pk, one in self.pupils.items()],
            ],
        )

    @cached_property
    def _chosen(self):
        self.full_clean()
        return self.cleaned_data

    @property
    def span(self):
        """First and last day (school-local) of the period, or of the year."""
        period = self.periods.get(self._chosen.get("period"), self.year)
        return period.starts_on, period.ends_on

    @property
    def chosen_pupils(self):
        """The one that was chosen, or all."""
        chosen = self.pupils.get(self._chosen.get("student"))
        return [chosen] if chosen else list(self.pupils.values())


class ReasonForm(forms.Form):
    """Why a pupil missed the lessons of a day, as the class teacher says by hand; «н» takes it
    back."""

    student = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    date = forms.DateField()
    reason = forms.ChoiceField(
        choices=[
            ("н", "неизвестна"),
            ("б", "болезнь"),
            ("уп", "уважительная"),
            ("нп", "неуважит."),
        ],
        error_messages={"invalid_choice": "Выберите причину из списка."},
    )


class DocumentForm(forms.ModelForm):
    """A document about the reason of absences. `pupils` are those it may be about, `year` the
    school year; the scan's content, if there is one, is `scan_content`."""

    scan = forms.FileField(
        label="Скан, если есть",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        help_text="PDF, JPEG или PNG, не больше 5 МБ.",
        error_messages={"empty": "Файл пустой: отсканируйте документ ещё раз."},
    )

    class Meta:
        model = AbsenceDocument
        fields = ["student", "kind", "number", "received_on", "starts_on", "ends_on", "reason"]
        widgets = {
            "received_on": date_input(),
            "starts_on": date_input(),
            "ends_on": date_input(),
        }
        labels = {
            "received_on": "Когда получен",
            "starts_on": "Пропуски с",
            "ends_on": "Пропуски по",
            "reason": "Причина пропусков",
        }

    def __init__(self, *args, pupils, year, **kwargs):
        super().__init__(*args, **kwargs)
        self.year, self.scan_content = year, None
        if self.instance.pk:
            del self.fields["student"]  # of another pupil it is another document
        else:
            student = self.fields["student"]
            student.queryset = Student.objects.filter(pk__in=[one.pk for one in pupils])
            student.choices = [("", "—"), *[(one.pk, one.user.list_name) for one in pupils]]
        self.order_fields([*self.Meta.fields, "scan"])

    def clean_received_on(self):
        day = self._not_in_future("received_on", "Документ не может быть получен")
        if day < self.year.starts_on - BEFORE_THE_YEAR:
            raise forms.ValidationError(
                f"Учебный год начался {self.year.starts_on:%d.%m.%Y}: так рано документ о его "
                "пропусках получить не могли."
            )
        return day

    def clean_ends_on(self):
        return self._not_in_future("ends_on", "Документ не может объяснять пропуски")

    def _not_in_future(self, name, what):
        day, today = self.cleaned_data[name], timezone.localdate()
        if day > today:
            raise forms.ValidationError(f"{what} в будущем: сегодня {today:%d.%m.%Y}.")
        return day

    def clean_starts_on(self):
        day = self.cleaned_data["starts_on"]
        if day < self.year.starts_on:
            raise forms.ValidationError(
                f"Учебный год начался {self.year.starts_on:%d.%m.%Y}: раньше пропусков нет."
            )
        return day

    def clean_scan(self):
        """Not the model's field: the action stores the file, under a name of its own."""
        scan = self.cleaned_data["scan"]
        if scan is None:
            return None
        if refusal := too_big(scan):
            raise forms.ValidationError(refusal)
        content = scan.read()
        try:
            rules.scan_type(content)
        except rules.ScanError as error:
            raise forms.ValidationError(str(error)) from error
        self.scan_content = content
        return None

    def clean(self):
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and first > last:
            self.add_error("ends_on", "Последний день раньше первого.")
        if not self.errors and self._is_there(data):
            raise forms.ValidationError("Такой документ уже записан.")
        return data

    def _is_there(self, data):
        """A form sent twice."""
        facts = {name: data[name] for name in self.Meta.fields if name in data}
        return not self.instance.pk and AbsenceDocument.objects.filter(**facts).exists()

    def full_clean(self):
        super().full_clean()
        if self.errors and self.scan_content is not None:
            self.add_error("scan", "Файл подходит, но браузер его не хранит: выберите его ещё раз.")
