"""The six questions: what they fill, and that nothing that stands is doubled or changed."""

import datetime

import pytest
from django.urls import reverse

from journals.models import WorkType
from school.models import (
    BellSlot,
    BellUse,
    DayOverride,
    Exemption,
    GradeScale,
    GradeValue,
    Period,
    Role,
    School,
    SchoolClass,
    SchoolYear,
    Subject,
    TeachingGroup,
)
from tests import world as worlds

MODELS = (
    *(School, SchoolYear, Period, BellSlot, BellUse, Subject, GradeScale, GradeValue, WorkType),
    *(SchoolClass, TeachingGroup, DayOverride, Exemption),
)
ANSWERS = {
    "name": "Школа-интернат № 7",
    "week_days": "6",
    "kind": "quarter",
    "first_bell": "8:30",
    "minutes": "40",
    "breaks": "10, 20, 20, 10",
    "lessons": "7",
    "programmes": ["general"],
    "classes": "1А, 5Б",
}
URL = "/setup/questions/"


@pytest.fixture
def secretary(db, login, noon):
    """Who is alone in an empty school."""
    person = worlds.user("secretary", "Лапин", "Игорь")
    Role.objects.create(user=person, kind=Role.Kind.ADMIN)
    return login(person)


def answer(client, **other):
    """Shown, then written."""
    answers = ANSWERS | other
    page = client.post(URL, answers | {"show": ""}, follow=True)
    seen = page.context["seen"]
    return client.post(URL, answers | {"write": "", "seen": seen}, follow=True)


def counts():
    return {model.__name__: model.objects.count() for model in MODELS}


def test_an_empty_school_is_filled(secretary):
    page = answer(secretary)
    assert page.redirect_chain == [(reverse("setup"), 302)]
    school = School.objects.get()
    assert (school.name, school.week_days) == ("Школа-интернат № 7", 6)
    year = SchoolYear.objects.get()
    assert year.starts_on == datetime.date(2026, 9, 1)
    assert list(year.periods.order_by("number").values_list("kind", "number")) == [
        ("quarter", number) for number in (1, 2, 3, 4)
    ]
    assert [str(one) for one in SchoolClass.objects.all()] == ["1А", "5Б"]
    assert [one.name for one in TeachingGroup.objects.all()] == ["1А", "5Б"]
    assert BellSlot.objects.count() == 7
    assert BellUse.objects.get().starts_on == year.starts_on
    assert Subject.objects.filter(name="Русский язык").exists()
    assert GradeValue.objects.get(scale__name="Пятибалльная", text="5").points == 5
    assert WorkType.objects.get(short_name="КР").is_control
    assert [(one.parallel, one.what) for one in Exemption.objects.all()] == [(1, "homework")]
    assert [one.parallel for one in DayOverride.objects.all()] == [1]
    assert "готово 4 из 10" in page.content.decode()


def test_it_is_in_history_with_the_person_and_where_it_comes_from(secretary):
    answer(secretary)
    row = Subject.history.first()
    assert row.history_user.username == "secretary"
    assert row.history_change_reason == "шесть вопросов"


def test_nothing_is_written_before_it_was_shown(secretary):
    before = counts()
    page = secretary.post(URL, ANSWERS | {"show": ""}, follow=True)
    assert "Школа-интернат № 7, шесть дней" in page.content.decode()
    assert dict(page.context["will"])["Классы: 2"] == "1А, 5Б"
    assert counts() == before
    other = ANSWERS | {"classes": "9А", "write": "", "seen": page.context["seen"]}
    page = secretary.post(URL, other, follow=True)
    assert "Ответы изменились" in page.content.decode()
    assert counts() == before


def test_back_leads_to_the_answers_and_sends_nothing_again(secretary):
    shown = secretary.post(URL, ANSWERS | {"show": ""})
    assert shown.status_code == 302
    answer(secretary)
    page = secretary.get(shown.headers["Location"].partition("#")[0])
    assert 'value="Школа-интернат № 7"' in page.content.decode()
    assert "Всё уже стоит" in page.content.decode()
    assert "1А, 5Б" not in secretary.get(URL).content.decode()  # asked afresh it is empty


def test_asked_again_it_changes_nothing(secretary):
    answer(secretary)
    before = counts()
    page = secretary.post(URL, ANSWERS | {"show": ""}, follow=True)
    assert "Всё уже стоит" in page.content.decode()
    answer(secretary)
    assert counts() == before


def test_asked_again_it_adds_what_is_new(secretary):
    answer(secretary)
    before = counts()
    answer(secretary, programmes=["general", "severe"], classes="1а, 6А")
    after = counts()
    assert after["SchoolClass"] == before["SchoolClass"] + 1
    assert after["GradeScale"] == before["GradeScale"] + 1
    assert after["Subject"] > before["Subject"]
    same = ("School", "SchoolYear", "Period", "BellSlot", "WorkType", "DayOverride", "Exemption")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def test_a_school_that_runs_keeps_what_it_has(world, login):
    client = login(world.admin)
    spans = list(Period.objects.values_list("starts_on", "ends_on"))
    scales = set(GradeScale.objects.values_list("name", flat=True))
    answer(client, name=School.objects.get().name, week_days="5", classes="5А, 5б")
    assert list(Period.objects.filter(kind="quarter").values_list("starts_on", "ends_on")) == spans
    assert SchoolClass.objects.count() == 2
    assert BellUse.objects.count() == 1
    assert set(GradeScale.objects.values_list("name", flat=True)) == scales | {"Безотметочная"}
    assert WorkType.objects.filter(name="Контрольная работа").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", " ", "Обязательное поле"),
        ("classes", "5А, Иванов", "Это не класс: Иванов"),
        ("breaks", "десять", "Минуты через запятую"),
        ("first_bell", "25:00", "Так: 8:30"),
        ("lessons", "99", "меньше либо равно 15"),
        ("minutes", "120", ""),
    ],
)
def test_a_wrong_answer_is_told_beside_it(secretary, field, value, told):
    page = secretary.post(URL, ANSWERS | {field: value, "write": ""}, follow=True)
    assert told in page.content.decode()
    assert value.strip() in page.content.decode()
    assert not School.objects.exists()


def test_more_lessons_than_a_day_has(secretary):
    long = ANSWERS | {"minutes": "120", "lessons": "15", "show": ""}
    page = secretary.post(URL, long, follow=True)
    assert "не помещается до полуночи" in page.content.decode()


def test_trimesters_write_their_inner_vacations(secretary):
    answer(secretary, kind="trimester")
    assert DayOverride.objects.filter(parallel=None, kind="vacation").count() == 3
    assert Period.objects.filter(kind="trimester").count() == 3


def test_high_school_has_half_years_too(secretary):
    answer(secretary, classes="5А, 10А")
    assert set(Period.objects.values_list("kind", flat=True)) == {"quarter", "half_year"}
