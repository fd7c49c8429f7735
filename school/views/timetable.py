"""The leaders' pages of the timetable: what holds, the draft of the next one, and its deed."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from .. import access
from ..actions import drafts
from ..actions.moves import next_monday
from ..actions.refusals import ScheduleError
from ..converters import is_key, key
from ..forms import DraftDayForm, RowForm
from ..models import DraftRow, TimetableEntry
from ..queries.calendar import year_to_plan
from ..queries.timetable import difference_page, draft_of
from ..queries.timetable_page import timetable_page
from ..queries.weeks import CLASS, TITLES, WEEKS
from ..rules.texts import counted, enumerated

OTHER_DRAFT = "Пока страница была открыта, начали другой черновик: посмотрите на него сначала."


@require_http_methods(["GET", "POST"])
def index(request):
    """What holds, and what the draft changes; a draft is begun, moved, given up or taken back."""
    access.lead(request.user)
    year = year_asked()
    draft = draft_of(year)
    usual = {"starts_on": draft.starts_on if draft else next_monday()}
    is_day = request.POST.get("deed") in ("start", "move")
    day_form = DraftDayForm(request.POST if is_day else None, initial=usual)
    page = timetable_page(year, draft, *_asked(request))
    add = None
    if draft and page.school_class:
        is_row = request.POST.get("deed") == "add"
        add = RowForm(request.POST if is_row else None, journals=page.journals)
    if request.method == "POST":
        try:
            if told := _do(request, year, draft, day_form, add):
                messages.success(request, told)
                return redirect(_back(request))
        except ScheduleError as error:
            form = {"start": day_form, "move": day_form, "add": add}.get(request.POST.get("deed"))
            if form:
                form.add_error(None, str(error))
            else:
                messages.error(request, str(error))
    context = {
        "year": year,
        "draft": draft,
        "page": page,
        "day_form": day_form,
        "add": add,
        "titles": TITLES,
        "all_weeks": WEEKS,
        "monday": next_monday(),
    }
    return render(request, "school/timetable.html", context)


def _asked(request):
    """(by what, of whom, which weeks) an address asks for; that of before named a class alone."""
    by, of = request.GET.get("by", ""), request.GET.get("of", "")
    if by not in TITLES:
        by, of = CLASS, of or request.GET.get("class", "")
    weeks = request.GET.get("weeks", "")
    return by, of, int(weeks) if weeks in map(str, WEEKS) else 3


def year_asked():
    """The SchoolYear whose timetable is looked at. Http404 before there is one."""
    year = year_to_plan(timezone.localdate())
    if year is None:
        raise Http404
    return year


def _back(request):
    asked = {
        name: request.GET[name] for name in ("class", "by", "of", "weeks") if name in request.GET
    }
    return f"{reverse('timetable')}?{urlencode(asked)}" if asked else reverse("timetable")


def _do(request, year, draft, day_form, add):
    """Do what the pressed button says; returns what to tell, «» when a form must be filled in
    again."""
    deed = request.POST.get("deed")
    text = request.POST.get("draft", "")
    sent = key(text) if is_key(text) else 0
    if deed == "withdraw":
        outcome = drafts.withdraw_draft(sent)
        return f"Расписание отозвано: {_told(outcome)}. Его изменения снова в черновике."
    if deed == "start" and day_form.is_valid():
        made = drafts.start_draft(year, day_form.cleaned_data["starts_on"])
        return f"Начато {made}: пока его видят только руководители."
    if draft is None:
        raise ScheduleError("Черновика уже нет: его ввели или от него отказались.")
    if deed in ("move", "drop") and sent != draft.pk:
        raise ScheduleError(OTHER_DRAFT)
    if deed == "move" and day_form.is_valid():
        drafts.move_draft(draft, day_form.cleaned_data["starts_on"])
        return "День изменён."
    if deed == "drop":
        drafts.drop_draft(draft)
        return "От нового расписания отказались: действует прежнее."
    if deed == "add" and add and add.is_valid():
        made = drafts.add_row(draft, add.said)
        return f"Добавлено: {made}."
    return ""


@require_http_methods(["GET", "POST"])
def entry(request, pk):
    """A row that holds: what it says from the draft's day on."""
    access.lead(request.user)
    year = year_asked()
    draft = draft_of(year)
    found = get_object_or_404(
        TimetableEntry.objects.select_related("journal__group", "journal__subject"),
        pk=pk,
        journal__group__year=year,
    )
    change = draft and draft.rows.filter(entry=found).first()
    form = RowForm(request.POST or None, row=change or found)

    def deed():
        if "goes" in request.POST:
            drafts.take_out(draft, found)
            return "Урока не будет."
        if "restore" in request.POST:
            if change:
                drafts.forget_row(change)
            return "Изменение снято."
        if form.is_valid():
            drafts.change_entry(draft, found, form.said)
            return "Изменение записано в новое расписание."
        return ""

    return _row_page(request, draft, found, change, form, deed)


