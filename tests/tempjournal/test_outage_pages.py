"""The pages of outages: recorded, closed, dismissed; the state of the transfers; the register."""

import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from journals.actions.entries import save_field
from journals.actions.watch import sweep
from journals.models import LateEntry
from school import access
from school.models import Lesson, Outage, Role
from school.rights import rights
from tempjournal.actions.outages import correct_outage, dismiss_outage, record_outage
from tempjournal.models import Transfer
from tempjournal.queries.outage_lines import outage_lines
from tempjournal.queries.outages import outage_version, proposals
from tempjournal.views.transfer import rights_in
from tests import world as worlds
from tests.pdf import pages, words
from tests.tempjournal.conftest import at
from tests.world import assign, day, queries_of
from tests.world import lesson as make_lesson

# Of pages, alike on every database; the queries behind them have tests on both.
pytestmark = pytest.mark.any_database

NEW = "/temp-journals/outages/new/"
REGISTER = "/temp-journals/register/"


def form(**changed):
    return {
        "starts_at": "2026-11-23T09:00",
        "ends_at": "2026-11-24T15:00",
        "reason": "Авария у провайдера",
    } | changed


def correction(outage, **changed):
    """The form as it is sent when it was opened just now."""
    return form(**{"version": outage_version(outage)} | changed)


def address(outage, more=""):
    return f"/temp-journals/outages/{outage.pk}/{more}"


def write(lesson, *fields):
    texts = {"topic": "Дроби", "homework": "-", "attendance": "все"}
    for name in fields or texts:
        save_field(lesson.journal, lesson.pk, name, "", texts[name])


@pytest.fixture
def proposal(world):
    return Outage.objects.create(
        starts_at=at("24 09:30:27"), ends_at=at("24 11:00:12"), found_at=at("24 11:00:12")
    )


# --- recording ---


def test_a_deputy_records_one(world, login):
    sweep()
    client = login(world.deputy)
    shown = client.get(NEW).content.decode()
    assert 'value="2026-11-25T12:00"' in shown  # now
    assert "checked" not in shown  # who can write it down has access again, as a rule
    answer = client.post(NEW, form(), follow=True)
    made = Outage.objects.get()
    assert answer.redirect_chain == [(address(made), 302)]
    assert (made.starts_at, made.ends_at) == (at("23 09:00"), at("24 15:00"))
    assert (made.recorded_by, made.recorded_at) == (world.deputy, worlds.NOON)
    html = answer.content.decode()
    for told in (
        "Сбой 23.11.2026 09:00 – 24.11.2026 15:00",
        "Авария у провайдера",
        "25.11.2026 12:00, Завучева\xa0З.\xa0З.",
        "<b>конец дня 26 ноября 2026</b>, четверг",
    ):
        assert told in html
    assert not LateEntry.objects.filter(lesson=world.lesson).exists()


def test_the_search_over_histories_tells_of_it(world, login, record):
    made = record("23 09:00", "24 15:00")
    made.reason = "Ремонт"
    correct_outage(made)
    page = login(world.deputy).get("/review/history/", {"kind": "сбой"})
    (corrected, _) = (one for one in page.context["lines"] if one.kind == "сбой")
    assert corrected.about == "23.11.2026 09:00 – 24.11.2026 15:00"
    (change,) = corrected.changes
    assert (change.field, change.was, change.now) == ("причина", "Авария у провайдера", "Ремонт")


