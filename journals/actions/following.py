"""Due instants and late entries follow a changed timetable, bell, calendar or class."""

import datetime
from collections import defaultdict

from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.utils import timezone

from attendance.actions.documents import set_reason_dues
from attendance.models import AbsenceDocument
from school.actions.days import days_changed
from school.actions.holding import lessons_to_change
from school.models import (
    Enrolment,
    GradeValue,
    GroupMembership,
    Journal,
    Lesson,
    Period,
    School,
    SchoolYear,
)
from school.queries.belonging import classes_of_groups
from school.queries.calendar import days_span
from school.rules.kinds import Owed
from school.rules.spans import ONE_DAY

from .. import marking
from ..models import GradeSheet, LateEntry, LessonWork, WorkType
from ..queries.duties import OF_SHEETS, REASON
from .dues import (
    COLUMNS,
    REACH,
    classes_there,
    hold_lessons,
    is_misjudged,
    set_dues,
    set_dues_of_lessons,
    set_dues_of_works,
)
from .grade_sheets import forget_unasked, move_dues, move_dues_of_days, open_exam, open_moved
from .late import recheck, recheck_rows, recheck_sheets
from .watch import locked_watch


def follow_facts() -> None:
    """Recompute what a changed timetable, bell, calendar or class touches: a lesson's whole day;
    for bells, classes and work types what is from today on. Bulk writes send no signals: the
    next sweep finds lessons without due instants; who writes works or memberships in bulk calls
    `set_dues_of_works` or `set_dues_of_lessons`."""
    model: type[Model]
    lessons_to_change.connect(_before_lessons)
    pre_save.connect(_before_lesson, sender=Lesson)
    post_save.connect(_lesson_changed, sender=Lesson)
    post_delete.connect(_lesson_deleted, sender=Lesson)
    for model in (Enrolment, GroupMembership):
        for signal in (pre_save, pre_delete):
            signal.connect(_before_membership, sender=model)
        for signal in (post_save, post_delete):
            signal.connect(_membership_changed, sender=model)
    post_save.connect(_work_type_changed, sender=WorkType)
    post_save.connect(_journal_changed, sender=Journal)
    post_save.connect(_value_changed, sender=GradeValue)
    for signal in (post_save, post_delete):
        signal.connect(_document_changed, sender=AbsenceDocument)
    days_changed.connect(_days_changed)
    for model in (Period, School):
        post_save.connect(_calendar_changed, sender=model)
        post_delete.connect(_calendar_changed, sender=model)
    post_save.connect(_year_changed, sender=SchoolYear)
    for model in DUE_DAYS:
        pre_save.connect(_before_due_days, sender=model)


# The fields of a lesson that move what is due; what is written in it does not.
MOVING = {"cancelled", "date", "number", "kind"}


def _moves(update_fields):
    return update_fields is None or not MOVING.isdisjoint(update_fields)


def _before_lessons(sender, **kwargs):
    """The watch is taken before any lesson is, as a sweep does."""
    if connection.in_atomic_block:
        locked_watch()


def _before_lesson(sender, instance, raw=False, update_fields=None, **kwargs):
    """Of two timetable changes at once the second waits here, before it locks any lesson as a sweep
    does too, and then sees what the first has done. Remember the day that a moved lesson leaves,
    and when it was due: who loaded it long ago saves no instants of then."""
    if not raw and _moves(update_fields):
        if connection.in_atomic_block:
            locked_watch()
        stored = Lesson.objects.filter(pk=instance.pk).order_by()
        instance._days_before = set()
        instance._kind_before = None
        facts = (*COLUMNS, *Owed._fields, "nobody_attends")
        for day, kind, *stand in stored.values_list("date", "kind", *facts):
            instance._days_before, instance._kind_before = {day}, kind
            for name, value in zip(facts, stand, strict=True):
                setattr(instance, name, value)


def _lesson_changed(sender, instance, raw=False, update_fields=None, **kwargs):
    if not raw and _moves(update_fields):
        now = timezone.now()
        is_other = instance._kind_before not in (None, instance.kind_id)
        anew = {instance.pk} if is_other else ()
        set_dues_of_lessons({instance.date} | instance._days_before, now, anew)
        works = LessonWork.objects.filter(lesson=instance.pk)
        set_dues_of_works(works, now)
        if instance._days_before - {instance.date}:
            recount(works)  # others were there


