"""The personal card (4.4), and the narrower right to a health record."""

import pytest

from school.actions.cards import save_card
from school.models import EnrolmentOrder, HealthLook, HealthRecord, StudentCard
from school.queries.cards import card_version
from school.rows import ALIKE, STALE
from tests.world import day, queries_of

# Of pages and their forms; the queries behind them have tests on both databases.
pytestmark = pytest.mark.any_database


@pytest.fixture
def keeper(world, login):
    return login(world.class_teacher)


def card(student):
    return f"/students/{student.pk}/card/"


def health(student):
    return f"/students/{student.pk}/health/"


def filled(client, path, **changes):
    """What the page's form sends back, with some of it changed."""
    page = client.get(path).context
    data = {}
    forms = [page["form"]]
    if page.get("orders"):
        forms += [page["orders"].management_form, *page["orders"].forms]
    for form in forms:
        for field in form:
            value = field.value()
            data[field.html_name] = "" if value is None else value
    return data | changes


ORDER = {
    "orders-0-kind": "enrol",
    "orders-0-number": "45-у",
    "orders-0-signed_on": "2026-08-28",
    "orders-0-text": "зачислить в 5А",
}


def test_it_works(world, keeper, login):
    data = filled(
        keeper,
        card(world.ivanov),
        born_on="2015-03-14",
        address="г. Тверь, ул. Советская, 1",
        programme="АООП ООО, вариант 5.2",
        contacts="Мама: +7 900 000-00-00",
        **ORDER,
    )
    answer = keeper.post(card(world.ivanov), data, follow=True)
    assert "Карточка сохранена" in answer.content.decode()
    made = StudentCard.objects.get(student=world.ivanov)
    assert (made.born_on.year, made.programme) == (2015, "АООП ООО, вариант 5.2")
    seen = login(world.deputy).get(card(world.ivanov)).content.decode()
    for text in ("14.03.2015", "ул. Советская", "вариант 5.2", "+7 900", "о зачислении № 45-у"):
        assert text in seen
    for text in ("Иванова Инна", "5А класс", "5 англ. 1"):  # told by their own facts
        assert text in seen
    assert "<form" not in seen.split("<main")[1]
    changes = made.history.values_list("history_user", flat=True)
    assert list(changes) == [world.class_teacher.pk]


def test_a_second_order_and_a_corrected_one(world, keeper):
    keeper.post(card(world.ivanov), filled(keeper, card(world.ivanov), **ORDER))
    data = filled(keeper, card(world.ivanov))
    data |= {"orders-0-number": "46-у", "orders-1-kind": "transfer", "orders-1-number": "50-у",
             "orders-1-signed_on": "2026-11-01"}  # fmt: skip
    keeper.post(card(world.ivanov), data)
    assert [str(order) for order in EnrolmentOrder.objects.all()] == [
        "Приказ о зачислении № 46-у от 28.08.2026",
        "Приказ о переводе № 50-у от 01.11.2026",
    ]


def test_an_order_entered_by_mistake_is_taken_out(world, keeper):
    keeper.post(card(world.ivanov), filled(keeper, card(world.ivanov), **ORDER))
    keeper.post(card(world.ivanov), filled(keeper, card(world.ivanov)) | {"orders-0-DELETE": "on"})
    assert not EnrolmentOrder.objects.exists()
    assert EnrolmentOrder.history.count() == 2


def test_an_order_that_stands_there_already(world, keeper):
    keeper.post(card(world.ivanov), filled(keeper, card(world.ivanov), **ORDER))
    data = filled(keeper, card(world.ivanov))
    again = {key.replace("-0-", "-1-"): value for key, value in ORDER.items()}
    html = keeper.post(card(world.ivanov), data | again).content.decode()
    assert ALIKE in html
    keeper.post(card(world.ivanov), data | again | {"orders-0-DELETE": "on"})
    assert EnrolmentOrder.objects.get().pk != data["orders-0-id"]


def test_an_order_that_somebody_has_taken_out(world, keeper):
    keeper.post(card(world.ivanov), filled(keeper, card(world.ivanov), **ORDER))
    data = filled(keeper, card(world.ivanov))
    EnrolmentOrder.objects.all().delete()
    html = keeper.post(card(world.ivanov), data).content.decode()
    assert STALE in html