def test_one_that_is_still_on(world, login):
    client = login(world.director)
    client.post(NEW, form(ends_at="", is_on="on"))
    made = Outage.objects.get()
    assert made.ends_at is None
    html = client.get(address(made)).content.decode()
    assert "Сбой продолжается" in html
    assert 'name="ends_at" value="2026-11-25T12:00"' in html


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"starts_at": ""}, "starts_at", "Укажите дату и время."),
        ({"starts_at": "вчера"}, "starts_at", "Напишите дату и время так"),
        ({"starts_at": "2026-11-25T12:01", "ends_at": ""}, "starts_at", "ещё не наступило"),
        ({"starts_at": "2025-11-23T09:00"}, "starts_at", "до начала учебного года"),
        ({"ends_at": "2026-11-25T12:01"}, "ends_at", "ещё не наступило"),
        ({"ends_at": "2026-11-23T09:00"}, "ends_at", "Конец не позже начала."),
        ({"ends_at": ""}, "ends_at", "Укажите конец или отметьте"),
        ({"is_on": "on"}, "ends_at", "Либо конец, либо"),
        ({"reason": " "}, "reason", "Напишите, почему"),
        ({"reason": "а" * 301}, "reason", "300"),
    ],
)
def test_what_is_wrong_is_told_beside_the_field_and_kept(world, login, changed, field, told):
    response = login(world.deputy).post(NEW, form(**changed))
    assert response.status_code == 200
    found = response.context["form"]
    assert told in " ".join(found.errors[field])
    html = response.content.decode()
    assert f'id="id_{field}_error"' in html
    assert found["reason"].value() in html
    assert not Outage.objects.exists()


def test_typed_as_one_writes_a_date(world, login):
    login(world.deputy).post(NEW, form(starts_at="23.11.2026 09:00", ends_at="24.11.2026 15:00"))
    assert Outage.objects.get().starts_at == at("23 09:00")


def test_two_at_once_are_refused_where_it_was_typed(world, login, record):
    record("23 09:00", "24 15:00")
    response = login(world.deputy).post(
        NEW, form(starts_at="2026-11-24T08:00", ends_at="2026-11-25T09:00")
    )
    assert "уже записан сбой: 23.11.2026 09:00" in response.content.decode()
    assert 'value="2026-11-24T08:00"' in response.content.decode()
    assert Outage.objects.count() == 1


# --- correcting, closing, dismissing ---


def test_correcting(world, login, record):
    made = record("23 09:00", "24 15:00")
    client = login(world.deputy)
    shown = client.get(address(made, "edit/")).content.decode()
    for value in ("2026-11-23T09:00", "2026-11-24T15:00", "Авария у провайдера"):
        assert f'value="{value}"' in shown
    sent = correction(made, starts_at="2026-11-24T08:00", reason="Ремонт")
    client.post(address(made, "edit/"), sent)
    made.refresh_from_db()
    assert (made.starts_at, made.reason) == (at("24 08:00"), "Ремонт")
    assert made.history.first().history_user == world.deputy
    assert made.temporary_journals.count() == 2
    answer = client.post(address(made, "edit/"), sent)  # twice, as impatient people press
    assert answer.status_code == 302
    assert made.history.count() == 2


def test_two_who_correct_at_once_do_not_undo_each_other(world, login, record):
    made = record("23 09:00", "24 15:00")
    deputy, director = login(world.deputy), login(world.director)
    opened = deputy.get(address(made, "edit/")).context["form"]["version"].value()
    director.post(address(made, "edit/"), correction(made, reason="Ремонт"))
    sent = form(version=opened, starts_at="2026-11-23T10:00", reason="Не было света")
    html = deputy.post(address(made, "edit/"), sent).content.decode()
    assert "Пока вы писали, сбой исправили: 23.11.2026 09:00 – 24.11.2026 15:00." in html
    assert 'value="2026-11-23T10:00"' in html
    assert 'value="Не было света"' in html
    made.refresh_from_db()
    assert (made.starts_at, made.reason) == (at("23 09:00"), "Ремонт")
    deputy.post(address(made, "edit/"), sent | {"version": outage_version(made)})
    made.refresh_from_db()
    assert (made.starts_at, made.reason) == (at("23 10:00"), "Не было света")


