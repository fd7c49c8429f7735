"""What an address may hold."""

from django.http import Http404
from django.urls.converters import IntConverter
from django.utils import timezone
from django.utils.dateparse import parse_date

from .rules.days import monday_of_week, week_key


class KeyConverter(IntConverter):
    """`<key:pk>`: a number that a key of the database can be; anything else is no address."""

    regex = "[0-9]{1,18}"


def is_key(text):
    """Whether a text can be a key of the database."""
    return text.isascii() and text.isdigit() and len(text) < 19


def key(text):
    """The same in a query or a form. Http404 for what can't be a key."""
    if text and is_key(text):
        return int(text)
    raise Http404


def day_of(text):
    """The date of «2026-11-26», None of any other text."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def monday_asked(request, day=None):
    """The Monday of the week that an address names («2026-W48»), by default of that of a `day`, of
    today. Http404 for no week."""
    try:
        return monday_of_week(request.GET.get("week") or week_key(day or timezone.localdate()))
    except ValueError:
        raise Http404 from None
