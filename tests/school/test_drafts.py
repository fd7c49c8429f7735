"""The next timetable: a draft that nobody sees, applied in one deed, taken back.

It is Wednesday 25.11.2026; the draft holds from Monday 30.11."""

import datetime

import pytest
from django.db import connection

from journals.actions.dues import set_dues
from journals.actions.entries import save_field
from school.actions.bells import ring
from school.actions.drafts import (
    add_row,
    apply_draft,
    change_entry,
    drop_draft,
    forget_row,
    move_draft,
    start_draft,
    take_out,
    withdraw_draft,
)
from school.actions.lessons import move_lesson, schedule_lesson, substitute
from school.actions.refusals import ScheduleError
from school.actions.timetable import CANCEL, KEEP, NO_PLACE, Outcome, generate_lessons
from school.models import (
    BellSchedule,
    BellUse,
    Lesson,
    PeriodLock,
    Room,
    TimetableDraft,
    TimetableEntry,
    User,
)
from school.queries.timetable import conflict_lines, difference_page, lines
from tests import world as worlds
from tests.world import FIRST, TODAY, day

MONDAY = day(11, 30)
MON, TUE, WED, THU, FRI = range(1, 6)


@pytest.fixture
def planned(world):
    """Mathematics of 5А on Mondays, 2nd, and Thursdays, 4th; Russian on Tuesdays, 3rd; of 5Б
    mathematics on Tuesdays, 5th: with lessons from December on."""
    Lesson.objects.filter(date__gt=TODAY).delete()

    def row(journal, weekday, number):
        return journal.timetable.create(weekday=weekday, number=number, starts_on=FIRST)

    world.monday = row(world.maths, MON, 2)
    world.thursday = row(world.maths, THU, 4)
    world.russian_row = row(world.russian, TUE, 3)
    world.b_row = row(world.maths_b, TUE, 5)
    generate_lessons(world.year, MONDAY, world.year.ends_on)
    return world


@pytest.fixture
def draft(planned):
    return start_draft(planned.year, MONDAY)


def dates(journal, number, first=MONDAY):
    """Of the lessons that take place this quarter."""
    found = Lesson.objects.filter(journal=journal, number=number, cancelled="")
    found = found.filter(date__range=(first, day(12, 30)))
    return [f"{one:%d.%m}" for one in found.order_by("date").values_list("date", flat=True)]


def said(journal=None, weekday=WED, number=2, weeks=3, room=None, teacher=None):
    fields = {"weekday": weekday, "number": number, "weeks": weeks}
    fields |= {"room_id": room and room.pk, "teacher_id": teacher and teacher.pk}
    return fields | ({"journal_id": journal.pk} if journal else {})


def apply(draft, answers=None):
    return apply_draft(draft.pk, answers or {}, User.objects.get(username="deputy"))


def test_it_works(planned, draft):
    change_entry(draft, planned.monday, said())
    assert dates(planned.maths, 2)[:2] == ["30.11", "07.12"]  # nobody sees it yet
    mondays = Lesson.objects.filter(journal=planned.maths, number=2, date__gte=MONDAY).count()
    outcome = apply(draft)
    assert dates(planned.maths, 2) == ["02.12", "09.12", "16.12", "23.12", "30.12"]
    wednesdays = Lesson.objects.filter(journal=planned.maths, number=2, date__gte=MONDAY).count()
    assert outcome == Outcome(came=wednesdays, went=mondays)
    planned.monday.refresh_from_db()
    assert planned.monday.ends_on == day(11, 29)
    made = TimetableEntry.objects.get(journal=planned.maths, weekday=WED)
    assert (made.starts_on, made.ends_on) == (MONDAY, None)
    assert Lesson.objects.filter(pk=planned.lesson.pk).exists()  # what was before stays


def test_the_lessons_are_those_of_a_school_that_always_had_it(planned, draft):
    change_entry(draft, planned.monday, said(weekday=FRI, number=1))
    take_out(draft, planned.thursday)
    add_row(draft, said(planned.russian, weekday=FRI, number=3, weeks=1))
    apply(draft)
    places = Lesson.objects.filter(date__gte=MONDAY).values_list("journal", "date", "number")
    stand = set(places)
    Lesson.objects.filter(date__gte=MONDAY).delete()
    generate_lessons(planned.year, MONDAY, planned.year.ends_on)
    assert stand == set(places)
    assert dates(planned.russian, 3)[:5] == ["01.12", "08.12", "11.12", "15.12", "22.12"]


