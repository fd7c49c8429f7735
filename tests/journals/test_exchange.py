"""Two lessons change places, the lessons of a day are held on another: contents go along."""

import datetime

import pytest
from django.db import transaction
from django.urls import reverse

from attendance.models import Absence
from attendance.refusals import Refused
from journals.actions.entries import save_cell, save_field
from journals.actions.lessons import cancel_lesson, exchange_lessons, move_day
from journals.models import LessonWork, Mark
from school.models import Lesson, PeriodLock, Room, Unlock
from tests import world as worlds
from tests.world import TODAY, day

MONDAY, TUESDAY = day(11, 23), day(11, 24)


@pytest.fixture
def two(world):
    """Mathematics on Monday, 2nd, with a mark and a topic; Russian on Tuesday, 4th."""
    world.other = worlds.lesson(world.russian, TUESDAY, world.slots[3])
    world.individual_lesson.delete()
    world.english_lesson.delete()
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "5")
    save_field(world.maths, world.lesson.pk, "topic", "", "Дроби")
    return world


def place(lesson):
    lesson = Lesson.objects.get(pk=lesson.pk)
    return lesson.date, lesson.number, f"{lesson.starts_at:%H:%M}"


def full(pk):
    return Lesson.objects.select_related("journal__group", "journal__subject").get(pk=pk)


def exchange(one, other):
    exchange_lessons(full(one.pk), full(other.pk))


def test_it_works(two):
    before = Lesson.history.filter(id=two.lesson.pk).count()
    exchange(two.lesson, two.other)
    assert place(two.lesson) == (TUESDAY, 4, "12:00")
    assert place(two.other) == (MONDAY, 2, "10:00")
    assert Mark.objects.get().work.lesson == two.lesson
    assert full(two.lesson.pk).topic == "Дроби"
    assert Lesson.history.filter(id=two.lesson.pk).count() == before + 1
    assert {one.number for one in Lesson.history.filter(id=two.lesson.pk)} == {2, 4}


def test_what_is_due_follows_both(two):
    exchange(two.lesson, two.other)
    one, other = full(two.lesson.pk), full(two.other.pk)
    assert one.topic_due_at.date() == TUESDAY
    assert other.topic_due_at.date() == TUESDAY  # nobody is late at once by it
    work = LessonWork.objects.get(lesson=one)
    assert work.marks_due_at.date() == TUESDAY


def test_back_again_all_is_as_before(two):
    exchange(two.lesson, two.other)
    exchange(two.lesson, two.other)
    assert place(two.lesson) == (MONDAY, 2, "10:00")
    assert place(two.other) == (TUESDAY, 4, "12:00")


def test_two_of_one_journal(two):
    exchange(two.lesson, two.early_lesson)
    assert place(two.lesson) == (day(11, 5), 2, "10:00")
    assert place(two.early_lesson) == (MONDAY, 2, "10:00")


def test_a_third_lesson_is_in_the_way(two):
    worlds.lesson(two.individual, MONDAY, two.slots[1])  # beside mathematics, not beside Russian
    with pytest.raises(Refused, match=r"23\.11\.2026, 2-й урок: у этих учеников уже есть Особый"):
        exchange(two.lesson, two.other)
    assert place(two.lesson) == (MONDAY, 2, "10:00")


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (lambda w: cancel_lesson(full(w.other.pk), "карантин", w.deputy), "Отменённый урок"),
        (lambda w: Lesson.objects.filter(pk=w.other.pk).update(date=day(10, 28)), "каникулы"),
        (lambda w: Lesson.objects.filter(pk=w.other.pk).update(date=day(11, 26)), "прошедший"),
    ],
)
def test_refused(two, break_it, told):
    break_it(two)
    before = place(two.lesson), place(two.other)
    with pytest.raises(Refused, match=told):
        exchange(two.lesson, two.other)
    assert (place(two.lesson), place(two.other)) == before


