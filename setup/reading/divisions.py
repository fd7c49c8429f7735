"""Groups of a class and weeks of two, as timetables call them. Pure."""

import re

from school.rules.texts import tidy, visible

FIRST, SECOND, EVERY = 1, 2, 3  # bits: `TimetableEntry.Weeks`

_SEXES = {
    "Девочки": r"д|дев|девоч|девочки|девочек|д/в",
    "Мальчики": r"м|мал|мальч|мальчики|мальчиков",
    "Юноши": r"юн|юнош|юноши|юношей",
    "Девушки": r"девуш|девушки|девушек",
}
_NUMBERED = re.compile(
    r"(?:(?P<before>\d|i{1,3})(?:-?[яй]|-?ая)?\s*(?:п/?г|(?:под)?гр?)[а-я]*\.?"
    r"|(?:п/?г|(?:под)?гр?)[а-я]*\.?\s*№?\s*(?P<after>\d|i{1,3}))"
)
_SAYS_NOTHING = re.compile(r"(?<=[12i])-?(?:ая|я)\b|недел[а-я]|нед|\W")
_WEEKS = {
    FIRST: ("1", "i", "а", "a", "нечет", "неч", "нечетная", "н", "числ", "числитель", "верхняя"),
    SECOND: ("2", "ii", "б", "b", "в", "чет", "четная", "ч", "знам", "знаменатель", "нижняя"),
    EVERY: ("", "все", "каждая", "любая"),
}
_BITS = {word: bits for bits, words in _WEEKS.items() for word in words}


def number_of(text: str) -> int:
    """1 of «I» and of «1»."""
    return int(text) if text.isdigit() else len(text)


def group_name(text: str) -> str:
    """A group as groups are called here: «1 гр.», «Группа 1» → «1 группа», «мал.» → «Мальчики»;
    what is no such word stays as it is written."""
    written = tidy(text)
    numbered = _NUMBERED.fullmatch(written)
    if numbered:
        return f"{number_of(numbered['before'] or numbered['after'])} группа"
    for name, pattern in _SEXES.items():
        if re.fullmatch(rf"(?:{pattern})\.?", written):
            return name
    return visible(text)


def week_bits(text: str) -> int | None:
    """Which of the two weeks a word means: «I», «нед. А», «нечёт.» FIRST; «II», «НедБ», «знам.»
    SECOND; «» EVERY. None of a word that says nothing of weeks."""
    return _BITS.get(_SAYS_NOTHING.sub("", tidy(text)))
