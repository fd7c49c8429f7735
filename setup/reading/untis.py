"""The text files that Untis exports (GPU001 timetable, GPU002 lessons, GPU003 classes, GPU004
teachers, GPU006 subjects). Pure.

They have no heads; columns are numbered from 1 here as in Untis's own description. The timetable
has no groups and no weeks: they come from the lessons.
"""

import csv
import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from school.packages import as_text
from school.rules.texts import visible
from school.tables.table import MOST_BYTES, Unreadable

from ..batch import (
    Batch,
    ClassRow,
    Kind,
    Person,
    Place,
    Problem,
    Question,
    Source,
    StaffRow,
    SubjectRow,
    TimetableRow,
    WorkloadRow,
)
from .divisions import EVERY, FIRST, SECOND, group_name, week_bits
from .foreign import class_called, contacts, person, summed, weekly
from .holding import ask_when
from .subjects import group_of, usual_groups
from .texts import russian

MOST_LINES = 50_000  # 25 classes have 1,500
_NAME = re.compile(r"GPU(\d{3})", re.IGNORECASE)
_NOT_TAKEN = {
    "005": "кабинеты называются так, как в расписании",
    "014": "замены вносит заместитель директора",
}
ALONE = (
    "Групп и чередования недель в GPU001 нет: загрузите вместе с ним GPU002. Часы, в которые у "
    "класса стоит несколько уроков, без него не прочитаны."
)
NOT_TEXT = "Это не текст выгрузки Untis: в программе выберите «Файл → Экспорт → TXT»"
TWO_AT_ONCE = (
    "У класса в этот час несколько уроков, а какие это группы или недели, сказано в GPU002"
)


def read_untis(files: Mapping[str, bytes], answers: Mapping[str, str]) -> Batch:
    """What the files {name: bytes} of one export say together; their names tell which is which
    («GPU001.TXT»). Unreadable."""
    return _Export(files, answers).read()


def number_of_file(name: str) -> str:
    """«001» of «GPU001.TXT», «» of another file."""
    found = _NAME.search(name)
    return found[1] if found else ""


@dataclass(frozen=True)
class _Line:
    place: Place
    fields: tuple[str, ...]

    def __getitem__(self, column: int) -> str:
        """Of a column from 1; lines may stop early."""
        return self.fields[column - 1] if column <= len(self.fields) else ""

    def listed(self, column: int) -> list[str]:
        return [one.strip() for one in self[column].split("~") if one.strip()]


@dataclass(frozen=True)
class _Lesson:
    """A line of GPU002, or several of one lesson that differ in the class alone."""

    line: _Line
    number: str
    teacher: str
    subject: str
    classes: tuple[str, ...]
    group: str
    weeks: int | None
    supposed: int = 0


