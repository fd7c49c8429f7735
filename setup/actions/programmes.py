"""By which adapted programme a pupil learns."""

from django.db import transaction

from school.models import Student, StudentCard


@transaction.atomic
def set_programme(student: Student, programme: str) -> None:
    """Write it into the pupil's card, «» for the general one; nothing else there is touched."""
    Student.objects.select_for_update(no_key=True).get(pk=student.pk)
    card = StudentCard.objects.filter(student=student).first()
    if card is None:
        StudentCard.objects.create(student=student, programme=programme)
    elif card.programme != programme:
        card.programme = programme
        card.save(update_fields=["programme"])
