"""Due instants follow what kinds of lessons owe, and what is not kept in journals.

What is changed holds in the lessons from today on; those of before owe what they owed, so nobody is
late, or no longer late, by a rule of today."""

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save, pre_save
from django.utils import timezone

from school.actions.kinds import handed_down
from school.models import Exemption, Lesson, LessonKind

from .dues import set_dues_of_lessons
from .watch import locked_watch


def follow_kinds() -> None:
    post_save.connect(_kind_changed, sender=LessonKind)
    pre_save.connect(_before_exemption, sender=Exemption)
    for signal in (post_save, post_delete):
        signal.connect(_exemption_changed, sender=Exemption)
    handed_down.connect(_handed_down)


def _kind_changed(sender, instance, raw=False, **kwargs):
    if not raw:
        _judge_coming(Q(kind=instance.pk))


def _before_exemption(sender, instance, raw=False, **kwargs):
    """Remember of whom it spoke."""
    if not raw:
        instance._before = sender.objects.filter(pk=instance.pk).first()


def _exemption_changed(sender, instance, raw=False, **kwargs):
    if not raw:
        rows = [instance, *filter(None, [getattr(instance, "_before", None)])]
        of_parallel = any(row.parallel is not None for row in rows)
        journals = {row.journal_id for row in rows}
        _judge_coming(Q() if of_parallel else Q(journal__in=journals))


def _handed_down(sender, journal, **kwargs):
    _judge_coming(Q(journal=journal.pk))


@transaction.atomic
def _judge_coming(which):
    """Of the lessons from today on for which `which` (Q) holds. With the last lesson of a class the
    homework of its others is due at another instant: so their whole days. The watch is taken before
    any lesson is, as a sweep does."""
    locked_watch()
    coming = Lesson.objects.filter(which, date__gte=timezone.localdate()).order_by()
    if days := set(coming.values_list("date", flat=True).distinct()):
        set_dues_of_lessons(days)
