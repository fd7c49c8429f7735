"""What the administrator did stands in the search over all histories."""

import pytest
from django.apps import apps
from django.urls import reverse
from simple_history.models import HistoricalChanges

from journals.queries.sources import sources
from school.models import BellSlot, HealthRecord, Period, User
from school.models.history import begin_history
from tests.journals.test_history_search import search, told
from tests.site.test_admin import form_of, send
from tests.world import queries_of


@pytest.fixture
def browser(world, login, noon):
    noon.shift(60)
    return login(world.admin)


def change(browser, one, **changed):
    path = reverse(f"admin:school_{one._meta.model_name}_change", args=[one.pk])
    send(browser, path, form_of(browser.get(path)) | changed)


def ring_at(browser, world, place, **changed):
    """Change one row of the page of the bells."""
    slot = world.slots[place]
    path = reverse("admin:school_bellschedule_change", args=[slot.schedule_id])
    data = form_of(browser.get(path))
    row = next(
        k for k, v in data.items() if k.startswith("slots-") and k.endswith("-id") and v == slot.pk
    )
    prefix = row.removesuffix("-id")
    send(browser, path, data | {f"{prefix}-{name}": value for name, value in changed.items()})


def of(told, kind):
    return [(was, now) for what, _, was, now in told if what == kind]


def test_every_history_is_searched():
    kept = {
        model.instance_type for model in apps.get_models() if issubclass(model, HistoricalChanges)
    }
    assert kept - {source.model for source in sources()} == {HealthRecord}


def test_an_account_is_made_and_named_anew(world, browser, login):
    new = {
        "username": "novikova",
        "last_name": "Новикова",
        "first_name": "Нина",
        "usable_password": "true",
        "password1": "long-enough-17",
        "password2": "long-enough-17",
    }
    path = reverse("admin:school_user_add")
    send(browser, path, form_of(browser.get(path)) | new)
    made = User.objects.get(username="novikova")
    change(browser, made, last_name="Старикова", is_active="")
    data = {"password1": "quite-another-17", "password2": "quite-another-17"}
    path = reverse("admin:auth_user_password_change", args=[made.pk])
    browser.post(path, data | {"usable_password": "true", "set-password": "1"})
    lines = search(login(world.director), person="Админов")
    assert {line.about for line in lines if line.kind == "учётная запись"} == {"Старикова\xa0Н."}
    deeds = [
        {change.field: (change.was, change.now) for change in line.changes}
        for line in lines
        if line.kind == "учётная запись"
    ]
    assert deeds[0] == {"пароль": ("", "задан администратором")}
    assert deeds[1] == {"фамилия": ("Новикова", "Старикова"), "активный": ("да", "")}
    assert deeds[2]["логин"] == ("", "novikova")
    assert deeds[2]["пароль"] == ("", "задан администратором")


def test_ones_own_password_is_ones_own_deed(world, browser, login):
    old = {"old_password": "a-password-of-tests"}
    new = {"new_password1": "quite-another-17", "new_password2": "quite-another-17"}
    assert login(world.teacher).post("/account/", old | new).status_code == 302
    found = told(login(world.director), person="Матвеева", kind="учётная запись")
    assert of(found, "учётная запись") == [("", "изменён владельцем")]


def test_the_structure(world, browser, login):
    ring_at(browser, world, 0, starts_at="09:05", ends_at="09:45")
    change(browser, world.maths, scale=world.pass_fail.pk, has_exam="on")
    path = reverse("admin:school_schoolyear_change", args=[world.year.pk])
    data = form_of(browser.get(path))
    row = next(k for k, v in data.items() if k.endswith("-id") and v == world.quarters[3].pk)
    send(browser, path, data | {row.replace("-id", "-ends_on"): "30.05.2027"})
    director = login(world.director)
    found = told(director, person="Админов")
    assert of(found, "звонок") == [("09:00", "09:05"), ("09:40", "09:45")]
    assert of(found, "журнал") == [("Пятибалльная", "Зачёт/незачёт"), ("", "да")]
    assert of(found, "учебный период") == [("31.05.2027", "30.05.2027")]
    about = {line.kind: line.about for line in search(director, person="Админов")}
    assert about["журнал"] == "5А, Математика"
    assert about["учебный период"] == "2026/2027"
    assert of(told(director, journal=world.maths.pk, kind="журнал"), "журнал")[0][1] == (
        "Зачёт/незачёт"
    )


def test_by_kind(world, browser, login):
    ring_at(browser, world, 0, starts_at="09:05")
    client = login(world.deputy)
    page = client.get("/review/history/", {"kind": "звонок", "person": "Админов"})
    assert {line.kind for line in page.context["lines"]} == {"звонок"}
    assert '<option value="звонок" selected>' in page.content.decode()
    assert client.get("/review/history/", {"kind": "чепуха"}).context["lines"] == []


def test_what_was_there_before_its_history_is_nobodys_deed(world, login):
    BellSlot.history.all().delete()
    Period.history.all().delete()
    begin_history(BellSlot)
    client = login(world.director)
    assert told(client, kind="звонок") == []
    world.slots[0].number = 9
    world.slots[0].save()
    assert of(told(client, kind="звонок"), "звонок") == [("1-й урок", "9-й урок")]


def test_the_number_of_queries_is_that_of_the_kinds(world, browser, login):
    client = login(world.director)
    page = "/review/history/?person=Админов"
    change(browser, world.teacher, first_name="Майя")
    ring_at(browser, world, 0, starts_at="09:05")
    few = queries_of(client, page)
    for one, place in ((world.deputy, 1), (world.parent, 2), (world.petrova.user, 3)):
        change(browser, one, first_name="Майя")
        ring_at(browser, world, place, starts_at=f"{9 + place}:05")
    assert queries_of(client, page) == few


def test_an_administrator_does_not_see_it(world, browser):
    assert browser.get("/review/history/").status_code == 404
