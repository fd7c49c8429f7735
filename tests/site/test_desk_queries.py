"""What the desk reads and writes, on both databases: the pages of it are in test_desk.py."""

import datetime

import pytest

from attendance.actions.documents import receive_document
from attendance.actions.inquiries import answer, ask_about
from attendance.models import AbsenceDocument, Inquiry
from attendance.queries import inquiries_to_answer
from attendance.refusals import Refused
from journal_site.actions import RemindedAlready, remind
from journal_site.models import Digest
from journal_site.queries.desk.page import desk
from journal_site.queries.desk.papers import paper
from journal_site.queries.leaders import changes_for, new_changes
from journal_site.queries.reminders import unopened_lessons
from journal_site.queries.teacher_day import teacher_day
from journals.actions.entries import save_cell, save_field
from school.actions.lessons import substitute
from school.models import Outage
from tempjournal.actions.outages import record_outage
from tests import world as worlds
from tests.world import NOON, TODAY, day

AN_HOUR = datetime.timedelta(hours=1)


def test_the_day_is_read_whole(world):
    worlds.lesson(world.english, TODAY, world.slots[3])
    save_cell(world.maths, world.today_lesson.pk, world.ivanov.pk, "", "н")
    document = AbsenceDocument(
        student=world.sidorov,
        kind="medical",
        received_on=TODAY,
        starts_on=day(11, 24),
        ends_on=day(11, 27),
        reason="б",
        entered_by=world.class_teacher_b,
    )
    receive_document(document, None)
    substitute(world.russian_lesson, world.substitute)
    ask_about(world.ivanov.pk, TODAY, world.deputy)
    outage = Outage(starts_at=NOON - AN_HOUR, ends_at=NOON - AN_HOUR / 4, reason="Обрыв")
    record_outage(outage, world.deputy)
    found = desk(world.deputy, NOON)
    away = {one.student: one.where.reason for one in found.pupils.all_away}
    assert away == {world.ivanov.pk: "н", world.sidorov.pk: "б"}
    assert [(one.who, one.facts) for one in found.decisions.lines[:1]] == [
        ("Иванов Иван, 5А", "нет со 2-го · спрошено 12:00")
    ]
    a5 = [(one and one.told.value, one and one.is_taken) for one in found.rows[0].cells]
    assert a5 == [("", True), ("paper", False), ("", False)]
    assert [one.untransferred for one in found.outages] == [1]
    assert [(one.name, one.portions, one.taken) for one in paper(NOON).classes] == [
        ("5А", 2, True),
        ("5Б", 1, False),
    ]


def test_one_question_waits_at_a_time(world):
    save_cell(world.maths, world.today_lesson.pk, world.ivanov.pk, "", "н")
    inquiry = ask_about(world.ivanov.pk, TODAY, world.deputy)
    with pytest.raises(Refused, match="уже спросил"):
        ask_about(world.ivanov.pk, TODAY, world.director)
    (waiting,) = inquiries_to_answer([world.a5.pk], TODAY)
    assert (waiting.pk, waiting.student.name) == (inquiry.pk, "Иванов Иван")
    answer(inquiry.pk, "у врача", world.class_teacher)
    with pytest.raises(Refused, match="у врача"):
        answer(inquiry.pk, "едет", world.class_teacher)
    ask_about(world.ivanov.pk, TODAY, world.director)  # the answer was not enough
    assert [one.answer for one in Inquiry.objects.all()] == ["у врача", ""]
    assert Inquiry.history.count() == 3


def test_of_two_leaders_one_reminds(world):
    save_field(world.maths, world.today_lesson.pk, "topic", "", "Дроби")
    remind(world.deputy, 0)
    with pytest.raises(RemindedAlready):
        remind(world.director, 0)
    assert remind(world.director, 1).number == 2


def test_a_reminder_is_about_what_the_desk_names(world, login):
    """What was held while there was no access is on paper: nobody is reminded of it."""
    outage = Outage(starts_at=NOON - AN_HOUR, ends_at=NOON - AN_HOUR / 4, reason="Обрыв")
    record_outage(outage, world.deputy)
    journals = desk(world.deputy, NOON).journals
    assert (journals.unopened, journals.on_paper) == (1, 1)
    remind(world.deputy, 0, NOON)
    assert {*unopened_lessons(TODAY, NOON)} == {world.teacher.pk}
    told = {
        person: [one.reminded_at for one in teacher_day(person, NOON).lessons]
        for person in (world.teacher, world.class_teacher)
    }
    assert told == {world.teacher: [NOON], world.class_teacher: [None]}


def test_what_is_new_about_the_leaders_is_counted_anew_when_it_is(world):
    many = len(changes_for(world.director, NOON))
    assert new_changes(world.director, NOON) == many > 0
    world.deputy.email = "zz@school.example"
    world.deputy.save()
    assert new_changes(world.director, NOON) == many + 1
    for change, _ in changes_for(world.director, NOON):
        Digest.objects.create(
            user=world.director, kind="change", day=TODAY, about=change.key, noted_at=NOON
        )
    assert new_changes(world.director, NOON) == 0
