"""The plan of a journal (КТП, 2.7). Each begins with `school.access`."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from attendance.refusals import Refused
from school import access
from school.answers import refusals_as_json
from school.converters import is_key, key
from school.rights import rights
from school.rules.texts import counted
from school.tables.table import Unreadable

from .. import drawing
from ..actions import plans as actions
from ..plan_files import pasted
from ..plan_forms import LineForm, PasteForm
from ..plan_reading import as_text, best_of, lines_text
from ..plans import CHANGED, GONE, NEW, SAME, already_given, compare, ordinals
from ..queries import plans as queries
from ..queries.plan_page import plan_page, shift_page


@require_GET
def plan(request, pk):
    journal, granted = access.whole_journal(request.user, pk)
    page = plan_page(journal, whole="all" in request.GET)
    context = {
        "journal": journal,
        "granted": granted,
        "page": page,
        "can_write": granted.writes_all,
        "is_leader": rights(request.user).is_leader,
    }
    return render(request, "journals/plan.html", context)


def _written(request, pk):
    """The journal of an address that only who writes all of it may use."""
    journal, granted = access.whole_journal(request.user, pk)
    access.require(granted.writes_all)
    return journal


answers_json = refusals_as_json("Такого плана нет.")


@require_POST
@answers_json
def order(request, pk):
    """The lines in a new order, from the page's script: JSON with the plan's new `state`."""
    journal = _written(request, pk)
    asked = request.POST.get("order", "").split()
    if not all(map(is_key, asked)):
        raise Http404
    try:
        state = actions.reorder(journal, request.POST.get("state", ""), [int(one) for one in asked])
    except Refused as error:
        return JsonResponse({"message": str(error)}, status=422)
    return JsonResponse({"state": state, "saved_at": f"{timezone.localtime():%H:%M:%S}"})


# --- a line ---


@require_http_methods(["GET", "POST"])
def line(request, pk, line_pk=None):
    """A line that stands, or a new one (`line_pk` None)."""
    journal = _written(request, pk)
    plan = queries.plan(journal.pk)
    found = next((one for one in plan.lines if one.pk == line_pk), None)
    if line_pk and found is None:
        raise Http404
    is_given = bool(found and plan.followed.given(found))
    state = queries.state(plan.lines)
    places = _places(plan, found)
    initial = _initial(request, plan, found, places)
    form = LineForm(request.POST or None, places=places, initial=initial)
    if request.method == "POST":
        access.require(not is_given)
        drawn_from = request.POST.get("state", "")
        if request.POST.get("deed") == "remove" and found:
            if _do(request, form, lambda: actions.remove_line(journal, drawn_from, found.pk)):
                messages.success(request, f"Тема «{found.title}» убрана из плана.")
                return redirect("plan", journal.pk)
        elif form.is_valid() and _do(
            request, form, lambda: _save_line(journal, drawn_from, form, found)
        ):
            messages.success(request, "План сохранён.")
            return redirect(_back_to(journal, found))
    context = {
        "journal": journal,
        "line": found,
        "number": ordinals(plan.lines).get(line_pk),
        "is_given": is_given,
        "form": form,
        "state": state,
    }
    return render(request, "journals/plan_line.html", context)


def _do(request, form, deed):
    """Whether what was asked is done; where it is refused the form says why."""
    try:
        deed()
    except Refused as error:
        if form.is_bound and not hasattr(form, "cleaned_data"):
            form.full_clean()
        form.add_error(None, str(error))
        return False
    return True


def _save_line(journal, drawn_from, form, found):
    after = form.cleaned_data["after"] or None
    if found is None:
        actions.add_line(journal, drawn_from, form.line(), after)
    else:
        actions.change_line(journal, drawn_from, form.line(found.pk), after)


def _back_to(journal, found):
    url = reverse("plan", args=[journal.pk])
    return f"{url}#line-{found.pk}" if found else url


def _places(plan, found):
    """(id, how it is told) of the lines behind which one may stand; 0 is behind those that were
    given."""
    numbers = ordinals(plan.lines)
    last = plan.followed.last_given
    told = "в начало" if not last else f"сразу после данных ({plan.lines[last - 1].title})"
    return [(0, told)] + [
        (one.pk, f"№ {numbers[one.pk]} {one.title}")
        for one in plan.lines[last:]
        if found is None or one.pk != found.pk
    ]


def _initial(request, plan, found, places):
    known = [place for place, _ in places]
    if found is None:
        asked = request.GET.get("after", "")
        after = int(asked) if is_key(asked) and int(asked) in known else known[-1]
        before = next((one for one in plan.lines if one.pk == after), None)
        return {"after": after, "section": before.section if before else "", "hours": 1}
    at = plan.lines.index(found)
    after = plan.lines[at - 1].pk if at > plan.followed.last_given else 0
    return found._asdict() | {"after": after}


# --- from a file, the clipboard, another journal ---


@require_http_methods(["GET", "POST"])
def paste(request, pk):
    """A plan from elsewhere: what comes is shown first (`deed` check), then written."""
    journal = _written(request, pk)
    sources = queries.copied_from(journal, _seen(request.user))
    context = {"journal": journal, "sources": sources}
    if request.method == "GET":
        chosen = _chosen(request.GET.get("from", ""), sources)
        if chosen:
            return _preview(request, context, *_copied(journal, chosen), source=chosen)
        return render(request, "journals/plan_paste.html", context | {"form": PasteForm()})
    form = PasteForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "journals/plan_paste.html", context | {"form": form})
    year = journal.group.year
    try:
        tables = form.tables or [pasted(form.cleaned_data["text"])]
    except Unreadable as error:
        form.add_error("text", f"{error}.")
        return render(request, "journals/plan_paste.html", context | {"form": form})
    place, read = best_of(tables, (year.starts_on, year.ends_on))
    if not read.lines:
        form.add_error(None, "Тем не нашлось: нужен столбец «Тема» или просто список тем.")
        return render(request, "journals/plan_paste.html", context | {"form": form})
    text = as_text(tables[place])
    return _preview(request, context, text, read)


def _seen(user):
    """The journals that a person sees as a whole, and so their plans."""
    held = rights(user)
    seen = access.journals(user)
    if held.is_leader:
        return seen
    return seen.filter(pk__in=held.ids("view_journal") | held.ids("write_journal"))


def _chosen(asked, sources):
    return next((one for one in sources if str(one.pk) == asked), None)


def _copied(journal, source):
    """(as text, ReadPlan) of another journal's plan; days of another year stay there."""
    is_same_year = source.group.year_id == journal.group.year_id
    read = queries.copied(queries.plan_lines(source.pk), with_days=is_same_year)
    return lines_text([one.line for one in read.lines]), read


