"""Many cells and fields at once, as they stood on paper (3.2): the same as one by one."""

import datetime

import pytest
from django.db import connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance.actions.documents import receive_document
from attendance.models import Absence, AbsenceDocument
from journals import rules
from journals.actions.entries import save_cell, save_field
from journals.actions.paper_entries import PaperEntry, PaperErrors, check_paper, save_paper
from journals.actions.watch import sweep
from journals.cells import DEBT, CellError
from journals.models import LateEntry, LessonWork, Mark
from journals.refusals import Conflict
from school.models import Lesson
from school.models.history import originating
from tests import world as worlds

ON_PAPER = datetime.datetime(2026, 11, 23, 7, 40, tzinfo=datetime.UTC)  # the lesson's end


def save(w, *entries, writer=None, led=(), at=worlds.NOON):
    entries = [PaperEntry(*entry) for entry in entries]
    return save_paper(
        entries, writer or w.teacher, set(led), {entry.lesson_id: at for entry in entries}
    )


def check(w, *entries, led=()):
    return check_paper([PaperEntry(*entry) for entry in entries], w.teacher, set(led))


def cell(lesson, student, text, was=""):
    return lesson.pk, student.pk, was, text


def texts(lesson):
    """{pupil's last name: what stands in his cell}"""
    found = {}
    for absence in Absence.objects.filter(lesson=lesson).select_related("student__user"):
        found[absence.student.user.last_name] = absence.reason
    for mark in Mark.objects.filter(work__lesson=lesson).order_by("work__position"):
        name = mark.student.user.last_name
        text = mark.value.text if mark.value else DEBT
        found[name] = "/".join(filter(None, [found.get(name), text]))
    return found


def test_it_works(world):
    written = save(
        world,
        cell(world.lesson, world.ivanov, "4/5"),
        cell(world.lesson, world.petrova, "Н"),
        (world.lesson.pk, "topic", "", "Сложение  дробей"),
        (world.lesson.pk, "homework", "", "-"),
        at=ON_PAPER,
    )
    assert texts(world.lesson) == {"Иванов": "4/5", "Петрова": "н"}
    assert written[world.lesson.pk, world.petrova.pk] == "н"
    lesson = Lesson.objects.get(pk=world.lesson.pk)
    assert (lesson.topic, lesson.no_homework) == ("Сложение дробей", True)


def test_a_debt(world):
    """A «точка» on paper is one in the journal, and until a mark replaces it."""
    save(world, cell(world.lesson, world.ivanov, "5/."), cell(world.lesson, world.petrova, "."))
    assert texts(world.lesson) == {"Иванов": "5/.", "Петрова": "."}
    assert save(world, cell(world.lesson, world.petrova, ".")) == {}
    save(
        world,
        cell(world.lesson, world.ivanov, "./4", was="5/."),
        cell(world.lesson, world.petrova, "", was="."),
    )
    assert texts(world.lesson) == {"Иванов": "./4"}
    with pytest.raises(PaperErrors):
        save(world, cell(world.lesson, world.ivanov, "-", was="./4"))
    assert texts(world.lesson) == {"Иванов": "./4"}


def test_the_papers_time_is_when_the_duties_were_met(world):
    """2.5, 2.7, 2.8, 2.6: two days after the lesson nothing of it is late."""
    late = LateEntry.objects.filter(lesson=world.lesson)
    sweep()
    assert late.exists()
    save(
        world,
        cell(world.lesson, world.ivanov, "5"),
        (world.lesson.pk, "topic", "", "Дроби"),
        (world.lesson.pk, "homework", "", "№ 1"),
        (world.lesson.pk, "attendance", "", "все"),
        at=ON_PAPER,
    )
    assert not late.exists()
    lesson = Lesson.objects.get(pk=world.lesson.pk)
    assert {lesson.attendance_taken_at, lesson.topic_entered_at, lesson.homework_entered_at} == {
        ON_PAPER
    }
    assert LessonWork.objects.get(lesson=lesson).marked_at == ON_PAPER


