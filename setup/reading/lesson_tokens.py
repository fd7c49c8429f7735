"""The text of a timetable's cell, taken apart: subjects, groups, weeks, rooms, teachers. Pure."""

import re
from collections.abc import Set
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from ..batch import Person
from .divisions import group_name, week_bits
from .subjects import full_name


class Sort(Enum):
    """NUMBER and ROMAN are a room, a group or a week: what stands beside them tells. WORD is one of
    which nobody can tell. BREAK ends a line or a clause; NOTHING is the dash of «Биол. / —»."""

    SUBJECT = auto()
    GROUP = auto()
    WEEK = auto()
    ROOM = auto()
    TEACHER = auto()
    CLASS = auto()
    TOGETHER = auto()
    NUMBER = auto()
    ROMAN = auto()
    WORD = auto()
    NOTHING = auto()
    SLASH = auto()
    BREAK = auto()
    OPEN = auto()
    CLOSE = auto()


@dataclass(frozen=True)
class Token:
    """`text` as written; of SUBJECT the full name where the dictionary has it, of GROUP and ROOM
    what they are called. `line`: a BREAK of lines, not of a clause."""

    sort: Sort
    text: str
    person: Person | None = None
    line: bool = False


_HALLS = (
    r"с ?/ ?з\b|а ?/ ?з\b|б ?/ ?з\b|м ?/ ?з\b|с\. ?з\.|"
    r"(?:(?:сп|спорт|спортивный|акт|актовый|б|большой|малый|хор|хореограф)\.? ?-? ?)зал\b|"
    r"(?:мал\.|мал|тренаж[а-яё]*\.?) (?:с ?/ ?з|(?:спорт)?зал)\b|спорт(?:ивная )?площадка|"
    r"зал\b|мастерск[а-яё]*|маст\.|библиотека|библ\.|б-ка\b|бассейн|стадион|улица\b|"
    r"комп(?:ьютерный)?\.? класс|столовая|тир\b|лыжная база"
)
_INITIALS = r"[А-ЯЁ]\. ?(?:[А-ЯЁ]\.)?(?![а-яё])"
_SURNAME = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?"
_ROMAN = r"(?:I{1,2})(?![\w])"
_SHAPES = {
    "time": r"\d{1,2}[:.]\d{2} ?[-–—] ?\d{1,2}[:.]\d{2}",
    "person": rf"(?P<last>{_SURNAME}) (?P<initials>{_INITIALS})",
    "person_turned": rf"(?P<initials_first>[А-ЯЁ]\. ?[А-ЯЁ]\.) ?(?P<last_after>{_SURNAME})",
    "week": (
        rf"(?:{_ROMAN}|[12]|(?<!\w)[АБВABвб](?!\w))(?:-?[яй]|-?ая)? ?нед(?:еля|ели)?\b\.?|"
        rf"\bнед(?:еля|ели)?\b\.? ?(?:{_ROMAN}|[12](?!\d)|[АБВAB](?!\w))|\bнед[АБВAB12]\b|"
        r"(?<!\w)(?:неч[её]тн?[а-яё]*|неч|ч[её]тн?[а-яё]*|числ(?:итель)?|знам(?:енатель)?|"
        r"верхняя|нижняя)(?![а-яё])\.?(?: ?нед(?:еля|ели)?\b\.?)?"
    ),
    "group": (
        rf"(?:{_ROMAN}|(?<!\w)\d)(?:-?[яй]|-?ая)? ?(?:п/?г|(?:под)?гр(?:уппа|уппы)?)\b\.?|"
        rf"(?<!\w)(?:п/?г|(?:под)?гр(?:уппа)?)\b\.? ?№? ?(?:{_ROMAN}|\d(?!\d))|"
        r"(?<![\w])(?:девочки|девоч|дев|д/в|мальчики|мальч|мал|юноши|юнош|юн|девушки|девуш)"
        r"(?![а-яё-])\.?|(?<=\()[дм]\.?(?=\))"
    ),
    "room_said": (
        rf"(?<!\w)(?:каб(?:инет)?|ауд|к)\b\.? ?№? ?(?P<room>{_HALLS}|[^\s,;/()]*[^\s,;/().])"
    ),
    "hall": rf"(?<!\w)(?:{_HALLS})",
    "together": r"(?<!\w)(?:объед[а-яё]*|вместе|совм[а-яё]*|поток[а-яё]*)\b\.?",
    "code": (
        r"(?<!\w)(?:\d{1,4}[-.]\d{1,3}[а-яёa-z]?|\d{1,4}[а-яёa-z]|[а-яёa-z]\.?-?\d{1,3})(?!\w)"
    ),
    "number": r"(?<![\d.])\d{1,4}(?!\d)",
    "roman": rf"(?<!\w){_ROMAN}",
    "slash": r"[/\\|+]",
    "nothing": r"(?<!\w)[-–—−]+(?!\w)|(?<![а-яё])(?:нет урока|окно)(?![а-яё])",
    "line": r"\n",
    "clause": r"[,;]",
    "open": r"[(\[]",
    "close": r"[)\]]",
    "word": r"[^\W\d_]+(?:[-'’][^\W\d_]+)*\.?",
    "other": r".",
}
# Where letters are, `(?i:…)` would spoil names: only these don't look at capitals.
_ANY_CASE = {"week", "group", "room_said", "hall", "together", "code", "nothing"}
_TOKEN = re.compile(
    "|".join(
        f"(?P<{name}>{f'(?i:{shape})' if name in _ANY_CASE else shape})"
        for name, shape in _SHAPES.items()
    )
)
_SIGNS = {
    "together": Sort.TOGETHER,
    "number": Sort.NUMBER,
    "roman": Sort.ROMAN,
    "slash": Sort.SLASH,
    "nothing": Sort.NOTHING,
    "open": Sort.OPEN,
    "close": Sort.CLOSE,
}
_LIKE_A_SURNAME = re.compile(
    r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?"
    r"(?:ов|ев|ёв|ин|ын|ова|ева|ёва|ина|ына|ский|цкий|ская|цкая|енко|ук|юк|ян|дзе|швили|их|ых)"
)
_JOINS = {"и", "по", "в", "о", "об", "на", "для", "с", "к", "из"}
_WITH = {"с", "со", "и"}  # «с 5Б»
_PEOPLE = (Sort.TEACHER, Sort.WORD)
MOST_WORDS = 7  # of a subject's name
MOST_SIGNS = 400  # of a cell that says lessons


