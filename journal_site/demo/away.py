"""Who of the demo's teachers will be away: for one all is arranged, for another nothing yet."""

import datetime

from django.db.models import Count
from django.utils import timezone

from journals.actions.arranging import arrange
from journals.queries.arranging import arranging
from school.actions.teacher_absences import record_absence
from school.models import Lesson, TeacherAbsence, User
from school.queries.lessons import takes_place
from school.rules.candidates import CANCEL, Choice, Deed

MOST_LESSONS = 6


def arrange_absences(teacher: User, today: datetime.date, deputy: User) -> None:
    """On the next day with lessons two others than `teacher` are away, both with something to
    teach; nothing where the year is over."""
    coming = Lesson.objects.filter(takes_place(), date__gt=today, substitution=None)
    first = coming.order_by("date").values_list("date", flat=True).first()
    if first is None:
        return
    busy = coming.filter(date=first).exclude(journal__assignments__teacher=teacher)
    found = busy.values("journal__assignments__teacher").annotate(lessons=Count("pk"))
    found = found.filter(lessons__range=(2, MOST_LESSONS), journal__assignments__ends_on=None)
    found = found.order_by("-lessons", "journal__assignments__teacher")
    keys = list(found.values_list("journal__assignments__teacher", flat=True)[:2])
    people = list(User.objects.filter(pk__in=keys).order_by("pk"))
    away = {one.teacher_id for one in TeacherAbsence.objects.filter(starts_on=first)}
    people = [one for one in people if one.pk not in away]
    for person in people[:1]:
        _arrange(person, first, deputy)
    for person in people[1:]:
        kind = TeacherAbsence.Kind.TRIP
        absence = TeacherAbsence(teacher=person, starts_on=first, ends_on=first, kind=kind)
        record_absence(absence, deputy)


def _arrange(person, day, deputy):
    """As it is proposed, but for the last lesson, which does not take place."""
    lines = arranging(person, (day,), timezone.now()).open
    if not lines:
        return
    said: dict[int, Choice] = {line.lesson.pk: line.chosen for line in lines}
    if len(lines) > 1 and all(one.deed is Deed.SUBSTITUTE for one in said.values()):
        said[lines[-1].lesson.pk] = CANCEL
    cancelled = {pk for pk, choice in said.items() if choice == CANCEL}
    kind = TeacherAbsence.Kind.TRAINING
    arrange(person, (day,), said, deputy, kind, cancelled)