def test_a_form_left_open_does_not_reopen_what_is_over(world, login, record):
    made = record("23 09:00")
    client = login(world.deputy)
    sent = correction(made, ends_at="", is_on="on", reason="Ремонт")
    client.post(address(made), {"ends_at": "2026-11-25T11:00"})
    html = client.post(address(made, "edit/"), sent).content.decode()
    assert "Пока вы писали, сбой исправили: 23.11.2026 09:00 – 25.11.2026 11:00." in html
    made.refresh_from_db()
    assert made.ends_at == at("25 11:00")


def test_who_corrects_a_proposal_that_is_recorded_by_now(world, login, proposal):
    opened = correction(proposal, starts_at="2026-11-24T09:00")
    proposal.reason = "Ремонт"
    record_outage(proposal, world.director)
    html = login(world.deputy).post(address(proposal, "edit/"), opened).content.decode()
    assert "Пока вы писали, сбой исправили" in html
    proposal.refresh_from_db()
    assert (proposal.starts_at, proposal.reason) == (at("24 09:30:27"), "Ремонт")


@pytest.mark.parametrize(("today", "is_over"), [("26 23:00", False), ("27 00:01", True)])
def test_a_deadline_that_is_over_is_told_at_once(world, login, noon, today, is_over):
    noon.move_to(at(today))
    html = login(world.deputy).post(NEW, form(), follow=True).content.decode()
    told = "Срок переноса уже прошёл: он был до конца дня 26 ноября 2026 (3.2)."
    assert (told in html) == is_over
    if is_over:
        assert "считаются просроченными с завтрашнего дня" in html
        assert not LateEntry.objects.filter(kind="transfer").exists()  # nobody is late at once
        sweep()
        assert not LateEntry.objects.filter(kind="transfer").exists()
        noon.move_to(at("28 00:00"))
        sweep()
        assert LateEntry.objects.filter(kind="transfer").exists()


def test_it_is_told_of_an_end_long_ago_as_well(world, login, record, noon):
    made = record("23 09:00")
    noon.move_to(at("27 00:01"))
    sent = {"ends_at": "2026-11-24T15:00"}
    html = login(world.deputy).post(address(made), sent, follow=True).content.decode()
    assert "Срок переноса уже прошёл" in html


def test_a_correction_that_is_refused_changes_nothing(world, login, record):
    made = record("23 09:00", "24 15:00")
    maths = made.temporary_journals.get(journal=world.maths)
    Transfer.objects.create(
        temporary_journal=maths,
        lesson=world.lesson,
        made_by=world.teacher,
        source="hand",
        made_at=at("25 11:00"),
        entries=5,
    )
    client = login(world.deputy)
    response = client.post(address(made, "edit/"), correction(made, starts_at="2026-11-24T08:00"))
    assert "уже перенесены записи" in response.content.decode()
    assert "23.11.2026 09:00 – 24.11.2026 15:00" in response.content.decode()
    shown = client.get(address(made)).content.decode()
    assert "Да, отменить" not in shown
    assert "Отменить этот сбой нельзя" in shown
    response = client.post(address(made, "dismiss/"), follow=True)
    assert "исправьте его время" in response.content.decode()
    made.refresh_from_db()
    assert (made.starts_at, made.stands) == (at("23 09:00"), True)


def test_closing(world, login, record):
    made = record("23 09:00")
    client = login(world.deputy)
    for text, told in (
        ("", "Укажите"),
        ("2026-11-23T08:00", "раньше, чем начался"),
        ("2026-11-25T12:30", "не наступило"),
    ):
        response = client.post(address(made), {"ends_at": text})
        assert told in response.content.decode()
        assert text in response.content.decode()
    response = client.post(address(made), {"ends_at": "2026-11-25T11:50"}, follow=True)
    assert "<b>конец дня 27 ноября 2026</b>, пятница" in response.content.decode()
    response = client.post(address(made), {"ends_at": "2026-11-25T11:00"}, follow=True)
    assert "Конец этого сбоя уже записан." in response.content.decode()
    made.refresh_from_db()
    assert made.ends_at == at("25 11:50")


