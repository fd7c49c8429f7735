"""An XLS (BIFF8 in a compound file), looked through before calamine opens it: how far its cells
reach, which rows it hides, whether it is locked."""

import struct
from collections.abc import Iterator

from school.packages import ENCRYPTED

from .table import (
    DAMAGED,
    LOCKED,
    MOST_AREA,
    MOST_COLUMNS,
    MOST_ROWS,
    TOO_BIG,
    Unreadable,
    too_far,
)

_END = 0xFFFFFFFE  # of a chain; what is more is none, too
_STREAM, _ROOT = 2, 5
_ENTRY = 128  # bytes of the directory
_DIMENSIONS, _FILEPASS, _BOF, _BOUNDSHEET, _ROW = 0x200, 0x2F, 0x809, 0x85, 0x208
_HIDDEN = 0x20
# FORMULA, NUMBER, LABEL, BOOLERR, RK, LABELSST: a cell that holds something.
_CELLS = {0x06, 0x203, 0x204, 0x205, 0x27E, 0xFD}
_MULRK = 0xBD
# What the library sets memory aside for, used or not.
_MOST_RESERVED = 65_536 * 256


def look_through(data: bytes) -> list[set[int]]:
    """The rows (from 0) that each sheet hides, sheets in the book's order. Unreadable."""
    if ENCRYPTED in data:
        raise Unreadable(LOCKED)
    streams = _Compound(data).streams()
    book = streams.get("Workbook") or streams.get("Book")
    if book is None:
        if "WordDocument" in streams:
            raise Unreadable("Это документ Word старого формата: сохраните его как «.docx»")
        raise Unreadable("Это не таблица, как бы файл ни назывался")
    return _hidden(book)


class _Compound:
    """The streams of a compound file. struct.error, IndexError of a damaged one."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = 1 << min(struct.unpack_from("<H", data, 30)[0], 12)
        self.small = 1 << min(struct.unpack_from("<H", data, 32)[0], 12)
        first, self.cutoff, small_first = (
            struct.unpack_from("<I", data, place)[0] for place in (48, 56, 60)
        )
        self.table = self._numbers(b"".join(map(self._sector, self._table_sectors())))
        self.directory = self._chain(first)
        self.small_table = self._numbers(self._chain(small_first))

    def streams(self) -> dict[str, bytes]:
        found, within = {}, b""
        for at in range(0, len(self.directory) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", self.directory, at + 64)
            start, size = struct.unpack_from("<II", self.directory, at + 116)
            name = self.directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
            if kind == _ROOT:
                within = self._chain(start)
            elif kind == _STREAM:
                is_small = size < self.cutoff
                found[name] = (self._within(within, start) if is_small else self._chain(start))[
                    :size
                ]
        return found

    def _sector(self, number: int) -> bytes:
        return self.data[(number + 1) * self.size : (number + 2) * self.size]

    @staticmethod
    def _numbers(data: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])

    def _table_sectors(self) -> list[int]:
        found = list(struct.unpack_from("<109I", self.data, 76))
        following = struct.unpack_from("<I", self.data, 68)[0]
        for _ in range(len(self.data) // self.size):
            if following >= _END:
                break
            numbers = self._numbers(self._sector(following))
            found += numbers[:-1]
            following = numbers[-1]
        most = len(self.data) // self.size + 1
        return [number for number in found if number < most]

    def _walk(self, table: tuple[int, ...], start: int) -> Iterator[int]:
        for _ in range(len(table)):
            if start >= len(table):
                return
            yield start
            start = table[start]
        raise Unreadable(DAMAGED)  # a chain that bites its tail

    def _chain(self, start: int) -> bytes:
        return b"".join(map(self._sector, self._walk(self.table, start)))

    def _within(self, within: bytes, start: int) -> bytes:
        places = self._walk(self.small_table, start)
        return b"".join(within[place * self.small :][: self.small] for place in places)


def _records(book: bytes) -> Iterator[tuple[int, int, int, int]]:
    """(where it begins, kind, where its content begins, its length) of each record."""
    at = 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        yield at, kind, at + 4, length
        at += 4 + length


def _hidden(book: bytes) -> list[set[int]]:
    order: list[int] = []  # where the sheets begin
    hidden: dict[int, set[int]] = {}
    begun, rows, columns, area = 0, 0, 0, 0
    for at, kind, content, length in _records(book):
        if kind == _FILEPASS:
            raise Unreadable(LOCKED)
        if kind == _BOF:
            begun, rows, columns = at, 0, 0
        elif kind == _BOUNDSHEET:
            order.append(struct.unpack_from("<I", book, content)[0])
        elif kind == _DIMENSIONS and length >= 14:
            first, last, left, right = struct.unpack_from("<IIHH", book, content)
            if (last - first) * (right - left) > _MOST_RESERVED:
                raise Unreadable(TOO_BIG)
        elif kind == _ROW and length >= 16:
            row, flags = struct.unpack_from("<H", book, content)[0], book[content + 12]
            if flags & _HIDDEN:
                hidden.setdefault(begun, set()).add(row)
        elif kind in _CELLS or kind == _MULRK:
            row, column = struct.unpack_from("<HH", book, content)
            if kind == _MULRK:
                column = struct.unpack_from("<H", book, content + length - 2)[0]
            before = rows * columns
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            area += rows * columns - before
            if rows > MOST_ROWS or columns > MOST_COLUMNS:
                raise Unreadable(too_far(""))
            if area > MOST_AREA:
                raise Unreadable(TOO_BIG)
    return [hidden.get(place, set()) for place in order]
