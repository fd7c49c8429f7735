"""Slips of a class and of the school: who gets one, what is on it, what it stops."""

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from django.utils import timezone

from school.actions.slips import AlreadySet, choose_first_password, make_slips, set_password
from school.models import Employee, Parent, Parenthood, Slip, StudentCard
from tests import pdf as pdfs
from tests import world as worlds
from tests.world import PASSWORD, day


@pytest.fixture
def teacher(world, login):
    return login(world.class_teacher)


def listed(browser, path):
    """{login: (who he is, state, whether ticked)}"""
    context = browser.get(path).context
    return {
        one.user.username: (one.what, one.state, one.user.pk in context["ticked"])
        for one in context["people"]
    }


def without_password(*people):
    for one in people:
        one.set_unusable_password()
        one.save()


def test_a_class_and_its_parents(world, teacher):
    without_password(world.ivanov.user, world.parent, world.other_parent)
    path = f"/classes/{world.a5.pk}/slips/"
    assert listed(teacher, path) == {
        "ivanov": ("ученик", "new", True),
        "parent": ("родитель: Иванов Иван (5А), Сидоров Семён (5Б)", "new", True),
        "special": ("ученик", "own", False),
        "petrova": ("ученик", "own", False),
        "otherparent": ("родитель: Петрова Пелагея (5А)", "new", True),
    }
    # Семён is the younger one: in 5А the slip can be given, but it lies in 5Б.
    StudentCard.objects.create(student=world.ivanov, born_on=day(9, 1).replace(year=2014))
    StudentCard.objects.create(student=world.sidorov, born_on=day(9, 1).replace(year=2015))
    assert listed(teacher, path)["parent"][1:] == ("new", False)
    assert "листок лежит в 5Б" in teacher.get(path).content.decode()


def test_what_is_on_the_sheets(world, teacher, settings, rf):
    settings.SITE_URL = "https://journal.school.example"
    without_password(world.ivanov.user, world.parent)
    path = f"/classes/{world.a5.pk}/slips/"
    ids = [world.ivanov.user.pk, world.parent.pk]
    answer = teacher.post(path, {"person": ids})
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    (page,) = pdfs.pages(answer.content, "-raw")
    words = pdfs.words(page)
    for told in ("ivanov", "parent", "Иванов", "Инна", "(5Б)", "journal.school.example"):
        assert told in words
    assert "классный руководитель 5А, Руссова" in " ".join(words)
    passwords = [one for one in page.split() if len(one) == 14 and one.count("-") == 2]
    assert len(passwords) == 2
    assert (
        authenticate(rf.post("/"), username="ivanov", password=passwords[0].upper())
        == world.ivanov.user
    )
    rows = Slip.history.filter(person__in=ids)
    assert {(row.history_user, row.made_by) for row in rows} == {(world.class_teacher,) * 2}
    assert passwords[0] not in str(list(Slip.objects.values())) + teacher.get(path).content.decode()


def test_a_new_slip_stops_the_old_one_the_password_and_the_sessions(world, teacher, login, rf):
    browser = login(world.parent)
    path = f"/classes/{world.a5.pk}/slips/"
    page = teacher.post(path, {"person": world.parent.pk})
    assert "Свой пароль уже есть у отмеченных: 1" in page.content.decode()
    assert page.context["ticked"] == {world.parent.pk}
    assert browser.get("/account/").status_code == 200
    assert teacher.post(path, {"person": world.parent.pk, "sure": "1"}).status_code == 200
    assert "/login/" in browser.get("/account/").url
    assert authenticate(rf.post("/"), username="parent", password=PASSWORD) is None
    make_slips({world.parent.pk: "aaaa-bbbb-cccc"}, world.class_teacher)
    make_slips({world.parent.pk: "dddd-eeee-ffff"}, world.class_teacher)
    assert authenticate(rf.post("/"), username="parent", password="aaaa-bbbb-cccc") is None
    assert authenticate(rf.post("/"), username="parent", password="dddd-eeee-ffff") == world.parent
    assert Slip.objects.filter(person=world.parent, opened_at=None, ended_at=None).count() == 1


