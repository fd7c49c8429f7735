"""A closed period owes nothing (4.2): what is locked leaves the home page, the letters and the
numbers, the list says so, and who closes is told first what is missing."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from journal_site import actions as site
from journal_site.queries.digests import overdue_before
from journal_site.queries.teacher_day import teacher_day
from journals.actions.entries import save_field
from journals.actions.late import recheck, recheck_sheets
from journals.actions.locks import lock_period, unlock_journal
from journals.actions.watch import sweep
from journals.models import GradeSheet, LateEntry, LessonWork, Mark
from journals.queries.duties import with_closed_period
from journals.queries.missing import missing
from journals.queries.review import review
from school.models import Outage, PeriodLock, User
from tempjournal.actions.outages import record_outage
from tempjournal.models import TemporaryJournal
from tests import world as worlds
from tests.world import day, queries_of

JANUARY = datetime.datetime(2027, 1, 12, 9, tzinfo=datetime.UTC)


@pytest.fixture
def january(world, noon):
    """Whatever the second quarter lacks is late by now."""
    noon.move_to(JANUARY)
    sweep()
    return noon


@pytest.fixture
def closed(world, january):
    lock_period(world.quarters[1].pk, world.deputy)
    return world.quarters[1]


def open_maths(w, hours=2):
    return unlock_journal(w.maths, w.quarters[1], w.deputy, hours, "опечатка")


def day_of(teacher):
    return teacher_day(teacher, timezone.now())


def test_the_home_page_forgets_what_is_locked(world, january):
    assert day_of(world.teacher).gaps
    lock_period(world.quarters[1].pk, world.deputy)
    found = day_of(world.teacher)
    assert (found.gaps, found.sheets) == ([], [])
    assert day_of(world.english_teacher).gaps == []


def test_an_opened_journal_owes_again(world, closed, january):
    open_maths(world)
    assert {one.journal for one in day_of(world.teacher).gaps} == {world.maths}
    january.shift(datetime.timedelta(hours=3))
    assert day_of(world.teacher).gaps == []


def test_what_is_locked_is_in_no_letter(world, january):
    worlds.lesson(world.maths, timezone.localdate(), world.slots[0], cancelled="")
    User.objects.filter(pk=world.teacher.pk).update(email="teacher@school.example")
    january.move_to(JANUARY + datetime.timedelta(hours=8))
    lock_period(world.quarters[1].pk, world.deputy)
    site.send_teacher_digests()
    (letter,) = mail.outbox
    assert letter.subject == "Журнал: 2 записи на сегодня, 1 просрочена"
    assert "23.11" not in letter.body


def test_the_leaders_letter_tells_of_none_of_it(world, noon):
    """Closed on the very day on which it became overdue."""
    late = worlds.lesson(world.russian, day(12, 30), world.slots[0])
    save_field(world.russian, late.pk, "works", "", str(world.test.pk))  # due on 13 January
    noon.move_to(datetime.datetime(2027, 1, 14, 9, tzinfo=datetime.UTC))
    sweep()
    today = timezone.localdate()
    before = overdue_before(today)
    assert before.undone
    lock_period(world.quarters[1].pk, world.deputy)
    assert overdue_before(today).undone == 0


def test_the_list_says_so_and_offers_to_open(world, closed, login):
    browser = login(world.deputy)
    page = browser.get("/review/late/", {"period": closed.pk})
    assert {line.closed_period for line in page.context["lines"]} == {closed.pk}
    text = page.content.decode()
    assert "период закрыт" in text
    assert '<span class="tag late">не записано</span>' not in text
    opens = f"{reverse('locks')}?journal={world.maths.pk}&amp;period={closed.pk}#unlock"
    assert opens in text
    form = browser.get(reverse("locks"), {"journal": world.maths.pk, "period": closed.pk})
    assert f'value="{world.maths.pk}" selected' in form.content.decode()
    open_maths(world)
    lines = browser.get("/review/late/", {"state": "closed", "period": closed.pk}).context["lines"]
    assert lines
    assert world.maths not in {line.entry.journal for line in lines}
    xlsx = browser.get("/review/late/", {"format": "xlsx"})
    assert xlsx.status_code == 200


def test_grades_of_a_closed_period_too(world, noon, login):
    noon.move_to(datetime.datetime(2026, 12, 28, 9, tzinfo=datetime.UTC))
    sweep()
    noon.move_to(JANUARY)
    sweep()
    assert LateEntry.objects.filter(kind="grades", settled_at=None).exists()
    lock_period(world.quarters[1].pk, world.deputy)
    asked = {"kind": "grades", "period": world.quarters[1].pk}
    lines = login(world.deputy).get("/review/late/", asked).context["lines"]
    assert {line.closed_period for line in lines} == {world.quarters[1].pk}


def test_the_year_is_closed_with_its_last_period(world, noon):
    noon.move_to(datetime.datetime(2027, 6, 1, 9, tzinfo=datetime.UTC))
    GradeSheet.objects.create(journal=world.maths, kind=GradeSheet.Kind.YEAR, grades_due_at=JANUARY)
    for period in world.quarters[:3]:
        PeriodLock.objects.create(period=period, locked_by=world.deputy)
    recheck_sheets(GradeSheet.objects.values_list("pk", flat=True))
    entry = LateEntry.objects.get(kind="grades", journal=world.maths)
    assert closed_period(entry) is None
    PeriodLock.objects.create(period=world.quarters[3], locked_by=world.deputy)
    assert closed_period(entry) == world.quarters[3].pk


def closed_period(entry):
    entries = LateEntry.objects.filter(pk=entry.pk)
    return with_closed_period(entries, timezone.now()).get().closed_period


def test_the_review_counts_none_of_it_as_late_now(world, january):
    def late_now():
        journals = queries_journals(world)
        return sum(line.late_now for line in review(journals, *span, timezone.now()))

    span = world.quarters[1].starts_on, world.quarters[1].ends_on
    assert late_now()
    lock_period(world.quarters[1].pk, world.deputy)
    assert late_now() == 0
    open_maths(world)
    assert late_now()


def queries_journals(w):
    return type(w.maths).objects.filter(group__year=w.year)


def test_the_watch_finds_nothing_new_there(world, noon):
    """Marks that were due after the closing; an entry of before stays as it was found."""
    late = worlds.lesson(world.russian, day(12, 30), world.slots[0])
    save_field(world.russian, late.pk, "works", "", str(world.test.pk))
    work = LessonWork.objects.get(lesson=late)
    noon.move_to(datetime.datetime(2026, 12, 31, 9, tzinfo=datetime.UTC))
    sweep()
    entries = LateEntry.objects.filter(lesson=late)
    assert {one.kind for one in entries} == {"attendance", "topic", "homework"}
    lock_period(world.quarters[1].pk, world.deputy)
    noon.move_to(work.marks_due_at + datetime.timedelta(days=1))
    sweep()
    recheck([late.pk])
    assert {one.kind for one in entries.all()} == {"attendance", "topic", "homework"}


def test_a_temporary_journal_of_a_closed_period(world, january):
    """A transfer that nobody can make is nobody's duty (3.2)."""
    outage = Outage(
        starts_at=datetime.datetime(2026, 11, 23, 5, tzinfo=datetime.UTC),
        ends_at=datetime.datetime(2026, 11, 23, 14, tzinfo=datetime.UTC),
        reason="сбой",
    )
    record_outage(outage, world.deputy)
    own = TemporaryJournal.objects.get(journal=world.maths)
    assert own.pk in [one.pk for one, _ in day_of(world.teacher).transfers]
    lock_period(world.quarters[1].pk, world.deputy)
    assert day_of(world.teacher).transfers == []
    january.move_to(own.transfer_due_at + datetime.timedelta(hours=1))
    sweep()
    assert not LateEntry.objects.filter(kind="transfer").exists()
    open_maths(world)
    assert [one for one, _ in day_of(world.teacher).transfers] == [own]


