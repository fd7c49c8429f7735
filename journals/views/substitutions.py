"""Who takes the lessons of a teacher who is away: the leaders' affair."""

import datetime
import json

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from attendance.refusals import Refused
from school import access
from school.answers import pdf_response
from school.converters import day_of
from school.models import Arrangement, TeacherAbsence
from school.queries.calendar import year_to_plan
from school.queries.lessons import days_with_lessons
from school.queries.substitution_book import book as book_of
from school.queries.substitution_book import day_list, next_month
from school.queries.teacher_absences import present_and_coming
from school.rules.candidates import COUNTED, NOTHING_DONE
from school.rules.spans import ONE_DAY

from .. import printing
from ..actions.arranging import NotArranged, arrange, undo
from ..arranging_form import AbsentForm, choices, without_works
from ..queries.arrangements import arrangement_line, arrangements
from ..queries.arranging import arranging

DAYS_OFFERED = 4
SOON = 120  # minutes before the first lesson that are told
KEPT = "Ничего не записано, ваш выбор сохранён."


@require_http_methods(["GET", "POST"])
def substitutions(request):
    """A teacher and days, his lessons with who could take them, and the deed; without a teacher,
    for whom somebody has to stand in."""
    access.lead(request.user)
    now = timezone.now()
    today = timezone.localdate(now)
    year = year_to_plan(today)
    if year is None:
        return render(request, "journals/substitutions.html", {"year": None})
    offered = days_with_lessons(today, DAYS_OFFERED)
    form = AbsentForm(_asked(request, offered, today), year=year, today=today)
    context = {"year": year, "form": form, "today": today, "kinds": TeacherAbsence.Kind.choices}
    if form.is_valid():
        told = {}
        if request.method == "POST":
            told = _arranged(request, form)
            if not told:
                return redirect("home")
        days = form.cleaned_data["days"]
        found = arranging(form.chosen, days, now, choices(request.POST))
        context |= _shown(request, found, told, now)
    else:
        context |= {"lines": present_and_coming(today), "made": arrangements(today)}
    context["offered"] = _offered(form, offered)
    return render(request, "journals/substitutions.html", context)


def _asked(request, offered, today):
    """What the address asks for; of a teacher without a day the next one that has lessons."""
    if "teacher" not in request.GET:
        return None
    data = request.GET.copy()
    if not ("day" in data or data.get("from") or data.get("until")):
        data["day"] = (offered[0] if offered else today).isoformat()
    return data


def _offered(form, offered):
    """[(day, whether it is chosen)] of the chips: what is offered, and what was chosen beside."""
    chosen = form.cleaned_data.get("days", ()) if form.is_bound and form.is_valid() else ()
    return [(day, day in chosen) for day in sorted({*offered, *chosen})]


def _shown(request, found, told, now):
    """What the page shows of an Arranging, and what was `told` of a deed that was refused."""
    today = timezone.localdate(now)
    first = next((one.lesson for one in found.open if one.lesson.date == today), None)
    minutes = (first.first_instant - now) // datetime.timedelta(minutes=1) if first else -1
    places = {one.lesson.pk: one.place for one in found.lines}
    return {
        "found": found,
        "days": [
            (day, [(line, told.get(line.lesson.pk, "")) for line in lines])
            for day, lines in found.by_day
        ],
        "told": [(places.get(pk, ""), text) for pk, text in told.items()],
        "kept": KEPT,
        "words": json.dumps(COUNTED, ensure_ascii=False),
        "nothing": NOTHING_DONE,
        "until_first": minutes if 0 <= minutes <= SOON else None,
        "kind": request.POST.get("kind", ""),
        "without_works": without_works(request.POST),
        "people": len({one.chosen.teacher for one in found.open} - {None}),
        "groups": len({one.lesson.journal.group_id for one in found.open}),
    }


def _arranged(request, form):
    """Do it; {lesson's id: why not} where it is refused."""
    data = form.cleaned_data
    try:
        made = arrange(
            form.chosen,
            data["days"],
            choices(request.POST),
            request.user,
            request.POST.get("kind", ""),
            without_works(request.POST),
        )
    except NotArranged as error:
        return error.told
    context = {"line": arrangement_line(made)}
    told = render_to_string("journals/_arrangement_made.html", context, request)
    messages.success(request, told)
    return {}


@require_POST
def undo_substitutions(request, pk):
    """The whole deed is undone."""
    access.lead(request.user)
    made = get_object_or_404(Arrangement.objects.select_related("teacher"), pk=pk)
    try:
        undo(pk, request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        name = made.teacher.short_name
        messages.success(request, f"Отменено: {name}, всё снова как было до назначения.")
    return redirect("substitutions")


# --- prints ---


@require_GET
def list_pdf(request):
    """The list of a day for the staff room."""
    access.lead(request.user)
    day = _day(request.GET.get("day", "")) if "day" in request.GET else timezone.localdate()
    pdf = printing.substitutions_pdf(day_list(day), request.user)
    return pdf_response(pdf, f"zameny-{day}")


@require_GET
def book(request):
    """«Книга замен» of a month."""
    access.lead(request.user)
    today = timezone.localdate()
    month = _month(request, today)
    following = next_month(month)
    context = {
        "book": book_of(month, today),
        "previous": (month - ONE_DAY).replace(day=1),
        "following": following if following <= today else None,
        "query": urlencode({"month": f"{month:%Y-%m}"}),
    }
    return render(request, "journals/substitution_book.html", context)


@require_GET
def book_pdf(request):
    access.lead(request.user)
    today = timezone.localdate()
    month = _month(request, today)
    return pdf_response(
        printing.substitution_book_pdf(book_of(month, today)), f"kniga-zamen-{month:%Y-%m}"
    )


def _month(request, today):
    """The first day of the month that the address asks for. Http404 for none of ours, or one to
    come."""
    if "month" not in request.GET:
        return today.replace(day=1)
    first = _day(f"{request.GET['month']}-01")
    if first > today:
        raise Http404
    return first


def _day(text):
    day = day_of(text)
    if day is None or not 2000 <= day.year < 2100:
        raise Http404
    return day
