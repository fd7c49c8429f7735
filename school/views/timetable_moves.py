"""Lessons lifted and moved in the timetable's grid, as its script asks; and the printed sheets."""

import re

from django.http import Http404, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from .. import access
from ..actions.moves import Move, MovedMeanwhile, move_rows
from ..actions.refusals import ScheduleError
from ..answers import pdf_response, refusals_as_json
from ..converters import key
from ..models import SchoolClass
from ..printing.timetables import school_pdf, week_pdf
from ..queries.lifting import lifted
from ..queries.timetable import draft_of
from ..queries.timetable_page import saved_at
from ..queries.timetable_prints import printed_school, printed_week
from ..queries.weeks import CLASS, DAY, TEACHER, TITLES, WEEKS, Week, cells_at
from ..rules.lifting import Spot
from ..rules.parts import PARTS
from .timetable import year_asked

MOST_ROWS = 200  # that are named at once


answers_json = refusals_as_json("Такого урока в расписании нет.")


def _ids(text):
    found = tuple(text.split())
    if len(found) > MOST_ROWS or not all(re.fullmatch(r"[er][0-9]{1,18}", one) for one in found):
        raise Http404
    return found


def _spot(text):
    found = re.fullmatch(r"([1-7])\.([0-9]{1,2})", text)
    if found is None:
        raise Http404
    return Spot(*map(int, found.groups()))


@require_GET
@answers_json
def places(request):
    """What each place of the week is for the lessons that are lifted."""
    access.lead(request.user)
    year = year_asked()
    found = lifted(year, draft_of(year), _ids(request.GET.get("row", "")))
    if found is None:
        raise Http404
    return JsonResponse(
        {
            "was": str(found.origin),
            "places": {
                str(spot): {
                    "kind": one.kind,
                    "told": one.told,
                    "whole": one.whole,
                    "exchange": one.exchange,
                }
                for spot, one in found.places.items()
            },
            "beside": [
                {
                    "title": one.title,
                    "hours": one.hours,
                    "taken": {str(spot): name for spot, name in one.taken.items()},
                }
                for one in found.beside
            ],
        }
    )


@require_GET
def print_pdf(request):
    """The sheet of a class, a teacher, the whole school or a part of it: as the draft leaves it, if
    there is one and the address does not ask for what `holds`."""
    access.lead(request.user)
    year, asked = year_asked(), request.GET
    week = Week(year, None if asked.get("holds") else draft_of(year))
    for by in (CLASS, TEACHER):
        if by in asked:
            printed = printed_week(week, by, key(asked[by]))
            if printed is None:
                raise Http404
            return pdf_response(week_pdf(printed), f"raspisanie-{by}-{asked[by]}")
    part = asked.get("school", "")
    classes = list(SchoolClass.objects.filter(year=year))
    if part in PARTS:
        classes = [one for one in classes if one.number in PARTS[part]]
    if not classes or part not in (*PARTS, "a3"):
        raise Http404
    name = "" if part == "a3" else f"{part.replace('-', '–')} классы"
    paper = "A3" if part == "a3" else "A4"
    return pdf_response(
        school_pdf(printed_school(week, classes, name), paper), f"raspisanie-{part}"
    )


@require_POST
@answers_json
def move(request):
    """Lessons go to another place, in the draft; 409 where somebody was first."""
    access.lead(request.user)
    sent, year = request.POST, year_asked()
    draft = sent.get("draft", "")
    asked = Move(
        _ids(sent.get("ids", "")),
        _spot(sent.get("was", "")),
        _spot(sent.get("text", "")),
        _ids(sent.get("exchange", "")),
        key(draft) if draft else None,
    )
    if not asked.ids:
        raise Http404
    try:
        found, is_new = move_rows(year, asked)
    except MovedMeanwhile as error:
        return JsonResponse({"message": str(error), "text": ""}, status=409)
    except ScheduleError as error:
        return JsonResponse({"message": str(error)}, status=422)
    return JsonResponse({"text": str(asked.to), "draft": found.pk, "begun": is_new})


@require_GET
@answers_json
def around(request):
    """What has changed of the grid that is looked at, `at` some spots of it, and of the draft,
    after lessons (`ids`) were moved."""
    access.lead(request.user)
    year, asked = year_asked(), request.GET
    by, of, weeks = (asked.get(name, "") for name in ("by", "of", "weeks"))
    moved, spots = set(_ids(asked.get("ids", ""))), [_spot(one) for one in asked.getlist("at")]
    draft = draft_of(year)
    if draft is None or not spots or by not in TITLES:
        raise Http404
    week = Week(year, draft, near=spots)
    there = week.conflicts()
    seen = int(weeks) if weeks in map(str, WEEKS) else 3
    context = {"draft": draft, "changed": draft.rows.count(), "saved_at": saved_at(draft)}
    return JsonResponse(
        {
            "cells": {
                cell.id: render_to_string(
                    "school/_timetable_cell.html", {"cell": cell, "is_day": by == DAY}
                )
                for cell in cells_at(week, by, key(of), seen, spots, there)
            },
            "bar": render_to_string("school/_timetable_draft.html", context),
            "conflicts": [
                render_to_string("school/_conflict.html", {"conflict": one})
                for one in there
                if moved & {one.one.id, one.other.id}
            ],
        }
    )
