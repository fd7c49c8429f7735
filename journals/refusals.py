"""What a write may be answered with beside Refused."""

from dataclasses import dataclass

from attendance.refusals import Refused

__all__ = ["Conflict", "Refused", "Unfit"]


class Unfit(Refused):
    """The text itself can't stand there: another one could."""


@dataclass
class Conflict(Exception):
    """Somebody was first: `present` is the text that stands there now."""

    present: str

    def __str__(self) -> str:
        return f"Пока вы писали, здесь стало: «{self.present}»."
