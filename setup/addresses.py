"""Pages of the set-up that are built one after another: a link stands where its page does."""

from django.urls import NoReverseMatch, reverse


def address(name: str) -> str:
    """The address of a named page, «» as long as there is none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
