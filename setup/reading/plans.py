"""A КТП as teachers keep it: the plan of one journal, or of several alike, which the rows do not
name. Whose it is may stand above the table, on the tab, in the name of the file. Pure."""

import datetime
import re
from collections.abc import Callable, Iterable

from journals.plan_files import joined
from journals.plan_reading import ERROR, WARNING, Note, read_plan
from school.rules.texts import tidy, visible
from school.rules.texts import words as words_of
from school.tables.table import Table

from ..batch import Batch, Kind, Place, PlanRow, Problem, Source
from ..usual import first_year
from .given import Given
from .texts import class_within, shown

NO_TOPICS = (
    "Тем не нашли: нужен столбец «Тема». Учитель может загрузить план и сам: «Журнал», «План», "
    "«Вставить из Word, Excel»"
)
BEGINS, ENDS = (9, 1), (5, 31)  # of a school year


def whole(tables: list[Table], is_plan: Callable[[Table], bool]) -> list[Table]:
    """Tables of a document, a plan that goes on on the next page as one."""
    return joined(tables, lambda last, table: is_plan(last))


def read_ktp(table: Table, given: Given, batch: Batch, today: datetime.date) -> int:
    """How many lines a plan has; what is not understood of it is told."""
    source = Source(table.file, table.sheet)
    read = read_plan(table, _year(today))
    about = _about(table, read.head_row)
    for one in read.lines:
        place = Place(source, one.row)
        if one.row in given.skipped:
            batch.passed_over.append((place, "пропущена вами"))
        else:
            title, hours, homework, section, planned_on, _ = one.line
            row = PlanRow(place, "", "", title, "", section, hours, homework, planned_on, about)
            batch.add(Kind.PLAN, row)
    for note in read.notes:
        if note.row not in given.skipped:
            _tell(batch, Place(source, note.row), note)
    return len(read.lines)


def _year(today: datetime.date) -> tuple[datetime.date, datetime.date]:
    first = first_year(today)
    return datetime.date(first, *BEGINS), datetime.date(first + 1, *ENDS)


def _tell(batch: Batch, place: Place, note: Note) -> None:
    if note.kind == ERROR:
        batch.problems.append(Problem(place, "", note.text, note.why))
    elif note.kind == WARNING:
        where = f"«{place.source.sheet or place.source.file}», строка {note.row}"
        batch.notes.append(f"{where}: {note.why} («{note.text}»)")
    else:
        batch.passed_over.append((place, note.why))


def _about(table: Table, head_row: int) -> tuple[str, ...]:
    above = [shown(value) for row in table.rows[: max(head_row - 1, 0)] for value in row if value]
    stem = table.file.rpartition(".")[0] or table.file
    lines = [*table.title.split("\n"), *above, table.sheet, stem.replace("_", " ")]
    return tuple(filter(None, map(visible, lines)))


# --- what is said of whose it is ---

_ATTACHED = re.compile(r"(?<![^\W_])(\d{1,2})[-«\"]?([абвгдежзик])[»\"]?(?![^\W_])")
_NUMBER = re.compile(r"(?<![\d.,/-])(\d{1,2})(?![\d.,/-])")


def class_said(about: Iterable[str]) -> str:
    """«7А», or «7» of a parallel, of the first text that tells one; else the one number in the
    last, which is the file's name; «» where there is none."""
    lines = list(about)
    if found := next(filter(None, map(_class_in, lines)), ""):
        return found
    numbers = _NUMBER.findall(lines[-1]) if lines else []
    return numbers[0] if len(numbers) == 1 else ""


def _class_in(line: str) -> str:
    if found := class_within(line):
        return found
    named = {number + letter.upper() for number, letter in _ATTACHED.findall(tidy(line))}
    return named.pop() if len(named) == 1 else ""


def says(line: str, name: str) -> int:
    """How many words of a subject's name a text has, in whatever case («по русскому языку»); 0
    unless it has all."""
    written = words_of(line)
    wanted = [word for word in words_of(name) if len(word) > 1]
    found = all(any(_is_form(word, one) for one in written) for word in wanted)
    return len(wanted) if found else 0


def _is_form(word: str, written: str) -> bool:
    stem = word if len(word) < 5 else word[: max(4, len(word) - 2)]
    return written.startswith(stem) and len(written) <= len(word) + 3