def _preview(request, context, text, read, source=None):
    """What comes, beside what stands; written where the preview itself was sent."""
    journal = context["journal"]
    plan = queries.plan(journal.pk)
    coming = [one.line for one in read.lines]
    sent = request.POST if request.POST.get("deed") in ("write", "check") else {}
    skip = _number(sent.get("skip"), already_given(plan.followed, coming), len(coming))
    is_append = sent.get("mode") == "append"
    rest = coming[skip:]
    error = ""
    if sent.get("deed") == "write" and rest:
        try:
            actions.replace(journal, sent.get("state", ""), rest, append=is_append)
        except Refused as refused:
            error = str(refused)
        else:
            told = counted(sum(one.hours for one in rest), "час", "часа", "часов")
            messages.success(request, f"План записан: {told}. Прежние строки остались в истории.")
            return redirect("plan", journal.pk)
    kept, free = actions.parted(plan.followed)
    changes = [] if is_append else compare(free, rest)
    context |= {
        "text": text,
        "read": read,
        "source": source,
        "error": error,
        "state": queries.state(plan.lines),
        "skip": skip,
        "is_append": is_append,
        "given": kept,
        "next_number": _next_number(kept, free, is_append),
        "rows": _preview_rows(read, skip, changes, _next_number(kept, free, is_append)),
        "counts": _counts(read, changes, rest, is_append),
        "gone": [one.was for one in changes if one.kind == GONE],
        "hours": sum(one.hours for one in (*kept, *(free if is_append else ()), *rest)),
        "lessons": len(plan.held) if plan.lines else queries.lesson_count(journal.pk),
    }
    return render(request, "journals/plan_preview.html", context)


def _next_number(kept, free, is_append):
    """The number of the first hour that comes."""
    return sum(one.hours for one in (*kept, *(free if is_append else ()))) + 1


def _number(text, default, most):
    return min(int(text), most) if text and text.isdecimal() and len(text) < 5 else default


def _counts(read, changes, rest, is_append):
    """(kind, how it is told, number) for the line above the table."""
    found = [("error", "Ошибки", len(read.of_kind("error")))]
    names = {NEW: "Новые", CHANGED: "Изменённые", GONE: "Уйдут из плана", SAME: "Без изменений"}
    for kind, name in names.items():
        count = sum(one.kind == kind for one in changes)
        found.append((kind, name, len(rest) if is_append and kind == NEW else count))
    return found