def test_every_change_says_where_it_comes_from(world):
    with originating("из временного журнала"):
        save(
            world,
            cell(world.lesson, world.ivanov, "н/4"),
            (world.lesson.pk, "topic", "", "Дроби"),
        )
    histories = [Mark.history, Absence.history, LessonWork.history, Lesson.history]
    assert [one.first().history_change_reason for one in histories] == ["из временного журнала"] * 4


def test_all_or_nothing(world):
    with pytest.raises(PaperErrors) as raised:
        save(
            world,
            cell(world.lesson, world.ivanov, "5"),
            cell(world.lesson, world.petrova, "7"),
            cell(world.lesson, world.gone, "4"),  # left on 6 November
            cell(world.cancelled_lesson, world.ivanov, "4"),
            cell(world.future_lesson, world.ivanov, "4"),
            cell(world.lesson_b, world.sidorov, "5/4/3"),  # two kinds of works are usual
            (world.lesson.pk, "topic", "", "Т" * 501),
            (10**9, world.ivanov.pk, "", "5"),
        )
    messages = {key: str(error) for key, error in raised.value.errors.items()}
    assert set(messages) == {
        (world.lesson.pk, world.petrova.pk),
        (world.lesson.pk, world.gone.pk),
        (world.cancelled_lesson.pk, world.ivanov.pk),
        (world.future_lesson.pk, world.ivanov.pk),
        (world.lesson_b.pk, world.sidorov.pk),
        (world.lesson.pk, "topic"),
        (10**9, world.ivanov.pk),
    }
    assert "Нет такой отметки: «7»" in messages[world.lesson.pk, world.petrova.pk]
    assert "не учился" in messages[world.lesson.pk, world.gone.pk]
    assert not Mark.objects.exists()
    assert not LessonWork.objects.exists()


def test_what_stands_there_by_now_is_not_overwritten(world):
    save(world, cell(world.lesson, world.ivanov, "4"))
    with pytest.raises(PaperErrors) as raised:
        save(world, cell(world.lesson, world.ivanov, "5"), cell(world.lesson, world.petrova, "3"))
    (error,) = raised.value.errors.values()
    assert isinstance(error, Conflict)
    assert texts(world.lesson) == {"Иванов": "4"}
    save(world, cell(world.lesson, world.ivanov, "5", was="4"))
    assert texts(world.lesson) == {"Иванов": "5"}


@pytest.mark.parametrize("way", ["one by one", "at once"])
def test_marks_of_the_scale_before_may_stay(world, way):
    """Whichever way it is written: what stood there stands, and is the same value as before."""
    save(world, cell(world.lesson, world.ivanov, "5/4"))
    stood = Mark.objects.get(value__text="5")
    world.maths.scale = world.pass_fail
    world.maths.save()
    if way == "at once":
        save(world, cell(world.lesson, world.ivanov, "5/зч", was="5/4"))
    else:
        save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "5/4", "5/зч")
    assert texts(world.lesson) == {"Иванов": "5/зч"}
    assert Mark.objects.get(value__text="5").value_id == stood.value_id
    assert Mark.history.filter(id=stood.pk).count() == 1
    with pytest.raises((PaperErrors, CellError)):
        save(world, cell(world.lesson, world.petrova, "5"))


def test_a_second_time_changes_nothing(world):
    entries = [cell(world.lesson, world.ivanov, "н"), cell(world.lesson, world.petrova, "5/4")]
    assert save(world, *entries)
    rows = Mark.history.count(), Absence.history.count(), Lesson.history.count()
    assert save(world, *entries) == {}
    assert (Mark.history.count(), Absence.history.count(), Lesson.history.count()) == rows


