"""What every page's template has."""

from dataclasses import dataclass
from itertools import accumulate

from django.urls import reverse

from school.rights import Rights, rights
from setup.addresses import address

IN_SIGHT, LETTERS = 4, 34  # what a phone of 390 px shows of the menu in one line beside «Ещё»
ALL_IN_SIGHT, ALL_LETTERS = 5, 30  # and what it shows without


_OWN_SECTIONS = ("/setup/people/", "/setup/accounts/")


@dataclass(frozen=True)
class NavItem:
    title: str
    url: str
    current: bool


def navigation(request):
    """`nav`: the NavItems a person has a use for; `nav_rest`: those of them that a phone keeps
    under «Ещё»; `keeps`: whether the browser keeps for them
    what is not saved yet; one query at most, the person's rights."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": [], "nav_rest": [], "keeps": False}
    held = rights(user)
    path = request.path
    nav = [
        NavItem(title, url, _is_current(path, (url, *more)))
        for title, url, has, *more in _sections(held)
        if has
    ]
    return {
        "nav": nav,
        "nav_rest": _out_of_sight(nav),
        # Whoever reads a journal has its scripts, also when he writes in none any more.
        "keeps": held.is_school_staff or _teaches(held),
    }


def _sections(held: Rights):
    """(title, address, whether the person has a use for it, beginnings of addresses that belong to
    it as well), the most needed first: on a phone the first ones alone are in sight."""
    leads = held.is_leader
    is_staff, teaches = held.is_school_staff, _teaches(held)
    if leads:
        yield "Сегодня", reverse("home"), True, "/desk/"
        yield "Мои уроки", reverse("own_day"), _has_own_day(held)
        yield "Классы", reverse("classes"), True
    else:
        has_day = is_staff or teaches or _only_sets_up(held)
        yield "Сегодня", reverse("home"), has_day
        yield "Мой класс", _own_class(held), held.ids("lead_class"), "/classes/"
        yield "Расписание", reverse("own_timetable"), teaches
    yield "Журналы", reverse("journals"), leads or teaches
    if leads:
        yield "Контроль", reverse("review"), True, "/leaders/"
        yield "Отчёты", reverse("weekly_reports"), True
    yield "Дневник", reverse("diary"), leads or held.ids("view_diary")
    if not leads:
        yield "Расписание", reverse("own_timetable"), not teaches and held.ids("view_diary")
        yield "Отчёты", reverse("weekly_reports"), held.ids("lead_class")
    yield "Временные журналы", reverse("temp_journals"), is_staff
    if held.is_admin:
        yield "Школа", reverse("setup"), True
        yield "Загрузка", address("imports"), address("imports")
        yield "Люди", reverse("setup_people"), True
        yield "Входы", reverse("setup_accounts"), True


def _only_sets_up(held):
    """Whether the person's home is what waits in the school's set-up."""
    return held.is_admin and not (held.is_school_staff or held.ids("view_diary"))


def _out_of_sight(nav):
    if len(nav) <= ALL_IN_SIGHT and sum(len(item.title) for item in nav) <= ALL_LETTERS:
        return []
    letters = accumulate(len(item.title) for item in nav)
    fits = [place <= IN_SIGHT and width <= LETTERS for place, width in enumerate(letters, start=1)]
    return nav[fits.index(False) :] if False in fits else []


def _teaches(held):
    return bool(held.ids("view_journal") or held.ids("write_student") or held.ids("write_lesson"))


def _has_own_day(held):
    return held.writes_journals or bool(held.ids("lead_class"))


def _own_class(held):
    """The one class that a person leads; of several, be it of other years, the page on which they
    stand."""
    led = held.ids("lead_class")
    return reverse("school_class", args=led) if len(led) == 1 else reverse("classes")


def _is_current(path, beginnings):
    """Of the set-up the people and their accounts have sections of their own."""
    if beginnings[0] == reverse("setup") and path.startswith(_OWN_SECTIONS):
        return False
    return any(path == one if one == "/" else path.startswith(one) for one in beginnings)