def _lesson_deleted(sender, instance, **kwargs):
    set_dues({instance.date})


def _before_membership(sender, instance, raw=False, **kwargs):
    """Remember which classes the pupil's groups are of: seldom is a pupil the only one of his
    class there, and then nothing moves."""
    if not raw:
        _before_lessons(sender)
        stored = sender.objects.filter(pk=instance.pk).values("student")
        member = GroupMembership.objects.filter(
            Q(student=instance.student_id) | Q(student__in=stored)
        )
        groups: set[int | None] = set(member.values_list("group", flat=True))
        groups.add(getattr(instance, "group_id", None))
        instance._classes_before = groups, _classes_to_come(groups)
        instance._stored = sender.objects.filter(pk=instance.pk).first()


def _membership_changed(sender, instance, raw=False, **kwargs):
    if not raw:
        groups, before = instance._classes_before
        after = _classes_to_come(groups)
        days = {day for day in before if before[day] != after[day]}
        lessons = _lessons_of_pupils([instance, *filter(None, [instance._stored])])
        days |= _days_misjudged(lessons)
        if days:
            set_dues_of_lessons(days)
        of_all = LessonWork.objects.filter(work_type__expects=marking.PRESENT)
        recount(of_all.filter(lesson__in=lessons.values("pk")))


def _days_misjudged(lessons):
    found = lessons.filter(is_misjudged())
    return set(found.values_list("date", flat=True).distinct())


def _lessons_of_pupils(rows):
    """The lessons that the pupils of dated rows may have joined or left, a queryset."""
    lessons = Q(pk__in=[])
    for row in rows:
        own = Q(journal__group__memberships__student=row.student_id)
        own |= Q(journal__group__school_class__enrolments__student=row.student_id)
        if isinstance(row, Enrolment):
            own |= Q(journal__group__school_class=row.school_class_id)
        else:
            own |= Q(journal__group=row.group_id)
        lessons |= own & Q(date__gte=row.starts_on)
    found = Lesson.objects.filter(lessons).order_by().values("pk")
    return Lesson.objects.filter(pk__in=found).order_by()


@transaction.atomic
def recount(works: QuerySet[LessonWork]) -> None:
    """Recount a queryset of works when a fact has changed that is no mark; late entries follow.
    Who saves a mark meanwhile holds the lesson: one of the two sees what the other did."""
    hold_lessons(Lesson.objects.filter(pk__in=works.values("lesson")))
    if lessons := marking.follow(works):
        recheck(lessons)


def _classes_to_come(groups):
    """{day: {group id: ids of its classes}} of the groups' lessons from today on."""
    to_come = defaultdict(set)
    lessons = Lesson.objects.filter(journal__group__in=groups, date__gte=timezone.localdate())
    for day, group in lessons.order_by().values_list("date", "journal__group").distinct():
        to_come[day].add(group)
    classes = classes_of_groups(groups)
    return {day: classes_there(classes, there, day) for day, there in to_come.items()}


def _work_type_changed(sender, instance, raw=False, **kwargs):
    if not raw:
        coming = LessonWork.objects.filter(lesson__date__gte=timezone.localdate())
        coming = coming.filter(work_type=instance)
        set_dues_of_works(coming)
        recount(coming)


@transaction.atomic
def _journal_changed(sender, instance, raw=False, **kwargs):
    """Another scale may expect marks, or none; another kind of periods has other vacations, which
    moves what is still to come, and asks no grades of the former ones; an individual plan takes its
    pupil out of the class's journal of the subject. The watch is taken before any lesson is, as a
    sweep does: an app above will take it when it follows too."""
    if not raw:
        locked_watch()
        of_subject = {"subject": instance.subject_id, "group__year": instance.group.year_id}
        journals = Journal.objects.filter(**of_subject).order_by()
        if days := _days_misjudged(Lesson.objects.filter(journal__in=journals).order_by()):
            set_dues_of_lessons(days)
        _recount_coming(lesson__journal__in=journals)
        now = timezone.now()
        own = LessonWork.objects.filter(lesson__journal=instance, marks_due_at__gte=now)
        set_dues_of_works(own, now)
        recheck_sheets({*forget_unasked(instance), *open_exam(instance, now)}, now)


