"""Form widgets that every app uses."""

from django import forms


def date_input():
    """The browser's own choice of a day; it wants the ISO form whatever the language."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
