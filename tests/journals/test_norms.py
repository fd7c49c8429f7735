"""The norms in view: the leaders' page of a week, what a teacher sees beside the fields."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from journals.actions.entries import save_field
from journals.models import Norm
from journals.queries.norm_hints import norm_hints
from journals.queries.norms import norm_page
from school import access
from school.actions.lessons import cancel_lesson
from school.models import Exemption, LessonKind, SchoolClass
from tests import world as worlds
from tests.journals.test_lesson_page import path
from tests.site.test_admin import form_of
from tests.world import TODAY, day, queries_of

MONDAY = day(11, 23)
FRIDAY = day(11, 27)
URL = "/desk/norms/"


def homework(lesson, minutes=None):
    save_field(lesson.journal, lesson.pk, "homework", "", "§ 5")
    if minutes is not None:
        save_field(lesson.journal, lesson.pk, "homework_minutes", "", str(minutes))


def control(w, *lessons):
    for lesson in lessons:
        save_field(lesson.journal, lesson.pk, "works", "", str(w.test.pk))


def table(monday=MONDAY):
    """{«5А»: its NormRow}."""
    return {str(row.school_class): row for row in norm_page(monday).rows}


def minutes(name, date, monday=MONDAY):
    return next(one.minutes_text for one in table(monday)[name].days if one.date == date)


def works(name, date, monday=MONDAY):
    return next(one for one in table(monday)[name].days if one.date == date)


def told(found):
    return {one.what: one.places for one in found}


# --- homework ---


def test_it_works(world, login):
    """What is set on Tuesday for Wednesday's lesson is Wednesday's."""
    homework(world.substituted, 130)
    html = " ".join(login(world.deputy).get(URL).content.decode().split())
    assert "<b>⚠ 130</b>" in html
    assert "1 выше нормы:" in html
    assert 'домашнее задание <span class="nowrap">5А ср</span>' in html
    assert minutes("5А", day(11, 24)) == "0"


def test_homework_is_for_the_next_lesson_that_takes_place(world):
    homework(world.today_lesson, 30)
    assert minutes("5А", FRIDAY) == "30"
    later = worlds.lesson(world.maths, day(12, 2), world.slots[1])
    cancel_lesson(world.future_lesson, "мороз")
    assert minutes("5А", FRIDAY) == "·"
    assert minutes("5А", later.date, day(11, 30)) == "30"


def test_a_class_in_subgroups_has_what_its_pupil_with_most_has(world):
    """English is Иванов's and Сидоров's, mathematics that of all but Особый."""
    english = worlds.lesson(world.english, TODAY, world.slots[4])
    individual = worlds.lesson(world.individual, TODAY, world.slots[4])
    homework(world.english_lesson, 40)
    homework(world.individual_lesson, 100)
    homework(world.substituted, 50)
    assert english.date == individual.date == TODAY
    assert minutes("5А", TODAY) == "100"  # Особый; Иванов has 90
    assert minutes("5Б", TODAY) == "40"


def test_what_nobody_has_said_makes_it_at_least(world):
    russian = worlds.lesson(world.russian, day(11, 24), world.slots[4])
    homework(world.substituted, 50)
    homework(russian)
    assert minutes("5А", TODAY) == "≥ 50"
    assert table()["5А"].days[2].found.level == ""


def test_class_1_shows_its_switch(world, login):
    homework(world.substituted, 130)
    Exemption.objects.create(what="homework", parallel=5, starts_on=day(9, 1))
    assert minutes("5А", TODAY) == "—"
    assert norm_page(MONDAY).over == []
    html = login(world.deputy).get(URL).content.decode()
    assert html.count("без д/з") == 2
    hints = norm_hints(world.substituted).homework
    assert [one.text for one in hints] == ["5А учится без домашних заданий."]


def test_the_parts_of_the_school_stand_apart(world):
    for number in (4, 8, 9):
        SchoolClass.objects.create(year=world.year, number=number, letter="А")
    begins = [name for name, row in table().items() if row.begins]
    assert begins == ["5А", "9А"]  # as on the desk and on the printed timetables


# --- control works ---


def test_two_control_works_a_day(world):
    control(world, world.today_lesson, world.russian_lesson)
    assert works("5А", TODAY).found.has_too_many
    assert told(norm_page(MONDAY).over)["контрольных за день"] == ["5А ср"]
    cancel_lesson(world.russian_lesson, "мороз")
    assert not works("5А", TODAY).found.has_too_many


def test_two_lessons_on_end_are_one_work(world):
    second = worlds.lesson(world.maths, TODAY, world.slots[2])
    control(world, world.today_lesson, second)
    assert not works("5А", TODAY).found.has_too_many


def test_two_subgroups_may_write_on_one_day(world):
    """Особый has mathematics by himself: he does not write with the class."""
    individual = worlds.lesson(world.individual, TODAY, world.slots[5])
    control(world, world.today_lesson, individual)
    assert not works("5А", TODAY).found.has_too_many


def test_where_it_stands_in_the_day(world):
    """Monday's only lesson is its first; self-study in the evening is none of the day's."""
    self_study = LessonKind.objects.get(name="Самоподготовка")
    worlds.lesson(world.russian, TODAY, world.slots[6], kind=self_study, counts_as_lessons=False)
    worlds.lesson(world.maths, day(11, 26), world.slots[0])
    control(world, world.lesson, world.russian_lesson, world.today_lesson)
    assert [one.notes for one in works("5А", MONDAY).found.works] == [["1-й"]]
    assert [one.notes for one in works("5А", TODAY).found.works] == [
        ["1-й", "2 дн."],  # mathematics, the second of this week
        ["посл."],
    ]
    assert told(norm_page(MONDAY).advice)["слишком скоро"] == ["5А ср мате"]


def test_a_subject_with_one_lesson_a_week_is_excused(world):
    control(world, world.lesson_b)  # Monday's first of 5Б
    assert works("5Б", MONDAY).works == ["мате (1-й)"]
    wednesday = worlds.lesson(world.maths_b, day(12, 2), world.slots[1])
    control(world, wednesday)
    assert works("5Б", wednesday.date, day(11, 30)).works == ["мате (9 дн.)"]


def test_the_share_of_a_subjects_hours(world, login):
    """Two of the six lessons of the quarter, cancelled ones left out."""
    control(world, world.lesson)
    assert table()["5А"].share_text == "математика 1 из 5"
    control(world, world.future_lesson)
    row = table()["5А"]
    assert row.share_text == "математика 40 % (2 из 5)"
    assert told(norm_page(MONDAY).over)["доля часов"] == ["5А математика"]
    assert "больше всего, 2 четв." in login(world.deputy).get(URL).content.decode()


# --- the page ---


def test_only_what_exceeds(world, login):
    homework(world.substituted, 130)
    page = login(world.deputy).get(URL, {"only": "1"}).context
    assert [str(row.school_class) for row in page["rows"]] == ["5А"]
    html = login(world.deputy).get(URL, {"only": "1", "week": "2026-W50"}).content.decode()
    assert "Ни у одного класса превышений нет." in html


@pytest.mark.any_database
@pytest.mark.parametrize("week", ["2026-W60", "завтра", "1999-W01"])
def test_what_is_no_week(world, login, week):
    assert login(world.deputy).get(URL, {"week": week}).status_code == 404


@pytest.mark.any_database
def test_a_year_without_classes(world, login):
    html = login(world.deputy).get(URL, {"week": "2020-W10"}).content.decode()
    assert "Классов в этом учебном году нет." in html


def test_as_many_queries_however_much_is_planned(world, login):
    browser = login(world.deputy)
    few = queries_of(browser, URL)
    homework(world.substituted, 130)
    control(world, world.lesson, world.today_lesson, world.russian_lesson)
    for number, journal in ((3, world.maths), (4, world.russian), (5, world.maths_b)):
        control(world, worlds.lesson(journal, FRIDAY, world.slots[number]))
    worlds.pupil("another", "Ещё", "Егор", world.a5)
    assert queries_of(browser, URL) == few


# --- the settings ---


def test_the_numbers_stand_with_their_source(world, login):
    html = login(world.deputy).get(URL).content.decode()
    assert "5-е классы: минут домашнего задания на день, не больше 120" in html
    assert "СанПиН 1.2.3685-21, таблица 6.6" in html
    assert reverse("admin:journals_norm_changelist") not in html


def test_the_school_changes_a_number_from_a_day_on(world, login):
    """What was planned before is judged by what was in force then, be it in the same week."""
    homework(world.substituted, 110)
    homework(world.today_lesson, 110)
    norm = Norm.objects.get(what="minutes", parallel=5)
    browser, url = login(world.admin), reverse("admin:journals_norm_change", args=[norm.pk])
    data = form_of(browser.get(url)) | {"number": "100", "source": "Решение педсовета № 3"}
    assert "Укажите, с какого дня действует новое" in browser.post(url, data).content.decode()
    browser.post(url, data | {"changes_from": "26.11.2026"})
    assert told(norm_page(MONDAY).over) == {"домашнее задание": ["5А пт"]}
    assert Norm.history.filter(id=norm.pk, ends_on=TODAY, history_user=world.admin).exists()


def test_a_norm_that_has_ended_is_none(world):
    control(world, world.today_lesson, world.russian_lesson)
    Norm.objects.filter(what="works").update(ends_on=day(11, 1))
    assert "контрольных за день" not in told(norm_page(MONDAY).over)


@pytest.mark.parametrize(
    "columns",
    [
        {"what": "minutes", "number": 60},
        {"what": "share", "number": 10, "parallel": 5},
        {"what": "share", "number": 101},
        {"what": "monday", "number": 1},
    ],
)
def test_the_database_refuses(world, columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        Norm.objects.create(source="—", starts_on=day(11, 1), **columns)


# --- beside the fields ---


def hints(lesson):
    found = norm_hints(lesson)
    return [(one.sign, one.text) for one in (*found.homework, *found.works)]


@pytest.mark.any_database
def test_beside_the_fields_of_a_lesson(world, login):
    homework(world.substituted, 95)
    control(world, world.russian_lesson, world.today_lesson)
    html = login(world.substitute).get(path(world, world.substituted)).content.decode()
    assert "У 5А на ср 25.11 уже 95 из 120 минут." in html
    page = login(world.teacher).get(path(world, world.today_lesson)).content.decode()
    page = page.replace("\xa0", " ")
    assert "В 5А в этот день уже контрольная: русский язык (Руссова Р. Р.)." in page
    assert "Это первый урок дня: контрольных здесь не советуют." in page
    assert "data-hints" not in login(world.deputy).get(path(world)).content.decode()


@pytest.mark.any_database
def test_what_is_entered_in_the_grid_is_answered_with_them(world, login):
    homework(world.substituted, 95)
    control(world, world.russian_lesson)

    def answered(user, lesson, field, text):
        sent = {"lesson": lesson.pk, "field": field, "was": "", "text": text}
        address = reverse("save_field", args=[lesson.journal_id])
        return login(user).post(address, sent).json().get("hints")

    found = answered(world.teacher, world.today_lesson, "works", str(world.test.pk))
    assert list(found) == ["works"]
    assert "В 5А в этот день уже контрольная: русский язык" in found["works"]
    assert '<span class="norm-hint against">Это первый урок дня' in found["works"]
    found = answered(world.substitute, world.substituted, "homework_minutes", "95")
    assert found == {
        "homework": '<span class="norm-hint ">У 5А на ср 25.11 уже 95 из 120 минут.</span>'
    }
    # What the norms do not speak of costs no query of theirs.
    assert answered(world.teacher, world.today_lesson, "topic", "Дроби") is None


def test_more_than_the_norm_has_a_sign(world):
    homework(world.substituted, 121)
    assert hints(world.substituted)[0] == (
        "over",
        "У 5А на ср 25.11 уже 121 из 120 минут: больше нормы.",
    )
    russian = worlds.lesson(world.russian, day(11, 24), world.slots[4])
    homework(russian)
    assert "уже не меньше 121 из 120 минут" in hints(world.substituted)[0][1]


def test_where_no_minutes_are_said_no_sum_is(world):
    homework(world.substituted)
    told = "У 5А на ср 25.11 минут ещё никто не указал, норма 120."
    assert hints(world.substituted)[0] == ("", told)


def test_of_a_lesson_that_may_get_one_it_says_what_would_be(world):
    control(world, world.lesson, world.russian_lesson)
    worlds.lesson(world.russian, FRIDAY, world.slots[0])
    assert hints(world.future_lesson) == [
        ("", "Это последний урок дня: контрольных здесь не советуют."),
        ("", "Прошлая контрольная здесь была 23.11, советуют не чаще раза в 17 дней."),
        (
            "",
            "С контрольной на этом уроке их будет 2 на 5 часов, 2 четверть: это 40 % часов, "
            "больше 10 %.",
        ),
    ]
    control(world, world.future_lesson)
    assert [sign for sign, _ in hints(world.future_lesson)] == ["against", "against", "over"]


def test_monday_begins_without_one(world):
    monday = worlds.lesson(world.maths, day(11, 30), world.slots[1])
    assert "Это первый урок понедельника: контрольных здесь не советуют." in [
        text for _, text in hints(monday)
    ]


def test_of_the_past_and_of_what_is_cancelled_nothing_is_said(world):
    assert norm_hints(world.early_lesson).works == []
    assert hints(world.cancelled_lesson) == []


def test_a_mixed_subgroup_has_both_classes(world):
    worlds.lesson(world.english, day(12, 1), world.slots[3])
    homework(world.english_lesson, 30)
    lesson, _ = access.lesson(world.english_teacher, world.english.pk, world.english_lesson.pk)
    assert [text for _, text in hints(lesson)] == [
        "У 5А на вт 1.12 уже 30 из 120 минут.",
        "У 5Б на вт 1.12 уже 30 из 120 минут.",
    ]
