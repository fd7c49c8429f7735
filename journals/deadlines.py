"""Deadlines (design, section 5): due instants that follow the timetable, and the watch.

The facts are when a duty was due and when it was done. A `LateEntry` is their projection for the
lists: a row for each duty done late or not yet done in spite of being due. `sweep` finds the newly
overdue every few minutes; `recheck` makes the rows of some lessons equal to the facts at once,
when somebody enters late or a due instant moves.

Nobody is late at once by a change made afterwards. When a lesson became known is a fact of it
(`Lesson.known_at`); an instant that comes earlier by what has changed comes no earlier than there
is time for it (`school.rules.brought_forward`).
"""

import datetime
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from django.db import connection, models, transaction
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.utils import timezone

from attendance.actions import set_reason_dues
from attendance.models import AbsenceDocument
from school import rules as school_rules
from school.actions import lessons_to_change
from school.compiled import Compiled, Given
from school.interruptions import changed as interruptions_changed
from school.interruptions import interruptions_since, keep_up
from school.models import (
    BellSlot,
    DayOverride,
    Enrolment,
    GradeValue,
    GroupMembership,
    Journal,
    Lesson,
    Period,
    PeriodLock,
    School,
    SchoolYear,
    Substitution,
    TeachingAssignment,
    TeachingGroup,
)
from school.models.due import late_q
from school.models.lessons import local_instant
from school.queries import (
    classes_of_groups,
    closed_period,
    days_span,
    is_attended,
    is_closed,
    terms,
    working_calendar,
)

from . import marking, rules, sheets
from .models import GradeSheet, LateEntry, LessonWork, Watch, WorkType

# The longest that a work type's days and the vacations between them can last.
REACH = datetime.timedelta(days=90)
# A lesson that somebody is writing in is passed over, and looked at again for so long. After a
# longer pause, when it would not be looked at again, it is waited for.
OVERLAP = datetime.timedelta(hours=1)
NOTHING_DUE = (None, None)


@dataclass(frozen=True)
class Deadline:
    """A duty that the watch knows: rows of `model` carry its due instant in the column `due` and
    the instant it was done in `done`; `lesson` and `journal` are the ways to both from there, None
    where there is none; `of` (Q) are the rows that it is about where not all are. `closed`, of rows
    without a lesson, is a function of an instant: a queryset of those that a closed period keeps
    from being done, `closed_period` being its id."""

    kind: str
    name: str
    clause: str
    model: type
    due: str
    done: str
    lesson: str | None = "pk"
    journal: str | None = "journal"
    of: Q = field(default_factory=Q)
    closed: Callable | None = None

    def late(self, now):
        """The model's rows that are late at an instant."""
        late = late_q(self.due, self.done)
        return self.model.objects.filter(late, self.of, **{f"{self.due}__lt": now})


# An app above adds its own when it starts.
DEADLINES = [
    Deadline("attendance", "присутствие", "2.5", Lesson, "day_due_at", "attendance_taken_at"),
    Deadline("topic", "тема", "2.7", Lesson, "day_due_at", "topic_entered_at"),
    Deadline(
        "homework", "домашнее задание", "2.8", Lesson, "homework_due_at", "homework_entered_at"
    ),
    Deadline(
        *("marks", "отметки за работу", "2.6", LessonWork, "marks_due_at", "marked_at"),
        lesson="lesson",
        journal="lesson__journal",
    ),
    Deadline(
        *("reason", "причина пропуска", "2.9", AbsenceDocument, "reason_due_at", "entered_at"),
        lesson=None,
        journal=None,
    ),
    Deadline(
        *("grades", "оценки за период", "2.6", GradeSheet, "grades_due_at", "complete_at"),
        lesson=None,
        of=~Q(kind__in=GradeSheet.OF_EXAM),
        closed=sheets.closed,
    ),
    Deadline(
        *("exams", "экзаменационные и итоговые оценки", "2.6"),
        *(GradeSheet, "grades_due_at", "complete_at"),
        lesson=None,
        of=Q(kind__in=GradeSheet.OF_EXAM),
        closed=sheets.closed,
    ),
]
OF_SHEETS = ("grades", "exams")


