"""The leaders' pages of the timetable, as a deputy goes through them."""

import pytest
from django.urls import reverse

from school.actions.drafts import add_row, change_entry, drop_draft, start_draft, take_out
from school.actions.timetable import generate_lessons
from school.models import DraftRow, Lesson, Room, TimetableDraft
from tests.world import FIRST, TODAY, day, queries_of

MONDAY = day(11, 30)
PAGE = "/desk/timetable/"


@pytest.fixture
def planned(world):
    Lesson.objects.filter(date__gt=TODAY).delete()
    world.row = world.maths.timetable.create(weekday=1, number=2, starts_on=FIRST)
    world.maths_b.timetable.create(weekday=3, number=2, starts_on=FIRST)
    generate_lessons(world.year, MONDAY, world.year.ends_on)
    return world


@pytest.fixture
def deputy(planned, login):
    return login(planned.deputy)


def row_of(w, **said):
    usual = {"weekday": 3, "number": 1, "weeks": 3, "room_id": "", "teacher_id": ""}
    return usual | said


def text(answer):
    return answer.content.decode()


def test_a_timetable_from_monday(planned, deputy):
    page = text(deputy.get(PAGE))
    assert 'value="2026-11-30"' in page  # the next Monday
    deputy.post(PAGE, {"deed": "start", "starts_on": "2026-11-30"})
    page = text(deputy.get(PAGE))
    assert "Расписание с 30 ноября 2026" in page
    assert "Пока черновик не ввели, его видят только" in page
    entry = reverse("timetable_entry", args=[planned.row.pk])
    answer = deputy.post(f"{entry}?class={planned.a5.pk}", row_of(planned), follow=True)
    assert "Изменение записано в новое расписание." in text(answer)
    assert "было: понедельник, 2-й урок" in text(answer)
    add = {"deed": "add", "journal_id": planned.russian.pk}
    answer = deputy.post(PAGE, row_of(planned, weekday=5) | add, follow=True)
    assert "Добавлено: 5А, Русский язык: пятница, 1-й урок." in text(answer)
    page = text(deputy.get("/desk/timetable/apply/"))
    assert "понедельник, 2-й урок" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    answer = deputy.post("/desk/timetable/apply/", {"seen": seen}, follow=True)
    assert "Расписание введено: " in text(answer)
    assert Lesson.objects.filter(journal=planned.maths, date=day(12, 2), number=1).exists()
    assert not Lesson.objects.filter(journal=planned.maths, date=MONDAY).exists()
    applied = TimetableDraft.objects.get()
    assert applied.applied_by == planned.deputy
    assert "Введено последним: расписание с 30.11.2026" in text(answer)
    answer = deputy.post(PAGE, {"deed": "withdraw", "draft": applied.pk}, follow=True)
    assert "Расписание отозвано" in text(answer)
    assert Lesson.objects.filter(journal=planned.maths, date=MONDAY).exists()


def test_nobody_else_sees_the_draft(planned, login):
    draft = start_draft(planned.year, MONDAY)
    change_entry(draft, planned.row, {"weekday": 3})
    for person in (planned.teacher, planned.admin, planned.ivanov.user):
        assert login(person).get(PAGE).status_code == 404
    assert Lesson.objects.filter(journal=planned.maths, date=MONDAY).exists()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"deed": "start", "starts_on": "2026-11-25"}, "не раньше завтрашнего дня"),
        ({"deed": "start", "starts_on": "2027-09-01"}, "не входит в учебный год 2026/2027"),
        ({"deed": "start", "starts_on": ""}, "Обязательное поле"),
        ({"deed": "start", "starts_on": "31.02.2026"}, "правильную дату"),
        ({"deed": "add"}, "Черновика уже нет"),
        ({"deed": "withdraw", "draft": "слово"}, "Такого расписания нет"),
        ({"deed": "никакое"}, "Черновика уже нет"),
    ],
)
def test_what_is_refused_is_told(planned, deputy, data, told):
    answer = deputy.post(PAGE, data)
    assert answer.status_code == 200
    assert told in text(answer)
    assert not TimetableDraft.objects.exists()


def test_what_was_typed_stays(planned, deputy):
    start_draft(planned.year, MONDAY)
    data = {"deed": "add", "journal_id": planned.russian.pk} | row_of(planned, weekday="9")
    page = text(deputy.post(PAGE, data))
    assert "9 нет среди допустимых значений" in page
    assert f'<option value="{planned.russian.pk}" selected>' in page
    stranger = {"journal_id": planned.russian.pk, "teacher_id": planned.teacher.pk}
    page = text(deputy.post(PAGE, row_of(planned) | {"deed": "add"} | stranger))
    assert "Этот журнал ведёт другой учитель" in page
    assert not DraftRow.objects.exists()