def test_dismissing_asks_first(world, login, record):
    made = record("23 09:00", "24 15:00")
    client = login(world.deputy)
    assert "Да, отменить" in client.get(address(made)).content.decode()
    assert client.get(address(made, "dismiss/")).status_code == 405
    response = client.post(address(made, "dismiss/"), follow=True)
    assert response.redirect_chain == [(REGISTER, 302)]
    assert "отменил(а) Завучева\xa0З.\xa0З. 25.11.2026 12:00" in response.content.decode()
    html = client.get(address(made)).content.decode()
    assert "Запись отменена" in html
    assert "Исправить" not in html
    assert client.get(address(made, "edit/")).status_code == 403
    assert login(world.teacher).get(address(made, "edit/")).status_code == 404
    assert login(world.teacher).get(address(made)).status_code == 404


def test_a_proposal_is_recorded_with_its_time(world, login, proposal):
    client = login(world.deputy)
    assert "не подавала признаков жизни" in client.get(address(proposal)).content.decode()
    shown = client.get(address(proposal, "edit/")).content.decode()
    assert 'value="2026-11-24T09:30"' in shown
    assert 'value="2026-11-24T11:00"' in shown
    times = {"starts_at": "2026-11-24T09:30", "ends_at": "2026-11-24T11:00"}
    sent = correction(proposal, **times, reason="Свет")
    html = client.post(address(proposal, "edit/"), sent, follow=True).content.decode()
    assert "паузу заметила система" in html
    proposal.refresh_from_db()
    assert (proposal.stands, proposal.recorded_by) == (True, world.deputy)


def prefilled(client, outage):
    html = client.get(address(outage, "edit/")).content.decode()
    times = re.findall(r'value="2026-11-(\d\d)T(\d\d:\d\d)"', html)
    return [" ".join(one) for one in times], "Часть этого времени уже записана" in html


def recorded(client, outage, starts, ends):
    """The page after a proposal was recorded from «24 10:50» to another instant."""
    times = [f"2026-11-{text.replace(' ', 'T')}" for text in (starts, ends)]
    sent = correction(outage, **dict(zip(("starts_at", "ends_at"), times, strict=True)))
    return client.post(address(outage, "edit/"), sent, follow=True).content.decode()


@pytest.mark.parametrize(
    ("known", "left"),
    [
        ([], ["24 09:30", "24 11:00"]),
        ([("24 08:00", "24 10:00")], ["24 10:00", "24 11:00"]),
        ([("24 10:00", None)], ["24 09:30", "24 10:00"]),
        ([("24 09:00", "24 09:45"), ("24 10:15", "24 12:00")], ["24 09:45", "24 10:15"]),
        ([("24 09:00", "24 09:30:10")], ["24 09:31", "24 11:00"]),
        ([("24 09:30", "24 10:00:40"), ("24 10:01:20", "24 10:30")], ["24 10:30", "24 11:00"]),
    ],
)
def test_of_a_proposal_known_in_part_the_rest_is_recorded(
    world, login, record, proposal, known, left
):
    for span in known:
        record(*span)
    client = login(world.deputy)
    assert prefilled(client, proposal) == (left, bool(known))
    assert "Сбой записан" in recorded(client, proposal, *left)
    proposal.refresh_from_db()
    assert (proposal.starts_at, proposal.ends_at) == tuple(map(at, left))
    assert proposals() == []


def test_of_a_proposal_in_pieces_the_others_stay_proposed(world, login, record, proposal):
    record("24 09:45", "24 10:00")
    record("24 10:15", "24 10:30")
    client = login(world.deputy)
    assert prefilled(client, proposal) == (["24 09:30", "24 09:45"], True)
    recorded(client, proposal, "24 09:30", "24 09:40")  # as he knows, it was over before
    html = client.get("/temp-journals/").content.decode()
    assert re.findall(r"не подавала признаков жизни 24\.11\.2026 (.*?)\. ", html) == [
        "10:00 – 10:15",
        "10:30 – 11:00",
    ]
    assert {one.found_at for one in proposals()} == {proposal.found_at}


