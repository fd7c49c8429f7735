"""Words and texts: how they are seen, compared and looked for. Pure."""

import re
import unicodedata
from collections.abc import Sequence


def plural(number: int, one: str, few: str, many: str) -> str:
    """The word that goes with a number: «запись» with 1, «записи» with 3, «записей» with 11."""
    if number % 10 == 1 and number % 100 != 11:
        return one
    if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14):
        return few
    return many


def counted(number: int, one: str, few: str, many: str) -> str:
    """A number with its noun: «1 запись», «3 записи», «11 записей»."""
    return f"{number} {plural(number, one, few, many)}"


# Signs that Unicode counts among the letters and marks although they show nothing, or but a blank.
_SHOWS_NOTHING = re.compile("[\u034f\u17b4\u17b5\ufe00-\ufe0f]")


_LOOKS_BLANK = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")


def enumerated(texts: Sequence[str], most: int = 10) -> str:
    """«а; б; в», of more than `most` the first ones «и ещё 5»."""
    told = "; ".join(texts[:most])
    return f"{told} и ещё {len(texts) - most}" if len(texts) > most else told


def visible(text: str) -> str:
    """A text as a person sees it: without zero-width, control and format signs, every run of blanks
    of whatever kind one plain blank, none at the ends. What was pasted from a messenger, a PDF or a
    spreadsheet carries such signs along, and «Иванов» with one of them is no other person."""
    text = _LOOKS_BLANK.sub(" ", _SHOWS_NOTHING.sub("", text))
    if not text.isprintable():
        text = "".join(
            letter
            for letter in text
            if letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cf", "Cs")
        )
    text = unicodedata.normalize("NFC", text)  # «й» of two signs looks like «й» of one
    return " ".join(text.split())


def visible_lines(text: str) -> str:
    """The same of a text of several lines; they end as the database keeps them."""
    return "\n".join(visible(line) for line in text.splitlines()).strip("\n")


def alphabetical(text: str) -> str:
    """Sorting key of a Russian text: ё stands with е, whatever the database's collation."""
    return text.casefold().replace("ё", "е")


# Whatever keyboards and messengers make of them.
APOSTROPHES, HYPHENS = "'\u2019\u02bc\u2018`\u00b4\u2032", "-\u2010\u2011\u2012\u2013\u2014"


_TYPED_ALIKE = str.maketrans(dict.fromkeys(APOSTROPHES, "'") | dict.fromkeys(HYPHENS, "-"))


def tidy(text: str) -> str:
    """As people compare texts: without a difference in case, ё, apostrophes, dashes and what is not
    seen."""
    return alphabetical(visible(text)).translate(_TYPED_ALIKE)


def login(text: str) -> str:
    """A login as it is kept and compared."""
    return visible(text).lower()


def words(text: str) -> list[str]:
    """The words and numbers of a text, «3А» being a number and a word, as `tidy` has them."""
    return re.findall(r"\d+|[^\W\d_]+", tidy(text))


# Latin letters as the Russian ones whose capitals look alike.
LOOKS = str.maketrans("abcehkmoptxy", "авсенкмортху")


# To who looks for a word both are one.
_TWINS = {letter: pair for pair in ((chr(b), chr(a)) for a, b in LOOKS.items()) for letter in pair}


def word_pattern(word: str) -> str:
    """A regular expression that finds a text with a word (or number) that begins as this one of
    `words` does, whatever the case, ё or е, Russian or Latin letters of the same look. Every letter
    is spelled out: so Python (SQLite's REGEXP) and PostgreSQL read it alike, in every locale."""
    before = "0-9" if word.isdigit() else "A-Za-zА-Яа-яЁё"
    # «Оконнор» finds «О'Коннор», too.
    letters = f"[{APOSTROPHES}]?".join(f"[{''.join(sorted(_faces(one)))}]" for one in word)
    return f"(^|[^{before}]){letters}"


def _faces(letter: str) -> set[str]:
    alike = {letter, *_TWINS.get(letter, ())}
    if "е" in alike:
        alike.add("ё")
    return {face for one in alike for face in (one, one.upper()) if len(face) == 1}