def with_closed_period(entries, now):
    """The queryset of LateEntries, each with the `closed_period` (id) that keeps it from being done
    at an instant: it is closed for the journal (4.2), and was open when the entry became late. NULL
    where none does, and of what is done."""
    of_others = [
        When(kind=deadline.kind, then=_closed_period_of(deadline, now))
        for deadline in DEADLINES
        if deadline.closed
    ]
    nothing = When(settled_at__isnull=False, then=None)
    of_lessons = closed_period(now, "lesson__")
    key = models.BigIntegerField()
    return entries.annotate(
        closed_period=Case(nothing, *of_others, default=of_lessons, output_field=key)
    )


def _closed_period_of(deadline, now):
    rows = deadline.closed(now).filter(pk=OuterRef("object_id"))
    return Subquery(rows.values("closed_period")[:1])


@dataclass(frozen=True)
class OpenDuty:
    """A duty not done yet: `due` (UTC) is None where it is not known yet; `anchor` names the place
    on the journal's page where it is done. What is excused is late for nobody."""

    name: str
    due: datetime.datetime | None
    is_late: bool
    is_excused: bool
    anchor: str


def anchor(kind, lesson_id):
    """Names the place on the journal's page where a duty of a lesson is done."""
    return f"{kind}-{lesson_id}"


def open_duties(lesson, now):
    """The OpenDuties of a lesson that has begun, and of its works; the lesson is as
    `with_open_duties` loads it."""
    if lesson.cancelled or lesson.nobody_attends or lesson.starts_at > now:
        return []
    excused = {(entry.kind, entry.object_id) for entry in lesson.excused_entries}
    duties = []
    for deadline in DEADLINES:
        if deadline.model is Lesson:
            duties.append((deadline, lesson, deadline.name))
        elif deadline.model is LessonWork:
            duties += [(deadline, work, _marks_of(work)) for work in lesson.unmarked_works]
    return [
        OpenDuty(
            name,
            due := getattr(row, deadline.due),
            rules.is_late(due, None, now) and (deadline.kind, row.pk) not in excused,
            (deadline.kind, row.pk) in excused,
            anchor(deadline.kind, lesson.pk),
        )
        for deadline, row, name in duties
        if getattr(row, deadline.done) is None
    ]


def _marks_of(work):
    """«отметки: Контрольная работа, 11 из 22»."""
    given = rules.given_text(work.given, work.expected)
    return f"отметки: {work.work_type}" + (f", {given}" if given else "")


def with_open_duties(lessons, since, now):
    """Of a queryset of lessons those of the days from `since` on, and the earlier ones with a duty
    not done that can be done at an instant; each as `open_duties` wants it."""
    unmarked = LessonWork.objects.filter(marked_at=None)
    undone = Q(Exists(unmarked.filter(lesson=OuterRef("pk"))))
    for deadline in DEADLINES:
        if deadline.model is Lesson:
            undone |= Q(**{f"{deadline.done}__isnull": True})
    works = marking.counted(unmarked.select_related("work_type"))
    works = Prefetch("works", works, to_attr="unmarked_works")
    excused = Prefetch(
        "late_entries", LateEntry.objects.exclude(excuse=""), to_attr="excused_entries"
    )
    owing = Q(undone, ~is_closed(now), cancelled="", nobody_attends=False)
    found = lessons.filter(Q(date__gte=since) | owing)
    return found.prefetch_related(works, excused)


# --- the watch ---


@transaction.atomic
def sweep(now=None):
    """Find what became overdue since the last sweep; returns the number of new rows.

    Set-based, and nothing is found twice: of two sweeps the later waits for the earlier, one that
    died has written nothing, and one that comes after a week finds the week's. Lessons that came
    without due instants (made in bulk) get them first, and the duties to grade begin with the last
    week of a period; for one that was over before the first sweep nobody is blamed.
    """
    now = now or timezone.now()
    watch = _locked_watch()
    keep_up(now)
    unknown = Lesson.objects.filter(day_due_at=None, cancelled="", nobody_attends=False).order_by()
    if days := set(unknown.values_list("date", flat=True)):
        set_dues(days, now)
    since = watch.looked_until and watch.looked_until - OVERLAP
    looks_again = bool(since) and now - watch.looked_until < OVERLAP
    today = timezone.localdate(now)
    last_look = timezone.localdate(watch.looked_until) if watch.looked_until else today
    if changed := sheets.open_sheets(last_look, today):
        recheck_sheets(changed, now)
    found = sum(_find(deadline, since, now, looks_again) for deadline in DEADLINES)
    if found:
        found -= _drop_closed(LateEntry.objects.filter(found_at=now), now)
        _excuse_again(Q(found_at=now))
    watch.looked_until = now
    watch.save()
    return found