def test_a_proposal_wholly_known_is_none(world, login, record, proposal):
    record("24 09:00", "24 10:00")
    record("24 10:00", "24 11:00")
    assert "не подавала" not in login(world.deputy).get("/temp-journals/").content.decode()


def test_a_proposal_is_rejected(world, login, proposal):
    client = login(world.deputy)
    html = client.post(address(proposal, "dismiss/"), follow=True).content.decode()
    assert "Предложение отклонено." in html
    assert "найден системой; отклонил(а) Завучева" in html


# --- the state of the transfers ---


def lines(client, outage):
    return {
        str(line.journal): (line.teachers, line.complete, line.lessons, line.state)
        for line in client.get(address(outage)).context["lines"]
    }


def test_the_journals_of_an_outage(world, login, record, noon):
    made = record("23 09:00", "24 15:00")
    write(world.lesson)
    write(world.english_lesson)
    write(world.individual_lesson, "topic")
    client = login(world.deputy)
    teacher, nobody = "Матвеева\xa0М.\xa0М.", ""
    substitute, english = "Заменова\xa0З.", "Англичанова\xa0А."
    plan = "Особый О., инд. план, Математика"
    assert lines(client, made) == {
        "5А, Математика": (f"{teacher}, {substitute}", 1, 2, "частично"),
        "5Б, Математика": (teacher, 0, 1, "не начат"),
        "5 англ. 1, Английский язык": (english, 1, 1, "записан в журнале"),
        plan: (nobody, 0, 1, "частично"),
    }
    assert dict(client.get(address(made)).context["counts"]) == {
        "не начат": 1,
        "частично": 2,
        "записан в журнале": 1,
    }
    noon.move_to(at("27 09:00"))
    write(world.lesson_b)
    states = {name: line[-1] for name, line in lines(client, made).items()}
    assert states == {
        "5А, Математика": "просрочен",
        "5Б, Математика": "записан в журнале с опозданием",
        "5 англ. 1, Английский язык": "записан в журнале",
        plan: "просрочен",
    }


def test_who_transferred_and_when(world, login, record):
    made = record("23 09:00", "24 15:00")
    maths = made.temporary_journals.get(journal=world.maths)
    for lesson, person, minute, entries in (
        (world.lesson, world.teacher, "25 11:10", 12),
        (world.substituted, world.substitute, "25 11:30", 7),
        (world.substituted, world.teacher, "25 11:20", 1),
    ):
        Transfer.objects.create(
            temporary_journal=maths,
            lesson=lesson,
            made_by=person,
            source="hand",
            made_at=at(minute),
            entries=entries,
        )
    line = login(world.deputy).get(address(made)).context["lines"][0]
    assert [(one.who, one.at, one.entries) for one in line.typed] == [
        ("Матвеева\xa0М.\xa0М.", at("25 11:20"), 13),
        ("Заменова\xa0З.", at("25 11:30"), 7),
    ]
    assert line.state == "частично"


def test_a_teacher_sees_his_journals_and_no_deeds(world, login, record):
    made = record("23 09:00", "24 15:00")
    client = login(world.teacher)
    assert set(lines(client, made)) == {"5А, Математика", "5Б, Математика"}
    html = client.get(address(made)).content.decode()
    assert "Перенести свои журналы" in html
    assert "Отменить сбой" not in html
    assert "Исправить" not in html
    assert set(lines(login(world.english_teacher), made)) == {"5 англ. 1, Английский язык"}
    assert (
        "Перенести" not in login(world.deputy).get(address(made)).content.decode().split("<h2>")[1]
    )


