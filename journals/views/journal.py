"""Pages of one journal. Each begins with `school.access`."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from attendance.refusals import Refused
from school import access
from school.answers import refusals_as_json
from school.converters import day_of, key
from school.models import Lesson, Period
from school.queries.calendar import period_at, period_spans
from school.rights import rights
from school.years import chosen_year

from .. import drawing, rules
from ..actions import entries
from ..actions.entries import LessonErrors, save_lesson
from ..actions.fields import FIELDS
from ..averages import average_text
from ..cells import CellError, canonical_cell
from ..forms import JournalFilter
from ..lesson_form import LessonForm
from ..models import WorkType
from ..queries import elsewhere, history
from ..queries.cell import has_cell, scale_values, works_of
from ..queries.debts import debts
from ..queries.grid import column_head
from ..queries.grid import grid as grid_of
from ..queries.history import last_change, last_field_change
from ..queries.lesson_page import lesson_page
from ..queries.lists import grid_url, journal_lines
from ..queries.locks import lock_at, periods_of
from ..queries.norm_hints import norm_hints
from ..refusals import Conflict
from .plans import plan_answer


@require_GET
def index(request):
    years = chosen_year(request, access.years(request.user))
    held = rights(request.user)
    journals = access.journals(request.user).filter(group__year=years.year)
    filters = JournalFilter(request.GET, year=years.year) if held.is_leader else None
    if filters:
        journals = filters.narrow(journals)
    context = {
        "lines": journal_lines(journals, held, years.last_day),
        "filters": filters,
        "years": years,
        "classes": _classes(request.user, years.year, filters),
    }
    return render(request, "journals/index.html", context)


def _classes(user, year, filters):
    """Those of a year that a person leads; of all, which the leaders have, the chosen one."""
    found = access.school_classes(user).filter(year=year)
    return found.filter(pk=filters.chosen.get("school_class")) if filters else found


@require_GET
def grid(request, pk):
    journal, granted = access.journal(request.user, pk)
    lesson_id = _lesson_asked(request.GET, granted)
    locks = dict(periods_of(journal, lesson_id=lesson_id))
    found = list(locks)
    period = _period_asked(request.GET, found)
    if period is None:
        return _no_periods(request, journal)
    lock = locks[period]
    is_closed = lock is not None and lock.is_closed
    context = {
        "lock": lock,
        "journal": journal,
        "period": period,
        "periods": [
            {"period": one, "url": f"?{urlencode({'period': one.pk})}", "current": one == period}
            for one in found
        ],
        "register": grid_of(journal, period, granted, is_closed=is_closed),
        "debts": debts(journal, granted) if any(one.has_debts for one in found) else [],
        "granted": granted,
        "is_leader": rights(request.user).is_leader,
    }
    return render(request, "journals/grid.html", context)


def _no_periods(request, journal):
    context = {
        "journal": journal,
        "by": Period.Kind(journal.period_kind).by,
        "has_others": bool(period_spans(journal.group.year_id)),
    }
    return render(request, "journals/no_periods.html", context)


def _lesson_asked(asked, granted):
    """The id of the lesson that an address names, None when it names none that is to be seen."""
    try:
        lesson_id = key(asked.get("lesson"))
    except Http404:
        return None
    return lesson_id if granted.sees_lesson(lesson_id) else None


def _period_asked(asked, found):
    """Of the periods `found` the one that the address `asked` for: by a lesson, by itself, by a
    date; else the present one."""
    for period in found:
        if period.holds_lesson:
            return period
    chosen = next((period for period in found if str(period.pk) == asked.get("period")), None)
    return chosen or period_at(found, day_of(asked.get("date", "")) or timezone.localdate())


# --- what the grid's script asks for ---

MOST_SENT = 20  # texts of one place whose answers got lost


answers_json = refusals_as_json("Такой клетки нет.")


@require_POST
@answers_json
def save_cell(request, pk):
    return answer_cell(request, *access.journal(request.user, pk), entries.save_cell)


def answer_cell(request, journal, granted, save):
    """The JSON answer to a cell's text that `save` writes, which is called and answers like
    entries.save_cell."""
    lesson_id, student_id = (key(request.POST.get(name)) for name in ("lesson", "student"))
    _require_cell(granted, lesson_id, student_id)
    access.require(granted.writes_cell(lesson_id, student_id))
    text, class_teacher = (
        request.POST.get("text", ""),
        access.class_teacher(request.user, student_id),
    )
    try:
        saved = _save_over_own(
            request,
            lambda was: save(journal, lesson_id, student_id, was, text, class_teacher),
            lambda sent: canonical_cell(sent, _values(journal, lesson_id)),
        )
    except (CellError, Refused) as error:
        return JsonResponse({"message": str(error)}, status=422)
    except Conflict as conflict:
        lesson = Lesson.objects.get(pk=lesson_id, journal=journal)
        lesson.journal = journal
        change = last_change(lesson, student_id)
        return _conflict(conflict, change and (change.who, change.at))
    lesson = saved.lesson
    whole_row = granted.sees_row(student_id)
    average = elsewhere.average(journal, student_id, lesson.date) if whole_row else None
    text = saved.cell.text
    return JsonResponse(
        {
            "html": drawing.cell_html(text, absent=bool(saved.cell.absence)),
            "text": text,
            "average": average_text(average),
            "saved_at": _clock(timezone.now()),
            "head": column_head(lesson, saved.works, granted),
            "given": {pk: rules.given_text(*counts) for pk, counts in saved.counts.items()},
        }
    )


def _require_cell(granted, lesson_id, student_id):
    """Http404 for a cell that is not to be seen; one lesson alone shows who has a cell in it."""
    if not granted.sees_cell(lesson_id, student_id):
        raise Http404
    if not (granted.sees_row(student_id) or has_cell(lesson_id, student_id)):
        raise Http404


def _values(journal, lesson_id):
    day = Lesson.objects.values_list("date", flat=True).get(pk=lesson_id, journal=journal)
    return scale_values(journal, day)


def _save_over_own(request, save, canonical):
    """What `save(was)` returns. Of a save whose answer got lost the page does not know that it
    stands there: `sent` are such texts of its own, and over one of them nobody else was first.
    `canonical(text)` is a text as this server writes it."""
    try:
        return save(request.POST.get("was", ""))
    except Conflict as conflict:
        own = request.POST.getlist("sent")[:MOST_SENT]
        if conflict.present not in map(canonical, own):
            raise
        return save(conflict.present)


@require_POST
@answers_json
def save_field(request, pk):
    found = access.journal(request.user, pk)
    return answer_field(request, *found, entries.save_field, advise=norm_hints)


WEIGHED = {"homework": "homework", "homework_minutes": "homework", "works": "works"}


def answer_field(request, journal, granted, save, *, advise=None):
    """The same for a lesson's field and entries.save_field. `advise(lesson)` are the Hints of the
    norms; asked only of a field of which these speak."""
    lesson_id, field = key(request.POST.get("lesson")), request.POST.get("field")
    if not granted.sees_lesson(lesson_id) or field not in FIELDS:
        raise Http404
    access.require(granted.writes_lesson(lesson_id))
    try:
        lesson, text = _save_over_own(
            request,
            lambda was: save(journal, lesson_id, field, was, request.POST.get("text", "")),
            FIELDS[field].canonical,
        )
    except Refused as error:
        return JsonResponse({"message": str(error)}, status=422)
    except Conflict as conflict:
        lesson = Lesson.objects.get(pk=lesson_id, journal=journal)
        return _conflict(conflict, last_field_change(lesson, field))
    head = column_head(lesson, works_of(lesson.pk), granted)
    answer = {
        "text": text,
        "saved_at": _clock(timezone.now()),
        "head": head,
        "beside": {name: FIELDS[name].read(lesson) for name in FIELDS[field].beside},
    }
    if field == "topic":
        was = request.POST.get("was", "").strip()
        answer["plan"] = plan_answer(journal, lesson, granted, was=was)
    if advise and field in WEIGHED:
        told = WEIGHED[field]
        answer["hints"] = {told: drawing.hints_html(getattr(advise(lesson), told))}
    return JsonResponse(answer)


def _conflict(conflict, change):
    who, at = change or ("", None)
    answer = {
        "text": conflict.present,
        "by": who,
        "at": at and _clock(at),
        "message": str(conflict),
    }
    return JsonResponse(answer, status=409)


def _clock(moment):
    return f"{timezone.localtime(moment):%H:%M:%S}"


@require_GET
def cell_history(request, pk):
    lesson_id, student_id = (key(request.GET.get(name)) for name in ("lesson", "student"))
    lesson, granted = access.lesson(request.user, pk, lesson_id)
    _require_cell(granted, lesson_id, student_id)
    context = {"lesson": lesson, "changes": history.cell_history(lesson, student_id)}
    return render(request, "journals/_cell_history.html", context)


@require_GET
def work_types(request):
    """The kinds of works, for the grid's chooser; the same for everybody."""
    columns = ("pk", "name", "short_name", "is_control", "starts_on", "ends_on")
    found = list(WorkType.objects.values(*columns))
    for one in found:
        one["name"] = rules.kind_name(one["name"], one.pop("is_control"))
    return JsonResponse({"work_types": found})


