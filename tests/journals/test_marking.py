"""From whom marks are expected, and when a work is done (2.6)."""

import datetime
import importlib

import pytest
from django.apps import apps
from django.urls import reverse

from journals import marking
from journals.actions import entries as journals_entries
from journals.actions.dues import set_dues_of_works
from journals.actions.entries import save_cell
from journals.actions.paper_entries import PaperEntry, save_paper
from journals.actions.watch import sweep
from journals.models import LateEntry, LessonWork, WorkType
from journals.queries.register import Span, register
from school.actions.lessons import schedule_lesson
from school.models import Enrolment, GradeValue, GroupMembership
from school.rights import JournalRights
from tests import world as worlds
from tests.world import TODAY, day, queries_of, statements

ONE_DAY = datetime.timedelta(days=1)
PRESENT, ASKED = WorkType.Expects.PRESENT, WorkType.Expects.ASKED


@pytest.fixture
def test_work(world):
    """A test of Monday, 23 November, of all of 5А but Особый: Иванов, Петрова; due on the 26th."""
    WorkType.objects.filter(pk=world.test.pk).update(expects=PRESENT)
    world.test.refresh_from_db()
    journals_entries.save_field(world.maths, world.lesson.pk, "works", "", str(world.test.pk))
    return LessonWork.objects.get(lesson=world.lesson)


def save(w, student, text, was="", lesson=None, class_teacher=None):
    lesson = lesson or w.lesson
    journal = lesson.journal
    return save_cell(journal, lesson.pk, student.pk, was, text, class_teacher)


def marked_at(work):
    work.refresh_from_db()
    return work.marked_at


def names(client):
    found = client.get("/").context
    return [todo.name for one in (*found["lessons"], *found["gaps"]) for todo in one.todo]


def late(work):
    return LateEntry.objects.filter(kind="marks", object_id=work.pk, settled_at=None)


# --- who needs one ---


def test_it_works(world, test_work, noon):
    save(world, world.ivanov, "5")
    assert marked_at(test_work) is None
    noon.shift(60)
    save(world, world.petrova, "4")
    assert marked_at(test_work) == worlds.NOON + datetime.timedelta(seconds=60)
    save(world, world.petrova, "", was="4")
    assert marked_at(test_work) is None


def test_who_was_asked_is_enough_for_an_answer(world):
    save(world, world.ivanov, "5")
    assert LessonWork.objects.get(lesson=world.lesson).marked_at == worlds.NOON


@pytest.mark.parametrize("text", ["5", ".", "осв", "оп/5"])
def test_what_counts_as_a_mark(world, test_work, text):
    save(world, world.ivanov, "5")
    save(world, world.petrova, text)
    assert marked_at(test_work) == worlds.NOON


@pytest.mark.parametrize(
    ("absence", "is_done"), [("н", True), ("б", True), ("уп", True), ("нп", True), ("оп", False)]
)
def test_who_was_absent_needs_none(world, test_work, absence, is_done):
    save(world, world.ivanov, "5")
    save(world, world.petrova, absence)
    assert (marked_at(test_work) is not None) is is_done
    save(world, world.petrova, "", was=absence)
    assert marked_at(test_work) is None


def test_the_mark_of_who_was_absent_does_not_make_it_late(world, test_work, noon):
    """Written a week after: it is no part of the duty."""
    save(world, world.petrova, "н")
    save(world, world.ivanov, "5")
    done = marked_at(test_work)
    noon.shift(7 * 24 * 3600)
    save(world, world.petrova, "н/4", was="н")
    assert marked_at(test_work) == done


def test_a_mark_written_anew_keeps_its_time(world, test_work, noon):
    save(world, world.ivanov, "5")
    save(world, world.petrova, "4")
    noon.shift(3600)
    save(world, world.petrova, "", was="4")
    save(world, world.petrova, "3")
    assert marked_at(test_work) == worlds.NOON


def test_where_nobody_was_nothing_is_missing(world, test_work):
    for student in (world.ivanov, world.petrova):
        save(world, student, "н")
    assert marked_at(test_work) == world.lesson.last_instant


def test_the_second_work_of_a_cell(world, test_work):
    works = f"{world.test.pk} {world.answer.pk}"
    journals_entries.save_field(world.maths, world.lesson.pk, "works", str(world.test.pk), works)
    save(world, world.ivanov, "5/4")
    answer = LessonWork.objects.get(work_type=world.answer)
    assert (marked_at(test_work), marked_at(answer)) == (None, worlds.NOON)


def test_of_an_unmarked_scale_nothing_is_expected(world, noon):
    world.russian.scale = worlds.scale("Безотметочная", ("осв", None))
    world.russian.save()
    works = f"{world.answer.pk} {world.test.pk}"
    journals_entries.save_field(world.russian, world.russian_lesson.pk, "works", "", works)
    noon.shift(14 * 24 * 3600)
    sweep()
    assert not LateEntry.objects.filter(kind="marks", lesson=world.russian_lesson).exists()


