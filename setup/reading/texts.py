"""What the cells of a list say: names, classes, dates, telephones, however they are written. Pure.

What can't be understood raises Wrong with the reason in Russian; «» is for the caller to judge.
"""

import datetime
import re
from functools import lru_cache

from school.rules.names import LONGEST_NAME
from school.rules.phones import phones
from school.rules.texts import HYPHENS, LOOKS, tidy, visible
from school.tables.table import Value

from ..batch import Person


class Wrong(ValueError):
    """`why` it can't be taken and the `way_out`, in Russian."""

    def __init__(self, why: str, way_out: str = "") -> None:
        super().__init__(why)
        self.why, self.way_out = why, way_out


_LATIN, _RUSSIAN = re.compile("[A-Za-z]"), re.compile("[А-Яа-яЁё]")
_LOOKS = LOOKS | {ord(chr(one).upper()): ord(chr(other).upper()) for one, other in LOOKS.items()}
_BACK = {ord("І"): "I", ord("Х"): "X"}


def shown(value: Value) -> str:
    """What a cell shows, on one line: 5.0 is «5», 0.5 «0,5», a day «12.03.2015», a time «8:30»."""
    if isinstance(value, str):
        return _clean(value) if len(value) < _SHORT else _bare(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime.datetime) and value.time() != datetime.time():
        return f"{value:%d.%m.%Y %H:%M}"
    if isinstance(value, datetime.date):
        return f"{value:%d.%m.%Y}"
    return f"{value.hour}:{value.minute:02}"


_SHORT = 100  # letters of a text that is worth being remembered


@lru_cache(maxsize=20_000)
def _clean(text: str) -> str:
    return _bare(text)


def _bare(text: str) -> str:
    """Without the apostrophe that our own tables put before what looks like a formula
    (`school.xlsx.inert`)."""
    if text[:1] == "'" and text[1:].lstrip()[:1] in ("=", "+", "-", "@"):
        text = text[1:]
    return russian(visible(text))


def lines(value: Value) -> list[str]:
    """The same, line by line; none is empty."""
    if not isinstance(value, str):
        return [shown(value)] if shown(value) else []
    return [line for one in value.splitlines() if (line := russian(visible(one)))]


def _number(value: float) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).replace(".", ",")


def russian(text: str) -> str:
    """Latin letters in Russian words as what they look like; words that are all Latin stay."""
    if not _LATIN.search(text) or not _RUSSIAN.search(text):
        return text
    return re.sub(r"[^\W\d_]+", lambda word: _russian_word(word[0]), text)


def _russian_word(word: str) -> str:
    if not _LATIN.search(word) or not _RUSSIAN.search(word):
        return word
    translated = word.translate(_LOOKS)
    return word if _LATIN.search(translated) else translated


@lru_cache(maxsize=10_000)
def key(text: str) -> str:
    """As heads and words are compared: without case, ё, signs and what only looks different."""
    return " ".join(re.findall(r"[\w№]+", tidy(_all_russian(text))))


def _all_russian(text: str) -> str:
    """Also words that are all Latin, if they look Russian: «A», «CHEM» no, «MAMA» yes."""
    translated = text.translate(_LOOKS)
    return text if _LATIN.search(translated) else translated


# --- classes ---