def _locked_watch():
    Watch.objects.get_or_create(pk=1)
    return Watch.objects.select_for_update().get(pk=1)


def _find(deadline, since, now, looks_again):
    newly_late = _newly_late(deadline, since is not None, looks_again)
    source, params = newly_late.statement(since=since, now=now)
    table = connection.ops.quote_name(LateEntry._meta.db_table)
    sql = f"INSERT INTO {table} ({', '.join(_COLUMNS)}) {source} ON CONFLICT DO NOTHING"
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


@cache
def _newly_late(deadline, is_bounded, looks_again):
    """Built once: a sweep that finds a thousand takes 1.7 times as long as bare SQL, not 1.9."""

    def rows():
        found = deadline.late(Given("now")).order_by()
        if is_bounded:
            found = found.filter(**{f"{deadline.due}__gte": Given("since")})
        found = found.select_for_update(skip_locked=looks_again, no_key=True)
        moment = Given("now", output_field=models.DateTimeField())
        return found.values_list(*_entry_values(deadline, moment))

    return Compiled(rows)


def _drop_closed(entries, now):
    """Of a queryset of LateEntries just found drop those that can't be done (4.2), before anybody
    has seen them; returns how many. Looking at what was found costs less than asking of each."""
    if not PeriodLock.objects.exists():
        return 0
    found = with_closed_period(entries, now).filter(closed_period__isnull=False)
    closed = LateEntry.objects.filter(pk__in=set(found.values_list("pk", flat=True)))
    # And no trace in the history; of no keys at all Django asks nothing, and tells None.
    return closed._raw_delete(closed.db) or 0


_COLUMNS = (
    *("kind", "object_id", "lesson_id", "journal_id"),
    *("due_at", "settled_at", "found_at", "excuse"),
)


def _entry_values(deadline, moment):
    """What a row of LateEntry, found at a `moment` (expression), takes from the duty's row, in the
    order of _COLUMNS."""
    nothing = Value(None, output_field=models.BigIntegerField())
    lesson, journal = ((way and F(way)) or nothing for way in (deadline.lesson, deadline.journal))
    duty = (F("pk"), lesson, journal, F(deadline.due), F(deadline.done))
    return (Value(deadline.kind), *duty, moment, Value(""))


@transaction.atomic
def recheck(lessons, now=None):
    """Make the late entries of these lessons (ids) equal to the facts: new ones are found, unless a
    closed period keeps them from being done, moved and settled ones follow, and those that were
    never due vanish, with a trace in the history."""
    lessons = list(lessons)
    for deadline in DEADLINES:
        if deadline.lesson:
            _recheck(deadline, {"lesson__in": lessons}, {f"{deadline.lesson}__in": lessons}, now)


@transaction.atomic
def recheck_rows(kind, keys, now=None):
    """The same for the rows (keys) that carry duties of one kind."""
    deadline = next(one for one in DEADLINES if one.kind == kind)
    keys = list(keys)
    _recheck(deadline, {"object_id__in": keys}, {"pk__in": keys}, now)


def recheck_sheets(keys, now=None):
    """The same for GradeSheets, of whatever kind."""
    for kind in OF_SHEETS:
        recheck_rows(kind, keys, now)


def _recheck(deadline, of_entries, of_rows, now):
    now = now or timezone.now()
    rows = deadline.late(now).filter(**of_rows).order_by()
    moment = Value(now, output_field=models.DateTimeField())
    late = {
        values[1]: dict(zip(_COLUMNS, values, strict=True))
        for values in rows.values_list(*_entry_values(deadline, moment))
    }
    moved = []
    for entry in LateEntry.objects.filter(kind=deadline.kind, **of_entries):
        fact = late.pop(entry.object_id, None)
        if fact is None:
            entry.delete()
        elif (entry.due_at, entry.settled_at) != (fact["due_at"], fact["settled_at"]):
            entry.due_at, entry.settled_at = fact["due_at"], fact["settled_at"]
            moved.append(entry)
    # Who settled it and when stands in the history of the duty itself.
    LateEntry.objects.bulk_update(moved, ["due_at", "settled_at"])
    LateEntry.objects.bulk_create(
        [LateEntry(**fact) for fact in late.values()], ignore_conflicts=True
    )
    if late:
        new = Q(kind=deadline.kind, object_id__in=late)
        _drop_closed(LateEntry.objects.filter(new), now)
        _excuse_again(new)


