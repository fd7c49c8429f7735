"""Forms of the diary and of the printed weekly reports."""

import datetime
from itertools import groupby

from django import forms
from django.utils import timezone
from django.utils.formats import date_format

from school import namesakes
from school.forms import DayField, choice, keep_year
from school.models.names import NameField
from school.queries.people import find_students
from school.rules.days import ONE_WEEK, monday_of, monday_of_week, week_key
from school.rules.spans import ONE_DAY

from .models import PrintApplication
from .queries import reports as diaries_reports
from .queries.reports import REPORT_STATES, unprinted

WEEKS = 5  # that can be printed: the present one and those before it

SCHOOL_LIFE = datetime.timedelta(days=12 * 366)  # no application is older or lasts longer


class StudentSearch(forms.Form):
    """Find pupils by the beginning of their names, in any order, and by today's class."""

    q = forms.CharField(label="Фамилия, имя или класс", required=False, max_length=100)

    def narrow(self, students):
        if not self.is_valid():
            return students
        return find_students(students, self.cleaned_data["q"], timezone.localdate())


class ReportFilter(forms.Form):
    """Narrow the register of one year (YearChoice); what is no choice narrows nothing."""

    state = forms.ChoiceField(label="Состояние", required=False, choices=REPORT_STATES)

    def __init__(self, data, *, years, classes):
        data = data.copy()
        data.setdefault("state", "open" if years.is_present else "")
        super().__init__(data)
        self.years = years
        keep_year(self)
        names = [(one.pk, str(one)) for one in classes]
        self.fields["school_class"] = choice("Класс", "все классы", names)

    def reports(self, students, now):
        """(the WeeklyReports, the PrintApplications without a printed one) about a queryset of
        pupils that match what was chosen; what is still to be printed is of the present year."""
        self.full_clean()
        chosen, years = self.cleaned_data, self.years
        narrow = students, chosen.get("state", ""), chosen.get("school_class"), now
        printed = diaries_reports.reports(*narrow, years.span, years.last_day)
        return printed, unprinted(*narrow) if years.is_present else PrintApplication.objects.none()


class PrintForm(forms.Form):
    """Which week's reports to print."""

    def __init__(self, data=None):
        super().__init__(data)
        today = timezone.localdate()
        monday = monday_of(today)
        weeks = [monday - n * ONE_WEEK for n in range(WEEKS)]
        self.fields["week"] = forms.TypedChoiceField(
            label="Неделя",
            choices=[(week_key(one), _week_name(one)) for one in weeks],
            coerce=monday_of_week,
        )


def _week_name(monday):
    sunday = monday + 6 * ONE_DAY
    if monday.month == sunday.month:
        return f"{monday.day}–{date_format(sunday, 'j E Y')}"
    return f"{date_format(monday, 'j E')} – {date_format(sunday, 'j E Y')}"


class HandingForm(forms.Form):
    """When and to whom the chosen reports were handed out."""

    day = DayField(label="Выданы", initial=timezone.localdate)
    to = NameField(
        label="Кому",
        required=False,
        max_length=PrintApplication._meta.get_field("applicant").max_length,
        widget=forms.TextInput(attrs={"placeholder": "каждому заявителю"}),
    )

    def clean_day(self):
        return _not_ahead(self.cleaned_data["day"])


class CorrectionForm(HandingForm):
    """When and to whom a report was handed out in truth, or that it was not (`takes_back`); beside
    each what stood there (`was`), for compare-and-set. Its fields stand in the register's own form
    and name theirs by its `id`."""

    id = "correction"
    was_day = forms.DateField(widget=forms.HiddenInput)
    was_to = forms.CharField(strip=False, widget=forms.HiddenInput)

    def __init__(self, data, *, report):
        stands = {"day": report.handed_on, "to": report.handed_to}
        initial = stands | {f"was_{name}": value for name, value in stands.items()}
        self.takes_back = data is not None and "take_back" in data
        if self.takes_back:  # whatever else was typed
            was = {f"{self.id}-{name}": data.get(f"{self.id}-was_{name}") for name in stands}
            data = data.dict() | was
        super().__init__(data, initial=initial, prefix=self.id)
        self.report = report
        self.fields["to"].required = True
        del self.fields["to"].widget.attrs["placeholder"]
        for field in self.fields.values():
            field.widget.attrs["form"] = self.id


def _not_ahead(day):
    if day > timezone.localdate():
        raise forms.ValidationError("Этот день ещё не наступил.")
    return day


def _not_far(day):
    if day > timezone.localdate() + SCHOOL_LIFE:
        raise forms.ValidationError("Слишком далеко: проверьте год.")
    return day


class ApplicationForm(forms.Form):
    """A parent's application for printed reports."""

    applicant = NameField(
        label="Заявитель",
        max_length=PrintApplication._meta.get_field("applicant").max_length,
        help_text="Фамилия, имя, отчество родителя или законного представителя.",
    )
    applied_on = DayField(label="Дата заявления", initial=timezone.localdate)
    starts_on = DayField(label="Печатать с", initial=timezone.localdate)
    ends_on = DayField(label="По", required=False, help_text="Пусто: пока не отзовут.")

    def __init__(self, data=None, *, students):
        super().__init__(data, label_suffix="")
        enrolled = [student for student in students if student.class_name]
        by_class = groupby(enrolled, key=lambda student: student.class_name)
        names = namesakes.students_in_full(enrolled)
        self.fields["student"] = forms.TypedChoiceField(
            label="Ученик",
            choices=[
                ("", "—"),
                *((name, [(one.pk, names[one.pk]) for one in found]) for name, found in by_class),
            ],
            coerce={str(student.pk): student for student in enrolled}.get,
        )
        self.order_fields(["student"])

    def clean_applied_on(self):
        day = _not_ahead(self.cleaned_data["applied_on"])
        if day < timezone.localdate() - SCHOOL_LIFE:
            raise forms.ValidationError("Слишком давно: проверьте год.")
        return day

    def clean_starts_on(self):
        return _not_far(self.cleaned_data["starts_on"])

    def clean_ends_on(self):
        return self.cleaned_data["ends_on"] and _not_far(self.cleaned_data["ends_on"])

    def clean(self):
        data = self.cleaned_data
        applied_on, starts_on, ends_on = map(data.get, ("applied_on", "starts_on", "ends_on"))
        if applied_on and starts_on and starts_on < applied_on:
            self.add_error("starts_on", "Раньше даты заявления.")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "Последний день раньше первого.")
        return data


class WithdrawalForm(forms.Form):
    """On which day an application was withdrawn."""

    day = DayField(label="Отозвано", initial=timezone.localdate)

    def clean_day(self):
        return _not_ahead(self.cleaned_data["day"])
