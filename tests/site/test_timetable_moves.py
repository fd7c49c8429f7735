"""A lesson is moved in the timetable's grid: what the script of the page is answered."""

from datetime import time

import pytest
from django.urls import reverse

from school.actions.drafts import add_row, apply_draft, change_entry, start_draft, take_out
from school.models import (
    BellSchedule,
    BellUse,
    DraftRow,
    Room,
    SchoolClass,
    TimetableDraft,
    TimetableEntry,
)
from tests.pdf import pages, type_sizes
from tests.world import FIRST, day, queries_of

MONDAY = day(11, 30)
MOVE, AROUND, PLACES, PRINT = (
    "/desk/timetable/move/",
    "/desk/timetable/around/",
    "/desk/timetable/places/",
    "/desk/timetable/print.pdf",
)


@pytest.fixture
def planned(world):
    world.row = world.maths.timetable.create(weekday=1, number=2, starts_on=FIRST)
    world.other = world.russian.timetable.create(weekday=2, number=3, starts_on=FIRST)
    world.b_row = world.maths_b.timetable.create(weekday=3, number=2, starts_on=FIRST)
    return world


@pytest.fixture
def deputy(planned, login):
    return login(planned.deputy)


def moved(client, row, was, to, exchange="", **more):
    data = {"ids": f"e{row.pk}", "was": was, "text": to, "exchange": exchange} | more
    return client.post(MOVE, data, headers={"accept": "application/json"})


def around(client, by, of, *spots, ids=""):
    asked = {"by": by, "of": of, "at": spots, "ids": ids}
    return client.get(AROUND, asked, headers={"accept": "application/json"}).json()


def where(row):
    """{«1.2»} of what the draft says of a row in force, None where nothing."""
    change = DraftRow.objects.filter(entry=row).first()
    return change and f"{change.weekday}.{change.number}"


def test_the_first_move_begins_a_draft_for_next_monday(planned, deputy):
    answer = moved(deputy, planned.row, "1.2", "5.4").json()
    draft = TimetableDraft.objects.get()
    assert draft.starts_on == MONDAY
    assert answer["begun"]
    assert answer["draft"] == draft.pk
    assert where(planned.row) == "5.4"
    assert TimetableEntry.objects.get(pk=planned.row.pk).weekday == 1


def test_the_grid_around_it_afterwards(planned, deputy):
    moved(deputy, planned.row, "1.2", "5.4")
    answer = around(deputy, "class", planned.a5.pk, "1.2", "5.4")
    assert set(answer["cells"]) == {"1.2", "5.4"}
    assert "Математика" in answer["cells"]["5.4"]
    assert "было: понедельник, 2-й урок" in answer["cells"]["5.4"]
    assert not answer["cells"]["1.2"].strip()
    assert "изменено строк: 1" in answer["bar"]
    assert set(around(deputy, "day", 5, "5.4")["cells"]) == {f"{planned.a5.pk}-5.4"}


def test_back_to_its_place_it_is_no_change(planned, deputy):
    moved(deputy, planned.row, "1.2", "5.4")
    moved(deputy, planned.row, "5.4", "1.2")
    assert not DraftRow.objects.exists()
    answer = around(deputy, "class", planned.a5.pk, "1.2")
    assert "пока ничего не изменено" in answer["bar"]


def test_what_else_was_changed_stays_changed(planned, deputy):
    room = Room.objects.create(name="31")
    change_entry(start_draft(planned.year, MONDAY), planned.row, {"room_id": room.pk})
    moved(deputy, planned.row, "1.2", "5.4")
    assert DraftRow.objects.get().room == room


