"""The weekly timetable: what holds on a day, what a draft changes, what can't stand together."""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from .. import namesakes
from ..compiled import Compiled, Given
from ..models import (
    DraftRow,
    Journal,
    Lesson,
    Room,
    SchoolClass,
    SchoolYear,
    Student,
    TimetableDraft,
    TimetableEntry,
    User,
)
from ..models.dated import on_day
from ..models.timetable import Row
from ..rules.lifting import Spot
from ..rules.spans import ONE_DAY
from ..rules.timetable import Conflict, Place, RowFacts, conflicts
from .bells import numbers_at_one_time
from .belonging import pupils_on
from .lessons import planned_in
from .plans import Plan
from .taking import Taking

_LOADED = ("journal__group", "journal__subject", "room", "teacher")


def draft_of(year: SchoolYear) -> TimetableDraft | None:
    """The TimetableDraft that is being made for a year, None where none is."""
    return next(iter(_drafts.instances(year=year.pk)), None)


@Compiled
def _drafts() -> QuerySet[TimetableDraft]:
    return TimetableDraft.objects.filter(year=Given("year"), applied_at=None).order_by()


def applied_drafts(year: SchoolYear) -> QuerySet[TimetableDraft]:
    """Those that were applied and not withdrawn, the newest first, with who did it."""
    found = TimetableDraft.objects.filter(year=year, applied_at__isnull=False, withdrawn_at=None)
    return found.select_related("applied_by").order_by("-applied_at", "-pk")


@dataclass(frozen=True)
class Line:
    """A row of the timetable as a draft leaves it: `entry` is the one in force, None of one that
    comes; `change` the DraftRow, None where nothing changes."""

    entry: TimetableEntry | None
    change: DraftRow | None

    @property
    def row(self) -> Row:
        """What is said by now."""
        row = self.change or self.entry
        assert row is not None  # one of the two is there
        return row

    @property
    def key(self) -> tuple[str, int]:
        return ("row", self.change.pk) if self.change else ("entry", self.row.pk)

    @property
    def id(self) -> str:
        """The same however often it is changed: «e12» of a row in force, «r5» of one that comes."""
        return f"e{self.entry.pk}" if self.entry else f"r{self.row.pk}"

    @property
    def spot(self) -> Spot:
        return Spot(self.row.weekday, self.row.number)

    @property
    def goes(self) -> bool:
        return self.change is not None and self.change.goes

    @property
    def comes(self) -> bool:
        return self.entry is None


def lines(
    year: SchoolYear,
    day: datetime.date,
    draft: TimetableDraft | None,
    without: Collection[int] = (),
    near: Collection[Spot] = (),
) -> list[Line]:
    """The Lines of a year's timetable on a school-local day, by weekday and number, `without` some
    of the draft's rows (ids); of all, or those alone that may be at one time with what stands at
    the Spots they are `near`. Two queries, three of some alone."""
    changes = list(draft.rows.select_related(*_LOADED, "entry") if draft else ())
    changes = [change for change in changes if change.pk not in without]
    by_entry = {change.entry_id: change for change in changes if change.entry_id}
    # Also one that is not in force that day: whoever changes it is to see that he does.
    entries = TimetableEntry.objects.filter(
        on_day(day) | Q(pk__in=by_entry), journal__group__year=year
    )
    spots = _at_one_time(near)
    if near:
        places = [Q(weekday=spot.weekday, number=spot.number) for spot in spots]
        entries = entries.filter(reduce(or_, places, Q(pk__in=by_entry)))
    found = [Line(entry, by_entry.get(entry.pk)) for entry in entries.select_related(*_LOADED)]
    found += [Line(None, change) for change in changes if change.entry_id is None]
    found = [line for line in found if not near or line.spot in spots]
    return sorted(found, key=lambda line: (line.row.weekday, line.row.number, line.key))


def _at_one_time(near: Collection[Spot]) -> set[Spot]:
    numbers = numbers_at_one_time({spot.number for spot in near}) if near else {}
    return {Spot(spot.weekday, number) for spot in near for number in numbers[spot.number]}