def _excuse_again(which):
    """Of the new LateEntries (Q) those that had vanished excused are excused as they were, by whom
    and when: a lesson cancelled and restored takes no excuse away. What a person had withdrawn
    before stays withdrawn."""
    entries = LateEntry.objects.filter(which, excuse="")
    same = entries.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
    excuse = ("excuse", "excused_by", "excused_at", "self_judged")
    rows = LateEntry.history.filter(Exists(same)).order_by("history_id")
    last = {
        (kind, key): said
        for kind, key, *said in rows.values_list("kind", "object_id", "history_type", *excuse)
    }
    given = defaultdict(list)
    for (kind, key), (history_type, *said) in last.items():
        if history_type == "-" and said[0]:
            given[kind, *said].append(key)
    for (kind, *said), keys in given.items():
        found = entries.filter(kind=kind, object_id__in=keys)
        found.update(**dict(zip(excuse, said, strict=True)))


# --- due instants, where the system was down moved to the end of the transfer (3.2) ---


@transaction.atomic
def set_dues(days, now=None):
    """Write the due instants of all lessons on these school-local days, and of their works, where
    they are not what they should be; their late entries follow."""
    set_dues_of_lessons(days, now)
    set_dues_of_works(LessonWork.objects.filter(lesson__date__in=days), now)


@transaction.atomic
def set_dues_of_lessons(days, now=None):
    """The same without the works. A moved bell asks it for all that is left of the year, 20,000
    lessons: so rows are tuples, and what lessons share is computed once a day."""
    now, zone = now or timezone.now(), timezone.get_default_timezone()
    earliest = rules.in_time(now, zone)
    _follow_pupils(Lesson.objects.filter(date__in=days), now)
    found = list(lessons_due(days))
    interruptions = interruptions_since(min(row.date for row, _, _ in found)) if found else []
    moved, days_moved = defaultdict(list), set()
    for lesson, taught, dues in found:
        day_due, homework_due = dues
        if interruptions and dues != NOTHING_DUE:
            day_due, homework_due = (
                school_rules.postponed(due, interruptions, taught, lesson.known_at) for due in dues
            )
        before = lesson.day_due_at, lesson.homework_due_at
        if before == (day_due, homework_due):
            continue
        soonest = rules.homework_in_time(lesson.date, now, zone)
        day_due = school_rules.brought_forward(before[0], day_due, earliest)
        homework_due = school_rules.brought_forward(before[1], homework_due, soonest)
        if before != (day_due, homework_due):
            moved[day_due, homework_due].append((lesson.pk, lesson.pk, before))
            days_moved.add(lesson.date)
    if moved:
        _hold(Lesson.objects.filter(date__in=days_moved))
    _move(Lesson, ("day_due_at", "homework_due_at"), moved, now)


def lessons_due(days):
    """Of all lessons on these school-local days (row, (first instant, last instant), (due of topic
    and attendance, of the homework)): aware instants, as if there had always been access; None for
    what a lesson owes that is cancelled or that nobody attends. A generator; four queries."""
    zone = timezone.get_default_timezone()
    by_day = defaultdict(list)
    lessons = Lesson.objects.filter(date__in=days).order_by()
    for row in lessons.values_list(
        *("pk", "date", "slot", "journal", "journal__group", "journal__group__kind", "cancelled"),
        *("nobody_attends", "day_due_at", "homework_due_at", "known_at", "unknown_from"),
        named=True,
    ):
        by_day[row.date].append(row)
    groups = {lesson.journal__group for day in by_day.values() for lesson in day}
    classes = classes_of_groups(groups)
    bells = list(BellSlot.objects.values_list("pk", "starts_at", "ends_at"))
    for day, found in by_day.items():
        ends = {slot: local_instant(day, ends_at) for slot, _, ends_at in bells}
        starts = {slot: local_instant(day, starts_at) for slot, starts_at, _ in bells}
        there = _classes_there(classes, {lesson.journal__group for lesson in found}, day)
        homework = rules.homework_dues(
            [
                rules.TaughtLesson(
                    lesson.pk,
                    ends[lesson.slot],
                    there[lesson.journal__group],
                    lesson.journal__group__kind == TeachingGroup.Kind.INDIVIDUAL,
                )
                for lesson in found
                if not (lesson.cancelled or lesson.nobody_attends)
            ]
        )
        day_due, begins = school_rules.end_of_day(day, zone), school_rules.start_of_day(day, zone)
        for lesson in found:
            dues = (day_due, homework[lesson.pk]) if lesson.pk in homework else NOTHING_DUE
            if lesson.known_at and lesson.known_at >= begins and dues != NOTHING_DUE:
                dues = _once_known(lesson, dues, zone)
            yield lesson, (starts[lesson.slot], ends[lesson.slot]), dues


