"""Questions to class teachers about pupils who are missing (2.9)."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from school.models import User

from ..models import Inquiry
from ..refusals import Refused


@transaction.atomic
def ask_about(student_id: int, day: datetime.date, leader: User) -> Inquiry:
    """A leader asks the class teacher of a pupil where he is on a school-local day. Refused where
    somebody has asked and nobody has answered yet."""
    try:
        with transaction.atomic():
            return Inquiry.objects.create(student_id=student_id, day=day, asked_by=leader)
    except IntegrityError:
        waiting = Inquiry.objects.select_related("asked_by").get(
            student=student_id, day=day, answered_at=None
        )
        who, at = waiting.asked_by.short_name, timezone.localtime(waiting.asked_at)
        raise Refused(f"уже спросил(а) {who} в {at:%H:%M}, ждём ответа.") from None


@transaction.atomic
def answer(inquiry_id: int, text: str, class_teacher: User) -> None:
    """The class teacher answers with a text. Refused where somebody has answered already."""
    inquiry = Inquiry.objects.select_for_update(of=["self"], no_key=True).get(pk=inquiry_id)
    if inquiry.answered_at and inquiry.answered_by:
        at = timezone.localtime(inquiry.answered_at)
        raise Refused(
            f"На этот вопрос уже ответил(а) {inquiry.answered_by.short_name} в {at:%H:%M}: "
            f"«{inquiry.answer}»."
        )
    inquiry.answer, inquiry.answered_by, inquiry.answered_at = text, class_teacher, timezone.now()
    inquiry.save(update_fields=["answer", "answered_by", "answered_at"])
