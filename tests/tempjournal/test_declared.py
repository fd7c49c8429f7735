"""When a transfer is complete: a person says so, or every lesson has its parts (3.2)."""

import datetime

import pytest
from django.urls import reverse

from attendance.refusals import Refused
from journals.actions.entries import save_cell, save_field
from journals.actions.watch import sweep
from journals.models import LateEntry, WorkType
from school.models import TeachingAssignment
from tempjournal.actions.outages import declare_transferred, dismiss_outage, withdraw_declaration
from tempjournal.models import TemporaryJournal
from tempjournal.queries.transfers import transfer_lines
from tests import world as worlds
from tests.tempjournal.conftest import at
from tests.world import assign, day


def write(lesson, **fields):
    """Topic, homework and attendance of a lesson."""
    for name, text in {"topic": "Дроби", "homework": "-", "attendance": "все"}.items():
        save_field(lesson.journal, lesson.pk, name, "", text)


def mark(w, student, text="5", was=""):
    save_cell(w.maths, w.lesson.pk, student.pk, was, text)


@pytest.fixture
def monday(world, record):
    """An outage of Monday, 23 November: a lesson of mathematics in 5А, among others."""
    return record("23 09:00", "23 16:00")


@pytest.fixture
def maths(world, monday):
    return lambda: monday.temporary_journals.get(journal=world.maths)


def post(client, outage, journal, **data):
    address = reverse("declare_transferred", args=[outage.pk, journal.pk])
    return client.post(address, data, follow=True)


def home(client):
    return [one.journal for one, _ in client.get("/").context["transfers"]]


# --- every lesson has its parts ---


def test_the_marks_of_its_works_are_a_part(world, maths, noon):
    """Their teacher names a test: until all its marks are in, the paper is not transferred."""
    WorkType.objects.filter(pk=world.test.pk).update(expects=WorkType.Expects.PRESENT)
    save_field(world.maths, world.lesson.pk, "works", "", str(world.test.pk))
    write(world.lesson)
    assert maths().transferred_at is None
    mark(world, world.ivanov)
    assert maths().transferred_at is None
    noon.shift(60)
    mark(world, world.petrova)
    assert maths().transferred_at == worlds.NOON + datetime.timedelta(seconds=60)
    mark(world, world.petrova, "", was="5")
    assert maths().transferred_at is None


def test_a_work_that_is_named_afterwards_asks_for_its_marks(world, maths):
    write(world.lesson)
    assert maths().transferred_at == worlds.NOON
    save_field(world.maths, world.lesson.pk, "works", "", str(world.test.pk))
    assert maths().transferred_at is None
    save_field(world.maths, world.lesson.pk, "works", str(world.test.pk), "")
    assert maths().transferred_at == worlds.NOON


def test_a_list_mended_meanwhile_counts(world, maths):
    WorkType.objects.filter(pk=world.test.pk).update(expects=WorkType.Expects.PRESENT)
    save_field(world.maths, world.lesson.pk, "works", "", str(world.test.pk))
    write(world.lesson)
    mark(world, world.ivanov)
    enrolment = world.petrova.enrolments.get()
    enrolment.ends_on = day(11, 20)
    enrolment.save()
    assert maths().transferred_at == worlds.NOON


def test_the_list_counts_lessons_with_all_their_parts(world, monday, maths, login):
    save_field(world.maths, world.lesson.pk, "works", "", str(world.test.pk))
    write(world.lesson)
    lines = transfer_lines(monday.temporary_journals.all(), worlds.NOON)
    assert {line.journal: (line.complete, line.lessons) for line in lines}[world.maths] == (0, 1)
    assert world.maths in home(login(world.teacher))
    mark(world, world.ivanov)
    lines = transfer_lines(monday.temporary_journals.all(), worlds.NOON)
    assert {line.journal: (line.complete, line.lessons) for line in lines}[world.maths] == (1, 1)
    assert world.maths not in home(login(world.teacher))


# --- or the person says so ---


