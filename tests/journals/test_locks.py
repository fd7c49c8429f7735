"""A closed period takes no writing; one journal of it is opened for some hours (4.2)."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.actions.absences import confirm_day
from attendance.actions.documents import change_document, receive_document, withdraw_document
from attendance.models import Absence, AbsenceDocument, ReasonOpening
from attendance.refusals import Refused
from journals.actions.entries import save_cell, save_field
from journals.actions.locks import lock_period, relock_journal, unlock_journal
from journals.models import Mark
from school.models import PeriodLock, Unlock, YearClosing
from tests import world as worlds
from tests.world import day, following, queries_of

AFTER = datetime.datetime(2027, 1, 12, 9, tzinfo=datetime.UTC)


@pytest.fixture
def january(world, noon):
    noon.move_to(AFTER)
    return noon


@pytest.fixture
def closed(world, january):
    """The second quarter, closed on 12 January."""
    lock_period(world.quarters[1].pk, world.deputy)
    return world.quarters[1]


TOLD = "2 четверть закрыта 12.01.2027. Открыть журнал для исправлений может заместитель директора."


def open_maths(w, hours=2, reason="опечатка в отметке"):
    return unlock_journal(w.maths, w.quarters[1], w.deputy, hours, reason)


WRITES = {
    "mark": lambda w: save_cell(w.maths, w.lesson.pk, w.ivanov.pk, "", "5"),
    "absence": lambda w: save_cell(w.maths, w.lesson.pk, w.ivanov.pk, "", "н"),
    "topic": lambda w: save_field(w.maths, w.lesson.pk, "topic", "", "Тема"),
    "homework": lambda w: save_field(w.maths, w.lesson.pk, "homework", "", "§ 1"),
    "works": lambda w: save_field(w.maths, w.lesson.pk, "works", "", str(w.test.pk)),
    "attendance": lambda w: save_field(w.maths, w.lesson.pk, "attendance", "", "все"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_closed_period_refuses(world, closed, write):
    with pytest.raises(Refused) as refused:
        write(world)
    assert str(refused.value) == TOLD
    assert not Mark.objects.exists()
    assert not Absence.objects.exists()


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_an_opened_journal_takes_it_until_its_time_is_over(world, closed, january, write):
    open_maths(world)
    with transaction.atomic():
        write(world)
        transaction.set_rollback(True)
    january.shift(datetime.timedelta(hours=2, seconds=1))
    with pytest.raises(Refused):
        write(world)


def test_what_stands_there_already_asks_for_no_lock(world, january):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "5")

    def queries():
        with CaptureQueriesContext(connection) as made:
            save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "5", "5")
        return len(made)

    queries()  # what a process keeps from its first time
    before = queries()
    lock_period(world.quarters[1].pk, world.deputy)
    assert queries() == before


# --- reasons of absences (2.9) ---


@pytest.fixture
def explained(world, january):
    """Иванов missed mathematics on 23 November and, an order says so, the day after; on 12 January
    he missed the third quarter's mathematics. Then the second quarter was closed."""
    winter = worlds.lesson(world.maths, day(1, 12), world.slots[0])
    for lesson in (world.lesson, world.substituted, winter):
        save_cell(world.maths, lesson.pk, world.ivanov.pk, "", "н")
    world.order = a_document(world, day(11, 24), day(11, 24), kind="order", reason="уп")
    receive_document(world.order)
    lock_period(world.quarters[1].pk, world.deputy)
    return world


def a_document(w, first, last, kind="medical", reason="б"):
    return AbsenceDocument(
        student=w.ivanov,
        kind=kind,
        reason=reason,
        received_on=last,
        starts_on=first,
        ends_on=last,
        entered_by=w.class_teacher,
    )


def change(w, **fields):
    for name, value in fields.items():
        setattr(w.order, name, value)
    return change_document(w.order)


def reasons():
    found = Absence.objects.order_by("lesson__date").values_list("reason", "document")
    return [(reason, document is not None) for reason, document in found]


# deed: how many absences it changes, how many it leaves because their period is closed
REASONS = {
    "by hand": (
        lambda w: confirm_day(w.ivanov.pk, day(11, 23), "б", w.class_teacher),
        (0, 1),
    ),
    "a document": (
        lambda w: receive_document(a_document(w, day(11, 20), day(1, 12))),
        (1, 2),
    ),
    "another reason": (lambda w: change(w, reason="б"), (0, 1)),
    "other days": (lambda w: change(w, starts_on=day(1, 12), ends_on=day(1, 12)), (1, 1)),
    "more days": (lambda w: change(w, starts_on=day(11, 23)), (0, 1)),
}