@lru_cache(maxsize=10_000)
def tokens(text: str, classes: frozenset[str]) -> tuple[Token, ...]:
    """The tokens of a text (lines as `texts.lines` has them). `classes`: the grid's, as classes are
    called («5А»): they are no rooms."""
    raw = _TOKEN.finditer(text[:MOST_SIGNS])
    return tuple(_words_joined([one for found in raw for one in _token(found, classes)]))


def _token(found: re.Match[str], classes: Set[str]) -> list[Token]:
    kind, written = found.lastgroup or "", found[0]
    if kind in ("person", "person_turned"):
        return _person(found, written)
    if kind in ("code", "number") and written.upper() in classes:
        return [Token(Sort.CLASS, written.upper())]
    if kind == "week":
        return [Token(Sort.WEEK, str(week_bits(written) or 3))]
    if kind == "group":
        return [Token(Sort.GROUP, group_name(written))]
    if kind == "room_said":
        return [Token(Sort.ROOM, found["room"])]
    if kind in ("hall", "code"):
        return [Token(Sort.ROOM, written)]
    if kind in ("line", "clause"):
        return [Token(Sort.BREAK, written, line=kind == "line")]
    if kind in _SIGNS:
        return [Token(_SIGNS[kind], written)]
    return [Token(Sort.WORD, written)] if kind == "word" else []


def _person(found: re.Match[str], written: str) -> list[Token]:
    last = found["last"] or found["last_after"]
    if full_name(last):  # «История А.» is no person
        return [Token(Sort.WORD, last)]
    letters = re.findall("[А-ЯЁ]", found["initials"] or found["initials_first"])
    first, middle = [f"{letter}." for letter in [*letters, ""]][:2]
    return [Token(Sort.TEACHER, written, Person(last, first, middle if middle != "." else ""))]