@pytest.mark.parametrize("which", ["maths", "english", "individual", "russian"])
def test_it_expects_those_who_belong_to_the_journal(world, which):
    """Counted in the database as `attendees` says, on every day."""
    journal = getattr(world, which)
    for number, date in ((5, day(11, 5)), (6, day(11, 12))):
        made = worlds.lesson(journal, date, world.slots[number])
        kind = WorkType.objects.create(
            name=f"Тест {number}", short_name=f"Т{number}", expects=PRESENT
        )
        work = LessonWork.objects.create(lesson=made, work_type=kind, position=1)
        expected = len(register(journal, Span(date, date), ALL).rows)
        assert marking.counts(LessonWork.objects.filter(pk=work.pk)) == {work.pk: (0, expected)}


ALL = JournalRights(sees_all=True, writes_all=True)


# --- who comes, goes, and what else moves it ---


def test_a_newcomer_of_the_same_day_is_expected_too(world, test_work):
    save(world, world.ivanov, "5")
    save(world, world.petrova, "5")
    newcomer = worlds.pupil("late", "Яшин", "Яков", world.a5, starts_on=day(11, 23))
    assert marked_at(test_work) is None
    Enrolment.objects.get(student=newcomer).delete()
    assert marked_at(test_work) == worlds.NOON


def test_who_left_is_expected_no_more(world, test_work):
    save(world, world.ivanov, "5")
    enrolment = Enrolment.objects.get(student=world.petrova)
    enrolment.ends_on = day(11, 20)
    enrolment.save()
    assert marked_at(test_work) == worlds.NOON


def test_a_plan_of_ones_own_takes_a_pupil_out(world, test_work):
    save(world, world.ivanov, "5")
    GroupMembership.objects.create(group=world.plan, student=world.petrova, starts_on=day(11, 23))
    assert marked_at(test_work) == worlds.NOON


def test_a_list_mended_later_blames_nobody(world, test_work, noon):
    """Done in time; weeks after somebody is enrolled as of September."""
    save(world, world.ivanov, "5")
    save(world, world.petrova, "5")
    noon.shift(20 * 24 * 3600)
    worlds.pupil("late", "Яшин", "Яков", world.a5)
    assert marked_at(test_work) == worlds.NOON
    sweep()
    assert not late(test_work).exists()


def test_another_kind_of_work_asks_for_others(world, test_work):
    save(world, world.ivanov, "5")
    both = str(world.test.pk), str(world.answer.pk)
    journals_entries.save_field(world.maths, world.lesson.pk, "works", *both)
    assert marked_at(test_work) == worlds.NOON
    journals_entries.save_field(world.maths, world.lesson.pk, "works", *reversed(both))
    assert marked_at(test_work) is None


def test_a_changed_kind_counts_from_today_on(world):
    for lesson in (world.lesson, world.today_lesson):
        save(world, world.ivanov, "5", lesson=lesson)
    world.answer.expects = PRESENT
    world.answer.save()
    done = dict(LessonWork.objects.values_list("lesson", "marked_at"))
    assert done == {world.lesson.pk: worlds.NOON, world.today_lesson.pk: None}


def test_a_moved_lesson_asks_for_who_was_there_then(world, test_work):
    save(world, world.ivanov, "5")
    save(world, world.petrova, "5")
    world.lesson.date = day(11, 6)  # the last day of Ушёл
    world.lesson.save()
    test_work.refresh_from_db()
    counted = marking.counts(LessonWork.objects.filter(pk=test_work.pk))
    assert counted == {test_work.pk: (2, 3)}


def test_on_paper_it_is_the_same(world, test_work):
    def write(student, text):
        entries = [PaperEntry(world.lesson.pk, student.pk, None, text)]
        written_at = {world.lesson.pk: world.lesson.last_instant}
        save_paper(entries, world.teacher, set(), written_at)

    write(world.ivanov, "5")
    assert marked_at(test_work) is None
    write(world.petrova, "н")
    assert marked_at(test_work) == world.lesson.last_instant


# --- what is seen of it ---


def test_the_lists_say_how_many(world, test_work, login, noon):
    save(world, world.ivanov, "5")
    client = login(world.teacher)
    assert "отметки: Контрольная работа, 1 из 2" in names(client)
    noon.shift(5 * 24 * 3600)
    sweep()
    lines = login(world.deputy).get("/review/late/", {"kind": "marks"}).context["lines"]
    assert [line.told.what for line in lines] == ["отметки за работу: Контрольная работа, 1 из 2"]
    save(world, world.petrova, ".")
    asked = {"kind": "marks", "state": "settled"}
    lines = login(world.deputy).get("/review/late/", asked).context["lines"]
    assert [line.told.what for line in lines] == ["отметки за работу: Контрольная работа"]
    assert not any("Контрольная" in name for name in names(client))


