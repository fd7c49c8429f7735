"""The sheets of our own workbook that are neither people nor matrices: a fact in each row."""

import datetime
import re
from collections.abc import Callable

from school.tables.table import Value

from ..batch import (
    BellRow,
    ClassRow,
    CurriculumRow,
    GroupRow,
    Kind,
    PeriodRow,
    Person,
    PlanRow,
    Question,
    SubjectRow,
    TimetableRow,
    WorkloadRow,
)
from ..batch import Row as Record
from ..workload_cells import says_nobody
from . import cells, texts
from .lists import Left, ListRow, ListSheet
from .people import child_of
from .texts import Wrong, key, shown
from .workbook import PERIOD_KINDS, WEEKDAYS, WEEKS

_KINDS = dict(zip(PERIOD_KINDS, ("quarter", "trimester", "half_year"), strict=True))
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_TIMES = re.compile(r"(\d{1,2}\s*[:.]\s*\d{2})\s*[-–—]\s*(\d{1,2}\s*[:.]\s*\d{2})")
MOST_NUMBER = 20  # of a lesson in a day


def read_rows(sheet: ListSheet, kind: Kind) -> None:
    """Each row of data as the record of its kind; «apart» ones as several."""
    if kind == Kind.WORKLOAD:
        _read_workload(sheet)
        return
    read = _READERS[kind]
    for row in sheet.rows():
        try:
            sheet.batch.add(kind, read(row))
        except Left:
            continue


def _subject(row: ListRow) -> SubjectRow:
    name = row.need("name", shown, "Нет названия")
    return SubjectRow(row.place, name, row.text("short_name"), row.text("abbreviation"))


def _period(row: ListRow) -> PeriodRow:
    kind, number = row.need("kind", _period_kind, "Не сказано, четверть это или что ещё")
    if number is None:
        number = row.need("number", _number, "Нет номера")
    starts_on = row.need("starts_on", texts.day, "Нет первого дня")
    ends_on = row.need("ends_on", texts.day, "Нет последнего дня")
    if ends_on < starts_on:
        row.wrong("ends_on", "Конец раньше начала")
        raise Left
    return PeriodRow(row.place, kind, number, starts_on, ends_on)


def _period_kind(value: Value) -> tuple[str, int | None]:
    """«четверть»; «1 четверть», «II полугодие» say the number, too. Wrong."""
    words = key(shown(value)).translate(_LATIN_I).split()
    kind = next((_KINDS[known] for word in words for known in _KINDS if word[:6] == known[:6]), "")
    if not kind:
        raise Wrong("Нет такого вида периода", "Четверть, триместр или полугодие.")
    numbers = [_ROMAN.get(word, 0) or (int(word) if word.isdecimal() else 0) for word in words]
    return kind, next(filter(None, numbers), None)


_LATIN_I = str.maketrans("і", "i")


def _number(value: Value) -> int:
    found = re.fullmatch(r"(\d{1,3})(?:-?(?:й|ый|ой|я|ая))?\.?(?:\s*(?:урок|ур\.?))?", shown(value))
    if not found:
        raise Wrong("Это не номер", "Целое число.")
    return int(found[1])


def _lesson_number(value: Value) -> int:
    number = _number(value)
    if number > MOST_NUMBER:
        raise Wrong(f"{number}-го урока не бывает")
    return number


def _bell(row: ListRow) -> BellRow:
    number = row.need("number", _lesson_number, "Нет номера урока")
    if row.says("times") and not row.says("starts_at"):
        starts_at, ends_at = row.need("times", _times, "Нет времени")
    else:
        starts_at = row.need("starts_at", texts.time, "Нет начала урока")
        ends_at = row.need("ends_at", texts.time, "Нет конца урока")
    if ends_at <= starts_at:
        row.wrong("ends_at", "Урок кончается раньше, чем начинается")
        raise Left
    return BellRow(row.place, row.text("schedule"), number, starts_at, ends_at)


def _times(value: Value) -> tuple[datetime.time, datetime.time]:
    found = _TIMES.search(shown(value))
    if not found:
        raise Wrong("Непонятное время", "Например: 8:30–9:15.")
    return texts.time(found[1]), texts.time(found[2])


def _class(row: ListRow) -> ClassRow:
    name = row.need("name", _class_name, "Нет названия класса")
    teacher = row.take("teacher", _person, None)
    return ClassRow(row.place, name, teacher)


def _class_name(value: Value) -> str:
    return texts.class_name(shown(value))


def _person(value: Value) -> Person | None:
    return None if says_nobody(shown(value)) else texts.person(shown(value))


