"""Forms of attendance."""

import datetime

from django import forms
from django.utils import timezone

from school.forms import DayField, OfPeriod, choice
from school.models import Student
from school.models.names import NameField
from school.rules.texts import counted, plural
from school.uploads import too_big

from . import rules
from .models import AbsenceDocument, Inquiry
from .reasons import ABSENCES

BEFORE_THE_YEAR = datetime.timedelta(days=60)  # the parents' application of the summer


def why_field(**options):
    """Why reasons in a closed period are put right; nothing where they are to stay."""
    return NameField(required=False, max_length=300, **options)


class AttendanceFilter(OfPeriod):
    """Narrow a class's absences to a period and to one pupil."""

    def __init__(self, data, *, year, pupils):
        super().__init__(data, year=year)
        self.pupils = {one.pk: one for one in pupils}
        names = [(one.pk, one.name) for one in pupils]
        self.fields["student"] = choice("Ученик", "весь класс", names)

    @property
    def chosen_pupils(self):
        """The one that was chosen, or all."""
        chosen = self.pupils.get(self.chosen.get("student"))
        return [chosen] if chosen else list(self.pupils.values())


class ReasonForm(forms.Form):
    """Why a pupil missed the lessons of a day, as the class teacher says by hand; «н» takes it
    back."""

    student = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    date = forms.DateField()
    reason = forms.ChoiceField(
        choices=[(one.value, one.short) for one in ABSENCES],
        error_messages={"invalid_choice": "Выберите причину из списка."},
    )
    why = why_field()


class AnswerForm(forms.Form):
    """What a class teacher answers to a question about a pupil."""

    answer = NameField(
        label="Ответ", max_length=Inquiry._meta.get_field("answer").max_length, strip=True
    )


def _closed_told(number):
    if not number:
        return ""
    absences = counted(number, "пропуск", "пропуска", "пропусков")
    stay = plural(number, "останется", "останутся", "останутся")
    return f"Пусто: {absences} в закрытом периоде {stay} без причины. "


class DocumentForm(forms.ModelForm):
    """A document about the reason of absences. `pupils` {id: name} are those it may be about,
    `year` the school year; the scan's content, if there is one, is `scan_content`. `closed`: how
    many absences would stay without a reason in a closed period, None where no period is closed."""

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
        field_classes = dict.fromkeys(("received_on", "starts_on", "ends_on"), DayField)
        labels = {
            "received_on": "Когда получен",
            "starts_on": "Пропуски с",
            "ends_on": "Пропуски по",
            "reason": "Причина пропусков",
        }

    def __init__(self, *args, pupils, year, closed=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.year, self.scan_content = year, None
        if self.instance.pk:
            del self.fields["student"]  # of another pupil it is another document
        else:
            student = self.fields["student"]
            student.queryset = Student.objects.filter(pk__in=pupils)
            student.choices = [("", "—"), *pupils.items()]
        if closed is not None:
            self.fields["why"] = why_field(
                label="Исправить причину и в закрытом периоде, потому что",
                help_text=_closed_told(closed)
                or "Пусто: в закрытом периоде причины останутся как есть.",
            )
        self.order_fields([*self.Meta.fields, "scan", "why"])

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
        return data

    def full_clean(self):
        super().full_clean()
        if self.errors and self.scan_content is not None:
            self.add_error("scan", "Файл подходит, но браузер его не хранит: выберите его ещё раз.")
