"""The printed form of Appendix 1, read back from its PDF."""

import re
import subprocess
from itertools import pairwise

import pytest

from school.models import Journal, School, Subject
from tempjournal import printing
from tempjournal.queries import packets
from tests import world as worlds
from tests.pdf import pages
from tests.world import day

pytestmark = pytest.mark.any_database

WEEK = "from=2026-W48"


def get(client, query):
    return client.get(f"/temp-journals/form.pdf{query}")


def class_pages(world, login, query=WEEK, school_class=None):
    answer = get(login(world.deputy), f"?class={(school_class or world.a5).pk}&{query}")
    assert answer.status_code == 200
    return pages(answer.content)


def text(page):
    return " ".join(page.split())


def places(pdf, page):
    """[(word, left, top)] of a page, in millimetres."""
    made = subprocess.run(
        ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), "-", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    ).stdout.decode()
    found = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>([^<]*)<', made)
    return [(word, float(x) / 72 * 25.4, float(y) / 72 * 25.4) for x, y, word in found]


def row_tops(pdf, page):
    """Where the numbers of the rows of a left page stand, in millimetres from above."""
    found = places(pdf, page)
    return [top for word, left, top in found if word.isdigit() and left < 18 and top < 282]


def test_it_works(world, login):
    """Exactly the texts of Appendix 1, a cover and the two pages of each subject."""
    answer = get(login(world.class_teacher), f"?class={world.a5.pk}&{WEEK}")
    assert answer["Content-Type"] == "application/pdf"
    cover, *spreads = pages(answer.content)
    assert "Временный классный журнал 5А класса" in text(cover)
    assert "Школа-интернат № 1 (наименование ОУ) на 2026/2027 учебный год" in text(cover)
    assert "Уроки с 23.11.2026 по 29.11.2026" in text(cover)
    assert [text(page).partition(" месяц")[0] for page in spreads[::2]] == [
        "Наименование предмета Математика 5А",
        "Наименование предмета Русский язык 5А",
        "Наименование предмета Английский язык 5 англ. 1",
        "Наименование предмета Математика Особый О., инд. план",
    ]
    assert [text(page).partition(" Число")[0] for page in spreads[1::2]] == [
        "ФИО учителя Матвеева Мария Михайловна",
        "ФИО учителя Руссова Раиса Романовна",
        "ФИО учителя Англичанова Анна",
        "ФИО учителя",
    ]
    left, right = map(text, spreads[:2])
    cells = " ".join(pages(answer.content, "-raw")[1].split())
    for piece in ("№ п/п", "список обучающихся", "месяц", "число", "ноябрь"):
        assert cells.count(piece) == 1, piece
    for piece in ("Что пройдено на уроке", "Домашнее задание"):
        assert right.count(piece) == 1
    assert "Иванов Иван" in left
    assert "Особый" not in left  # he has an individual plan
    assert re.findall(r"\d\d\.11", right) == ["23.11", "24.11", "25.11", "27.11"]


def test_a_spread_lies_open(world, login):
    """Cover on the right, then always a left page with pupils and a right one with topics; each
    has its number and says whose it is."""
    found = class_pages(world, login)
    assert len(found) == 9
    for number, page in enumerate(found[1:], start=2):
        is_left = number % 2 == 0
        assert ("список" in page) == is_left
        assert ("ФИО учителя" in page) == (not is_left)
        last = page.strip().splitlines()[-1]
        assert str(number) in last.split()
        assert "5А, Математика" in last or number > 3


