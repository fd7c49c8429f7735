"""Pure rules of the journal: homework, attendance, locks. No database."""

import datetime
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

Thing = TypeVar("Thing")

NO_HOMEWORK = "не задано"
ALL_PRESENT = "все"  # the attendance field of a lesson once it is taken (2.5)


def given_text(given: int, expected: int | None) -> str:
    """«11 из 22»: how many have a mark of those from whom one is expected; «» of who was asked."""
    return "" if expected is None else f"{given} из {expected}"


def parse_homework(text: str) -> tuple[str, bool]:
    """(homework, nothing is set): «-» or «не задано» says outright that there is none (2.8)."""
    text = text.strip()
    if text.casefold().rstrip(".") in {"-", "–", "—", NO_HOMEWORK}:
        return "", True
    return text, False


def homework_text(homework: str, no_homework: bool) -> str:
    """What the homework's field shows; `parse_homework` reads it back."""
    return NO_HOMEWORK if no_homework else homework


def kind_name(name: str, is_control: bool) -> str:
    """A kind of works where one is chosen or explained: what it is, unless its name says so."""
    says_so = "контрольн" in name.casefold()
    return f"{name} (контрольная)" if is_control and not says_so else name


def work_text(name: str, title: str) -> str:
    """A work of a kind with its own title: «Контрольная работа: Дроби»."""
    return f"{name}: {title}" if title else name


def even_parts(things: Sequence[Thing], most: int) -> list[Sequence[Thing]]:
    """The list in as few parts of at most `most` as will do, of nearly the same length each."""
    count = -(-len(things) // most)
    bounds = [len(things) * place // count for place in range(count + 1)] if count else []
    return [things[first:last] for first, last in pairwise(bounds)]


def percent(part: int, whole: int) -> int | None:
    """Whole percents, rounded down: 100 only when nothing is missing. None of nothing."""
    return part * 100 // whole if whole else None


def may_untake(taken_at: datetime.datetime, now: datetime.datetime) -> bool:
    """Whether a lesson's attendance, taken at an instant, may still be taken back: on the same day,
    as a slip of the finger. `now` is in the school's zone."""
    return taken_at.astimezone(now.tzinfo).date() == now.date()


# --- locks (4.2) ---


ARCHIVED = "Учебный год закрыт"


def archived_text(closed_at: datetime.datetime) -> str:
    """Why nothing can be written in a year that was closed (local)."""
    return (
        f"{ARCHIVED} {closed_at:%d.%m.%Y}. Открыть журнал для исправлений может заместитель "
        "директора."
    )


def locked_text(period: str, closed: str, locked_at: datetime.datetime) -> str:
    """Why nothing can be written in a locked `period`, which is `closed`, as its kind has it;
    `locked_at` is local."""
    return (
        f"{period} {closed} {locked_at:%d.%m.%Y}. Открыть журнал для исправлений может "
        "заместитель директора."
    )
