"""Everybody's own timetable: a teacher's, a pupil's, and of each child his parents'."""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from journals.queries.own_timetable import teacher_week
from school import access, namesakes
from school.converters import is_key, key, monday_asked
from school.rights import rights
from school.rules.spans import ONE_DAY

from ..queries.classes import class_name_of_week
from ..queries.own_timetable import pupil_week
from .week import tabs_of


@dataclass(frozen=True)
class WhoseTab:
    title: str
    url: str
    is_current: bool


@require_GET
def own_timetable(request):
    """Of the pupil whom the address names, for whoever may open his diary; else one's own as a
    teacher, else that of one's first child. Leaders without lessons are led to the school's."""
    student, children = _student(request)
    held = rights(request.user)
    teaches = held.writes_journals or bool(held.ids("view_journal") or held.ids("lead_class"))
    if student is None and not teaches:
        if held.is_leader:
            return redirect("timetable")
        if not children:
            raise Http404
        student = children[0]
    monday, now = monday_asked(request), timezone.now()
    found = pupil_week(student, monday, now) if student else teacher_week(request.user, monday, now)
    day = _day_asked(request, found)
    context = {
        "student": student,
        "name": student and namesakes.out_of_list([student])[student.pk],
        "class_name": student and class_name_of_week(student, monday),
        "whose": _whose(request, student, children, teaches),
        "query": f"&student={student.pk}" if student and "student" in request.GET else "",
        "week": found,
        "day": day,
        "following": found.after(day.date) if day and day.is_today else None,
    }
    return render(request, "diaries/timetable.html", context)


def _student(request):
    """(the Student whom the address names, or None; the person's own children, and he himself as a
    pupil)."""
    asked = request.GET.get("student", "")
    if asked:
        return access.diary(request.user, key(asked) if is_key(asked) else 0)
    return None, [one for one in access.diaries(request.user) if one.is_own]


def _day_asked(request, found):
    """The OwnDay that the address names by its weekday, by default today; None where it asks for a
    week as a whole."""
    asked = request.GET.get("day", "")
    if not asked and "week" in request.GET:
        return None
    if asked:
        weekday = int(asked) if asked in set("1234567") else 0
        day = found.monday + (weekday - 1) * ONE_DAY if weekday else None
        shown = day and found.day(day)
        if shown is None:
            raise Http404
        return shown
    today = timezone.localdate()
    return found.day(today) or found.days[-1]


def _whose(request, student, children, teaches):
    """WhoseTabs of all timetables that are the person's own, [] where that is one."""
    place = {name: request.GET[name] for name in ("week", "day") if name in request.GET}
    address = reverse("own_timetable")
    own = (
        [WhoseTab("Мои уроки", f"{address}?{urlencode(place)}", student is None)] if teaches else []
    )
    tabs = own + [
        WhoseTab(title, f"{address}?{urlencode({'student': one.pk} | place)}", one == student)
        for one, title in tabs_of(children)
    ]
    return tabs if len(tabs) > 1 else []
