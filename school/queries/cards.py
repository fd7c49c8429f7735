"""The pupil's personal card (4.4)."""

from dataclasses import dataclass

from .. import namesakes
from ..declared import declared
from ..models import HealthRecord, SchoolYear, StudentCard


@dataclass(frozen=True)
class CardGrades:
    """A pupil's grades of a school year: `lines` are (subject, [a text for each of the titles])."""

    year: SchoolYear
    titles: list
    lines: list


@dataclass(frozen=True)
class CardPage:
    """A pupil's card (a new one if there is none yet) with what other facts tell of him."""

    card: StudentCard
    version: int
    enrolments: list
    memberships: list
    parents: list  # [(Parent, name)]
    orders: list
    grades: list


def card_page(student):
    """The CardPage of a pupil; seven queries."""
    parents = student.parents.select_related("user").order_by("user__sort_name", "pk")
    names = namesakes.in_full({one.pk: one.user.name for one in parents})
    return CardPage(
        StudentCard.objects.filter(student=student).first() or StudentCard(student=student),
        card_version(student),
        list(student.enrolments.select_related("school_class__year").order_by("starts_on")),
        list(student.memberships.select_related("group__year").order_by("starts_on")),
        [(parent, names[parent.pk]) for parent in parents],
        list(student.orders.all()),
        [table for grades_of in declared("cards", "GRADES") for table in grades_of(student)],
    )


def card_version(student):
    """Grows with every change of the pupil's card; 0 before the first."""
    return _version(StudentCard, student)


def health_version(student):
    """The same of his health record."""
    return _version(HealthRecord, student)


def _version(model, student):
    newest = model.history.filter(student=student.pk).order_by("-history_id")
    return newest.values_list("history_id", flat=True).first() or 0


def health_looks(student):
    """The last fifty looks at the pupil's health record, newest first."""
    return student.health_looks.select_related("user")[:50]