def test_sent_twice_it_is_made_once(planned, deputy):
    first, second = (moved(deputy, planned.row, "1.2", "5.4") for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert DraftRow.objects.count() == DraftRow.history.count() == 1


def test_an_exchange_goes_both_ways_and_back(planned, deputy):
    other = f"e{planned.other.pk}"
    moved(deputy, planned.row, "1.2", "2.3", other)
    assert (where(planned.row), where(planned.other)) == ("2.3", "1.2")
    assert moved(deputy, planned.row, "1.2", "2.3", other).status_code == 200  # its answer was lost
    moved(deputy, planned.row, "2.3", "1.2", other)
    assert not DraftRow.objects.exists()


def test_a_row_that_comes_is_moved_too(planned, deputy):
    draft = start_draft(planned.year, MONDAY)
    row = add_row(draft, {"journal_id": planned.maths.pk, "weekday": 4, "number": 1, "weeks": 3})
    data = {"ids": f"r{row.pk}", "was": "4.1", "text": "5.1", "draft": draft.pk}
    assert deputy.post(MOVE, data).status_code == 200
    row.refresh_from_db()
    assert (row.weekday, row.number) == (5, 1)


def test_a_conflict_is_put_down_and_told(planned, deputy):
    def told():
        ids = f"e{planned.row.pk}"
        return around(deputy, "teacher", planned.teacher.pk, "1.2", "3.2", ids=ids)

    assert moved(deputy, planned.row, "1.2", "3.2").status_code == 200
    answer = told()
    (conflict,) = answer["conflicts"]
    assert planned.teacher.short_name in conflict
    assert "5Б, Математика" in conflict
    assert "не может стоять здесь" in answer["cells"]["3.2"]
    moved(deputy, planned.row, "3.2", "1.2")
    assert told()["conflicts"] == []


def test_of_other_bells_the_hour_counts_and_not_the_number(planned, deputy):
    """5Б's third lesson rings while 5А's second does."""
    schedule = BellSchedule.objects.create(name="Младшие")
    schedule.slots.create(number=3, starts_at=time(10, 10), ends_at=time(10, 50))
    BellUse.objects.create(schedule=schedule, school_class=planned.b5, starts_on=FIRST)
    planned.b_row.delete()
    planned.maths_b.timetable.create(weekday=5, number=3, starts_on=FIRST)
    moved(deputy, planned.row, "1.2", "5.2")
    ids = f"e{planned.row.pk}"
    assert around(deputy, "class", planned.a5.pk, "1.2", "5.2", ids=ids)["conflicts"]


def test_who_was_second_is_told(planned, deputy, login):
    moved(deputy, planned.row, "1.2", "5.4")
    late = moved(login(planned.director), planned.row, "1.2", "2.2")
    assert late.status_code == 409
    assert "теперь он: пятница, 4-й урок" in late.json()["message"]
    assert where(planned.row) == "5.4"


def test_of_an_exchange_neither_goes_alone(planned, deputy):
    moved(deputy, planned.other, "2.3", "4.1")
    late = moved(deputy, planned.row, "1.2", "2.3", f"e{planned.other.pk}")
    assert late.status_code == 409
    assert where(planned.row) is None


def test_what_was_taken_out_meanwhile(planned, deputy):
    draft = start_draft(planned.year, MONDAY)
    take_out(draft, planned.row)
    late = moved(deputy, planned.row, "1.2", "5.4", draft=draft.pk)
    assert late.status_code == 409
    assert "убран" in late.json()["message"]


def test_a_draft_that_was_applied_or_given_up_meanwhile(planned, deputy):
    draft = start_draft(planned.year, MONDAY)
    change_entry(draft, planned.b_row, {"number": 5})
    apply_draft(draft.pk, {}, planned.director)
    late = moved(deputy, planned.row, "1.2", "5.4", draft=draft.pk)
    assert late.status_code == 409
    assert "Черновик тем временем ввели: Директорова" in late.json()["message"]
    late = moved(deputy, planned.row, "1.2", "5.4", draft=draft.pk + 77)
    assert "отказались" in late.json()["message"]
    assert not TimetableDraft.objects.filter(applied_at=None).exists()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"text": "1.9"}, 422),  # the bells have seven
        ({"text": "8.1"}, 404),
        ({"text": "слово"}, 404),
        ({"was": ""}, 404),
        ({"ids": ""}, 404),
        ({"ids": "e1; drop"}, 404),
        ({"ids": "e999999"}, 409),
        ({"exchange": "слово"}, 404),
        ({"draft": "слово"}, 404),
        ({"text": "1.2"}, 409),  # it stands there: nothing is begun for that
        ({"exchange": "e{row}"}, 422),
    ],
)
def test_what_can_t_be_is_refused_in_russian(planned, deputy, data, status):
    sent = {"ids": "e{row}", "was": "1.2", "text": "5.4"} | data
    sent = {name: text.replace("{row}", str(planned.row.pk)) for name, text in sent.items()}
    answer = deputy.post(MOVE, sent)
    assert answer.status_code == status
    assert answer.json()["message"]
    assert not TimetableDraft.objects.exists()


def places(client, *rows):
    return client.get(PLACES, {"row": " ".join(f"e{row.pk}" for row in rows)})


def test_what_each_place_is(planned, deputy):
    planned.english.timetable.create(weekday=4, number=1, starts_on=FIRST)
    found = places(deputy, planned.row).json()
    assert found["was"] == "1.2"
    told = found["places"]
    assert told["5.4"] == {
        "kind": "free",
        "told": "свободно",
        "whole": "пятница, 4-й: свободно",
        "exchange": "",
    }
    assert told["2.3"]["kind"] == "exchange"
    assert told["2.3"]["exchange"] == f"e{planned.other.pk}"
    assert told["3.2"]["told"] == f"{planned.teacher.short_name}: 5Б"
    assert (
        told["3.2"]["whole"] == f"среда, 2-й: занято: {planned.teacher.short_name}: 5Б, Математика"
    )
    assert told["4.1"]["kind"] == "exchange"  # Иванов is in the subgroup then
    assert "1.2" not in told
    (week,) = found["beside"]
    assert week["title"] == planned.teacher.short_name
    assert (week["hours"], week["taken"]) == (2, {"1.2": "5А", "3.2": "5Б"})


