"""Subjects as timetables shorten them: «Матем.», «Физ-ра», «Лит-ра». Pure.

The dictionary only spells out what every Russian school calls so. Which subject of this school it
is, is found afterwards: names are compared by `key` of both.
"""

import re
from functools import lru_cache

from school.rules.texts import tidy

PHYSICAL, CRAFT, COMPUTING = "Физическая культура", "Труд (технология)", "Информатика"

NAMES = (
    "Русский язык",
    "Литература",
    "Родной язык",
    "Родная литература",
    "Литературное чтение",
    "Окружающий мир",
    "Иностранный язык",
    "Английский язык",
    "Немецкий язык",
    "Французский язык",
    "Испанский язык",
    "Китайский язык",
    "Математика",
    "Алгебра",
    "Геометрия",
    "Вероятность и статистика",
    "Алгебра и начала математического анализа",
    COMPUTING,
    "История",
    "Обществознание",
    "География",
    "Физика",
    "Химия",
    "Биология",
    "Астрономия",
    "Экономика",
    "Право",
    "Музыка",
    "Изобразительное искусство",
    "Искусство",
    "Черчение",
    CRAFT,
    PHYSICAL,
    "Адаптивная физическая культура",
    "Профильный труд",
    "Основы безопасности и защиты Родины",
    "Основы духовно-нравственной культуры народов России",
    "Индивидуальный проект",
    "Разговоры о важном",
    "Россия — мои горизонты",
    "Классный час",
    "Самоподготовка",
)

# What no rule makes of the name.
_FORMS = {
    "физра": PHYSICAL,
    "фра": PHYSICAL,
    "физкультура": PHYSICAL,
    "физк": PHYSICAL,
    "фк": PHYSICAL,
    "тех": CRAFT,
    "техн": CRAFT,
    "технол": CRAFT,
    "технология": CRAFT,
    "трудтехн": CRAFT,
    "иностряз": "Иностранный язык",
    "иняз": "Иностранный язык",
    "рус": "Русский язык",
    "общество": "Обществознание",
    "алгебраиначалаанализа": "Алгебра и начала математического анализа",
    "алгебраиначанализа": "Алгебра и начала математического анализа",
    "вис": "Вероятность и статистика",
    "тверистат": "Вероятность и статистика",
    "ивт": COMPUTING,
    "икт": COMPUTING,
    "изо": "Изобразительное искусство",
    "обзр": "Основы безопасности и защиты Родины",
    "однкнр": "Основы духовно-нравственной культуры народов России",
    "ров": "Разговоры о важном",
    "разговор": "Разговоры о важном",
    "рмг": "Россия — мои горизонты",
    "россиямоигоризонты": "Россия — мои горизонты",
}
_UNCLEAR = {"физ", "род", "основы", "иск"}  # physics or physical culture: nobody can know

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LANGUAGE = re.compile(r"язык$")
_FOREIGN = ("Англ", "Нем", "Франц", "Исп", "Кит", "Иностр")


@lru_cache(maxsize=10_000)
def full_name(text: str) -> str | None:
    """The subject that a text means: «Мат-ка» → «Математика». None where the dictionary has no such
    one, or several."""
    letters = _letters(text)
    if not letters or letters in _UNCLEAR:
        return None
    if letters in _EXACT:
        return _EXACT[letters]
    written = [word for word in _WORD.findall(tidy(text)) if word != "и"]
    found = [name for name, words in _WORDS.items() if _stand_for(written, words)]
    # «Лит.» is «Литература» sooner than «Литературное чтение».
    whole = [name for name in found if len(_WORDS[name]) == len(written)]
    for likely in (whole, found):
        if len(likely) == 1:
            return likely[0]
    return None


def key(text: str) -> str:
    """What names of subjects are compared by, shortened or not."""
    return _letters(full_name(text) or text)


def is_foreign_language(name: str) -> bool:
    return name.startswith(_FOREIGN) and bool(_LANGUAGE.search(name))


def is_split(name: str) -> bool:
    """Whether schools teach a subject in groups: two of such ones in a cell are two groups."""
    return is_foreign_language(name) or name in (PHYSICAL, CRAFT, COMPUTING)


def group_of(name: str) -> str:
    """How the part of a class is called that has this subject while the others have another:
    «Немецкий»."""
    return _LANGUAGE.sub("", name).strip() or name


def usual_groups(name: str, number: int) -> list[str]:
    """How as many groups of a subject are called where the file does not say."""
    if name == CRAFT and number == 2:
        return ["Девочки", "Мальчики"]
    return [f"{n} группа" for n in range(1, number + 1)]


def _letters(text: str) -> str:
    return "".join(_WORD.findall(tidy(text))).replace("-", "")


def _stand_for(written: list[str], words: tuple[str, ...]) -> bool:
    return 0 < len(written) <= len(words) and all(
        _stands_for(short, whole, alone=len(written) == 1)
        for short, whole in zip(written, words, strict=False)
    )


def _stands_for(short: str, whole: str, *, alone: bool) -> bool:
    beginning, _, end = short.partition("-")
    if end and beginning and "-" not in end:  # «мат-ка»
        return whole.startswith(beginning) and whole.endswith(end) and len(short) < len(whole)
    return short == whole or (whole.startswith(short) and len(short) >= (3 if alone else 1))


_WORDS = {name: tuple(word for word in _WORD.findall(tidy(name)) if word != "и") for name in NAMES}
_EXACT = {_letters(name): name for name in NAMES} | _FORMS
