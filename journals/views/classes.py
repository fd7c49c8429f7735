"""The classes a person leads or looks after, and the board of one of them."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from attendance.reasons import EXPLAINING
from school import access
from school.rights import rights
from school.years import chosen_year

from ..queries.board import board as board_of
from ..queries.classes import class_lines


@require_GET
def index(request):
    """All classes for the leaders; who leads one class of the present year is sent to it."""
    found = access.led_classes(request.user)
    years = chosen_year(request, access.years(request.user))
    is_leader = rights(request.user).is_leader
    of_year = found.filter(year=years.year)
    lines = class_lines(of_year, years.last_day, with_away=is_leader and years.is_present)
    only = [line.school_class for of_parallel in lines.values() for line in of_parallel]
    if len(only) == 1 and not is_leader and "year" not in request.GET:
        return redirect("school_class", only[0].pk)
    return render(request, "journals/classes.html", {"years": years, "parallels": lines})


@require_GET
def board(request, pk):
    """The day of a class; before its school year and after it there is none, only its list."""
    school_class, may_write = access.class_attendance(request.user, pk)
    if not school_class.year.starts_on <= timezone.localdate() <= school_class.year.ends_on:
        return redirect("class_pupils", pk)
    context = {
        "school_class": school_class,
        "may_write": may_write,
        "is_leader": rights(request.user).is_leader,
        "board": board_of(school_class, timezone.now()),
        "reasons": EXPLAINING,
    }
    return render(request, "journals/board.html", context)