def test_cells_have_room_for_a_hand(world, login):
    """At least 7 mm each way, on an A4 page, and nothing of it beyond the margins."""
    answer = get(login(world.deputy), f"?class={world.a5.pk}&{WEEK}")
    found = places(answer.content, 2)
    rows = row_tops(answer.content, 2)
    assert len(rows) == printing.ROWS
    heights = [below - above for above, below in pairwise(rows)]
    assert min(heights) > 7
    days = [left for word, left, top in found if word in {"23", "24", "25", "27"} and left > 18]
    assert len(days) == 4
    widths = [right - left for left, right in pairwise(days)]
    assert all(6.9 < width < 7.3 for width in widths), widths
    assert max(rows) < 285
    assert printing.COLUMN >= 7
    assert printing.ROW >= 7
    sizes = subprocess.run(
        ["pdfinfo", "-f", "1", "-l", "99", "-"], input=answer.content, capture_output=True
    ).stdout.decode()
    assert len(re.findall(r"size:\s+595\.2\d* x 841\.8\d* pts", sizes)) == 9


def test_two_lessons_of_a_day_are_told_apart(world, login):
    worlds.lesson(world.maths, day(11, 23), world.slots[3])
    _, left, right, *_ = class_pages(world, login)
    assert text(right).count("23.11") == 2
    assert "23.11 2-й урок 23.11 4-й урок" in text(right)
    assert left.count("4 ур.") == 1


def test_more_lessons_than_columns_go_on_on_a_further_spread(world, login):
    for number in range(20):
        worlds.lesson(world.russian, day(12, 1 + number), world.slots[5])
    _, *found = class_pages(world, login, "month=2026-12")
    assert len(found) == 4
    assert [page.count("6 ур.") for page in found[::2]] == [10, 10]
    assert [page.count("6-й урок") for page in found[1::2]] == [10, 10]
    assert all("Иванов Иван" in page for page in found[::2])


def test_who_has_left_is_struck_out_on_later_spreads(world):
    """Where the others keep their numbers."""
    world.petrova.enrolments.update(ends_on=day(12, 8))
    for number in range(20):
        worlds.lesson(world.russian, day(12, 1 + number), world.slots[5])
    journals = Journal.objects.filter(pk=world.russian.pk)
    papers = packets.papers(journals, day(12, 1), day(12, 20))
    first, second = printing._spreads(papers[0])
    assert first.rows[2] == (3, "Петрова Пелагея", "")
    assert second.rows[2] == (3, "Петрова Пелагея", "left")
    assert second.rows[0] == (1, "Иванов Иван", "")
    html = printing.form(None, "5А", world.year, papers, day(12, 1), day(12, 20))
    assert html.count('class="left"') == 1


def test_more_pupils_than_rows_go_on_on_a_further_spread(world, login):
    for number in range(40):
        worlds.pupil(f"many{number}", f"Многих{number:02}", "Мирон", world.b5)
    _, *found = class_pages(world, login, school_class=world.b5)
    first, second = (page for page in found[::2] if "Математика" in page)
    listed = [re.findall(r"Многих\d\d", page) for page in (first, second)]
    assert [len(one) for one in listed] == [21, 19]
    assert sorted(set(listed[0] + listed[1])) == [f"Многих{n:02}" for n in range(40)]
    assert re.search(r"^\s*22\s+Многих21", second, re.MULTILINE)
    assert "23.11" in found[3]


def test_months_stand_over_their_columns(world, login):
    for date in (day(11, 30), day(12, 1), day(12, 2)):
        worlds.lesson(world.russian, date, world.slots[0])
    left = class_pages(world, login, "from=2026-W49")[1]
    assert text(left).count("ноя.") == 1
    assert text(left).count("декабрь") == 1


def test_the_blank_form(world, login):
    cover, left, right = pages(get(login(world.teacher), "").content)
    assert "на 20__/20__ учебный год" in text(cover)
    assert "Школа-интернат № 1" in cover
    assert "Уроки" not in cover
    assert [int(n) for n in re.findall(r"^\s*(\d+)$", left, re.MULTILINE)][: printing.ROWS] == list(
        range(1, printing.ROWS + 1)
    )
    assert "Наименование предмета" in left
    assert "ФИО учителя" in right


def test_a_class_without_lessons_yet_has_its_pupils_and_no_dates(world, login):
    _, left, right, *_ = class_pages(world, login, "month=2027-03")
    assert "Иванов Иван" in left
    assert not re.search(r"\d\d\.0\d", right)