def _once_known(lesson, dues, zone):
    day_due, homework_due = dues
    earliest = rules.in_time(lesson.known_at, zone)
    soonest = rules.homework_in_time(lesson.date, lesson.known_at, zone)
    return (
        rules.once_known(day_due, lesson.unknown_from, earliest),
        rules.once_known(homework_due, lesson.unknown_from, soonest),
    )


def _classes_there(classes, groups, day):
    """{group id: the ids of the classes whose pupils are taught there on a day}; `classes` as of
    `classes_of_groups`."""
    return {
        group: frozenset(pk for pk, span in classes[group] if school_rules.covers([span], day))
        for group in groups
    }


@transaction.atomic
def set_dues_of_works(works, now=None):
    """The same for a queryset of works."""
    now, zone = now or timezone.now(), timezone.get_default_timezone()
    rows = list(
        works.order_by().values_list(
            *("pk", "lesson", "lesson__date", "lesson__cancelled", "lesson__nobody_attends"),
            *("work_type__mark_days", "lesson__journal__group__year", "marks_due_at"),
            *("lesson__known_at", "lesson__unknown_from"),
            *("lesson__slot__starts_at", "lesson__slot__ends_at"),
        )
    )
    if not rows:
        return
    dates = [date for _, _, date, *_ in rows]
    interruptions = interruptions_since(min(dates))
    first, last = min(dates), max(dates) + REACH
    calendar, terms_of = working_calendar(first, last), cache(terms)

    @cache
    def due_after(date, days, year):
        return rules.marks_due(date, days, calendar, terms_of(year), zone)

    moved, earliest = defaultdict(list), rules.in_time(now, zone)
    for pk, lesson, date, cancelled, empty, days, year, before, known_at, told, *bells in rows:
        due = None if cancelled or empty else due_after(date, days, year)
        if due and known_at:
            due = rules.once_known(due, told, rules.in_time(known_at, zone))
        if due and interruptions:
            taught = [local_instant(date, time) for time in bells]
            due = school_rules.postponed(due, interruptions, taught, known_at)
        due = school_rules.brought_forward(before, due, earliest)
        if before != due:
            moved[(due,)].append((pk, lesson, (before,)))
    _move(LessonWork, ("marks_due_at",), moved, now)


def _follow_pupils(lessons, now):
    """Write of a queryset of lessons which of them nobody attends, where that has changed; when
    their works are due follows, and who counts complete lessons is told."""
    changed = list(lessons.filter(_misjudged()).order_by())
    if not changed:
        return
    _hold(Lesson.objects.filter(pk__in=[one.pk for one in changed]))
    for lesson in changed:
        lesson.set_attended(lesson.nobody_attends)
    Lesson.objects.bulk_update(changed, Lesson.ATTENDED)
    set_dues_of_works(LessonWork.objects.filter(lesson__in=changed), now)
    marking.changed.send(Lesson, lessons=changed)


def _misjudged():
    """Q for the lessons of which `nobody_attends` does not say what is so."""
    return Q(is_attended(), nobody_attends=True) | Q(~is_attended(), nobody_attends=False)


def _hold(lessons):
    """Lock a queryset of lessons until the transaction ends: in the order in which everybody does
    who locks several, so that of two at once neither has what the other waits for."""
    held = lessons.order_by("pk").select_for_update(no_key=True, of=["self"])
    list(held.values_list("pk"))


def _move(model, columns, moved, now):
    """Write {new values of the columns: [(key, lesson id, values before)]}. Late entries follow
    where an instant before or after has passed: no other lesson has any."""
    passed = set()
    for dues, rows in moved.items():
        keys = [key for key, _, _ in rows]
        model.objects.filter(pk__in=keys).update(**dict(zip(columns, dues, strict=True)))
        for _, lesson, before in rows:
            if any(due and due < now for due in (*before, *dues)):
                passed.add(lesson)
    if passed:
        recheck(passed, now)


