"""What an address may hold."""

from django.http import Http404
from django.urls.converters import IntConverter


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
