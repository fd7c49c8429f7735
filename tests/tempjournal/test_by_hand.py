"""The transfer by hand: the paper's pages one after the other, saved as typed (3.2)."""

import datetime

import pytest
from django.urls import reverse

from attendance.models import Absence
from journals.actions.entries import save_cell
from journals.actions.paper_entries import PaperEntry, PaperErrors
from journals.actions.watch import sweep
from journals.models import LateEntry, LessonWork, Mark
from school.models import Lesson, Outage
from tempjournal.actions import transfer as tempjournal_transfer
from tempjournal.actions.outages import close_outage, correct_outage, dismiss_outage, record_outage
from tempjournal.models import TemporaryJournal, Transfer
from tests import world as worlds
from tests.world import day, statements


@pytest.fixture
def outage(world):
    """Two days without access: the 23rd and the 24th."""
    begin = datetime.datetime(2026, 11, 23, 5, tzinfo=datetime.UTC)
    made = Outage(starts_at=begin, ends_at=begin + datetime.timedelta(hours=34), reason="сеть")
    record_outage(made, world.deputy)
    return made


def page(outage, journal):
    return reverse("transfer_by_hand", args=[outage.pk, journal.pk])


def type_cell(client, outage, journal, lesson, student, text, was=""):
    return client.post(
        reverse("transfer_cell", args=[outage.pk, journal.pk]),
        {"lesson": lesson.pk, "student": student.pk, "was": was, "text": text},
    )


def type_field(client, outage, journal, lesson, field, text, was=""):
    return client.post(
        reverse("transfer_field", args=[outage.pk, journal.pk]),
        {"lesson": lesson.pk, "field": field, "was": was, "text": text},
    )


def test_the_page_has_the_lessons_of_the_outage_and_no_others(world, outage, login):
    content = login(world.teacher).get(page(outage, world.maths)).content.decode()
    assert f'data-lesson="{world.lesson.pk}"' in content
    assert f'data-lesson="{world.substituted.pk}"' in content
    assert f'data-lesson="{world.today_lesson.pk}"' not in content
    assert content.index("Иванов") < content.index("Что пройдено на уроке")
    assert "Страница 1 из 2" in content  # mathematics in 5А and in 5Б


def test_a_cell_is_saved_as_it_is_typed(world, outage, login):
    answer = type_cell(login(world.teacher), outage, world.maths, world.lesson, world.ivanov, "н/4")
    assert answer.status_code == 200
    assert answer.json()["text"] == "н/4"
    assert Mark.objects.get().value.text == "4"
    lesson = Lesson.objects.get(pk=world.lesson.pk)
    # The paper's time, which is the lesson's, is when attendance was taken and marks were given.
    assert lesson.attendance_taken_at == lesson.last_instant
    assert LessonWork.objects.get().marked_at == lesson.last_instant
    assert {
        Mark.history.get().history_change_reason,
        Absence.history.get().history_change_reason,
    } == {"из временного журнала, сбой 23.11.2026 08:00"}
    transfer = Transfer.objects.get()
    assert (transfer.made_by, transfer.source, transfer.entries) == (world.teacher, "hand", 1)


def test_a_whole_journal_by_hand_is_transferred_without_blame(world, outage, login, noon):
    client = login(world.teacher)
    noon.move_to(worlds.NOON + datetime.timedelta(days=1))  # the last day of the transfer
    for lesson in (world.lesson, world.substituted):
        for field, text in (("topic", "Дроби"), ("homework", "№ 5"), ("attendance", "все")):
            assert type_field(client, outage, world.maths, lesson, field, text).status_code == 200
    sweep()
    done = TemporaryJournal.objects.get(journal=world.maths)
    assert done.transferred_at == worlds.NOON + datetime.timedelta(days=1)
    assert not LateEntry.objects.filter(
        journal=world.maths, lesson__in=[world.lesson, world.substituted]
    ).exists()


FIELDS = (("topic", "Дроби"), ("homework", "№ 5"), ("attendance", "все"))


def test_what_is_corrected_later_makes_no_transfer_late(world, outage, login, noon):
    client = login(world.teacher)
    type_cell(client, outage, world.maths_b, world.lesson_b, world.sidorov, "4")
    for field, text in FIELDS:
        type_field(client, outage, world.maths_b, world.lesson_b, field, text)
    noon.move_to(worlds.NOON + datetime.timedelta(days=7))
    type_cell(client, outage, world.maths_b, world.lesson_b, world.sidorov, "5", was="4")
    sweep()
    done = TemporaryJournal.objects.get(journal=world.maths_b)
    assert done.transferred_at == worlds.NOON
    late = LateEntry.objects.filter(journal=world.maths_b, kind="transfer")
    assert not late.exists()
    # What was taken away is not transferred, and is so again only when it is there again.
    type_field(client, outage, world.maths_b, world.lesson_b, "topic", "", was="Дроби")
    assert late.get().settled_at is None
    type_field(client, outage, world.maths_b, world.lesson_b, "topic", "Дроби")
    assert late.get().settled_at == worlds.NOON + datetime.timedelta(days=7)


