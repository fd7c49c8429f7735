"""The day's short form of the temporary journal, read back from its PDF."""

import re
from itertools import pairwise

import pytest

from school.models import GroupMembership, Journal, Substitution, TeachingGroup
from tempjournal import day_printing
from tempjournal.queries.day_sheets import day_sheet, day_sheets
from tests import world as worlds
from tests.pdf import pages, type_sizes
from tests.tempjournal.test_form import LONG, places, text
from tests.world import TODAY, day, statements

pytestmark = pytest.mark.any_database


def get(client, school_class=None, date=TODAY, **query):
    query |= {"day": date} | ({"class": school_class.pk} if school_class else {})
    return client.get("/temp-journals/day.pdf", query)


def lesson_of(sheet, number, group=""):
    (found,) = [one for one in sheet.lessons if one.number == number and one.group == group]
    return found


def test_it_works(world, login):
    """Two pages with the texts of Appendix 1 and all lessons of the class that day."""
    answer = get(login(world.class_teacher), world.a5)
    assert answer["Content-Type"] == "application/pdf"
    front, back = pages(answer.content)
    for piece in (
        "Временный классный журнал 5А класса",
        "25 ноября 2026, среда",
        "Школа-интернат № 1 (наименование ОУ)",
        "на 2026/2027 учебный год",
        "список обучающихся",
        "Иванов Иван",
        "Особый Осип",
    ):
        assert piece in text(front), piece
    assert "Ушёл" not in front  # left on 6 November
    for piece in (
        "Наименование предмета",
        "Что пройдено на уроке",
        "Домашнее задание",
        "Подпись",
        "25 ноября 2026, среда",
    ):
        assert piece in text(back), piece
    raw = text(pages(answer.content, "-raw")[1])
    assert "Математика Матвеева М. М. Русский язык Руссова Р. Р." in raw.replace("\xa0", " ")


def test_a_subgroup_and_an_individual_plan_have_columns_of_their_own(world):
    """With the cells of those alone who belong to them."""
    worlds.lesson(world.individual, day(11, 24), world.slots[1])
    sheet = day_sheet(world.a5, day(11, 24))
    assert [(one.number, one.group) for one in sheet.lessons] == [
        (2, ""),
        (2, "Особый О., инд. план"),
        (4, "5 англ. 1"),
    ]
    names = dict(sheet.pupils)
    of = [sorted(names[pk] for pk in one.pupils) for one in sheet.lessons]
    assert of == [["Иванов Иван", "Петрова Пелагея"], ["Особый Осип"], ["Иванов Иван"]]
    html = day_printing.day_form(None, world.year, [sheet])
    grey = re.search(r'<path d="([^"]*)" fill="#ddd"', html).group(1)
    assert grey.count("M") == 5  # of nine cells


def test_a_subgroup_of_two_classes_is_on_the_sheets_of_both(world):
    found = {str(one.school_class): one for one in day_sheets(day(11, 24))}
    own = {name: lesson_of(one, 4, "5 англ. 1").pupils for name, one in found.items()}
    assert own == {"5А": {world.ivanov.pk}, "5Б": {world.sidorov.pk}}


def test_who_stands_in_is_named(world):
    assert lesson_of(day_sheet(world.a5, day(11, 24)), 2).teachers == "Заменова\xa0З."


def test_a_cancelled_lesson_is_not_there(world):
    assert not day_sheet(world.a5, day(11, 20)).lessons


def test_a_hand_has_room(world, login):
    """In a class of thirty with eight lessons on one A4 sheet: 7 mm each way, type of 7 pt."""
    for number in range(27):
        worlds.pupil(f"many{number}", f"Многих{number:02}", "Мирон", world.a5)
    for slot in world.slots:
        if slot.number not in (2, 3):
            worlds.lesson(world.russian, TODAY, slot)
    worlds.lesson(world.english, TODAY, world.slots[3])
    answer = get(login(world.deputy), world.a5)
    assert len(pages(answer.content)) == 2
    found = places(answer.content, 1)
    tops = [top for word, left, top in found if word.isdigit() and left < 23 and top > 40]
    assert len(tops) == 32
    assert min(below - above for above, below in pairwise(tops)) > 7
    assert max(tops) < 280
    lefts = sorted(left for word, left, top in found if word in set("1234567") and 27 < top < 36)
    assert len(lefts) == 8
    assert min(right - left for left, right in pairwise(lefts)) > 7
    assert min(type_sizes(answer.content)) >= 7