def _value_changed(sender, instance, raw=False, **kwargs):
    if not raw:
        _recount_coming(lesson__journal__scale=instance.scale_id)


def _recount_coming(**works):
    """Works from today on: nobody is to blame by a rule of today."""
    recount(LessonWork.objects.filter(lesson__date__gte=timezone.localdate(), **works))


def _document_changed(sender, instance, raw=False, **kwargs):
    """Entered too late it is late at once, though the watch never saw it undone (2.9)."""
    if not raw:
        recheck_rows(REASON.kind, [instance.pk])


@transaction.atomic
def _days_changed(sender, days, **kwargs):
    locked_watch()  # before any lesson: an app above will take it when it follows too
    set_dues_of_lessons(days)
    since = min(days) - REACH
    recheck_rows(REASON.kind, set_reason_dues(since))
    set_dues_of_works(LessonWork.objects.filter(lesson__date__range=(since, max(days))))


@transaction.atomic
def _calendar_changed(sender, instance, raw=False, **kwargs):
    """A new week or period moves what is to come, for nobody is to blame by a rule of today."""
    if not raw:
        locked_watch()
        set_dues_of_works(LessonWork.objects.filter(marks_due_at__gte=timezone.now()))
        if sender is Period:
            _grades_moved(instance.year, instance, instance)


@transaction.atomic
def _year_changed(sender, instance, raw=False, **kwargs):
    """Its exams are due on another day."""
    if not raw:
        locked_watch()
        _grades_moved(instance, instance)


# model: the columns that say by which days grades are due
DUE_DAYS = {Period: ("ends_on",), SchoolYear: ("exams_due_on", "finals_due_on")}


def _due_days(row):
    return [getattr(row, name) for name in DUE_DAYS[type(row)]]


def _before_due_days(sender, instance, raw=False, **kwargs):
    """Remember by which days grades were due, None of what is new."""
    if not raw:
        stored = sender.objects.filter(pk=instance.pk).first()
        instance._due_before = stored and _due_days(stored)


def _grades_moved(year, saved, period=None):
    """What is due by the day of a `period`, or by those of the year's exams, is due by another.
    Only where the `saved` row says another day than before is opened what was over already: nobody
    is asked for a period of long ago because its beginning was put right."""
    now = timezone.now()
    move_dues(year)
    if getattr(saved, "_due_before", None) != _due_days(saved):
        open_moved(year, period, now)
    of_year = {"journal__group__year": year}
    known = LateEntry.objects.filter(kind__in=OF_SHEETS, **of_year)
    there = GradeSheet.objects.filter(**of_year).values_list("pk", flat=True)
    recheck_sheets({*known.values_list("object_id", flat=True), *there}, now)


@transaction.atomic
def follow_interruptions(first: datetime.date, last: datetime.date) -> None:
    """When a time without access changes: what was due on one of these school-local days, and what
    belongs to their lessons, may be due at another instant now (3.2). Other works are left alone,
    for nobody is to blame by what is allowed for them today (2.6)."""
    locked_watch()
    now = timezone.now()
    # Who changes a document holds it before its lessons.
    recheck_rows(REASON.kind, set_reason_dues(first - REACH, now), now)
    span = days_span(first, last)
    # The homework of an evening class is due on the next day, and what became known on a day then.
    lessons = Q(date__range=(first - ONE_DAY, last))
    for name in COLUMNS:
        lessons |= Q(**{f"{name}__range": span})
    works = LessonWork.objects.filter(
        Q(lesson__date__range=(first, last)) | Q(marks_due_at__range=span)
    )
    hold_lessons(Lesson.objects.filter(lessons | Q(pk__in=works.values("lesson"))))
    days = Lesson.objects.filter(lessons).order_by()
    set_dues_of_lessons(set(days.values_list("date", flat=True).distinct()), now)
    set_dues_of_works(works, now)
    recheck_sheets(move_dues_of_days(first, last), now)
