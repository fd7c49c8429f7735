"""Lessons and who takes them."""

from django import forms
from django.contrib import admin

from ..actions.bells import hour_of
from ..actions.kinds import set_kind
from ..actions.lessons import (
    cancel_lesson,
    follow_substitution,
    hold_place,
    refuse_away,
    restore_lesson,
    schedule_lesson,
)
from ..actions.refusals import ScheduleError, refuse_closed, refuse_conflict, refuse_vacation
from ..admin_base import StructureAdmin, StructureInline
from ..models import Lesson, Substitution
from ..rows import Rows


class SubstitutionFormSet(Rows):
    def clean(self):
        """What the actions would refuse, also of a substitution that is taken away."""
        super().clean()
        if not self.has_changed():
            return
        try:
            refuse_closed(self.instance.journal, self.instance.date)
        except ScheduleError as error:
            raise forms.ValidationError(str(error)) from error
        for form in self.forms:
            if "teacher" in form.changed_data and form.is_valid():
                try:
                    refuse_away(form.instance.teacher, self.instance)
                except ScheduleError as error:
                    form.add_error("teacher", str(error))

    def save(self, commit=True):
        hold_place(self.instance)
        saved = super().save(commit)
        if commit and self.has_changed():
            follow_substitution(self.instance)
        return saved


class SubstitutionInline(StructureInline):
    model = Substitution
    formset = SubstitutionFormSet
    autocomplete_fields = ("teacher",)


class LessonForm(forms.ModelForm):
    def clean(self):
        """What the action would refuse, told while the form is still open."""
        data = super().clean()
        lesson = self.instance
        place = [
            getattr(lesson, name) if lesson.pk else data.get(name)
            for name in ("journal", "date", "number")
        ]
        if None not in place:
            journal, day, _ = place
            try:
                if not lesson.pk or {"cancelled", "kind"}.intersection(self.changed_data):
                    refuse_closed(journal, day)
                if not lesson.pk:
                    refuse_vacation(journal, day)
                if not data.get("cancelled"):
                    refuse_conflict(journal, day, lesson.hour if lesson.pk else hour_of(*place))
            except ScheduleError as error:
                self.add_error(None, str(error))
        return data


@admin.register(Lesson)
class LessonAdmin(StructureAdmin):
    """When a lesson is held, by whom, or why not; what is written in it is its teachers' affair."""

    form = LessonForm
    list_display = ("date", "number", "journal", "kind", "cancelled")
    list_filter = ("journal__group__year", "journal__subject")
    list_select_related = ("journal__group", "journal__subject", "kind")
    date_hierarchy = "date"
    search_fields = ("journal__group__name", "journal__subject__name")
    autocomplete_fields = ("journal",)
    inlines = (SubstitutionInline,)

    def get_fields(self, request, obj=None):
        place = ("journal", "date", "number")
        return (*place, "kind", "cancelled") if obj else place

    def get_readonly_fields(self, request, obj=None):
        return ("journal", "date", "number") if obj else ()

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    def has_delete_permission(self, request, obj=None):
        return False  # a lesson that does not take place is cancelled

    def save_model(self, request, lesson, form, change):
        if not change:
            made = schedule_lesson(lesson.journal, lesson.date, lesson.number)
            lesson.pk, lesson._state.adding = made.pk, False
            return
        if "kind" in form.changed_data:
            set_kind(lesson, lesson.kind)
        if "cancelled" in form.changed_data:
            if lesson.cancelled:
                cancel_lesson(lesson, lesson.cancelled)
            else:
                restore_lesson(lesson)