def test_the_lessons_page_says_it_and_the_answer_too(world, test_work, login):
    client, url = login(world.teacher), reverse("lesson", args=[world.maths.pk, world.lesson.pk])
    assert ", отметки: 0 из 2" in client.get(url).content.decode()
    data = {"lesson": world.lesson.pk, "student": world.ivanov.pk, "was": "", "text": "5"}
    answer = client.post(reverse("save_cell", args=[world.maths.pk]), data).json()
    assert answer["given"] == {str(test_work.pk): "1 из 2"}
    assert ", отметки: 1 из 2" in client.get(url).content.decode()
    answer = client.post(
        reverse("save_cell", args=[world.maths.pk]), data | {"was": "5", "text": "4"}
    ).json()
    assert answer["given"] == {}  # nothing was counted, nothing has changed


def test_queries_do_not_grow(world, test_work, login, noon):
    noon.shift(5 * 24 * 3600)
    sweep()
    home, deputy = login(world.teacher), login(world.deputy)
    few = queries_of(home, "/"), queries_of(deputy, "/review/late/")
    for number in range(3, 7):
        made = schedule_lesson(world.maths, day(11, 23), number + 1)
        journals_entries.save_field(world.maths, made.pk, "works", "", str(world.test.pk))
    for number in range(4):
        worlds.pupil(f"more{number}", "Новый", f"Н{number}", world.a5)
    sweep()
    assert (queries_of(home, "/"), queries_of(deputy, "/review/late/")) == few


def test_where_all_is_known_nothing_is_counted(world):
    """The second mark of an answer, and a mark that is changed."""
    save(world, world.ivanov, "5")
    for student, was, text in ((world.petrova, "", "5"), (world.petrova, "5", "4")):
        with statements() as sent:
            save(world, student, text, was=was)
        assert [sql for sql in sent if "MAX(" in sql or "MIN(" in sql] == []


# --- existing installations ---

MIGRATION = importlib.import_module("journals.migrations.0011_expected_marks")


@pytest.mark.parametrize(
    ("name", "expects"),
    [
        ("Контрольная работа", PRESENT),
        ("Диктант", PRESENT),
        ("Словарный диктант", PRESENT),
        ("Тест", PRESENT),
        ("Тестирование", PRESENT),
        ("Самостоятельная работа", PRESENT),
        ("Практическая работа", PRESENT),
        ("Лабораторная работа № 1", PRESENT),
        ("Зачетная работа", PRESENT),
        ("ВПР", PRESENT),
        ("Грамматическое задание", PRESENT),
        ("Ответ на уроке", ASKED),
        ("Работа на уроке", ASKED),
        ("Устный ответ", ASKED),
        ("Домашняя работа", ASKED),
        ("Домашняя контрольная работа", ASKED),
        ("Работа над ошибками контрольной работы", ASKED),
        ("Проект", ASKED),
        ("Аттестация", ASKED),
    ],
)
def test_kinds_that_are_there_already(db, name, expects):
    made = WorkType.objects.create(name=name, short_name="х")
    MIGRATION.expect_of_all(apps, None)
    made.refresh_from_db()
    assert made.expects == expects


def test_works_of_the_past_are_judged_as_they_were(world, noon):
    """A kind in use gets its next version from tomorrow on."""
    save(world, world.ivanov, "5", lesson=world.early_lesson)
    save_field = (world.maths, world.future_lesson.pk, "works", "", str(world.answer.pk))
    journals_entries.save_field(*save_field)
    WorkType.objects.filter(pk=world.answer.pk).update(name="Тест")
    MIGRATION.expect_of_all(apps, None)
    past, coming = (
        LessonWork.objects.get(lesson=one) for one in (world.early_lesson, world.future_lesson)
    )
    assert (past.work_type_id, past.work_type.expects) == (world.answer.pk, ASKED)
    assert (coming.work_type.expects, coming.work_type.name) == (PRESENT, "Тест")
    assert (past.work_type.ends_on, coming.work_type.starts_on) == (TODAY, TODAY + ONE_DAY)
    save(world, world.petrova, "4", lesson=world.early_lesson)
    assert marked_at(past) == worlds.NOON


def test_where_no_marks_are_given_none_was_ever_missing(world):
    work = LessonWork.objects.create(lesson=world.lesson, work_type=world.answer, position=1)
    set_dues_of_works(LessonWork.objects.all())
    sweep()
    assert late(work).exists()
    MIGRATION.forget_unmarked(apps, None)
    assert late(work).exists()
    GradeValue.objects.filter(scale=world.five).exclude(text="осв").delete()
    MIGRATION.forget_unmarked(apps, None)
    assert not late(work).exists()
    work.refresh_from_db()
    assert work.marked_at == work.marks_due_at
