"""One cell's save, from what is typed to what stands there (design, section 6)."""

import datetime

import pytest
from django.urls import reverse

from attendance.models import Absence
from attendance.refusals import Refused
from journals.actions.entries import save_cell
from journals.cells import CellError
from journals.models import LessonWork, Mark
from journals.queries.cell import cell_state, works_of
from journals.refusals import Conflict
from school.models import Enrolment
from tests import world as worlds
from tests.world import TODAY, day


def save(w, text, was="", student=None, lesson=None):
    lesson = lesson or w.lesson
    return save_cell(lesson.journal, lesson.pk, (student or w.ivanov).pk, was, text)


def stands(w, student=None, lesson=None):
    """What the cell says, asked anew."""
    lesson, student = lesson or w.lesson, student or w.ivanov
    return cell_state(lesson.pk, student.pk).cell.text


def works(lesson):
    return [work.short_name for work in works_of(lesson.pk)]


def history():
    return [model.history.count() for model in (Mark, Absence, LessonWork)]


def test_it_works(world):
    saved = save(world, "5")
    assert saved.cell.text == "5"
    mark = Mark.objects.get()
    assert (mark.student, mark.value.text, mark.work.work_type) == (world.ivanov, "5", world.answer)
    assert mark.entered_at == worlds.NOON


@pytest.mark.parametrize("text", ["5", "4/5", "н", "н/4", "оп/5", "-/5", "зч", "осв", ""])
def test_what_is_typed_stands_there(world, text):
    save(world, text)
    assert stands(world) == text


def test_a_change_and_a_clearing(world, noon):
    save(world, "4/5")
    noon.shift(datetime.timedelta(hours=1))
    save(world, "3/5", was="4/5")
    assert stands(world) == "3/5"
    assert {mark.entered_at for mark in Mark.objects.all()} == {worlds.NOON}  # the duty was met
    save(world, "", was="3/5")
    assert stands(world) == ""
    assert not Mark.objects.exists()


def test_marks_belong_to_the_works_in_their_order(world):
    save(world, "4/5")
    assert works(world.lesson) == ["ОТВ", "РУ"]
    save(world, "3", student=world.petrova)
    assert works(world.lesson) == ["ОТВ", "РУ"]


def test_named_works_come_first(world):
    LessonWork.objects.create(lesson=world.lesson, work_type=world.test, position=1)
    save(world, "4/5")
    assert works(world.lesson) == ["КР", "ОТВ"]


def test_more_marks_than_works_are_refused(world):
    with pytest.raises(Refused, match="Отметок 3, а видов работ на уроке 2"):
        save(world, "5/5/5")
    assert works(world.lesson) == []


def test_an_absence_takes_attendance_a_mark_does_not(world):
    """2.5"""
    save(world, "5")
    world.lesson.refresh_from_db()
    assert world.lesson.attendance_taken_at is None
    save(world, "н", student=world.petrova)
    world.lesson.refresh_from_db()
    assert world.lesson.attendance_taken_at == worlds.NOON


def test_a_save_sent_twice_changes_nothing(world):
    save(world, "4/5")
    before = history()
    assert save(world, "4/5").cell.text == "4/5"
    assert save(world, "4 5", was="").cell.text == "4/5"
    assert history() == before


def test_what_was_may_be_spelled_as_typed(world):
    save(world, "4/5")
    assert save(world, "5", was="4.5").cell.text == "5"


def test_somebody_was_first(world):
    save(world, "4")
    before = history()
    with pytest.raises(Conflict) as conflict:
        save(world, "5", was="")
    assert conflict.value.present == "4"
    assert stands(world) == "4"
    assert history() == before


REFUSALS = {
    "left before": ("gone", "lesson", "23.11.2026 ученик здесь не учился"),
    "of another class": ("sidorov", "lesson", "ученик здесь не учился"),
    "came after": ("newcomer", "early_b", "05.11.2026 ученик здесь не учился"),
    "individual plan": ("special", "lesson", "ученик здесь не учился"),
    "cancelled": ("ivanov", "cancelled_lesson", "Урок отменён: карантин"),
    "yet to come": ("ivanov", "future_lesson", "27.11.2026 ещё не прошёл"),
}


@pytest.mark.parametrize(("student", "lesson", "told"), REFUSALS.values(), ids=REFUSALS)
@pytest.mark.parametrize("text", ["5", "н"])
def test_refused(world, student, lesson, told, text):
    world.early_b = worlds.lesson(world.maths_b, day(11, 5), world.slots[2])
    with pytest.raises(Refused, match=told):
        save(world, text, student=getattr(world, student), lesson=getattr(world, lesson))
    assert not Mark.objects.exists()
    assert not Absence.objects.exists()
    assert history() == [0, 0, 0]


def test_who_left_keeps_the_marks_of_his_time(world):
    save(world, "5", student=world.gone, lesson=world.early_lesson)
    assert stands(world, world.gone, world.early_lesson) == "5"


def test_a_stray_mark_can_be_cleared(world):
    save(world, "5")
    world.ivanov.enrolments.update(ends_on=day(11, 1))
    save(world, "", was="5")
    assert stands(world) == ""


