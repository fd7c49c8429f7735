"""Years, their periods and the school's own days, many at once."""

import datetime

from django import forms
from django.core.exceptions import ValidationError

from school.actions.days import declare_days, withdraw_days
from school.forms import OF_OUR_TIME
from school.models import DayOverride, Period, PeriodLock, SchoolYear
from school.models.days import LONGEST_REASON
from school.models.names import NameField
from school.queries.locks import is_archived
from school.queries.overrides import overrides_of_year

from ..listing import DayText, Listing, Removable, RowForm, StandingRow, change, remove

CLOSED_YEAR = "Учебный год закрыт: его только смотрят."
CLOSED_PERIOD = "Период закрыт: вид, номер и дни изменить нельзя."


def _of(thing, row):
    return {name: getattr(thing, name) for name in row.base_fields if hasattr(thing, name)}


class YearRowForm(RowForm):
    starts_on = DayText(label="Первый день", validators=OF_OUR_TIME)
    ends_on = DayText(label="Последний день", validators=OF_OUR_TIME)
    exams_due_on = DayText(label="Экзаменационные до", required=False, validators=OF_OUR_TIME)
    finals_due_on = DayText(label="Итоговые до", required=False, validators=OF_OUR_TIME)


class Years(Listing):
    row = YearRowForm
    label = "Год"
    new_rows = 1

    def standing(self):
        for year in SchoolYear.objects.all():
            yield StandingRow(str(year.pk), _of(year, YearRowForm), str(year))

    def write(self, row):
        year = SchoolYear.objects.get(pk=row.key) if row.key else SchoolYear()
        if row.key and is_archived(year.pk):
            raise ValidationError(CLOSED_YEAR)
        change(year, row.said)


class PeriodRowForm(Removable):
    kind = forms.ChoiceField(label="Вид", choices=[("", ""), *Period.Kind.choices])
    number = forms.IntegerField(label="№", min_value=1, max_value=20)
    starts_on = DayText(label="Первый день", validators=OF_OUR_TIME)
    ends_on = DayText(label="Последний день", validators=OF_OUR_TIME)
    field_order = ("kind", "number", "starts_on", "ends_on", "remove")


class Periods(Listing):
    """Of one year."""

    row = PeriodRowForm

    def __init__(self, year: SchoolYear, data=None):
        self.year = year
        super().__init__(data)

    def standing(self):
        for period in self.year.periods.order_by("kind", "number"):
            yield StandingRow(str(period.pk), _of(period, PeriodRowForm))

    def write(self, row):
        if is_archived(self.year.pk):
            raise ValidationError(CLOSED_YEAR)
        found = self.year.periods.filter(pk=row.key) if row.key else Period.objects.none()
        if PeriodLock.objects.filter(period__in=found).exists():
            raise ValidationError(CLOSED_PERIOD)
        if row.is_removed:
            return remove(found)
        period = found.get() if row.key else Period(year=self.year)
        said = row.said
        if not self.year.starts_on <= row.cleaned_data["starts_on"] <= self.year.ends_on:
            raise ValidationError({"starts_on": f"Этот день не в учебном году {self.year}."})
        change(period, said)


class DayRowForm(Removable):
    kind = forms.ChoiceField(label="Что это", choices=[("", ""), *DayOverride.Kind.choices])
    starts_on = DayText(label="С какого дня", validators=OF_OUR_TIME)
    ends_on = DayText(label="По какой", required=False, validators=OF_OUR_TIME)
    timetable_weekday = forms.TypedChoiceField(
        label="По расписанию",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", ""), *DayOverride.WEEKDAYS],
    )
    reason = NameField(label="Почему", required=False, max_length=LONGEST_REASON)
    field_order = ("kind", "starts_on", "ends_on", "timetable_weekday", "reason", "remove")


class Days(Listing):
    """Of one year; new ones are of the whole school, those of classes are the leaders' to make."""

    row = DayRowForm
    label = "Кому"

    def __init__(self, year: SchoolYear, today: datetime.date, data=None):
        self.year, self.today = year, today
        super().__init__(data)

    def standing(self):
        coming, past = overrides_of_year(self.year, self.today)
        for one in sorted((*coming, *past), key=lambda one: (one.starts_on, one.pk)):
            yield StandingRow(str(one.pk), _of(one, DayRowForm), one.of_whom)

    def write(self, row):
        found = DayOverride.objects.filter(pk=row.key) if row.key else None
        if row.is_removed:
            withdraw_days(*found)
            return
        override = found.get() if found is not None else DayOverride()
        for name, value in row.said.items():
            setattr(override, name, value)
        override.ends_on = override.ends_on or override.starts_on
        override.full_clean()
        declare_days(override)
