"""Who is away and when, and what becomes of each lesson, as the page of substitutions sends it."""

import datetime

from django import forms
from django.core.exceptions import ValidationError

from school import namesakes
from school.converters import day_of, is_key
from school.forms import OF_OUR_TIME, DayField
from school.queries.teaching import staff_of
from school.rules.candidates import choice_of
from school.rules.overrides import each_day

MOST_DAYS = 31
LESSON = "lesson_"  # what a field is called that says what becomes of a lesson, before its key
WORKS = "without_works"


class DaysField(forms.Field):
    """Days, each an ISO text of its own; those that are none of our time are refused."""

    widget = forms.SelectMultiple

    def to_python(self, value):
        days = [day_of(text) for text in value or ()]
        if None in days:
            raise ValidationError("Такого дня нет.")
        for day in days:
            for validate in OF_OUR_TIME:
                validate(day)
        return days


class AbsentForm(forms.Form):
    """Which teacher of a year is away, and on which days: single ones, and all up to the last."""

    teacher = forms.TypedChoiceField(label="Кого нет", coerce=int)
    day = DaysField(label="Когда", required=False)
    until = DayField(label="по какой день", required=False, validators=OF_OUR_TIME)

    def __init__(self, data, *, year, today):
        super().__init__(data)
        self.year, self.today = year, today
        self.fields["from"] = DayField(required=False, validators=OF_OUR_TIME)
        self.staff = {one.pk: one for one in staff_of(year.pk)}
        names = namesakes.staff(self.staff.values())
        self.fields["teacher"].choices = [("", "выберите"), *names.items()]

    def clean(self):
        data = super().clean()
        if not self.errors:
            data["days"] = self._days(data)
        return data

    def _days(self, data):
        days, first, last = {*data["day"]}, data["from"], data["until"]
        if first and not last:
            days.add(first)
        if last:
            first = first or min(days, default=self.today)
            if last < first:
                self.add_error("until", "Последний день раньше первого.")
                return ()
            if (last - first).days >= MOST_DAYS:
                self.add_error("until", f"Не больше {MOST_DAYS} дней за один раз.")
                return ()
            days |= {*each_day(first, last)}
        if days and max(days) - min(days) >= datetime.timedelta(days=MOST_DAYS):
            self.add_error("day", f"Не больше {MOST_DAYS} дней за один раз.")
        for day in sorted(days):
            if not self.year.starts_on <= day <= self.year.ends_on:
                self.add_error("day", f"{day:%d.%m.%Y} не входит в учебный год {self.year}.")
                break
        return tuple(sorted(days))

    @property
    def chosen(self):
        """The User."""
        return self.staff[self.cleaned_data["teacher"]]


def choices(data):
    """{lesson's id: Choice} of what was sent; what no form of ours could send is not there."""
    found = {}
    for name, text in data.items():
        key = name.removeprefix(LESSON)
        if name.startswith(LESSON) and is_key(key) and (choice := choice_of(text)):
            found[int(key)] = choice
    return found


def without_works(data):
    """The ids of the lessons of which was said that their planned works are given up."""
    return {int(key) for key in data.getlist(WORKS) if is_key(key)}