def test_a_substitute_sees_what_he_takes(world, login, record, noon):
    made = record("23 09:00", "24 15:00")
    write(world.lesson, "topic")  # the teacher's
    client = login(world.substitute)
    name, who = "5А, Математика", "Заменова\xa0З."
    assert lines(client, made) == {name: (who, 0, 1, "не начат")}
    write(world.substituted, "topic")
    assert lines(client, made) == {name: (who, 0, 1, "частично")}
    write(world.substituted, "homework", "attendance")
    assert lines(client, made) == {name: (who, 1, 1, "записан в журнале")}
    (line,) = client.get(address(made, "transfer/")).context["lines"]
    assert (line.is_own, line.is_done, line.transferred_at) == (True, True, worlds.NOON)
    assert "Загрузить и посмотреть" in client.get(address(made, "transfer/")).content.decode()
    assert lines(login(world.teacher), made)[name][1:] == (1, 2, "частично")


def test_who_took_no_lesson_of_it_has_nothing_to_transfer(world, login, record):
    made = record("23 09:00", "23 15:00")  # the substitute's was on the 24th
    client = login(world.substitute)
    assert lines(client, made) == {}
    html = client.get(address(made, "transfer/")).content.decode()
    assert "Ваших уроков во время этого сбоя не было." in html
    assert "Загрузить" not in html


def test_a_leader_who_teaches_transfers_his_own(world, login, record):
    made = record("23 09:00", "24 15:00")
    Role.objects.create(user=world.teacher, kind=Role.Kind.DEPUTY)
    found = login(world.teacher).get(address(made)).context["lines"]
    own = {str(line.journal) for line in found if line.is_own}
    assert len(found) == 4
    assert own == {"5А, Математика", "5Б, Математика"}


def test_no_lessons_nothing_to_transfer(world, login, record):
    made = record("21 09:00", "22 15:00")
    assert "переносить нечего" in login(world.deputy).get(address(made)).content.decode()


def test_queries_do_not_grow_with_the_journals(world, login, record):
    made = record("23 09:00", "24 15:00")
    deputy, teacher = login(world.deputy), login(world.teacher)
    addresses = [(deputy, address(made)), (teacher, address(made)), (deputy, REGISTER)]
    few = [queries_of(*one) for one in addresses]
    for person in (world.english_teacher, world.substitute):
        assign(person, world.russian)
    for journal in (world.russian, world.english, world.individual, world.maths_b, world.maths):
        for slot in (4, 5, 6):
            write(make_lesson(journal, day(11, 24), world.slots[slot]))
    assert made.temporary_journals.count() == 5
    for one in made.temporary_journals.all():
        Transfer.objects.create(
            temporary_journal=one,
            lesson=Lesson.objects.filter(journal=one.journal)[0],
            made_by=world.teacher,
            source="hand",
            made_at=worlds.NOON,
            entries=1,
        )
    many = [queries_of(*one) for one in addresses]
    assert many == few
    assert max(many) <= 20
    record("25 09:00", "25 11:00")
    record("20 09:00", "20 16:00")
    assert queries_of(deputy, REGISTER) == many[2]


# --- late transfers among the late entries ---


def test_a_late_transfer_is_told_like_any_other_duty(world, login, record, noon):
    made = record("23 09:00", "24 15:00")
    noon.move_to(at("27 09:00"))
    write(world.lesson)
    sweep()
    client = login(world.deputy)
    asked = {"kind": "transfer", "state": "open"}
    told = {
        line.told.about: (line.told.place, line.told.what, line.who, line.told.url)
        for line in client.get("/review/late/", asked).context["lines"]
    }
    what, url = "перенос временного журнала", reverse("transfer", args=[made.pk])
    assert told["5А, Математика"] == ("сбой 23.11–24.11", what, "Заменова\xa0З.", url)
    assert told["5Б, Математика"][2] == "Матвеева\xa0М.\xa0М."
    write(world.substituted)
    settled = client.get("/review/late/", asked | {"state": "settled"}).context["lines"]
    assert [(line.told.about, line.who) for line in settled] == [
        ("5А, Математика", "Матвеева\xa0М.\xa0М., Заменова\xa0З.")
    ]


# --- the fragment of the home page of temporary journals ---


