"""Due instants and late entries follow a changed timetable, bell, calendar, class or right."""

import datetime
from collections import defaultdict
from functools import cache

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
    Substitution,
    TeachingAssignment,
)
from school.queries.belonging import classes_of_groups
from school.queries.calendar import days_span
from school.rules import spans
from school.rules.spans import ONE_DAY, covers, subtract

from .. import marking
from ..models import GradeSheet, LateEntry, LessonWork, WorkType
from ..queries.duties import OF_SHEETS, REASON
from .dues import (
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
    for model in (Substitution, TeachingAssignment):
        for signal in (pre_save, pre_delete):
            signal.connect(_before_holder, sender=model)
    for signal in (post_save, post_delete):
        signal.connect(_substitution_changed, sender=Substitution)
        signal.connect(_assignment_changed, sender=TeachingAssignment)
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


def _moves(update_fields):
    """Whether a save of a lesson can move what is due; a save of what is written in it can't."""
    return update_fields is None or not {"cancelled", "date", "number"}.isdisjoint(update_fields)


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
        facts = ("day_due_at", "homework_due_at", "nobody_attends")
        for day, *stand in stored.values_list("date", *facts):
            instance._days_before = {day}
            for name, value in zip(facts, stand, strict=True):
                setattr(instance, name, value)


def _lesson_changed(sender, instance, raw=False, update_fields=None, **kwargs):
    if not raw and _moves(update_fields):
        now = timezone.now()
        set_dues_of_lessons({instance.date} | instance._days_before, now)
        works = LessonWork.objects.filter(lesson=instance.pk)
        set_dues_of_works(works, now)
        if instance._days_before - {instance.date}:
            recount(works)  # others were there


def _lesson_deleted(sender, instance, **kwargs):
    set_dues({instance.date})


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
    lessons |= Q(day_due_at__range=span) | Q(homework_due_at__range=span)
    works = LessonWork.objects.filter(
        Q(lesson__date__range=(first, last)) | Q(marks_due_at__range=span)
    )
    hold_lessons(Lesson.objects.filter(lessons | Q(pk__in=works.values("lesson"))))
    days = Lesson.objects.filter(lessons).order_by()
    set_dues_of_lessons(set(days.values_list("date", flat=True).distinct()), now)
    set_dues_of_works(works, now)
    recheck_sheets(move_dues_of_days(first, last), now)