@pytest.mark.parametrize(("write", "told"), REASONS.values(), ids=REASONS)
def test_reasons_of_a_closed_period_stay(explained, write, told):
    before, written = reasons(), Absence.history.count()
    assert write(explained)[:2] == told
    assert reasons()[:2] == before[:2] == [("н", False), ("уп", True)]
    assert Absence.history.count() == written + told[0]


@pytest.mark.parametrize(("write", "told"), REASONS.values(), ids=REASONS)
def test_reasons_in_an_opened_journal_follow(explained, write, told):
    open_maths(explained)
    assert write(explained) == (sum(told), 0, 0)


@pytest.mark.parametrize("days", [day(11, 24), day(1, 12)])
def test_a_document_of_a_closed_period_stays(explained, days):
    """Even when its days were changed: the closed absence still refers to it."""
    change(explained, starts_on=days, ends_on=days)
    before = reasons()
    with pytest.raises(Refused, match=r"закрытом периоде \(1 пропуск\)"):
        withdraw_document(explained.order)
    assert reasons() == before
    open_maths(explained)
    withdraw_document(explained.order)
    assert reasons() == [("н", False)] * 3


def test_days_given_up_while_closed_are_settled_when_opened(explained):
    change(explained, starts_on=day(1, 12), ends_on=day(1, 12))
    open_maths(explained)
    change(explained, number="17")
    assert reasons() == [("н", False), ("н", False), ("уп", True)]


def test_the_class_teacher_is_told_what_is_closed(explained, login):
    client = login(explained.class_teacher)
    address = reverse("class_attendance", args=[explained.a5.pk])
    data = {"student": explained.ivanov.pk, "date": "2026-11-23", "reason": "б"}
    page = client.post(address, data, follow=True).content.decode()
    assert "Период закрыт, причина осталась прежней: 1 пропуск." in page
    data |= {"kind": "medical", "number": "17", "received_on": "2027-01-12"}
    data |= {"starts_on": "2026-11-23", "ends_on": "2027-01-12"}
    del data["date"]
    page = client.post(address, data, follow=True).content.decode()
    assert "Документ записан. Причина указана: 1 пропуск." in page
    assert "Период закрыт, причина осталась прежней: 2 пропуска." in page
    path = reverse("absence_document", args=[explained.a5.pk, explained.order.pk])
    page = client.post(path, {"withdraw": "1"}, follow=True).content.decode()
    assert "Документ даёт причину пропускам в закрытом периоде" in page


@pytest.mark.parametrize("asked", ["sidorov", "9223372036854775808", "٣", "-1", "x", "", None])
def test_of_others_pupils_nothing_is_told(explained, login, asked):
    """Whoever an address names: what the form tells is of the class's own pupils (5.3)."""
    client = login(explained.class_teacher)
    address = reverse("class_attendance", args=[explained.a5.pk])
    days = {"from": "2026-11-23", "to": "2026-11-23"}
    told = "в закрытом периоде останется без причины"
    own = client.get(address, days | {"for": explained.ivanov.pk}).content.decode()
    assert told in own
    Absence.objects.filter(lesson__date=day(11, 23)).update(student=explained.sidorov)
    asked = explained.sidorov.pk if asked == "sidorov" else asked
    answer = client.get(address, days | ({} if asked is None else {"for": asked}))
    assert answer.status_code == 200
    assert told not in answer.content.decode()
    assert "Пусто: в закрытом периоде причины останутся как есть." in answer.content.decode()


WHY = "Справку принесли после каникул, оригинал у классного руководителя"


