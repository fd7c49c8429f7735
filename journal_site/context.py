"""What every page's template has."""

from dataclasses import dataclass

from django.urls import reverse

from school.rights import rights


@dataclass(frozen=True)
class NavItem:
    title: str
    url: str
    current: bool


def navigation(request):
    """`nav`: the NavItems a person has a use for; `keeps`: whether the browser keeps for them what
    is not saved yet; one query at most, the person's rights."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": [], "keeps": False}
    held = rights(user)
    teaches = held.ids("view_journal") or held.ids("write_student") or held.ids("write_lesson")
    items = [
        ("Сегодня", reverse("home"), True),
        ("Контроль", reverse("review"), held.is_leader),
        (
            "Расписание",
            reverse("timetable" if held.is_leader else "own_timetable"),
            held.is_leader or teaches or held.ids("view_diary"),
        ),
        ("Журналы", reverse("journals"), held.is_leader or teaches),
        ("Дневник", reverse("diary"), held.is_leader or held.ids("view_diary")),
        ("Отчёты", reverse("weekly_reports"), held.is_leader or held.ids("lead_class")),
        ("Временные журналы", reverse("temp_journals"), held.is_school_staff),
        ("Администрирование", reverse("admin:index"), held.is_admin),
    ]
    return {
        "nav": [
            NavItem(title, url, _is_current(request.path, url)) for title, url, has in items if has
        ],
        # Whoever reads a journal has its scripts, also when he writes in none any more.
        "keeps": held.is_school_staff or bool(teaches),
    }


def _is_current(path, url):
    return path == url if url == "/" else path.startswith(url)