class _Export:
    def __init__(self, files: Mapping[str, bytes], answers: Mapping[str, str]) -> None:
        self.answers = answers
        self.batch = Batch()
        self.lines: dict[str, list[_Line]] = defaultdict(list)
        for name, data in files.items():
            number = number_of_file(name)
            if number in _NOT_TAKEN:
                self.batch.notes.append(f"{name} не загружается: {_NOT_TAKEN[number]}.")
            elif number in ("001", "002", "003", "004", "006"):
                self.lines[number] += _lines(name, data)
            else:
                self.batch.notes.append(f"{name} не загружается: в журнале для него нет места.")
        self.subjects = {one[1]: one[2] or one[1] for one in self.lines["006"] if one[1]}
        self.classes = {one[1]: class_called(one[1], one[2]) for one in self.lines["003"] if one[1]}
        self.teachers = {one[1]: _person(one) for one in self.lines["004"] if one[1]}
        self.lessons = self._lessons()

    def read(self) -> Batch:
        for one in self.lines["006"]:
            if one[1]:
                row = SubjectRow(one.place, self._subject(one[1]), one[1])
                self.batch.add(Kind.SUBJECTS, row)
        for one in self.lines["004"]:
            if one[1]:
                phone, email = contacts(self.batch, one.place, one[39] or one[40], one[33])
                staff = StaffRow(one.place, self.teachers[one[1]], phone=phone, email=email)
                self.batch.add(Kind.STAFF, staff)
        for one in self.lines["003"]:
            if one[1]:
                leads = one.listed(30)
                teacher = self._teacher(leads[0]) if leads else None
                self.batch.add(Kind.CLASSES, ClassRow(one.place, self.classes[one[1]], teacher))
        self._workload()
        self._timetable()
        ask_when(self.batch, self._first_week(), self._starts_on())
        return self.batch

    def _subject(self, short: str) -> str:
        return self.subjects.get(short, short)

    def _class(self, short: str) -> str:
        return self.classes.get(short) or class_called(short)

    def _teacher(self, short: str) -> Person | None:
        return (self.teachers.get(short) or Person(short)) if short else None

    # --- lessons ---

    def _lessons(self) -> list[_Lesson]:
        """GPU002 with the classes of a joint lesson together, and the groups of a coupling that
        names none told apart."""
        lines: dict[tuple[str, ...], list[_Line]] = defaultdict(list)
        for one in self.lines["002"]:
            if one[7] and one[5]:
                lines[(one[1], one[6], one[7], one[42] and self._group(one))].append(one)
            else:
                why = "Не указан предмет" if not one[7] else "Не указан класс"
                self.batch.passed_over.append((one.place, f"{why} урока {one[1]}"))
        found = []
        for (number, teacher, subject, group), same in lines.items():
            classes = (self._class(name) for one in same for name in one.listed(5))
            found.append(
                _Lesson(
                    same[0],
                    number,
                    teacher,
                    subject,
                    tuple(dict.fromkeys(classes)),
                    group,
                    self._weeks(same[0]),
                )
            )
        return list(_told_apart(found, self._subject))

    def _group(self, line: _Line) -> str:
        """«1 группа» of «Анг_5А_1группа»: without what is said of subject and class anyway."""
        known = {line[7], *line.listed(5), self._subject(line[7])}
        parts = [one for one in re.split(r"[_~]", line[42]) if one.strip()]
        own = [one for one in parts if one not in known]
        return group_name(" ".join(own or parts))

    def _weeks(self, line: _Line) -> int | None:
        """By the word in column 12, which every school chooses itself; None until that is told."""
        word = line[12]
        bits = week_bits(word)
        if bits is not None:
            return bits
        key = f"untis:weeks:{word}"
        answer = self.answers.get(key, "")
        if answer in ("1", "2", "3"):
            return int(answer)
        options = (("1", "Первая неделя"), ("2", "Вторая неделя"), ("3", "Каждую неделю"))
        told = f"«{word}» в группе уроков (колонка 12): когда эти уроки?"
        self.batch.ask(Question(key, told, (line.place,), options))
        return None

    def _workload(self) -> None:
        hours: dict[tuple[str, str, tuple[str, ...], str], Decimal] = defaultdict(Decimal)
        first: dict[tuple[str, str, tuple[str, ...], str], _Lesson] = {}
        for one in self.lessons:
            key = (one.teacher, one.subject, one.classes, one.group)
            counted = weekly(one.line[2])
            # The hours of a lesson of every second week are those of its own week.
            hours[key] += counted / 2 if one.weeks in (FIRST, SECOND) else counted
            first.setdefault(key, one)
        for key, one in first.items():
            row = WorkloadRow(
                one.line.place,
                self._teacher(one.teacher),
                self._subject(one.subject),
                one.classes,
                one.group,
                summed(hours[key]),
            )
            self.batch.add(Kind.WORKLOAD, row)

    # --- the timetable ---

    def _timetable(self) -> None:
        alone = bool(self.lines["001"]) and not self.lines["002"]
        if alone:
            self.batch.notes.append(ALONE)
        hours: dict[tuple[str, ...], list[_Line]] = defaultdict(list)
        for one in self.lines["001"]:
            if not one[6].isdecimal() or int(one[6]) not in range(1, 8) or not one[7].isdecimal():
                self.batch.passed_over.append((one.place, f"{one[4]}: не поставлен в расписание"))
            elif one[4] and one[2]:
                hours[(one[1], one[6], one[7], one[3], one[4])].append(one)
        crowded = self._crowded() if alone else set()
        of_lessons: dict[str, list[_Lesson]] = defaultdict(list)
        for lesson in self.lessons:
            of_lessons[lesson.number].append(lesson)
        for lines in hours.values():
            if crowded & {(name, one[6], one[7]) for one in lines for name in one.listed(2)}:
                problem = Problem(lines[0].place, "group", lines[0][4], TWO_AT_ONCE)
                self.batch.problems.append(problem)
            else:
                self._place_lines(lines, of_lessons[lines[0][1]])

    def _crowded(self) -> set[tuple[str, str, str]]:
        """(class, day, period)s of several lessons."""
        counted = Counter(
            {
                (name, one[6], one[7], one[1], one[3], one[4])
                for one in self.lines["001"]
                for name in one.listed(2)
            }
        )
        spots = Counter(spot[:3] for spot in counted)
        return {spot for spot, number in spots.items() if number > 1}

    def _place_lines(self, lines: list[_Line], lessons: list[_Lesson]) -> None:
        """One row, or one of each group if the teacher has several at once (then each its own
        classes)."""
        written = [self._class(name) for one in lines for name in one.listed(2)]
        fitting = [
            one
            for one in lessons
            if (one.teacher, one.subject) == (lines[0][3], lines[0][4])
            and set(written) & set(one.classes)
        ]
        rooms = "+".join(dict.fromkeys(filter(None, (one[5] for one in lines))))
        taken: list[_Lesson | None] = [*fitting]
        for lesson in taken or [None]:
            if lesson and lesson.weeks is None:
                continue  # asked
            classes = [one for one in written if not lesson or one in lesson.classes]
            row = TimetableRow(
                lines[0].place,
                tuple(dict.fromkeys(classes)),
                self._subject(lines[0][4]),
                int(lines[0][6]),
                int(lines[0][7]),
                (lesson.weeks if lesson else None) or EVERY,
                lesson.group if lesson else "",
                rooms,
                self._teacher(lines[0][3]),
                lesson.supposed if lesson else 0,
            )
            self.batch.add(Kind.TIMETABLE, row)

    def _first_week(self) -> str:
        words = [one[12] for one in self.lines["002"] if week_bits(one[12]) == FIRST]
        return f"«{words[0]}»" if words else "I неделя"

    def _starts_on(self) -> str:
        """The day from which most lessons hold."""
        days = Counter(one[15] for one in self.lines["002"] if re.fullmatch(r"\d{8}", one[15]))
        for day, _ in days.most_common(1):
            try:
                return datetime.datetime.strptime(day, "%Y%m%d").date().isoformat()
            except ValueError:
                return ""
        return ""


