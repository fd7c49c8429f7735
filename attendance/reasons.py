"""The reasons of absence: each with all that follows from it, here and nowhere else."""

from django.db import models


class Reason(models.TextChoices):
    """What a cell says of an absence: its code, the head of its column in a table of totals, its
    word in a short list or on a button, its name in full. A subject teacher types any of them,
    the class teacher says one of `ABSENCES` by hand, a document one of `BY_DOCUMENT` (2.5, 2.9)."""

    UNKNOWN = "н", "Причина неизвестна", "неизвестна", "не был, причина неизвестна"
    VALID = "уп", "Уважительная", "уваж.", "уважительная причина"
    ILLNESS = "б", "Болезнь", "болезнь", "болезнь"
    TRUANCY = "нп", "Неуважительная", "неуваж.", "неуважительная причина"
    LATE = "оп", "Опозданий", "опоздание", "опоздание"

    head: str
    short: str

    def __new__(cls, code: str, head: str, short: str) -> "Reason":
        made = str.__new__(cls, code)
        made._value_, made.head, made.short = code, head, short
        return made

    @property
    def is_absence(self) -> bool:
        """Whether the pupil was not there; who was late was."""
        return self is not Reason.LATE

    @property
    def explains(self) -> bool:
        """Whether it says why, and so stands once the class teacher has written it (2.9)."""
        return self.is_absence and self is not Reason.UNKNOWN

    @property
    def by_document(self) -> bool:
        """Whether a document may give it (2.9): nobody brings one about truancy."""
        return self.explains and self is not Reason.TRUANCY


# In the order of totals and lists.
TOTALLED = (Reason.UNKNOWN, Reason.ILLNESS, Reason.VALID, Reason.TRUANCY, Reason.LATE)
ABSENCES = tuple(one for one in TOTALLED if one.is_absence)
EXPLAINING = tuple(one for one in TOTALLED if one.explains)
BY_DOCUMENT = tuple(one for one in TOTALLED if one.by_document)


def is_away(reason: str) -> bool:
    """Whether the pupil of such an absence («» for none) was not there."""
    return reason in ABSENCES


def confirms(reason: str) -> bool:
    """Whether a class teacher who writes this («» for nothing) has said why (2.9)."""
    return reason in EXPLAINING
