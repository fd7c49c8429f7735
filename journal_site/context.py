"""What every page's template has."""

from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate

from django.urls import reverse

from school.rights import Rights, rights

from .first_login import first_page

IN_SIGHT, LETTERS = 4, 34  # what a phone of 390 px shows of the menu in one line beside «Ещё»
ALL_IN_SIGHT, ALL_LETTERS = 5, 30  # and what it shows without


_OWN_SECTIONS = ("/setup/people/", "/setup/accounts/", "/setup/agreements/")


@dataclass(frozen=True)
class NavItem:
    title: str
    url: str
    current: bool
    is_rest: bool = False  # kept under «Ещё» on a phone


def navigation(request):
    """`nav`: the NavItems a person has a use for; `nav_rest`: those of them that a phone keeps
    under «Ещё»; `keeps`: whether the browser keeps for them
    what is not saved yet; `directs`: whether it is the director; one query
    at most, the person's rights."""
    user = getattr(request, "user", None)
    is_in = user is not None and user.is_authenticated
    if not is_in or ((page := first_page(request)) and not page.has_menu):
        return {"nav": [], "nav_rest": [], "keeps": False, "directs": False}
    held = rights(user)
    path = request.path
    nav = _in_sight(
        [
            NavItem(title, url, _is_current(path, (url, *more)))
            for title, url, has, *more in _sections(held)
            if has
        ]
    )
    return {
        "nav": nav,
        "nav_rest": [item for item in nav if item.is_rest],
        # Whoever reads a journal has its scripts, also when he writes in none any more.
        "keeps": held.is_school_staff or _teaches(held),
        "directs": held.is_director,
    }


def _sections(held: Rights):
    """(title, address, whether the person has a use for it, beginnings of addresses that belong to
    it as well), the most needed first: on a phone the first ones alone are in sight."""
    leads = held.is_leader
    is_staff, teaches = held.is_school_staff, _teaches(held)
    if leads:
        yield "Сегодня", _address("home"), True, "/desk/"
        yield "Мои уроки", _address("own_day"), _has_own_day(held)
        yield "Классы", _address("classes"), True
    else:
        has_day = is_staff or teaches or _only_sets_up(held)
        yield "Сегодня", _address("home"), has_day
        yield "Мой класс", _own_class(held), held.ids("lead_class"), "/classes/"
        yield "Расписание", _address("own_timetable"), teaches
    yield "Журналы", _address("journals"), leads or teaches
    if leads:
        yield "Контроль", _address("review"), True, "/leaders/"
        yield "Отчёты", _address("weekly_reports"), True
    yield "Дневник", _address("diary"), leads or held.ids("view_diary")
    if not leads:
        yield "Расписание", _address("own_timetable"), not teaches and held.ids("view_diary")
        yield "Отчёты", _address("weekly_reports"), held.ids("lead_class")
    yield "Временные журналы", _address("temp_journals"), is_staff
    if held.is_admin:
        yield "Школа", _address("setup"), True
        yield "Загрузка", _address("imports"), True
        yield "Люди", _address("setup_people"), True
        yield "Входы", _address("setup_accounts"), True, _address("setup_agreements")


def _only_sets_up(held):
    """Whether the person's home is what waits in the school's set-up."""
    return held.is_admin and not (held.is_school_staff or held.ids("view_diary"))


def _in_sight(nav):
    """The same NavItems, each told whether it is kept under «Ещё»: from the first that has no room
    on."""
    if len(nav) <= ALL_IN_SIGHT and sum(len(item.title) for item in nav) <= ALL_LETTERS:
        return nav
    letters = accumulate(len(item.title) for item in nav)
    fits = [place <= IN_SIGHT and width <= LETTERS for place, width in enumerate(letters, start=1)]
    shown = fits.index(False) if False in fits else len(nav)
    return nav[:shown] + [replace(item, is_rest=True) for item in nav[shown:]]


def _teaches(held):
    return bool(held.ids("view_journal") or held.ids("write_student") or held.ids("write_lesson"))


def _has_own_day(held):
    return held.writes_journals or bool(held.ids("lead_class"))


def _own_class(held):
    """The one class that a person leads; of several, be it of other years, the page on which they
    stand."""
    led = held.ids("lead_class")
    return _address("school_class", args=led) if len(led) == 1 else _address("classes")


def _is_current(path, beginnings):
    """Of the set-up the people and their accounts have sections of their own."""
    if beginnings[0] == _address("setup") and path.startswith(_OWN_SECTIONS):
        return False
    return any(path == one if one == "/" else path.startswith(one) for one in beginnings)


_address = cache(reverse)  # of the menu's ten looking them up took 0.1 ms of each page
