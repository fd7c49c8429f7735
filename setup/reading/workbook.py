"""The sheets of our own workbook, in one table: reading recognises these heads, the template and
the export are written from them. What is written by it reads back as the same records."""

from dataclasses import dataclass

from ..batch import Kind


@dataclass(frozen=True)
class Head:
    """A column. `field`: of which field of the row it speaks («person» and the like are joined of
    last, first, middle); `title`: its head; `example`: what the template shows; `choices`: the
    values of its drop-down, () where anything may be typed; `told`: for the sheet of
    explanations; `needed`: whether a row without it is wrong."""

    field: str
    title: str
    example: str = ""
    told: str = ""
    choices: tuple[str, ...] = ()
    needed: bool = False


@dataclass(frozen=True)
class Sheet:
    kind: Kind
    title: str  # of the sheet, as its tab says it
    heads: tuple[Head, ...]


EXPLAINED = "Пояснения"  # the sheet that says what the columns are, and holds no data
SEXES = ("м", "ж")
RELATIONS = ("мать", "отец", "законный представитель")
PERIOD_KINDS = ("четверть", "триместр", "полугодие")
WEEKDAYS = (
    "понедельник",
    "вторник",
    "среда",
    "четверг",
    "пятница",
    "суббота",
    "воскресенье",
)
WEEKS = (
    "каждая",
    "1",
    "2",
)  # at place `weeks % 3` of TimetableRow: 3 all, 1 the first, 2 the second

_DATE = "День, месяц, год: 15.03.2015."
_FILE = "По нему ученика узнают, даже если сменилась фамилия. Пусто: узнаём по имени и дате."
_CHILD = (
    Head("child.last", "Фамилия ученика", "Абрикосов", needed=True),
    Head("child.first", "Имя ученика", "Иван", needed=True),
    Head("child.middle", "Отчество ученика", "Олегович"),
    Head("child.class_name", "Класс ученика", "5А", "Чтобы не спутать тёзок."),
    Head("child.born_on", "Дата рождения ученика", "12.03.2015", "Чтобы не спутать тёзок."),
    Head("child.file_number", "№ личного дела ученика", "А-101", _FILE),
)
_SUBJECT = Head("subject", "Предмет", "Английский язык", needed=True)
_GROUP = Head(
    "group", "Группа", "1 группа", "Пусто: весь класс. Группы одного предмета исключают друг друга."
)
_TEACHER = Head("teacher", "Учитель", "Ежова Мария Игоревна", "ФИО; хватит фамилии с инициалами.")
_CLASSES = Head(
    "classes", "Класс", "5А", "Несколько через запятую, если учатся вместе.", needed=True
)
_HOURS = Head("hours", "Часов в неделю", "3", "Можно с половиной: 0,5.")

SHEETS: dict[Kind, Sheet] = {
    sheet.kind: sheet
    for sheet in (
        Sheet(
            Kind.SUBJECTS,
            "Предметы",
            (
                Head("name", "Предмет", "Английский язык", needed=True),
                Head("short_name", "Сокращение", "Англ. яз.", "До 20 знаков."),
                Head("abbreviation", "До 4 букв", "Англ", "Для узких мест; у каждого своё."),
            ),
        ),
        Sheet(
            Kind.PERIODS,
            "Периоды",
            (
                Head("kind", "Вид", "четверть", choices=PERIOD_KINDS, needed=True),
                Head("number", "№", "1", needed=True),
                Head("starts_on", "Начало", "01.09.2026", _DATE, needed=True),
                Head("ends_on", "Конец", "25.10.2026", _DATE, needed=True),
            ),
        ),
        Sheet(
            Kind.BELLS,
            "Звонки",
            (
                Head("schedule", "Расписание звонков", "", "Пусто: обычное."),
                Head("number", "Урок", "1", needed=True),
                Head("starts_at", "Начало", "8:30", needed=True),
                Head("ends_at", "Конец", "9:15", needed=True),
            ),
        ),
        Sheet(
            Kind.STAFF,
            "Сотрудники",
            (
                Head("last", "Фамилия", "Ежова", needed=True),
                Head("first", "Имя", "Мария", needed=True),
                Head("middle", "Отчество", "Игоревна"),
                Head("position", "Должность", "учитель английского языка"),
                Head("phone", "Телефон", "+79135550124"),
                Head("email", "Эл. почта", "ezhova@example.org"),
            ),
        ),
        Sheet(
            Kind.CLASSES,
            "Классы",
            (
                Head("name", "Класс", "5А", needed=True),
                Head("teacher", "Классный руководитель", "Ежова Мария Игоревна", _TEACHER.told),
            ),
        ),
        Sheet(
            Kind.PUPILS,
            "Ученики",
            (
                Head("file_number", "№ личного дела", "А-101", _FILE),
                Head("last", "Фамилия", "Абрикосов", needed=True),
                Head("first", "Имя", "Иван", needed=True),
                Head("middle", "Отчество", "Олегович"),
                Head("class_name", "Класс", "5А", needed=True),
                Head("born_on", "Дата рождения", "12.03.2015", _DATE),
                Head("sex", "Пол", "м", choices=SEXES),
            ),
        ),
        Sheet(
            Kind.PARENTS,
            "Родители",
            (
                Head("last", "Фамилия", "Абрикосова", needed=True),
                Head("first", "Имя", "Елена"),
                Head("middle", "Отчество", "Викторовна"),
                Head("relation", "Кем приходится", "мать", choices=RELATIONS),
                Head("phone", "Телефон", "+79135550124"),
                Head("email", "Эл. почта", "abrikosova@example.org"),
                *_CHILD,
            ),
        ),
        Sheet(
            Kind.CURRICULUM,
            "Учебный план",
            (
                Head("class_name", "Класс", "5А", "Класс или вся параллель: 5.", needed=True),
                _SUBJECT,
                Head("hours", "Часов в неделю", "3", _HOURS.told, needed=True),
            ),
        ),
        Sheet(Kind.WORKLOAD, "Нагрузка", (_TEACHER, _SUBJECT, _CLASSES, _GROUP, _HOURS)),
        Sheet(
            Kind.GROUPS,
            "Группы",
            (
                *_CHILD,
                _SUBJECT,
                Head("group", "Группа", "1 группа", "Как в нагрузке.", needed=True),
            ),
        ),
        Sheet(
            Kind.TIMETABLE,
            "Расписание",
            (
                _CLASSES,
                Head("weekday", "День", "понедельник", choices=WEEKDAYS, needed=True),
                Head("number", "Урок", "1", needed=True),
                Head("weeks", "Неделя", "каждая", "Из двух чередующихся.", choices=WEEKS),
                _SUBJECT,
                _GROUP,
                Head("room", "Кабинет", "204"),
                Head("teacher", "Учитель", "", "Пусто: как в нагрузке."),
            ),
        ),
        Sheet(
            Kind.PLAN,
            "Планирование",
            (
                Head("class_name", "Класс", "5А", needed=True),
                _SUBJECT,
                _GROUP,
                Head("section", "Раздел", "Числа и вычисления"),
                Head("title", "Тема урока", "Рациональные числа", needed=True),
                Head("hours", "Часов", "1"),
                Head("planned_on", "Дата по плану", "01.09.2026"),
                Head("homework", "Домашнее задание", "№ 101"),
            ),
        ),
    )
}
