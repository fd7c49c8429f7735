"""All the files of an import, read at once: what each sheet is, and what all of them say."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils import timezone

from school.rules.texts import counted
from school.tables.reading import read_tables
from school.tables.table import Table, Unreadable

from ..batch import Batch, Kind
from . import heads as headings
from . import workload
from .asc import is_asc, read_asc
from .given import SKIP, Given, head_answer
from .grid import read_grid
from .heads import Heads
from .lists import ListSheet
from .oneroster import is_oneroster, read_oneroster
from .people import drop_copies, read_parents, read_pupils, read_staff
from .plans import NO_TOPICS, read_ktp, whole
from .recognising import ASC, FORMS, GRID, KTP, ONEROSTER, UNTIS, recognise
from .sheets import read_rows
from .texts import shown
from .untis import number_of_file, read_untis

__all__ = ["FORMS", "SKIP", "ListColumn", "ReadFiles", "ReadSheet", "read_files"]

MOST_SAMPLES = 3


@dataclass(frozen=True)
class ListColumn:
    """A column of a list. `letters` «F», `head` as written («Л/д»), `field`: what it is taken for
    («file_number», «mother.phone»), «-» for what is known and not taken (№, address), «» for what
    nobody knows: not taken until it is assigned. `guess`: a likely field, where it is «».
    `samples`: up to three values. `key`: the key of the answer that assigns it: a field or «-»."""

    letters: str
    head: str
    field: str
    samples: tuple[str, ...]
    key: str
    guess: str = ""


@dataclass(frozen=True)
class ReadSheet:
    """A sheet of a file, or a file that has none. `what`: a Kind or one of the FORMS of
    `recognising`, SKIP, or None where it was not understood; `told`: that in Russian. `rows`: how
    many rows of data were read. `head_row` counts from 1, None without heads. `fields`: what a
    column may be assigned to: (field, Russian). `step`: what is to be done next, in Russian;
    `error`: why nothing can be read, «» where it can."""

    file: str
    sheet: str
    what: str | None
    told: str
    rows: int = 0
    head_row: int | None = None
    columns: tuple[ListColumn, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    step: str = ""
    error: str = ""

    @property
    def key(self) -> str:
        """What the keys of answers and the addresses of pages call it."""
        return f"{self.file}|{self.sheet}"

    @property
    def unknown(self) -> tuple[ListColumn, ...]:
        return tuple(column for column in self.columns if not column.field)


@dataclass
class ReadFiles:
    sheets: list[ReadSheet] = field(default_factory=list)
    batch: Batch = field(default_factory=Batch)


def read_files(
    files: Sequence[tuple[str, bytes]],
    answers: Mapping[str, str],
    today: datetime.date | None = None,
) -> ReadFiles:
    """What the files (name, bytes) say. A file that can't be read is a ReadSheet with its error;
    the others are read all the same. `today`: the school's day, for ages.

    Keys of `answers`: «kind:FILE|SHEET» → a Kind, a form or SKIP; «headrow:FILE|SHEET» → a number
    from 1; «head:WHAT:HEAD» (`ListColumn.key`) → a field or «-», for all sheets of the kind;
    «cell:FILE|SHEET|ROW|FIELD» → the corrected text (`Problem.place` and `.field`; «» empties it);
    «skip:FILE|SHEET|ROW» → anything; the `key` of a Question → its answer.
    """
    today = today or timezone.localdate()
    found: list[tuple[ReadSheet, Batch]] = []
    untis = {name: data for name, data in files if number_of_file(name)}
    for name, data in files:
        try:
            if name in untis:
                found += _read_untis(untis, answers) if name == next(iter(untis)) else []
            elif foreign := _foreign(name, data, answers):
                found.append(foreign)
            else:
                tables = whole(read_tables(name, data), lambda table: _is_ktp(table, answers))
                found += [_read_table(one, answers, today) for one in tables]
        except Unreadable as unreadable:
            found.append((ReadSheet(name, "", None, "", error=str(unreadable)), Batch()))
    drop_copies([(sheet.file, sheet.sheet, batch) for sheet, batch in found])
    read = ReadFiles()
    for sheet, batch in found:
        read.sheets.append(_with_step(sheet, batch))
        read.batch.take(batch)
    return read


# --- what other programs write ---


def _foreign(name: str, data: bytes, answers: Mapping[str, str]) -> tuple[ReadSheet, Batch] | None:
    """What a file of another program says; None of any other file. Unreadable."""
    what = ASC if is_asc(data) else ONEROSTER if is_oneroster(data) else ""
    if not what:
        return None
    if Given(answers, name, "").what == SKIP:
        return ReadSheet(name, "", SKIP, FORMS[SKIP]), Batch()
    read = read_asc if what == ASC else read_oneroster
    batch = read(name, data, answers)
    return ReadSheet(name, "", what, FORMS[what], _count(batch)), batch


def _read_untis(
    files: Mapping[str, bytes], answers: Mapping[str, str]
) -> list[tuple[ReadSheet, Batch]]:
    """A ReadSheet for each of the files of one export; all that they say is with the first."""
    taken = {name: data for name, data in files.items() if Given(answers, name, "").what != SKIP}
    batch = read_untis(taken, answers) if taken else Batch()
    found = []
    for place, name in enumerate(files):
        what = UNTIS if name in taken else SKIP
        sheet = ReadSheet(name, "", what, FORMS[what], _count(batch, name))
        found.append((sheet, Batch() if place else batch))
    return found


def _count(batch: Batch, file: str = "") -> int:
    """Rows that a batch has, of one file or of all."""
    return sum(
        not file or row.place.source.file == file for rows in batch.rows.values() for row in rows
    )


# --- a table ---


def _is_ktp(table: Table, answers: Mapping[str, str]) -> bool:
    return recognise(table, Given(answers, table.file, table.sheet)).what == KTP


def _read_table(
    table: Table, answers: Mapping[str, str], today: datetime.date
) -> tuple[ReadSheet, Batch]:
    given = Given(answers, table.file, table.sheet)
    if table.is_hidden and not given.what:
        hidden = ReadSheet(table.file, table.sheet, SKIP, "скрытый лист: не берём")
        return hidden, Batch()
    known = recognise(table, given)
    batch = _notes(table) if known.what not in (None, SKIP) else Batch()
    sheet = ReadSheet(table.file, table.sheet, known.what, FORMS.get(known.what or "", ""))
    if known.heads is not None and known.what in set(Kind):
        return _read_list(table, known.what, known.heads, given, batch, today, sheet)
    if known.matrix is not None and (read := _MATRICES.get(known.what or "")):
        rows = read(table, known.matrix, given, batch)
        _note_formulas(table, {column for column, _ in known.matrix.classes}, batch)
        return replace(sheet, rows=rows, head_row=known.matrix.first + 1), batch
    if known.what == KTP:
        rows = read_ktp(table, given, batch, today)
        return replace(sheet, rows=rows, error="" if rows else NO_TOPICS), batch
    if known.what == GRID:
        batch.take(read_grid(table, answers))
        return replace(sheet, rows=_count(batch)), batch
    if known.what in set(Kind) | _MATRICES.keys():
        return replace(sheet, error="Не нашли заголовки: скажите, в какой они строке"), batch
    if known.what is None:
        rows = sum(any(value is not None for value in row) for row in table.rows)
        return replace(sheet, rows=rows, told="не поняли: что это?"), batch
    return sheet, batch


_MATRICES: dict[str, Callable[[Table, workload.MatrixShape, Given, Batch], int]] = {
    workload.BY_TEACHER: workload.read_by_teacher,
    workload.BY_SUBJECT: workload.read_by_subject,
    workload.BY_CLASS: workload.read_by_class,
}
_PEOPLE: dict[str, Callable[[ListSheet], None]] = {
    Kind.PUPILS: read_pupils,
    Kind.PARENTS: read_parents,
    Kind.STAFF: read_staff,
}


def _read_list(
    table: Table,
    what: str,
    heads: Heads,
    given: Given,
    batch: Batch,
    today: datetime.date,
    sheet: ReadSheet,
) -> tuple[ReadSheet, Batch]:
    kind = Kind(what)
    rows = ListSheet(table, heads, given, batch, today)
    if kind in _PEOPLE:
        _PEOPLE[kind](rows)
    else:
        read_rows(rows, kind)
    taken = {column.place for column in heads.columns if column.field not in ("", "-")}
    _note_formulas(table, taken, batch)
    told = sheet.told
    if kind == Kind.PUPILS and batch.rows.get(Kind.PARENTS):
        told = "ученики и родители"
    columns = tuple(_column(table, what, heads, column) for column in heads.columns)
    made = replace(
        sheet,
        told=told,
        rows=rows.count,
        head_row=heads.first + 1 if heads.after else None,
        columns=columns,
        fields=headings.choices(kind),
    )
    return made, batch


def _column(table: Table, what: str, heads: Heads, column: headings.HeadColumn) -> ListColumn:
    samples: list[str] = []
    for row in table.rows[heads.after :]:
        if len(samples) == MOST_SAMPLES:
            break
        if text := shown(row[column.place]):
            samples.append(text)
    key = head_answer(what, column.key)
    return ListColumn(column.letters, column.text, column.field, tuple(samples), key, column.guess)


def _notes(table: Table) -> Batch:
    batch = Batch()
    where = f"Лист «{table.sheet}»" if table.sheet else f"Файл «{table.file}»"
    if table.hidden:
        rows = sorted(table.hidden)
        told = ", ".join(str(row + 1) for row in rows[:10]) + (" …" if len(rows) > 10 else "")
        batch.notes.append(f"{where}: скрытые строки прочитаны тоже: {told}")
    return batch


def _note_formulas(table: Table, columns: set[int], batch: Batch) -> None:
    """Tell of formulas without a value, if they stand in `columns`, from 0, that are read."""
    passed = {place.row for place, _ in batch.passed_over}
    missed = [
        f"{headings.letters(column)}{row + 1}"
        for row, column in sorted(table.unvalued)
        if column in columns and row + 1 not in passed
    ]
    if missed:
        where = f"Лист «{table.sheet}»"
        batch.notes.append(
            f"{where}: формулы без сохранённого значения прочитаны как пустые: "
            f"{', '.join(missed[:10])}{' …' if len(missed) > 10 else ''}. Откройте файл в Excel и "
            "сохраните"
        )


def _with_step(sheet: ReadSheet, batch: Batch) -> ReadSheet:
    """What is to be done with it next."""
    if sheet.error or sheet.what == SKIP:
        return sheet
    if sheet.what is None:
        return replace(sheet, step="скажите, что это, или пропустите")
    steps = []
    if sheet.unknown:
        count = counted(len(sheet.unknown), "столбец", "столбца", "столбцов")
        steps.append(f"назначить {count}")
    if batch.questions:
        steps.append(counted(len(batch.questions), "вопрос", "вопроса", "вопросов"))
    usual = "можно записывать" if sheet.rows else "пусто: нечего записывать"
    return replace(sheet, step=" · ".join(steps) or usual)