def test_what_does_not_fit_goes_on_on_another_sheet(world, login):
    for number in range(40):
        worlds.pupil(f"many{number}", f"Многих{number:02}", "Мирон", world.b5)
    found = pages(get(login(world.deputy), world.b5, day(11, 23)).content)
    assert len(found) == 4
    listed = [re.findall(r"Многих\d\d", page) for page in found[::2]]
    assert sorted(listed[0] + listed[1]) == [f"Многих{number:02}" for number in range(40)]
    assert all("Математика" in page for page in found[1::2])


def test_long_names_stay_in_their_rows(world, login):
    for number, name in enumerate(LONG * 3):
        worlds.pupil(f"long{number}", *name, world.a5)
    answer = get(login(world.deputy), world.a5)
    assert len(pages(answer.content)) == 2
    assert min(type_sizes(answer.content)) >= 7


def test_all_classes_are_those_one_may_take(world, login):
    worlds.lesson(world.maths_b, TODAY, world.slots[0])

    def heads(person):
        answer = get(login(person))
        return re.findall(r"журнал (\S+) класса", " ".join(pages(answer.content)))

    assert heads(world.deputy) == ["5А", "5Б"]
    assert heads(world.teacher) == ["5А", "5Б"]
    assert heads(world.class_teacher_b) == ["5А", "5Б"]  # some of the subgroup are hers
    Substitution.objects.create(lesson=world.today_lesson, teacher=world.substitute)
    assert heads(world.substitute) == ["5А"]


def test_a_substitute_has_the_classes_of_the_days_he_takes(world, login):
    client = login(world.substitute)
    assert get(client, world.a5, day(11, 24)).status_code == 200
    answer = get(client, world.a5, TODAY)
    assert answer.status_code == 400
    assert "В этот день вы не ведёте уроков в 5А." in answer.content.decode()


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("завтра", "Такого дня нет. День пишут так: 26.11.2026."),
        ("2026-11-31", "Такого дня нет"),
        ("", "Укажите день."),
        ("2031-05-05", "В этот день нет ни уроков, ни учеников."),
    ],
)
def test_what_cannot_be_printed_is_told_beside_what_was_typed(world, login, date, told):
    for school_class in (None, world.a5):
        world.a5.enrolments.update(ends_on=day(12, 30))
        answer = get(login(world.deputy), school_class, date)
        assert answer.status_code == 400
        assert told in answer.content.decode()
        assert f'value="{date}"' in answer.content.decode()


def test_a_day_without_lessons_yet_has_its_pupils(world, login):
    front, back = pages(get(login(world.deputy), world.a5, day(12, 7)).content)
    assert "Иванов Иван" in front
    assert "Математика" not in back


def test_no_such_class(world, login):
    for key in ("999999", "x", "mine"):
        answer = login(world.deputy).get("/temp-journals/day.pdf", {"class": key, "day": TODAY})
        assert answer.status_code == 404, key


def test_it_is_offered_beside_the_full_form(world, login):
    page = login(world.teacher).get("/temp-journals/").content.decode()
    assert "Один день на одном листе" in page
    assert 'name="day" value="2026-11-25"' in page


@pytest.mark.parametrize("whose", ["all", "one"])
def test_as_many_queries_for_many_as_for_few(world, whose):
    def asked():
        with statements() as sent:
            day_sheets(TODAY) if whose == "all" else day_sheet(world.a5, TODAY)
        return len(sent)

    before = asked()
    for number in range(5):
        student = worlds.pupil(f"more{number}", f"Новых{number}", "Нина", world.a5)
        group = TeachingGroup.objects.create(
            kind=TeachingGroup.Kind.SUBGROUP, year=world.year, name=f"группа {number}"
        )
        GroupMembership.objects.create(group=group, student=student, starts_on=worlds.FIRST)
        made = Journal.objects.create(group=group, subject=world.russian.subject, scale=world.five)
        worlds.assign(world.teacher, made)
        worlds.lesson(made, TODAY, world.slots[number])
    assert asked() == before