def row_facts(taking: Taking, found: Iterable[Line]) -> list[RowFacts]:
    """RowFacts of the Lines that are taught, at the hours that the bells have in the week that
    begins with the day of a Taking; a number that they lack is at no hour."""
    return [
        RowFacts(line.key, line.row.weekday, line.row.weeks, hour, taking.claims(line.row))
        for line in found
        if not line.goes and (hour := taking.hour(line.row))
    ]


def taking_of(year: SchoolYear, day: datetime.date, found: Iterable[Line]) -> Taking:
    """The Taking of Lines, with those that are not taught any more; a fixed number of queries."""
    journals = {line.row.journal_id: line.row.journal for line in found}
    return Taking(year.pk, day, journals.values())


@dataclass(frozen=True)
class ConflictLine:
    """A Conflict as it is told: «Матвеева М. М.: вторник, 3-й урок, 5А, Математика, и …»; `is_hard`
    where lessons of it can't be made at all."""

    who: str
    one: Line
    other: Line
    is_hard: bool


HARD = ("class", "pupil")


def conflict_lines(
    year: SchoolYear, day: datetime.date, found: Sequence[Line], taking: Taking | None = None
) -> list[ConflictLine]:
    """All that can't stand together in Lines, both sides named; a fixed number of queries, fewer
    where their `taking` is known."""
    by_key: dict[Any, Line] = {line.key: line for line in found}
    there = conflicts(row_facts(taking or taking_of(year, day, found), found))
    names = names_in(there)
    return [
        ConflictLine(
            who_of(one, names),
            by_key[one.one],
            by_key[one.other],
            one.kind in HARD,
        )
        for one in there
    ]


def conflicts_of(
    draft: TimetableDraft,
    without: Collection[int] = (),
    near: Collection[Spot] = (),
    known: tuple[Sequence[Line], Taking] | None = None,
) -> list[ConflictLine]:
    """All that can't stand together once a draft is applied, `without` some of its rows (ids), of
    all or `near` some Spots as in `lines`: from its day on, and from each day on which other rows
    begin later; a fixed number of queries for each of them, fewer for the first where its Lines are
    `known`."""
    begins = TimetableEntry.objects.filter(
        journal__group__year=draft.year, starts_on__gt=draft.starts_on
    )
    days = {draft.starts_on, *begins.order_by().values_list("starts_on", flat=True)}
    found: dict[Any, ConflictLine] = {}
    for day in sorted(days):
        if known and day == draft.starts_on:
            there, taking = known
        else:
            there, taking = lines(draft.year, day, draft, without, near), None
        for one in conflict_lines(draft.year, day, there, taking):
            found.setdefault((one.who, one.one.key, one.other.key), one)
    return list(found.values())


def hard_changes(draft: TimetableDraft, found: Iterable[ConflictLine]) -> set[int]:
    """The keys of a draft's rows that can't be, of what is `found` (its `conflicts_of`): with them
    a class or a pupil would be in two lessons at once. Where one stays behind the row in force
    holds on, which may be in the way of another: so it is asked again until nothing more is."""
    behind: set[int] = set()
    while more := _hard(found):
        behind |= more
        found = conflicts_of(draft, behind)
    return behind


def _hard(found: Iterable[ConflictLine]) -> set[int]:
    both = (line for one in found if one.is_hard for line in (one.one, one.other))
    return {line.change.pk for line in both if line.change}


def names_in(found: Iterable[Conflict]) -> dict[str, dict[int, str]]:
    """{kind of claim: {id: name}} of all that Conflicts speak of; at most four queries."""
    ids: dict[str, set[int]] = defaultdict(set)
    for one in found:
        ids[one.kind].update(one.ids)
    pupils = Student.objects.filter(pk__in=ids["pupil"]).select_related("user")
    classes: Any = SchoolClass.objects.in_bulk(ids["class"])
    rooms: Any = Room.objects.in_bulk(ids["room"])
    return {
        "teacher": namesakes.staff(User.objects.filter(pk__in=ids["teacher"])),
        "pupil": namesakes.students(pupils),
        "class": {pk: str(one) for pk, one in classes.items()},
        "room": {pk: f"кабинет {one}" for pk, one in rooms.items()},
    }


def who_of(conflict: Conflict, names: dict[str, dict[int, str]]) -> str:
    """«Матвеева М. М.», «Иванов Иван и ещё 2»; `names` as `names_in` has them."""
    first, *more = sorted(names[conflict.kind][pk] for pk in conflict.ids)
    return f"{first} и ещё {len(more)}" if more else first