def test_sent_twice_it_is_saved_once(world, keeper):
    data = filled(keeper, card(world.ivanov), notes="Живёт у бабушки")
    for _ in range(2):
        answer = keeper.post(card(world.ivanov), data, follow=True)
        assert "Карточка сохранена" in answer.content.decode()
    assert StudentCard.history.count() == 1


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("born_on", "31.02.2015", "правильную дату"),
        ("born_on", "0015-03-14", "больше либо равно"),
        ("born_on", "2026-11-26", "ещё не наступил"),
        ("address", "я" * 301, "не более 300 символов"),
        ("orders-0-number", "45", "Обязательное поле"),  # an order without its day
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_lost(world, keeper, field, text, told):
    data = filled(keeper, card(world.ivanov), contacts="Мама", **{field: text})
    html = keeper.post(card(world.ivanov), data).content.decode()
    assert told in html
    assert "Мама" in html
    assert not StudentCard.objects.exists()
    assert not EnrolmentOrder.objects.exists()


def test_two_who_write_at_once(world, keeper):
    first, second = (filled(keeper, card(world.ivanov), notes=text) for text in ("одно", "другое"))
    keeper.post(card(world.ivanov), first)
    html = keeper.post(card(world.ivanov), second | ORDER).content.decode()
    assert "карточку изменили" in html
    assert "другое" in html
    assert StudentCard.objects.get().notes == "одно"
    assert not EnrolmentOrder.objects.exists()


def test_every_look_at_health_is_noted(world, keeper, login):
    data = filled(keeper, health(world.ivanov), group="2", notes="Аллергия на орехи")
    keeper.post(health(world.ivanov), data)
    assert HealthRecord.objects.get().get_group_display() == "II"
    director = login(world.director)
    html = director.get(health(world.ivanov)).content.decode()
    assert "Аллергия на орехи" in html
    assert "Директорова" in html  # her own look is the first line already
    looks = HealthLook.objects.values_list("user__username", "address")
    assert list(looks) == [("director", "127.0.0.1"), ("classteacher", "127.0.0.1")]


def test_health_is_nowhere_else(world, keeper, login):
    data = filled(keeper, health(world.ivanov), notes="Аллергия на орехи")
    keeper.post(health(world.ivanov), data)
    for client, path in (
        (keeper, card(world.ivanov)),
        (login(world.director), card(world.ivanov)),
        (login(world.director), "/review/history/"),
        (login(world.parent), f"/diary/{world.ivanov.pk}/"),
    ):
        assert "Аллергия" not in client.get(path).content.decode(), path
    before = HealthLook.objects.count()
    assert login(world.deputy).get(health(world.ivanov)).status_code == 404
    assert HealthLook.objects.count() == before


def test_a_health_record_changed_meanwhile(world, keeper):
    one, other = (filled(keeper, health(world.ivanov), notes=text) for text in ("одно", "другое"))
    keeper.post(health(world.ivanov), one)
    html = keeper.post(health(world.ivanov), other).content.decode()
    assert "сведения изменили" in html
    assert "другое" in html
    assert HealthRecord.objects.get().notes == "одно"


def test_who_has_left_is_the_administrations(world, keeper, login):
    assert keeper.get(card(world.gone)).status_code == 404
    assert login(world.director).get(card(world.gone)).status_code == 200


def test_a_changed_card_is_in_the_history_search(world, keeper, login):
    keeper.post(card(world.ivanov), filled(keeper, card(world.ivanov), notes="Живёт у бабушки"))
    lines = login(world.director).get("/review/history/", {"student": "Иванов"}).context["lines"]
    assert ("личная карточка", "Живёт у бабушки") in [
        (line.kind, change.now) for line in lines for change in line.changes
    ]


def test_queries_do_not_grow(world, keeper):
    few = queries_of(keeper, card(world.ivanov))
    for number in range(8):
        EnrolmentOrder.objects.create(
            student=world.ivanov, kind="transfer", number=number, signed_on=day(11, 2)
        )
    assert queries_of(keeper, card(world.ivanov)) == few <= 14


def test_versions_grow(world):
    assert card_version(world.ivanov) == 0
    save_card(world.ivanov, 0, StudentCard(student=world.ivanov, notes="а"), [])
    assert card_version(world.ivanov) > 0


def test_a_form_that_says_it_has_a_million_rows_is_not_counted_out(world, keeper):
    path = card(world.ivanov)
    page = keeper.post(path, filled(keeper, path) | {"orders-TOTAL_FORMS": "999999"})
    assert len(page.context["orders"].forms) <= 100
    assert page.context["orders"].non_form_errors()