# --- one lesson without a script ---


@require_http_methods(["GET", "POST"])
def lesson(request, pk, lesson_pk):
    found, granted = access.lesson(request.user, pk, lesson_pk)
    period, lock = lock_at(found.journal, found.date)
    # What was typed before the period was closed is not lost: the refusal stands beside it.
    is_closed = lock is not None and lock.is_closed and request.method == "GET"
    page = lesson_page(found, granted, is_closed=is_closed)
    form = None
    if granted.writes_lesson(found.pk) and not is_closed:
        form = LessonForm(
            request.POST or None,
            texts=page.texts,
            planned=page.planned,
            may_untake=page.may_untake,
            day=found.date,
            hints=norm_hints(found),
        )
    can_write = bool(form) or any(pupil.writable for pupil in page.pupils)
    if request.method == "POST":
        access.require(can_write)
        if _save_lesson(request, page, form):
            messages.success(request, "Сохранено.")
            return redirect(request.path)
        messages.error(request, "Ничего не записано: исправьте отмеченное и сохраните ещё раз.")
    context = {
        "journal": found.journal,
        "lesson": found,
        "period": period,
        "lock": lock,
        "is_leader": rights(request.user).is_leader,
        "page": page,
        "pupils": page.pupils,
        "form": form,
        "can_write": can_write,
        "grid_url": grid_url(found),
    }
    return render(request, "journals/lesson.html", context)


def _save_lesson(request, page, form):
    """Write what the form says; False when it can't be: the form and the pupils then carry the
    errors and what was typed."""
    typed = {
        pupil.student_id: (
            request.POST.get(f"was-{pupil.student_id}", ""),
            request.POST[f"cell-{pupil.student_id}"].strip(),
        )
        for pupil in page.pupils
        if pupil.writable and f"cell-{pupil.student_id}" in request.POST
    }
    for pupil in page.pupils:
        if pupil.student_id in typed:
            pupil.was, pupil.text = typed[pupil.student_id]
    if form and not form.is_valid():
        return False
    changed = {
        pk: (was, text, access.class_teacher(request.user, pk))
        for pk, (was, text) in typed.items()
        if was.strip() != text
    }
    fields = form.changes() if form else {}
    try:
        save_lesson(page.lesson.journal, page.lesson.pk, fields, changed)
    except LessonErrors as errors:
        for field, error in errors.fields.items():
            form.add_error({"works": "work_1"}.get(field, field), str(error))
        for pupil in page.pupils:
            if error := errors.cells.get(pupil.student_id):
                pupil.error = str(error)
        return False
    return True