_CLASS = re.compile(
    r"""^(?:класс[а-я]*)?\s*(?P<number>\d{1,2}|[IVXІХ]{1,4}(?![^\W\d_]))\s*
    [-–—.,/\s]*["'«“”„»]*\s*(?P<letter>[^\W\d_]{0,5})\s*["'«“”„»]*\.?\s*
    (?:класс[а-я]*|кл\.?)?$""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?P<number>\d{1,2})\s*[-/.]\s*(?P<letter>\d)\s*(?:класс[а-я]*|кл\.?)?$")
_ROMAN = {
    one: number
    for number, one in enumerate(
        ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"], start=1
    )
}
MOST_CLASSES = 12  # the number of the highest class


def class_name(text: str) -> str:
    """«5А» of «5 А», «5а», «5-А», «5 "А"», «5 «а» класс», «5A» of Latin letters, «V А»; «10-2».
    Wrong."""
    text = visible(text)
    if found := _NUMBERED.match(text):
        return _class(int(found["number"]), f"-{found['letter']}")
    found = _CLASS.match(text)
    if not found:
        raise Wrong("Это не название класса", "Например: 5А.")
    number, letter = found["number"], found["letter"].upper()
    if letter.casefold() in ("кл", "класс"):
        letter = ""
    translated = letter.translate(_LOOKS)
    return _class(_class_number(number), translated if not _LATIN.search(translated) else letter)


def _class_number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    number = _ROMAN.get(text.upper().translate(_BACK))
    if number is None:
        raise Wrong("Это не название класса", "Например: 5А.")
    return number


def _class(number: int, letter: str) -> str:
    if number > MOST_CLASSES:
        raise Wrong(f"{number}-го класса не бывает", "Например: 5А.")
    return f"{number}{letter}"


MOST_LETTERS = 3  # of a class that is recognised as one, whatever stands around it
_NO_LETTERS = {"ГР", "УР", "Ч", "ЧАС", "КВ", "СМ", "ПГ", "ДН", "НЕД"}


def as_class(text: str) -> str:
    """The class that a head says, «5» of a parallel; «» of what is none: «1 урок», «2 гр.»."""
    try:
        name = class_name(text)
    except Wrong:
        return ""
    letters = name.lstrip("0123456789")
    return "" if letters in _NO_LETTERS or len(letters) > MOST_LETTERS else name


def is_class_name(text: str) -> bool:
    """Whether it is written as a class, letter and all."""
    name = as_class(text)
    return bool(name) and not name.isdecimal()


_TITLED = re.compile(
    r"""(?<![\d.,/-])(?P<name>\d{1,2}\s*[-–]?\s*
    (?P<letter>["'«“„]\s*[^\W\d_]{1,3}\s*["'»“”]|[^\W\d_]{1,2}(?!\w))?)
    \s*[-–]?\s*(?P<word>класс[а-я]*|кл\.)?""",
    re.VERBOSE | re.IGNORECASE,
)
_SEVERAL = re.compile(r"\bкласс(?:ы|ов|ам|ах|ами)\b", re.IGNORECASE)
_CLASS_BEFORE = re.compile(r"(?:класс\w*|кл\.)\s*:?\s*$", re.IGNORECASE)


def class_within(text: str) -> str:
    """The one class that a title tells: «Список учащихся 5 "А" класса», «Класс: 9Б», «5-А класс
    (кл. рук. …)»; «» if it tells none, or several."""
    text = visible(text)
    if _SEVERAL.search(text):
        return ""
    found = set()
    for match in _TITLED.finditer(text):
        letter = match["letter"] or ""
        is_all = bool(letter) and len(text) == len(match[0].strip())
        is_quoted = letter[:1] in tuple("\"'«“„") and bool(letter)
        before = _CLASS_BEFORE.search(text[: match.start()])
        if is_quoted or match["word"] or before or is_all:
            try:
                found.add(class_name(match["name"]))
            except Wrong:
                continue
    return found.pop() if len(found) == 1 else ""


# --- days ---

MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
_IN = (
    "январе", "феврале", "марте", "апреле", "мае", "июне",
    "июле", "августе", "сентябре", "октябре", "ноябре", "декабре",
)  # fmt: skip
_TAIL = r"(?:\s*г(?:\.|ода?)?)?(?:[\sT]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?\s*\.?$"
_DAY_FIRST = re.compile(r"^(\d{1,2})\s*[./,\s-]\s*(\d{1,2})\s*[./,\s-]\s*(\d{4}|\d{2})" + _TAIL)
_YEAR_FIRST = re.compile(r"^(\d{4})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{1,2})" + _TAIL)
_WORDED = re.compile(
    r"^[«\"]?(\d{1,2})[»\"]?[\s.-]*([а-яё]{3,8})[\s.,-]*(\d{4}|\d{2})" + _TAIL, re.I
)
_SERIALS = range(20_000, 60_000)  # 1954 to 2064
_DAY_ZERO = datetime.date(1899, 12, 30)
_HOW = "Например: 15.03.2015."


def day(value: Value, latest: datetime.date | None = None) -> datetime.date:
    """A day, however written, also the number that a spreadsheet counts it by; the day comes before
    the month. Of a year of two digits the century is the last one in which it is not after
    `latest` (2068 where that is None). Wrong."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    text = shown(value)
    if re.fullmatch(r"\d{5}(,0)?", text) and int(text[:5]) in _SERIALS:
        return _DAY_ZERO + datetime.timedelta(days=int(text[:5]))
    if found := _YEAR_FIRST.match(text):
        year, month, number = map(int, found.groups())
        return _day(year, month, number)
    if found := _DAY_FIRST.match(text):
        return _day(_year(found[3], latest), int(found[2]), int(found[1]))
    if found := _WORDED.match(text):
        return _day(_year(found[3], latest), _month(found[2]), int(found[1]))
    raise Wrong("Непонятная дата", _HOW)


def _year(text: str, latest: datetime.date | None) -> int:
    if len(text) == 4:
        return int(text)
    last = latest.year if latest else 2068
    year = last // 100 * 100 + int(text)
    return year if year <= last else year - 100


def _month(word: str) -> int:
    start = tidy(word)[:3]
    for number, month in enumerate(MONTHS, start=1):
        if month[:3] == start or (number == 5 and start == "мая"):
            return number
    raise Wrong(f"Нет такого месяца: «{word}»", _HOW)


def _day(year: int, month: int, number: int) -> datetime.date:
    if not 1 <= month <= 12:
        raise Wrong(f"Месяца {month} нет", f"Сначала день, потом месяц. {_HOW}")
    if year < 1900:
        raise Wrong(f"{year} год слишком давно", _HOW)
    last = (datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(1)).day
    if not 1 <= number <= last:
        raise Wrong(
            f"В {_IN[month - 1]} {last} дней" if last != 31 else f"В {_IN[month - 1]} 31 день"
        )
    return datetime.date(year, month, number)


OLDEST_PUPIL, YOUNGEST_PUPIL = 30, 4  # years


def born(value: Value, today: datetime.date) -> datetime.date:
    """A pupil's birth date. Wrong."""
    found = day(value, today)
    if found > today:
        raise Wrong("Этот день ещё не наступил", _HOW)
    age = today.year - found.year - ((today.month, today.day) < (found.month, found.day))
    if not YOUNGEST_PUPIL <= age < OLDEST_PUPIL:
        raise Wrong(f"Ученику получается лет: {age}", "Проверьте год.")
    return found


def time(value: Value) -> datetime.time:
    """A time of the day: «8:30», «08.30», «8-30», 8.3 of a cell. Wrong."""
    if isinstance(value, datetime.datetime):
        return value.time().replace(second=0, microsecond=0)
    if isinstance(value, datetime.time):
        return value.replace(second=0, microsecond=0)
    if isinstance(value, float) and 0 < value < 1:  # of a day, as a spreadsheet counts
        minutes = round(value * 24 * 60)
        return datetime.time(minutes // 60, minutes % 60)
    found = re.fullmatch(r"(\d{1,2})\s*[:.,\s-]\s*(\d{1,2})(?::00)?", shown(value))
    if not found:
        raise Wrong("Непонятное время", "Например: 8:30.")
    hour, minute = int(found[1]), int(found[2].ljust(2, "0"))
    if hour > 23 or minute > 59:
        raise Wrong("Такого времени нет", "Например: 8:30.")
    return datetime.time(hour, minute)


# --- what people are reached by ---


def phone(text: str) -> str:
    """The first number of a text as a telephone dials it: «+79135550124». Wrong."""
    found = phones(text)
    if found:
        return found[0].address.removeprefix("tel:")
    digits = len(re.sub(r"\D", "", text))
    if not digits:
        raise Wrong("Это не номер телефона", "Пусто: записать без телефона.")
    noun = (
        "цифра"
        if digits % 10 == 1 and digits != 11
        else ("цифры" if digits % 10 in (2, 3, 4) and digits not in (12, 13, 14) else "цифр")
    )
    raise Wrong(f"В номере {digits} {noun} вместо 11", "Пусто: записать без телефона.")


_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")


def email(text: str) -> str:
    """The first e-mail address of a text. Wrong."""
    if found := _EMAIL.search(text):
        whole = text[: found.start()][-1:], text[found.end() :][:1]
        if not any(_RUSSIAN.match(sign) for sign in whole):
            return found[0].removesuffix(".")
    letter = _RUSSIAN.search(text)
    if "@" in text and letter:
        raise Wrong(f"В адресе русская буква «{letter[0]}»", "Пусто: записать без почты.")
    raise Wrong("Это не адрес почты", "Пусто: записать без почты.")


def contacts(value: Value) -> tuple[str, str, str]:
    """(what is left, telephone, e-mail) of a cell in which all stands: «Иванова Анна, 8 900 …»."""
    left, telephone, address = [], "", ""
    for line in lines(value):
        if found := _EMAIL.search(line):
            address = address or found[0]
            line = line.replace(found[0], " ")
        for number in phones(line):
            telephone = telephone or number.address.removeprefix("tel:")
            line = line.replace(number.written, " ")
        left.append(
            re.sub(
                r"(?:[,;\s]*\b(?:моб|дом|раб|сот|тел|т)\w*[.:]*)+(?=[.,;:\s]*$)",
                "",
                line,
                flags=re.I,
            )
        )
    text = visible(" ".join(left))
    return (
        re.sub(r"[\s,;:.–—-]+$", lambda end: "." if "." in end[0][:1] else "", text),
        telephone,
        address,
    )


_SEXES = {
    "m": ("м", "муж", "мужской", "мужск", "мальчик", "мал", "юноша", "m", "male", "1"),
    "f": ("ж", "жен", "женский", "женск", "девочка", "дев", "девушка", "f", "female", "2"),
}


def sex(text: str) -> str:
    """`Student.Sex`: m or f. Wrong."""
    word = tidy(text).strip(" .")
    for value, words in _SEXES.items():
        if word in words:
            return value
    raise Wrong("Непонятный пол", "м или ж.")


def relation(text: str) -> str:
    """`Parenthood.Relation` of «мама», «опекун»: who is neither mother nor father is other; «»
    says nothing."""
    word = key(text)
    if re.search(r"\b(мать|мам\w*|матер\w*)\b", word):
        return "mother"
    if re.search(r"\b(отец|отц\w*|пап\w*)\b", word):
        return "father"
    return "other" if word else ""


# --- names ---

_ENDS = ("ович", "евич", "овна", "евна", "ична", "инична", "ильич", "кузьмич", "лукич", "фомич")
_PARTICLES = {"оглы", "кызы", "улы", "гызы", "заде", "оглу", "кизи", "угли"}
_INITIALS = re.compile(r"^([^\W\d_])\.\s*(?:([^\W\d_])\.?)?$")
_LATER = re.compile(r"\([^)]*\)|[;]\s*\S.*$|,?\s+[-–—]\s+(?:мама|папа|мать|отец|опекун)\S*$", re.I)
_RELATED = re.compile(
    r"[,\s]+(?:мама|папа|мать|отец|опекун(?:ша)?|бабушка|дедушка)\.?$|^(?:мама|папа|мать|отец|опекун)"
    r"\s*[:–—-]\s*",
    re.I,
)


_NO_NAMES = {"выбыл", "выбыла", "прибыл", "прибыла", "отчислен", "отчислена", "вакансия"}


def person(text: str) -> Person:
    """A name in one cell: «Иванов Иван Олегович», «ИВАНОВ ИВАН», «Иванов И. О.», «И. О. Иванов»,
    «Мамедов Али Вели оглы»; «ван Дейк, Ян, Петрович» where only commas tell the parts. What is
    added («; мама», «(Петрова)») is no part of it. Wrong."""
    text = _RELATED.sub("", visible(_LATER.sub(" ", visible(text)))).strip(" ,;:")
    if not text:
        raise Wrong("Нет имени и фамилии")
    if re.search(r"\d", text):
        raise Wrong("В имени цифры", "Фамилия, имя, отчество.")
    if "," in text:
        parts = [part.strip() for part in text.split(",")]
        if len(parts) > 3 or not all(parts):
            raise Wrong("Непонятно, где фамилия, где имя", "Фамилия, имя, отчество через пробел.")
        return named(*parts)
    words = re.sub(f"\\s*([{HYPHENS}])\\s*", r"\1", text).split()
    return named(*_parted(words))


def named(last: str, first: str = "", middle: str = "") -> Person:
    """A name in three cells. Wrong."""
    parts = [_cased(russian(visible(part))) for part in (last, first, middle)]
    if not parts[0]:
        raise Wrong("Нет фамилии")
    for part in parts:
        if re.search(r"\d", part):
            raise Wrong("В имени цифры", "Фамилия, имя, отчество.")
        if ":" in part or part.casefold() in _NO_NAMES:
            raise Wrong(f"«{part}»: это не имя", "Фамилия, имя, отчество, без пометок.")
        if len(part) > LONGEST_NAME:
            raise Wrong(f"Имя длиннее {LONGEST_NAME} знаков")
        if part and not re.search(r"[^\W\d_]", part):
            raise Wrong("В имени нет букв", "Фамилия, имя, отчество.")
    return Person(*parts)


def _parted(words: list[str]) -> tuple[str, ...]:
    joined = " ".join(words)
    if found := re.match(r"^([^\W\d_])\.\s*(?:([^\W\d_])\.\s*)?(\S.*)$", joined):  # «И. О. Иванов»
        return found[3], f"{found[1]}.", f"{found[2]}." if found[2] else ""
    for count in (2, 1):  # «Иванов И. О.», «Иванов И.О.»
        if len(words) > count and (found := _INITIALS.match("".join(words[-count:]))):
            return " ".join(words[:-count]), f"{found[1]}.", f"{found[2]}." if found[2] else ""
    if len(words) > 3 and tidy(words[-1]) in _PARTICLES:
        return " ".join(words[:-3]), words[-3], " ".join(words[-2:])
    patronymics = [place for place, word in enumerate(words) if tidy(word).endswith(_ENDS)]
    if len(words) == 3 and patronymics == [1]:  # «Иван Олегович Иванов»
        return words[2], words[0], words[1]
    if len(words) > 3:
        if patronymics and patronymics[-1] >= 2:
            place = patronymics[-1]
            return " ".join(words[: place - 1]), words[place - 1], " ".join(words[place:])
        return words[0], words[1], " ".join(words[2:])
    return tuple(words)


def _cased(text: str) -> str:
    """Names all in capitals, or all in small letters, with a capital each."""
    if not (text.isupper() or text.islower()) or len(re.sub(r"\W", "", text)) < 2 or "." in text:
        return text
    return re.sub(
        r"[^\W\d_]+",
        lambda word: word[0].lower() if tidy(word[0]) in _PARTICLES else word[0].capitalize(),
        text,
    )


def written(person_: Person) -> str:
    """A name in one cell, so that `person` reads the same of it."""
    parts = [part for part in (person_.last, person_.first, person_.middle) if part]
    text = " ".join(parts)
    try:
        if person(text) == person_:
            return text
    except Wrong:
        pass
    return ", ".join(parts)
