"""What is written on a filled temporary journal (3.2): the bytes of an XLSX in, plain data out;
`cell` reads what one of its cells says. No database: whether the pupils, lessons and marks exist is
asked by `queries.resolving`.

The data are kept as JSON while a person looks at them:

    sheets   [{title, journal (id or null), problem, lessons, pupils, lines, cells, texts}]
    lessons  [{at: "D", id, date, number, problem}]  a column of marks
    pupils   [{at: 9, id, name, problem}]            a row of marks
    lines    [{at: 9, id, date, number, problem}]    a line of the facing page
    cells    [[pupil's place, lesson's place, text, problem]]
    texts    [[line's place, "topic" or "homework", text, problem]]
    topic, homework   the letters of their columns

A date says as much as is written: "2026-11-24", "11-24" or "24"; `shown` beside it is what the
program showed in its stead. A problem is a Russian text, «» without; a text beside it is a guess.

The person who looks at them adds

    chosen     of a lesson, pupil or line: the id of whose it is, 0 if it is left out
    corrected  of a sheet: {"D9": [text in the file, its problem, text that was typed]}
    written    of a sheet: how many of its entries were transferred
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl.utils import get_column_letter

from school.rules.texts import tidy, visible

from . import cell
from .xlsx import read as workbook
from .xlsx import write
from .xlsx.read import SheetError, Wrong

__all__ = ["SheetError", "place", "read"]

FIELD_NAMES = {"topic": "что пройдено", "homework": "домашнее задание"}
HEAD_ROWS = 40  # the heads are looked for above: rows may have been added on top

LONGEST_COMMENT = 100
MERGED = "объединённые ячейки: непонятно, к чему относится запись"

_LABELS = {
    tidy(label)
    for label in (
        write.JOURNAL_CODE,
        write.MONTH,
        write.DAY,
        write.NUMBER,
        write.LESSON_CODE,
        write.PUPILS,
        write.PUPIL_CODE,
        write.DATE,
        write.TOPIC,
        write.HOMEWORK,
    )
}


def read(content: bytes) -> list[dict[str, Any]]:
    """The sheets of a filled XLSX. SheetError if it is none, or if no sheet of it is a journal."""
    found = [_read(sheet) for sheet in workbook.read(content) if sheet.cells]
    if all(sheet["journal"] is None for sheet in found):
        raise SheetError(
            "В файле нет ни одного листа временного журнала (строки «Код журнала»): заполняйте "
            "тот файл, который скачан здесь."
        )
    return found


def place(sheet: Mapping[str, Any], kind: str, entry: Sequence[Any]) -> str:
    """«D7»: where an entry of `cells` or `texts` stands."""
    down, across, *_ = entry
    if kind == "cells":
        return f"{sheet['lessons'][across]['at']}{sheet['pupils'][down]['at']}"
    return f"{sheet[across]}{sheet['lines'][down]['at']}"


def _read(sheet):
    made = {"title": sheet.title[:100], "journal": None, "problem": ""}
    made |= {name: [] for name in ("lessons", "pupils", "lines", "cells", "texts")}
    heads = _heads(sheet.cells)
    code = heads.get(tidy(write.JOURNAL_CODE))
    made["journal"] = code and cell.hidden_id(_right_of(sheet.cells, *code[0]))
    if made["journal"] is None:
        made["problem"] = "нет кода журнала: это не лист временного журнала"
        return made
    missing = _Page(sheet, heads).read(made)
    if missing:
        made["problem"] = f"нет заголовка «{missing}»: не меняйте шапку листа"
    return made


def _heads(cells):
    """{label: [(row, column)], as they follow each other}."""
    found: dict[str, list[workbook.Place]] = {}
    for (row, column), value in cells.items():
        if row <= HEAD_ROWS and isinstance(value, str) and (text := tidy(value)) in _LABELS:
            found.setdefault(text, []).append((row, column))
    return found


def _right_of(cells, row, column):
    values = (cells.get((row, other)) for other in range(column + 1, column + 10))
    return next((value for value in values if value is not None), None)


class _Page:
    """One sheet while it is read."""

    codes: int  # the column of the pupils' codes, 0 without one

    def __init__(self, sheet, heads):
        self.cells, self.merged, self.heads = sheet.cells, sheet.merged, heads
        self.formats, self.struck, self.comments = sheet.formats, sheet.struck, sheet.comments

    def read(self, made: dict[str, Any]) -> str | None:
        """Fill in all that is on the sheet; the head that is missing, or None."""
        pupils = self._head(write.PUPILS)
        if pupils is None:
            return write.PUPILS
        top, names = pupils
        days = self.heads.get(tidy(write.DAY), ())
        label = next(((row, column) for row, column in days if row < top), None)
        if label is None:
            return write.DAY
        facing = {head: self._head(head) for head in (write.DATE, write.TOPIC, write.HOMEWORK)}
        for head, at in facing.items():
            if at is None:
                return head
        _, self.codes = self._head(write.PUPIL_CODE) or (0, 0)
        end = min(column for _, column in facing.values())
        rows = sorted({row for row, _ in self.cells if row > top})
        self._lessons(made, label, top, end)
        self._pupils(made, names, rows, top)
        read = self._texts(made, facing, rows)
        self._cells(made, top, names, end, read)
        self._before_names(made, top, names)
        self._above(made, label, top, names)
        made["cells"].sort(key=lambda one: made["pupils"][one[0]]["at"])
        return None

    def _head(self, label):
        return next(iter(self.heads.get(tidy(label), ())), None)

    def _row_of(self, label, column, top):
        """The head row that begins with a label in the column of «число»."""
        found = self.heads.get(tidy(label), ())
        return next((row for row, other in found if other == column and row < top), None)

    def _lessons(self, made, label, top, end):
        days, first = label
        numbers = self._row_of(write.NUMBER, first, top)
        codes = self._row_of(write.LESSON_CODE, first, top)
        self.lesson_places = {}
        used = {column for row, column in self.cells if row >= days and first < column < end}
        for column in sorted(used - {self.codes}):
            facts = self._lesson((days, column), (numbers, column), (codes, column))
            if facts["id"] or facts["date"] or facts["number"] or facts["problem"]:
                self.lesson_places[column] = len(made["lessons"])
                made["lessons"].append({"at": get_column_letter(column), **facts})

    def _lesson(self, day, number, code):
        """What the three cells say of a lesson: {id, date, number, problem}, `shown` where the
        program has shown another day than was typed."""
        day_value, number_value = self._unstruck(day), self.cells.get(number)
        pk = cell.hidden_id(self.cells.get(code))
        is_lesson = bool(pk or number_value is not None)
        date, as_shown, problem = cell.day_of(day_value, self.formats.get(day, ""), is_lesson)
        count = cell.ordinal(number_value)
        if not problem and number_value is not None and count is None:
            problem = f"номер урока записан не числом: «{cell.quoted(number_value)}»"
        if self.struck.get(day) == "":
            problem = f"число зачёркнуто: «{cell.quoted(day_value)}»"
        if self.merged and (day in self.merged or number in self.merged):
            problem = MERGED
        facts = {"id": pk, "date": date, "number": count, "problem": problem}
        return facts | ({"shown": as_shown} if as_shown else {})

    def _unstruck(self, place):
        """What stands in a head, without what is struck through if that is a part of it."""
        return self.struck.get(place) or self.cells.get(place)

    def _pupils(self, made, names, rows, top):
        self.pupil_places = {}
        for row in rows:
            name = self._unstruck((row, names))
            pk = cell.hidden_id(self.cells.get((row, self.codes)))
            if name is None and pk is None:
                continue
            problem = ""
            if isinstance(name, Wrong):
                name, problem = None, f"вместо имени {name}"
            if self.struck.get((row, names)) == "":
                problem = f"имя зачёркнуто: «{cell.quoted(name)}»"
            if (row, names) in self.merged:
                problem = MERGED
            self.pupil_places[row] = len(made["pupils"])
            name = "" if name is None else visible(str(name))[:200]
            made["pupils"].append({"at": row, "id": pk, "name": name, "problem": problem})

    def _cells(self, made, top, names, end, read):
        """Whatever stands right of the names, without what else is `read` of the facing page."""
        merged, lessons, pupils = self.merged, self.lesson_places, self.pupil_places
        found = made["cells"]
        # Without their head the codes of the pupils look like marks.
        first = names + 1 if self.codes else min(lessons, default=end)
        others = {self.codes, *read}
        for row, column in self.cells:
            if row <= top or column < first or column in others:
                continue
            text, problem = self._mark((row, column))
            if not (text or problem):
                continue
            if (row, column) in merged:
                problem = MERGED
            if column not in lessons:
                self._lessonless(made, column, _why_no_lesson(column, end, max(read)))
            if row not in pupils:
                self._nameless(made, row, "в строке нет имени")
            found.append([pupils[row], lessons[column], text, problem])
        for (row, column), problem in self._comments_alone():
            if row in pupils and column in lessons and row > top:
                found.append([pupils[row], lessons[column], "", problem])

    def _comments_alone(self):
        """[(place, what is told of it)] of comments in cells where nothing else stands."""
        for place, text in self.comments.items():
            value = self.cells.get(place, "")
            if text and not (isinstance(value, Wrong) or visible(str(value))):
                yield (
                    place,
                    f"в клетке пусто, но есть примечание: «{visible(text)[:LONGEST_COMMENT]}»",
                )

    def _mark(self, place):
        """(text, problem) of a cell of marks."""
        text, problem = cell.mark(self.cells[place], self.formats.get(place, ""))
        if place in self.struck and text:
            text, problem = cell.struck(text, cell.mark_text(self.struck[place]))
        return text, problem

    def _before_names(self, made, top, names):
        """A mark that slipped to the left of the names, where the sheet numbers its rows: no
        number, or one that another row has too."""
        columns: dict[int, dict[int, workbook.Value]] = defaultdict(dict)
        for (row, column), value in self.cells.items():
            if row > top and column < names and column != self.codes:
                columns[column][row] = value
        for column, values in columns.items():
            numbers = {row: cell.hidden_id(self._mark((row, column))[0]) for row in values}
            times = Counter(numbers.values())
            for row in values:
                if numbers[row] is None or times[numbers[row]] > 1:
                    self._unread(made, (row, column), "записи левее имён не читаются")

    def _above(self, made, label, top, names):
        """A mark that slipped into the heads: all that the sheet has not there itself."""
        days, first = label
        months, numbers, codes = (
            self._row_of(one, first, top) for one in (write.MONTH, write.NUMBER, write.LESSON_CODE)
        )
        row, column = self._head(write.JOURNAL_CODE)
        own = {(row, min(c for r, c in self.cells if r == row and c > column))}
        own |= {at for at in self.cells if at[0] == codes}
        own |= {(row, column) for row in (days, numbers) for column in self.lesson_places}
        titles = min(row for row in (months, days) if row)
        for (row, column), value in self.cells.items():
            is_head = column <= names and (row < titles or row == top)
            text = tidy(str(value)).rstrip(".")
            if row > top or is_head or text in _LABELS or (row, column) in own:
                continue
            where = "над таблицей"
            if row == months:
                where = "в строке «месяц»"
                is_head = text[:3] in cell.MONTH_NUMBERS
            elif row == top:
                where = "в строке дней недели"
                is_head = text[:3] in cell.WEEKDAYS
            if not is_head:
                self._unread(made, (row, column), f"записи {where} не читаются")

    def _unread(self, made, at, problem):
        """Tell of what stands where nothing is read: no pupil's row or no lesson's column."""
        row, column = at
        mark = self._mark(at)
        if not any(mark):
            return
        if column not in self.lesson_places:
            self._lessonless(made, column, problem)
        if row not in self.pupil_places:
            self._nameless(made, row, problem)
        made["cells"].append([self.pupil_places[row], self.lesson_places[column], *mark])

    def _nameless(self, made, row, problem):
        self.pupil_places[row] = len(made["pupils"])
        made["pupils"].append({"at": row, "id": None, "name": "", "problem": problem})

    def _lessonless(self, made, column, problem):
        self.lesson_places[column] = len(made["lessons"])
        facts = dict.fromkeys(("id", "date", "number"))
        made["lessons"].append({"at": get_column_letter(column), **facts, "problem": problem})

    def _field(self, place):
        """(text, problem) of a topic or homework."""
        text, problem = cell.field(self.cells[place])
        if place in self.struck and text:
            text, problem = cell.struck(text, self.struck[place])
        return text, problem

    def _texts(self, made, facing, rows):
        """The facing page; returns the columns that were read."""
        top, dates = facing[write.DATE]
        # Of the two labels of a number or a code the one in the heads of the facing page.
        numbers, codes = (
            next((c for r, c in self.heads.get(tidy(label), ()) if r == top and c > dates), None)
            for label in (write.LESSON, write.LESSON_CODE)
        )
        fields = {"topic": facing[write.TOPIC][1], "homework": facing[write.HOMEWORK][1]}
        made |= {field: get_column_letter(column) for field, column in fields.items()}
        alone = dict(self._comments_alone())
        for row in rows:
            written = [
                (field, *self._field((row, column)), (row, column) in self.merged)
                for field, column in fields.items()
                if (row, column) in self.cells
            ]
            written += [
                (field, "", alone[row, column], False)
                for field, column in fields.items()
                if (row, column) in alone
            ]
            facts = self._lesson((row, dates), (row, numbers), (row, codes))
            if not written and not (facts["id"] or facts["date"]):
                continue
            if written and not (facts["id"] or facts["date"] or facts["problem"]):
                facts["problem"] = "в строке нет числа и номера урока"
            line = len(made["lines"])
            made["lines"].append({"at": row, **facts})
            made["texts"] += [
                [line, field, text, MERGED if is_merged else problem]
                for field, text, problem, is_merged in written
                if text or problem
            ]
        return {dates, *fields.values()} | {numbers, codes} - {None}


def _why_no_lesson(column, end, last):
    if column > last:
        return "записи справа от домашнего задания не читаются"
    if column > end:
        return "записи в лишнем столбце правой страницы не читаются"
    return "над столбцом нет числа и номера урока"