def test_who_says_so_is_done(world, monday, maths, login):
    client = login(world.teacher)
    assert world.maths in home(client)
    html = post(client, monday, world.maths).content.decode()
    one = maths()
    assert (one.declared_by, one.declared_at) == (world.teacher, worlds.NOON)
    assert one.transferred_at == worlds.NOON
    assert "«Всё перенесено»: Матвеева" in html
    assert world.maths not in home(client)
    told = one.history.first()
    assert (told.history_user, told.declared_by, told.history_type) == (
        world.teacher,
        world.teacher,
        "~",
    )


def test_it_is_taken_back(world, monday, maths, login, noon):
    client = login(world.teacher)
    post(client, monday, world.maths)
    noon.shift(60)
    post(client, monday, world.maths, undo="1")
    one = maths()
    assert (one.declared_by, one.declared_at, one.transferred_at) == (None, None, None)
    assert world.maths in home(client)
    assert [row.declared_by for row in one.history.all()[:2]] == [None, world.teacher]
    lines = login(world.deputy).get("/review/history/", {"journal": world.maths.pk})
    who = [one.who for one in lines.context["lines"] if one.kind == "временный журнал"]
    assert who == ["Матвеева\xa0М.\xa0М."] * 2
    write(world.lesson)
    assert maths().transferred_at == worlds.NOON + datetime.timedelta(seconds=60)


def test_twice_is_once(world, monday, maths, login, noon):
    client = login(world.teacher)
    post(client, monday, world.maths)
    noon.shift(60)
    post(client, monday, world.maths)
    assert maths().declared_at == worlds.NOON
    assert maths().history.count() == 1


def test_said_too_late_it_is_late(world, monday, maths, login, noon):
    noon.move_to(at("26 09:00"))  # it was due at the end of the 25th
    sweep()
    late = LateEntry.objects.filter(kind="transfer", object_id=maths().pk)
    assert late.get().settled_at is None
    client = login(world.teacher)
    post(client, monday, world.maths)
    assert late.get().settled_at == at("26 09:00")
    post(client, monday, world.maths, undo="1")
    assert late.get().settled_at is None


def test_while_it_lasts_nobody_can_say_so(world, record, login):
    lasting = record("23 09:00")
    one = lasting.temporary_journals.get(journal=world.maths)
    with pytest.raises(Refused, match="ещё продолжается"):
        declare_transferred(one, world.teacher)
    html = post(login(world.teacher), lasting, world.maths).content.decode()
    assert "ещё продолжается" in html
    assert TemporaryJournal.objects.exclude(declared_at=None).count() == 0


def test_a_substitute_says_so_only_of_what_is_all_his(world, record, login):
    """Yesterday's lesson of mathematics was hers alone; of two days' she has but one."""
    his = record("24 09:00", "24 16:00")
    post(login(world.substitute), his, world.maths)
    assert his.temporary_journals.get(journal=world.maths).declared_by == world.substitute
    withdraw_declaration(his.temporary_journals.get(journal=world.maths))
    dismiss_outage(his, world.deputy)
    both = record("23 09:00", "24 16:00")
    client = login(world.substitute)
    assert post(client, both, world.maths).status_code == 403
    page = client.get(reverse("transfer", args=[both.pk])).content.decode()
    assert "declare" not in page
    assert "/done/" not in page


# --- whose duty it is ---


def test_the_successor_transfers(world, monday, maths, login, noon):
    """The paper is due on the 25th; her assignment ended on the 24th."""
    TeachingAssignment.objects.filter(teacher=world.teacher, journal=world.maths).update(
        ends_on=day(11, 24)
    )
    assign(world.english_teacher, world.maths, day(11, 25))
    noon.move_to(at("26 09:00"))
    sweep()
    deputy = login(world.deputy)
    asked = {"kind": "transfer", "subject": world.maths.subject_id}
    lines = deputy.get("/review/late/", asked).context["lines"]
    of_maths = {str(line.entry.journal): line.who for line in lines}
    assert of_maths["5А, Математика"] == "Англичанова\xa0А."
    for person, count in ((world.english_teacher, 1), (world.teacher, 1)):
        found = deputy.get("/review/late/", asked | {"teacher": person.pk}).context["lines"]
        assert len(found) == count  # hers is that of 5Б
    assert world.maths in home(login(world.english_teacher))
    assert world.maths not in home(login(world.teacher))
