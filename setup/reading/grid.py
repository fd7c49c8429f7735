"""The timetable as a grid: class columns × day rows, as most schools keep it. Pure.

Read whole (`read_grid`) and shown in the file's own shape (`shown`): what stands in each cell, what
was read of it, and what has to be asked or can't be.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from school.rules.texts import tidy
from school.tables.table import Table

from ..batch import Batch, Kind, Place, Problem, Question, Source, TimetableRow
from .divisions import EVERY, FIRST, SECOND
from .grid_shape import Block, GridColumn, Holds, Hour, Shape, Spot, number_of_lesson
from .heads import letters
from .holding import ask_when
from .lesson_text import Doubt, LessonCell, LessonPart, lone_rooms, said
from .lesson_tokens import Sort, tokens

NO_DAY = "Не видно, какой это день"
COUNTED = "Номеров уроков в файле нет: уроки дня сосчитаны по порядку строк."
LEAST_CELLS = 4  # a table with fewer lessons is no timetable
_ROWS_ARE = "grid:two_rows"


@dataclass(frozen=True)
class ShownCell:
    """A cell in the file's own place. `spans`: (rows, columns) that it takes. `lessons`: what was
    read; `questions`: keys of what is asked about it; `problem`: why it can't be taken; `swap`: the
    key of the answer («1») that turns round the rooms paired by order, in all cells alike;
    `answer`: the key of the answer that corrects its text. Those three are «» where there is none,
    `answer` also in cells that are no lessons."""

    column: str
    written: str
    spans: tuple[int, int] = (1, 1)
    lessons: tuple[TimetableRow, ...] = ()
    questions: tuple[str, ...] = ()
    problem: str = ""
    swap: str = ""
    answer: str = ""


@dataclass
class _Cell:
    spot: Spot
    classes: tuple[str, ...]
    weekday: int
    numbers: tuple[int, ...]
    pieces: list[tuple[str, int]]  # text, weeks
    part: int = 0  # of the class's columns, from 1, where it is one of several
    together: bool = False
    rows: list[TimetableRow] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    swap: str = ""


def read_grid(table: Table, answers: Mapping[str, str]) -> Batch:
    """The lessons of the week that a sheet says. Besides the keys of Questions `answers` may have
    «cell:FILE|SHEET|ROW|LETTERS» (the corrected text of a cell), «skip:FILE|SHEET|ROW», and a
    ShownCell's `swap`."""
    return _Grid(table, answers).batch()


def shown(table: Table, answers: Mapping[str, str]) -> list[tuple[int, list[ShownCell]]]:
    """[(number of the row, its cells)] from the first head row on; what a merged cell covers is
    left out, empty cells are not."""
    return list(_Grid(table, answers).shown())


def is_grid(table: Table) -> bool:
    """Whether the sheet is such a timetable: days, and beside them lessons of classes."""
    shape = Shape(table)
    hours = sum(
        bool(shape.text((hour.rows[0], column.index)))
        for block in shape.blocks
        for hour in block.hours
        for column in block.lessons
    )
    return hours >= LEAST_CELLS


