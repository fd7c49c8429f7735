"""The administrator's pages: accounts, structure, settings. Rights follow what is saved here by
themselves (`projection.follow_facts`); marks, topics and attendance are not to be reached from
here."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from simple_history.admin import SimpleHistoryAdmin

from . import kept
from .actions import timetable
from .actions.days import declare_day, refuse_closed_day, withdraw_day
from .actions.holding import hold
from .actions.lessons import cancel_lesson, restore_lesson, schedule_lesson
from .actions.refusals import ScheduleError, refuse_closed, refuse_conflict, refuse_vacation
from .admin_base import Managed, StructureAdmin, StructureInline, VersionAdmin, begins
from .converters import key
from .forms import VersionForm
from .models import (
    BellSlot,
    DayOverride,
    Enrolment,
    GradeScale,
    GradeValue,
    GradingRule,
    GroupMembership,
    Journal,
    Lesson,
    Parent,
    Parenthood,
    Period,
    PeriodLock,
    Role,
    School,
    SchoolClass,
    SchoolYear,
    Student,
    Subject,
    Substitution,
    TeachingAssignment,
    TeachingGroup,
    TimetableEntry,
    User,
)
from .queries.people import NAMES
from .rows import Rows

USER_NAMES = (*NAMES, "username")
NAMES_OF_USER = tuple(f"user__{name}" for name in USER_NAMES)


admin.site.unregister(Group)  # rights come from facts, not from groups of permissions


class RoleInline(StructureInline):
    model = Role


@admin.register(User)
class UserAdmin(Managed, DjangoUserAdmin):
    list_display = ("username", "by_name", "first_name", "patronymic", "is_active")
    sortable_by = ("username", "by_name", "is_active")
    list_filter = ("is_active", "roles__kind")
    search_fields = USER_NAMES
    ordering = ("sort_name", "pk")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active")}),
        (
            "Человек",
            {"fields": ("last_name", "first_name", "patronymic", "email", "wants_digest")},
        ),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "username",
                    "last_name",
                    "first_name",
                    "patronymic",
                    "usable_password",
                    "password1",
                    "password2",
                )
            },
        ),
    )
    inlines = (RoleInline,)

    @admin.display(description="фамилия", ordering="sort_name")
    def by_name(self, user):
        return user.last_name


class PersonAdmin(StructureAdmin):
    """Somebody with an account, which tells namesakes apart."""

    search_fields = NAMES_OF_USER
    autocomplete_fields = ("user",)
    list_select_related = ("user",)
    ordering = ("user__sort_name", "pk")

    @admin.display(description="кто", ordering="user__sort_name")
    def by_name(self, person):
        return person.user.full_name

    @admin.display(description="логин", ordering="user__username")
    def login(self, person):
        return person.user.username


class EnrolmentInline(StructureInline):
    model = Enrolment
    autocomplete_fields = ("school_class",)


class MembershipOfStudentInline(StructureInline):
    model = GroupMembership
    autocomplete_fields = ("group",)


class ParenthoodInline(StructureInline):
    model = Parenthood
    autocomplete_fields = ("parent", "student")


@admin.register(Student)
class StudentAdmin(PersonAdmin):
    list_display = ("by_name", "login", "classes")
    inlines = (EnrolmentInline, MembershipOfStudentInline, ParenthoodInline)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("enrolments__school_class")

    @admin.display(description="классы")
    def classes(self, student):
        return ", ".join(str(row.school_class) for row in student.enrolments.all())


@admin.register(Parent)
class ParentAdmin(PersonAdmin):
    list_display = ("by_name", "login")
    inlines = (ParenthoodInline,)


@admin.register(School)
class SchoolAdmin(StructureAdmin):
    list_display = ("name", "week_days")
    readonly_fields = ("time_zone",)

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


class PeriodInline(StructureInline):
    model = Period
    form = PeriodForm


@admin.register(SchoolYear)
class SchoolYearAdmin(StructureAdmin):
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


@admin.register(BellSlot)
class BellSlotAdmin(StructureAdmin):
    list_display = ("number", "starts_at", "ends_at")


class DayOverrideForm(forms.ModelForm):
    def clean(self):
        """What the action would refuse, told while the form is still open."""
        data = super().clean()
        if not self.errors:
            try:
                refuse_closed_day(self.instance.pk, data["date"], data["is_working"])
            except ScheduleError as error:
                raise forms.ValidationError(str(error)) from error
        return data


@admin.register(DayOverride)
class DayOverrideAdmin(StructureAdmin):
    """A day without work cancels its lessons, with its reason; what is written in them remains."""

    form = DayOverrideForm
    list_display = ("date", "is_working", "timetable_weekday", "reason")
    ordering = ("-date",)

    def get_deleted_objects(self, overrides, request):
        """What the action would refuse is told as what protects the day."""
        *found, protected = super().get_deleted_objects(overrides, request)
        for override in overrides:
            try:
                refuse_closed_day(override.pk, override.date, is_working=True)
            except ScheduleError as error:
                protected = [*protected, str(error)]
        return *found, protected

    def save_model(self, request, override, form, change):
        declare_day(override)

    def delete_model(self, request, override):
        withdraw_day(override)

    def delete_queryset(self, request, overrides):
        for override in overrides:
            withdraw_day(override)


@admin.register(Subject)
class SubjectAdmin(StructureAdmin):
    list_display = ("name", "short_name")
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


class AssignmentInline(StructureInline):
    model = TeachingAssignment
    autocomplete_fields = ("teacher",)


class TimetableInline(StructureInline):
    model = TimetableEntry


class JournalForm(forms.ModelForm):
    def clean_has_exam(self):
        """What was given in it would be seen nowhere any more (2.4)."""
        has_exam = self.cleaned_data["has_exam"]
        if self.instance.pk and not has_exam and kept.has_exam_grades(self.instance):
            raise forms.ValidationError(kept.EXAM_GRADED)
        return has_exam

    def clean_period_kind(self):
        """Its closed lessons would be open then, or open ones closed (4.2)."""
        kind, journal = self.cleaned_data["period_kind"], self.instance
        if journal.pk and "period_kind" in self.changed_data:
            locks = PeriodLock.objects.filter(period__year=journal.group.year_id)
            if locks.exists():
                raise forms.ValidationError(
                    "В этом учебном году уже есть закрытые периоды: изменить это нельзя."
                )
        return kind


@admin.register(Journal)
class JournalAdmin(StructureAdmin):
    form = JournalForm
    list_display = ("group", "subject", "scale", "period_kind", "has_exam")
    list_filter = ("group__year", "subject")
    list_select_related = ("group", "subject", "scale")
    search_fields = ("group__name", "subject__name")
    ordering = ("group__name", "subject__name")
    autocomplete_fields = ("group", "subject")
    inlines = (AssignmentInline, TimetableInline)


class SubstitutionFormSet(Rows):
    def clean(self):
        """What the actions would refuse, also of a substitution that is taken away."""
        super().clean()
        if self.has_changed():
            try:
                refuse_closed(self.instance.journal, self.instance.date)
            except ScheduleError as error:
                raise forms.ValidationError(str(error)) from error

    def save(self, commit=True):
        hold([self.instance.journal_id])
        return super().save(commit)


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
            data.get(name) or (lesson.pk and getattr(lesson, name))
            for name in ("journal", "date", "slot")
        ]
        if all(place):
            journal, day, _ = place
            try:
                if not lesson.pk or "cancelled" in self.changed_data:
                    refuse_closed(journal, day)
                if not lesson.pk:
                    refuse_vacation(journal, day)
                if not data.get("cancelled"):
                    refuse_conflict(*place)
            except ScheduleError as error:
                self.add_error(None, str(error))
        return data


@admin.register(Lesson)
class LessonAdmin(StructureAdmin):
    """When a lesson is held, by whom, or why not; what is written in it is its teachers' affair."""

    form = LessonForm
    list_display = ("date", "slot", "journal", "cancelled")
    list_filter = ("journal__group__year", "journal__subject")
    list_select_related = ("slot", "journal__group", "journal__subject")
    date_hierarchy = "date"
    search_fields = ("journal__group__name", "journal__subject__name")
    autocomplete_fields = ("journal",)
    inlines = (SubstitutionInline,)

    def get_fields(self, request, obj=None):
        return ("journal", "date", "slot", "cancelled") if obj else ("journal", "date", "slot")

    def get_readonly_fields(self, request, obj=None):
        return ("journal", "date", "slot") if obj else ()

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    def has_delete_permission(self, request, obj=None):
        return False  # a lesson that does not take place is cancelled

    def save_model(self, request, lesson, form, change):
        if not change:
            made = schedule_lesson(lesson.journal, lesson.date, lesson.slot)
            lesson.pk, lesson._state.adding = made.pk, False
        elif "cancelled" in form.changed_data:
            if lesson.cancelled:
                cancel_lesson(lesson, lesson.cancelled)
            else:
                restore_lesson(lesson)
