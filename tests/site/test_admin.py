"""The administrator's site: structure and accounts, and nothing of what teachers write."""

import re
from html import unescape

import pytest
from django.contrib import admin
from django.urls import reverse

from attendance.models import Absence
from journals.actions.entries import save_cell
from journals.models import LessonWork, Mark
from school.models import (
    Enrolment,
    HealthRecord,
    Lesson,
    Outage,
    Role,
    School,
    TeachingAssignment,
    User,
)
from school.projection import expected, projected
from tempjournal.models import TemporaryJournal, Transfer
from tests import world as worlds
from tests.world import day

# Of pages, alike on every database; the queries behind them have tests on both.
pytestmark = pytest.mark.any_database


@pytest.fixture
def browser(world, login):
    return login(world.admin)


def form_of(response):
    """{name: value} of the page's admin form with its inlines, to be changed and sent back."""
    context = response.context
    forms = [context["adminform"].form]
    for inline in context.get("inline_admin_formsets", []):
        forms += [inline.formset.management_form, *inline.formset.forms]
    data = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is True:
                data[field.html_name] = "on"
            elif value is not None and value is not False:
                data[field.html_name] = value
    return data


def send(browser, path, data):
    """Post a form that must be accepted; what the page complains about is in the failure."""
    page = browser.post(path, data)
    if page.status_code != 302:
        forms = [page.context["adminform"].form]
        inlines = page.context["inline_admin_formsets"]
        raise AssertionError([form.errors for form in forms] + [i.formset.errors for i in inlines])


def test_it_works(world, browser):
    page = browser.get(reverse("admin:index"))
    assert page.status_code == 200
    assert "Нагрузка" not in page.content.decode()  # edited in its journal
    assert "Учётные записи" in page.content.decode()


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model.__name__)
def test_every_list_and_form_opens(world, browser, model, django_assert_max_num_queries):
    place = f"{model._meta.app_label}_{model._meta.model_name}"
    with django_assert_max_num_queries(20):
        assert browser.get(reverse(f"admin:{place}_changelist")).status_code == 200
    if model._meta.model_name not in ("school", "gradingrule"):  # there is one
        assert browser.get(reverse(f"admin:{place}_add")).status_code == 200
    one = model.objects.first()
    if one:
        assert browser.get(reverse(f"admin:{place}_change", args=[one.pk])).status_code == 200


def test_what_the_school_says_of_outages(world, browser):
    school = School.objects.get()
    path = reverse("admin:school_school_change", args=[school.pk])
    data = form_of(browser.get(path))
    data |= {"outage_minutes": 45, "temp_journal_emails": "zavuch@school.example"}
    data |= {"access_minutes": 90}
    send(browser, path, data)
    school.refresh_from_db()
    assert (school.outage_minutes, school.temp_journal_emails) == (45, "zavuch@school.example")
    assert school.access_minutes == 90
    page = browser.post(path, data | {"outage_minutes": 9})
    assert page.context["adminform"].form.errors["outage_minutes"]
    page = browser.post(path, data | {"access_minutes": 1441})
    assert "Не больше суток" in page.content.decode()


def test_what_teachers_write_is_not_here(world, browser):
    assert not {Mark, Absence, LessonWork, Outage, TemporaryJournal, Transfer} & set(
        admin.site._registry
    )
    world.lesson.topic, world.lesson.topic_entered_at = "Тайная тема", worlds.NOON
    world.lesson.save()
    page = browser.get(reverse("admin:school_lesson_change", args=[world.lesson.pk]))
    assert "Тайная тема" not in page.content.decode()
    assert (
        browser.post(reverse("admin:school_lesson_delete", args=[world.lesson.pk])).status_code
        == 403
    )


@pytest.mark.parametrize(
    "who", ["director", "deputy", "teacher", "class_teacher", "parent", "substitute"]
)
def test_nobody_else_learns_that_it_exists(world, login, who):
    for path in ("/admin/", "/admin/school/user/", "/admin/login/", "/admin/jsi18n/"):
        assert login(getattr(world, who)).get(path).status_code == 404


def test_who_comes_without_a_session_lands_where_he_wanted_to(world, client):
    where = client.get("/admin/", follow=True)
    assert where.request["PATH_INFO"] == "/login/"
    told = {"username": "admin", "password": worlds.PASSWORD, "next": where.context["next"]}
    assert client.post("/login/", told, follow=True).request["PATH_INFO"] == "/admin/"
    assert client.get("/admin/login/", follow=True).request["PATH_INFO"] == "/admin/"


