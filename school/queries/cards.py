"""The pupil's personal card (4.4)."""

from dataclasses import dataclass

from django.db.models import QuerySet

from .. import namesakes
from ..declared import declared
from ..models import (
    Enrolment,
    EnrolmentOrder,
    GroupMembership,
    HealthRecord,
    Parent,
    SchoolYear,
    Student,
    StudentCard,
)
from ..models.cards import HealthLook


@dataclass(frozen=True)
class CardGrades:
    """A pupil's grades of a school year: `lines` are (subject, [a text for each of the titles])."""

    year: SchoolYear
    titles: list[str]
    lines: list[tuple[str, list[str]]]


@dataclass(frozen=True)
class CardPage:
    """A pupil's card (a new one if there is none yet) with what other facts tell of him."""

    card: StudentCard
    version: int
    enrolments: list[Enrolment]
    memberships: list[GroupMembership]
    parents: list[tuple[Parent, str]]  # [(Parent, name)]
    orders: list[EnrolmentOrder]
    grades: list[CardGrades]


def card_page(student: Student) -> CardPage:
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


def card_version(student: Student) -> int:
    """Grows with every change of the pupil's card; 0 before the first."""
    return _version(StudentCard, student)


def health_version(student: Student) -> int:
    """The same of his health record."""
    return _version(HealthRecord, student)


def _version(model: type[StudentCard] | type[HealthRecord], student: Student) -> int:
    newest = model.history.filter(student=student.pk).order_by("-history_id")
    return newest.values_list("history_id", flat=True).first() or 0


def health_looks(student: Student) -> QuerySet[HealthLook]:
    """The last fifty looks at the pupil's health record, newest first."""
    return student.health_looks.select_related("user")[:50]