def test_a_late_document_puts_right_exactly_these_absences(explained, login):
    """In one deed, recorded: the history of the cell and the leaders' page say so (2.9)."""
    client = login(explained.class_teacher)
    address = reverse("class_attendance", args=[explained.a5.pk])
    asked = f"{address}?for={explained.ivanov.pk}&from=2026-11-23&to=2026-11-23"
    assert "Пусто: 1 пропуск в закрытом периоде останется без причины." in (
        client.get(asked).content.decode()
    )
    data = {"student": explained.ivanov.pk, "kind": "medical", "number": "17", "reason": "б"}
    data |= {"received_on": "2027-01-12", "starts_on": "2026-11-23", "ends_on": "2026-11-23"}
    page = client.post(address, data | {"why": f" {WHY} "}, follow=True).content.decode()
    assert "Причина указана: 1 пропуск. Из них в закрытом периоде: 1." in page
    absence = Absence.objects.get(lesson__date=day(11, 23))
    assert (absence.reason, absence.document.number) == ("б", "17")
    trace = absence.history.first()
    assert trace.history_user == explained.class_teacher
    assert trace.history_change_reason == f"исправление в закрытом периоде: {WHY}"[:100]
    opening = ReasonOpening.objects.get()
    assert list(opening.absences.all()) == [absence]
    assert (opening.student, opening.document, opening.why) == (
        explained.ivanov,
        absence.document,
        WHY,
    )
    assert (opening.made_by, opening.history.get().history_user) == (explained.class_teacher,) * 2
    # The next closed absence stays closed.
    assert client.post(
        address, {"student": explained.ivanov.pk, "date": "2026-11-24", "reason": "нп"}
    )
    assert Absence.objects.get(lesson__date=day(11, 24)).reason == "уп"
    html = login(explained.deputy).get(reverse("locks")).content.decode()
    assert "Исправления причин после закрытия" in html
    assert WHY in html
    assert "медицинская справка 17" in html
    history = login(explained.deputy).get("/review/history/").content.decode()
    assert "исправление в закрытом периоде" in history


def test_a_day_of_a_closed_period_is_put_right_by_hand(explained, login):
    client = login(explained.class_teacher)
    address = reverse("class_attendance", args=[explained.a5.pk])
    page = client.get(f"{address}?period=").content.decode()
    assert page.count("Период закрыт. Исправить причину (1), потому что: Иванов Иван") == 2
    data = {"student": explained.ivanov.pk, "date": "2026-11-23", "reason": "нп", "why": "Мать"}
    for _ in range(2):  # sent twice
        client.post(address, data)
    absence = Absence.objects.get(lesson__date=day(11, 23))
    assert (absence.reason, absence.confirmed_by) == ("нп", explained.class_teacher)
    assert ReasonOpening.objects.get().document is None


def test_a_document_of_a_closed_period_is_withdrawn_with_a_reason(explained, login):
    client = login(explained.class_teacher)
    path = reverse("absence_document", args=[explained.a5.pk, explained.order.pk])
    client.post(path, {"withdraw": "1", "why": "Приказ о другом ученике"})
    assert reasons() == [("н", False)] * 3
    assert ReasonOpening.objects.get().why == "Приказ о другом ученике"


def test_nobody_but_the_class_teacher_opens_a_reason(explained, login):
    address = reverse("class_attendance", args=[explained.a5.pk])
    data = {"student": explained.ivanov.pk, "date": "2026-11-23", "reason": "нп", "why": "Мать"}
    expected = {"deputy": 403, "director": 403, "teacher": 404, "class_teacher_b": 404}
    for name, status in expected.items():
        assert login(getattr(explained, name)).post(address, data).status_code == status
    assert not ReasonOpening.objects.exists()


def test_other_periods_and_journals_of_other_kinds_stay_open(world, closed):
    lesson = worlds.lesson(world.maths, day(1, 11), world.slots[0])
    save_cell(world.maths, lesson.pk, world.ivanov.pk, "", "5")
    world.maths.period_kind = "half_year"
    world.maths.save()
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "5")


def test_an_opened_journal_opens_no_other(world, closed):
    open_maths(world)
    with pytest.raises(Refused):
        save_cell(world.maths_b, world.lesson_b.pk, world.sidorov.pk, "", "5")


def test_what_stands_there_already_is_no_change(world, january):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "5")
    lock_period(world.quarters[1].pk, world.deputy)
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "5")  # sent twice
    with pytest.raises(Refused):
        save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "5", "")


def test_it_closes_after_its_last_day_and_once(world, noon):
    second = world.quarters[1]
    with pytest.raises(Refused, match="период ещё идёт"):
        lock_period(second.pk, world.deputy)
    noon.move_to(datetime.datetime(2026, 12, 30, 20, 59, tzinfo=datetime.UTC))
    with pytest.raises(Refused):
        lock_period(second.pk, world.deputy)
    noon.move_to(datetime.datetime(2026, 12, 30, 21, 1, tzinfo=datetime.UTC))
    lock_period(second.pk, world.deputy)
    lock_period(second.pk, world.director)
    assert PeriodLock.objects.get().locked_by == world.deputy
    assert PeriodLock.history.count() == 1


