"""What cells say, however they are written."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setup.batch import Person
from setup.reading import cells, texts
from setup.reading.texts import Wrong

pytestmark = pytest.mark.any_database

TODAY = datetime.date(2026, 11, 25)
DAY = datetime.date(2015, 3, 15)


def refusal(read, *args):
    with pytest.raises(Wrong) as wrong:
        read(*args)
    return wrong.value.why


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (5.0, "5"),
        (0.5, "0,5"),
        (89001112233.0, "89001112233"),
        (True, "да"),
        (DAY, "15.03.2015"),
        (datetime.datetime(2015, 3, 15), "15.03.2015"),
        (datetime.datetime(2015, 3, 15, 8, 30), "15.03.2015 08:30"),
        (datetime.time(8, 30), "8:30"),
        ("  Ветров\xa0Артём\u200b ", "Ветров Артём"),
        ("и\u0306од", "йод"),
        ("Aбрикосов", "Абрикосов"),  # a Latin A
        ("Excel 5", "Excel 5"),
        ("mama@mail.ru, мама", "mama@mail.ru, мама"),
    ],
)
def test_what_a_cell_shows(value, text):
    assert texts.shown(value) == text


@given(st.text())
def test_what_is_shown_is_shown_the_same(text):
    assert texts.shown(texts.shown(text)) == texts.shown(text)


@given(st.text())
def test_a_key_is_its_own_key(text):
    assert texts.key(texts.key(text)) == texts.key(text)


@pytest.mark.parametrize("text", ["Ф.И.О.", "ф.и.о", "Ф. И. О.:", "Ф.И.О"])
def test_heads_are_compared_without_their_signs(text):
    assert texts.key(text) == "ф и о"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("5А", "5А"),
        ("5 А", "5А"),
        ("5а", "5А"),
        ("5-А", "5А"),
        ('5 "А"', "5А"),
        ('5"А"', "5А"),
        ("5 «а» класс", "5А"),
        ("5A", "5А"),  # a Latin A
        ("класс 5б", "5Б"),
        ("V А", "5А"),
        ("ХI Б", "11Б"),  # a Russian Х
        ("10-2", "10-2"),
        ("11 ФМ", "11ФМ"),
        ("5 класс", "5"),
        ("0Б", "0Б"),
    ],
)
def test_a_class(text, name):
    assert texts.class_name(text) == name
    assert texts.class_name(name) == name


@pytest.mark.parametrize("text", ["13А", "физика", "2015", "6Ж5", "", "урока"])
def test_what_is_no_class(text):
    assert refusal(texts.class_name, text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('СПИСОК УЧАЩИХСЯ 5 "А" КЛАССА', "5А"),
        ("5-А класс (кл. рук. Арбузова В.И.)", "5А"),
        ("Класс: 9Б", "9Б"),
        ('5 "А" (2)', "5А"),
        ("Ученики 5 класса", "5"),
        ("7в", "7В"),
        ("на 01.09.2026 г.", ""),
        ("2026/2027 учебный год", ""),
        ("5А и 5Б классы", ""),  # several
        ("Лист1", ""),
    ],
)
def test_a_class_within_a_title(text, name):
    assert texts.class_within(text) == name


@pytest.mark.parametrize(
    "value",
    [
        "15.03.2015",
        "15.3.15",
        "2015-03-15",
        "15/03/2015",
        "15,03,2015",
        "15-03-2015",
        "15 марта 2015 г.",
        "15 мар. 2015",
        "«15» марта 2015 года",
        "15.03.2015 0:00:00",
        "2015-03-15T00:00:00",
        "15.03.2015г.",
        42078.0,
        "42078",
        DAY,
        datetime.datetime(2015, 3, 15),
    ],
)
def test_a_day(value):
    assert texts.day(value, TODAY) == DAY


def test_the_day_comes_before_the_month():
    assert texts.day("05/01/2015") == datetime.date(2015, 1, 5)


@given(
    st.dates(datetime.date(1990, 1, 1), TODAY),
    st.sampled_from(["%d.%m.%Y", "%Y-%m-%d", "%d/%m/%y"]),
)
def test_a_day_reads_as_it_was_written(day, spelling):
    assert texts.day(day.strftime(spelling), TODAY) == day


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("31.02.2015", "В феврале 28 дней"),
        ("30.02.2016", "В феврале 29 дней"),
        ("31.04.2015", "В апреле 30 дней"),
        ("32.05.2015", "В мае 31 день"),
        ("03/15/2015", "Месяца 15 нет"),
        ("15 брюмера 2015", "Нет такого месяца: «брюмера»"),
        ("2015", "Непонятная дата"),
        ("весной", "Непонятная дата"),
        ("26.11.2026", "Этот день ещё не наступил"),
        ("01.01.1966", "Ученику получается лет: 60"),
        ("01.01.2025", "Ученику получается лет: 1"),
    ],
)
def test_why_a_birth_date_is_none(value, why):
    assert refusal(texts.born, value, TODAY) == why


@pytest.mark.parametrize("value", ["8:30", "08.30", "8-30", 8.3, 8.5 / 24, datetime.time(8, 30)])
def test_a_time(value):
    assert texts.time(value) == datetime.time(8, 30)


@pytest.mark.parametrize(
    "text",
    [
        "8 (913) 555-01-24",
        "+7 913 5550124",
        "89135550124",
        "9135550124",
        "8-913-555-01-24, раб. 8 495 111-22-33",
    ],
)
def test_a_telephone(text):
    assert texts.phone(text) == "+79135550124"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("8 900 12", "В номере 6 цифр вместо 11"),
        ("8 900 1", "В номере 5 цифр вместо 11"),
        ("890011122", "В номере 9 цифр вместо 11"),
        ("2-21", "В номере 3 цифры вместо 11"),
        ("спросить", "Это не номер телефона"),
    ],
)
def test_why_a_telephone_is_none(text, why):
    assert refusal(texts.phone, text) == why


def test_an_address_of_mail():
    assert texts.email(" Mama3@example.org;") == "Mama3@example.org"
    assert refusal(texts.email, "mаma@mail.ru") == "В адресе русская буква «а»"
    assert refusal(texts.email, "mama") == "Это не адрес почты"


@pytest.mark.parametrize(
    ("text", "value"),
    [("м", "m"), ("Муж.", "m"), ("мальчик", "m"), ("ЖЕН", "f"), ("девочка", "f"), ("F", "f")],
)
def test_a_sex(text, value):
    assert texts.sex(text) == value


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Абрикосов Иван Олегович", ("Абрикосов", "Иван", "Олегович")),
        ("ГУСЕВА АЛЁНА ПЕТРОВНА", ("Гусева", "Алёна", "Петровна")),
        ("гусева алёна", ("Гусева", "Алёна", "")),
        ("САЛТЫКОВ-ЩЕДРИН МИХАИЛ", ("Салтыков-Щедрин", "Михаил", "")),
        ("Петрова - Водкина Анна", ("Петрова-Водкина", "Анна", "")),
        ("Мамедов Али Вели оглы", ("Мамедов", "Али", "Вели оглы")),
        ("Петров Водкин Кузьма Сергеевич", ("Петров Водкин", "Кузьма", "Сергеевич")),
        ("Арбузова В.И.", ("Арбузова", "В.", "И.")),
        ("Арбузова В. И.", ("Арбузова", "В.", "И.")),
        ("В.И. Арбузова", ("Арбузова", "В.", "И.")),
        ("Арбузова В.", ("Арбузова", "В.", "")),
        ("Вера Ильинична Арбузова", ("Арбузова", "Вера", "Ильинична")),
        ("Абрамович Роман Аркадьевич", ("Абрамович", "Роман", "Аркадьевич")),
        ("Ким", ("Ким", "", "")),
        ("Боровикова Елена Викторовна; мама", ("Боровикова", "Елена", "Викторовна")),
        ("Боровикова Елена (мама)", ("Боровикова", "Елена", "")),
        ("ван Дейк, Ян, Петрович", ("ван Дейк", "Ян", "Петрович")),
    ],
)
def test_a_name(text, parts):
    assert texts.person(text) == Person(*parts)


@pytest.mark.parametrize("text", ["", "Иванов 2", "Иванов, , Иван", "—"])
def test_what_is_no_name(text):
    assert refusal(texts.person, text)


WORDS = st.text("абвгдежзиклмнопрст", min_size=2, max_size=8).map(str.capitalize)
PEOPLE = st.builds(
    Person,
    st.one_of(WORDS, st.tuples(WORDS, WORDS).map(" ".join), st.tuples(WORDS, WORDS).map("-".join)),
    WORDS,
    st.one_of(st.just(""), WORDS, WORDS.map(lambda word: f"{word} оглы")),
)


@given(PEOPLE)
def test_a_name_reads_as_it_was_written(person):
    assert texts.person(texts.written(person)) == person


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Иванова Анна, 8-900-000-01-01", ("Иванова Анна", "+79000000101", "")),
        ("Ветров Андрей\n+7 900 000 02 03", ("Ветров Андрей", "+79000000203", "")),
        ("Иванов И. О., моб.: 8 900 111-22-33; a@b.ru", ("Иванов И. О.", "+79001112233", "a@b.ru")),
        ("Иванова А. тел. 89001112233", ("Иванова А.", "+79001112233", "")),
        ("Титова Анна", ("Титова Анна", "", "")),
    ],
)
def test_a_parent_in_one_cell(text, found):
    assert texts.contacts(text) == found


# --- cells of the load (see test_workload_cells, too) ---


def test_a_name_in_a_cell_of_the_load_is_checked_as_everywhere():
    assert refusal(cells.parse, "Ря6ов 3") == "В имени цифры"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("5А", ("5А",)),
        ("5А, 5Б", ("5А", "5Б")),
        ("5 а, б", ("5А", "5Б")),
        ("5А и 6А", ("5А", "6А")),
        ("5а 5 Б", ("5А", "5Б")),
    ],
)
def test_several_classes(text, names):
    assert cells.classes(text) == names
