"""Names, reasons and remarks: what people type, as it is seen."""

from django import forms
from django.db import models

from .. import rules


class NameField(forms.CharField):
    """Of a form: what nobody sees is nothing."""

    def to_python(self, value):
        return rules.visible(super().to_python(value))


class LinesField(forms.CharField):
    """The same of several lines."""

    widget = forms.Textarea

    def to_python(self, value):
        return rules.visible_lines(super().to_python(value))


class Name(models.CharField):
    """Kept, compared and looked for as a person sees it, whoever writes it: «Иванов» with a sign
    that nobody sees is no other name, and a reason of such signs alone is none."""

    def to_python(self, value):
        value = super().to_python(value)
        return value if value is None else rules.visible(value)

    def formfield(self, **options):
        return super().formfield(**{"form_class": NameField, **options})

    def deconstruct(self):
        """For the database a text like any other."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options


class Lines(models.TextField):
    """The same of several lines."""

    def to_python(self, value):
        value = super().to_python(value)
        return value if value is None else rules.visible_lines(value)

    def formfield(self, **options):
        return super().formfield(**{"form_class": LinesField, **options})

    def deconstruct(self):
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.TextField", args, options


class Login(Name):
    """The same in capitals: phones like to begin with one."""

    def to_python(self, value):
        value = super().to_python(value)
        return value if value is None else rules.login(value)