def test_nobody_knows_places_of_what_is_not_there(planned, deputy):
    assert deputy.get(PLACES, {"row": "e999999"}).status_code == 404
    assert deputy.get(PLACES).status_code == 404
    assert places(deputy, planned.row, planned.other).status_code == 404  # of two places


def test_queries_do_not_grow(planned, deputy):
    row = f"{PLACES}?row=e{planned.row.pk}"
    start_draft(planned.year, MONDAY)
    beside = f"{AROUND}?by=class&of={planned.a5.pk}&at=5.1&at=5.2"
    asked = [row, beside, f"{PRINT}?school=a3", f"{PRINT}?class={planned.a5.pk}"]
    journals = (
        planned.maths,
        planned.maths_b,
        planned.russian,
        planned.english,
        planned.individual,
    )

    def collide(number):
        for journal in journals:
            journal.timetable.create(weekday=5, number=number, starts_on=FIRST)

    collide(1)
    few = [queries_of(deputy, one) for one in asked]
    for number in range(2, 7):
        collide(number)
    assert [queries_of(deputy, one) for one in asked] == few


# --- printed ---


def sheet(client, asked):
    answer = client.get(f"{PRINT}?{asked}")
    assert answer.status_code == 200, asked
    assert answer["Content-Type"] == "application/pdf"
    assert min(type_sizes(answer.content)) >= 7
    return pages(answer.content)


def test_the_sheet_of_a_class(planned, deputy):
    planned.individual.timetable.create(weekday=5, number=1, starts_on=FIRST)
    planned.row.room = Room.objects.create(name="31")
    planned.row.save()
    (page,) = sheet(deputy, f"class={planned.a5.pk}")
    assert "Расписание · 5А" in page
    assert "Классный руководитель Руссова Р. Р." in page
    assert "с 01.09.2026" in page
    assert "чётные и нечётные недели одинаковы" in page
    assert "каб. 31" in page
    assert "Матвеева" in page
    assert "Особый" not in page  # it hangs on a wall


def test_the_sheet_of_a_teacher(planned, deputy):
    planned.english.timetable.create(weekday=5, number=1, weeks=1, starts_on=FIRST)
    (page,) = sheet(deputy, f"teacher={planned.teacher.pk}")
    assert "Матвеева Мария Михайловна" in page
    assert "5Б" in page
    (page,) = sheet(deputy, f"teacher={planned.english_teacher.pk}")
    assert "неч." in page
    assert "неделя 01.09 нечётная (неч.), дальше через одну" in page


def test_the_sheet_of_the_school(planned, deputy):
    (page,) = sheet(deputy, "school=a3")
    assert "5А" in page
    assert "5Б" in page
    assert "Русс" in page
    (page,) = sheet(deputy, "school=5-8")
    assert "5–8 классы" in page


@pytest.mark.parametrize(
    ("parallel", "part"), [(0, "1-4"), (4, "1-4"), (8, "5-8"), (9, "9-11"), (12, "9-11")]
)
def test_every_parallel_is_on_the_sheet_of_a_part(planned, deputy, parallel, part):
    SchoolClass.objects.create(year=planned.year, number=parallel, letter="Ю")
    (page,) = sheet(deputy, f"school={part}")
    assert f"{parallel}Ю" in page


def test_a_draft_is_printed_as_such_or_left_out(planned, deputy):
    moved(deputy, planned.row, "1.2", "5.4")
    (page,) = sheet(deputy, f"class={planned.a5.pk}")
    assert "Черновик" in page
    assert "с 30.11.2026" in page
    (page,) = sheet(deputy, f"class={planned.a5.pk}&holds=1")
    assert "Черновик" not in page


@pytest.mark.parametrize("asked", ["", "school=9-11", "school=слово", "class=999999", "teacher=1x"])
def test_there_is_no_such_sheet(planned, deputy, asked):
    assert deputy.get(f"{PRINT}?{asked}").status_code == 404


def test_links_lead_to_the_sheets(planned, deputy):
    page = deputy.get(reverse("timetable")).content.decode()
    assert f"{PRINT}?class={planned.a5.pk}" in page
    assert f"{PRINT}?school=5-8" in page
    assert f"{PRINT}?school=9-11" not in page  # there are none
