"""Names, reasons and remarks: what people type, as it is seen."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from ..rules import names
from ..rules.names import LONGEST_NAME, PersonName
from ..rules.texts import login, visible, visible_lines


class NameField(forms.CharField):
    """Of a form: what nobody sees is nothing."""

    def to_python(self, value):
        return visible(super().to_python(value))


class LinesField(forms.CharField):
    """The same of several lines."""

    widget = forms.Textarea

    def to_python(self, value):
        return visible_lines(super().to_python(value))


class Name(models.CharField):
    """Kept, compared and looked for as a person sees it, whoever writes it: «Иванов» with a sign
    that nobody sees is no other name, and a reason of such signs alone is none."""

    def to_python(self, value):
        value = super().to_python(value)
        return value if value is None else visible(value)

    def formfield(self, **options):
        return super().formfield(**{"form_class": NameField, **options})

    def deconstruct(self):
        """For the database a text like any other."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options


def has_a_letter(text):
    if not any(letter.isalpha() for letter in text):
        raise ValidationError("В имени должна быть хотя бы одна буква.")


class PersonalName(Name):
    """A part of a person's name: a dot or a dash, typed where nothing is known, is none."""

    default_validators = (has_a_letter,)


class Lines(models.TextField):
    """The same of several lines."""

    def to_python(self, value):
        value = super().to_python(value)
        return value if value is None else visible_lines(value)

    def formfield(self, **options):
        return super().formfield(**{"form_class": LinesField, **options})

    def deconstruct(self):
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.TextField", args, options


class Login(Name):
    """The same in capitals: phones like to begin with one."""

    def to_python(self, value):
        value = super().to_python(value)
        return value if value is None else login(value)


class SortingName(models.CharField):
    """What people are sorted by (`rules.names.sorting_name`), kept beside the names that it is made
    of whenever they are written: the databases sort it byte by byte."""

    def __init__(self, *args, **options):
        options |= {"max_length": 3 * LONGEST_NAME + 2, "editable": False, "default": ""}
        super().__init__(*args, **options)

    def deconstruct(self):
        name, path, args, options = super().deconstruct()
        for given in ("max_length", "editable", "default"):
            options.pop(given, None)
        return name, path, args, options

    def db_parameters(self, connection):
        """SQLite's texts are in the order of their bytes anyway."""
        found = super().db_parameters(connection)
        return found | ({"collation": "C"} if connection.vendor == "postgresql" else {})

    def pre_save(self, instance, add):
        made = sorting_name(instance)
        setattr(instance, self.attname, made)
        return made


def sorting_name(person):
    return names.sorting_name(*(getattr(person, name) for name in PersonName._fields))
