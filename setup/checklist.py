"""What is left of setting the school up: ten things in their order. Pure."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from school.rules.texts import counted, enumerated

SHOWN_NAMES = 3


class Stage(StrEnum):
    """PART: usable, something is left. NEXT: what is to be done now. OPEN: its turn comes later,
    its page is of use already. WAITS: for what stands above."""

    DONE = "done"
    PART = "part"
    NEXT = "next"
    OPEN = "open"
    WAITS = "waits"


@dataclass(frozen=True)
class SetUp:
    """What stands of the school and of the year that is set up; counts, names and days, nothing of
    what is written in journals. `periods`: {word of the kind: how many}; `bells`: (lessons of the
    usual day, when the first begins). `unled`: classes without a class teacher, `unseated`: {class
    and subject: how many pupils are in none of its groups}; `unplanned`: hours of the curriculum
    without a journal, `untaught`: journals without a teacher, `left`: teachers who have left and
    still have some. `timeless`: journals without a timetable; `locked_out`: who of the staff has no
    password."""

    school: str = ""
    zone: str = ""
    week_days: int = 5
    year: str = ""
    year_span: tuple[datetime.date, datetime.date] | None = None
    periods: Mapping[str, int] = field(default_factory=dict)
    bells: tuple[int, datetime.time] | None = None
    subjects: int = 0
    scales: int = 0
    works: int = 0
    pupils: int = 0
    parents: int = 0
    staff: int = 0
    parentless: int = 0
    classless: int = 0
    classes: int = 0
    unled: Sequence[str] = ()
    journals: int = 0
    untaught: int = 0
    unplanned: int = 0
    left: int = 0
    groups: int = 0
    unseated: Mapping[str, int] = field(default_factory=dict)
    entries: int = 0
    timeless: int = 0
    lessons: int = 0
    locked_out: int = 0


@dataclass(frozen=True)
class Item:
    """One of the ten. `page`: the name of its address, `query` what is added to it for the `deed`;
    `told`: how it stands, `lacks`: what is left, `way`: how it is filled. `minutes`: what it takes
    a slow person."""

    number: int
    page: str
    title: str
    told: str
    lacks: str = ""
    way: str = ""
    deed: str = ""
    query: str = ""
    minutes: int = 0
    state: Stage = Stage.OPEN


@dataclass(frozen=True)
class Checklist:
    items: Sequence[Item]

    @property
    def done(self) -> int:
        return sum(one.state == Stage.DONE for one in self.items)

    @property
    def left(self) -> Sequence[Item]:
        return [one for one in self.items if one.state != Stage.DONE]

    @property
    def minutes(self) -> int:
        """About how many are left; what can be used already has time."""
        return sum(one.minutes for one in self.left if one.state != Stage.PART)

    @property
    def is_untouched(self) -> bool:
        return all(one.state not in (Stage.DONE, Stage.PART) for one in self.items)

    @property
    def following(self) -> Item | None:
        return next((one for one in self.items if one.state == Stage.NEXT), None)


@dataclass(frozen=True)
class _Row:
    """`is_there`: whether it can be built upon; `waits_for`: why its turn has not come, «» if it
    has."""

    page: str
    title: str
    is_there: bool
    told: str
    way: str
    minutes: int
    empty: str
    lacks: str = ""
    deed: str = ""
    query: str = ""
    waits_for: str = ""


def checklist(standing: SetUp) -> Checklist:
    """The Checklist of a SetUp. Done is what is there and lacks nothing; next the first that is
    not there, or where all are, the first that lacks something."""
    rows = [
        *_from_templates(standing),
        *_people(standing),
        _workload(standing),
        _groups(standing),
        *_lessons(standing),
    ]
    following = next(
        (one.page for one in rows if not (one.is_there or one.waits_for)),
        next((one.page for one in rows if one.lacks), ""),
    )
    return Checklist([_item(*numbered, following) for numbered in enumerate(rows, start=1)])


def _item(number: int, row: _Row, following: str) -> Item:
    if row.is_there and not row.lacks:
        state = Stage.DONE
    elif row.page == following:
        state = Stage.NEXT
    elif row.is_there:
        state = Stage.PART
    else:
        state = Stage.WAITS if row.waits_for else Stage.OPEN
    told = row.told if row.is_there else row.waits_for or row.empty
    lacks = row.lacks if row.is_there else ""
    return Item(
        number,
        row.page,
        row.title,
        told,
        lacks,
        "" if row.is_there else row.way,
        row.deed if lacks else "",
        row.query if lacks else "",
        row.minutes,
        state,
    )


def _from_templates(standing: SetUp) -> Iterator[_Row]:
    week = "шесть дней" if standing.week_days == 6 else "пять дней"
    yield _Row(
        "setup_questions",
        "Школа",
        bool(standing.school),
        f"{standing.school}, {standing.zone}, {week}",
        "вопросы",
        2,
        "название, часовой пояс, учебные дни",
    )
    yield _year(standing)
    lessons, first = standing.bells or (0, datetime.time())
    yield _Row(
        "setup_bells",
        "Звонки",
        bool(lessons),
        f"{counted(lessons, 'урок', 'урока', 'уроков')}, первый в {first:%H:%M}",
        "шаблон",
        2,
        "когда начинаются и кончаются уроки",
    )
    lacking = {"предметов": standing.subjects, "шкал": standing.scales, "работ": standing.works}
    yield _Row(
        "setup_subjects",
        "Предметы, шкалы, работы",
        any(lacking.values()),
        f"предметов: {standing.subjects}, шкал: {standing.scales}, видов работ: {standing.works}",
        "шаблон",
        2,
        "общая программа; адаптированные: безотметочно, зачёт, свои",
        lacks=", ".join(f"{what} нет" for what, count in lacking.items() if not count),
    )


def _year(standing: SetUp) -> _Row:
    periods = ", ".join(f"{kind}: {count}" for kind, count in standing.periods.items())
    told = standing.year
    if standing.year_span:
        told = "{}, {:%d.%m.%Y}–{:%d.%m.%Y}".format(standing.year, *standing.year_span)
    return _Row(
        "setup_year",
        "Учебный год и периоды",
        bool(standing.year),
        ", ".join(filter(None, [told, periods])),
        "шаблон",
        2,
        "первый и последний день, четверти, каникулы",
        lacks="" if periods else "периодов нет",
    )


def _people(standing: SetUp) -> Iterator[_Row]:
    told = (
        f"учеников: {standing.pupils}, родителей: {standing.parents}, сотрудников: {standing.staff}"
    )
    # The first that is lacking alone: one deed at a time.
    lacks, deed, query = "", "", ""
    if not standing.staff:
        lacks, deed, query = "сотрудников нет", "Внести", "?tab=staff"
    elif standing.classless:
        lacks = f"не зачислены в класс: {standing.classless}"
        deed, query = f"Показать {standing.classless}", "?without=class"
    elif standing.parentless:
        lacks = f"без родителей: {standing.parentless}"
        deed, query = f"Показать {standing.parentless}", "?without=parents"
    yield _Row(
        "setup_people",
        "Люди",
        standing.pupils > 0,
        told,
        "файл или вставка",
        8,
        "ученики, родители, сотрудники",
        lacks=lacks,
        deed=deed,
        query=query,
    )
    unled = len(standing.unled)
    yield _Row(
        "setup_classes",
        "Классы",
        standing.classes > 0,
        f"{counted(standing.classes, 'класс', 'класса', 'классов')}"
        + ("" if unled else ", у всех есть классный руководитель"),
        "файл или строка",
        2,
        "появятся сами из списка учеников; руками: «1А, 1Б, 2А» одной строкой",
        lacks=f"без классного руководителя: {_names(standing.unled)}" if unled else "",
        deed="Назначить",
    )


def _workload(standing: SetUp) -> _Row:
    missing = {
        "клеток без учителя": standing.untaught + standing.unplanned,
        "учителей уволено": standing.left,
    }
    has_basis = standing.classes > 0 and standing.staff > 0
    return _Row(
        "setup_workload",
        "Нагрузка",
        standing.journals > 0,
        f"журналов с учителем: {standing.journals - standing.untaught}",
        "файл или вставка",
        4,
        "кто кого чему учит; «Ежова / Жуков» сразу заводит две группы",
        lacks=", ".join(f"{what}: {count}" for what, count in missing.items() if count),
        deed="Дополнить",
        waits_for=""
        if has_basis
        else "после классов и сотрудников; «Ежова / Жуков» сразу заводит две группы",
    )


def _groups(standing: SetUp) -> _Row:
    unseated = _names(list(standing.unseated))
    return _Row(
        "setup_groups",
        "Группы",
        standing.journals > 0,
        counted(standing.groups, "группа", "группы", "групп")
        if standing.groups
        else "нагрузка никого не делит",
        "отметки",
        3,
        "кто в какой",
        lacks=f"не поделены: {unseated}" if unseated else "",
        deed="Поделить",
        waits_for="" if standing.journals else "после нагрузки: кто в какой",
    )


def _lessons(standing: SetUp) -> Iterator[_Row]:
    yield _Row(
        "setup_timetable",
        "Расписание",
        standing.entries > 0,
        f"уроков в неделю: {standing.entries}",
        "файл или сетка",
        4,
        "из файла или в сетке завуча",
        lacks=f"журналов без расписания: {standing.timeless}" if standing.timeless else "",
        deed="Показать",
        waits_for="" if standing.journals else "после нагрузки: учителя в сетке берутся из неё",
    )
    yield _Row(
        "setup_lessons",
        "Уроки и листки для входа",
        standing.lessons > 0,
        f"уроков года: {standing.lessons}",
        "два нажатия",
        1,
        "уроки года по расписанию",
        lacks=f"без пароля: {standing.locked_out}" if standing.locked_out else "",
        deed="К листкам",
        waits_for="" if standing.entries else "после расписания",
    )


def _names(names: Sequence[str]) -> str:
    return enumerated(list(names), SHOWN_NAMES).replace("; ", ", ")
