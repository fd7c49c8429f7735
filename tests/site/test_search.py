"""Whoever is looked for is found however it is typed, on every database alike: ё and е, capitals,
blanks and signs that nobody sees, words in any order, Latin letters in the name of a class."""

import pytest
from django.contrib import admin
from django.urls import reverse

from school.models import Journal, Parent, SchoolClass, Student, Subject, TeachingGroup, User
from school.queries.people import by_name
from school.rights import rights
from tests import world as worlds
from tests.site.test_admin import form_of, send


@pytest.fixture
def semyonov(world):
    return worlds.pupil("semyonov", "Семёнов", "Иван", world.b5)


def picked(browser, field, text):
    """What the picker of a form offers: `field` is «model.field»."""
    model, name = field.split(".")
    asked = {"app_label": "school", "model_name": model, "field_name": name, "term": text}
    return [
        one["text"] for one in browser.get(reverse("admin:autocomplete"), asked).json()["results"]
    ]


def listed(browser, model, text):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return list(browser.get(reverse(name), {"q": text}).context["cl"].result_list)


FOUND = [
    "Семёнов",
    "СЕМЕНОВ",
    "семено",
    "  семенов   иван ",
    "Иван Семёнов",
    "Семёнов\u00a0Иван\u200b",
    "Семенов И.",
    "Семе\u0308нов",
    "Cеменов",  # of which the first letter is Latin
]
NOT_FOUND = ["еменов", "Семёнова", "Семёнов Пётр", "«—»", "%", "_", "Семёнов 3", "С" * 4000]


@pytest.mark.parametrize("text", FOUND)
def test_a_person_is_found(world, semyonov, login, text):
    assert list(by_name(Student.objects.all(), text)) == [semyonov]
    browser = login(world.admin)
    assert listed(browser, Student, text) == [semyonov]
    assert listed(browser, User, text) == [semyonov.user]
    assert picked(browser, "parenthood.student", text) == ["Семёнов Иван (semyonov)"]
    assert picked(browser, "student.user", text) == ["Семёнов Иван (semyonov)"]
    leader = login(world.deputy)
    assert leader.get("/diary/", {"q": text}).context["students"] == [semyonov]
    worlds.user("someone")
    semyonov.enrolments.get().save()
    lines = leader.get("/review/history/", {"student": text}).context["lines"]
    assert {line.about for line in lines} == {"Семёнов Иван"}


@pytest.mark.parametrize("text", NOT_FOUND)
def test_another_is_not(world, semyonov, login, text):
    assert not by_name(Student.objects.all(), text)
    browser = login(world.admin)
    assert listed(browser, Student, text) == picked(browser, "student.user", text) == []
    leader = login(world.deputy)
    assert leader.get("/diary/", {"q": text[:100]}).context["students"] == []
    assert leader.get("/review/history/", {"student": text[:100]}).context["lines"] == []


def test_a_patronymic_and_a_double_name(world):
    person = worlds.user("double", "Салтыкова-Щедрина", "Анна-Мария", "Семёновна")
    for text in ("щедрина анна", "семеновна САЛТЫКОВА", "мария салтыкова-щедрина"):
        assert list(by_name(User.objects.all(), text, "")) == [person], text


def test_nothing_asked_is_everybody(world):
    for text in ("", "  ", "\u200b\u00a0"):
        assert by_name(User.objects.all(), text, "").count() == User.objects.count()


@pytest.mark.parametrize("text", ["3А", "3а", "3 А", " 3  а ", "3A", "3a", "3А\u200b", "3"])
def test_a_class_is_found(world, login, text):
    browser = login(world.admin)
    found = SchoolClass.objects.create(year=world.year, number=3, letter="А")
    SchoolClass.objects.create(year=world.year, number=4, letter="А")
    group = TeachingGroup.objects.create(
        kind="class", year=world.year, name="3А", school_class=found
    )
    journal = Journal.objects.create(group=group, subject=world.maths.subject, scale=world.five)
    assert listed(browser, SchoolClass, text) == [found]
    assert listed(browser, TeachingGroup, text) == [group]
    assert listed(browser, Journal, text) == [journal]
    assert listed(browser, Journal, f"матем {text}") == [journal]
    assert picked(browser, "enrolment.school_class", text) == ["3А"]
    assert picked(browser, "groupmembership.group", text) == ["3А"]
    assert picked(browser, "lesson.journal", text) == ["3А, Математика"]