def _lines(name: str, data: bytes) -> Iterator[_Line]:
    text = as_text(data) if len(data) <= MOST_BYTES else None
    if text is None:
        raise Unreadable(NOT_TEXT)
    source = Source(name)
    try:
        rows = csv.reader(text.splitlines(), delimiter=_separator(text), strict=False)
        for number, row in enumerate(rows, start=1):
            if number > MOST_LINES:
                raise Unreadable(f"В файле больше {MOST_LINES} строк")
            fields = tuple(russian(visible(one)) for one in row)
            if any(fields):
                yield _Line(Place(source, number), fields)
    except csv.Error as error:
        raise Unreadable(NOT_TEXT) from error


def _separator(text: str) -> str:
    """Of ; , and tab the one that is met most outside of quotes."""
    bare = re.sub(r'"[^"\n]*"', "", text[:20_000])
    return max(";,\t", key=bare.count)


def _told_apart(lessons: list[_Lesson], name_of: Callable[[str], str]) -> Iterator[_Lesson]:
    """Lines of one number, of the same class and no group told, are groups: by their subjects, or
    numbered where it is the same one."""
    couplings: dict[str, list[_Lesson]] = defaultdict(list)
    for one in lessons:
        couplings[one.number].append(one)
    for coupled in couplings.values():
        loose = [
            one
            for one in coupled
            if not one.group
            and any(set(one.classes) & set(other.classes) for other in coupled if other is not one)
        ]
        names = [name_of(one.subject) for one in loose]
        if len(set(names)) == 1:
            told = [(name, n) for n, name in enumerate(usual_groups(names[0], len(names)), 1)]
        else:
            told = [(group_of(name), 1) for name in names]
        given = dict(zip(map(id, loose), told, strict=True))
        for one in coupled:
            group, supposed = given.get(id(one), (one.group, 0))
            yield replace(one, group=group, supposed=supposed)


def _person(line: _Line) -> Person:
    return person(line[2] or line[1], line[29])
