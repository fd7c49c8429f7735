"""What one cell of a filled temporary journal says (3.2): a day over a column, the number of a
lesson, a mark, a topic. A problem is a Russian text, «» without; a text beside it is a guess."""

import datetime
import re

from django.utils import timezone

from school.rules import days
from school.rules.texts import tidy, visible

from .xlsx import shown, write
from .xlsx.read import Serial, Value, Wrong
from .xlsx.write import LONGEST_MARK

TOO_LONG = "слишком длинно"


def mark_text(text: str) -> str:
    """As a mark is meant, typed in a file or on the page."""
    return _WHOLE.sub(r"\1", visible(text))


_WHOLE = re.compile(r"^(\d+)(?:[.,]0+|,)$")  # «5.0» and «5,» are «5»; «5.» may tell of a debt
MONTH_NUMBERS = {month[:3]: number for number, month in enumerate(write.MONTHS, start=1)}
MONTH_NUMBERS["мая"] = 5
WEEKDAYS = {*days.WEEKDAYS, "пон", "вто", "сре", "чет", "пят", "суб", "вос"}


def hidden_id(value: Value | None) -> int | None:
    """A hidden id, None of what is none."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 19:
        value = int(value)
    return value if isinstance(value, int) and 0 < value < 2**63 else None


def day_of(value: Value | None, code: str, is_lesson: bool) -> tuple[str | None, str | None, str]:
    """(«2026-11-24», «11-24», «24» or None; what is shown in its stead or None; problem) of what
    stands over a column or before a line: as much of a date as can be seen."""
    if isinstance(value, Serial):  # «24» in a cell of dates
        if value < 32:
            return str(int(value)), None if value.shown == value else str(value.shown), ""
        return None, None, f"вместо числа стоит «{int(value)}»"
    if isinstance(value, datetime.datetime):
        is_whole = "y" in shown.date_parts(code)
        return value.date().isoformat() if is_whole else f"{value:%m-%d}", None, ""
    if type(value) is int and 0 < value < 32:
        return str(value), None, ""
    if value is None:
        return None, None, "нет числа" if is_lesson else ""
    if isinstance(value, Wrong):
        return None, None, f"вместо числа {value}"
    if isinstance(value, str | float):
        written = visible(str(value))
        day = written_day(written)
        return day, None, "" if day else f"непонятное число: «{quoted(written)}»"
    return None, None, f"вместо даты стоит «{quoted(value)}»"


_YEAR_FIRST = re.compile(r"(\d{4})[-./](\d\d?)[-./](\d\d?)(?:[ t]00:00(?::00)?)?")
_DAY_FIRST = re.compile(r"(\d\d?)(?: ?[-./,] ?(\d\d?)(?: ?[-./,] ?(\d{4}|\d\d))?)?(?: ?г)?\.?")
_DAY_AND_NAME = re.compile(r"(\d\d?)[- .]?([а-я]{3,})\.?(?:[- ,.]*(\d{4}|\d\d))?(?: ?г)?\.?")


def written_day(text: str) -> str | None:
    """«24», «24.11», «24.11.26», «24 ноября», «2026-11-24», «вт 24.11»: as `day_of` gives a date,
    None of anything else."""
    text = tidy(text).replace("(", " ").replace(")", " ")
    month: int | None
    year: int | None
    words = [one for one in text.split() if one.strip(".,")[:3] not in WEEKDAYS]
    text = " ".join(words).strip(" ,")
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(text):
        day = int(found[1])
        month, year = (int(one) if one else None for one in (found[2], found[3]))
    elif (found := _DAY_AND_NAME.fullmatch(text)) and found[2][:3] in MONTH_NUMBERS:
        day, month = int(found[1]), MONTH_NUMBERS[found[2][:3]]
        year = int(found[3]) if found[3] else None
    else:
        return None
    if month is None:
        return str(day) if 0 < day < 32 else None
    if year is not None and year < 100:
        year += 2000
    try:
        date = datetime.date(year or 2000, month, day)  # a leap year
    except ValueError:
        return None
    return date.isoformat() if year else f"{date:%m-%d}"


def ordinal(value: Value | None) -> int | None:
    """The number of a lesson: 2, «2», «2-й», «№ 2»."""
    if isinstance(value, str) and (found := _ORDINAL.fullmatch(tidy(value))):
        value = found[1]
    return hidden_id(value)


_ORDINAL = re.compile(r"(?:№ ?|урок ?)?(\d\d?)(?:[- ]?(?:й|ый|ий|ой))?(?: ?урок)?\.?")


def quoted(value: Value | None) -> str:
    """As much of a value as a problem repeats of it."""
    return str(value)[:30]


def mark(value: Value, code: str) -> tuple[str, str]:
    """(text, problem) of what stands in a cell of marks, with the number format of a number."""
    if type(value) is str:
        text = mark_text(value)
        return (text, "") if len(text) <= LONGEST_MARK else (text[:LONGEST_MARK], TOO_LONG)
    if type(value) is int or type(value) is float:
        stored = str(value).replace(".", ",")  # «4,5» is two marks
        seen = shown.number(value, code)
        if seen == stored:
            return stored, ""
        told = f"показывает «{seen}»" if seen else "показывает иначе"
        return seen or stored, f"таблица хранит здесь число {stored}, а {told}: что записано?"
    if isinstance(value, Serial):
        return str(int(value)), f"таблица показывает здесь дату; проверьте: «{int(value)}»?"
    if isinstance(value, Wrong):
        return "", str(value)
    if isinstance(value, datetime.datetime) and not (value.hour or value.minute):
        # «4/5» and «4.5» become the fourth of May; so does «5/4» where Excel is English.
        text, is_certain = shown.marks_of_date(value, code)
        if is_certain and abs(value.year - timezone.localdate().year) <= 1:  # else «4/5/3»
            return text, ""
        return text, f"таблица сделала из записи дату {value:%d.%m.%Y}; проверьте: «{text}»?"
    return "", "здесь время, а не запись"


def struck(text: str, rest: str) -> tuple[str, str]:
    """(text, problem) of a cell of which all, or all but the `rest`, is struck through."""
    if rest:
        return rest, f"в «{text}» зачёркнуто не всё: осталось «{rest}»"
    return text, f"«{text}» зачёркнуто"


def field(value: Value) -> tuple[str, str]:
    """(text, problem) of a topic or homework."""
    if isinstance(value, Wrong):
        return "", str(value)
    if isinstance(value, Serial):
        return str(int(value)), f"таблица показывает здесь дату; проверьте: «{int(value)}»?"
    if isinstance(value, datetime.datetime):
        return f"{value:%d.%m.%Y}", f"таблица сделала из записи дату {value:%d.%m.%Y}"
    if isinstance(value, str):
        return value.strip(), ""
    if isinstance(value, int | float):
        return str(value).replace(".", ","), ""
    return "", "здесь время, а не запись"