def fragment(user, now=worlds.NOON):
    is_leader = rights(user).is_leader
    own = None if is_leader else rights_in(user, access.journals(user))
    found = outage_lines(now, own)
    context = {"outages": found, "is_leader": is_leader}
    return found, render_to_string("tempjournal/_outages.html", context)


def test_what_has_something_to_do_comes_first(world, record, noon, proposal):
    record("20 09:00", "20 16:00")  # no lesson: nothing to do
    old = record("23 09:00", "23 16:00")
    noon.move_to(at("26 09:00"))
    new = record("26 08:30")
    found, html = fragment(world.deputy, at("26 09:00"))
    assert [one.outage for one in found.present] == [new, old]
    assert [(one.journals, one.undone, one.is_late) for one in found.present] == [
        (0, 0, False),
        (3, 3, True),
    ]
    assert len(found.past) == 1
    assert "24.11.2026 09:30 – 11:00" in html  # proposed
    assert "не перенесено: 3 из 3" in html
    assert "продолжается" in html
    assert NEW in html
    found, html = fragment(world.english_teacher, at("26 09:00"))
    assert [(one.journals, one.undone) for one in found.past] == [(0, 0), (0, 0)]
    assert found.proposals == []
    assert "не подавала" not in html
    assert NEW not in html


def test_of_a_substitutes_journals_the_lessons_he_takes_count(world, record):
    without = record("20 09:00", "20 16:00")
    make_lesson(world.maths, day(11, 20), world.slots[4])
    its = record("23 09:00", "24 15:00")
    found, html = fragment(world.substitute)
    assert [one.outage for one in found.present] == [its]
    assert "не перенесено: 1 из 1" in html
    assert [one.outage for one in found.past] == [without]
    assert "переносить нечего" in html
    write(world.substituted)
    found, html = fragment(world.substitute)
    assert not found.present
    assert "всё перенесено" in html
    assert its.temporary_journals.get(journal=world.maths).transferred_at is None


def test_without_outages_it_says_so(world):
    _, html = fragment(world.teacher)
    assert "сбоев не записано" in html


def test_the_fragment_costs_the_same_for_any_number(world, record, django_assert_num_queries):
    own = rights_in(world.teacher, access.journals(world.teacher))
    for starts_at, ends_at in (("23 09:00", "23 16:00"), ("24 09:00", "24 16:00")):
        record(starts_at, ends_at)
        with django_assert_num_queries(8):
            outage_lines(worlds.NOON)
        with django_assert_num_queries(13):
            outage_lines(worlds.NOON, own)


# --- the register ---


def test_the_register(world, login, record, noon):
    record("20 09:00", "20 16:00")
    made = record("23 09:00", "24 15:00")
    write(world.lesson_b)
    dismiss_outage(record("16 09:00", "16 16:00"), world.director)
    html = login(world.director).get(REGISTER).content.decode()
    assert html.index("20.11.2026 09:00") < html.index("23.11.2026 09:00")
    assert "Журналов: 4, не начат" in html
    assert "Уроков в это время не было." in html
    assert "Отменено и отклонено" in html
    assert address(made) in html


def test_the_register_to_print(world, login, record, noon):
    made = record("23 09:00", "24 15:00")
    maths = made.temporary_journals.get(journal=world.maths_b)
    Transfer.objects.create(
        temporary_journal=maths,
        lesson=world.lesson_b,
        made_by=world.teacher,
        source="hand",
        made_at=at("25 11:10"),
        entries=9,
    )
    write(world.lesson_b)
    response = login(world.director).get("/temp-journals/register.pdf")
    assert response["Content-Type"] == "application/pdf"
    text = " ".join(words(" ".join(pages(response.content, "-raw"))))
    for told in (
        "Школа-интернат № 1",
        "1. 23.11.2026 09:00 – 24.11.2026 15:00",
        "Авария у провайдера. Записал(а): Завучева З. З., 25.11.2026 12:00.",
        "конец дня 26.11.2026",
        "перенесён 25.11 12:00",
        "Матвеева М. М., 25.11 11:10, 9",
        "не начат: 3, перенесён: 1",
        "Директор",
    ):
        assert told in text


