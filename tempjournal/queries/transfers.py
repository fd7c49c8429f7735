"""What is to be transferred after outages, and what became of it, journal by journal (3.2)."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    When,
)
from django.utils import timezone

from journals.models import LessonWork
from journals.queries.lists import class_order
from school import namesakes
from school.models import Journal, Lesson, Outage, Period, User
from school.queries.calendar import days_span
from school.queries.lessons import lessons_to_write
from school.queries.locks import closed_period, is_closed, standing_locks
from school.queries.teaching import holders_of
from school.rights import JournalRights
from school.rules.interruptions import meets
from school.rules.spans import ONE_DAY

from .. import rules
from ..models import TemporaryJournal, Transfer, Upload
from .outages import lessons_inside, of_outage

DEEDS = {  # what a lesson may owe: when it was done
    "attendance": "attendance_taken_at",
    "topic": "topic_entered_at",
    "homework": "homework_entered_at",
    "marks": "marks_in_at",
}


def with_parts(lessons: QuerySet[Lesson]) -> QuerySet[Lesson]:
    """The queryset of Lessons, each with what `is_complete` asks beside its own columns: whether it
    `has_works`, and when their expected marks were in (2.6); `typed_at` is when something of it was
    last transferred."""
    works = LessonWork.objects.filter(lesson=OuterRef("pk"))
    return lessons.annotate(
        has_works=Exists(works),
        marks_in_at=Case(When(~Exists(works.filter(marked_at=None)), then=Max("works__marked_at"))),
        typed_at=Max("transfers__made_at"),
    )


def deeds(lesson: Lesson) -> list[datetime.datetime | None]:
    """When each was done of what a lesson, as `with_parts` loads it, owes."""
    return [
        getattr(lesson, done)
        for what, done in DEEDS.items()
        if lesson.owes(what) and (what != "marks" or lesson.has_works)  # type: ignore[attr-defined]  # annotated
    ]


def is_complete(lesson: Lesson) -> bool:
    """Whether nothing of the paper of a lesson, as `with_parts` loads it, is missing in the
    journal."""
    return None not in deeds(lesson)


def is_begun(lesson: Lesson) -> bool:
    """Whether anything of it is in the journal but marks alone."""
    written = (getattr(lesson, done) for what, done in DEEDS.items() if what != "marks")
    return any(written)


def _complete_at(lessons):
    """When the last of Lessons of `lessons_of` was complete; None while one is not."""
    times = [
        rules.complete_at(deeds(lesson), lesson.typed_at, lesson.last_instant) for lesson in lessons
    ]
    return None if None in times else max(filter(None, times), default=None)


def lessons_of(
    temporary_journals: Collection[TemporaryJournal], now: datetime.datetime | None, **more: Any
) -> dict[int, list[Lesson]]:
    """{key: the standing Lessons, `with_parts` and what `more` annotates, that are to be
    transferred after the outage} of TemporaryJournals with their outages; two queries."""
    rows = with_parts(_lessons_of(temporary_journals, now)).annotate(**more)
    hindered = _hindered({one.outage_id for one in temporary_journals})
    by_journal = defaultdict(list)
    for lesson in rows.order_by("date", "number"):
        by_journal[lesson.journal_id].append(lesson)
    return {
        one.pk: [
            lesson for lesson in by_journal[one.journal_id] if _is_of(one.outage, lesson, hindered)
        ]
        for one in temporary_journals
    }


def closed_transfers(now: datetime.datetime, keys: QuerySet[Any]) -> QuerySet[TemporaryJournal]:
    """Those of the TemporaryJournals of these keys (a queryset) in which every lesson that is not
    complete is in a closed period at an instant (4.2), by which (`closed_period`, its id); a
    queryset, found by three queries, by one where no journal with a transfer to make has a closed
    period."""
    locks = standing_locks(OuterRef("journal"), now).filter(
        period__year=OuterRef("journal__group__year"),
        period__kind=OuterRef("journal__period_kind"),
    )
    undone = TemporaryJournal.objects.filter(Exists(locks), pk__in=keys, transferred_at=None)
    periods = defaultdict(list)
    if found := list(undone.select_related("outage")):
        for pk, lessons in lessons_of(found, now, closed_period=closed_period(now)).items():
            missing = [one.closed_period for one in lessons if not is_complete(one)]  # type: ignore[attr-defined]  # annotated
            if missing and None not in missing:
                periods[missing[-1]].append(pk)
    whens = [When(pk__in=keys, then=period) for period, keys in periods.items()]
    closed = TemporaryJournal.objects.filter(pk__in=chain.from_iterable(periods.values()))
    return closed.annotate(closed_period=Case(*whens, default=None, output_field=BigIntegerField()))


def untransferred(period: Period) -> dict[int, int]:
    """{journal id: how many transfers are not complete} after outages that began in a Period."""
    found = TemporaryJournal.objects.filter(
        transferred_at=None,
        outage__starts_at__range=days_span(period.starts_on, period.ends_on),
        journal__group__year=period.year_id,
        journal__period_kind=period.kind,
    )
    return dict(found.order_by().values_list("journal").annotate(Count("pk")))


def _hindered(outages):
    """{(outage's key, lesson's id)} of the lessons that outages (keys) have hindered; one query."""
    rows = Outage.hindered_lessons.through.objects.filter(outage__in=outages)
    return set(rows.values_list("outage", "lesson"))


def _is_of(outage, lesson, hindered):
    """The rule of `lessons_inside` for a lesson."""
    held = meets(outage, lesson.first_instant, lesson.last_instant)
    return held or (outage.pk, lesson.pk) in hindered


def _lessons_of(temporary_journals, now):
    """The same as one queryset."""
    outages = {one.outage_id: one.outage for one in temporary_journals}.values()
    found = Q(pk__in=[])
    for outage in outages:
        found |= of_outage(outage, now)
    journals = {one.journal_id for one in temporary_journals}
    return Lesson.objects.filter(found, journal__in=journals, cancelled="", nobody_attends=False)


def transfer_holders(
    temporary_journals: Collection[TemporaryJournal], now: datetime.datetime | None
) -> dict[int, list[int]]:
    """{key: [user ids]} of TemporaryJournals with their outages: those whose the lessons are that
    are not complete, where all are whoever's one is; four queries."""
    found = lessons_of(temporary_journals, now)
    holders = _holders(temporary_journals, found, now)
    told = {}
    for pk, lessons in found.items():
        missing = [one for one in lessons if not is_complete(one)] or lessons
        told[pk] = list(dict.fromkeys(who for one in missing for who in holders[pk, one.pk]))
    return told


