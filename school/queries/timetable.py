"""The weekly timetable: what holds on a day, what a draft changes, what can't stand together."""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR

from .. import namesakes
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
from ..rules.spans import ONE_DAY
from ..rules.timetable import Conflict, Place, RowFacts, conflicts
from .bells import bells_of
from .belonging import pupils_on
from .lessons import planned_in
from .plans import Plan
from .teaching import teachers_of

_LOADED = ("journal__group", "journal__subject", "room", "teacher")


def draft_of(year: SchoolYear) -> TimetableDraft | None:
    """The TimetableDraft that is being made for a year, None where none is."""
    return TimetableDraft.objects.filter(year=year, applied_at=None).first()


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
) -> list[Line]:
    """The Lines of a year's timetable on a school-local day, by weekday and number, `without` some
    of the draft's rows (ids); two queries."""
    changes = list(draft.rows.select_related(*_LOADED, "entry") if draft else ())
    changes = [change for change in changes if change.pk not in without]
    by_entry = {change.entry_id: change for change in changes if change.entry_id}
    # Also one that is not in force that day: whoever changes it is to see that he does.
    entries = TimetableEntry.objects.filter(
        on_day(day) | Q(pk__in=by_entry), journal__group__year=year
    )
    found = [Line(entry, by_entry.get(entry.pk)) for entry in entries.select_related(*_LOADED)]
    found += [Line(None, change) for change in changes if change.entry_id is None]
    return sorted(found, key=lambda line: (line.row.weekday, line.row.number, line.key))


def row_facts(year: SchoolYear, day: datetime.date, found: Iterable[Line]) -> list[RowFacts]:
    """RowFacts of the Lines that are taught, at the hours that the bells have in the week that
    begins with the school-local `day`; a number that they lack is at no hour. A fixed number of
    queries."""
    taught = [line for line in found if not line.goes]
    journals = {line.row.journal_id: line.row.journal for line in taught}
    bells = bells_of({journal.group_id for journal in journals.values()})
    pupils = pupils_on(journals.values(), year.pk, day)
    teachers = teachers_of(journals, day)
    facts = []
    for line in taught:
        row = line.row
        date = day + (row.weekday - day.isoweekday()) % 7 * ONE_DAY
        hour = bells.of_group(row.journal.group_id, date).get(row.number)
        if hour:
            own = {row.teacher_id} if row.teacher_id else _ids(teachers.get(row.journal_id, ()))
            claims = {("pupil", pk) for pk in pupils[row.journal_id]}
            claims |= {("teacher", pk) for pk in own} if len(own) == 1 else set()
            claims |= {("room", row.room_id)} if row.room_id else set()
            whole = row.journal.group.school_class_id
            claims |= {("class", whole)} if whole else set()
            facts.append(RowFacts(line.key, row.weekday, row.weeks, hour, frozenset(claims)))
    return facts


def _ids(people: Iterable[User]) -> set[int]:
    return {one.pk for one in people}


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
    year: SchoolYear, day: datetime.date, found: Sequence[Line]
) -> list[ConflictLine]:
    """All that can't stand together in Lines, both sides named; a fixed number of queries."""
    by_key: dict[Any, Line] = {line.key: line for line in found}
    there = conflicts(row_facts(year, day, found))
    names = _names(there)
    return [
        ConflictLine(
            _who(one, names),
            by_key[one.one],
            by_key[one.other],
            one.kind in HARD,
        )
        for one in there
    ]


def conflicts_of(draft: TimetableDraft, without: Collection[int] = ()) -> list[ConflictLine]:
    """All that can't stand together once a draft is applied, `without` some of its rows (ids): from
    its day on, and from each day on which other rows begin later; a fixed number of queries for
    each of them."""
    begins = TimetableEntry.objects.filter(
        journal__group__year=draft.year, starts_on__gt=draft.starts_on
    )
    days = {draft.starts_on, *begins.order_by().values_list("starts_on", flat=True)}
    found: dict[Any, ConflictLine] = {}
    for day in sorted(days):
        for one in conflict_lines(draft.year, day, lines(draft.year, day, draft, without)):
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


def _names(found: Iterable[Conflict]) -> dict[str, dict[int, str]]:
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


def _who(conflict: Conflict, names: dict[str, dict[int, str]]) -> str:
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


# --- pages ---


@dataclass(frozen=True)
class TimetablePage:
    """What the page of the timetable shows: `day` is the school-local one as of which it does,
    `weekdays` are (name, Lines) of the chosen class, `changed` all Lines that the draft changes."""

    day: datetime.date
    classes: list[SchoolClass]
    school_class: SchoolClass | None
    journals: list[Journal]
    weekdays: list[tuple[str, list[Line]]]
    changed: list[Line]
    conflicts: list[ConflictLine]
    applied: TimetableDraft | None
    teachers: dict[int, str]

    @property
    def heads(self) -> list[tuple[str, str]]:
        """(«Пн», «Понедельник») of each of the `weekdays`."""
        short = {name.capitalize(): WEEKDAYS_ABBR[day - 1] for day, name in Row.WEEKDAYS}
        return [(str(short[name]), name) for name, _ in self.weekdays]

    @property
    def week(self) -> list[tuple[int, list[tuple[str, list[Line]]]]]:
        """The class's week in one look: (number of the lesson, (name of the weekday, Lines) of each
        of the `weekdays`), by what is said by now."""
        numbers = {line.row.number for _, found in self.weekdays for line in found}
        return [
            (
                number,
                [
                    (name, [one for one in found if one.row.number == number and not one.goes])
                    for name, found in self.weekdays
                ],
            )
            for number in sorted(numbers)
        ]


def timetable_page(year: SchoolYear, draft: TimetableDraft | None, chosen: str) -> TimetablePage:
    """The TimetablePage of a year, of the class that the address has `chosen`, of the first one
    without; a fixed number of queries."""
    today = timezone.localdate()
    day = draft.starts_on if draft else min(max(today, year.starts_on), year.ends_on)
    classes = list(SchoolClass.objects.filter(year=year))
    school_class = next((one for one in classes if str(one.pk) == chosen), None)
    school_class = school_class or next(iter(classes), None)
    found = lines(year, day, draft)
    journals = journals_of_class(school_class, day) if school_class else []
    own = {journal.pk for journal in journals}
    shown = [line for line in found if line.row.journal_id in own]
    return TimetablePage(
        day,
        classes,
        school_class,
        journals,
        [
            (name.capitalize(), [line for line in shown if line.row.weekday == weekday])
            for weekday, name in Row.WEEKDAYS
            if weekday <= FRIDAY or any(line.row.weekday == weekday for line in shown)
        ],
        [line for line in found if line.change],
        conflicts_of(draft) if draft else conflict_lines(year, day, found),
        applied_drafts(year).first(),
        _teacher_names(shown, day),
    )


FRIDAY = 5


def _teacher_names(found: Iterable[Line], day: datetime.date) -> dict[int, str]:
    """{journal id: «Матвеева М. М.»} of those who are assigned to it on a day."""
    told = teachers_of({line.row.journal_id for line in found}, day)
    names = namesakes.staff({teacher for teachers in told.values() for teacher in teachers})
    return {
        journal: ", ".join(names[teacher.pk] for teacher in teachers)
        for journal, teachers in told.items()
    }


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