def test_a_check_says_what_would_be_written_and_writes_nothing(world):
    save(world, cell(world.lesson, world.ivanov, "4"))
    found = check(
        world,
        (world.lesson.pk, world.ivanov.pk, None, "5"),
        (world.lesson.pk, world.petrova.pk, None, "н4"),
        (world.lesson.pk, "homework", None, "-"),
        (world.lesson.pk, world.gone.pk, None, "5"),
    )
    ivanov, petrova, homework, gone = found.values()
    assert (ivanov.present, ivanov.text, ivanov.error) == ("4", "5", None)
    assert (petrova.present, petrova.text) == ("", "н/4")
    assert (homework.present, homework.text) == ("", rules.NO_HOMEWORK)
    assert "не учился" in str(gone.error)
    assert texts(world.lesson) == {"Иванов": "4"}


def test_a_document_gives_the_reason(world):
    """2.9: what a document covers has its reason, whatever stood on the paper."""
    receive_document(
        AbsenceDocument(
            student=world.ivanov,
            kind="medical",
            received_on=worlds.TODAY,
            starts_on=world.lesson.date,
            ends_on=world.lesson.date,
            reason="б",
            entered_by=world.class_teacher,
        )
    )
    (found,) = check(world, (world.lesson.pk, world.ivanov.pk, None, "н")).values()
    assert found.text == "б"
    save(world, cell(world.lesson, world.ivanov, "н"))
    assert texts(world.lesson) == {"Иванов": "б"}
    assert save(world, cell(world.lesson, world.ivanov, "н")) == {}  # the paper knows no more
    sent_twice = (world.lesson.pk, world.ivanov.pk, "", "нп")
    assert [one.error for one in check(world, sent_twice).values()] == [None]


def test_what_the_class_teacher_has_confirmed_stands(world):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "уп", world.class_teacher)
    with pytest.raises(PaperErrors):
        save(world, cell(world.lesson, world.ivanov, "нп", was="уп"))
    save(
        world,
        cell(world.lesson, world.ivanov, "нп", was="уп"),
        writer=world.class_teacher,
        led=[world.ivanov.pk],
    )
    assert texts(world.lesson) == {"Иванов": "нп"}


def test_the_number_of_queries_does_not_grow(world):
    lessons = [world.lesson, world.lesson_b, world.english_lesson, world.individual_lesson]
    pupils = [world.ivanov, world.sidorov, world.ivanov, world.special]

    def entries(text, count):
        pairs = list(zip(lessons, pupils, strict=True))[:count]
        return [cell(lesson, pupil, text) for lesson, pupil in pairs]

    counts = []
    for count, text in ((1, "н/5"), (4, "уп/4")):
        with CaptureQueriesContext(connection) as made:
            check(world, *[(a, b, None, d) for a, b, _, d in entries(text, count)])
        counts.append(len(made))
    assert counts[0] == counts[1]


def test_the_number_of_queries_does_not_grow_with_what_is_taken_away(world):
    """Nor is a row of history missing or written twice."""
    pupils = [world.ivanov, world.petrova]
    pupils += [worlds.pupil(f"p{n}", f"Учеников{n}", "Пётр", world.a5) for n in range(8)]
    counts = []
    for some in (pupils[:1], pupils):
        save(world, *[cell(world.lesson, one, "н/5") for one in some])
        with CaptureQueriesContext(connection) as made, originating("с бумаги"):
            save(world, *[cell(world.lesson, one, "", was="н/5") for one in some])
        counts.append(len(made))
        assert texts(world.lesson) == {}
    assert counts[0] == counts[1]
    for model in (Mark, Absence):
        removed = model.history.filter(history_type="-", history_change_reason="с бумаги")
        assert sorted(removed.values_list("student", flat=True)) == sorted(
            [world.ivanov.pk, *[one.pk for one in pupils]]
        )


def test_attendance_that_was_taken_is_not_written_again(world):
    save(world, cell(world.lesson, world.ivanov, "н"))
    rows = Lesson.history.count()
    save(world, cell(world.lesson, world.petrova, "б"))
    assert Lesson.history.count() == rows


def test_what_is_not_on_paper_is_refused_and_not_written(world):
    entry = (world.lesson.pk, "works", None, str(world.test.pk))
    (found,) = check(world, entry).values()
    assert "на бумаге нет" in str(found.error)
    with pytest.raises(PaperErrors):
        save(world, entry)
    assert not LessonWork.objects.exists()


