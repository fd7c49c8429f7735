"""What a sheet is, by its heads and the first look at its cells."""

from dataclasses import dataclass

from school.tables.table import Table

from ..batch import Kind
from . import workload
from .given import SKIP, Given
from .grid import is_grid
from .guessing import unheaded
from .heads import Heads, columns_of, find, joined, namer
from .texts import key, shown
from .workbook import EXPLAINED, SHEETS, WEEKDAYS

GRID, ASC, UNTIS, ONEROSTER, KTP = "grid", "asc", "untis", "oneroster", "ktp"

# What a sheet may be, in Russian.
FORMS: dict[str, str] = {
    Kind.PUPILS: "ученики",
    Kind.PARENTS: "родители",
    Kind.STAFF: "сотрудники",
    Kind.CLASSES: "классы",
    Kind.SUBJECTS: "предметы",
    Kind.PERIODS: "учебные периоды",
    Kind.BELLS: "звонки",
    Kind.CURRICULUM: "учебный план, список",
    workload.BY_CLASS: "учебный план, предметы × классы",
    Kind.WORKLOAD: "нагрузка, список",
    workload.BY_TEACHER: "нагрузка, учителя × классы",
    workload.BY_SUBJECT: "нагрузка, предметы × классы",
    Kind.GROUPS: "группы",
    Kind.TIMETABLE: "расписание, список",
    GRID: "расписание сеткой",
    Kind.PLAN: "планирование",
    KTP: "КТП одного класса",
    ASC: "расписание из aSc",
    UNTIS: "расписание из Untis",
    ONEROSTER: "OneRoster",
    SKIP: "не берём",
}

_MATRICES = {workload.BY_TEACHER, workload.BY_SUBJECT, workload.BY_CLASS}
_NAMES = {"person", "last"}
_STAFF = ("сотрудник", "учител", "педагог", "работник", "кадр", "штат", "преподавател")

# Which fields make a sheet of a kind: all of the first, and one of each further set.
_NEEDED: tuple[tuple[Kind, set[str], tuple[set[str], ...]], ...] = (
    (Kind.TIMETABLE, {"weekday", "subject", "number", "classes"}, ()),
    (Kind.PLAN, {"title"}, ({"hours", "planned_on", "homework", "section"},)),
    (
        Kind.GROUPS,
        {"subject", "group"},
        ({"child.person", "child.last"},),
    ),
    (Kind.WORKLOAD, {"teacher", "subject", "classes"}, ()),
    (Kind.CURRICULUM, {"class_name", "subject", "hours"}, ()),
    (Kind.BELLS, {"number"}, ({"starts_at", "times"}, {"ends_at", "times"})),
    (Kind.PERIODS, {"starts_on", "ends_on"}, ({"kind"},)),
    (Kind.PARENTS, set(), (_NAMES, {"child.person", "child.last"})),
    (Kind.PARENTS, {"relation"}, (_NAMES, {"phone", "email", "child.class_name"})),
    (Kind.STAFF, {"position"}, (_NAMES,)),
    (Kind.PUPILS, set(), (_NAMES,)),
    (Kind.CLASSES, {"name", "teacher"}, ()),
    (Kind.SUBJECTS, {"name"}, ({"short_name", "abbreviation"},)),
)


@dataclass(frozen=True)
class Recognised:
    """`what`: one of FORMS, None if it was not understood; with what is known of its heads."""

    what: str | None
    heads: Heads | None = None
    matrix: workload.MatrixShape | None = None


def recognise(table: Table, given: Given) -> Recognised:
    """What a table is, or what it was said to be."""
    said = given.what if given.what in FORMS else ""
    if said == SKIP or (not said and key(table.sheet) == key(EXPLAINED)):
        return Recognised(SKIP)
    rows = find(table, given)
    if rows is None:
        if said in ("", Kind.PUPILS) and (heads := unheaded(table, given)):
            return Recognised(Kind.PUPILS, heads)
        return Recognised(said or (GRID if is_grid(table) else None))
    first, after = rows
    texts_ = joined(table, first, after)
    matrix = workload.matrix(texts_, first, after)
    if said in _MATRICES:
        return Recognised(said if matrix else None, matrix=matrix)
    if said in set(Kind):
        return Recognised(said, _heads(Kind(said), table, first, after, given))
    if said:
        return Recognised(said)
    if matrix and (what := _of_matrix(table, matrix)):
        return Recognised(what, matrix=matrix)
    known = _of_list(table, first, after, given)
    if known.what is None and is_grid(table):
        return Recognised(GRID)
    if known.what is None and given.head_row is None and (heads := unheaded(table, given)):
        return Recognised(Kind.PUPILS, heads)
    return known