def test_opening_is_refused_where_there_is_nothing_to_open(world, closed):
    with pytest.raises(Refused, match="не закрыт"):
        unlock_journal(world.maths, world.quarters[0], world.deputy, 1, "x")
    open_maths(world)
    with pytest.raises(Refused, match=r"уже открыт до 12\.01\.2027 14:00"):
        open_maths(world, reason="ещё одна")
    world.maths_b.period_kind = "half_year"
    with pytest.raises(Refused, match="не по таким периодам"):
        unlock_journal(world.maths_b, closed, world.deputy, 1, "x")
    assert Unlock.objects.count() == 1


def test_the_database_wants_a_reason_and_an_end(world, closed):
    for fields in ({"reason": ""}, {"until": AFTER}):
        row = {"reason": "x", "until": AFTER + datetime.timedelta(hours=1), "made_at": AFTER}
        with pytest.raises(IntegrityError), transaction.atomic():
            Unlock.objects.create(
                journal=world.maths, period=closed, made_by=world.deputy, **(row | fields)
            )


def test_closed_again_before_its_time(world, closed, january):
    unlock = open_maths(world)
    january.shift(datetime.timedelta(minutes=5))
    relock_journal(unlock.pk)
    with pytest.raises(Refused):
        save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "5")
    assert Unlock.history.count() == 2


# --- pages ---


def locks_page(client, **asked):
    return client.get(reverse("locks"), asked).content.decode()


def test_the_deputy_closes_a_period_and_opens_a_journal(world, january, login):
    client, second = login(world.deputy), world.quarters[1]
    assert f'href="?close={second.pk}#close"' in locks_page(client)
    assert f'href="?close={world.quarters[2].pk}#close"' not in locks_page(client)  # still going
    client.post(reverse("locks"), {"lock": second.pk})
    assert PeriodLock.objects.get().period == second
    data = {"journal": world.maths.pk, "period": second.pk, "hours": 3, "reason": "опечатка"}
    assert client.post(reverse("locks"), data).status_code == 302
    page = locks_page(client)
    assert "опечатка" in page
    assert "12.01.2027 15:00" in page
    assert "Закрыть<span" in page.split("Открытые журналы")[1]
    client.post(reverse("locks"), {"relock": Unlock.objects.get().pk})
    january.shift(datetime.timedelta(seconds=1))
    assert "Закрыть<span" not in locks_page(client).split("Открытые журналы")[1]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("reason", "", "Обязательное поле"),
        ("reason", "а" * 301, "не более 300"),
        ("hours", "0", "больше либо равно 1"),
        ("hours", "169", "меньше либо равно 168"),
        ("hours", "час", "Введите целое число"),
        ("journal", "", "Обязательное поле"),
        ("period", "999", "Выберите корректный вариант"),
    ],
)
def test_bad_input_is_told_and_stays(world, closed, login, field, value, told):
    data = {"journal": world.maths.pk, "period": closed.pk, "hours": 3, "reason": "опечатка"}
    page = login(world.deputy).post(reverse("locks"), data | {field: value})
    html = page.content.decode()
    assert page.status_code == 200
    assert told in html
    assert value[:200] in html
    assert not Unlock.objects.exists()


def test_a_period_that_goes_on_can_not_be_closed_by_a_forged_form(world, january, login):
    client = login(world.deputy)
    page = client.post(reverse("locks"), {"lock": world.quarters[2].pk}, follow=True)
    assert "период ещё идёт" in page.content.decode()
    assert not PeriodLock.objects.exists()


def test_the_grid_says_so_and_has_nothing_to_write_in(world, closed, login):
    url = f"{reverse('grid', args=[world.maths.pk])}?period={closed.pk}"
    html = login(world.teacher).get(url).content.decode()
    assert "закрыто 12.01.2027 12:00 (Завучева" in html
    marks, page = html.split('<h2 id="page">')
    assert "<td></td>" not in marks
    assert "<textarea" not in page
    assert f"{reverse('locks')}?journal=" not in html
    deputy = login(world.deputy).get(url).content.decode()
    assert f"{reverse('locks')}?journal={world.maths.pk}&amp;period={closed.pk}#unlock" in deputy
    open_maths(world)
    html = login(world.teacher).get(url).content.decode()
    assert "открыт для исправлений до 12.01.2027 14:00" in html
    assert "<td></td>" in html.split('<h2 id="page">')[0]