def test_of_a_lesson_that_nobody_was_told_of_the_typing_counts_too(world, outage, noon):
    kind = world.russian.lesson_kind
    made = Lesson(journal=world.russian, kind=kind, date=day(11, 24), **worlds.hour(5))
    Lesson.objects.bulk_create([made])  # sends no signal
    noon.move_to(worlds.NOON + datetime.timedelta(days=5))
    entries = [PaperEntry(made.pk, field, "", text) for field, text in FIELDS]
    tempjournal_transfer.transfer(outage, world.class_teacher, entries, "hand", set())
    done = TemporaryJournal.objects.get(journal=world.russian)
    assert done.transferred_at == worlds.NOON + datetime.timedelta(days=5)


# --- the outage has changed since the page was opened ---


def topic(lesson):
    return [PaperEntry(lesson.pk, "topic", "", "Дроби")]


def test_an_outage_closed_meanwhile_keeps_the_transfers_deadline(world):
    begin = datetime.datetime(2026, 11, 23, 5, tzinfo=datetime.UTC)
    made = Outage(starts_at=begin, reason="сеть")
    record_outage(made, world.deputy)
    close_outage(made, begin + datetime.timedelta(hours=34))
    assert made.ends_at is None  # as the teacher's request has read it
    due = made.temporary_journals.get(journal=world.maths).transfer_due_at
    assert due is not None
    tempjournal_transfer.transfer(made, world.teacher, topic(world.lesson), "hand", set())
    assert made.temporary_journals.get(journal=world.maths).transfer_due_at == due


def test_after_a_dismissed_or_shortened_outage_nothing_is_written(world, outage):
    stale = Outage.objects.get()
    outage.starts_at += datetime.timedelta(days=1)
    correct_outage(outage)
    with pytest.raises(PaperErrors) as failed:
        tempjournal_transfer.transfer(stale, world.teacher, topic(world.lesson), "hand", set())
    assert "не во время сбоя" in str(failed.value.errors[world.lesson.pk, "topic"])
    dismiss_outage(outage, world.deputy)
    with pytest.raises(PaperErrors) as failed:
        tempjournal_transfer.transfer(stale, world.teacher, topic(world.lesson_b), "hand", set())
    assert "отменён" in str(failed.value.errors[world.lesson_b.pk, "topic"])
    assert not Lesson.objects.exclude(topic="").exists()


def test_typed_after_the_transfers_deadline_only_the_transfer_is_late(world, outage, login, noon):
    """3.2 by the typing's time; 2.5 and 2.8 by the paper's."""
    noon.move_to(worlds.NOON + datetime.timedelta(days=5))
    sweep()
    client = login(world.teacher)
    assert LateEntry.objects.filter(lesson=world.lesson_b, kind="topic").exists()
    for field, text in (("topic", "Дроби"), ("homework", "-"), ("attendance", "все")):
        type_field(client, outage, world.maths_b, world.lesson_b, field, text)
    kinds = LateEntry.objects.filter(journal=world.maths_b).values_list("kind", "settled_at")
    assert list(kinds) == [("transfer", worlds.NOON + datetime.timedelta(days=5))]


def test_somebody_elses_text_is_not_overwritten(world, outage, login):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "3")
    client = login(world.teacher)
    answer = type_cell(client, outage, world.maths, world.lesson, world.ivanov, "5")
    assert (answer.status_code, answer.json()["text"]) == (409, "3")
    answer = type_cell(client, outage, world.maths, world.lesson, world.ivanov, "5", was="3")
    assert answer.status_code == 200


@pytest.mark.parametrize("text", ["7", "ннн"])
def test_what_is_no_mark_is_said_at_the_cell(world, outage, login, text):
    answer = type_cell(login(world.teacher), outage, world.maths, world.lesson, world.ivanov, text)
    assert answer.status_code == 422
    assert "Нет такой отметки" in answer.json()["message"]
    assert not Mark.objects.exists()


def test_a_lesson_outside_of_the_outage_has_no_paper(world, outage, login):
    client = login(world.teacher)
    place = outage, world.maths, world.today_lesson
    answers = type_cell(client, *place, world.ivanov, "5"), type_field(client, *place, "topic", "Т")
    assert [answer.status_code for answer in answers] == [422, 422]
    assert not Mark.objects.exists()


def test_the_kinds_of_works_are_chosen_here_as_well(world, outage, login):
    answer = type_field(
        login(world.teacher), outage, world.maths, world.lesson, "works", str(world.test.pk)
    )
    assert answer.status_code == 200
    assert LessonWork.objects.get().work_type == world.test


def test_no_kinds_of_works_of_a_lesson_outside_of_the_outage(world, outage, login):
    works = "works", str(world.test.pk)
    answer = type_field(login(world.teacher), outage, world.maths, world.today_lesson, *works)
    assert answer.status_code == 422
    assert not LessonWork.objects.exists()


