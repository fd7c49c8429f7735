"""Works of lessons to come, control works among them: planned, seen, moved along, asked about.

It is Wednesday 25.11.2026; the lesson of Friday, 27.11., is to come."""

import pytest
from django.urls import reverse

from attendance.refusals import Refused
from diaries.queries.coming import coming_works
from journals.actions.entries import save_cell, save_field
from journals.actions.lessons import exchange_lessons, move_lesson
from journals.actions.watch import sweep
from journals.actions.works import change_work_type
from journals.models import LateEntry, LessonWork, WorkType
from journals.queries.book import book
from journals.queries.history import last_field_change
from journals.refusals import Conflict
from journals.rules import kind_name, work_text
from school import access
from school.actions.days import refuse_days
from school.actions.lessons import cancel_lesson
from school.models import Lesson
from tests import world as worlds
from tests.journals.test_lesson_page import form_data, path
from tests.site.test_admin import form_of
from tests.world import TODAY, day, queries_of

FRIDAY = day(11, 27)


def save(w, field, text, was="", lesson=None):
    lesson = lesson or w.future_lesson
    return save_field(lesson.journal, lesson.pk, field, was, text)


@pytest.fixture
def planned(world):
    """A control work on fractions, on Friday."""
    save(world, "works", str(world.test.pk))
    save(world, "title_1", "Обыкновенные дроби")
    return world


def stands(lesson):
    return list(
        LessonWork.objects.filter(lesson=lesson).values_list(
            "work_type__name", "title", "lesson__date"
        )
    )


# --- words ---


@pytest.mark.parametrize(
    ("name", "is_control", "told"),
    [
        ("Диктант", True, "Диктант (контрольная)"),
        ("Диктант", False, "Диктант"),
        ("Контрольная работа", True, "Контрольная работа"),
        ("Итоговая контрольная", True, "Итоговая контрольная"),
    ],
)
def test_a_kind_says_once_that_it_is_control(name, is_control, told):
    assert kind_name(name, is_control) == told


@pytest.mark.parametrize(("title", "text"), [("", "Тест"), ("Дроби", "Тест: Дроби")])
def test_a_work_with_its_title(title, text):
    assert work_text("Тест", title) == text


# --- written ---


def test_it_works(planned):
    assert stands(planned.future_lesson) == [("Контрольная работа", "Обыкновенные дроби", FRIDAY)]
    work = LessonWork.objects.get()
    assert work.history.first().title == "Обыкновенные дроби"
    assert last_field_change(planned.future_lesson, "title_1")[1] == worlds.NOON


def test_a_title_wants_its_work_and_room(world):
    with pytest.raises(Refused, match="Сначала выберите вид работы"):
        save(world, "title_1", "Дроби")
    save(world, "works", str(world.test.pk))
    with pytest.raises(Refused, match="Сначала выберите вид работы"):
        save(world, "title_2", "Дроби")
    with pytest.raises(Refused, match="Не больше 100 знаков, а здесь 101"):
        save(world, "title_1", "я" * 101)
    assert LessonWork.objects.get().title == ""


def test_of_two_who_name_it_the_second_is_told(planned):
    with pytest.raises(Conflict) as conflict:
        save(planned, "title_1", "Смешанные числа")
    assert conflict.value.present == "Обыкновенные дроби"


def test_a_title_goes_with_its_work(planned):
    both = f"{planned.test.pk} {planned.answer.pk}"
    save(planned, "works", both, was=str(planned.test.pk))
    save(planned, "works", f"{planned.answer.pk} {planned.test.pk}", was=both)
    assert [title for _, title, _ in stands(planned.future_lesson)] == ["", "Обыкновенные дроби"]


def test_no_duty_comes_before_its_day(planned, noon):
    """2.6: the marks are due three school days after the lesson, wherever it was planned."""
    work = LessonWork.objects.get()
    assert work.marks_due_at.date() == day(12, 2)
    sweep()
    assert not LateEntry.objects.filter(kind="marks").exists()
    with pytest.raises(Refused, match="ещё не прошёл"):
        save_cell(planned.maths, planned.future_lesson.pk, planned.ivanov.pk, "", "5")