def _curriculum(row: ListRow) -> CurriculumRow:
    name = row.need("class_name", _class_name, "Не сказано, в каком классе")
    subject = row.need("subject", shown, "Не сказано, какой предмет")
    return CurriculumRow(row.place, name, subject, row.need("hours", cells.hours, "Нет часов"))


def _group(row: ListRow) -> GroupRow:
    child = child_of(row)
    subject = row.need("subject", shown, "Не сказано, какой предмет")
    return GroupRow(row.place, child, subject, row.need("group", shown, "Нет названия группы"))


def _classes(value: Value) -> tuple[str, ...]:
    return cells.classes(shown(value))


def _timetable(row: ListRow) -> TimetableRow:
    return TimetableRow(
        row.place,
        row.need("classes", _classes, "Не сказано, какой класс"),
        row.need("subject", shown, "Не сказано, какой предмет"),
        row.need("weekday", _weekday, "Нет дня недели"),
        row.need("number", _lesson_number, "Нет номера урока"),
        row.take("weeks", _weeks, 3),
        row.text("group"),
        row.text("room"),
        row.take("teacher", _person, None),
    )


def _weekday(value: Value) -> int:
    word = key(shown(value))
    if word.isdecimal() and 1 <= int(word) <= 7:
        return int(word)
    short = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
    for number, day in enumerate(WEEKDAYS, start=1):
        if word and (
            (key(day).startswith(word[:4]) and len(word) > 2) or word[:2] == short[number - 1]
        ):
            return number
    raise Wrong("Нет такого дня недели", "Например: понедельник.")


def _weeks(value: Value) -> int:
    word = key(shown(value))
    if word in ("1", "2"):
        return int(word)
    if word.startswith(("нечет", "перв")) or word in ("i", "а"):
        return 1
    if word.startswith(("чет", "втор")) or word in ("ii", "б"):
        return 2
    if word.startswith(("кажд", "все", "обе")) or word in ("3", "1 2"):
        return 3
    raise Wrong("Непонятно, в какие недели", f"{', '.join(WEEKS)}.")


def _plan(row: ListRow) -> PlanRow:
    return PlanRow(
        row.place,
        row.need("class_name", _class_name, "Не сказано, в каком классе"),
        row.need("subject", shown, "Не сказано, какой предмет"),
        row.need("title", shown, "Нет темы"),
        row.text("group"),
        row.text("section"),
        row.take("hours", _whole_hours, 1),
        "\n".join(texts.lines(row.values.get("homework"))),
        row.take("planned_on", texts.day, None),
    )


def _whole_hours(value: Value) -> int:
    number = cells.hours(value)
    if number != number.to_integral():
        raise Wrong("Целое число часов", "Например: 1.")
    return int(number)


_READERS: dict[Kind, Callable[[ListRow], Record]] = {
    Kind.SUBJECTS: _subject,
    Kind.PERIODS: _period,
    Kind.BELLS: _bell,
    Kind.CLASSES: _class,
    Kind.CURRICULUM: _curriculum,
    Kind.GROUPS: _group,
    Kind.TIMETABLE: _timetable,
    Kind.PLAN: _plan,
}


# --- the load as a long list ---

APART, TOGETHER = "apart", "together"


def _read_workload(sheet: ListSheet) -> None:
    """In our own workbook several classes of one row are taught together; elsewhere it is asked."""
    name = f"together:{sheet.table.file}|{sheet.table.sheet}"
    said = TOGETHER if sheet.is_own else sheet.given.answers.get(name, "")
    asked = []
    for row in sheet.rows():
        try:
            found = _load(row)
        except Left:
            continue
        if len(found.classes) == 1 or said == TOGETHER:
            sheet.batch.add(Kind.WORKLOAD, found)
        elif said == APART:
            for one in found.classes:
                made = WorkloadRow(
                    row.place, found.teacher, found.subject, (one,), found.group, found.hours
                )
                sheet.batch.add(Kind.WORKLOAD, made)
        else:
            asked.append(row.place)
    if asked:
        told = "В строке несколько классов: как их учат?"
        options = ((APART, "каждый отдельно"), (TOGETHER, "вместе, в одно время"))
        question = Question(name, told, tuple(asked), options, APART)
        sheet.batch.questions.append(question)


def _load(row: ListRow) -> WorkloadRow:
    return WorkloadRow(
        row.place,
        row.take("teacher", _person, None),
        row.need("subject", shown, "Не сказано, какой предмет"),
        row.need("classes", _classes, "Не сказано, какой класс"),
        row.text("group"),
        row.take("hours", cells.hours, None),
    )
