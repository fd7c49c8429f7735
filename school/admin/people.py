"""Accounts, pupils and parents."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.utils import timezone

from ..admin_base import Managed, StructureAdmin, StructureInline
from ..models import Employee, Enrolment, GroupMembership, Parent, Parenthood, Role, Student, User
from ..queries.people import NAMES, find_accounts, find_parents, find_students

admin.site.unregister(Group)  # rights come from facts, not from groups of permissions

USER_NAMES = (*NAMES, "username")
WITH_CLASS = "Начала слов в любом порядке: «Семёнов Иван», или класс: «5А», «5А Семёнов»."
NAMES_OF_USER = tuple(f"user__{name}" for name in USER_NAMES)


class RoleInline(StructureInline):
    model = Role


@admin.register(User)
class UserAdmin(Managed, DjangoUserAdmin):
    list_display = ("username", "by_name", "first_name", "patronymic", "is_active")
    sortable_by = ("username", "by_name", "is_active")
    list_filter = ("is_active", "roles__kind")
    search_fields = USER_NAMES
    search_help_text = WITH_CLASS
    ordering = ("sort_name", "pk")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active")}),
        (
            "Человек",
            {"fields": ("last_name", "first_name", "patronymic", "email", "phone", "wants_digest")},
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

    def get_search_results(self, request, queryset, search_term):
        found, is_repeated = super().get_search_results(request, queryset, search_term)
        return found | find_accounts(queryset, search_term, timezone.localdate()), is_repeated

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
    search_help_text = WITH_CLASS
    inlines = (EnrolmentInline, MembershipOfStudentInline, ParenthoodInline)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("enrolments__school_class")

    def get_search_results(self, request, queryset, search_term):
        found, is_repeated = super().get_search_results(request, queryset, search_term)
        return found | find_students(queryset, search_term, timezone.localdate()), is_repeated

    @admin.display(description="классы")
    def classes(self, student):
        return ", ".join(str(row.school_class) for row in student.enrolments.all())


@admin.register(Parent)
class ParentAdmin(PersonAdmin):
    list_display = ("by_name", "login")
    search_help_text = WITH_CLASS
    inlines = (ParenthoodInline,)

    def get_search_results(self, request, queryset, search_term):
        found, is_repeated = super().get_search_results(request, queryset, search_term)
        return found | find_parents(queryset, search_term, timezone.localdate()), is_repeated


@admin.register(Employee)
class EmployeeAdmin(PersonAdmin):
    list_display = ("by_name", "login", "position", "left_on")
