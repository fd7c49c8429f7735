"""What no file of a timetable tells: which week is the first, and since when it holds. Pure."""

from ..batch import Batch, Kind, Place, Question, TimetableRow
from .divisions import EVERY

FIRST_WEEK, STARTS_ON = "timetable:first_week", "timetable:day"


def ask_when(batch: Batch, first_week: str = "I неделя (нечётная)", starts_on: str = "") -> None:
    """Ask for both, answered with a day (2026-09-01): any day of a first week, and the day on which
    the timetable begins to hold. `first_week`: how the file calls it; `starts_on`: the day it
    names, preselected."""
    rows = [row for row in batch.rows.get(Kind.TIMETABLE, []) if isinstance(row, TimetableRow)]
    weekly = _places([row.place for row in rows if row.weeks != EVERY])
    if weekly:
        told = f"{first_week} — та, в которой день (пусто: та, с которой начинается учебный год)"
        batch.ask(Question(FIRST_WEEK, told, weekly, (), starts_on, takes_text=True))
    if rows:
        told = "С какого дня действует расписание"
        batch.ask(Question(STARTS_ON, told, (rows[0].place,), (), starts_on, takes_text=True))


def _places(places: list[Place]) -> tuple[Place, ...]:
    """Each once: a cell says several lessons."""
    return tuple({(one.row, one.column): one for one in places}.values())
