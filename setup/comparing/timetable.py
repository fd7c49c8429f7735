"""Rows of the weekly timetable, beside what stands. Pure.

A new timetable holds from a day on. What the files have no more in the classes they speak of ends
then, unless it is said otherwise: a class is in one place. Two lessons of one class at one hour are
a mistake of the later row; a teacher or a room that is needed twice is told, both sides, and stops
nothing.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from school.models import TimetableEntry
from school.rules.spans import ONE_DAY
from school.rules.texts import tidy, visible
from school.rules.timetable import EVEN, ODD, week_of

from ..batch import Kind, TimetableRow
from ..changes import END, KEEP, Change, Difference, Ref, State
from ..queries.standing import StandingEntry
from ..reading.holding import FIRST_WEEK
from .context import Comparison, day_of, told, whence
from .structure import first_day_of_year
from .teaching import Teaching
from .words import Words

WEEKDAYS = dict(TimetableEntry.WEEKDAYS)
SHORT_DAYS = ("", "пн", "вт", "ср", "чт", "пт", "сб", "вс")
WEEKS = {1: ", нечётные недели", 2: ", чётные недели", 3: ""}
Hour = tuple[int, int]  # weekday, number


@dataclass
class Entry:
    """A lesson of the week as a row says it."""

    journal: Ref
    hour: Hour
    weeks: int
    room: str
    teacher: Ref | None
    row: TimetableRow


def timetable_day(comparison: Comparison, teaching: Teaching) -> datetime.date:
    """From which day on the timetable of the files holds: the first of the year where their classes
    have none yet, else tomorrow."""
    first = first_day_of_year(comparison)
    tomorrow = comparison.standing.today + ONE_DAY
    brought = {name for row in comparison.rows(Kind.TIMETABLE) for name in row.classes}
    is_first = all(
        brought.isdisjoint(teaching.classes_of.get(teaching.group_of.get(one.journal, ""), ()))
        for one in comparison.standing.timetable
    )
    usual = first if is_first else max(first, tomorrow)
    return day_of(comparison.answers, "timetable:day", usual)


def compare_timetable(comparison: Comparison, words: Words, teaching: Teaching) -> None:
    rows = comparison.rows(Kind.TIMETABLE)
    if not rows:
        return
    weekly = Weekly(comparison, words, teaching)
    for row in rows:
        weekly.take(row)
    weekly.compare()


class Weekly:
    """The timetable of one comparison. `met`: what the rows say so far, by hour."""

    def __init__(self, comparison: Comparison, words: Words, teaching: Teaching) -> None:
        self.comparison, self.words, self.teaching = comparison, words, teaching
        self.day = timetable_day(comparison, teaching)
        first = first_day_of_year(comparison)
        anchor = day_of(comparison.answers, FIRST_WEEK, first)
        self.is_turned = week_of(anchor, first) == EVEN
        self.met: dict[Hour, list[Entry]] = defaultdict(list)
        self.standing: dict[tuple[Ref, Hour], list[StandingEntry]] = defaultdict(list)
        self.classes: set[str] = set()
        for one in comparison.standing.timetable:
            if one.until is None or one.until >= self.day:
                self.standing[one.journal, (one.weekday, one.number)].append(one)

    # --- a row's journals ---

    def take(self, row: TimetableRow) -> None:
        subject = self.words.subject(row.subject, row.place)
        classes = self.teaching.classes(row.classes, Kind.TIMETABLE, row)
        is_clear, teacher = (
            self.words.teacher(row.teacher, row.place) if row.teacher else (True, None)
        )
        if subject is None or not classes or not is_clear:
            return
        self.classes.update(classes)
        journals = self._journals(row, classes, subject, teacher)
        for journal in journals:
            self._enter(row, journal, teacher if len(journals) == 1 else None)

    def _journals(self, row, classes, subject, teacher):
        """Of the group that is named; else of whole classes; else of the group that this teacher
        has; else of all the groups of the subject, which have the hour together."""
        teaching = self.teaching
        if label := self._label(row, classes, subject):
            return [teaching.journal(teaching.group(classes, subject, label), subject)]
        own = teaching.own.get(classes[0]) if len(classes) == 1 else None
        if own is not None and (own, subject) in teaching.journals:
            return [teaching.journals[own, subject]]
        groups = [ref for label, ref in teaching.slots[classes, subject].items() if label]
        known = [
            teaching.journals[ref, subject] for ref in groups if (ref, subject) in teaching.journals
        ]
        taught = [one for one in known if teacher is not None and teacher in teaching.teachers[one]]
        if taught or known:
            return taught or known
        return [teaching.journal(teaching.group(classes, subject, ""), subject)]

    def _label(self, row, classes, subject):
        """What the row's group is called. One that the file does not call («Труд м1/м2») is, by
        order, among those that there are."""
        slots = self.teaching.slots[classes, subject]
        if not row.supposed or not slots or tidy(row.group) in slots:
            return row.group
        labels = [label for label in slots if label]
        return labels[min(row.supposed, len(labels)) - 1] if labels else ""

    def _weeks(self, weeks):
        """The file's first week may be the school's second one."""
        return {ODD: EVEN, EVEN: ODD}.get(weeks, weeks) if self.is_turned else weeks

    def _enter(self, row, journal, teacher):
        teachers = self.teaching.teachers[journal]
        if teacher is not None and not teachers:
            self._assign(row, journal, teacher)
        entry = Entry(
            journal,
            (row.weekday, row.number),
            self._weeks(row.weeks),
            visible(row.room),
            teacher if len(teachers) > 1 and teacher in teachers else None,
            row,
        )
        rival = next((one for one in self.met[entry.hour] if self._excludes(one, entry)), None)
        if rival is None:
            self.met[entry.hour].append(entry)
            return
        there = f"{self.teaching.title(rival.journal)} ({whence(rival.row.place)})"
        if rival.journal == journal:
            why = f"Этот урок уже есть: {whence(rival.row.place)}."
        else:
            why = f"{self._told_hour(entry)}: у класса уже {there}."
        self.comparison.wrong(Kind.TIMETABLE, row, "", self.teaching.title(journal), why)

    def _assign(self, row, journal, teacher):
        """Nobody has the journal: who stands in the timetable does."""
        title = f"{self.teaching.title(journal)}, {self.words.teachers[teacher].short}"
        key = f"load:{tidy(self.teaching.title(journal))}:{teacher}"
        values = {
            "journal": journal,
            "teacher": teacher,
            "hours": None,
            "day": first_day_of_year(self.comparison),
        }
        change = Change(
            *(Kind.WORKLOAD, State.NEW, key, title, row.place, row),
            values=values,
            note="назван в расписании",
        )
        self.teaching.teachers[journal].add(teacher)
        self.comparison.add(change)

    def _excludes(self, one, other):
        """Whether two lessons of one hour would have the same pupils: one journal, or a class as a
        whole and anything of it. Groups of different subjects may share nobody: pupils tell."""
        if one.hour != other.hour or not one.weeks & other.weeks:
            return False
        if one.journal == other.journal:
            return True
        groups = [self.teaching.group_of[entry.journal] for entry in (one, other)]
        ours, theirs = (set(self.teaching.classes_of[group]) for group in groups)
        is_whole = [not self.teaching.labels.get(group) for group in groups]
        if groups[0] == groups[1]:
            return True
        return any(is_whole) and bool(ours & theirs)

    def _told_hour(self, entry):
        weekday, number = entry.hour
        return f"{WEEKDAYS[weekday]}, {number}-й урок{WEEKS[entry.weeks]}"

    # --- beside what stands ---

    def compare(self) -> None:
        kept: set[int] = set()
        for hour in sorted(self.met):
            for entry in self.met[hour]:
                self._compare(entry, kept)
        self._tell_gone(kept)
        self._tell_clashes()

    def _compare(self, entry, kept):
        weekday, number = entry.hour
        found = [
            one
            for one in self.standing[entry.journal, entry.hour]
            if one.weeks & entry.weeks and one.pk not in kept
        ]
        stands = next((one for one in found if one.weeks == entry.weeks), None)
        title = f"{self.teaching.title(entry.journal)}, {SHORT_DAYS[weekday]}, {number}-й"
        key = f"hour:{tidy(title)}:{entry.weeks}"
        place = entry.row.place
        if stands is None:
            change = Change(Kind.TIMETABLE, State.NEW, key, title, place, entry.row)
            change.values = {
                "journal": entry.journal,
                "weekday": weekday,
                "number": number,
                "weeks": entry.weeks,
                "room": self._room(entry.room),
                "teacher": entry.teacher,
                "day": self.day,
            }
            change.note = entry.room
            self.comparison.add(change)
            return
        kept.add(stands.pk)
        change = Change(Kind.TIMETABLE, State.SAME, key, title, place, entry.row, stands.pk)
        change.values = {"day": self.day}
        if entry.room and tidy(entry.room) != tidy(stands.room):
            change.state = State.CHANGED
            change.differences = (Difference("room", "Кабинет", stands.room, entry.room),)
            change.values["room"] = self._room(entry.room)
        self.comparison.add(change)

    def _room(self, name):
        if not name:
            return None
        rooms = {tidy(known): pk for known, pk in self.comparison.standing.rooms.items()}
        return rooms.get(tidy(name)) or self.comparison.imply(
            f"room:{tidy(name)}", "room", name=name
        )

    def _tell_gone(self, kept):
        for (journal, _), rows in sorted(self.standing.items(), key=lambda one: one[0][1]):
            theirs = self.teaching.classes_of.get(self.teaching.group_of.get(journal, ""), ())
            if not theirs or not self.classes.issuperset(theirs):
                continue
            for one in rows:
                if one.pk not in kept:
                    self._add_gone(journal, one)

    def _add_gone(self, journal, one):
        last = max(self.day - ONE_DAY, one.since)
        key = f"hour:{one.pk}"
        chosen = self.comparison.answers.get(f"gone:{key}", END)
        title = f"{self.teaching.title(journal)}, {SHORT_DAYS[one.weekday]}, {one.number}-й"
        change = Change(
            *(Kind.TIMETABLE, State.GONE, key, title + WEEKS[one.weeks]),
            target=one.pk,
            choices=((END, f"закончить {told(last)}"), (KEEP, "оставить как есть")),
            chosen=chosen,
            values={"chosen": chosen, "day": self.day},
            is_taken=chosen != KEEP,
        )
        self.comparison.add(change)

    def _tell_clashes(self):
        """A teacher, or a room, in two places at one hour."""
        for hour in sorted(self.met):
            taken: dict[Any, list[Entry]] = defaultdict(list)
            for entry in self.met[hour]:
                for what in self._needs(entry):
                    rival = next((one for one in taken[what] if one.weeks & entry.weeks), None)
                    if rival:
                        self._tell_clash(what, rival, entry)
                    else:
                        taken[what].append(entry)

    def _needs(self, entry):
        teachers = self.teaching.teachers[entry.journal]
        teacher = entry.teacher or (next(iter(teachers)) if len(teachers) == 1 else None)
        if teacher is not None:
            yield ("teacher", teacher)
        if entry.room and "зал" not in tidy(entry.room):
            yield ("room", tidy(entry.room))

    def _tell_clash(self, what, one, other):
        kind, ref = what
        whose = self.words.teachers[ref].short if kind == "teacher" else f"кабинет {other.room}"
        sides = " и ".join(
            f"{self.teaching.title(entry.journal)} ({whence(entry.row.place)})"
            for entry in (one, other)
        )
        self.comparison.review.clashes.append(f"{whose}, {self._told_hour(other)}: {sides}")
        self.comparison.review.clash_places.append((one.row.place, other.row.place))