@require_http_methods(["GET", "POST"])
def row(request, pk):
    """A row that comes with the draft."""
    access.lead(request.user)
    draft = draft_of(year_asked())
    rows = DraftRow.objects.select_related("journal__group", "journal__subject")
    found = get_object_or_404(rows, pk=pk, draft=draft, entry=None)
    form = RowForm(request.POST or None, row=found)

    def deed():
        if "restore" in request.POST:
            drafts.forget_row(found)
            return "Строка убрана из нового расписания."
        if form.is_valid():
            drafts.change_row(found, form.said)
            return "Записано."
        return ""

    return _row_page(request, draft, found, found, form, deed)


def _row_page(request, draft, found, change, form, deed):
    if request.method == "POST":
        try:
            if draft is None:
                raise ScheduleError("Черновика уже нет: его ввели или от него отказались.")
            if told := deed():
                messages.success(request, told)
                return redirect(_back(request))
        except ScheduleError as error:
            form.add_error(None, str(error))
    context = {
        "draft": draft,
        "found": found,
        "change": change,
        "form": form,
        "is_new": isinstance(found, DraftRow),
        "back": _back(request),
    }
    return render(request, "school/timetable_row.html", context)


@require_http_methods(["GET", "POST"])
def apply(request):
    """The difference that the draft makes, and the deed."""
    access.lead(request.user)
    draft = draft_of(year_asked())
    if draft is None:
        messages.warning(request, "Черновика нет: его ввели или от него отказались.")
        return redirect("timetable")
    page = difference_page(draft)
    if request.method == "POST":
        answers = {
            line.lesson.pk: request.POST.get(f"lesson-{line.lesson.pk}", "") for line in page.asked
        }
        try:
            # What was seen is what is done: another change meanwhile is shown first.
            if request.POST.get("seen") != page.seen:
                raise ScheduleError("Черновик или уроки изменились: посмотрите на разницу ещё раз.")
            outcome = drafts.apply_draft(draft.pk, answers, request.user)
        except ScheduleError as error:
            messages.error(request, str(error))
            return redirect("timetable_apply")
        messages.success(request, f"Расписание введено: {_told(outcome)}.")
        if outcome.left_out:
            messages.warning(request, f"Не созданы: {enumerated(outcome.left_out)}.")
        if outcome.behind:
            messages.warning(request, f"Остались в черновике: {enumerated(outcome.behind)}.")
        return redirect("timetable")
    return render(request, "school/timetable_apply.html", {"draft": draft, "page": page})


def _told(outcome):
    came = counted(outcome.came, "урок пришёл", "урока пришли", "уроков пришли")
    went = counted(outcome.went, "ушёл", "ушли", "ушли")
    moved = counted(outcome.moved, "перенесён", "перенесены", "перенесены")
    return f"{came}, {went}, {moved} с содержанием"
