"""Subjects, scales, classes, groups and journals."""

from django import forms
from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from .. import kept
from ..actions.kinds import hand_down
from ..admin_base import (
    Archived,
    Managed,
    StructureAdmin,
    StructureInline,
    VersionAdmin,
    begins,
)
from ..converters import key
from ..forms import VersionForm
from ..models import (
    Exemption,
    GradeScale,
    GradeValue,
    GradingRule,
    GroupMembership,
    Journal,
    LessonKind,
    PeriodLock,
    Room,
    SchoolClass,
    Subject,
    TeachingAssignment,
    TeachingGroup,
    TimetableEntry,
)
from ..models.kinds import Owing
from ..rules.texts import counted


@admin.register(Subject)
class SubjectAdmin(StructureAdmin):
    list_display = ("name", "short_name", "abbreviation")
    search_fields = ("name",)


class GradeValueInline(StructureInline):
    model = GradeValue
    form = VersionForm
    fields = (
        "text",
        "title",
        "points",
        "meaning",
        "position",
        "changes_from",
        "in_force",
        "ends_on",
    )
    readonly_fields = ("in_force",)

    @admin.display(description="действует с")
    def in_force(self, value):
        return begins(value)


@admin.register(Room)
class RoomAdmin(StructureAdmin):
    list_display = ("name",)
    search_fields = ("name",)


@admin.register(GradeScale)
class GradeScaleAdmin(StructureAdmin):
    fieldsets = (
        (
            None,
            {
                "fields": ("name",),
                "description": (
                    "«Баллы» входят в средний балл; без них отметка в нём не участвует. «Что "
                    "значит» говорит, удовлетворительно ли это: из этого, а не из баллов, следуют "
                    "успеваемость, качество, СОУ, «неуспевающие» и «с одной тройкой». Для зачёта "
                    "выберите «зачтено, без уровня», для незачёта «неудовлетворительно»; у «осв» "
                    "и у знаков, которые ничего не оценивают, оставьте пустым. Средний балл и СОУ "
                    "разных шкал не смешиваются; СОУ есть там, где в шкале есть отлично, хорошо, "
                    "удовлетворительно и неудовлетворительно."
                ),
            },
        ),
    )
    inlines = (GradeValueInline,)


class GradingRuleForm(VersionForm):
    ends_on = None  # there is always a rule: one ends where the next begins


@admin.register(GradingRule)
class GradingRuleAdmin(VersionAdmin):
    """The first one comes with the installation; a change makes the next."""

    form = GradingRuleForm
    list_display = ("__str__", "in_force", "ends_on")
    fields = ("rounds_up_from", "min_marks", "changes_from")

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not GradingRule.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(SchoolClass)
class SchoolClassAdmin(Managed, SimpleHistoryAdmin):
    list_display = ("__str__", "year", "class_teacher")
    list_filter = ("year",)
    list_select_related = ("year", "class_teacher")
    search_fields = ("number", "letter")
    autocomplete_fields = ("class_teacher",)

    def history_view(self, request, object_id, extra_context=None):
        """Unlike Django's own, this page looks for whatever the address says."""
        key(object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        key(object_id), key(version_id)
        view = super().history_form_view
        return self.answered(view, request, object_id, version_id, extra_context)


class MembershipOfGroupInline(StructureInline):
    model = GroupMembership
    autocomplete_fields = ("student",)


@admin.register(TeachingGroup)
class TeachingGroupAdmin(StructureAdmin):
    list_display = ("name", "kind", "year")
    list_filter = ("year", "kind")
    list_select_related = ("year",)
    search_fields = ("name",)
    autocomplete_fields = ("school_class",)
    inlines = (MembershipOfGroupInline,)


class AssignmentInline(Archived, StructureInline):
    model = TeachingAssignment
    autocomplete_fields = ("teacher",)


class TimetableInline(Archived, StructureInline):
    model = TimetableEntry
    autocomplete_fields = ("teacher",)


@admin.register(LessonKind)
class LessonKindAdmin(StructureAdmin):
    list_display = ("name", "short_name", *(field.name for field in Owing._meta.fields))
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "short_name", "position", *list_display[2:]),
                "description": (
                    "Обязанности меняются у уроков с сегодняшнего дня; за прошедшие дни никто "
                    "не становится и не перестаёт быть должным. Записать тему, задание или "
                    "отметку можно и там, где этого не требуют."
                ),
            },
        ),
    )


class ExemptionForm(forms.ModelForm):
    """What holds is asked from today on: whoever says an earlier day is told so."""

    class Meta:
        help_texts = {
            "starts_on": "Уроки до сегодняшнего дня остаются с прежними обязанностями.",
        }


@admin.register(Exemption)
class ExemptionAdmin(StructureAdmin):
    form = ExemptionForm
    list_display = ("what", "of_whom", "starts_on", "ends_on")
    list_filter = ("what", "parallel")
    list_select_related = ("journal__group", "journal__subject")
    autocomplete_fields = ("journal",)
    fields = ("what", "parallel", "journal", "starts_on", "ends_on")

    @admin.display(description="где")
    def of_whom(self, exemption):
        return exemption.of_whom


class ExemptionInline(Archived, StructureInline):
    model = Exemption
    form = ExemptionForm
    fields = ("what", "starts_on", "ends_on")


class JournalForm(forms.ModelForm):
    def clean_has_exam(self):
        """What was given in it would be seen nowhere any more (2.4)."""
        has_exam = self.cleaned_data["has_exam"]
        if self.instance.pk and not has_exam and kept.has_exam_grades(self.instance):
            raise forms.ValidationError(kept.EXAM_GRADED)
        return has_exam

    def clean_period_kind(self):
        """Its closed lessons would be open then, or open ones closed (4.2); and what was given by
        the other periods would be seen nowhere any more (2.4)."""
        kind, journal = self.cleaned_data["period_kind"], self.instance
        if journal.pk and "period_kind" in self.changed_data:
            locks = PeriodLock.objects.filter(period__year=journal.group.year_id)
            if locks.exists():
                raise forms.ValidationError(
                    "В этом учебном году уже есть закрытые периоды: изменить это нельзя."
                )
            if kept.has_grades_of_others(journal, kind):
                raise forms.ValidationError(kept.PERIODS_GRADED)
        return kind


@admin.register(Journal)
class JournalAdmin(Archived, StructureAdmin):
    form = JournalForm
    list_display = ("group", "subject", "lesson_kind", "scale", "period_kind", "has_exam")
    list_filter = ("group__year", "subject")
    list_select_related = ("group", "subject", "scale", "lesson_kind")
    search_fields = ("group__name", "subject__name")
    ordering = ("group__name", "subject__name")
    autocomplete_fields = ("group", "subject")
    inlines = (AssignmentInline, TimetableInline, ExemptionInline)

    def save_model(self, request, journal, form, change):
        super().save_model(request, journal, form, change)
        if change and "lesson_kind" in form.changed_data:
            before = LessonKind.objects.get(pk=form.initial["lesson_kind"])
            if handed := hand_down(journal, before):
                lessons = counted(handed, "урока", "уроков", "уроков")
                self.message_user(request, f"Изменился вид {lessons} с сегодняшнего дня.")