def test_nobody_gets_at_a_colleagues_account_by_his_child(world, teacher):
    """A parent who works at the school opens more than a diary."""
    own = Parent.objects.create(user=world.deputy)
    Parenthood.objects.create(parent=own, student=world.petrova)
    Employee.objects.create(user=world.other_parent)
    path = f"/classes/{world.a5.pk}/slips/"
    page = teacher.get(path)
    assert page.content.decode().count("работает в школе") == 2
    ids = [world.deputy.pk, world.other_parent.pk, world.sidorov.user.pk]
    page = teacher.post(path, {"person": ids, "sure": "1"})
    assert "никто не отмечен" in page.content.decode()
    assert not Slip.objects.exists()


def test_queries_of_a_class_do_not_grow(world, teacher):
    path = f"/classes/{world.a5.pk}/slips/"
    before = worlds.queries_of(teacher, path)
    for number in range(5):
        student = worlds.pupil(f"more{number}", "Ещёодин", f"Имя{number}", world.a5)
        account = Parent.objects.create(user=worlds.user(f"kin{number}", "Ещёродитель"))
        Parenthood.objects.create(parent=account, student=student)
    assert worlds.queries_of(teacher, path) == before


# --- the administrator's page ---


def test_the_whole_school_by_classes(world, login):
    without_password(world.ivanov.user, world.sidorov.user, world.newcomer.user, world.parent)
    browser = login(world.admin)
    page = browser.get("/setup/accounts/slips/")
    assert "Листков: 4, страниц А4: 2" in page.content.decode()
    ids = [one.user.pk for one in page.context["chosen"]]
    answer = browser.post("/setup/accounts/slips/", {"person": ids})
    first, second = pdfs.pages(answer.content, "-raw")
    assert "Иванов Иван" in first
    assert "Иванова Инна" in first
    assert "Сидоров Семён" in second
    assert "Иванова Инна" not in second
    page = browser.get("/setup/accounts/slips/")
    assert "Листков: 0" in page.content.decode()
    assert [(by, made, used) for _, by, made, used in page.context["made"]] == [(world.admin, 4, 0)]
    page = browser.get("/setup/accounts/slips/?state=unopened&who=pupils")
    assert len(page.context["chosen"]) == 3
    choose_first_password(world.newcomer.user, "хрустящий кот 7")
    assert browser.get("/setup/accounts/slips/").context["made"][0][2:] == (4, 1)


def test_staff_and_one_class(world, login):
    without_password(world.teacher)
    browser = login(world.admin)
    path = "/setup/accounts/slips/?scope=staff"
    assert [one.user for one in browser.get(path).context["chosen"]] == [world.teacher]
    (page,) = pdfs.pages(browser.post(path, {"person": world.teacher.pk}).content, "-raw")
    assert "Матвеева Мария" in page
    one = browser.get(f"/setup/accounts/slips/?scope={world.b5.pk}").context["people"]
    assert [row.user.username for row in one] == ["newcomer", "sidorov", "parent"]
    assert Client().get(path).status_code == 302


def test_a_slip_of_a_leader_is_in_the_history_of_his_account(world):
    """By which the leaders are told: nobody gets into such an account unseen."""
    world.deputy.set_unusable_password()
    world.deputy.save()
    make_slips({world.deputy.pk: "aaaa-bbbb-cccc"}, world.admin)
    row = world.deputy.history.order_by("-history_id").first()
    assert row.password_set


@pytest.mark.parametrize("what", ["superuser", "employee"])
def test_a_family_account_that_opens_more_is_the_administrators(world, teacher, what):
    pupil = world.ivanov.user
    if what == "employee":
        Employee.objects.create(user=pupil)
    else:
        pupil.is_superuser = True
        pupil.save()
    url = f"/classes/{world.a5.pk}/slips/"
    teacher.post(url, {"person": pupil.pk, "sure": "on"})
    assert not Slip.objects.filter(person=pupil).exists()


def test_who_chose_a_password_meanwhile_keeps_it(world):
    with pytest.raises(AlreadySet):
        make_slips({world.parent.pk: "aaaa-bbbb-cccc"}, world.admin, owners=())
    assert not Slip.objects.exists()
    world.parent.refresh_from_db()
    assert world.parent.has_usable_password()


def test_a_password_from_elsewhere_ends_the_slip(world):
    make_slips({world.parent.pk: "aaaa-bbbb-cccc"}, world.admin)
    set_password(world.parent, "синий чайник река")
    slip = Slip.objects.get()
    assert (slip.opened_at, slip.ended_at) == (None, timezone.now())