def test_dues_follow(planned, draft):
    set_dues(set(Lesson.objects.values_list("date", flat=True)))
    take_out(draft, planned.russian_row)
    add_row(draft, said(planned.russian, weekday=MON, number=5))
    before = dict(Lesson.objects.filter(date__lt=MONDAY).values_list("pk", "homework_due_at"))
    apply(draft)
    after = dict(Lesson.objects.filter(date__lt=MONDAY).values_list("pk", "homework_due_at"))
    assert after == before
    monday = Lesson.objects.get(journal=planned.maths, date=MONDAY)
    assert f"{monday.homework_due_at:%H:%M}" == "12:10"  # UTC: 13:40 + 1 h 30 min in Moscow
    stand = dict(Lesson.objects.values_list("pk", "homework_due_at"))
    set_dues(set(Lesson.objects.values_list("date", flat=True)))
    assert dict(Lesson.objects.values_list("pk", "homework_due_at")) == stand


def filled(world, journal, date):
    lesson = Lesson.objects.get(journal=journal, date=date)
    save_field(journal, lesson.pk, "topic", "", "Дроби")
    return Lesson.objects.get(pk=lesson.pk)


def test_a_planned_work_is_asked_about_and_goes_along(planned, draft):
    lesson = Lesson.objects.get(journal=planned.maths, date=day(12, 7))
    save_field(planned.maths, lesson.pk, "works", "", str(planned.test.pk))
    save_field(planned.maths, lesson.pk, "title_1", "", "Дроби")
    change_entry(draft, planned.monday, said(weekday=FRI, number=1))
    page = difference_page(draft)
    assert [(line.lesson, line.planned) for line in page.asked] == [
        (lesson, ["Контрольная работа: Дроби"])
    ]
    assert apply(draft).moved == 1
    (work,) = Lesson.objects.get(journal=planned.maths, date=day(12, 11)).works.all()
    assert (work.lesson, work.title) == (lesson, "Дроби")


def test_what_holds_something_goes_along_within_its_week(planned, draft):
    lesson = filled(planned, planned.maths, day(12, 7))
    change_entry(draft, planned.monday, said(weekday=FRI, number=1))
    page = difference_page(draft)
    assert [(line.lesson, line.instead.day) for line in page.asked] == [(lesson, day(12, 11))]
    assert apply(draft).moved == 1
    moved = Lesson.objects.get(pk=lesson.pk)
    assert (moved.date, moved.number, moved.topic) == (day(12, 11), 1, "Дроби")
    assert moved.starts_at == datetime.time(9)
    assert Lesson.objects.filter(journal=planned.maths, date=day(12, 11)).count() == 1


@pytest.mark.parametrize(
    ("answer", "place", "cancelled"),
    [(KEEP, day(12, 7), ""), (CANCEL, day(12, 7), NO_PLACE)],
)
def test_or_what_was_answered(planned, draft, answer, place, cancelled):
    lesson = filled(planned, planned.maths, day(12, 7))
    change_entry(draft, planned.monday, said(weekday=FRI, number=1))
    apply(draft, {lesson.pk: answer})
    stands = Lesson.objects.get(pk=lesson.pk)
    assert (stands.date, stands.number, stands.topic) == (place, 2, "Дроби")
    assert stands.cancelled == cancelled
    assert Lesson.objects.filter(journal=planned.maths, date=day(12, 11), number=1).exists()


def test_what_holds_something_and_has_no_place_stays_unless_it_is_said(planned, draft):
    lesson = filled(planned, planned.maths, day(12, 7))
    take_out(draft, planned.monday)
    apply(draft)
    assert dates(planned.maths, 2) == ["07.12"]
    assert Lesson.objects.get(pk=lesson.pk).topic == "Дроби"


def test_a_substitution_is_something(planned, draft):
    lesson = Lesson.objects.get(journal=planned.maths, date=day(12, 7))
    substitute(lesson, planned.substitute)
    change_entry(draft, planned.monday, said(weekday=FRI, number=1))
    apply(draft)
    moved = Lesson.objects.get(pk=lesson.pk)
    assert (moved.date, moved.substitution.teacher) == (day(12, 11), planned.substitute)