def test_a_field_is_answered_as_it_stands_then(world, outage, login):
    answer = type_field(
        login(world.teacher), outage, world.maths, world.lesson, "homework", " Не задано. "
    )
    assert answer.json()["text"] == "не задано"
    assert Transfer.objects.get().entries == 1


def test_a_field_takes_one_transaction(world, outage, login):
    client = login(world.teacher)
    with statements() as sent:
        type_field(client, outage, world.maths, world.lesson, "topic", "Дроби")
    begun_or_ended = [sql for sql in sent if "SAVEPOINT" in sql]
    assert begun_or_ended[-1] == f"RELEASE {begun_or_ended[0]}"


def test_the_page_of_a_lesson_that_begins_while_the_outage_is_on(world, login, noon):
    begin = worlds.NOON - datetime.timedelta(hours=6)  # before the first lesson
    noon.move_to(begin)
    made = Outage(starts_at=begin - datetime.timedelta(minutes=1), reason="сеть")
    record_outage(made, world.deputy)
    noon.move_to(worlds.NOON)
    assert not made.temporary_journals.exists()
    content = login(world.teacher).get(page(made, world.maths)).content.decode()
    assert f'data-lesson="{world.today_lesson.pk}"' in content
    assert "Страница 1 из 1" in content


def test_a_class_teacher_confirms_the_reason_by_hand_too(world, outage, login):
    """2.9; another teacher leaves it open."""
    worlds.assign(world.class_teacher, world.maths)
    places = (outage, world.maths, world.lesson), (outage, world.maths, world.substituted)
    for person, place in zip((world.teacher, world.class_teacher), places, strict=True):
        assert type_cell(login(person), *place, world.petrova, "уп").status_code == 200
    confirmed = Absence.objects.order_by("lesson__date").values_list("confirmed_by", flat=True)
    assert list(confirmed) == [None, world.class_teacher.pk]


def test_a_class_teacher_writes_own_pupils_of_a_subgroup_alone(world, outage, login):
    client = login(world.class_teacher)
    place = outage, world.english, world.english_lesson
    own, other = (type_cell(client, *place, pupil, "5") for pupil in (world.ivanov, world.sidorov))
    assert (own.status_code, other.status_code) == (200, 404)


def test_of_a_dismissed_outage_nothing_is_transferred(world, outage, login):
    dismiss_outage(outage, world.deputy)
    client = login(world.teacher)
    assert client.get(page(outage, world.maths)).status_code == 404
    answer = type_cell(client, outage, world.maths, world.lesson, world.ivanov, "5")
    assert answer.status_code == 404


def test_the_number_of_queries_does_not_grow_with_pupils(world, outage, login):
    client = login(world.teacher)
    before = worlds.queries_of(client, page(outage, world.maths))
    for number in range(12):
        worlds.pupil(f"more{number}", f"Ещё{number}", "Ученик", world.a5, starts_on=day(9, 1))
    assert worlds.queries_of(client, page(outage, world.maths)) == before


def test_a_substitute_has_the_page_of_what_he_takes(world, outage, login, noon):
    content = login(world.substitute).get(page(outage, world.maths)).content.decode()
    assert f'data-lesson="{world.substituted.pk}"' in content
    assert f'data-lesson="{world.lesson.pk}"' not in content
    correct_outage(_until_the_23rd(outage))
    assert login(world.substitute).get(page(outage, world.maths)).status_code == 404
    assert login(world.teacher).get(page(outage, world.maths)).status_code == 200


def _until_the_23rd(outage):
    outage.ends_at = outage.starts_at + datetime.timedelta(hours=10)
    return outage


def test_who_only_reads_is_not_told_to_write(world, outage, login):
    told = "Перепишите с бумаги"
    assert told in login(world.teacher).get(page(outage, world.maths)).content.decode()
    assert told not in login(world.deputy).get(page(outage, world.maths)).content.decode()


def test_attendance_typed_by_mistake_is_taken_back_the_day_it_was_typed(world, login, outage):
    """Its time is that of the paper, two days ago; it was typed just now."""
    client = login(world.teacher)

    def attendance(was, text):
        path = reverse("transfer_field", args=[outage.pk, world.maths.pk])
        place = {"lesson": world.lesson.pk, "field": "attendance"}
        return client.post(path, place | {"was": was, "text": text})

    assert attendance("", "все").status_code == 200
    assert Lesson.objects.get(pk=world.lesson.pk).attendance_taken_at < worlds.NOON
    lesson = reverse("lesson", args=[world.maths.pk, world.lesson.pk])
    assert not client.get(lesson).context["form"].fields["attendance"].disabled
    assert "untake" in client.get(page(outage, world.maths)).content.decode()
    assert attendance("все", "").json()["text"] == ""
    assert Lesson.objects.get(pk=world.lesson.pk).attendance_taken_at is None
