"""Bells and when they ring, many at once."""

from itertools import pairwise

from django import forms
from django.core.exceptions import ValidationError

from school.actions.bells import ring
from school.forms import OF_OUR_TIME
from school.models import BellSchedule, BellSlot, BellUse, SchoolClass, TimetableEntry
from school.models.names import NameField
from school.rules.texts import counted, tidy

from ..class_names import class_name
from ..listing import DayText, HourText, Listing, Removable, StandingRow, change, remove


class SlotRowForm(Removable):
    schedule = NameField(label="Расписание звонков", max_length=60)
    number = forms.IntegerField(label="Урок", min_value=0, max_value=30)
    starts_at = HourText(label="Начало")
    ends_at = HourText(label="Конец")
    field_order = ("schedule", "number", "starts_at", "ends_at", "remove")


class Ringing(Listing):
    """The lessons from today on follow."""

    def finish(self):
        moved = ring()
        if not moved:
            return ""
        return f"Изменилось время: {counted(moved, 'урок', 'урока', 'уроков')} с сегодняшнего дня."


class Slots(Ringing):
    """Of all schedules; a new name makes a new one."""

    row = SlotRowForm

    def standing(self):
        slots = BellSlot.objects.select_related("schedule")
        for one in slots.order_by("schedule__name", "number"):
            values = {"number": one.number, "starts_at": one.starts_at, "ends_at": one.ends_at}
            yield StandingRow(str(one.pk), values | {"schedule": one.schedule.name})

    def write(self, row):
        if row.is_removed:
            return remove(BellSlot.objects.filter(pk=row.key))
        said = row.said
        if "schedule" in said:
            name = said["schedule"]
            said["schedule"] = schedule_called(name) or BellSchedule.objects.create(name=name)
        slot = BellSlot.objects.get(pk=row.key) if row.key else BellSlot()
        change(slot, said)
        self._refuse_disorder(slot.schedule)

    def _refuse_disorder(self, schedule):
        """A later number rings later, else pages would show the lessons of a day out of order."""
        for one, later in pairwise(schedule.slots.order_by("number")):
            if later.starts_at <= one.starts_at:
                raise ValidationError(
                    f"{later.number}-й урок начинается в {later.starts_at:%H:%M}, раньше "
                    f"{one.number}-го ({one.starts_at:%H:%M}): звонки идут по порядку."
                )


def schedule_called(name):
    """The BellSchedule of that name, whatever its capitals; None if there is none."""
    alike = {tidy(one.name): one for one in BellSchedule.objects.all()}
    return alike.get(tidy(name))


class UseRowForm(Removable):
    schedule = NameField(label="Какие звонки", max_length=60)
    whom = forms.CharField(
        label="Кому",
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "вся школа"}),
    )
    weekday = forms.TypedChoiceField(
        label="День недели",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "все дни"), *TimetableEntry.WEEKDAYS],
    )
    starts_on = DayText(label="С какого дня", validators=OF_OUR_TIME)
    only_that_day = forms.BooleanField(label="только в этот день", required=False)
    field_order = ("schedule", "whom", "weekday", "starts_on", "only_that_day", "remove")


class Uses(Ringing):
    row = UseRowForm

    def __init__(self, year, data=None):
        self.year = year
        super().__init__(data)

    def standing(self):
        uses = BellUse.objects.select_related("schedule", "school_class")
        for one in uses.order_by("starts_on", "pk"):
            values = {
                "schedule": one.schedule.name,
                "whom": _whom(one),
                "weekday": one.weekday,
                "starts_on": one.starts_on,
                "only_that_day": one.only_that_day,
            }
            yield StandingRow(str(one.pk), values)

    def write(self, row):
        if row.is_removed:
            return remove(BellUse.objects.filter(pk=row.key))
        said = row.said
        if "schedule" in said:
            name = said["schedule"]
            said["schedule"] = schedule_called(name)
            if said["schedule"] is None:
                raise ValidationError({"schedule": f"Звонков «{name}» нет: заведите их рядом."})
        if "whom" in said:
            said |= self._scope(said.pop("whom"))
        change(BellUse.objects.get(pk=row.key) if row.key else BellUse(), said)

    def _scope(self, text):
        """«» or «вся школа», «5» a parallel, «5А» a class of the year."""
        if tidy(text) in ("", "вся школа", "все"):
            return {"parallel": None, "school_class": None}
        found = class_name(text)
        if found and not found[1]:
            return {"parallel": found[0], "school_class": None}
        classes = SchoolClass.objects.filter(year=self.year)
        one = found and classes.filter(number=found[0], letter=found[1]).first()
        if not one:
            raise ValidationError({"whom": "Так: пусто (вся школа), «5» (параллель), «5А»."})
        return {"parallel": None, "school_class": one}


def _whom(use):
    if use.school_class_id:
        return str(use.school_class)
    return "" if use.parallel is None else str(use.parallel)
