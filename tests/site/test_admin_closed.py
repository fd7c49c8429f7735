"""What the administrator can't change once a period is closed (4.2), told beside the form."""

import datetime

import pytest
from django.urls import reverse

from school.actions.days import declare_days
from school.models import (
    DayOverride,
    Journal,
    Lesson,
    Period,
    PeriodLock,
    Substitution,
    YearClosing,
)
from tests.site.test_admin import form_of, send
from tests.world import day, special

# Of pages and rights, alike on every database; the queries behind them have tests on both.
pytestmark = pytest.mark.any_database

TOLD = "период закрыт (2 четверть)"


@pytest.fixture
def closed(world):
    world.storm = special(day(11, 24), "буря")
    declare_days(world.storm)
    PeriodLock.objects.create(period=world.quarters[1], locked_by=world.deputy)
    return world


@pytest.fixture
def browser(closed, login):
    return login(closed.admin)


def page_of(model, one=None, deed="change"):
    name = f"admin:school_{model._meta.model_name}"
    return reverse(f"{name}_{deed}", args=[one.pk]) if one else reverse(f"{name}_add")


def refused(browser, path, told, **changed):
    data = form_of(browser.get(path)) | changed
    page = browser.post(path, data)
    assert page.status_code == 200
    assert told in page.content.decode()


def test_a_lesson(closed, browser):
    place = {"journal": closed.maths.pk, "date": "26.11.2026", "number": 1}
    refused(browser, page_of(Lesson), TOLD, **place)
    refused(browser, page_of(Lesson, closed.lesson), TOLD, cancelled="карантин")
    refused(browser, page_of(Lesson, closed.cancelled_lesson), TOLD, cancelled="")
    assert not Lesson.objects.filter(date=day(11, 26)).exists()
    send(browser, page_of(Lesson), place | {"date": "12.01.2027"})


def test_a_substitution(closed, browser):
    row = {"substitution-TOTAL_FORMS": 1, "substitution-0-teacher": closed.english_teacher.pk}
    path = page_of(Lesson, closed.lesson)
    refused(browser, path, TOLD, **row, **{"substitution-0-lesson": closed.lesson.pk})
    path = page_of(Lesson, closed.substituted)
    refused(browser, path, TOLD, **{"substitution-0-DELETE": "on"})
    assert Substitution.objects.get().teacher == closed.substitute


def on(date):
    return {"starts_on": date, "ends_on": date}


def test_a_day(closed, browser):
    new = on("23.11.2026") | {"kind": "off", "reason": "мороз"}
    refused(browser, page_of(DayOverride), TOLD, **new)
    refused(browser, page_of(DayOverride, closed.storm), TOLD, kind="working")
    refused(browser, page_of(DayOverride, closed.storm), TOLD, **on("13.01.2027"))
    send(browser, page_of(DayOverride), new | on("12.01.2027"))


def test_a_day_is_not_withdrawn(closed, browser):
    path = page_of(DayOverride, closed.storm, "delete")
    page = browser.post(path, {"post": "yes"})
    assert TOLD in page.content.decode()
    chosen = {"action": "delete_selected", "_selected_action": closed.storm.pk, "post": "yes"}
    page = browser.post(reverse("admin:school_dayoverride_changelist"), chosen)
    assert TOLD in page.content.decode()
    assert DayOverride.objects.filter(pk=closed.storm.pk).exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("starts_on", "09.11.2026"),
        ("ends_on", "20.11.2026"),
        ("kind", "half_year"),
        ("number", "7"),
    ],
)
def test_a_period(closed, browser, field, value):
    path = page_of(type(closed.year), closed.year)
    told = "Период закрыт: вид, номер и дни изменить нельзя."
    refused(browser, path, told, **{f"periods-1-{field}": value})
    second = closed.quarters[1]
    assert Period.objects.get(pk=second.pk).ends_on == second.ends_on


def test_another_period_is_changed(closed, browser):
    path = page_of(type(closed.year), closed.year)
    send(browser, path, form_of(browser.get(path)) | {"periods-2-ends_on": "20.03.2027"})
    assert Period.objects.get(pk=closed.quarters[2].pk).ends_on == day(3, 20)


def test_a_period_is_not_deleted(closed, browser):
    path = page_of(type(closed.year), closed.year)
    refused(browser, path, "удалить нельзя", **{"periods-1-DELETE": "on"})
    browser.post(page_of(type(closed.year), closed.year, "delete"), {"post": "yes"})
    assert Period.objects.count() == 4


def test_by_what_a_journal_is_graded(closed, browser):
    path = page_of(Journal, closed.maths)
    refused(browser, path, "уже есть закрытые периоды", period_kind="half_year")
    assert Journal.objects.get(pk=closed.maths.pk).period_kind == "quarter"
    PeriodLock.objects.all().delete()
    send(browser, path, form_of(browser.get(path)) | {"period_kind": "half_year"})
    assert Journal.objects.get(pk=closed.maths.pk).period_kind == "half_year"


# --- a closed year ---


@pytest.fixture
def archive(world, noon):
    """10 June 2027; the year is closed."""
    noon.move_to(datetime.datetime(2027, 6, 10, 9, tzinfo=datetime.UTC))
    for one in world.quarters:
        PeriodLock.objects.create(period=one, locked_by=world.deputy)
    YearClosing.objects.create(year=world.year, closed_by=world.deputy)
    return world


def test_a_closed_year_and_its_journals_are_shown_and_not_changed(archive, login):
    browser = login(archive.admin)
    for one in (archive.year, archive.maths):
        path = page_of(type(one), one)
        page = browser.get(path)
        assert page.status_code == 200
        assert 'name="_save"' not in page.content.decode()
        assert browser.post(path, {"starts_on": "02.09.2026"}).status_code == 403
        assert browser.post(page_of(type(one), one, "delete"), {"post": "yes"}).status_code == 403
    assert Journal.objects.filter(pk=archive.maths.pk).exists()


def test_days_and_lessons_of_a_closed_year_stay(archive, login):
    browser = login(archive.admin)
    new = on("30.10.2026") | {"kind": "off", "reason": "мороз"}
    refused(browser, page_of(DayOverride), "Учебный год 2026/2027 закрыт", **new)
    refused(browser, page_of(Lesson, archive.lesson), "период закрыт", cancelled="карантин")


def test_opened_again_it_is_changed(archive, login):
    browser = login(archive.admin)
    YearClosing.objects.update(
        reopened_by=archive.deputy, reopened_at="2027-06-10T09:00Z", why="пересдача"
    )
    assert 'name="_save"' in browser.get(page_of(Journal, archive.maths)).content.decode()