def journals_of_class(school_class: SchoolClass, day: datetime.date) -> list[Journal]:
    """The Journals in which pupils of a class are taught on a day, its own first; two queries."""
    journals = Journal.objects.filter(group__year=school_class.year_id)
    found = list(
        journals.select_related("group", "subject").order_by("group__name", "subject__name")
    )
    own = set(school_class.enrolments.filter(on_day(day)).values_list("student", flat=True))
    there = pupils_on(found, school_class.year_id, day)
    chosen = [
        one
        for one in found
        if one.group.school_class_id == school_class.pk or own & set(there[one.pk])
    ]
    return sorted(chosen, key=lambda one: one.group.school_class_id is None)


# --- what a draft does ---


@dataclass(frozen=True)
class AskedLine:
    """A Lesson that holds something and has no place any more: the Place that comes in its week
    instead, None where none does; `planned` are the works that are to be written in it."""

    lesson: Lesson
    instead: Place | None
    planned: list[str]


@dataclass(frozen=True)
class DifferencePage:
    """What a draft changes: its Lines, in the lessons how many come, go and get another room, those
    that are `asked` about, what can't stand together; `seen` stands for all of it."""

    changed: list[Line]
    comes: int
    goes: int
    rooms: int
    asked: list[AskedLine]
    conflicts: list[ConflictLine]
    seen: str


def difference_page(draft: TimetableDraft) -> DifferencePage:
    """The DifferencePage of a draft; a fixed number of queries."""
    found = lines(draft.year, draft.starts_on, draft)
    changed = [line for line in found if line.change]
    there = conflicts_of(draft)
    behind = hard_changes(draft, there)
    applied = [line for line in changed if line.change and line.change.pk not in behind]
    plan = _plan_of(draft, applied)
    made = plan.difference()
    filled = [one for one in made.goes if one.is_filled]
    lessons = Lesson.objects.select_related("journal__group", "journal__subject").in_bulk(
        [one.pk for one in filled] + [one.pk for one, _ in made.moves]
    )
    planned = planned_in(lessons)
    asked = [
        AskedLine(lessons[pk], place, planned.get(pk, []))
        for pk, place in [
            *((one.pk, place) for one, place in made.moves),
            *((one.pk, None) for one in filled),
        ]
    ]
    says = [(line.key, line.goes, sorted(line.row.says.items())) for line in changed]
    whole = repr((draft.pk, draft.starts_on, says, made)).encode()
    return DifferencePage(
        changed,
        len(made.comes),
        len(made.goes) - len(filled),
        len(made.rooms),
        sorted(asked, key=lambda line: (line.lesson.date, line.lesson.starts_at, line.lesson.pk)),
        there,
        hashlib.sha256(whole).hexdigest(),
    )


def _plan_of(draft: TimetableDraft, applied: Collection[Line]) -> Plan:
    """The Plan as it would be were these Lines applied."""
    journals = {line.row.journal_id for line in applied}
    ended = {line.entry.pk for line in applied if line.entry}
    rows = list(TimetableEntry.objects.filter(journal__in=journals).order_by("pk"))
    for row in rows:
        if row.pk in ended:
            row.ends_on = draft.starts_on - ONE_DAY
    for line in applied:
        if not line.goes:
            until = line.entry.ends_on if line.entry else None
            rows.append(TimetableEntry(**line.row.says, starts_on=draft.starts_on, ends_on=until))
    found = Journal.objects.filter(pk__in=journals)
    rooms = rooms_of(line.change for line in applied if line.change)
    return Plan(draft.year, found, draft.starts_on, draft.year.ends_on, rows, rooms)


def rooms_of(changes: Iterable[DraftRow]) -> dict[tuple[int, int, int], int | None]:
    """What a Plan takes as the rooms of before, of DraftRows (with entry)."""
    return {
        (change.journal_id, change.weekday, change.number): change.entry.room_id
        for change in changes
        if change.entry and (change.weekday, change.number) == _place_of(change.entry)
    }


def _place_of(row: Row) -> tuple[int, int]:
    return row.weekday, row.number
