"""What people with fresh eyes found when names, scales and judges had come."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from attendance.refusals import Refused
from journals.actions.entries import save_cell, save_field
from journals.actions.lessons import cancel_lesson
from journals.actions.locks import lock_period, unlock_journal
from journals.actions.watch import sweep
from journals.dues import exam_days
from journals.models import GradeSheet, LateEntry, PlannedTopic
from journals.queries.missing import missing
from journals.queries.unattended import unattended_lines
from school.models import (
    GroupMembership,
    Journal,
    Role,
    StudentCard,
    TeachingGroup,
)
from tests import world as worlds
from tests.pdf import pages
from tests.site.test_admin import form_of
from tests.world import day

JANUARY = datetime.datetime(2027, 1, 12, 9, tzinfo=datetime.UTC)


def test_a_planned_topic_is_a_text_wherever_it_is_shown(world, login):
    """The administrator writes it, the teacher's page would have sent his form."""
    PlannedTopic.objects.filter(journal=world.maths).update(
        title="<button form=logout formaction=/journals/1/cells/>Взять</button>"
    )
    path = f"/journals/{world.maths.pk}/lessons/{world.early_lesson.pk}/"
    html = login(world.teacher).get(path).content.decode()
    assert "Взять" in html
    assert "<button form=logout" not in html


# --- the administrator learns nothing of marks ---


@pytest.mark.parametrize("written", [True, False])
def test_whether_a_place_may_be_deleted_says_nothing_of_marks(world, login, written):
    """Its days were moved to one that he asks about; the answer is the same either way."""
    if written:
        lesson = world.english_lesson
        save_cell(world.english, lesson.pk, world.ivanov.pk, "", "5")
    row = GroupMembership.objects.get(student=world.ivanov, group=world.subgroup)
    GroupMembership.history.update(history_date=worlds.NOON - datetime.timedelta(days=60))
    path = reverse("admin:school_student_change", args=[world.ivanov.pk])
    admin = login(world.admin)
    data = form_of(admin.get(path))
    (prefix,) = [
        name.removesuffix("-id")
        for name, value in data.items()
        if name.startswith("memberships-") and name.endswith("-id") and str(value) == str(row.pk)
    ]
    days = {f"{prefix}-starts_on": "24.11.2026", f"{prefix}-ends_on": "24.11.2026"}
    assert admin.post(path, data | days).status_code == 302
    data = form_of(admin.get(path)) | {f"{prefix}-DELETE": "on"}
    answer = admin.post(path, data)
    assert answer.status_code == 200
    assert "уже действовала" in answer.content.decode()


def test_a_slip_of_today_is_taken_back(world):
    made = GroupMembership.objects.create(
        group=world.subgroup, student=world.gone, starts_on=day(9, 1)
    )
    made.delete()
    assert not GroupMembership.objects.filter(pk=made.pk).exists()


# --- namesakes where each stands alone ---


def test_a_weekly_report_tells_namesakes_apart(world, login):
    other = worlds.pupil("ivanov2", "Иванов", "Иван", world.a5)
    StudentCard.objects.create(student=world.ivanov, born_on=datetime.date(2015, 3, 2))
    StudentCard.objects.create(student=other, born_on=datetime.date(2015, 4, 5))
    client = login(world.deputy)
    for student, born in ((world.ivanov, "02.03.2015"), (other, "05.04.2015")):
        (page,) = pages(client.get(f"/diary/{student.pk}/week.pdf").content)
        assert f"Иванов Иван ({born})" in page
        for path in (f"/diary/{student.pk}/", f"/students/{student.pk}/card/"):
            assert f"Иванов Иван ({born})" in client.get(path).content.decode(), path


# --- what is closed, and what is opened again ---


def test_exams_are_no_part_of_what_closing_takes_away(world, noon):
    world.maths.has_exam = True
    world.maths.save()
    noon.move_to(datetime.datetime(2027, 6, 1, 9, tzinfo=datetime.UTC))
    for kind in GradeSheet.OF_EXAM:
        GradeSheet.objects.get_or_create(
            journal=world.maths, kind=kind, period=None, defaults={"grades_due_at": JANUARY}
        )
    GradeSheet.objects.exclude(kind__in=GradeSheet.OF_EXAM).delete()
    names, _ = missing(world.quarters[3])
    assert "оценки" not in names


def test_what_fell_due_while_it_was_closed_is_owed_when_it_is_opened(world, noon):
    """Marks of December are due in January, when the quarter is closed."""
    lesson = worlds.lesson(world.maths, day(12, 29), world.slots[4])
    noon.move_to(datetime.datetime(2026, 12, 29, 18, tzinfo=datetime.UTC))
    save_field(world.maths, lesson.pk, "works", "", str(world.test.pk))
    noon.move_to(datetime.datetime(2026, 12, 31, 9, tzinfo=datetime.UTC))
    sweep()
    lock_period(world.quarters[1].pk, world.deputy)
    noon.move_to(JANUARY + datetime.timedelta(days=14))
    sweep()
    found = LateEntry.objects.filter(kind="marks", lesson=lesson)
    assert not found.exists()
    unlock_journal(world.maths, world.quarters[1], world.deputy, 24, "забыли")
    assert found.get().settled_at is None


def test_a_lesson_of_ones_own_that_is_over_another_leader_cancels(world):
    """What is late in it would go with it (4.2)."""
    Role.objects.create(user=world.teacher, kind=Role.Kind.DEPUTY)
    with pytest.raises(Refused, match="собственное дело"):
        cancel_lesson(world.lesson, "не было", world.teacher)
    cancel_lesson(world.future_lesson, "карантин", world.teacher)
    cancel_lesson(world.lesson, "не было", world.deputy)
    assert world.lesson.cancelled == "не было"


# --- lessons that wait for their pupils ---


def test_a_group_that_has_nobody_yet_is_not_offered_to_be_cancelled(world):
    group = TeachingGroup.objects.create(kind="subgroup", year=world.year, name="5 кружок")
    journal = Journal.objects.create(group=group, subject=world.maths.subject, scale=world.five)
    lesson = worlds.lesson(journal, day(11, 26), world.slots[5])
    sweep()
    lesson.refresh_from_db()
    assert lesson.nobody_attends
    assert unattended_lines(world.year) == []
    GroupMembership.objects.create(
        group=group, student=world.ivanov, starts_on=day(11, 1), ends_on=day(11, 20)
    )
    (line,) = unattended_lines(world.year)
    assert (line.journal, line.count) == (journal, 1)


def test_an_exam_that_is_ticked_after_its_day_is_owed_all_the_same(world, noon):
    noon.move_to(datetime.datetime(2027, 6, 3, 9, tzinfo=datetime.UTC))
    sweep()
    world.maths.has_exam = True
    world.maths.save()
    sheets = GradeSheet.objects.filter(journal=world.maths, kind__in=GradeSheet.OF_EXAM)
    assert sheets.count() == 2
    assert all(sheet.grades_due_at > timezone.now() for sheet in sheets)


@pytest.mark.parametrize(
    ("exams", "finals", "due"),
    [
        (None, None, (day(5, 31), day(5, 31))),
        (day(6, 20), None, (day(6, 20), day(6, 20))),
        (day(6, 20), day(6, 25), (day(6, 20), day(6, 25))),
        (None, day(5, 10), (day(5, 31), day(5, 31))),  # never before what it follows from
    ],
)
def test_the_final_grade_is_not_due_before_the_exams(exams, finals, due):
    assert exam_days(day(5, 31), exams, finals) == due