def test_the_grid_costs_no_more_when_closed(world, january, login):
    client = login(world.teacher)
    url = f"{reverse('grid', args=[world.maths.pk])}?period={world.quarters[1].pk}"
    before = queries_of(client, url)
    lock_period(world.quarters[1].pk, world.deputy)
    open_maths(world)
    assert queries_of(client, url) <= before <= 15


def test_the_lesson_page_says_so_and_keeps_what_was_typed(world, january, login):
    client = login(world.teacher)
    url = reverse("lesson", args=[world.maths.pk, world.lesson.pk])
    assert "<button" in client.get(url).content.decode().split("<main")[1]
    lock_period(world.quarters[1].pk, world.deputy)
    html = client.get(url).content.decode().split("<main")[1]
    assert "закрыто 12.01.2027" in html
    assert "<button" not in html
    data = {"topic": "Новая тема", f"cell-{world.ivanov.pk}": "5", f"was-{world.ivanov.pk}": ""}
    html = client.post(url, data).content.decode()
    assert TOLD in html
    assert "Новая тема" in html
    assert not Mark.objects.exists()


def test_a_cell_typed_into_an_open_page_is_refused_in_words(world, closed, login):
    data = {"lesson": world.lesson.pk, "student": world.ivanov.pk, "was": "", "text": "5"}
    answer = login(world.teacher).post(reverse("save_cell", args=[world.maths.pk]), data)
    assert answer.status_code == 422
    assert answer.json()["message"] == TOLD


def test_closing_and_opening_are_found_in_the_history(world, closed, login):
    open_maths(world)
    html = login(world.deputy).get(reverse("review_history")).content.decode()
    assert "Закрытый период" in html
    assert "Открытие журнала" in html
    assert "опечатка в отметке" in html


# --- the year on the page of locks ---


@pytest.fixture
def september(world, noon):
    """1 September 2027: the next year has begun, with no class yet; three quarters are closed."""
    following(world)
    noon.move_to(datetime.datetime(2027, 9, 1, 9, tzinfo=datetime.UTC))
    for one in world.quarters[:3]:
        lock_period(one.pk, world.deputy)
    return world


def test_last_years_periods_are_a_choice_away(september, login):
    deputy = login(september.deputy)
    page = deputy.get(reverse("locks"))
    assert page.context["lines"] == []
    last = f"?year={september.year.pk}"
    assert last in page.content.decode()
    page = deputy.get(reverse("locks") + last)
    assert [bool(line.lock) for line in page.context["lines"]] == [True, True, True, False]
    asked = deputy.get(f"{reverse('locks')}{last}&close={september.quarters[3].pk}")
    assert "Закрыть: 4 четверть" in asked.content.decode()
    done = deputy.post(reverse("locks") + last, {"lock": september.quarters[3].pk})
    assert done.url == reverse("locks") + last
    assert PeriodLock.objects.count() == 4


def test_the_year_is_closed_and_opened_on_its_page(september, login):
    deputy, path = login(september.deputy), f"{reverse('locks')}?year={september.year.pk}"
    page = deputy.get(path).content.decode()
    assert 'name="close_year"' not in page
    told = deputy.post(path, {"close_year": "1"}, follow=True).content.decode()
    assert "Сначала закройте периоды: 4 четверть." in told
    lock_period(september.quarters[3].pk, september.deputy)
    assert 'name="close_year"' in deputy.get(path).content.decode()
    page = deputy.post(path, {"close_year": "1"}, follow=True).content.decode()
    assert "Учебный год 2026/2027 закрыт (Завучева" in page
    assert "01.09.2027 12:00" in page
    refused = deputy.post(path, {"reopen_year": "1", "why": " "}).content.decode()
    assert "Обязательное поле" in refused
    page = deputy.post(path, {"reopen_year": "1", "why": "пересдача"}, follow=True)
    assert "снова открыт" in page.content.decode()
    assert "пересдача" in page.content.decode()
    assert YearClosing.objects.get().reopened_by == september.deputy


def test_a_year_that_is_unknown_or_no_number_is_missing(september, login):
    deputy = login(september.deputy)
    for asked in ("999999", "первый", "-1", "²"):
        assert deputy.get(f"{reverse('locks')}?year={asked}").status_code == 404
    assert deputy.get(f"{reverse('locks')}?year=").status_code == 200
