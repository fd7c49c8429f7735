"""Forms of the personal card, and what the apps' filters are made of."""

import datetime
from collections import defaultdict
from functools import cached_property

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from . import namesakes
from .actions.versions import change_from
from .models import (
    DayOverride,
    EnrolmentOrder,
    HealthRecord,
    Period,
    Room,
    SchoolClass,
    Student,
    StudentCard,
    TeachingAssignment,
    TimetableEntry,
    User,
)
from .models.dated import overlapping
from .models.days import LONGEST_REASON
from .models.names import NameField
from .models.versions import EVER
from .queries.bells import bell_numbers
from .queries.calendar import in_kind_order, period_at, year_of
from .rows import Rows

# Days that a journal can be about: who mistypes a year is told so.
OF_OUR_TIME = [
    MinValueValidator(datetime.date(2000, 1, 1)),
    MaxValueValidator(datetime.date(2100, 1, 1)),
]


class DayField(forms.DateField):
    """A day, chosen as the browser has it; that wants the ISO form whatever the language."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _not_to_come(day):
    if day > timezone.localdate():
        raise forms.ValidationError("Этот день ещё не наступил.")


class VersionForm(forms.ModelForm):
    """A Version: what may not be changed any more becomes a new one from `changes_from` on."""

    changes_from = DayField(label="изменение действует с", required=False, validators=OF_OUR_TIME)
    ends_on = DayField(label="действует по", required=False, validators=OF_OUR_TIME)

    def clean(self):
        data = super().clean()
        self.next_from = None
        row, today, day = self.instance, timezone.localdate(), data.get("changes_from")
        if row.pk is None:
            row.starts_on = day or EVER
            return data
        ends_on, is_in_use = data.get("ends_on"), row.is_in_use
        if "ends_on" in self.changed_data and is_in_use and ends_on and ends_on < today:
            self.add_error("ends_on", "Не раньше сегодняшнего дня: прежним уже пользовались.")
        if not any(map(row.is_frozen, self.changed_data)):
            if day:
                self.add_error("changes_from", "Не сказано, что с этого дня меняется.")
        elif not is_in_use:
            if day and row.starts_on > today:
                self.add_error(
                    "changes_from", "Это ещё не действует: измените здесь же, без второго дня."
                )
        elif row.ends_on and row.ends_on <= today:
            raise forms.ValidationError("Это прежнее значение: записанное с ним так и остаётся.")
        elif day is None or day <= today:
            self.add_error(
                "changes_from",
                "Этим уже пользуются. Укажите, с какого дня действует новое, не раньше "
                "завтрашнего: записанное раньше останется прежним.",
            )
        elif row.ends_on and day > row.ends_on:
            self.add_error("changes_from", f"Это действует только по {row.ends_on:%d.%m.%Y}.")
        else:
            self.next_from = row.starts_on = day  # so it is judged beside the others
        return data

    def _get_validation_exclusions(self):
        """Whether it overlaps another is to be asked, though nobody fills in its first day."""
        return super()._get_validation_exclusions() - {"starts_on"}

    def save(self, commit=True):
        if commit and self.next_from:
            _, self.instance = change_from(self.instance, self.next_from)
            return self.instance
        return super().save(commit)


class CardForm(forms.ModelForm):
    """A pupil's card; `version` is what stood there when the form was opened."""

    born_on = DayField(
        label="Дата рождения",
        required=False,
        validators=[MinValueValidator(datetime.date(1990, 1, 1)), _not_to_come],
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = StudentCard
        fields = ("born_on", "address", "programme", "contacts", "notes")
        widgets = {
            "contacts": forms.Textarea(attrs={"rows": 3}),
            "notes": forms.Textarea(attrs={"rows": 3}),
        }


class OrderForm(forms.ModelForm):
    signed_on = DayField(
        label="От", validators=[MinValueValidator(datetime.date(1990, 1, 1)), _not_to_come]
    )

    class Meta:
        model = EnrolmentOrder
        fields = ("kind", "number", "signed_on", "text")


OrderFormSet = forms.inlineformset_factory(
    Student,
    EnrolmentOrder,
    form=OrderForm,
    formset=Rows,
    extra=1,
    can_delete_extra=False,
    max_num=100,
    absolute_max=100,
)


class HealthForm(forms.ModelForm):
    """A pupil's health record."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = HealthRecord
        fields = ("group", "notes")
        widgets = {"notes": forms.Textarea(attrs={"rows": 5})}


# --- the school's own days ---


class DaysForm(forms.Form):
    """What is said of some days of a year, of the whole school, of parallels or of classes."""

    kind = forms.ChoiceField(label="Что это", choices=DayOverride.Kind.choices)
    starts_on = DayField(label="С какого дня")
    ends_on = DayField(label="По какой день", required=False, help_text="Пусто: один день.")
    timetable_weekday = forms.TypedChoiceField(
        label="По расписанию",
        required=False,
        choices=[("", "своего дня"), *DayOverride.WEEKDAYS],
        coerce=int,
        empty_value=None,
        help_text="Только для рабочего дня.",
    )
    reason = NameField(
        label="Почему",
        required=False,
        max_length=LONGEST_REASON,
        help_text="Увидят и родители. У каникул и карантина можно не писать.",
    )
    whole_school = forms.BooleanField(label="Вся школа", required=False)
    parallels = forms.TypedMultipleChoiceField(
        required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    classes = forms.ModelMultipleChoiceField(
        SchoolClass.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data, *, year):
        super().__init__(data)
        self.year = year
        classes = SchoolClass.objects.filter(year=year)
        self.numbers = {one.pk: one.number for one in classes}
        self.fields["classes"].queryset = classes
        self.fields["parallels"].choices = [
            (number, f"все {number}-е") for number in sorted({*self.numbers.values()})
        ]

    def whom(self):
        """[(checkbox of a parallel, [checkboxes of its classes])]."""
        of_parallel = defaultdict(list)
        for one in self["classes"].subwidgets:
            of_parallel[self.numbers[one.data["value"].value]].append(one)
        return [(one, of_parallel[one.data["value"]]) for one in self["parallels"].subwidgets]

    def clean(self):
        data = super().clean()
        first = data.get("starts_on")
        data["ends_on"] = last = data.get("ends_on") or first
        if first and last < first:
            self.add_error("ends_on", "Последний день раньше первого.")
        elif first and not self.year.starts_on <= first <= last <= self.year.ends_on:
            self.add_error("starts_on", f"Эти дни не в учебном году {self.year}.")
        self._judge_whom(data)
        if not self.errors:
            self.rows = [self._row(**scope) for scope in self._scopes(data)]
            self._judge_rows()
        return data

    def _judge_whom(self, data):
        some = data.get("parallels") or data.get("classes")
        if not (some or data.get("whole_school")):
            self.add_error("whole_school", "Отметьте, кого это касается.")
        elif some and data.get("whole_school"):
            self.add_error("whole_school", "Отметьте или всю школу, или параллели и классы.")

    def _scopes(self, data):
        """A class whose parallel is chosen too is meant once."""
        if data["whole_school"]:
            return [{}]
        parallels = data["parallels"]
        classes = [one for one in data["classes"] if one.number not in parallels]
        return [
            *({"parallel": one} for one in parallels),
            *({"school_class": one} for one in classes),
        ]

    def _row(self, **scope):
        names = ("kind", "starts_on", "ends_on", "timetable_weekday", "reason")
        return DayOverride(**{name: self.cleaned_data[name] for name in names}, **scope)

    def _judge_rows(self):
        """What the database would refuse, with the row that is in the way."""
        first, last = self.cleaned_data["starts_on"], self.cleaned_data["ends_on"]
        there = overlapping(DayOverride.objects.select_related("school_class"), first, last)
        taken = {one.scope: one for one in there}
        for row in self.rows:
            if other := taken.get(row.scope):
                self.add_error(None, f"Уже записано: {other}. Измените ту запись.")
        if not self.errors:
            self.rows[0].validate_constraints()  # all the rest they have alike


class EndOfDaysForm(forms.ModelForm):
    """When the school's own days end, and why they are."""

    ends_on = DayField(label="По какой день")

    class Meta:
        model = DayOverride
        fields = ("ends_on", "reason")

    def clean_ends_on(self):
        last = self.cleaned_data["ends_on"]
        if last < self.instance.starts_on:
            raise forms.ValidationError("Последний день раньше первого.")
        year = year_of(self.instance.starts_on)
        if year and last > max(year.ends_on, self.instance.ends_on):
            raise forms.ValidationError(f"Не позже конца учебного года: {year.ends_on:%d.%m.%Y}.")
        return last


# --- filters ---


def choice(label, empty, choices):
    """A choice among [(key, name)], all loaded at once: what was chosen costs no query."""
    return forms.TypedChoiceField(
        label=label,
        required=False,
        choices=[("", empty), *choices],
        coerce=int,
        empty_value=None,
    )


def keep_year(form):
    """Let a form of a page of another year than the present one lead back to it."""
    if form.data.get("year"):
        form.fields["year"] = forms.CharField(required=False, widget=forms.HiddenInput)


class Filter(forms.Form):
    """Narrow what a page shows of one year, which goes along when the form is sent; what is no
    choice narrows nothing."""

    def __init__(self, data, *, year):
        super().__init__(data)
        self.year = year
        keep_year(self)

    @cached_property
    def chosen(self):
        """{field: what was chosen}, of the fields where something was."""
        self.full_clean()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        chosen.pop("year", None)
        return chosen


class OfPeriod(Filter):
    """The same in a period of the year: of an address that says nothing of it the present
    quarter, where there are none trimester or half-year."""

    def __init__(self, data, *, year):
        found = list(Period.objects.filter(year=year).order_by("starts_on", "ends_on"))
        by_kind = in_kind_order(found)
        if "period" not in data:
            usual = [one for one in by_kind if one.kind == by_kind[0].kind]
            present = period_at(usual, timezone.localdate())
            data = data.copy()
            data["period"] = present.pk if present else ""
        super().__init__(data, year=year)
        self.periods = {one.pk: one for one in by_kind}
        names = [(one.pk, str(one)) for one in by_kind]
        self.fields["period"] = choice("Период", "весь учебный год", names)

    @property
    def span(self):
        """First and last day (school-local) of the period, or of the year."""
        period = self.periods.get(self.chosen.get("period"), self.year)
        if period is None:  # an empty school
            return timezone.localdate(), timezone.localdate()
        return period.starts_on, period.ends_on


class DraftDayForm(forms.Form):
    """From which day on the next timetable holds."""

    starts_on = DayField(label="Действует с", validators=OF_OUR_TIME)


class RowForm(forms.Form):
    """What a row of the timetable says. `journals` are those of which a new one may be; of a `row`
    that is there the journal stays."""

    def __init__(self, data=None, *, journals=(), row=None):
        super().__init__(data, initial=row and row.says)
        self.row = row
        if row is None:
            names = [(one.pk, str(one)) for one in journals]
            self.fields["journal_id"] = forms.TypedChoiceField(
                label="Журнал", coerce=int, choices=[("", "…"), *names]
            )
        numbers = {*bell_numbers(), *([row.number] if row else ())}
        self.fields["weekday"] = forms.TypedChoiceField(
            label="День недели", coerce=int, choices=TimetableEntry.WEEKDAYS
        )
        self.fields["number"] = forms.TypedChoiceField(
            label="Урок", coerce=int, choices=[(one, f"{one}-й") for one in sorted(numbers)]
        )
        self.fields["weeks"] = forms.TypedChoiceField(
            label="Недели",
            coerce=int,
            choices=sorted(TimetableEntry.Weeks.choices, reverse=True),
            required=False,
            empty_value=TimetableEntry.Weeks.ALL,
        )
        self.fields["room_id"] = choice(
            "Кабинет", "не указан", Room.objects.values_list("pk", "name")
        )
        self.fields["teacher_id"] = choice("Кто ведёт", "учитель журнала", self._teachers(journals))

    def _teachers(self, journals):
        asked = [self.row.journal_id] if self.row else [one.pk for one in journals]
        assigned = User.objects.filter(assignments__journal__in=asked).distinct()
        names = namesakes.staff(assigned)
        return sorted(names.items(), key=lambda item: item[1])

    def clean(self):
        data = super().clean()
        journal, teacher = data.get("journal_id"), data.get("teacher_id")
        journal = self.row.journal_id if self.row else journal
        assigned = TeachingAssignment.objects.filter(journal=journal, teacher=teacher)
        if journal and teacher and not assigned.exists():
            self.add_error("teacher_id", "Этот журнал ведёт другой учитель: см. нагрузку.")
        return data

    @property
    def said(self):
        """{name: value} of a DraftRow."""
        return {name: self.cleaned_data[name] for name in self.fields}