@pytest.mark.parametrize("text", ["5А", "5а", "5А Иванова"])
def test_parents_are_found_by_the_class_of_a_child(world, login, text):
    found = [str(one) for one in listed(login(world.admin), Parent, text)]
    assert found == ["Иванова Инна", "Петров Пётр"][: 2 - ("Иванова" in text)]
    assert picked(login(world.admin), "parenthood.parent", "5Б") == ["Иванова Инна (parent)"]


@pytest.mark.parametrize("text", ["русский", "ЯЗЫК РУССКИЙ", "рус\u00adский"])
def test_a_subject_is_found(world, login, text):
    browser = login(world.admin)
    assert [str(one) for one in listed(browser, Subject, text)] == ["Русский язык"]
    assert picked(browser, "journal.subject", text) == ["Русский язык"]
    assert {lesson.journal for lesson in listed(browser, type(world.lesson), text)} == {
        world.russian
    }


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model.__name__)
def test_whatever_is_looked_for(world, login, model):
    """Every list answers, also to what is no search but an attack."""
    browser = login(world.admin)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    for text in ("а\x00", "\u200b", "[", "\\", "(" * 50, "я " * 1500, "я" * 4000, "9" * 4000, "'"):
        assert browser.get(reverse(name), {"q": text}, follow=True).status_code == 200


# --- what nobody sees does not come in ---


def test_names_are_kept_as_they_are_seen(world, login):
    browser = login(world.admin)
    path = reverse("admin:school_user_add")
    data = form_of(browser.get(path)) | {
        "username": "Novaya\u200b",
        "last_name": "Но\u00adвая\ufeff",
        "first_name": "Анна\u00a0\u00a0Мария",
        "usable_password": "false",
    }
    send(browser, path, data)
    person = User.objects.get(username="novaya")
    assert (person.last_name, person.first_name) == ("Новая", "Анна Мария")
    for text in ("\u200b", "\u00a0\ufeff"):
        page = browser.post(path, data | {"username": "other", "last_name": text})
        assert page.context["adminform"].form.errors["last_name"]


def test_with_a_sign_that_nobody_sees_it_is_the_same(world, login):
    browser = login(world.admin)
    page = browser.post(
        reverse("admin:school_subject_add"), {"name": "Математика\u200b", "short_name": "М"}
    )
    assert "уже существует" in page.content.decode()
    path = reverse("admin:school_user_add")
    data = form_of(browser.get(path)) | {
        "username": "teacher\u200b",
        "last_name": "Другая",
        "first_name": "Дарья",
        "usable_password": "false",
    }
    assert "Такой логин уже есть" in browser.post(path, data).content.decode()
    written = SchoolClass.objects.create(year=world.year, number=3, letter="А\u200b")
    assert SchoolClass.objects.get(number=3, letter="А") == written


@pytest.mark.parametrize("name", ["teacher", "Teacher", "TEACHER\u200b", " teacher\u00a0"])
def test_a_login_is_typed_with_such_signs(world, client, name):
    answer = client.post("/login/", {"username": name, "password": worlds.PASSWORD})
    assert answer.status_code == 302
    assert rights(answer.wsgi_request.user).writes_journals


def test_a_login_in_russian_is_the_same_in_capitals(world, client):
    person = User.objects.create_user("Петров", password=worlds.PASSWORD)
    for name in ("петров", "Петров", "ПЕТРОВ"):
        answer = client.post("/login/", {"username": name, "password": worlds.PASSWORD})
        assert answer.status_code == 302, name
    person.refresh_from_db()
    assert person.username == "петров"