def _heads(kind: Kind, table: Table, first: int, after: int, given: Given) -> Heads:
    columns = columns_of(table, first, after, namer(kind), given, kind)
    return Heads(first, after, columns)


def _of_matrix(table: Table, matrix: workload.MatrixShape) -> str:
    if _has_weekdays(table):
        return GRID
    if len(matrix.classes) < 2:
        return ""
    if matrix.teacher is not None and matrix.subject is not None:
        return workload.BY_TEACHER
    if matrix.teacher is not None:
        return ""
    if workload.holds_names(table, matrix):
        return workload.BY_SUBJECT
    return workload.BY_CLASS


_SHORT_DAYS = {"пн", "вт", "ср", "чт", "пт", "сб"}


def _has_weekdays(table: Table) -> bool:
    """Whether two days of the week stand in the first columns."""
    days = {key(day) for day in WEEKDAYS} | _SHORT_DAYS
    found = set()
    for row in table.rows:
        for value in row[:3]:
            if isinstance(value, str) and (word := key("".join(shown(value).split()))) in days:
                found.add(word)
    return len(found) > 1


def _of_list(table: Table, first: int, after: int, given: Given) -> Recognised:
    own = {key(sheet.title): kind for kind, sheet in SHEETS.items()}.get(key(table.sheet))
    order = [one for one in _NEEDED if one[0] == own] + [one for one in _NEEDED if one[0] != own]
    for kind, needed, one_of in order:
        heads = _heads(kind, table, first, after, given)
        fields = heads.fields()
        if not needed <= fields or not all(fields & some for some in one_of):
            continue
        if kind == Kind.PARENTS and own != kind and not _is_of_parents(table, heads, given):
            continue
        if kind == Kind.PUPILS and own != kind:
            if _is_about_staff(table, heads):
                return Recognised(Kind.STAFF, _heads(Kind.STAFF, table, first, after, given))
            if not _is_about_pupils(table, heads):
                continue
        if kind == Kind.PLAN and not {"class_name", "subject"} <= fields:
            return Recognised(KTP, heads)
        return Recognised(kind, heads)
    if own in (Kind.SUBJECTS, Kind.CLASSES):
        heads = _heads(own, table, first, after, given)
        if "name" in heads.fields():
            return Recognised(own, heads)
    return Recognised(None)


def _is_of_parents(table: Table, heads: Heads, given: Given) -> bool:
    """Whether the rows are parents, and not pupils with their parents beside them."""
    fields = _heads(Kind.PUPILS, table, heads.first, heads.after, given).fields()
    if any(field.startswith(("mother", "father")) for field in fields):
        return False
    return "relation" in heads.fields() or not fields & {"born_on", "sex", "file_number"}


def _is_about_staff(table: Table, heads: Heads) -> bool:
    about = " ".join(
        [
            table.sheet,
            table.file,
            table.title,
            *(shown(value) for row in table.rows[: heads.first] for value in row if value),
            *(column.text for column in heads.columns if column.field in _NAMES),
        ]
    )
    words = key(about).split()
    named = any(word.startswith(_STAFF) for word in words)
    return (
        named
        and not heads.fields() & {"class_name", "file_number", "sex"}
        and not any(
            word.startswith(("учени", "учащ", "обучающ", "воспитан", "контингент"))
            for word in words
        )
    )


def _is_about_pupils(table: Table, heads: Heads) -> bool:
    """A list of names is one of pupils if it says more of them, or is called so."""
    if heads.fields() - _NAMES - {"first", "middle"}:
        return True
    above = (shown(value) for row in table.rows[: heads.first] for value in row if value)
    about = key(" ".join([table.sheet, table.file, table.title, *above]))
    texts_ = key(" ".join(column.text for column in heads.columns))
    return any(
        word.startswith(("учени", "учащ", "обучающ", "воспитан", "контингент", "класс"))
        for word in (*about.split(), *texts_.split())
    )