# --- the home page and the letter ---


def test_the_teachers_home_page_names_what_is_to_be_transferred(world, login, record, noon):
    made = record("23 09:00", "24 15:00")
    client = login(world.teacher)

    def todo(client=client):
        return [
            (str(one.journal), todo.name, todo.when, todo.is_late, todo.url)
            for one, todo in client.get("/").context["transfers"]
        ]

    what, url = "перенести, сбой 23.11–24.11", reverse("transfer", args=[made.pk])
    assert todo() == [
        ("5А, Математика", what, "до 26.11", False, url),
        ("5Б, Математика", what, "до 26.11", False, url),
    ]
    assert "Перенести временные журналы" in client.get("/").content.decode()
    write(world.lesson)  # what is left of 5А is the substitute's
    assert [line[0] for line in todo()] == ["5Б, Математика"]
    assert [line[0] for line in todo(login(world.substitute))] == ["5А, Математика"]
    assert todo(login(world.class_teacher)) == []
    noon.move_to(at("27 09:00"))
    assert [line[2:4] for line in todo()] == [("опоздание на 9 ч", True)]


def test_what_is_no_longer_ones_own_is_not_to_be_transferred(world, login, record, noon):
    record("23 09:00", "23 15:00")
    noon.move_to(at("25 12:00"))
    client = login(world.teacher)

    def transfers():
        return [str(one.journal) for one, _ in client.get("/").context["transfers"]]

    assert transfers() == ["5А, Математика", "5Б, Математика"]
    world.maths.assignments.update(ends_on=day(11, 24))
    assert transfers() == ["5Б, Математика"]


def test_while_it_lasts_nothing_is_to_be_transferred(world, login, record):
    record("23 09:00")
    assert login(world.teacher).get("/").context["transfers"] == []


def test_leaders_are_told_of_what_is_on_and_of_proposals(world, login, record, proposal):
    deputy = login(world.deputy)
    html = deputy.get("/", follow=True).content.decode()
    assert "Система не подавала признаков жизни</b> 24.11.2026 09:30 – 11:00" in html
    assert address(proposal) in html
    made = record("25 10:30")
    html = deputy.get("/", follow=True).content.decode()
    assert "Сбой продолжается</b> с 25.11.2026 10:30 по сей час" in html
    dismiss_outage(made, world.deputy)
    dismiss_outage(proposal, world.deputy)
    assert "Сбой" not in deputy.get("/", follow=True).content.decode()
    assert "не подавала" not in login(world.teacher).get("/").content.decode()


def test_the_teachers_letter_tells_of_it_on_its_last_day(world, record, noon):
    from journal_site import letters

    record("23 09:00", "24 15:00")
    for lesson in Lesson.objects.exclude(date__in=[day(11, 23), day(11, 24)]):
        if not lesson.cancelled and lesson.date <= day(11, 25):
            write(lesson)
    world.future_lesson.delete()
    write(world.lesson)
    assert letters.teacher_digest(world.teacher, worlds.NOON) is None
    letter = letters.teacher_digest(world.teacher, at("26 15:00"))
    assert letter.subject == "Журнал: 4 записи на сегодня"  # of one lesson three
    assert "ВРЕМЕННЫЕ ЖУРНАЛЫ\n\n5Б, Математика\n— перенести, сбой 23.11–24.11, до конца дня" in (
        letter.text
    )
    assert "/transfer/" in letter.text


def test_the_home_page_costs_the_same_for_any_number(world, login, record):
    record("23 09:00", "23 15:00")
    client = login(world.teacher)
    few = queries_of(client, "/")
    record("24 09:00", "24 15:00")
    record("20 09:00", "20 15:00")
    for journal in (world.maths, world.maths_b):
        make_lesson(journal, day(11, 24), world.slots[5])
    assert len(client.get("/").context["transfers"]) == 4
    assert queries_of(client, "/") == few