def _holders(temporary_journals, lessons, now):
    """{(key, lesson id): [user ids]}: whose duty it is to transfer each of the `lessons`, as
    `lessons_of` has them; two queries."""
    dues = {one.pk: one.transfer_due_at for one in temporary_journals}
    duties = {(pk, one.pk): (one.pk, dues[pk]) for pk in dues for one in lessons[pk]}
    holders = holders_of(duties.values(), timezone.localdate(now))
    return {key: holders[duty] for key, duty in duties.items()}


# --- the transfers of an outage ---


@dataclass(frozen=True)
class Typed:
    """What one person has transferred of a journal: how many cells and fields, the last at `at`
    (UTC)."""

    who: str
    at: datetime.datetime
    entries: int


@dataclass(frozen=True)
class TransferLine:
    """A journal's transfer after an outage: how many lessons there were, how many are complete,
    when all were or were said to be (None while neither), and what a person did of it;
    `may_declare`: the person who looks may say that nothing is left, or take that back."""

    temporary_journal: TemporaryJournal
    teachers: str
    lessons: int
    complete: int
    transferred_at: datetime.datetime | None
    state: str
    typed: list[Typed]
    is_own: bool
    may_declare: bool

    @property
    def journal(self) -> Journal:
        return self.temporary_journal.journal

    @property
    def due_at(self) -> datetime.datetime | None:
        return self.temporary_journal.transfer_due_at

    @property
    def is_late(self) -> bool:
        return self.state in (rules.LATE, rules.DONE_LATE, rules.ENTERED_LATE)

    @property
    def is_done(self) -> bool:
        return self.transferred_at is not None


def transfer_lines(
    temporary_journals: QuerySet[TemporaryJournal],
    now: datetime.datetime,
    own: Mapping[int, JournalRights] | None = None,
) -> list[TransferLine]:
    """TransferLines of a queryset of TemporaryJournals, by class and subject; seven queries.
    `own` are {id: JournalRights} of the journals that the person who looks may write in: of one
    where he sees some lessons alone only these count."""
    own = own or {}
    found = list(
        temporary_journals.select_related(
            "outage", "journal__group", "journal__subject", "declared_by"
        )
    )
    if not found:
        return []
    lessons = lessons_of(found, now)
    teachers = _holders(found, lessons, now)
    typists = _typists(found)
    keys = {pk for held in teachers.values() for pk in held} | {one["made_by"] for one in typists}
    names = namesakes.staff(User.objects.filter(pk__in=keys))
    typed = _typed(typists, names)
    lines = []
    for one in found:
        rights = own.get(one.journal_id)
        its_lessons, transferred_at, is_typed = _seen(one, lessons[one.pk], typed[one.pk], rights)
        holders = dict.fromkeys(pk for held in its_lessons for pk in teachers[one.pk, held.pk])
        is_typed = is_typed or one.declared_at is not None
        begun = is_typed or any(map(is_begun, its_lessons))
        due = one.transfer_due_at
        lines.append(
            TransferLine(
                one,
                ", ".join(names[pk] for pk in holders),
                len(its_lessons),
                sum(map(is_complete, its_lessons)),
                transferred_at,
                rules.transfer_state(begun, is_typed, transferred_at, due, now),
                typed[one.pk],
                one.journal_id in own,
                rights is not None
                and all(rights.writes_lesson(held.pk) for held in lessons[one.pk]),
            )
        )
    return sorted(lines, key=lambda line: class_order(line.journal))


