"""Slips for the first log-in."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from school import access
from school.queries.calendar import year_to_plan
from school.queries.slips import NEW, PRINTED
from school.rules.slips import ON_A_PAGE
from school.views.slips import asked_for, printed

from ..queries.slips import ALL, STAFF, classes_of, lately_made, slip_people

WHO = {"pupils": "ученики", "parents": "родители"}
STATES = {
    "new": ("кому листка ещё не давали", {NEW}),
    "unopened": ("кто ещё не входил: прежние листки перестанут действовать", {NEW, PRINTED}),
}


@require_http_methods(["GET", "POST"])
def slips(request):
    """Of all classes, each on sheets of its own, of one with ticks, or of the staff."""
    access.admin(request.user)
    today = timezone.localdate()
    year = year_to_plan(today)
    day = max(today, year.starts_on) if year else today
    classes = classes_of(year)
    scope, own = _scope(request.GET.get("scope"), classes)
    who = [one for one in request.GET.getlist("who") if one in WHO] or list(WHO)
    state = request.GET.get("state") if request.GET.get("state") in STATES else "new"
    people = slip_people(scope, own, day, who)
    if request.method == "POST":
        given = [one for one in people if not one.is_staff]
        if answer := printed(request, given, f"Листки, {_called(scope, own)}"):
            return answer
        ticked = asked_for(request)
    else:
        wanted = [one for one in people if one.state in STATES[state][1]]
        ticked = {one.user.pk for one in wanted if not (one.is_staff or one.lies_elsewhere)}
    chosen = [one for one in people if one.user.pk in ticked]
    context = {
        "scope": scope,
        "classes": classes,
        "who": who,
        "whose": WHO,
        "state": state,
        "states": {key: told for key, (told, _) in STATES.items()},
        "people": people,
        "ticked": ticked,
        "chosen": chosen,
        "sheets": _sheets(chosen),
        "made": lately_made(),
    }
    return render(request, "setup/slips.html", context)


def _scope(asked, classes):
    """(ALL, STAFF or the id of a class as text, its classes)"""
    one = [found for found in classes if str(found.pk) == asked]
    if one:
        return asked, one
    return (STAFF, []) if asked == STAFF else (ALL, classes)


def _called(scope, classes):
    if scope == STAFF:
        return "сотрудники"
    return "все классы" if scope == ALL else str(classes[0])


def _sheets(people):
    """How many sheets of paper slips take."""
    counts = {}
    for one in people:
        counts[one.group] = counts.get(one.group, 0) + 1
    return sum(-(-count // ON_A_PAGE) for count in counts.values())