def test_a_late_transfer_of_a_closed_period_is_late_no_more(world, january, login):
    outage = Outage(
        starts_at=datetime.datetime(2026, 11, 23, 5, tzinfo=datetime.UTC),
        ends_at=datetime.datetime(2026, 11, 23, 14, tzinfo=datetime.UTC),
        reason="сбой",
    )
    record_outage(outage, world.deputy)
    own = TemporaryJournal.objects.get(journal=world.maths)
    january.move_to(own.transfer_due_at + datetime.timedelta(hours=1))
    sweep()
    entry = LateEntry.objects.get(kind="transfer", object_id=own.pk)
    assert closed_period(entry) is None
    lock_period(world.quarters[1].pk, world.deputy)
    assert closed_period(entry) == world.quarters[1].pk
    browser = login(world.deputy)
    lines = browser.get("/review/").context["lines"]
    assert {line.late_now for line in lines if line.journal == world.maths} == {0}
    assert queries_of(browser, "/review/") <= 20


def test_the_watch_finds_what_is_late_beside_a_closed_period(world, noon):
    sweep()
    PeriodLock.objects.create(period=world.quarters[0], locked_by=world.deputy)
    noon.move_to(datetime.datetime(2026, 11, 26, 0, tzinfo=datetime.UTC))
    assert sweep() > 0
    assert LateEntry.objects.filter(lesson=world.today_lesson, kind="topic").exists()