def _preview_rows(read, skip, changes, number):
    """Rows in the file's order: (row, place in it, hours, title, kind, how it was understood)."""
    becomes = [one for one in changes if one.becomes]
    rows = []
    for at, (row, one, _) in enumerate(read.lines):
        if at >= skip:
            told, kind = _understood(number, one, becomes[at - skip] if becomes else None)
            rows.append((row, 1, one.hours, one.title, kind, told))
            number += one.hours
    last = read.lines[skip - 1].row if skip else 0
    for row, kind, text, why in read.notes:
        if row > last:
            rows.append((row, 2 if kind == "warning" else 0, "", text, kind, why))
    return sorted(rows, key=lambda row: row[:2])


def _understood(number, line, change):
    day = f", {line.planned_on:%d.%m}" if line.planned_on else ""
    if change is None or change.kind == NEW:
        return f"тема {number}{day} · новая", NEW
    if change.kind == SAME:
        return f"тема {number}{day} · без изменений", SAME
    return f"тема {number}{day} · изменится: {_differs(change)}", CHANGED


FIELDS = {"hours": "часы", "homework": "задание", "section": "раздел", "planned_on": "дата"}


def _differs(change):
    names = [
        name
        for field, name in FIELDS.items()
        if getattr(change.was, field) != getattr(change.becomes, field)
    ]
    return ", ".join(names) or f"было «{change.was.title}»"


# --- «перенести план» ---


@require_http_methods(["GET", "POST"])
def shift(request, pk):
    journal = _written(request, pk)
    error = ""
    way = request.POST.get("way", "shift")
    without = {int(one) for one in request.POST.getlist("without") if is_key(one)}
    if request.method == "POST":
        left_out = without if way == "shorten" else set()
        try:
            if way == "shorten" and not without:
                raise Refused("Отметьте темы, которые можно убрать.")
            count = actions.shift_plan(journal, request.POST.get("state", ""), left_out)
        except Refused as refused:
            error = str(refused)
        else:
            told = f"План перенесён: тем с новой датой {count}."
            messages.success(request, told + (f" Убрано тем: {len(left_out)}." if left_out else ""))
            return redirect("plan", journal.pk)
    page = shift_page(journal)
    if not page.page.plan.lines:
        return redirect("plan", journal.pk)
    context = {"journal": journal, "shift": page, "page": page.page, "error": error, "way": way}
    return render(request, "journals/plan_shift.html", context | {"without": without})


# --- which line a lesson gave ---


@require_POST
def given(request, pk):
    """A lesson gave the next line (`bind`), or none (`unbind`): JSON for the grid's script, the
    page it came from for a form."""
    lesson_id = key(request.POST.get("lesson"))
    journal, granted = access.journal(request.user, pk)
    if not granted.sees_lesson(lesson_id):
        raise Http404
    lesson, _ = access.lesson(request.user, pk, lesson_id)
    access.require(granted.writes_lesson(lesson_id))
    is_script = not request.accepts("text/html")
    try:
        if request.POST.get("deed") == "unbind":
            actions.unbind_lesson(journal, lesson_id)
            told = "Тема урока теперь вне плана."
        else:
            number = actions.bind_lesson(journal, lesson_id)
            told = f"Урок отнесён к № {number} плана."
    except Refused as error:
        if is_script:
            return JsonResponse({"message": str(error)}, status=422)
        messages.error(request, str(error))
    else:
        if is_script:
            return JsonResponse({"plan": plan_answer(journal, lesson, granted), "message": told})
        messages.success(request, told)
    if request.POST.get("next") == "plan" and granted.sees_all:
        return redirect("plan", journal.pk)
    return redirect("lesson", journal.pk, lesson_id)


NEAR = 100  # days; a page of the grid has a half-year at most


def plan_answer(journal, lesson, granted, *, was=None):
    """{lesson id: what the plan offers in it} of the lessons around one that are to be seen, for
    the grid's script; empty where there is no plan. Of a topic that was `was` before: a line given
    in an empty lesson is what the page expects anyhow, and then it is that lesson alone."""
    plan = queries.plan(journal.pk)
    places = plan.followed.places
    is_expected = was == "" and lesson.pk in places and places[lesson.pk].is_given
    return {
        one.pk: drawing.plan_texts(places[one.pk])
        for one in plan.followed.lessons
        if one.pk in places
        and granted.sees_lesson(one.pk)
        and (one.pk == lesson.pk if is_expected else abs((one.date - lesson.date).days) <= NEAR)
    }
