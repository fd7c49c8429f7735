"""One school of eight classes in the files of three: who fills in our own workbook, who keeps lists
as they grew, who exports from another system. People are invented.

`clean`, `messy` and `export` make the files [(name, bytes)], FACTS is what stands in the database
afterwards, whichever school it was; MISTAKES are what is mended in the messy ones on the way.
"""

import datetime
from decimal import Decimal

from openpyxl import Workbook

from setup import batch as said
from setup.batch import Kind
from setup.workbooks import written
from tests.setup.books import saved

CLASSES = ("5А", "5Б", "6А", "6Б", "7А", "7Б", "5К", "6К")  # К: adapted programmes
IN_CLASS = 15
QUESTIONS = {
    "name": "Школа-интернат № 7",
    "week_days": 5,
    "kind": "quarter",
    "first_bell": datetime.time(8, 30),
    "minutes": 40,
    "breaks": [10, 20, 20, 10],
    "lessons": 8,
    "programmes": ["general", "light"],
    "classes": (),
}

# What stands afterwards, of each of the three.
FACTS = {"classes": 8, "pupils": 8 * IN_CLASS, "staff": 26, "journals": 70, "week": 218}

# --- people ---

_LAST = (
    *("Абрикосов", "Баранов", "Ветров", "Гусев", "Дроздов", "Ершов", "Журавлёв", "Зайцев"),
    *("Ильин", "Калинин", "Лосев", "Макаров", "Носков", "Орлов", "Панин"),
)
_BOYS = ("Артём", "Богдан", "Виктор", "Глеб", "Данил", "Егор", "Захар", "Илья")
_GIRLS = ("Алёна", "Вера", "Галина", "Дарья", "Ева", "Злата", "Инна", "Кира")
_FATHERS = ("Андреев", "Борисов", "Викторов", "Олегов", "Петров", "Романов", "Степанов", "Фёдоров")


