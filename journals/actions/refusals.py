"""What a write may be answered with beside Refused."""

from dataclasses import dataclass


@dataclass
class Conflict(Exception):
    """Somebody was first: `present` is the text that stands there now."""

    present: str

    def __str__(self):
        return f"Пока вы писали, здесь стало: «{self.present}»."
