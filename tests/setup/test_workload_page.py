"""The pages of the workload and the groups over HTTP: shown, pasted as text, by lists without
scripts."""

import json

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from school.models import CurriculumHours, Employee, Journal, Role, Subject, User
from setup.queries.workload import workload
from tests.world import NOON, queries_of, stands, user


@pytest.fixture
def w(db):
    with time_machine.travel(NOON, tick=False):
        world = stands()
        world.history = Subject.objects.create(name="История", short_name="Ист.")
        for login, name in (("ezhova", "Ежова"), ("zhukov", "Жуков"), ("kalinina", "Калинина")):
            Employee.objects.create(user=user(login, name, "Алла", "Дмитриевна"))
        world.client = client(world.admin)
        yield world


def client(person):
    made = Client(headers={"x-drawn-for": str(person.pk)})
    made.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return made


URL = "/setup/workload/"


def test_the_matrix_shows_who_teaches_what(w):
    CurriculumHours.objects.create(school_class=w.a5, subject=w.history, hours=2)
    html = w.client.get(URL).content.decode()
    assert "Матвеева" in html
    assert html.count("нет учителя") >= 1
    assert f'id="c-{w.history.pk}-{w.a5.pk}"' in html


@pytest.mark.parametrize("by", ["class", "teacher", "plan"])
def test_each_way_opens(w, by):
    assert w.client.get(f"{URL}?by={by}").status_code == 200
    assert w.client.get(f"{URL}?by={by}&part=5-9").status_code == 200


@pytest.mark.parametrize("asked", ["by=other", "part=7", "only=999999", "only=x"])
def test_what_is_not_there_is_missing(w, asked):
    assert w.client.get(f"{URL}?{asked}").status_code == 404


def test_a_list_of_one_class_is_read_and_written_without_scripts(w):
    url = f"{URL}?by=class&only={w.a5.pk}"
    assert "Матвеева" in w.client.get(url).content.decode()
    field = f"{w.history.pk}-{w.a5.pk}"
    sent = {f"text-{field}": "Калинена 2", f"was-{field}": ""}
    html = w.client.post(url, sent).content.decode()
    assert "Может быть, «Калинина 2»?" in html
    assert 'value="Калинена 2"' in html  # what was typed stays
    answer = w.client.post(url, sent | {f"text-{field}": "Калинина 2"}, follow=True)
    assert "Записано: 1" in answer.content.decode()
    assert workload(w.year).text((w.a5.pk, w.history.pk)) == "Калинина 2"
    # Taken back by the page's button.
    deed = answer.context["deed"]
    w.client.post(reverse("setup_take_back"), {"deed": deed, "next": url})
    assert not Journal.objects.filter(subject=w.history).exists()


def test_a_list_of_one_teacher(w):
    person = User.objects.get(username="kalinina")
    url = f"{URL}?by=teacher&only={person.pk}"
    field = f"{person.pk}-{w.a5.pk}"
    w.client.post(url, {f"text-{field}": "история 2", f"was-{field}": ""})
    assert workload(w.year).text((w.a5.pk, w.history.pk)) == "Калинина 2"


def test_somebody_else_was_first(w):
    url = f"{URL}?by=class&only={w.a5.pk}"
    field = f"{w.maths.subject_id}-{w.a5.pk}"
    sent = {f"text-{field}": "Жуков 5", f"was-{field}": ""}
    assert "Тем временем здесь стало «Матвеева»" in w.client.post(url, sent).content.decode()


BLOCK = "Предмет\t5 А\t5-б\tИтого\nИстория\tКалинина 2\tЕжова 2\t4\nАстрономия\tЖуков 1\t\t\n"


def test_a_block_with_heads_is_pasted_as_text(w):
    html = w.client.post(URL, {"block": BLOCK}, follow=True).content.decode()
    assert "Записано: 2" in html
    assert "Не узнали: Астрономия" in html
    load = workload(w.year)
    assert load.text((w.a5.pk, w.history.pk)) == "Калинина 2"
    assert load.text((w.b5.pk, w.history.pk)) == "Ежова 2"


def test_a_block_of_teachers_is_understood_on_the_page_of_classes(w):
    block = "Учитель\t5А\t5Б\nЕжова А.Д.\tистория 2\tистория 2\nЖуков\tистория 2\t\n"
    w.client.post(URL, {"block": block})
    load = workload(w.year)
    assert load.text((w.a5.pk, w.history.pk)) == "Ежова 2 / Жуков 2"
    assert load.text((w.b5.pk, w.history.pk)) == "Ежова 2"


def test_a_block_without_heads_is_told(w):
    html = w.client.post(URL, {"block": "Калинина 2\tЕжова 2"}).content.decode()
    assert "скопируйте его вместе со строкой классов" in html
    assert "Калинина 2\tЕжова 2" in html


def send(w, **fields):
    sent = {"by": "class", "part": "5-9"} | fields
    url = reverse("setup_workload_cells")
    return w.client.post(url, sent, headers={"accept": "application/json"})


def test_the_script_pastes_a_block_on_a_cell(w):
    at = f"{w.history.pk}-{w.a5.pk}"
    answer = send(w, block="Калинена 2\tЕжова 2\tЖуков 9", at=at, seen="{}").json()
    assert answer["saved"] == 1
    assert answer["outside"] == 1
    (asked,) = answer["asked"].values()
    assert asked["instead"] == "Калинина 2"
    assert asked["label"] == "5А, История"
    assert answer["deed"]


def test_the_script_is_told_of_a_conflict_and_of_nonsense(w):
    row = [w.maths.subject_id, w.a5.pk, "Жуков 5", ""]
    assert len(send(w, cells=json.dumps([row])).json()["conflicts"]) == 1
    for fields in (
        {"cells": "x"},
        {"cells": "[[1]]"},
        {"cells": "[[999999, 1, 'x', '']]"},
        {"block": "x\ty", "at": "x"},
        {"block": "x\ty", "at": "1-1", "seen": "["},
    ):
        assert send(w, **fields).status_code == 404


def test_an_employee_who_is_not_there_yet_is_added(w):
    url = reverse("setup_new_employee")
    headers = {"accept": "application/json"}
    sent = {"last_name": "Щукин", "first_name": "Иван"}
    assert w.client.post(url, sent, headers=headers).json()["name"] == "Щукин Иван"
    person = User.objects.get(last_name="Щукин")
    assert person.employee
    assert not person.has_usable_password()
    assert w.client.post(url, {"last_name": "Щукин"}, headers=headers).status_code == 422
    again = w.client.post(url, sent, headers=headers)
    assert again.status_code == 422
    assert "уже есть" in again.json()["message"]


def test_queries_do_not_grow(w):
    few = queries_of(w.client, URL)
    for n in range(5):
        subject = Subject.objects.create(name=f"Предмет {n}", short_name=f"П{n}")
        row = [subject.pk, w.a5.pk, "Ежова 2 / Жуков 2", ""]
        assert send(w, cells=json.dumps([row])).json()["saved"] == 1
    assert queries_of(w.client, URL) == few
    assert queries_of(w.client, "/setup/groups/") <= 20


def test_without_classes_it_says_what_comes_first(db):
    with time_machine.travel(NOON, tick=False):
        person = user("somebody")
        Role.objects.create(user=person, kind=Role.Kind.ADMIN)
        for url in (URL, "/setup/groups/"):
            assert client(person).get(url).status_code == 200