def test_values_of_the_scale_only(world):
    world.russian.scale = world.pass_fail
    world.russian.save()
    save(world, "зч", lesson=world.russian_lesson)
    with pytest.raises(CellError, match="Отметки: зч, нз, осв"):
        save(world, "5", was="зч", lesson=world.russian_lesson)
    assert stands(world, lesson=world.russian_lesson) == "зч"


# --- over the wire ---


def post(client, w, text, was="", student=None, lesson=None, **data):
    lesson = lesson or w.lesson
    data = {
        "lesson": lesson.pk,
        "student": (student or w.ivanov).pk,
        "was": was,
        "text": text,
    } | data
    path = reverse("save_cell", args=[lesson.journal_id])
    return client.post(path, data, headers={"accept": "application/json"})


def test_the_answer(world, login):
    client = login(world.teacher)
    post(client, world, "3", lesson=world.early_lesson)
    answer = post(client, world, "4/5").json()
    assert answer["text"] == "4/5"
    assert answer["html"] == "<td>4/5</td>"
    assert answer["average"] == "4,00"
    assert answer["saved_at"] == "12:00:00"
    assert "ОТВ РУ" in answer["head"]
    assert post(client, world, "н", student=world.petrova).json()["html"] == '<td class="a">н</td>'


def test_the_average_is_the_grids(world, login):
    """Only of the period the lesson is in, as the page shows it."""
    september = worlds.lesson(world.maths, day(9, 7), world.slots[1])
    client = login(world.teacher)
    post(client, world, "2", lesson=september)
    answer = post(client, world, "5").json()
    page = client.get(reverse("grid", args=[world.maths.pk])).content.decode()
    assert answer["average"] == "5,00"
    assert '<td class="avg">5,00</td>' in page
    assert '<td class="avg">2,00</td>' not in page


def test_bad_input_is_told_in_russian(world, login):
    answer = post(login(world.teacher), world, "6")
    assert answer.status_code == 422
    assert answer.json()["message"].startswith("Нет такой отметки: «6».")


def test_a_conflict_says_who_and_when(world, login):
    post(login(world.class_teacher), world, "4")
    answer = post(login(world.teacher), world, "5")
    assert answer.status_code == 409
    told = answer.json()
    assert (told["text"], told["by"], told["at"]) == ("4", "Руссова Раиса Романовна", "12:00:00")


def test_no_session(world, client):
    answer = post(client, world, "5")
    assert answer.status_code == 401
    assert answer.json()["message"] == "Сеанс окончен. Войдите снова."


def test_a_forged_request_is_refused(world):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(world.teacher, backend="django.contrib.auth.backends.ModelBackend")
    assert post(client, world, "5", drawn_for=world.teacher.pk).status_code == 403
    assert not Mark.objects.exists()


@pytest.mark.parametrize("number", ["", "x", "1e3", "-1", "9" * 30, "٣"])
def test_a_key_that_is_none(world, login, number):
    path = reverse("save_cell", args=[world.maths.pk])
    data = {"lesson": number, "student": world.ivanov.pk, "was": "", "text": "5"}
    assert login(world.teacher).post(path, data).status_code == 404


@pytest.mark.parametrize("who", ["sidorov", "gone", "special"])
def test_a_substitute_has_no_cells_of_pupils_who_do_not_learn_there(world, login, who):
    """Nor the history of one: of another class, of those who left or have a plan of their own."""
    client, pupil = login(world.substitute), getattr(world, who)
    lesson = world.substituted
    assert post(client, world, "5", was="4", student=pupil, lesson=lesson).status_code == 404
    path = reverse("cell_history", args=[world.maths.pk])
    assert client.get(path, {"lesson": lesson.pk, "student": pupil.pk}).status_code == 404


def test_a_substitute_has_the_cells_of_his_lesson(world, login):
    client, lesson = login(world.substitute), world.substituted
    assert post(client, world, "5", lesson=lesson).status_code == 200
    path = reverse("cell_history", args=[world.maths.pk])
    asked = {"lesson": lesson.pk, "student": world.ivanov.pk}
    assert "<b>5" in client.get(path, asked).content.decode()
    # What stands there is seen, also of one whose enrolment was ended before by now.
    Enrolment.objects.filter(student=world.ivanov).update(ends_on=day(11, 20))
    assert "<b>5" in client.get(path, asked).content.decode()


def test_the_clock_of_the_school(world, login, noon):
    """An evening in Moscow is still that day's lesson, though UTC has the next day's night."""
    noon.move_to(datetime.datetime(2026, 11, 26, 20, 59, tzinfo=datetime.UTC))
    assert post(login(world.teacher), world, "5", lesson=world.future_lesson).status_code == 422
    noon.move_to(datetime.datetime(2026, 11, 26, 21, 1, tzinfo=datetime.UTC))
    assert post(login(world.teacher), world, "5", lesson=world.future_lesson).status_code == 200
    assert world.future_lesson.date > TODAY


@pytest.mark.parametrize("sent", ["4.5", "4/5", " 4 5 "])
def test_over_a_text_of_ones_own_whose_answer_got_lost(world, login, sent):
    client = login(world.teacher)
    assert post(client, world, sent).status_code == 200  # unheard
    assert post(client, world, "3", sent=["5", sent]).status_code == 200
    assert stands(world) == "3"
    save(world, "2", was="3")  # a colleague
    assert post(client, world, "5", was="4", sent=[sent]).status_code == 409
    assert stands(world) == "2"