# --- it goes along ---


def test_it_goes_where_the_lesson_goes(planned):
    move_lesson(planned.maths, planned.future_lesson.pk, day(12, 3), 5)
    assert stands(planned.future_lesson) == [
        ("Контрольная работа", "Обыкновенные дроби", day(12, 3))
    ]
    assert LessonWork.objects.get().marks_due_at.date() == day(12, 8)


def test_it_changes_places_with_the_lesson(planned):
    other = worlds.lesson(planned.russian, day(12, 1), planned.slots[3])
    full = Lesson.objects.select_related("journal__group", "journal__subject")
    exchange_lessons(full.get(pk=planned.future_lesson.pk), full.get(pk=other.pk))
    assert [date for _, _, date in stands(planned.future_lesson)] == [day(12, 1)]


def test_a_kind_that_changes_takes_it_along(planned):
    kind = WorkType.objects.get(pk=planned.test.pk)
    kind.weight = 4
    changed = change_work_type(kind, day(11, 26))
    work = LessonWork.objects.get()
    assert (work.work_type, work.title, changed.is_control) == (changed, "Обыкновенные дроби", True)


# --- asked about ---


@pytest.mark.any_database
def test_who_cancels_the_lesson_is_asked(planned, login):
    browser = login(planned.deputy)
    url = reverse("lesson_place", args=[planned.maths.pk, planned.future_lesson.pk])
    asked = "На этот урок запланировано: Контрольная работа: Обыкновенные дроби."
    assert asked in browser.get(url).content.decode()
    data = {"deed": "cancel", "cancelled": "карантин"}
    page = browser.post(url, data).content.decode()
    assert "Работы на этом уроке не будет: отметьте, что так и надо." in page
    assert 'value="карантин"' in page
    assert not Lesson.objects.get(pk=planned.future_lesson.pk).cancelled
    browser.post(url, data | {"with_works": "on"})
    assert Lesson.objects.get(pk=planned.future_lesson.pk).cancelled == "карантин"
    assert stands(planned.future_lesson)  # and is there again where it is restored


@pytest.mark.any_database
def test_of_a_lesson_without_works_or_of_the_past_nothing_is_asked(planned, login):
    browser = login(planned.deputy)
    save_cell(planned.maths, planned.lesson.pk, planned.ivanov.pk, "", "5")
    for lesson in (planned.today_lesson, planned.lesson):
        url = reverse("lesson_place", args=[planned.maths.pk, lesson.pk])
        assert "запланировано" not in browser.get(url).content.decode()


def test_a_free_day_tells_which_works_it_takes(planned):
    found = refuse_days([worlds.special(FRIDAY, "мороз")])
    assert [(lesson.pk, told) for lesson, told in found.filled] == [
        (planned.future_lesson.pk, ["Контрольная работа: Обыкновенные дроби"])
    ]


# --- seen ---


@pytest.mark.any_database
def test_on_the_page_of_the_lesson(world, login):
    browser, url = login(world.teacher), path(world, world.future_lesson)
    data = form_data(browser.get(url)) | {"work_2": world.test.pk, "title_2": "Дроби"}
    page = browser.post(url, data, follow=True).content.decode()
    assert "Сохранено." in page
    # Alone it is the first.
    assert stands(world.future_lesson) == [("Контрольная работа", "Дроби", FRIDAY)]
    assert 'name="title_1" value="Дроби"' in page
    data = form_data(browser.get(url)) | {"work_1": "", "title_2": "Степени"}
    page = browser.post(url, data).content.decode()
    assert "Сначала выберите вид работы." in page
    assert 'value="Степени"' in page
    assert stands(world.future_lesson) == [("Контрольная работа", "Дроби", FRIDAY)]


@pytest.mark.any_database
def test_in_the_head_of_the_grid(planned, login):
    html = login(planned.teacher).get(reverse("grid", args=[planned.maths.pk])).content.decode()
    head = '<span class="works" data-about="Обыкновенные дроби"><b>КР</b></span>'
    assert html.count(head) == 1
    assert html.count('<small class="about">Обыкновенные дроби</small>') == 1