def test_one_moved_for_its_week_alone_stays_where_it_is(planned, draft):
    lesson = Lesson.objects.get(journal=planned.maths, date=day(12, 7))
    move_lesson(lesson, day(12, 8), 1)
    change_entry(draft, planned.thursday, said(weekday=FRI, number=4))
    apply(draft)
    assert dates(planned.maths, 1) == ["08.12"]
    assert "07.12" not in dates(planned.maths, 2)
    assert (
        generate_lessons(planned.year, MONDAY, planned.year.ends_on) == 0
    )  # nor is it made once more


def test_one_added_by_hand_stays(planned, draft):
    schedule_lesson(planned.maths, day(12, 9), 6)
    change_entry(draft, planned.monday, said())
    apply(draft)
    assert dates(planned.maths, 6) == ["09.12"]


def test_rooms_are_a_difference_of_their_own(planned, draft):
    room = Room.objects.create(name="12")
    change_entry(draft, planned.monday, said(weekday=MON, number=2, room=room))
    page = difference_page(draft)
    mondays = Lesson.objects.filter(journal=planned.maths, number=2, date__gte=MONDAY)
    assert (page.comes, page.goes, page.rooms) == (0, 0, mondays.count())
    apply(draft)
    assert set(mondays.values_list("room__name", flat=True)) == {"12"}


def test_to_say_what_is_said_already_takes_a_change_back(planned, draft):
    change_entry(draft, planned.monday, said())
    change_entry(draft, planned.monday, said(weekday=MON))
    assert not draft.rows.exists()
    take_out(draft, planned.monday)
    forget_row(draft.rows.get())
    with pytest.raises(ScheduleError, match="ничего не изменено"):
        apply(draft)


# --- what can't stand together ---


def told(draft):
    found = lines(draft.year, draft.starts_on, draft)
    return [
        (one.who, str(one.one.row), str(one.other.row), one.is_hard)
        for one in conflict_lines(draft.year, draft.starts_on, found)
    ]


def test_conflicts_are_told_all_at_once_and_do_not_stop_the_rest(planned, draft):
    change_entry(draft, planned.monday, said(weekday=TUE, number=3))  # Russian of 5А is there
    change_entry(draft, planned.b_row, said(weekday=THU, number=4))  # her own lesson in 5А
    add_row(draft, said(planned.russian, weekday=FRI, number=1))
    assert told(draft) == [
        ("5А", "5А, Русский язык: вторник, 3-й урок", "5А, Математика: вторник, 3-й урок", True),
        (
            "Матвеева\xa0М.\xa0М.",
            "5А, Математика: четверг, 4-й урок",
            "5Б, Математика: четверг, 4-й урок",
            False,
        ),
    ]
    outcome = apply(draft)
    assert dates(planned.russian, 1)[:2] == ["04.12", "11.12"]
    assert dates(planned.maths_b, 4)[:2] == ["03.12", "10.12"]
    assert dates(planned.maths, 2)[:2] == ["30.11", "07.12"]  # it could not move
    assert not outcome.left_out
    rest = TimetableDraft.objects.get(applied_at=None)
    assert [row.entry for row in rest.rows.all()] == [planned.monday]


def test_a_lesson_that_meets_one_moved_there_is_left_out_and_told(planned, draft):
    schedule_lesson(planned.russian, day(12, 9), 2)
    change_entry(draft, planned.monday, said())
    outcome = apply(draft)
    assert outcome.left_out == ["09.12.2026, 2-й урок: 5А, Русский язык и 5А, Математика сразу."]
    assert dates(planned.maths, 2) == ["02.12", "16.12", "23.12", "30.12"]


def test_by_bells_that_lack_the_hour_nothing_comes(planned, draft):
    short = BellSchedule.objects.create(name="Один урок")
    short.slots.create(number=1, starts_at=datetime.time(9), ends_at=datetime.time(9, 30))
    BellUse.objects.create(
        schedule=short, school_class=planned.a5, starts_on=day(12, 9), only_that_day=True
    )
    ring()
    change_entry(draft, planned.monday, said())
    assert apply(draft).left_out == ["09.12.2026: 2-го урока по звонкам нет (5А, Математика)"]


def test_one_held_across_the_first_day_stays(planned, draft):
    """Friday's lesson is held on Saturday a week later: the timetable from Monday is not its."""
    lesson = worlds.lesson(
        planned.maths, day(12, 5), planned.slots[0], planned_on=day(11, 27), planned_number=1
    )
    change_entry(draft, planned.monday, said())
    apply(draft)
    assert Lesson.objects.get(pk=lesson.pk).date == day(12, 5)


