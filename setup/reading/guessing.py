"""Lists without heads, as they are pasted: what a column holds is seen by its cells. Pure."""

from collections.abc import Callable

from school.tables.table import Table, Value

from ..batch import Kind
from . import texts
from .given import Given
from .heads import NOT_TAKEN, HeadColumn, Heads
from .texts import Wrong, shown

LOOKED_AT = 30  # cells of a column
NUMBERS = "№"


def unheaded(table: Table, given: Given) -> Heads | None:
    """The heads of a list of pupils that has none: a column of full names, and beside it one of
    classes or birth dates. None of any other table, or where two columns could be one thing."""
    found: list[HeadColumn] = []
    for place in range(len(table.rows[0]) if table.rows else 0):
        values = [row[place] for row in table.rows if row[place] is not None][:LOOKED_AT]
        if not values:
            continue
        name = f"столбец {place + 1}"
        usual = next((field for field, likes in _LIKES if all(map(likes, values))), "")
        field = given.field(Kind.PUPILS, name) or usual
        found.append(HeadColumn(place, _TOLD.get(field, name), name, field))
    fields = [column.field for column in found]
    if fields.count("person") != 1 or not {"class_name", "born_on"} & set(fields):
        return None
    if any(fields.count(field) > 1 for field in _TOLD if field != NOT_TAKEN):
        return None
    return Heads(0, 0, tuple(found))


def _reads(read: Callable[[Value], object]) -> Callable[[Value], bool]:
    def does(value: Value) -> bool:
        try:
            read(value)
        except Wrong:
            return False
        return True

    return does


def _is_name(value: Value) -> bool:
    if not isinstance(value, str) or not 2 <= len(shown(value).split()) <= 4:
        return False
    words = shown(value).replace("-", "").split()
    return all(word.isalpha() for word in words) and _reads(lambda one: texts.person(shown(one)))(
        value
    )


def _is_number(value: Value) -> bool:
    return shown(value).rstrip(".").isdecimal()


_TOLD = {
    "born_on": "Дата рождения",
    "class_name": "Класс",
    "sex": "Пол",
    "person": "ФИО",
    NOT_TAKEN: NUMBERS,
}
_LIKES: tuple[tuple[str, Callable[[Value], bool]], ...] = (
    ("born_on", _reads(texts.day)),
    ("class_name", lambda value: texts.is_class_name(shown(value))),
    (
        "sex",
        lambda value: not _is_number(value) and _reads(lambda one: texts.sex(shown(one)))(value),
    ),
    ("person", _is_name),
    (NOT_TAKEN, _is_number),
)