@pytest.mark.any_database
def test_pupils_and_parents_see_what_comes(planned, login):
    cancelled = worlds.lesson(planned.russian, day(11, 30), planned.slots[4])
    save(planned, "works", str(planned.test.pk), lesson=cancelled)
    cancel_lesson(cancelled, "мороз")
    save(planned, "works", str(planned.test.pk), lesson=planned.today_lesson)
    of_others = worlds.lesson(planned.maths_b, day(11, 30), planned.slots[4])
    save(planned, "works", str(planned.test.pk), lesson=of_others)
    late = worlds.lesson(planned.maths, day(12, 24), planned.slots[4])
    save(planned, "works", str(planned.test.pk), lesson=late)
    found = [(one.date, one.subject, one.work.text) for one in coming_works(planned.ivanov, TODAY)]
    assert found == [(FRIDAY, "Математика", "Контрольная работа: Обыкновенные дроби")]
    url = reverse("diary_week", args=[planned.ivanov.pk])
    for who in (planned.parent, planned.ivanov.user):
        html = " ".join(login(who).get(url).content.decode().split())
        assert '<b class="nowrap">27 ноября</b>, пятница: <b class="control">контрольная' in html
        assert "Математика: Обыкновенные дроби" in html
    assert (
        "Работы впереди"
        not in login(planned.parent).get(url, {"week": "2026-W50"}).content.decode()
    )


def test_of_a_subgroup_and_of_one_who_comes_only_then(planned):
    english = worlds.lesson(planned.english, day(11, 30), planned.slots[4])
    save(planned, "works", str(planned.answer.pk), lesson=english)
    found = coming_works(planned.sidorov, TODAY)
    assert [(one.date, one.subject, one.work.name) for one in found] == [
        (day(11, 30), "Английский язык", "Ответ на уроке")
    ]
    assert coming_works(planned.special, TODAY) == []  # has mathematics by himself


def test_as_many_queries_however_much_is_planned(planned, login):
    url = reverse("diary_week", args=[planned.ivanov.pk])
    browser = login(planned.parent)
    few = queries_of(browser, url)
    for number in (3, 4, 5):
        lesson = worlds.lesson(planned.maths, day(12, 1), planned.slots[number])
        save(planned, "works", f"{planned.test.pk} {planned.answer.pk}", lesson=lesson)
    assert queries_of(browser, url) == few


@pytest.mark.any_database
def test_the_choice_and_the_print_say_what_is_control(world, login):
    dictation = WorkType.objects.create(name="Диктант", short_name="ДИК", is_control=True)
    save(world, "works", str(dictation.pk), lesson=world.lesson)
    told = login(world.teacher).get(reverse("work_types")).json()["work_types"]
    names = {one["short_name"]: one["name"] for one in told}
    assert (names["ДИК"], names["КР"]) == ("Диктант (контрольная)", "Контрольная работа")
    html = login(world.teacher).get(path(world)).content.decode()
    assert ">Диктант (контрольная)</option>" in html
    journal, granted = access.whole_journal(world.director, world.maths.pk)
    assert book(journal, world.quarters[1], granted).work_names == {"ДИК": "Диктант (контрольная)"}


@pytest.mark.any_database
def test_a_kind_becomes_control_from_a_day_on(world, login):
    """A certified journal lists the kinds as they were."""
    page = login(world.admin)
    url = reverse("admin:journals_worktype_change", args=[world.answer.pk])
    data = form_of(page.get(url)) | {"is_control": "on"}
    assert "Укажите, с какого дня действует новое" in page.post(url, data).content.decode()
    page.post(url, data | {"changes_from": "30.11.2026"})
    kinds = WorkType.objects.filter(name=world.answer.name).order_by("starts_on")
    assert [(one.is_control, one.starts_on) for one in kinds][1:] == [(True, day(11, 30))]
    assert not kinds[0].is_control