def test_what_stays_behind_is_in_the_way_of_others(planned, draft):
    """Mathematics can't go to Russian's hour, so its own hour is not free for Russian."""
    change_entry(draft, planned.monday, said(weekday=TUE, number=3))
    change_entry(draft, planned.russian_row, said(weekday=MON, number=2))
    add_row(draft, said(planned.russian, weekday=TUE, number=3))
    with pytest.raises(ScheduleError, match="на двух уроках сразу"):
        apply(draft)
    take_out(draft, planned.thursday)
    apply(draft)
    assert dates(planned.maths, 2)[:2] == ["30.11", "07.12"]
    assert dates(planned.russian, 3)[:2] == ["01.12", "08.12"]
    assert dates(planned.maths, 4) == []


def test_a_row_that_begins_later_is_in_the_way_too(planned, draft):
    planned.russian.timetable.create(weekday=WED, number=2, starts_on=day(12, 7))
    change_entry(draft, planned.monday, said())
    with pytest.raises(ScheduleError, match="на двух уроках сразу"):
        apply(draft)


def test_a_row_that_has_ended_is_not_changed(planned, draft):
    planned.monday.ends_on = day(11, 27)
    planned.monday.save()
    with pytest.raises(ScheduleError, match=r"действует с 01\.09\.2026 по 27\.11\.2026"):
        take_out(draft, planned.monday)


def test_a_filled_one_that_does_not_fit_there_stays_and_is_told(planned, draft):
    lesson = filled(planned, planned.maths, day(12, 7))
    schedule_lesson(planned.russian, day(12, 11), 1)
    change_entry(draft, planned.monday, said(weekday=FRI, number=1))
    outcome = apply(draft)
    assert outcome.left_out == ["11.12.2026, 1-й урок: 5А, Русский язык и 5А, Математика сразу."]
    assert (outcome.moved, Lesson.objects.get(pk=lesson.pk).date) == (0, day(12, 7))


def test_two_filled_ones_of_a_class_change_places(planned, draft):
    maths = filled(planned, planned.maths, day(12, 7))
    russian = filled(planned, planned.russian, day(12, 8))
    change_entry(draft, planned.monday, said(weekday=TUE, number=3))
    change_entry(draft, planned.russian_row, said(weekday=MON, number=2))
    outcome = apply(draft)
    assert (outcome.moved, outcome.left_out) == (2, [])
    assert Lesson.objects.get(pk=maths.pk).date == day(12, 8)
    assert Lesson.objects.get(pk=russian.pk).date == day(12, 7)


def test_a_row_that_was_taken_out_and_is_changed_after_all_comes(planned, draft):
    take_out(draft, planned.monday)
    change_entry(draft, planned.monday, said())
    apply(draft)
    assert dates(planned.maths, 2)[:2] == ["02.12", "09.12"]


def test_a_draft_cannot_be_moved_before_a_row_that_it_changes(planned, draft):
    row = planned.maths.timetable.create(weekday=FRI, number=5, starts_on=day(12, 7))
    move_draft(draft, day(12, 14))
    take_out(draft, row)
    with pytest.raises(ScheduleError, match=r"действует с 07\.12\.2026"):
        move_draft(draft, day(12, 7))


# --- taken back ---


def all_lessons():
    rows = Lesson.objects.order_by("date", "journal", "number")
    return list(rows.values_list("journal", "date", "number", "topic", "cancelled", "planned_on"))


def test_taken_back_all_is_as_before_and_the_changes_are_a_draft_again(planned, draft, noon):
    filled(planned, planned.maths, day(12, 7))
    filled(planned, planned.maths, day(12, 10))
    before = all_lessons()
    noon.shift(60)
    change_entry(draft, planned.monday, said(weekday=FRI, number=1))
    take_out(draft, planned.thursday)
    add_row(draft, said(planned.russian))
    apply(draft)
    assert all_lessons() != before
    withdraw_draft(draft.pk)
    assert all_lessons() == before
    assert TimetableDraft.objects.get(applied_at=None).rows.count() == 3
    assert not TimetableEntry.objects.filter(starts_on=MONDAY).exists()


def test_a_lesson_cancelled_by_it_takes_place_again(planned, draft, noon):
    lesson = filled(planned, planned.maths, day(12, 7))
    noon.shift(60)
    take_out(draft, planned.monday)
    apply(draft, {lesson.pk: CANCEL})
    withdraw_draft(draft.pk)
    assert Lesson.objects.get(pk=lesson.pk).cancelled == ""