# --- before it is closed ---


def test_closing_tells_first_what_is_missing(world, january, login):
    work = LessonWork.objects.create(lesson=world.lesson, work_type=world.test, position=1)
    Mark.objects.create(work=work, student=world.ivanov)
    outage = Outage(
        starts_at=datetime.datetime(2026, 11, 23, 5, tzinfo=datetime.UTC),
        ends_at=datetime.datetime(2026, 11, 23, 14, tzinfo=datetime.UTC),
        reason="сбой",
    )
    record_outage(outage, world.deputy)
    GradeSheet.objects.get_or_create(journal=world.maths, period=world.quarters[1])
    names, lines = missing(world.quarters[1])
    assert names == [
        "присутствие",
        "тема",
        "домашнее задание",
        "отметки за работу",
        "долги («точка»)",
        "оценки",
        "перенос временного журнала",
    ]
    counts = {str(line.journal): [count for _, count in line.counts] for line in lines}
    assert counts["5А, Математика"] == [5, 5, 5, 1, 1, "не все", 1]
    assert counts["5А, Русский язык"][:3] == [1, 1, 1]
    browser = login(world.deputy)
    page = browser.get(reverse("locks")).content.decode()
    assert f'href="?close={world.quarters[1].pk}#close"' in page
    assert 'name="lock"' not in page
    page = browser.get(reverse("locks"), {"close": world.quarters[1].pk}).content.decode()
    assert "Закрыть, хотя записано не всё" in page
    assert "Матвеева" in page
    assert not PeriodLock.objects.exists()
    browser.post(reverse("locks"), {"lock": world.quarters[1].pk})
    assert PeriodLock.objects.exists()


def test_a_full_period_is_closed_without_a_warning(world, login):
    page = login(world.deputy).get(reverse("locks"), {"close": world.quarters[0].pk})
    assert page.context["closing"]["journals"] == []
    assert "Всё записано" in page.content.decode()


@pytest.mark.parametrize("asked", ["", "x", "999999"])
def test_what_can_not_be_closed_is_not_offered(world, login, asked):
    for one in (asked, world.quarters[1].pk):  # of this one the last day has not come
        page = login(world.deputy).get(reverse("locks"), {"close": one})
        assert page.context["closing"] is None


def test_it_costs_the_same_for_any_number(world, january, login):
    browser, url = login(world.deputy), f"{reverse('locks')}?close={world.quarters[1].pk}"
    before = queries_of(browser, url)
    for n in range(5):
        worlds.lesson(world.maths_b, day(11, 10 + n), world.slots[0])
    assert queries_of(browser, url) == before
