"""Due instants and late entries follow who holds a lesson: assignments and substitutions."""

from functools import cache

from django.db import connection, transaction
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.utils import timezone

from school.models import Lesson, Substitution, TeachingAssignment
from school.rules import spans
from school.rules.spans import covers, subtract

from ..models import LessonWork
from .dues import hold_lessons, set_dues_of_lessons, set_dues_of_works
from .watch import locked_watch


def follow_holders() -> None:
    """Of lessons that have come whoever holds them by now has heard only now."""
    for model in (Substitution, TeachingAssignment):
        for signal in (pre_save, pre_delete):
            signal.connect(_before_holder, sender=model)
    for signal in (post_save, post_delete):
        signal.connect(_substitution_changed, sender=Substitution)
        signal.connect(_assignment_changed, sender=TeachingAssignment)


def _before_holder(sender, instance, raw=False, **kwargs):
    """Remember what a substitution or assignment said; the watch is taken before any lesson."""
    if not raw:
        if connection.in_atomic_block:
            locked_watch()
        instance._before = sender.objects.filter(pk=instance.pk).first()


@transaction.atomic
def _substitution_changed(sender, instance, raw=False, **kwargs):
    """Whoever holds the lesson by now has heard of it only now."""
    if raw:
        return
    is_gone = not Substitution.objects.filter(pk=instance.pk).exists()
    before = instance._before and instance._before.teacher_id
    if is_gone or before != instance.teacher_id:
        _heard_of(Lesson.objects.filter(pk=instance.lesson_id))


@transaction.atomic
def _assignment_changed(sender, instance, raw=False, **kwargs):
    """Lessons that were nobody's have somebody now. Those that another has left are by now the duty
    of who was assigned afterwards alone; but who joins another takes no lateness away from him."""
    if raw:
        return
    stands, before = sender.objects.filter(pk=instance.pk).first(), instance._before
    gained, left = _days(stands), _days(before)
    if stands and before and _whose(stands) == _whose(before):
        gained, left = subtract(gained, left), subtract(left, gained)
    journals = {row.journal_id for row in (stands, before) if row}
    others = list(sender.objects.filter(journal__in=journals).exclude(pk=instance.pk))
    lessons = Lesson.objects.filter(journal__in=journals, date__lte=timezone.localdate())
    histories = cache(lambda row: list(row.history.order_by("history_id")))
    heard = []
    for pk, journal, day in lessons.filter(substitution=None).values_list("pk", "journal", "date"):
        holders = [row for row in others if row.journal_id == journal and covers(_days(row), day)]
        if stands and journal == stands.journal_id and covers(gained, day):
            is_news = not holders
        elif before and journal == before.journal_id and covers(left, day):
            is_news = bool(holders) and all(
                _was_assigned_after(row, histories(row), day) for row in holders
            )
        else:
            continue
        if is_news:
            heard.append(pk)
    if heard:
        _heard_of(Lesson.objects.filter(pk__in=heard))


def _days(assignment):
    if assignment is None:
        return []
    return [spans.span(assignment.starts_on, assignment.ends_on)]


def _whose(assignment):
    return assignment.journal_id, assignment.teacher_id


def _was_assigned_after(assignment, history, day):
    """Whether a TeachingAssignment has come to cover a school-local day after it."""
    since = None
    for row in history:
        is_his = _whose(row) == _whose(assignment) and covers(_days(row), day)
        since = (since or row.history_date) if is_his else None
    return since is not None and timezone.localdate(since) > day


def _heard_of(lessons):
    """Of a queryset of lessons those that have come are duties that those who hold them have heard
    of just now."""
    now = timezone.now()
    found = lessons.filter(date__lte=timezone.localdate(now), cancelled="")
    days = set(found.order_by().values_list("date", flat=True))
    if days:
        hold_lessons(found)
        found.update(known_at=now, unknown_from=None)
        set_dues_of_lessons(days, now)
        set_dues_of_works(LessonWork.objects.filter(lesson__in=found), now)