class _Grid:
    def __init__(self, table: Table, answers: Mapping[str, str]) -> None:
        self.table = table
        self.at = f"{table.file}|{table.sheet}"
        self.shape = Shape(table)
        self.answers = dict(answers)
        self.classes = frozenset(
            one.class_name for block in self.shape.blocks for one in block.columns
        )
        self.source = Source(table.file, table.sheet, self._columns())
        self.corrected = {
            spot: answers[key]
            for row in range(self.shape.height)
            for column in range(self.shape.width)
            if (key := self._answer(spot := (row, column))) in answers
        }
        self._believe_the_teachers()
        self.cells = list(self._cells())
        rooms = self._rooms()
        cache: dict[str, LessonCell] = {}
        for cell in self.cells:
            self._read(cell, rooms, cache)
        self._join()

    def _columns(self) -> dict[str, tuple[str, str]]:
        return {
            one.class_name: (letters(one.index), one.class_name)
            for block in self.shape.blocks
            for one in block.lessons
            if not one.part
        }

    def _answer(self, spot: Spot) -> str:
        return f"cell:{self.at}|{spot[0] + 1}|{letters(spot[1])}"

    def _text(self, spot: Spot) -> str:
        return self.corrected.get(self.shape.corner(spot), self.shape.text(spot))

    def _place(self, spot: Spot) -> Place:
        return Place(self.source, spot[0] + 1, letters(spot[1]))

    def _believe_the_teachers(self) -> None:
        """In a column of teachers a word is a teacher."""
        for block in self.shape.blocks:
            for column in (one for one in block.columns if one.holds is Holds.TEACHER):
                for hour in block.hours:
                    for row in hour.rows:
                        for word in self.shape.text((row, column.index)).replace("/", " ").split():
                            self.answers.setdefault(f"word:{tidy(word)}", "teacher")

    # --- cells ---

    def _cells(self) -> Iterator[_Cell]:
        for block in self.shape.blocks:
            for hour in block.hours:
                if f"skip:{self.at}|{hour.rows[0] + 1}" in self.answers:
                    continue
                for column in block.lessons:
                    spot = (hour.rows[0], column.index)
                    if self._is_begun(block, hour, spot):
                        cell = self._cell(block, hour, column)
                        if cell.pieces or cell.doubts:
                            yield cell

    def _is_begun(self, block: Block, hour: Hour, spot: Spot) -> bool:
        """Whether it is here that a cell merged over hours or classes has to be read."""
        row, column = self.shape.corner(spot)
        hours = [one for one in block.hours if row in one.rows]
        columns = [one.index for one in block.lessons if one.index >= column]
        return (not hours or hours[0] is hour) and columns[:1] == [spot[1]]

    def _cell(self, block: Block, hour: Hour, column: GridColumn) -> _Cell:
        spot = self.shape.corner((hour.rows[0], column.index))
        rows, columns = self.shape.span(spot)
        covered = [one for one in block.lessons if spot[1] <= one.index < spot[1] + columns]
        hours = [
            one
            for one in block.hours
            if one.weekday == hour.weekday
            and (one is hour or set(one.rows) & set(range(spot[0], spot[0] + rows)))
        ]
        classes = tuple(dict.fromkeys(one.class_name for one in covered))
        halved = column.parts > 1 and len(covered) == 1
        cell = _Cell(
            (hour.rows[0], column.index) if spot[0] < hour.rows[0] else spot,
            classes,
            hour.weekday,
            tuple(one.number for one in hours),
            [],
            column.part + 1 if halved else 0,
        )
        self._take_pieces(cell, block, hour, column)
        return cell

    def _take_pieces(self, cell: _Cell, block: Block, hour: Hour, column: GridColumn) -> None:
        """The texts of an hour of two rows: one text, or a text of each week."""
        texts = [self._whole(block, row, column) for row in self._own_rows(hour, column)]
        with_subject = [n for n in range(len(texts)) if self._adds_a_subject(texts[:n], texts[n])]
        halves = len(hour.rows) == 2 and self._has_halves(block, column)
        if len(texts) < 2 or (len(with_subject) < 2 and not (halves and any(texts))):
            text = "\n".join(one for one in texts if one)
            cell.pieces = [(text, EVERY)] if text else []
            return
        if len(with_subject) < 2 and with_subject and all(texts):
            cell.pieces = [("\n".join(texts), EVERY)]  # a subject, and beneath its room
            return
        answer = self.answers.get(_ROWS_ARE, "")
        if answer == "weeks":
            pairs = zip(texts, (FIRST, SECOND), strict=False)
            cell.pieces = [(text, weeks) for text, weeks in pairs if text]
        elif answer == "groups":
            cell.pieces = [("\n".join(one for one in texts if one), EVERY)]
        else:
            options = (("weeks", "По неделям: I и II"), ("groups", "По группам, одновременно"))
            told = "У урока две строки с предметами: что это?"
            cell.doubts.append(Doubt(_ROWS_ARE, told, options, "weeks"))

    def _own_rows(self, hour: Hour, column: GridColumn) -> list[int]:
        """The hour's rows, those of one merged cell once."""
        corners = {self.shape.corner((row, column.index)): row for row in reversed(hour.rows)}
        return sorted(corners.values())

    def _has_halves(self, block: Block, column: GridColumn) -> bool:
        """Whether in this column hours of one text are merged over both their rows: then one that
        is not has a text in one week only."""
        return any(
            len(hour.rows) == 2 and len(self._own_rows(hour, column)) == 1 for hour in block.hours
        )

    def _adds_a_subject(self, before: list[str], text: str) -> bool:
        """Whether a text is another lesson, read after those before it: «Ежова 204» beneath a
        subject is none."""
        return self._subjects("\n".join([*before, text])) > self._subjects("\n".join(before))

    def _subjects(self, text: str) -> int:
        return sum(one.sort is Sort.SUBJECT for one in tokens(text, self.classes))

    def _whole(self, block: Block, row: int, column: GridColumn) -> str:
        """The cell's text with what the columns of rooms and teachers beside it say."""
        text = self._text((row, column.index))
        corner = self.shape.corner((row, column.index))
        last = corner[1] + self.shape.span(corner)[1] - 1
        for one in block.columns:
            beside = one.class_name == column.class_name and one.index > last
            if not beside or (one.parts > 1 and not self._is_nearest(block, column, one)):
                continue
            added = self._text((row, one.index))
            if text and added and one.holds is Holds.ROOM:
                text = _with_rooms(text, added)
            elif text and added and one.holds is Holds.TEACHER:
                text = f"{text}\n{added}"
        return text

    def _is_nearest(self, block: Block, column: GridColumn, other: GridColumn) -> bool:
        between = [one.index for one in block.lessons if column.index < one.index < other.index]
        return not between

    # --- what they say ---

    def _rooms(self) -> set[str]:
        texts = {text for cell in self.cells for text, _ in cell.pieces}
        return {room for text in texts for room in lone_rooms(text, self.classes)}

    def _read(self, cell: _Cell, rooms: set[str], cache: dict[str, LessonCell]) -> None:
        parts: list[LessonPart] = []
        for text, weeks in cell.pieces:
            if text not in cache:
                cache[text] = said(text, self.answers, rooms, self.classes)
            found = cache[text]
            cell.doubts += found.doubts
            cell.swap = cell.swap or found.swap
            cell.together = cell.together or found.together
            cell.classes = tuple(dict.fromkeys((*cell.classes, *found.classes)))
            parts += [replace(one, weeks=one.weeks & weeks or weeks) for one in found.parts]
        if cell.doubts:
            return
        cell.rows = [self._row(cell, number, part) for number in cell.numbers for part in parts]

    def _row(self, cell: _Cell, number: int, part: LessonPart) -> TimetableRow:
        return TimetableRow(
            self._place(cell.spot),
            cell.classes,
            part.subject,
            cell.weekday,
            number,
            part.weeks,
            part.group or (f"{cell.part} группа" if cell.part else ""),
            part.room,
            part.teacher,
            part.supposed or (0 if part.group else cell.part),
        )

    def _join(self) -> None:
        """One lesson of several classes: said to be so in each of their cells, or told of another
        class in a cell of one."""
        alike: dict[tuple[object, ...], list[_Cell]] = defaultdict(list)
        for cell in self.cells:
            if cell.together:
                texts = tuple(tidy(text) for text, _ in cell.pieces)
                alike[(cell.weekday, cell.numbers, texts)].append(cell)
        for cells in alike.values():
            classes = tuple(dict.fromkeys(name for cell in cells for name in cell.classes))
            for cell in cells:
                cell.rows = [replace(row, classes=classes) for row in cell.rows]
        seen: set[tuple[object, ...]] = set()
        for cell in self.cells:
            kept = []
            for row in cell.rows:
                hour = (row.weekday, row.number, row.subject, row.group, row.weeks, row.room)
                key = (frozenset(row.classes), *hour)
                if len(row.classes) == 1 or key not in seen:
                    kept.append(row)
                seen.add(key)
            cell.rows = kept

    # --- what is told ---

    def batch(self) -> Batch:
        batch = Batch()
        for cell in self.cells:
            for row in cell.rows:
                batch.add(Kind.TIMETABLE, row)
            for doubt in cell.doubts:
                batch.ask(_question(doubt, self._place(cell.spot)))
        for number in self.shape.dayless:
            place, written = Place(self.source, number + 1), self._first_text(number)
            batch.problems.append(Problem(place, "weekday", written, NO_DAY, "Впишите день недели"))
        for number, why in self.shape.loose:
            batch.passed_over.append((Place(self.source, number + 1), why))
        self._tell_skipped(batch)
        if len(self.table.rows) > self.shape.height:
            batch.notes.append(f"Прочитаны первые {self.shape.height} строк сетки.")
        if any(block.counted for block in self.shape.blocks):
            batch.notes.append(COUNTED)
        ask_when(batch)
        return batch

    def _tell_skipped(self, batch: Batch) -> None:
        for row in range(self.shape.height):
            if f"skip:{self.at}|{row + 1}" in self.answers:
                batch.passed_over.append((Place(self.source, row + 1), "Строка пропущена"))
        for cell in self.cells:
            if not cell.rows and not cell.doubts:
                texts = [text for text, _ in cell.pieces if self._subjects(text)]
                if texts:
                    batch.passed_over.append((self._place(cell.spot), "Не урок"))

    def _first_text(self, row: int) -> str:
        texts = (self.shape.line((row, column)) for column in range(self.shape.width))
        return next((text for text in texts if text and number_of_lesson(text) is None), "")

    def shown(self) -> Iterator[tuple[int, list[ShownCell]]]:
        of_spots = {cell.spot: cell for cell in self.cells}
        lessons = {
            (row, column.index)
            for block in self.shape.blocks
            for hour in block.hours
            for row in hour.rows
            for column in block.lessons
        }
        first = min(self.shape.heads, default=0)
        for row in range(first, self.shape.height):
            cells = []
            for column in range(self.shape.width):
                spot = (row, column)
                if self.shape.corner(spot) == spot:
                    cells.append(self._shown(spot, of_spots.get(spot), spot in lessons))
            yield row + 1, cells

    def _shown(self, spot: Spot, cell: _Cell | None, is_lesson: bool) -> ShownCell:
        problem = NO_DAY if spot[0] in self.shape.dayless and self.shape.text(spot) else ""
        found = ShownCell(
            letters(spot[1]),
            self._text(spot),
            self.shape.span(spot),
            problem=problem,
            answer=self._answer(spot) if is_lesson else "",
        )
        if cell is None:
            return found
        questions = tuple(one.key for one in cell.doubts)
        return replace(found, lessons=tuple(cell.rows), questions=questions, swap=cell.swap)


def _question(doubt: Doubt, place: Place) -> Question:
    return Question(doubt.key, doubt.told, (place,), doubt.options, doubt.usual, doubt.takes_text)


def _with_rooms(text: str, rooms: str) -> str:
    """The text of a lesson with what stands in the column of rooms: there every word is a room. As
    many lines as lessons go with them by order."""
    of_lines = [one.strip() for one in rooms.split("\n")]
    written = text.split("\n")
    if len(of_lines) == len(written) > 1:
        pairs = zip(written, of_lines, strict=True)
        return "\n".join(f"{line} {_as_rooms(room)}" for line, room in pairs)
    return f"{text}\n{_as_rooms('/'.join(of_lines))}"


def _as_rooms(text: str) -> str:
    """«204/205» → «каб. 204 / каб. 205»; «с/з» is one."""
    if any(one.sort is Sort.ROOM for one in tokens(text, frozenset())):
        return text
    return " / ".join(f"каб. {one.strip()}" for one in text.split("/") if one.strip())