def test_an_assignment_gives_and_takes_the_journal_at_once(world, browser, login):
    newcomer = worlds.user("new", "Новая", "Нина")
    path = reverse("admin:school_journal_change", args=[world.maths.pk])
    data = form_of(browser.get(path))
    count = int(data["assignments-TOTAL_FORMS"])
    data |= {
        "assignments-TOTAL_FORMS": count + 1,
        f"assignments-{count}-teacher": newcomer.pk,
        f"assignments-{count}-starts_on": "25.11.2026",
        f"assignments-{count}-journal": world.maths.pk,
    }
    send(browser, path, data)
    grid = reverse("grid", args=[world.maths.pk])
    assert login(newcomer).get(grid).status_code == 200

    data = form_of(browser.get(path))
    row = next(k for k, v in data.items() if k.endswith("-teacher") and v == newcomer.pk)
    data[row.replace("-teacher", "-DELETE")] = "on"
    send(browser, path, data)
    assert not TeachingAssignment.objects.filter(teacher=newcomer).exists()
    assert login(newcomer).get(grid).status_code == 404
    everybody = User.objects.all()
    assert projected(everybody).keys() == expected(everybody, worlds.TODAY)


def test_an_account_with_a_role(world, browser, login):
    path = reverse("admin:school_user_add")
    data = form_of(browser.get(path)) | {
        "username": "zavuch2",
        "last_name": "Вторая",
        "first_name": "Вера",
        "usable_password": "true",
        "password1": "long-enough-17",
        "password2": "long-enough-17",
    }
    send(browser, path, data)
    person = User.objects.get(username="zavuch2")
    path = reverse("admin:school_user_change", args=[person.pk])
    data = form_of(browser.get(path))
    data |= {"roles-TOTAL_FORMS": 1, "roles-0-kind": "deputy", "roles-0-user": person.pk}
    send(browser, path, data)
    assert Role.objects.filter(user=person, kind="deputy").exists()
    assert login(person).get(reverse("grid", args=[world.maths.pk])).status_code == 200


@pytest.mark.parametrize("field", ["last_name", "first_name", "patronymic"])
@pytest.mark.parametrize("name", [".", "...", "-", "— 1", "'"])
def test_a_name_has_a_letter(world, browser, field, name):
    path = reverse("admin:school_user_change", args=[world.teacher.pk])
    page = browser.post(path, form_of(browser.get(path)) | {field: name})
    assert page.context["adminform"].form.errors == {
        field: ["В имени должна быть хотя бы одна буква."]
    }


def test_one_letter_is_a_name(world, browser):
    path = reverse("admin:school_user_change", args=[world.teacher.pk])
    send(browser, path, form_of(browser.get(path)) | {"last_name": "Ё", "patronymic": ""})
    world.teacher.refresh_from_db()
    assert (world.teacher.last_name, world.teacher.patronymic) == ("Ё", "")


def test_a_login_is_unique_in_any_case(world, browser):
    path = reverse("admin:school_user_add")
    data = form_of(browser.get(path)) | {
        "username": "Teacher",
        "last_name": "Другая",
        "first_name": "Дарья",
        "usable_password": "false",
    }
    page = browser.post(path, data)
    assert page.status_code == 200
    assert "Такой логин уже есть" in page.content.decode()


def test_overlapping_enrolments_are_refused_in_russian(world, browser):
    path = reverse("admin:school_student_change", args=[world.ivanov.pk])
    data = form_of(browser.get(path))
    data |= {
        "enrolments-TOTAL_FORMS": 2,
        "enrolments-1-school_class": world.b5.pk,
        "enrolments-1-starts_on": "01.11.2026",
        "enrolments-1-student": world.ivanov.pk,
    }
    page = browser.post(path, data)
    assert page.status_code == 200
    assert "Сроки пересекаются" in page.content.decode()
    assert Enrolment.objects.filter(student=world.ivanov).count() == 1


def test_lessons_are_made_from_the_timetable(world, browser):
    world.russian.timetable.create(weekday=5, number=6, starts_on=day(5, 1))
    data = {"action": "generate_lessons", "_selected_action": world.year.pk}
    page = browser.post(reverse("admin:school_schoolyear_changelist"), data, follow=True)
    fridays = Lesson.objects.filter(journal=world.russian, number=6).count()
    assert f"создано уроков: {fridays}" in page.content.decode()
    assert fridays == 4  # 7, 14, 21 and 28 May


