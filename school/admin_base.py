"""What all pages of the administrator's site have: who may open them, and that they answer whatever
is sent."""

import logging

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import IntegrityError, models, transaction
from django.forms.formsets import DELETION_FIELD_NAME
from django.shortcuts import redirect

from . import kept
from .actions import versions
from .actions.refusals import ScheduleError
from .converters import is_key, key
from .forms import OF_OUR_TIME, VersionForm
from .models import Journal, Parent, SchoolYear, Student, User
from .models.versions import EVER
from .queries.locks import is_archived
from .queries.people import matching
from .rights import rights
from .rows import Rows

logger = logging.getLogger(__name__)

MOST = 32_767  # PostgreSQL's small integers; SQLite would take more, and count with it later
MOST_ROWS = 300  # of one thing on its page: who sends more only wants it to be slow
BY_VALUE = ("__exact", "__isnull", "__id__exact")  # how the filters of a list ask
BY_DAY = ("__year", "__month", "__day")
CHANGED_MEANWHILE = (
    "Не сохранено: тем временем то же самое изменил кто-то другой. Проверьте и внесите своё снова."
)


def called(thing):
    """What is picked by: of a person the login too, by which the administrator tells namesakes."""
    person = thing.user if isinstance(thing, Student | Parent) else thing
    return f"{person} ({person.username})" if isinstance(person, User) else str(thing)


class Picker(AutocompleteSelect):
    """Django looks for what was sent even if it can't be a key."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [one for one in value if not one or is_key(one)], attr)


class List(ChangeList):
    """Django shows the whole list for a filter that it can't read, but fails at one that it or the
    database can't count with: a day of the year 0."""

    def __init__(self, request, *args):
        if any("\x00" in text for text in request.GET.values()):
            raise IncorrectLookupParameters
        try:
            super().__init__(request, *args)
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters(error) from error


class AdminOnly:
    """Whoever holds the role may do everything here; nobody has Django's own model permissions."""

    def has_module_permission(self, request):
        return rights(request.user).is_admin

    def has_view_permission(self, request, obj=None):
        return rights(request.user).is_admin

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Days and numbers are such as the school can have: who mistypes a year or a number of
        days would otherwise have somebody compute with it."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if type(db_field) is models.DateField:
            field.validators += OF_OUR_TIME
        if isinstance(db_field, models.PositiveSmallIntegerField) and not db_field.choices:
            field.validators.append(MaxValueValidator(MOST))
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = Picker(db_field, self.admin_site, using=kwargs.get("using"))
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.label_from_instance = called
        return field


class Managed(AdminOnly):
    """A model with pages of its own."""

    search_help_text = "Начала слов в любом порядке: «Семёнов Иван», «3А»."

    def get_search_results(self, request, queryset, search_term):
        """Of the lists and of what is picked in other forms; Django leaves it to the database which
        letters are alike."""
        fields = self.get_search_fields(request)
        return matching(queryset, search_term, *fields) if fields else queryset, False

    def lookup_allowed(self, lookup, value, request):
        """What the page's own filters ask, nothing else: by others one could count out who was
        absent from what (`?absences__id=1`). Of what they ask about, but not so (`__regex`), the
        list says that it can't be read."""
        asked = dict.fromkeys(self.get_list_filter(request), BY_VALUE)
        if self.date_hierarchy:
            asked[self.date_hierarchy] = BY_DAY
        for name, ways in asked.items():
            if lookup in {name + way for way in ways}:
                return super().lookup_allowed(lookup, value, request)
        if any(f"{lookup}__".startswith(f"{name}__") for name in asked):
            raise IncorrectLookupParameters
        return False

    def get_deleted_objects(self, objs, request):
        """What protects a thing is told without what stands in journals, absences and cards: that
        is not the administrator's to see, nor to count."""
        if told := kept.refusal(self.model._base_manager.filter(pk__in=[one.pk for one in objs])):
            return [], {}, set(), [told]
        return super().get_deleted_objects(objs, request)

    def get_changelist(self, request, **kwargs):
        return List

    def changelist_view(self, request, extra_context=None):
        for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME):
            key(chosen)
        return self.answered(super().changelist_view, request, extra_context)

    def changeform_view(self, request, *args, **kwargs):
        return self.answered(super().changeform_view, request, *args, **kwargs)

    def delete_view(self, request, *args, **kwargs):
        return self.answered(super().delete_view, request, *args, **kwargs)

    def answered(self, view, request, *args, **kwargs):
        """Of two who save at once the second is refused by the database, or by an action. Judged
        anew, the form sees what the first has done and says so itself."""
        if request.method != "POST":
            return view(request, *args, **kwargs)
        for is_last in (False, True):
            try:
                with transaction.atomic():
                    return view(request, *args, **kwargs)
            except (IntegrityError, ScheduleError):
                if is_last:  # which no form has foreseen
                    logger.exception("%s: not saved", request.path)
        messages.error(request, CHANGED_MEANWHILE)
        return redirect(request.get_full_path())


class Archived:
    """Of a school year that is closed (4.2) the year with its periods and the journals with their
    timetable are shown, not changed; also as the rows beside such a one."""

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not in_archive(obj)

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and not in_archive(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not in_archive(obj)


def in_archive(thing):
    """Whether a SchoolYear or a Journal is of a closed year; one query."""
    year = thing.pk if isinstance(thing, SchoolYear) else None
    if isinstance(thing, Journal) and thing.pk:
        year = thing.group.year_id
    return year is not None and is_archived(year)


class StructureAdmin(Managed, admin.ModelAdmin):
    list_per_page = 50
    show_full_result_count = False


def begins(version):
    """Since when a Version is in force, «» for the first."""
    return "" if version.starts_on in (None, EVER) else f"{version.starts_on:%d.%m.%Y}"


class VersionAdmin(StructureAdmin):
    """Versions are changed by their form, which makes the next one."""

    form = VersionForm

    @admin.display(description="действует с", ordering="starts_on")
    def in_force(self, version):
        return begins(version)

    def save_model(self, request, version, form, change):
        if form.next_from:
            self.change_from(version, form.next_from)
        else:
            super().save_model(request, version, form, change)

    def change_from(self, version, day):
        versions.change_from(version, day)


class StructureInline(AdminOnly, admin.TabularInline):
    extra = 0
    max_num = MOST_ROWS
    formset = Rows

    def get_formset(self, request, obj=None, **kwargs):
        """Django would list what protects a row that is to go: marks, by pupil and value."""
        formset = super().get_formset(request, obj, absolute_max=MOST_ROWS, **kwargs)

        class Kept(formset.form):
            def hand_clean_DELETE(self):
                if self.cleaned_data.get(DELETION_FIELD_NAME) and self.instance.pk:
                    rows = self._meta.model._base_manager.filter(pk=self.instance.pk)
                    if told := kept.refusal(rows):
                        raise ValidationError(told)
                super().hand_clean_DELETE()

            def clean(self):
                data, row = super().clean(), self.instance
                if row.pk and isinstance(row, kept.PLACES):
                    names = {field.name for field in row._meta.concrete_fields if field.many_to_one}
                    rows = self._meta.model._base_manager.filter(pk=row.pk)
                    if names & set(self.changed_data) and (told := kept.refusal(rows)):
                        raise ValidationError(told)
                return data

        formset.form = Kept
        return formset
