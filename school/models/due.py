"""Duties that are due at an instant: the column of the instant beside that of the deed."""

from django.db import models
from django.db.models import F, Q


def late_q(due, done):
    """Q: the duty is not done, or was done after it was due. Nothing undone is late before its
    due instant: bound `due` by the present as well."""
    return Q(**{f"{done}__isnull": True}) | Q(**{f"{done}__gt": F(due)})


def late_index(due, done, name):
    """A partial index by due instant of what is or will be late: with it the watch looks at the
    newly overdue alone."""
    return models.Index(fields=[due], condition=late_q(due, done), name=name)