def test_my_journals_are_those_i_write_in(world, login):
    answer = get(login(world.teacher), f"?journals=mine&{WEEK}")
    cover, *found = pages(answer.content)
    assert "5А, 5Б классов" in text(cover)
    assert len(found) == 4
    assert all("Математика" in page for page in found)
    # The class of a pupil with an individual plan, not the plan's name.
    worlds.assign(world.other_teacher, world.individual)
    cover, left, _ = pages(get(login(world.other_teacher), f"?journals=mine&{WEEK}").content)
    assert "5А класса" in text(cover)
    assert "Особый Осип" in left


LONG = [
    ("Александрова-Константинопольская", "Александра-Виктория"),
    ("Тер-Погосян", "Нигяр Магомед-Али кызы"),
    ("Длинная" * 14, "Бесконечная " * 8),
]


def test_names_that_are_long_stay_in_their_rows(world, login):
    for number in range(28):
        last_name, first_name = LONG[number % 3]
        worlds.pupil(f"long{number}", last_name, first_name, world.a5)
    School.objects.update(name="Государственное казённое общеобразовательное учреждение " * 4)
    Subject.objects.filter(name="Математика").update(name="Очень длинное название предмета " * 3)
    answer = get(login(world.deputy), f"?class={world.a5.pk}&{WEEK}")
    assert len(pages(answer.content)) == 21
    rows = row_tops(answer.content, 2)
    # A name of three lines takes two rows.
    steps = {round((below - above) / printing.ROW, 2) for above, below in pairwise(rows)}
    assert steps == {1, 2}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("from=2026-W60", "Такой недели нет"),
        ("from=завтра", "Такой недели нет"),
        ("month=2026-13", "Такого месяца нет"),
        ("month=٢٠٢٦-11", "Такого месяца нет"),
        ("from=2026-W48&to=2026-W47", "Последняя неделя раньше первой"),
        ("from=2026-W44&to=2026-W49", "не больше пяти недель"),
        ("month=2031-05", "нет ни уроков, ни учеников"),
        ("from=2026-W48&to=9999-W48", "Такой недели нет"),
    ],
)
def test_what_cannot_be_printed_is_told(world, login, query, told):
    client = login(world.teacher)
    world.a5.enrolments.update(ends_on=day(12, 30))
    for what in (f"class={world.a5.pk}", "journals=mine"):
        answer = get(client, f"?{what}&{query}")
        if "2031" in query and what == "journals=mine":
            continue
        assert answer.status_code == 400
        assert told in answer.content.decode()


def test_five_weeks_can_be_printed_at_once(world, login):
    found = class_pages(world, login, "from=2026-W45&to=2026-W49")
    assert "Уроки с 02.11.2026 по 06.12.2026" in text(found[0])


@pytest.mark.parametrize("key", ["", "x", "999999", "1e3", "²"])
def test_no_such_class(world, login, key):
    assert get(login(world.deputy), f"?class={key}").status_code == 404


def test_classes_are_those_one_teaches_or_leads(world, login):
    def statuses(person):
        client = login(person)
        return [get(client, f"?class={one.pk}").status_code for one in (world.a5, world.b5)]

    assert statuses(world.director) == [200, 200]
    assert statuses(world.teacher) == [200, 200]
    assert statuses(world.english_teacher) == [200, 200]  # pupils of both in the subgroup
    assert statuses(world.class_teacher) == [200, 200]  # leads 5А, and with it part of the subgroup
    assert statuses(world.substitute) == [200, 404]
    assert statuses(world.other_teacher) == [404, 404]
    assert statuses(world.ivanov.user) == [404, 404]
    # The subgroup has no pupil of 5Б any more.
    world.subgroup.memberships.filter(student=world.sidorov).update(ends_on=day(11, 24))
    assert statuses(world.english_teacher) == [200, 404]
