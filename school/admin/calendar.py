"""The school, its years, bells and days."""

from itertools import pairwise

from django import forms
from django.contrib import admin, messages

from ..actions import timetable
from ..actions.bells import ring
from ..actions.days import declare_days, refuse_days, withdraw_days
from ..actions.refusals import ScheduleError
from ..admin_base import Archived, StructureAdmin, StructureInline
from ..models import (
    BellSchedule,
    BellSlot,
    BellUse,
    DayOverride,
    Period,
    PeriodLock,
    School,
    SchoolYear,
)
from ..queries.calendar import journals_without_periods
from ..queries.plans import lacking
from ..rows import Rows
from ..rules.texts import counted, enumerated, plural


@admin.register(School)
class SchoolAdmin(StructureAdmin):
    list_display = ("name", "week_days")
    readonly_fields = ("time_zone",)
    exclude = ("idle_minutes", "wants_second_factor")  # who is logged in then follows them: «Входы»

    @admin.display(description="часовой пояс (задаётся при установке)")
    def time_zone(self, school):
        return school.time_zone

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not School.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False


class PeriodForm(forms.ModelForm):
    def clean(self):
        """What a closed period says of its journals would no longer be true (4.2)."""
        data = super().clean()
        moved = {"kind", "number", "starts_on", "ends_on"} & set(self.changed_data)
        if self.instance.pk and moved and PeriodLock.objects.filter(period=self.instance).exists():
            raise forms.ValidationError("Период закрыт: вид, номер и дни изменить нельзя.")
        return data


class PeriodInline(Archived, StructureInline):
    model = Period
    form = PeriodForm


@admin.register(SchoolYear)
class SchoolYearAdmin(Archived, StructureAdmin):
    inlines = (PeriodInline,)
    actions = ("generate_lessons",)

    @admin.action(description="Создать уроки по расписанию")
    def generate_lessons(self, request, years):
        for year in years:
            try:
                count = timetable.generate_lessons(year, year.starts_on, year.ends_on)
            except ScheduleError as error:
                self.message_user(request, f"{year}: уроки не созданы. {error}", messages.ERROR)
            else:
                self.message_user(request, f"{year}: создано уроков: {count}.")
                if silent := lacking(year, year.starts_on, year.ends_on):
                    told = f"{year}: не созданы. {enumerated(silent)}."
                    self.message_user(request, told, messages.WARNING)
                for kind, left_out in journals_without_periods(year.pk).items():
                    told = _without_periods(Period.Kind(kind), left_out)
                    self.message_user(request, f"{year}: {told}", messages.WARNING)


def _without_periods(kind, count):
    journals = counted(count, "журнал оценивается", "журнала оцениваются", "журналов оцениваются")
    them = plural(count, "него", "них", "них")
    return (
        f"{journals} {kind.by}, которых в этом году нет: уроки для {them} не созданы. Заведите эти "
        "периоды в карточке учебного года или измените в карточке журнала, по чему он "
        "оценивается, и создайте уроки ещё раз: добавится только недостающее."
    )


class BellSlotRows(Rows):
    def clean(self):
        """A later number rings later, else pages would show the lessons of a day out of order."""
        super().clean()
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.is_valid() and form.has_changed() | bool(form.instance.pk)
        ]
        rows = sorted(
            (row["number"], row["starts_at"])
            for row in kept
            if row.get("starts_at") and not row.get("DELETE")
        )
        for (number, starts_at), (later, later_at) in pairwise(rows):
            if later_at <= starts_at:
                raise forms.ValidationError(
                    f"{later}-й урок начинается в {later_at:%H:%M}, раньше {number}-го "
                    f"({starts_at:%H:%M}): звонки идут по порядку."
                )


class BellSlotInline(StructureInline):
    model = BellSlot
    formset = BellSlotRows


class BellUseInline(StructureInline):
    model = BellUse
    autocomplete_fields = ("school_class",)


@admin.register(BellSchedule)
class BellScheduleAdmin(StructureAdmin):
    """Whatever is saved, the lessons from today on follow at once."""

    list_display = ("name", "holds_for")
    inlines = (BellSlotInline, BellUseInline)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("uses__school_class")

    @admin.display(description="действует")
    def holds_for(self, schedule):
        uses = sorted(schedule.uses.all(), key=lambda one: one.starts_on)
        return "; ".join(str(use).partition(": ")[2] for use in uses) or "нигде"

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        self._ring(request)

    def _ring(self, request):
        if moved := ring():
            lessons = counted(moved, "урока", "уроков", "уроков")
            self.message_user(request, f"Изменилось время {lessons} с сегодняшнего дня.")


class DayOverrideForm(forms.ModelForm):
    def clean(self):
        """What the action would refuse, told while the form is still open."""
        data = super().clean()
        if not self.errors:
            try:
                refuse_days([DayOverride(pk=self.instance.pk, **data)])
            except ScheduleError as error:
                raise forms.ValidationError(str(error)) from error
        return data


@admin.register(DayOverride)
class DayOverrideAdmin(StructureAdmin):
    """Days on which nobody is taught cancel their lessons, with the reason; what is written in them
    remains. Of ordinary life is the leaders' own page."""

    form = DayOverrideForm
    list_display = ("days", "kind", "of_whom", "timetable_weekday", "reason")
    list_select_related = ("school_class",)
    autocomplete_fields = ("school_class",)
    ordering = ("-starts_on",)

    @admin.display(description="дни", ordering="starts_on")
    def days(self, override):
        return override.days

    @admin.display(description="кому")
    def of_whom(self, override):
        return override.of_whom

    def get_deleted_objects(self, overrides, request):
        """What the action would refuse is told as what protects the day."""
        *found, protected = super().get_deleted_objects(overrides, request)
        try:
            refuse_days([], list(overrides))
        except ScheduleError as error:
            protected = [*protected, str(error)]
        return *found, protected

    def save_model(self, request, override, form, change):
        declare_days(override)

    def delete_model(self, request, override):
        withdraw_days(override)

    def delete_queryset(self, request, overrides):
        withdraw_days(*overrides)
