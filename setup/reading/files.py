"""All the files of an import, read at once: what each sheet is, and what all of them say."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..records import Batch

SKIP = "skip"  # the answer to «what is this sheet» that leaves it out


@dataclass(frozen=True)
class Column:
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
    columns: tuple[Column, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    step: str = ""
    error: str = ""

    @property
    def unknown(self) -> tuple[Column, ...]:
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
    from 1; «head:WHAT:HEAD» (`Column.key`) → a field or «-», for all sheets of the kind;
    «cell:FILE|SHEET|ROW|FIELD» → the corrected text (`Problem.place` and `.field`; «» empties it);
    «skip:FILE|SHEET|ROW» → anything; the `key` of a Question → its answer.
    """
    raise NotImplementedError