# --- following the facts ---


def follow_facts():
    """Recompute what a changed timetable, bell, calendar or class touches: a lesson's whole day;
    for bells, classes and work types what is from today on. Bulk writes send no signals: the
    next sweep finds lessons without due instants; who writes works or memberships in bulk calls
    `set_dues_of_works` or `set_dues_of_lessons`."""
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
    post_save.connect(_bell_changed, sender=BellSlot)
    post_save.connect(_work_type_changed, sender=WorkType)
    post_save.connect(_journal_changed, sender=Journal)
    post_save.connect(_value_changed, sender=GradeValue)
    for signal in (post_save, post_delete):
        signal.connect(_document_changed, sender=AbsenceDocument)
    for model in (DayOverride, Period, School):
        post_save.connect(_calendar_changed, sender=model)
        post_delete.connect(_calendar_changed, sender=model)
    post_save.connect(_year_changed, sender=SchoolYear)
    interruptions_changed.connect(_interruptions_changed)


def _moves(update_fields):
    """Whether a save of a lesson can move what is due; a save of what is written in it can't."""
    return update_fields is None or not {"cancelled", "date", "slot"}.isdisjoint(update_fields)


def _before_lessons(sender, **kwargs):
    """The watch is taken before any lesson is, as a sweep does."""
    if connection.in_atomic_block:
        _locked_watch()


