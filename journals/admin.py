"""The administrator's pages of the journals' settings."""

from django.contrib import admin

from school.admin import StructureAdmin

from .models import PlannedTopic, WorkType


@admin.register(WorkType)
class WorkTypeAdmin(StructureAdmin):
    list_display = ("name", "short_name", "weight", "expects", "mark_days", "usual_order")


@admin.register(PlannedTopic)
class PlannedTopicAdmin(StructureAdmin):
    list_display = ("journal", "position", "title", "hours")
    list_filter = ("journal__subject",)
    list_select_related = ("journal__group", "journal__subject")
    search_fields = ("journal__group__name", "journal__subject__name", "title")
    autocomplete_fields = ("journal",)
