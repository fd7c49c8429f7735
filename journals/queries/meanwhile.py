"""What has become of a lesson, or of who was to take it, while somebody chose."""

import datetime

from django.utils import timezone

from school.models import Lesson, Substitution, User
from school.models.history import SYSTEM
from school.queries.lessons import takes_place
from school.queries.teaching import teachers_of_lessons
from school.rules.candidates import Choice, Deed
from school.rules.texts import counted

from .arranging import Arranging, Line

HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)


def why_not(line: Line, said: Choice) -> str:
    """Why what was chosen for an open Line is possible no longer, in Russian."""
    if said.deed is Deed.JOIN:
        return "с тем уроком объединить уже нельзя."
    teacher = User.objects.filter(pk=said.teacher).first()
    if teacher is None:
        return "такого учителя нет."
    if busy := _lesson_then(teacher, line.lesson):
        return _sentence(f"{teacher.short_name} уже занят(а): {busy.journal}{_named_by(busy)}")
    return f"{teacher.short_name} в это время отсутствует или уже выбран(а) на другой урок."


def _lesson_then(teacher: User, lesson: Lesson) -> Lesson | None:
    there = Lesson.objects.filter(
        takes_place(),
        date=lesson.date,
        starts_at__lt=lesson.ends_at,
        ends_at__gt=lesson.starts_at,
    ).exclude(pk=lesson.pk)
    takers = teachers_of_lessons(there)
    found = there.select_related("journal__group", "journal__subject").order_by("pk")
    return next((one for one in found if teacher.pk in takers.get(one.pk, ())), None)


def why_not_asked(pk: int, found: Arranging) -> str:
    """Why a lesson (id) that was decided is open no longer, in Russian."""
    line = next((one for one in found.lines if one.lesson.pk == pk), None)
    if line is None:
        return "этого урока здесь больше нет: его перенесли, или отсутствие изменили."
    return _sentence(f"{line.settled}{_named_by(line.lesson)}")


def _sentence(text: str) -> str:
    """Initials end a sentence themselves."""
    return text if text.endswith(".") else f"{text}."


def _named_by(lesson: Lesson) -> str:
    """«, назначил(а) Орлов С. Н. минуту назад» of a lesson in which somebody stands in."""
    row = Substitution.objects.filter(lesson=lesson).first()
    if row is None:
        return ""
    told = row.history.select_related("history_user").latest("history_date", "history_id")
    who = told.history_user.short_name if told.history_user else SYSTEM
    return f", назначил(а) {who} {ago(told.history_date, timezone.now())}"


def ago(moment: datetime.datetime, now: datetime.datetime) -> str:
    """«только что», «5 минут назад», «24.11 в 10:15»."""
    passed = now - moment
    if passed < MINUTE:
        return "только что"
    if passed < HOUR:
        return f"{counted(passed // MINUTE, 'минуту', 'минуты', 'минут')} назад"
    return f"{timezone.localtime(moment):%d.%m в %H:%M}"
