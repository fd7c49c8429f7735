"""Personal cards and health records (4.4)."""

from collections.abc import Iterable

from django.db import transaction

from ..models import EnrolmentOrder, HealthLook, HealthRecord, Student, StudentCard, User
from ..queries.cards import card_version, health_version


class Outdated(Exception):
    """Somebody has changed the thing since the form was opened; the text is Russian."""


@transaction.atomic
def save_card(
    student: Student,
    version: int,
    card: StudentCard,
    orders: Iterable[EnrolmentOrder],
    removed: Iterable[EnrolmentOrder] = (),
) -> None:
    """Save a pupil's card and orders (unsaved changes of a form), delete those `removed`. `version`
    is what `cards.card_version` said when the form was opened. Outdated if the card has changed
    since; then nothing is written."""
    Student.objects.select_for_update().get(pk=student.pk)
    if card_version(student) != version:
        raise Outdated("Пока вы писали, карточку изменили. Откройте её снова и внесите своё.")
    card.save()
    for order in removed:  # first: a new one may be the same
        order.delete()
    for order in orders:
        order.save()


@transaction.atomic
def save_health(student: Student, version: int, record: HealthRecord) -> None:
    """The same for the health record."""
    Student.objects.select_for_update().get(pk=student.pk)
    if health_version(student) != version:
        raise Outdated("Пока вы писали, сведения изменили. Откройте их снова и внесите своё.")
    record.save()


def note_health_look(student: Student, user: User) -> None:
    """Every look at a health record is written down."""
    HealthLook.objects.create(student=student, user=user)
