"""The administrator's pages of the journals' settings."""

from django.contrib import admin

from school.admin_base import StructureAdmin, VersionAdmin

from .actions.works import change_work_type
from .models import Norm, PlannedTopic, WorkType


@admin.register(WorkType)
class WorkTypeAdmin(VersionAdmin):
    list_display = (
        "name",
        "short_name",
        "weight",
        "expects",
        "mark_days",
        "is_control",
        "usual_order",
        "in_force",
        "ends_on",
    )
    fields = (
        "name",
        "short_name",
        "weight",
        "expects",
        "mark_days",
        "is_control",
        "usual_order",
        "changes_from",
        "ends_on",
    )

    def change_from(self, work_type, day):
        change_work_type(work_type, day)


@admin.register(Norm)
class NormAdmin(VersionAdmin):
    """The first ones come with the installation. One is ended, never deleted: weeks of before are
    judged by it."""

    list_display = ("__str__", "number", "source", "in_force", "ends_on")
    list_filter = ("what",)
    fields = ("what", "parallel", "number", "source", "changes_from", "ends_on")

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(PlannedTopic)
class PlannedTopicAdmin(StructureAdmin):
    list_display = ("journal", "position", "title", "hours")
    list_filter = ("journal__subject",)
    list_select_related = ("journal__group", "journal__subject")
    search_fields = ("journal__group__name", "journal__subject__name", "title")
    autocomplete_fields = ("journal",)