# --- the same as one by one ---

TEXTS = st.sampled_from(
    [
        "",
        "5",
        "4",
        "3/4",
        "-/5",
        "н",
        "уп",
        "б",
        "оп/4",
        "нп",
        "н/5",
        "зч",
        ".",
        "5/.",
        "./4",
        "н/.",
        "4..",
        "-/.",
        "нб",
        "y/,",
        "\u200b5\u00a0",
    ]
)
FIELD_TEXTS = {
    "topic": st.sampled_from(["", "Дроби", "Повторение"]),
    "homework": st.sampled_from(["", "-", "№ 5"]),
    "attendance": st.just("все"),
}


def snapshot():
    """All that stands in the journals and its histories, without keys and instants of writing."""
    works = [
        (w.lesson_id, w.work_type_id, w.position, w.marked_at, w.marks_due_at)
        for w in LessonWork.objects.order_by("lesson", "position")
    ]
    marks = [
        (m.work.lesson_id, m.work.work_type_id, m.student_id, m.value_id, m.entered_at)
        for m in Mark.objects.order_by("work__lesson", "student", "work__position")
    ]
    absences = [
        (a.lesson_id, a.student_id, a.reason, a.document_id, a.confirmed_by_id)
        for a in Absence.objects.order_by("lesson", "student")
    ]
    lessons = [model_to_dict(one) for one in Lesson.objects.order_by("pk")]
    late = list(
        LateEntry.objects.order_by("kind", "lesson", "object_id").values_list(
            "kind", "lesson", "due_at", "settled_at"
        )
    )
    histories = [
        sorted(
            model.history.values_list("history_type", *fields, "history_user"),
            key=str,
        )
        for model, fields in (
            (Mark, ("student", "value")),
            (Absence, ("lesson", "student", "reason")),
            (LessonWork, ("lesson", "work_type", "position")),
        )
    ]
    return works, marks, absences, lessons, late, histories


def empty_changes():
    """Rows of the lessons' history that say the same as the row before."""
    last, found = {}, []
    for row in Lesson.history.order_by("history_id"):
        said = [getattr(row, field.attname) for field in row.tracked_fields]
        if last.get(row.id) == said:
            found.append(row)
        last[row.id] = said
    return found


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_many_at_once_are_the_same_as_one_by_one(world, data):
    lessons = [world.lesson, world.substituted]
    pupils = [world.ivanov, world.petrova]
    cells = {
        (lesson.pk, pupil.pk): (data.draw(TEXTS), data.draw(TEXTS))
        for lesson in lessons
        for pupil in pupils
    }
    fields = {
        (lesson.pk, name): data.draw(texts)
        for lesson in lessons
        for name, texts in FIELD_TEXTS.items()
        if data.draw(st.booleans())
    }

    def one_by_one(wanted, was):
        for key, text in wanted.items():
            save_cell(world.maths, *key, was.get(key, ""), text)

    def at_once(wanted, was):
        entries = [PaperEntry(*key, was.get(key, ""), text) for key, text in wanted.items()]
        save_paper(entries, world.teacher, set(), {lesson.pk: worlds.NOON for lesson in lessons})

    first = {key: pair[0] for key, pair in cells.items()}
    second = {key: pair[1] for key, pair in cells.items()}
    found = []
    for write in (one_by_one, at_once):
        with transaction.atomic():
            write(first, {})
            written = {
                key: check_paper([PaperEntry(*key, None, "")], world.teacher, set())[key].present
                for key in first
            }
            write(second, written)
            for (lesson, name), text in fields.items():
                if write is one_by_one:
                    save_field(world.maths, lesson, name, "", text)
            if write is at_once:
                entries = [PaperEntry(*key, None, text) for key, text in fields.items()]
                save_paper(entries, world.teacher, set(), {one.pk: worlds.NOON for one in lessons})
            found.append(snapshot())
            assert empty_changes() == []
            transaction.set_rollback(True)
    assert found[0] == found[1]