def test_the_page(two, login):
    deputy = login(two.deputy)
    url = reverse("lesson_place", args=[two.maths.pk, two.lesson.pk])
    data = {"deed": "exchange", "date": "2026-11-24", "number": 4}
    page = deputy.post(url, data, follow=True).content.decode()
    assert "Уроки поменялись местами: 5А, Математика и 5А, Русский язык." in page
    assert place(two.other) == (MONDAY, 2, "10:00")
    page = deputy.post(url, data | {"number": 7}).content.decode()
    assert "у этих учеников нет урока" in page
    assert '<option value="7" selected>' in page


def test_a_room(two, login):
    room = Room.objects.create(name="12")
    url = reverse("lesson_place", args=[two.maths.pk, two.lesson.pk])
    page = login(two.deputy).post(url, {"deed": "room", "room": room.pk}, follow=True)
    assert "Кабинет урока: 12." in page.content.decode()
    assert full(two.lesson.pk).room == room


def test_neither_goes_into_a_period_that_is_closed_for_it(two):
    """One journal is open for corrections in the closed quarter, the other is not."""
    PeriodLock.objects.create(
        period=two.quarters[0], locked_by=two.deputy, locked_at=two.lesson.known_at or worlds.NOON
    )
    Lesson.objects.filter(pk=two.other.pk).update(date=day(10, 20))
    Unlock.objects.create(
        journal=two.russian,
        period=two.quarters[0],
        until=worlds.NOON + datetime.timedelta(days=1),
        reason="ошибка",
        made_by=two.deputy,
    )
    with pytest.raises(Refused, match="период закрыт"):
        exchange(two.lesson, two.other)


# --- a day's ---


def test_a_day_is_held_on_another(two):
    """Wednesday's lessons on Thursday: mathematics and Russian of 5А."""
    save_cell(two.russian, two.russian_lesson.pk, two.ivanov.pk, "", "")
    result = move_day(two.year, TODAY, day(11, 26))
    assert (result.moved, result.left) == (2, [])
    assert place(two.today_lesson) == (day(11, 26), 2, "10:00")
    assert place(two.russian_lesson) == (day(11, 26), 3, "11:00")


def test_of_some_classes_alone(two):
    b = worlds.lesson(two.maths_b, TODAY, two.slots[5])
    assert move_day(two.year, TODAY, day(11, 26), [two.b5.pk]).moved == 1
    assert place(b)[0] == day(11, 26)
    assert place(two.today_lesson)[0] == TODAY


def test_what_cannot_be_moved_stays_and_is_told(two):
    save_cell(two.maths, two.today_lesson.pk, two.ivanov.pk, "", "н")
    result = move_day(two.year, TODAY, day(11, 26))
    assert result.moved == 1
    (told,) = result.left
    assert told.startswith("5А, Математика, 2-й: На уроке уже есть отметки")
    assert Absence.objects.get().lesson.date == TODAY


def test_it_asks_as_often_for_many_as_for_few(two):
    def asked():
        with worlds.statements() as sent, transaction.atomic():
            move_day(two.year, TODAY, day(11, 26))
            transaction.set_rollback(True)
        return len(sent)

    worlds.lesson(two.maths_b, TODAY, two.slots[0])
    asked()
    few = asked()
    for journal, slot in ((two.maths_b, 4), (two.maths, 5), (two.russian, 6)):
        worlds.lesson(journal, TODAY, two.slots[slot])
    assert asked() <= few


def test_the_page_of_a_day(two, login):
    deputy = login(two.deputy)
    page = deputy.post("/desk/moves/", {"day": "2026-11-25", "to": "2026-11-26"}, follow=True)
    assert "26.11.2026: 2 урока перенесены со всем, что в них записано." in page.content.decode()
    page = deputy.post("/desk/moves/", {"day": "2026-11-25", "to": "2026-11-26"})
    assert "уроков, которые можно перенести, нет" in page.content.decode()
    page = deputy.post("/desk/moves/", {"day": "2026-11-25", "to": "2026-11-25"})
    assert "один и тот же день" in page.content.decode()