def _words_joined(found: list[Token]) -> list[Token]:
    """Words made subjects and teachers; brackets gone."""
    made: list[Token] = []
    place, depth = 0, 0
    while place < len(found):
        token = found[place]
        if token.text.lower() in _WITH and _next_sort(found, place) is Sort.CLASS:
            place += 1
            continue
        if token.sort is Sort.WORD:
            length, joined = _run(found, place, made, depth)
            made.append(joined)
            place += length
            continue
        depth += {Sort.OPEN: 1, Sort.CLOSE: -1}.get(token.sort, 0)
        if token.sort not in (Sort.OPEN, Sort.CLOSE):
            made.append(token)
        place += 1
    return [_as_beside(made, number) for number in range(len(made))]


def _next_sort(found: list[Token], place: int) -> Sort | None:
    return found[place + 1].sort if place + 1 < len(found) else None


def _as_beside(made: list[Token], number: int) -> Token:
    """«Ежова/Браун»: of a pair with a teacher the other is one, too."""
    token = made[number]
    pairs = ((number - 1, number - 2), (number + 1, number + 2))
    beside = {
        made[other].sort
        for slash, other in pairs
        if 0 <= other < len(made) and made[slash].sort is Sort.SLASH
    }
    if token.sort is Sort.WORD and Sort.TEACHER in beside:
        return Token(Sort.TEACHER, token.text, Person(token.text))
    return token


def _run(found: list[Token], place: int, made: list[Token], depth: int) -> tuple[int, Token]:
    """(how many tokens, the token that they make) from a word on."""
    length, name = _known(found, place)
    if length and not _goes_on(found, place + length):
        return length, Token(Sort.SUBJECT, name)
    word = found[place].text
    before = made[-1] if made else None
    after_subject = any(one.sort is Sort.SUBJECT for one in made)
    if len(made) > 1 and before and before.sort is Sort.SLASH and made[-2].sort in _PEOPLE:
        before = made[-2]
    if after_subject and not length and (depth or not _new_clause(before)):
        return 1, _beside_subject(word)
    if after_subject and not length and _LIKE_A_SURNAME.fullmatch(word):
        return 1, Token(Sort.TEACHER, word, Person(word))
    if after_subject and not length and before is not None and before.line:
        return 1, Token(Sort.WORD, word)
    length = max(length, 1)
    while _goes_on(found, place + length) or _unknown_word(found, place + length):
        length += 1
    return length, Token(Sort.SUBJECT, " ".join(one.text for one in found[place : place + length]))


def _new_clause(before: Token | None) -> bool:
    return before is None or before.sort in (Sort.SLASH, Sort.BREAK)


def _beside_subject(word: str) -> Token:
    if _LIKE_A_SURNAME.fullmatch(word):
        return Token(Sort.TEACHER, word, Person(word))
    return Token(Sort.WORD, word)


def _known(found: list[Token], place: int) -> tuple[int, str]:
    """(tokens, full name) of the longest subject of the dictionary that begins here."""
    best = (0, "")
    depth = words = 0
    for end in range(place, len(found)):
        token = found[end]
        if token.sort not in (Sort.WORD, Sort.OPEN, Sort.CLOSE, Sort.NOTHING):
            break
        words += token.sort is Sort.WORD
        depth += {Sort.OPEN: 1, Sort.CLOSE: -1}.get(token.sort, 0)
        if depth < 0 or words > MOST_WORDS:
            break
        name = full_name(" ".join(one.text for one in found[place : end + 1]))
        if name and not depth and token.sort in (Sort.WORD, Sort.CLOSE):
            best = (end - place + 1, name)
    return best


def _goes_on(found: list[Token], place: int) -> bool:
    """Whether a small word follows: «Математика углублённо», «История и общество»."""
    if place >= len(found) or found[place].sort is not Sort.WORD:
        return False
    small = found[place].text[0].islower() and not _known(found, place)[0]
    return small or found[place - 1].text.lower() in _JOINS


def _unknown_word(found: list[Token], place: int) -> bool:
    """Whether an unknown subject's name goes on with this word."""
    if place >= len(found) or found[place].sort is not Sort.WORD:
        return False
    return not _known(found, place)[0] and not _LIKE_A_SURNAME.fullmatch(found[place].text)