def _before_lesson(sender, instance, raw=False, update_fields=None, **kwargs):
    """Of two timetable changes at once the second waits here, before it locks any lesson as a sweep
    does too, and then sees what the first has done. Remember the day that a moved lesson leaves,
    and when it was due: who loaded it long ago saves no instants of then."""
    if not raw and _moves(update_fields):
        if connection.in_atomic_block:
            _locked_watch()
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
            _locked_watch()
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
        gained, left = school_rules.subtract(gained, left), school_rules.subtract(left, gained)
    journals = {row.journal_id for row in (stands, before) if row}
    others = list(sender.objects.filter(journal__in=journals).exclude(pk=instance.pk))
    lessons = Lesson.objects.filter(journal__in=journals, date__lte=timezone.localdate())
    histories = cache(lambda row: list(row.history.order_by("history_id")))
    heard = []
    for pk, journal, day in lessons.filter(substitution=None).values_list("pk", "journal", "date"):
        holders = [
            row
            for row in others
            if row.journal_id == journal and school_rules.covers(_days(row), day)
        ]
        if stands and journal == stands.journal_id and school_rules.covers(gained, day):
            is_news = not holders
        elif before and journal == before.journal_id and school_rules.covers(left, day):
            is_news = holders and all(
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
    return [school_rules.span(assignment.starts_on, assignment.ends_on)]


def _whose(assignment):
    return assignment.journal_id, assignment.teacher_id


def _was_assigned_after(assignment, history, day):
    """Whether a TeachingAssignment has come to cover a school-local day after it."""
    since = None
    for row in history:
        is_his = _whose(row) == _whose(assignment) and school_rules.covers(_days(row), day)
        since = (since or row.history_date) if is_his else None
    return since is not None and timezone.localdate(since) > day


def _heard_of(lessons):
    """Of a queryset of lessons those that have come are duties that those who hold them have heard
    of just now."""
    now = timezone.now()
    found = lessons.filter(date__lte=timezone.localdate(now), cancelled="")
    days = set(found.order_by().values_list("date", flat=True))
    if days:
        _hold(found)
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
        groups = set(member.values_list("group", flat=True))
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
    found = lessons.filter(_misjudged())
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
def recount(works):
    """Recount a queryset of works when a fact has changed that is no mark; late entries follow.
    Who saves a mark meanwhile holds the lesson: one of the two sees what the other did."""
    _hold(Lesson.objects.filter(pk__in=works.values("lesson")))
    if lessons := marking.follow(works):
        recheck(lessons)


def _classes_to_come(groups):
    """{day: {group id: ids of its classes}} of the groups' lessons from today on."""
    to_come = defaultdict(set)
    lessons = Lesson.objects.filter(journal__group__in=groups, date__gte=timezone.localdate())
    for day, group in lessons.order_by().values_list("date", "journal__group").distinct():
        to_come[day].add(group)
    classes = classes_of_groups(groups)
    return {day: _classes_there(classes, there, day) for day, there in to_come.items()}


def _bell_changed(sender, raw=False, **kwargs):
    if not raw:
        coming = Lesson.objects.filter(date__gte=timezone.localdate()).order_by()
        set_dues_of_lessons(set(coming.values_list("date", flat=True).distinct()))


def _work_type_changed(sender, instance, raw=False, **kwargs):
    if not raw:
        coming = LessonWork.objects.filter(lesson__date__gte=timezone.localdate())
        coming = coming.filter(work_type=instance)
        set_dues_of_works(coming)
        recount(coming)


def _journal_changed(sender, instance, raw=False, **kwargs):
    """Another scale may expect marks, or none; an individual plan takes its pupil out of the
    class's journal of the subject."""
    if not raw:
        of_subject = {"subject": instance.subject_id, "group__year": instance.group.year_id}
        journals = Journal.objects.filter(**of_subject).order_by()
        if days := _days_misjudged(Lesson.objects.filter(journal__in=journals).order_by()):
            _before_lessons(sender)
            set_dues_of_lessons(days)
        _recount_coming(lesson__journal__in=journals)
        now = timezone.now()
        recheck_sheets({*sheets.forget_exam(instance), *sheets.open_exam(instance, now)}, now)


def _value_changed(sender, instance, raw=False, **kwargs):
    if not raw:
        _recount_coming(lesson__journal__scale=instance.scale_id)


def _recount_coming(**works):
    """Works from today on: nobody is to blame by a rule of today."""
    recount(LessonWork.objects.filter(lesson__date__gte=timezone.localdate(), **works))


def _document_changed(sender, instance, raw=False, **kwargs):
    """Entered too late it is late at once, though the watch never saw it undone (2.9)."""
    if not raw:
        recheck_rows("reason", [instance.pk])


@transaction.atomic
def _calendar_changed(sender, instance, raw=False, **kwargs):
    """A day that is free or taught by now moves the marks of the works before it, and the reasons
    of the documents received before it; a new week or period moves what is still to come, for
    nobody is to blame by a rule of today. The watch is taken before any lesson is, as a sweep does:
    an app above will take it when it follows too."""
    if raw:
        return
    _locked_watch()
    if sender is DayOverride:
        set_dues_of_lessons({instance.date})
        works = LessonWork.objects.filter(lesson__date__gte=instance.date - REACH)
        recheck_rows("reason", set_reason_dues(instance.date - REACH))
    else:
        works = LessonWork.objects.filter(marks_due_at__gte=timezone.now())
    set_dues_of_works(works)
    if sender is Period:
        _grades_moved(instance.year, instance)


@transaction.atomic
def _year_changed(sender, instance, raw=False, **kwargs):
    """Its exams are due on another day."""
    if not raw:
        _locked_watch()
        _grades_moved(instance)


def _grades_moved(year, period=None):
    """What is due by the day of a `period`, or by those of the year's exams, is due by another."""
    now = timezone.now()
    sheets.move_dues(year)
    sheets.open_moved(year, period, now)
    of_year = {"journal__group__year": year}
    known = LateEntry.objects.filter(kind__in=OF_SHEETS, **of_year)
    there = GradeSheet.objects.filter(**of_year).values_list("pk", flat=True)
    recheck_sheets({*known.values_list("object_id", flat=True), *there}, now)


@transaction.atomic
def _interruptions_changed(sender, first, last, **kwargs):
    """What was due on one of these school-local days, and what belongs to their lessons, may be due
    at another instant now (3.2). Other works are left alone, for nobody is to blame by what is
    allowed for them today (2.6)."""
    _locked_watch()
    now = timezone.now()
    # Who changes a document holds it before its lessons.
    recheck_rows("reason", set_reason_dues(first - REACH, now), now)
    span = days_span(first, last)
    # The homework of an evening class is due on the next day, and what became known on a day then.
    lessons = Q(date__range=(first - school_rules.ONE_DAY, last))
    lessons |= Q(day_due_at__range=span) | Q(homework_due_at__range=span)
    works = LessonWork.objects.filter(
        Q(lesson__date__range=(first, last)) | Q(marks_due_at__range=span)
    )
    _hold(Lesson.objects.filter(lessons | Q(pk__in=works.values("lesson"))))
    days = Lesson.objects.filter(lessons).order_by()
    set_dues_of_lessons(set(days.values_list("date", flat=True).distinct()), now)
    set_dues_of_works(works, now)
    recheck_sheets(sheets.move_dues_of_days(first, last), now)
