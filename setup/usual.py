"""What schools usually have, to begin with: subjects, scales, works, and the days of a year. All of
it is the school's own to change. Pure.

Days: about eight weeks and a week off, as the ministry recommends every spring; the winter's
vacation is from the last days of December to the first school day after the holidays.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from school.rules.bells import Hour
from school.rules.spans import ONE_DAY, Span
from school.rules.terms import HALF_YEAR, QUARTER, TRIMESTER

# --- programmes ---

GENERAL, ADAPTED, LIGHT, SEVERE = "general", "adapted", "light", "severe"
PROGRAMMES = {
    GENERAL: "общеобразовательная: отметки от 2 до 5, в 1 классе без отметок",
    ADAPTED: "адаптированная с отметками: коррекционные курсы безотметочно и с зачётом",
    LIGHT: "адаптированная, интеллектуальные нарушения, вариант 1: свои предметы",
    SEVERE: "адаптированная, вариант 2 и СИПР: без отметок, уровни самостоятельности",
}

# (name, short name)
SUBJECTS: Mapping[str, Sequence[tuple[str, str]]] = {
    GENERAL: [
        ("Русский язык", "Рус. яз."),
        ("Литературное чтение", "Лит. чт."),
        ("Литература", "Лит."),
        ("Английский язык", "Англ."),
        ("Математика", "Матем."),
        ("Алгебра", "Алг."),
        ("Геометрия", "Геом."),
        ("Вероятность и статистика", "Вер. стат."),
        ("Информатика", "Инф."),
        ("Окружающий мир", "Окр. мир"),
        ("История", "Ист."),
        ("Обществознание", "Общ."),
        ("География", "Геогр."),
        ("Биология", "Биол."),
        ("Физика", "Физ."),
        ("Химия", "Хим."),
        ("Основы религиозных культур и светской этики", "ОРКСЭ"),
        ("Основы духовно-нравственной культуры народов России", "ОДНКНР"),
        ("Изобразительное искусство", "ИЗО"),
        ("Музыка", "Музыка"),
        ("Труд (технология)", "Труд"),
        ("Физическая культура", "Физ-ра"),
        ("Основы безопасности и защиты Родины", "ОБЗР"),
        ("Индивидуальный проект", "Инд. пр."),
        ("Разговоры о важном", "РОВ"),
    ],
    ADAPTED: [
        ("Логопедические занятия", "Логопед"),
        ("Психокоррекционные занятия", "Психол."),
        ("Развитие речи", "Разв. речи"),
        ("Ритмика", "Ритм."),
        ("Адаптивная физическая культура", "АФК"),
        ("Социально-бытовая ориентировка", "СБО"),
    ],
    LIGHT: [
        ("Русский язык", "Рус. яз."),
        ("Чтение", "Чтение"),
        ("Литературное чтение", "Лит. чт."),
        ("Речевая практика", "Реч. пр."),
        ("Математика", "Матем."),
        ("Информатика", "Инф."),
        ("Мир природы и человека", "Мир пр."),
        ("Природоведение", "Природ."),
        ("Биология", "Биол."),
        ("География", "Геогр."),
        ("Мир истории", "Мир ист."),
        ("История Отечества", "Ист. От."),
        ("Основы социальной жизни", "ОСЖ"),
        ("Рисование (изобразительное искусство)", "Рис."),
        ("Музыка", "Музыка"),
        ("Ручной труд", "Руч. труд"),
        ("Профильный труд", "Проф. труд"),
        ("Адаптивная физическая культура", "АФК"),
        ("Логопедические занятия", "Логопед"),
        ("Ритмика", "Ритм."),
        ("Развитие психомоторики и сенсорных процессов", "Психомот."),
    ],
    SEVERE: [
        ("Речь и альтернативная коммуникация", "Речь"),
        ("Математические представления", "Мат. пр."),
        ("Окружающий природный мир", "Прир. мир"),
        ("Человек", "Человек"),
        ("Домоводство", "Домов."),
        ("Окружающий социальный мир", "Соц. мир"),
        ("Музыка и движение", "Муз. дв."),
        ("Изобразительная деятельность", "Изобр."),
        ("Адаптивная физкультура", "Ад. ф-ра"),
        ("Сенсорное развитие", "Сенс."),
        ("Предметно-практические действия", "ППД"),
        ("Двигательное развитие", "Двиг."),
        ("Альтернативная коммуникация", "Альт. ком."),
    ],
}

FIVE, PASSED, UNMARKED, LEVELS = (
    "Пятибалльная",
    "Зачёт/незачёт",
    "Безотметочная",
    "Уровни самостоятельности",
)
# text, title, points, meaning
SCALES: Mapping[str, Sequence[tuple[str, str, int | None, str]]] = {
    FIVE: [
        ("5", "отлично", 5, "excellent"),
        ("4", "хорошо", 4, "good"),
        ("3", "удовлетворительно", 3, "satisfactory"),
        ("2", "неудовлетворительно", 2, "insufficient"),
        ("зч", "зачёт", None, "passed"),
        ("осв", "освобождён", None, ""),
    ],
    PASSED: [
        ("зч", "зачёт", None, "passed"),
        ("нз", "незачёт", None, "insufficient"),
        ("осв", "освобождён", None, ""),
    ],
    UNMARKED: [("осв", "освобождён", None, "")],
    LEVELS: [
        ("сам", "выполняет самостоятельно", None, ""),
        ("пом", "выполняет с помощью", None, ""),
        ("нев", "пока не выполняет", None, ""),
        ("осв", "освобождён", None, ""),
    ],
}
SCALES_OF = {
    GENERAL: [FIVE, PASSED, UNMARKED],
    ADAPTED: [FIVE, PASSED, UNMARKED],
    LIGHT: [FIVE, PASSED, UNMARKED],
    SEVERE: [UNMARKED, LEVELS],
}

# name, short name, weight, of whom marks are expected, school days for them, usual order, control
WORKS: Sequence[tuple[str, str, int, str, int, int | None, bool]] = [
    ("Ответ на уроке", "ОТВ", 1, "asked", 0, 1, False),
    ("Работа на уроке", "РУ", 1, "asked", 0, 2, False),
    ("Домашняя работа", "ДЗ", 1, "asked", 1, None, False),
    ("Самостоятельная работа", "СР", 2, "present", 2, None, False),
    ("Проверочная работа", "ПРОВ", 2, "present", 2, None, False),
    ("Практическая работа", "ПР", 2, "present", 2, None, False),
    ("Лабораторная работа", "ЛР", 2, "present", 2, None, False),
    ("Тест", "ТЕСТ", 2, "present", 2, None, False),
    ("Контрольная работа", "КР", 3, "present", 3, None, True),
    ("Диктант", "ДИК", 3, "present", 3, None, True),
    ("Грамматическое задание", "ГРЗ", 2, "present", 3, None, False),
    ("Изложение", "ИЗЛ", 3, "present", 7, None, False),
    ("Сочинение", "СОЧ", 3, "present", 7, None, False),
    ("Проект", "ПРОЕКТ", 2, "asked", 3, None, False),
]


def subjects_of(programmes: Sequence[str]) -> list[tuple[str, str]]:
    """The (name, short name) of the subjects of some programmes, each once."""
    return list(
        {name: (name, short) for one in programmes for name, short in SUBJECTS[one]}.values()
    )


def scales_of(programmes: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name for one in programmes for name in SCALES_OF[one]))


# --- days ---


@dataclass(frozen=True)
class Year:
    """The usual days of a school year: its span, the spans of its periods {kind: in order}, and the
    `vacations` beside those between them: (parallel, None for the whole school; span)."""

    span: Span
    periods: Mapping[str, Sequence[Span]]
    vacations: Sequence[tuple[int | None, Span]]


def first_year(today: datetime.date) -> int:
    """The calendar year in which the school year begins that is set up on a day: from June on the
    coming one."""
    return today.year if today.month >= 6 else today.year - 1


def year(first: int, kinds: Sequence[str]) -> Year:
    """The usual Year that begins in September of a calendar year, with periods of these kinds."""
    begins, ends = datetime.date(first, 9, 1), _weekday(datetime.date(first + 1, 5, 26))
    autumn, spring = _sunday(first, 10, 25), _sunday(first + 1, 3, 27)
    winter = (datetime.date(first, 12, 30), _after_holidays(first + 1))
    november, february = _sunday(first, 11, 15), _sunday(first + 1, 2, 21)
    a_week = 8 * ONE_DAY  # from the Sunday before it to the Monday after it
    spans = {
        QUARTER: [
            (begins, autumn),
            (autumn + a_week, winter[0]),
            (winter[1], spring),
            (spring + a_week, ends),
        ],
        TRIMESTER: [
            (begins, november),
            (november + a_week, february),
            (february + a_week, ends),
        ],
        HALF_YEAR: [(begins, winter[0]), (winter[1], ends)],
    }
    offs = {
        TRIMESTER: [
            _week(_sunday(first, 10, 4)),
            _between(*winter),
            _week(_sunday(first + 1, 4, 4)),
        ],
        HALF_YEAR: [_week(autumn), _week(spring)],
    }
    # Who has quarters has their vacations; half-years follow them (`rules.terms`).
    inner = [] if QUARTER in kinds else offs.get(kinds[0], [])
    vacations: list[tuple[int | None, Span]] = [(None, span) for span in inner]
    if TRIMESTER not in kinds:
        vacations.append((1, _week(_sunday(first + 1, 2, 14))))
    return Year((begins, ends), {kind: spans[kind] for kind in kinds}, vacations)


def _sunday(year: int, month: int, day: int) -> datetime.date:
    """The Sunday that is nearest."""
    near = datetime.date(year, month, day) + 3 * ONE_DAY
    return near - near.isoweekday() % 7 * ONE_DAY


def _weekday(day: datetime.date) -> datetime.date:
    return day - max(0, day.isoweekday() - 5) * ONE_DAY


def _after_holidays(year: int) -> datetime.date:
    day = datetime.date(year, 1, 9)
    return day if day.isoweekday() < 5 else day + (8 - day.isoweekday()) * ONE_DAY


def _week(sunday: datetime.date) -> Span:
    return sunday + ONE_DAY, sunday + 7 * ONE_DAY


def _between(last: datetime.date, following: datetime.date) -> Span:
    return last + ONE_DAY, following - ONE_DAY


# --- bells ---


def bells(first: datetime.time, minutes: int, breaks: Sequence[int], count: int) -> list[Hour]:
    """The Hours of so many lessons from a local time on; the last of the `breaks` (minutes) is
    repeated. ValueError if the day is too short."""
    at = datetime.datetime.combine(datetime.date(2000, 1, 1), first)
    found = []
    for number in range(1, count + 1):
        end = at + datetime.timedelta(minutes=minutes)
        if end.day != 1:
            raise ValueError("past midnight")
        found.append(Hour(number, at.time(), end.time()))
        pause = breaks[min(number, len(breaks)) - 1] if breaks else 0
        at = end + datetime.timedelta(minutes=pause)
    return found