def test_in_two_tabs(planned, deputy, login):
    draft = start_draft(planned.year, MONDAY)
    take_out(draft, planned.row)
    other = login(planned.director)
    seen = text(other.get("/desk/timetable/apply/")).split('name="seen" value="')[1].split('"')[0]
    entry = reverse("timetable_entry", args=[planned.row.pk])
    deputy.post(entry, {"restore": "1"})
    change_entry(draft, planned.row, {"weekday": 3, "number": 1})
    answer = other.post("/desk/timetable/apply/", {"seen": seen}, follow=True)
    assert "посмотрите на разницу ещё раз" in text(answer)
    assert Lesson.objects.filter(journal=planned.maths, date=MONDAY).exists()
    deputy.post(PAGE, {"deed": "drop", "draft": draft.pk})
    answer = other.post(entry, row_of(planned))
    assert "Черновика уже нет" in text(answer)
    answer = other.post("/desk/timetable/apply/", {"seen": seen}, follow=True)
    assert "Черновика нет" in text(answer)


@pytest.mark.parametrize("deed", ["drop", "move"])
def test_a_stale_page_leaves_a_newer_draft_alone(planned, deputy, deed):
    first = start_draft(planned.year, MONDAY)
    assert f'name="draft" value="{first.pk}"' in text(deputy.get(PAGE))
    drop_draft(first)
    newer = start_draft(planned.year, day(12, 7))
    sent = {"deed": deed, "draft": first.pk, "starts_on": "2026-12-14"}
    assert "начали другой черновик" in text(deputy.post(PAGE, sent))
    assert TimetableDraft.objects.get().starts_on == newer.starts_on
    answer = deputy.post(PAGE, sent | {"draft": newer.pk}, follow=True)
    assert "начали другой черновик" not in text(answer)


def test_both_sides_of_a_conflict_are_named(planned, deputy):
    draft = start_draft(planned.year, MONDAY)
    change_entry(draft, planned.row, {"weekday": 3})
    page = text(deputy.get(PAGE))
    assert "Не могут стоять вместе: <span data-count>1</span>" in page
    assert "5А, Математика (среда, 2-й урок)" in page
    assert "5Б, Математика (среда, 2-й урок)" in page


def test_queries_do_not_grow(planned, deputy):
    draft = start_draft(planned.year, MONDAY)
    change_entry(draft, planned.row, {"weekday": 3})
    room = Room.objects.create(name="12")

    def collide(number):
        said = {"weekday": 5, "number": number, "weeks": 3, "room_id": room.pk}
        for journal in (planned.maths, planned.russian, planned.english, planned.maths_b):
            add_row(draft, {"journal_id": journal.pk} | said)

    collide(1)
    few = [queries_of(deputy, path) for path in (PAGE, "/desk/timetable/apply/")]
    for number in range(2, 7):
        collide(number)
    assert [queries_of(deputy, path) for path in (PAGE, "/desk/timetable/apply/")] == few


def test_the_week_in_one_look(planned, deputy):
    """On a phone in four letters; whoever hears the page hears the whole names. A draft's word
    holds."""
    planned.russian.timetable.create(weekday=2, number=3, starts_on=FIRST, weeks=1)
    draft = start_draft(planned.year, MONDAY)
    change_entry(draft, planned.row, {"weekday": 5})
    answer = deputy.get(PAGE)
    html = " ".join(text(answer).split())
    assert (
        '<span aria-hidden="true" class="brief">Пт</span><span class="full">Пятница</span>' in html
    )
    assert (
        '<span class="full">Русский язык</span><span class="brief" aria-hidden="true">Русс</span>'
        " <i>неч.</i>"
    ) in html
    assert week_of(answer) == {"2.3": ["Русский язык"], "5.2": ["Математика"]}


def week_of(answer):
    """{«5.2»: titles} of the grid's cells that hold something."""
    cells = [cell for band in answer.context["page"].grid.bands for cell in band.cells]
    return {cell.id: [card.title for card in cell.cards] for cell in cells if cell.cards}


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ("by=class&of={w.a5.pk}", {"1.2": ["Математика"], "3.1": ["Английский язык"]}),
        ("class={w.b5.pk}", {"3.1": ["Английский язык"], "3.2": ["Математика"]}),  # as before
        ("by=teacher&of={w.teacher.pk}", {"1.2": ["5А"], "3.2": ["5Б"]}),
        ("by=room&of={w.room.pk}", {"3.1": ["5 англ. 1"]}),
        (
            "by=day&of=3",
            {"{w.a5.pk}-3.1": ["Англ"], "{w.b5.pk}-3.1": ["Англ"], "{w.b5.pk}-3.2": ["Мате"]},
        ),
        ("by=class&of={w.a5.pk}&weeks=2", {"1.2": ["Математика"]}),
        ("by=слово&of=слово&weeks=слово", {"1.2": ["Математика"], "3.1": ["Английский язык"]}),
    ],
)
def test_by_class_teacher_room_and_day(planned, deputy, asked, seen):
    planned.room = Room.objects.create(name="7")
    planned.english.timetable.create(
        weekday=3, number=1, weeks=1, room=planned.room, starts_on=FIRST
    )
    answer = deputy.get(f"{PAGE}?{asked.format(w=planned)}")
    assert week_of(answer) == {where.format(w=planned): names for where, names in seen.items()}


def test_what_is_odd_is_not_seen_in_even_weeks(planned, deputy):
    planned.russian.timetable.create(weekday=2, number=3, weeks=1, starts_on=FIRST)
    odd, even = (week_of(deputy.get(f"{PAGE}?by=class&weeks={bits}")) for bits in (1, 2))
    assert "2.3" in odd
    assert "2.3" not in even