def pupil(school_class: int, place: int) -> said.Person:
    """Boys and girls by turns; no two of one class bear one surname."""
    is_girl = place % 2
    last = _LAST[(place + school_class) % IN_CLASS]
    first = (_GIRLS if is_girl else _BOYS)[(place // 2 + school_class) % 8]
    father = _FATHERS[(place + 3 * school_class) % 8]
    return said.Person(last + "а" * is_girl, first, father + ("на" if is_girl else "ич"))


def born(school_class: int, place: int) -> datetime.date:
    year = 2020 - int(CLASSES[school_class][0])
    return datetime.date(year, place % 12 + 1, 1 + (7 * place + school_class) % 28)


def mother(school_class: int, place: int) -> said.Person:
    last = pupil(school_class, place).last
    last = last if last.endswith("а") else f"{last}а"
    return said.Person(last, _GIRLS[place % 8], f"{_FATHERS[(place + 1) % 8]}на")


def phone(school_class: int, place: int) -> str:
    return f"+7913{school_class:03}{place:04}"


_STAFF = (
    *("Арбузова Вера Ильинична", "Берёзкина Ольга Петровна", "Вьюгина Анна Сергеевна"),
    *("Горшков Павел Андреевич", "Дубравина Инна Львовна", "Ежова Мария Игоревна"),
    *("Зимородков Лев Олегович", "Браун Эмма Карловна", "Чижова Зоя Юрьевна"),
    *("Кузьмина Нина Фёдоровна", "Лисицын Олег Егорович", "Мельник Яна Ильинична"),
    *("Савина Раиса Львовна", "Носова Алла Глебовна", "Осокин Марк Петрович"),
    *("Щукин Иван Иванович", "Рябинина Ада Павловна", "Калинина Алла Дмитриевна"),
    *("Тополева Юлия Олеговна", "Уткина Эльза Яновна", "Фролова Ия Романовна"),
    *("Хомяков Пётр Львович", "Цветкова Роза Ильинична", "Шилов Ян Борисович"),
    *("Эрлих Эмма Карловна", "Юнг Ирма Оскаровна"),
)
STAFF = tuple(said.Person(*one.split()) for one in _STAFF)

# --- lessons ---

RUSSIAN, MATHS, READING, ENGLISH, GERMAN = (
    *("Русский язык", "Математика", "Литература", "Английский язык", "Немецкий язык"),
)
_GENERAL = {
    **{"Рус": RUSSIAN, "Мат": MATHS, "Лит": READING, "Ин": ENGLISH, "Ист": "История"},
    **{"Био": "Биология", "Физ": "Физическая культура", "Труд": "Труд (технология)"},
}
_ADAPTED = {
    **{"Рус": RUSSIAN, "Мат": MATHS, "Лит": "Чтение", "Ин": "Основы социальной жизни"},
    **{"Ист": "Природоведение", "Био": "Ритмика", "Физ": "Адаптивная физическая культура"},
    **{"Труд": "Профильный труд"},
}
# No column has a word twice: classes that begin with another day never meet at one teacher.
_WEEK = (
    "Рус Мат Лит Ин Физ",
    "Мат Рус Ин Ист Био",
    "Физ Лит Рус Мат Ист",
    "Ин Био Мат Рус Лит",
    "Труд Труд Физ Био Рус",
)
_WORDS = ("Рус", "Мат", "Лит", "Ин", "Ист", "Био", "Физ", "Труд")
HOURS = {word: " ".join(_WEEK).split().count(word) for word in _WORDS}


def is_adapted(school_class: int) -> bool:
    return CLASSES[school_class].endswith("К")


def subject(school_class: int, word: str) -> str:
    return (_ADAPTED if is_adapted(school_class) else _GENERAL)[word]


def teacher(school_class: int, word: str) -> said.Person:
    """Classes share teachers by threes; the adapted ones have their own."""
    team = 2 if is_adapted(school_class) else school_class // 3
    return STAFF[(0, 8, 16)[team] + _WORDS.index(word)]


def german(school_class: int) -> said.Person:
    """Who teaches the other half of a class."""
    return STAFF[24 + school_class // 3]


def leader(school_class: int) -> said.Person:
    return STAFF[school_class * 3]


def word_at(school_class: int, weekday: int, number: int) -> str:
    """`weekday` and `number` from 1."""
    shift = school_class % 6 % 3
    return _WEEK[(weekday - 1 + shift) % 5].split()[number - 1]


# --- our own workbook, filled in ---


class _Book:
    def __init__(self):
        self.batch = said.Batch()
        self.place = said.Place(said.Source("школа.xlsx"), 0)

    def add(self, kind, row_type, *args, **fields):
        row = row_type(self.place, *args, **fields)
        self.batch.add(kind, row)
        return row


def clean():
    """The template with every sheet that a school has lists for."""
    book = _Book()
    for number, one in enumerate(STAFF):
        book.add(Kind.STAFF, said.StaffRow, one, "учитель", f"+7913777{number:04}")
    for number, name in enumerate(CLASSES):
        book.add(Kind.CLASSES, said.ClassRow, name, leader(number))
        for place in range(IN_CLASS):
            _own_pupil(book, number, place)
        for word in _WORDS:
            _own_load(book, number, word)
        for weekday in range(1, 6):
            for hour in range(1, 6):
                _own_hours(book, number, weekday, hour)
    return [("школа.xlsx", written(book.batch))]


def _own_pupil(book, number, place):
    told = (born(number, place), "mf"[place % 2], f"{number}-{place + 100}")
    child = book.add(Kind.PUPILS, said.PupilRow, pupil(number, place), CLASSES[number], *told)
    contact = ("mother", phone(number, place))
    book.add(Kind.PARENTS, said.ParentRow, mother(number, place), child, *contact)
    if not is_adapted(number):
        language = (ENGLISH, "Английский") if place % 2 else (GERMAN, "Немецкий")
        book.add(Kind.GROUPS, said.GroupRow, child, *language)


def _own_load(book, number, word):
    hours, classes = Decimal(HOURS[word]), (CLASSES[number],)
    label = "Английский" if word == "Ин" and not is_adapted(number) else ""
    its = (teacher(number, word), subject(number, word), classes, label, hours)
    book.add(Kind.WORKLOAD, said.WorkloadRow, *its)
    if label:
        its = (german(number), GERMAN, classes, "Немецкий", hours)
        book.add(Kind.WORKLOAD, said.WorkloadRow, *its)


def _own_hours(book, number, weekday, hour):
    for name, label, room in lessons_at(number, weekday, hour):
        at = ((CLASSES[number],), name, weekday, hour, 3, label, room)
        book.add(Kind.TIMETABLE, said.TimetableRow, *at)


def lessons_at(number, weekday, hour):
    """[(subject, label of its group, room)] of a class at an hour."""
    word = word_at(number, weekday, hour)
    if word == "Ин" and not is_adapted(number):
        first = 204 + number // 3 * 2
        return [(ENGLISH, "Английский", f"{first}"), (GERMAN, "Немецкий", f"{first + 1}")]
    return [(subject(number, word), "", f"{101 + number}")]


# --- lists as they grew ---

MISTAKES = {  # as it is written: as it is mended
    "31.02.2015": "28.02.2015",
    "12.13.2015": "12.12.2015",
    "дев.?": "ж",
    "Берёзкина 442": "Берёзкина 4",
    "8 913 12": "",
    "Дроздов": "Дроздов Артём Фёдорович",
}


def messy():
    """Six files; no two lists have one shape."""
    return [
        ("Списки 5 кл. на 01.09.xlsx", _fifth()),
        ("6-е классы (контингент).xlsx", _sixth()),
        ("7 классы.csv", _seventh()),
        ("Учителя.xlsx", _staff()),
        ("Нагрузка 2026-27.xlsx", _load()),
        ("Расписание.xlsx", _grid()),
    ]


def _full(person):
    return f"{person.last} {person.first} {person.middle}"


_MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября"),
    *("октября", "ноября", "декабря"),
)


def _dated(day, way):
    """A birth date in one of five spellings."""
    return (
        day,
        f"{day:%d.%m.%Y}",
        f"{day.day}.{day.month}.{day:%y}",
        f"{day:%Y-%m-%d}",
        f"{day.day} {_MONTHS[day.month - 1]} {day.year} г.",
    )[way % 5]


def _fifth():
    """A sheet for each class; the title says which, a row below the list counts it."""
    book = Workbook()
    book.remove(book.active)
    for number, title in ((0, "5а"), (1, "5 Б"), (6, "5-К")):
        sheet = book.create_sheet(title)
        sheet.append([f"Список обучающихся {title} класса"])
        sheet.append([f"Классный руководитель: {_full(leader(number))}"])
        sheet.append(["№ п/п", "Ф.И.О.", "Д.р.", "Пол", "Л/д"])
        for place in range(IN_CLASS):
            sheet.append(_fifth_row(number, place))
        sheet.append(["Итого:", IN_CLASS])
    return saved(book)


def _fifth_row(number, place):
    name, date = _full(pupil(number, place)), _dated(born(number, place), place)
    sex = "жм"[place % 2 == 0]
    if number == 0:
        name = {1: name.replace(" ", "\N{NO-BREAK SPACE}"), 4: name.replace("а", "a")}.get(
            place, name
        )
        date = {2: "31.02.2015", 5: "12.13.2015"}.get(place, date)
        sex = "дев.?" if place == 3 else sex
    return [place + 1, name, date, sex, f"{number}-{place + 100}"]


def _sixth():
    """All in one sheet, with mothers; one pupil stands there twice."""
    book = Workbook()
    sheet = book.active
    sheet.title = "контингент"
    sheet.append(["УТВЕРЖДАЮ"])
    sheet.append([])
    heads = ["№", "Класс", "Фамилия", "Имя", "Отчество", "Дата рожд.", "Пол"]
    sheet.append([*heads, "Мать (ФИО)", "Тел. матери", "Адрес"])
    for number, called in ((2, "6 А"), (3, "6-б"), (7, "6 «К»")):
        for place in range(IN_CLASS):
            sheet.append(_sixth_row(number, called, place))
        sheet.append([f"Всего: {IN_CLASS}"])
    doubled = _sixth_row(2, "6A", 6)
    doubled[2] = doubled[2].replace("ё", "е")
    sheet.append(doubled)
    return saved(book)


def _sixth_row(number, called, place):
    one = pupil(number, place)
    date = _dated(born(number, place), place + 1)
    contact = [_full(mother(number, place)), phone(number, place), "ул. Лесная, 1"]
    if (number, place) == (2, 8):
        contact[1] = "8 913 12"
    return [place + 1, called, one.last, one.first, one.middle, date, "мж"[place % 2], *contact]


def _seventh():
    """Out of a program of ten years ago."""
    lines = ["Параллель;Литера;Фамилия, имя, отчество;Дата рождения;Пол"]
    for number in (4, 5):
        for place in range(IN_CLASS):
            name = _full(pupil(number, place))
            if (number, place) == (4, 0):
                name = pupil(number, place).last
            date = _dated(born(number, place), 1)
            lines.append(f"7;{CLASSES[number][1]};{name};{date};{'мж'[place % 2]}")
    return "\r\n".join(lines).encode("cp1251")


def _staff():
    book = Workbook()
    sheet = book.active
    sheet.append(["Список педагогических работников"])
    sheet.append(["№", "ФИО", "Должность", "Контакт. номер"])
    for number, one in enumerate(STAFF, start=1):
        sheet.append([number, _full(one), "учитель", f"8 (913) 777-{number:04}"])
    return saved(book)


def _load():
    """Subjects × classes, names in the cells: as everyone writes, two languages are two rows."""
    book = Workbook()
    sheet = book.active
    sheet.append(["Распределение нагрузки"])
    sheet.append(["Предмет", *CLASSES, "Всего"])
    for name in dict.fromkeys(subject(n, word) for word in _WORDS for n in range(len(CLASSES))):
        cells = [_load_cell(number, name) for number in range(len(CLASSES))]
        sheet.append([name, *cells])
    sheet.append(
        [GERMAN, *(f"{german(n).last} {HOURS['Ин']}" if n < 6 else None for n in range(8))]
    )
    return saved(book)


def _load_cell(number, name):
    word = next((one for one in _WORDS if subject(number, one) == name), None)
    if word is None:
        return None
    hours = HOURS[word]
    if (number, word) == (1, "Мат"):
        hours = 442
    last = teacher(number, word).last
    return f"{last.replace('Калинина', 'Калинена')} {hours}"


_IN_THE_GRID = {ENGLISH: "Англ./Нем.", MATHS: "Матем.", "Основы социальной жизни": "ОСЖ"}


def _grid():
    """Days down, classes across; a double lesson is one merged cell."""
    book = Workbook()
    sheet = book.active
    sheet.title = "1 четверть"
    sheet.append(["Расписание уроков"])
    sheet.append(["День", "№", *CLASSES])
    for weekday, day in enumerate(("Понедельник", "Вторник", "Среда", "Четверг", "Пятница"), 1):
        for hour in range(1, 6):
            cells = [_grid_cell(number, weekday, hour) for number in range(len(CLASSES))]
            sheet.append([day if hour == 1 else None, hour, *cells])
            for column, cell in enumerate(cells, start=3):
                if cell is None:
                    row = sheet.max_row
                    sheet.merge_cells(
                        start_row=row - 1, end_row=row, start_column=column, end_column=column
                    )
        first = sheet.max_row - 4
        sheet.merge_cells(start_row=first, end_row=first + 4, start_column=1, end_column=1)
    return saved(book)


def _grid_cell(number, weekday, hour):
    lessons = lessons_at(number, weekday, hour)
    name = lessons[0][0]
    if word_at(number, weekday, hour) == "Труд" and hour == 2:
        return None
    rooms = "/".join(room for _, _, room in lessons)
    return f"{_IN_THE_GRID.get(name, name)} {rooms}"


# --- what another system writes ---


def export():
    """Lists as CSV of a Russian Windows, the timetable of aSc with the load in it."""
    return [("pupils.csv", _pupils_csv()), ("teachers.csv", _staff_csv()), ("asc.xml", _asc())]


def _pupils_csv():
    lines = ["Класс;Фамилия;Имя;Отчество;Дата рождения;Пол;№ личного дела;Мать;Телефон матери"]
    for number, name in enumerate(CLASSES):
        for place in range(IN_CLASS):
            one, day = pupil(number, place), f"{born(number, place):%d.%m.%Y}"
            told = (name, *vars(one).values(), day, "мж"[place % 2], f"{number}-{place + 100}")
            lines.append(";".join((*told, _full(mother(number, place)), phone(number, place))))
    return "\r\n".join(lines).encode("cp1251")


def _staff_csv():
    lines = ["ФИО сотрудника;Должность", *(f"{_full(one)};учитель" for one in STAFF)]
    return "\r\n".join(lines).encode("cp1251")


class _Asc:
    """Elements with numbers for ids."""

    def __init__(self):
        self.tables, self.ids = {}, {}

    def id(self, table, what, **attributes):
        if (table, what) not in self.ids:
            self.ids[table, what] = f"{table}-{len(self.ids)}"
            self.row(table, id=self.ids[table, what], **attributes)
        return self.ids[table, what]

    def row(self, table, **attributes):
        told = " ".join(f'{name}="{value}"' for name, value in attributes.items())
        self.tables.setdefault(table, []).append(f"<{table} {told}/>")

    def written(self):
        plural = {"class": "classes"}
        tables = (
            f"<{plural.get(one, one + 's')}>{''.join(rows)}</{plural.get(one, one + 's')}>"
            for one, rows in self.tables.items()
        )
        head = '<?xml version="1.0" encoding="utf-8"?><timetable ascttversion="2024.24.1" '
        return f'{head}importtype="database">{"".join(tables)}</timetable>'.encode()


def _asc():
    made = _Asc()
    for one in STAFF:
        names = {"firstname": f"{one.first} {one.middle}", "lastname": one.last}
        made.id("teacher", one, **names, name=_full(one), short=one.last[:3])
    for number, name in enumerate(CLASSES):
        lead = made.ids["teacher", leader(number)]
        made.id("class", name, name=name, short=name, teacherid=lead)
    for number in range(len(CLASSES)):
        for weekday in range(1, 6):
            for hour in range(1, 6):
                _asc_hour(made, number, weekday, hour)
    return made.written()


def _asc_hour(made, number, weekday, hour):
    word, own = word_at(number, weekday, hour), made.ids["class", CLASSES[number]]
    for name, label, room in lessons_at(number, weekday, hour):
        who = german(number) if name == GERMAN else teacher(number, word)
        whole = "0" if label else "1"
        division = {"classid": own, "entireclass": whole, "divisiontag": "1" if label else "0"}
        group = made.id("group", (own, label), name=label or "Весь класс", **division)
        room = made.id("classroom", room, name=room, short=room)
        its = {
            "classids": own,
            "subjectid": made.id("subject", name, name=name, short=name[:3]),
            "periodspercard": "1",
            "periodsperweek": f"{HOURS[word]}.0",
            "teacherids": made.ids["teacher", who],
            "groupids": group,
        }
        lesson = made.id("lesson", (own, name), **its, classroomids=room)
        at = {"period": hour, "weeks": "1", "terms": "1", "days": _day(weekday)}
        made.row("card", lessonid=lesson, classroomids=room, **at)


def _day(weekday):
    return "".join("1" if one == weekday else "0" for one in range(1, 6))