def test_a_lesson_is_scheduled_cancelled_and_given_away(world, browser, login):
    path = reverse("admin:school_lesson_add")
    data = {"journal": world.maths.pk, "date": "26.11.2026", "number": 1}
    send(browser, path, data)
    made = Lesson.objects.get(journal=world.maths, date=day(11, 26))

    rival = {"journal": world.russian.pk, "date": "26.11.2026", "number": 1}
    page = browser.post(path, rival)
    assert "у этих учеников уже есть 5А, Математика" in page.content.decode()

    path = reverse("admin:school_lesson_change", args=[made.pk])
    data = form_of(browser.get(path)) | {
        "substitution-TOTAL_FORMS": 1,
        "substitution-0-teacher": world.english_teacher.pk,
        "substitution-0-lesson": made.pk,
    }
    send(browser, path, data)
    lesson_page = reverse("lesson", args=[world.maths.pk, made.pk])
    assert login(world.english_teacher).get(lesson_page).status_code == 200

    data = form_of(browser.get(path)) | {"cancelled": "карантин"}
    send(browser, path, data)
    made.refresh_from_db()
    assert made.cancelled == "карантин"
    assert made.unknown_from is not None  # what had been due by then is known
    send(browser, reverse("admin:school_lesson_add"), rival)
    data = form_of(browser.get(path)) | {"cancelled": ""}
    assert "у этих учеников уже есть" in browser.post(path, data).content.decode()


@pytest.fixture
def recorded(world):
    """Иванов has a mark, an absence and a health record."""
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "4")
    save_cell(world.maths, world.substituted.pk, world.ivanov.pk, "", "н")
    HealthRecord.objects.create(student=world.ivanov, notes="тайна")
    return world


def test_no_page_for_deleting_tells_what_stands_in_journals(recorded, browser):
    things = (recorded.ivanov, recorded.five, recorded.maths, recorded.year, recorded.ivanov.user)
    for thing in things:
        place = f"admin:school_{thing._meta.model_name}"
        page = browser.post(reverse(f"{place}_delete", args=[thing.pk]), {"post": "yes"})
        chosen = {"action": "delete_selected", "_selected_action": thing.pk}
        many = browser.post(reverse(f"{place}_changelist"), chosen)
        for text in (page.content.decode(), many.content.decode()):
            assert not re.search("[Оо]тметк|[Пп]ропуск[^а]|доров|: 4|тайна", text), place
        thing.refresh_from_db()  # it is still there


def test_what_can_not_be_deleted_is_told_in_good_russian(world, browser):
    """And what can be: Django's own sentences take the kind of thing in the nominative."""
    spare = worlds.scale("Лишняя", ("1", 1))
    told = {world.five: "Удалить {} нельзя:", spare: "Вы уверены, что хотите удалить {}?"}
    for scale, sentence in told.items():
        page = browser.get(reverse("admin:school_gradescale_delete", args=[scale.pk]))
        chosen = {"action": "delete_selected", "_selected_action": scale.pk}
        many = browser.post(reverse("admin:school_gradescale_changelist"), chosen)
        texts = [unescape(one.content.decode()) for one in (page, many)]
        one = f"«{scale}»" if scale == world.five else f'запись "{scale}"'
        assert sentence.format(one) in texts[0]
        assert sentence.format("выбранные записи") in texts[1]
        for text in texts:
            assert not re.search("удал(ить|ение) шкал(а|ы) оценивания", text, re.IGNORECASE)


def test_a_thing_that_nothing_is_written_about_can_be_deleted(world, browser):
    group = world.subgroup.__class__.objects.create(kind="subgroup", year=world.year, name="лишняя")
    browser.post(reverse("admin:school_teachinggroup_delete", args=[group.pk]), {"post": "yes"})
    assert not group.__class__.objects.filter(pk=group.pk).exists()


@pytest.mark.parametrize(
    "question",
    [
        "student/?health__isnull=False",
        "student/?absences__id=1",
        "student/?marks__isnull=False",
        "lesson/?topic__contains=а",
        "lesson/?absences__isnull=False",
        "lesson/?attendance_taken_at__isnull=True",
        "user/?password__startswith=a",
    ],
)
def test_an_address_counts_nothing_out(recorded, browser, question):
    assert browser.get(f"/admin/school/{question}").status_code == 400


@pytest.mark.parametrize(
    "question",
    [
        "user/?roles__kind__regex=(",
        "teachinggroup/?kind__regex=(",
        "user/?is_active__in=1",
        "lesson/?date__gte=2026-11-25",
        "journal/?subject__name__iregex=[",
    ],
)
def test_what_no_filter_asks_so_is_not_answered(world, browser, question):
    page = browser.get(f"/admin/school/{question}")
    assert (page.status_code, page.url.endswith("?e=1")) == (302, True)


def test_the_filters_of_a_page_are_answered(world, browser):
    for question in (
        "lesson/?journal__group__year__id__exact=1",
        "lesson/?date__year=2026",
        "lesson/?date__year=2026&date__month=11&date__day=25",
        f"journal/?subject__id__exact={world.maths.subject_id}",
        "teachinggroup/?kind__exact=class",
        "user/?roles__kind__exact=admin",
        "user/?is_active__exact=1",
        f"schoolclass/?year__id__exact={world.year.pk}",
    ):
        assert browser.get(f"/admin/school/{question}").status_code == 200, question