def test_not_once_something_was_written_on_top(planned, draft):
    change_entry(draft, planned.monday, said())
    apply(draft)
    filled(planned, planned.maths, day(12, 9))
    with pytest.raises(
        ScheduleError, match=r"уже что-то записано: 5А, Математика, 09\.12\.2026, 2-й"
    ):
        withdraw_draft(draft.pk)


def test_not_before_a_later_one_is(planned, draft):
    change_entry(draft, planned.monday, said())
    apply(draft)
    later = start_draft(planned.year, day(12, 14))
    take_out(later, planned.thursday)
    apply(later)
    with pytest.raises(ScheduleError, match="введено ещё одно"):
        withdraw_draft(draft.pk)
    withdraw_draft(later.pk)
    drop_draft(TimetableDraft.objects.get(applied_at=None))
    withdraw_draft(draft.pk)


def test_nor_once_its_day_has_come(planned, draft, noon):
    change_entry(draft, planned.monday, said())
    apply(draft)
    noon.move_to(datetime.datetime(2026, 11, 30, 7, tzinfo=datetime.UTC))
    with pytest.raises(ScheduleError, match=r"действует с 30\.11\.2026"):
        withdraw_draft(draft.pk)


def test_one_added_by_hand_is_left_alone_both_ways(planned, draft, noon):
    by_hand = schedule_lesson(planned.maths, day(12, 9), 2)
    noon.shift(60)
    change_entry(draft, planned.monday, said())
    apply(draft)
    assert dates(planned.maths, 2)[:2] == ["02.12", "09.12"]
    withdraw_draft(draft.pk)
    assert Lesson.objects.get(pk=by_hand.pk).date == day(12, 9)
    assert dates(planned.maths, 2)[:3] == ["30.11", "07.12", "09.12"]


def test_not_where_the_former_hour_has_another_row_by_now(planned, draft):
    change_entry(draft, planned.monday, said())
    apply(draft)
    planned.maths.timetable.create(weekday=MON, number=2, starts_on=day(12, 7))
    with pytest.raises(ScheduleError, match="появилась другая строка"):
        withdraw_draft(draft.pk)


# --- refused ---


@pytest.mark.parametrize(
    ("starts_on", "told"),
    [
        (TODAY, "не раньше завтрашнего дня"),
        (day(11, 2), "не раньше завтрашнего дня"),
        (datetime.date(2027, 9, 1), "не входит в учебный год"),
    ],
)
def test_days_from_which_none_can_hold(planned, starts_on, told):
    with pytest.raises(ScheduleError, match=told):
        start_draft(planned.year, starts_on)
    draft = start_draft(planned.year, MONDAY)
    with pytest.raises(ScheduleError, match=told):
        move_draft(draft, starts_on)


def test_nor_a_day_of_a_closed_period(planned):
    PeriodLock.objects.create(
        period=planned.quarters[1], locked_by=planned.deputy, locked_at=worlds.NOON
    )
    with pytest.raises(ScheduleError, match="период закрыт"):
        start_draft(planned.year, MONDAY)


def test_of_two_who_apply_it_the_second_is_told(planned, draft):
    change_entry(draft, planned.monday, said())
    apply(draft)
    stand = all_lessons()
    with pytest.raises(ScheduleError, match="уже введено: Завучева"):
        apply(draft)
    assert all_lessons() == stand


def test_one_draft_at_a_time(planned, draft):
    with pytest.raises(ScheduleError, match="уже составляют"):
        start_draft(planned.year, day(12, 7))


def test_a_row_that_begins_that_day_is_changed_where_it_came_from(planned, draft):
    change_entry(draft, planned.monday, said())
    apply(draft)
    made = TimetableEntry.objects.get(weekday=WED)
    again = start_draft(planned.year, MONDAY)
    with pytest.raises(ScheduleError, match=r"сама вводится 30\.11\.2026"):
        take_out(again, made)
    move_draft(again, day(12, 7))
    take_out(again, made)


def test_an_hour_that_the_journal_has_already(planned, draft):
    change_entry(draft, planned.monday, said(weekday=THU, number=4))
    with pytest.raises(ScheduleError, match="на двух уроках сразу"):
        apply(draft)
    assert TimetableDraft.objects.get().applied_at is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a constraint of PostgreSQL")
def test_odd_and_even_weeks_share_an_hour(planned):
    planned.maths.timetable.create(weekday=FRI, number=1, weeks=1, starts_on=FIRST)
    planned.maths.timetable.create(weekday=FRI, number=1, weeks=2, starts_on=FIRST)