def _seen(one, lessons, typed, rights):
    """(lessons, when they were transferred or None, whether any was typed) of a TemporaryJournal
    that a person with the JournalRights, or None, looks at."""
    if rights:
        seen = [lesson for lesson in lessons if rights.sees_lesson(lesson.pk)]
        if len(seen) < len(lessons):
            transferred_at = one.transferred_at if one.declared_at else _complete_at(seen)
            return seen, transferred_at, any(lesson.typed_at for lesson in seen)
    return lessons, one.transferred_at, bool(typed)


WAITING = datetime.timedelta(days=7)


MOST_WAITING = 3


def waiting_uploads(outage: Outage, person: User, now: datetime.datetime) -> QuerySet[Upload]:
    """The last of a person's Uploads that wait to be looked at and applied."""
    found = outage.uploads.filter(uploaded_by=person, applied_at=None)
    return found.filter(uploaded_at__gt=now - WAITING).defer("sheets")[:MOST_WAITING]


def paper_pages(outage: Outage, journals: QuerySet[Journal]) -> list[Journal]:
    """Of a queryset of journals those with a lesson in an outage, as the pages of its temporary
    journal follow each other; one query."""
    found = journals.filter(pk__in=lessons_inside(outage).values("journal"))
    return sorted(found.select_related("group", "subject"), key=class_order)


def _typists(temporary_journals):
    """Who typed how much of which, in the order in which they ended."""
    rows = (
        Transfer.objects.filter(temporary_journal__in=[one.pk for one in temporary_journals])
        .order_by()
        .values("temporary_journal", "made_by")
        .annotate(last=Max("made_at"), entries_made=Sum("entries"))
        .order_by("last")
    )
    return list(rows)


def _typed(rows, names):
    """{key: [Typed]}"""
    typed = defaultdict(list)
    for row in rows:
        name = names[row["made_by"]]
        typed[row["temporary_journal"]].append(Typed(name, row["last"], row["entries_made"]))
    return typed


def counts(lines: Collection[TransferLine]) -> list[tuple[str, int]]:
    """[(state, how many)] of TransferLines, in the order of need."""
    states = (
        rules.LATE,
        rules.NOT_BEGUN,
        rules.PARTLY,
        rules.DONE_LATE,
        rules.ENTERED_LATE,
        rules.DONE,
        rules.ENTERED,
    )
    numbers = [(state, sum(line.state == state for line in lines)) for state in states]
    return [(state, number) for state, number in numbers if number]


PAST = 5


# --- a teacher's own ---


def transfers_of(
    teacher: User, since: datetime.datetime, now: datetime.datetime
) -> list[TemporaryJournal]:
    """The TemporaryJournals, with outage and journal, that were or are due from an instant on and
    lack something in a lesson whose transfer is this person's duty `now` and that is not in a
    closed period; one query, and four more
    where there are any."""
    today = timezone.localdate(now)
    found = list(
        TemporaryJournal.objects.filter(transferred_at=None, transfer_due_at__gte=since)
        .select_related("outage", "journal__group", "journal__subject")
        .order_by()
    )
    if not found:
        return []
    # The homework of an evening class may have been due when it began on the next day.
    first = timezone.localdate(min(one.outage.starts_at for one in found)) - ONE_DAY
    last = timezone.localdate(max(filter(None, (one.outage.ends_at for one in found))))
    lessons = lessons_to_write(teacher, first, last, today).filter(
        ~is_closed(now),
        cancelled="",
        nobody_attends=False,
        journal__in={one.journal_id for one in found},
    )
    missing = [lesson for lesson in with_parts(lessons) if not is_complete(lesson)]
    hindered = _hindered({one.outage_id for one in found})
    inside = {
        one.pk: [
            lesson
            for lesson in missing
            if lesson.journal_id == one.journal_id and _is_of(one.outage, lesson, hindered)
        ]
        for one in found
    }
    holders = _holders(found, inside, now)
    own = [
        one
        for one in found
        if any(teacher.pk in holders[one.pk, lesson.pk] for lesson in inside[one.pk])
    ]
    return sorted(own, key=lambda one: (one.transfer_due_at, class_order(one.journal)))
