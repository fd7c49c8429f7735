"""The administration's review of all journals (2.10, 4.1, 4.2), and the remarks their teachers
answer."""

from dataclasses import dataclass
from operator import attrgetter

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from attendance.refusals import Refused
from school import access
from school.converters import is_key, key
from school.models import Journal, Lesson
from school.queries.calendar import year_of
from school.rights import rights
from school.xlsx import naive, xlsx_response

from ..actions.lessons import cancel_unattended
from ..actions.review import (
    answer_remark,
    close_remark,
    excuse,
    judges_of,
    make_remark,
    reopen_remark,
    withdraw_excuse,
)
from ..forms import (
    AnswerForm,
    Cancellation,
    Excuse,
    HistorySearch,
    LateFilter,
    PeriodFilter,
    RemarkFilter,
    RemarkForm,
)
from ..judging import names
from ..queries import review
from ..queries import search as journals_search
from ..queries import unattended as journals_unattended
from ..queries.late import entries_of, late_lines, late_weeks
from ..queries.review import fill_rates, review_rows
from ..queries.unattended import unattended_lines
from ..refusals import Conflict

PAGE = 100
NOTHING_EXCUSED = (
    "Ничего не извинено: эти записи уже извинены этими же словами, или их больше нет: запись "
    "сделали в срок или её срок сдвинулся."
)
MOST_HISTORY = 5000  # lines of the search that can be taken away or leafed through


@dataclass(frozen=True)
class Column:
    """A column of a table: `path` leads from a line to what stands there and what it is sorted
    by."""

    title: str
    path: str

    def value(self, line):
        return attrgetter(self.path)(line)


JOURNALS = [
    Column("Класс, группа", "journal.group.name"),
    Column("Предмет", "journal.subject.name"),
    Column("Учитель", "teachers"),
    Column("Уроков", "held"),
    Column("Присутствие, %", "attendance_rate"),
    Column("Тема, %", "topic_rate"),
    Column("Дом. задание, %", "homework_rate"),
    Column("Отметок на ученика", "marks_per_pupil"),
    Column("Просрочено сейчас", "late_now"),
    Column("Просрочено за период", "late"),
]


def _wants_xlsx(request):
    return request.GET.get("format") == "xlsx"


def _journals_of_year(year):
    return Journal.objects.filter(group__year=year)


@require_GET
def index(request):
    access.lead(request.user)
    year = year_of(timezone.localdate())
    filters = PeriodFilter(request.GET, year=year)
    journals = filters.narrow(_journals_of_year(year))
    lines = review.review(journals, *filters.span, timezone.now(), due_until=filters.due_until)
    rates = fill_rates(lines)
    sort = request.GET.get("sort", "")
    lines = _sorted(lines, sort)
    if _wants_xlsx(request):
        rows = ([column.value(line) for column in JOURNALS] for line in lines)
        return xlsx_response("zhurnaly", [column.title for column in JOURNALS], rows)
    context = {
        "filters": filters,
        "lines": lines,
        "rows_html": review_rows(lines),
        "heads": [_head(column, sort) for column in JOURNALS],
        "rates": rates,
        "late_now": sum(line.late_now for line in lines),
        "unattended": journals_unattended.unattended(year).count(),
    }
    return render(request, "journals/review.html", context)


def _sorted(lines, sort):
    """By the column that the address names, «-» for the highest first; lines without a value come
    last, an unknown column changes nothing."""
    column = next((one for one in JOURNALS[1:] if one.path == sort.removeprefix("-")), None)
    if column is None:
        return lines
    known = [line for line in lines if column.value(line) is not None]
    unknown = [line for line in lines if column.value(line) is None]
    return sorted(known, key=column.value, reverse=sort.startswith("-")) + unknown


def _head(column, sort):
    """What the head of a column shows: the address of the other order, and ARIA's word for the
    present one. Numbers begin with the highest."""
    if column is JOURNALS[0]:
        return {"title": column.title, "sort": None, "order": "" if sort else "ascending"}
    orders = {column.path: "ascending", f"-{column.path}": "descending"}
    first = column.path if column in JOURNALS[:3] else f"-{column.path}"
    other = next(one for one in orders if one != first)
    return {
        "title": column.title,
        "sort": other if sort == first else first,
        "order": orders.get(sort, ""),
    }


@require_http_methods(["GET", "POST"])
def unattended(request):
    """The lessons that nobody attends; a POST cancels all of them."""
    access.lead(request.user)
    year = year_of(timezone.localdate())
    form = Cancellation(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        count = cancel_unattended(year, form.cleaned_data["reason"])
        messages.success(request, f"Отменено уроков без учеников: {count}.")
        return redirect("review")
    lines = unattended_lines(year)
    context = {"lines": lines, "total": sum(line.count for line in lines), "form": form}
    return render(request, "journals/review_unattended.html", context)


# --- late entries ---


@require_http_methods(["GET", "POST"])
def late(request):
    access.lead(request.user)
    now = timezone.now()
    year = year_of(timezone.localdate())
    filters = LateFilter(request.GET, year=year)
    form = Excuse()
    chosen = [key(pk) for pk in request.POST.getlist("entry")]
    if request.method == "POST":
        form = Excuse(request.POST)
        if "withdraw" in request.POST and chosen:
            if count := withdraw_excuse(chosen):
                messages.success(request, f"Извинение снято с записей: {count}.")
            else:
                messages.warning(request, "Снимать нечего: у этих записей нет извинения.")
            return redirect(request.get_full_path())
        if not chosen:
            form.add_error(None, "Сначала отметьте строки в таблице.")
        if form.is_valid() and _excuse(request, chosen, form):
            return redirect(request.get_full_path())
    entries = filters.late_entries(_journals_of_year(year))
    if _wants_xlsx(request):
        return _late_xlsx(late_lines(entries, now))
    page = Paginator(entries, PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "lines": late_lines(page.object_list, now),
        "weeks": late_weeks(entries),
        "form": form,
        "chosen": chosen,
    }
    return render(request, "journals/review_late.html", context)


def _excuse(request, chosen, form):
    """Returns whether anything was to be excused; if not, the form says why."""
    try:
        count = excuse(chosen, request.user, form.cleaned_data["excuse"])
    except Refused as error:
        form.add_error(None, str(error))
        return False
    if count:
        messages.success(request, f"Извинено записей: {count}.")
    else:
        messages.warning(request, NOTHING_EXCUSED)
    judges = judges_of(request.user, entries_of(chosen))
    if left := [others for others in judges.values() if others]:
        told = f"Ваши собственные записи, {len(left)}, не тронуты (4.2): их извиняет"
        messages.warning(request, f"{told} {names(left[0])}.")
    return True


def _late_xlsx(lines):
    heads = (
        "О чём",
        "Чья обязанность",
        "Урок",
        "Что",
        "Срок",
        "Исполнено",
        "Опоздание",
        "Извинено",
        "Кто извинил",
        "Когда",
    )
    return xlsx_response("prosrochennye-zapisi", heads, map(_late_row, lines))


def _late_row(line):
    entry = line.entry
    return (
        line.told.about,
        line.who,
        line.told.place,
        line.told.what,
        naive(entry.due_at),
        "период закрыт" if line.closed_period else naive(entry.settled_at),
        line.how_late,
        entry.excuse,
        entry.excused_by.short_name if entry.excused_by else "",
        naive(entry.excused_at),
    )


# --- remarks ---


@require_GET
def remarks(request):
    held = rights(request.user)
    if not (held.is_leader or held.writes_journals):
        raise Http404
    year = year_of(timezone.localdate())
    filters = RemarkFilter(request.GET, year=year)
    found = review.remarks(request.user, filters.chosen.get("state", ""))
    found = found.filter(journal__in=filters.narrow(_journals_of_year(year)))
    if _wants_xlsx(request):
        return _remarks_xlsx(found)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "is_leader": held.is_leader,
        "answered": {
            one.pk
            for one in page
            if access.answers_for(request.user, one.journal_id, one.lesson_id)
        },
    }
    return render(request, "journals/remarks.html", context)


def _remarks_xlsx(found):
    heads = (
        "Класс, группа",
        "Предмет",
        "Урок",
        "Номер урока",
        "Когда",
        "Кто",
        "Замечание",
        "Ответ",
        "Кто ответил",
        "Когда",
        "Кто закрыл",
        "Закрыто",
    )
    rows = (
        (
            remark.journal.group.name,
            remark.journal.subject.name,
            remark.lesson and remark.lesson.date,
            remark.lesson and remark.lesson.slot.number,
            naive(remark.made_at),
            remark.author.short_name,
            remark.text,
            remark.answer,
            remark.answered_by.short_name if remark.answered_by else "",
            naive(remark.answered_at),
            remark.closed_by.short_name if remark.closed_by else "",
            naive(remark.closed_at),
        )
        for remark in found
    )
    return xlsx_response("zamechaniya", heads, rows)


@require_http_methods(["GET", "POST"])
def new_remark(request):
    """A remark on the journal, and maybe the lesson, that the address names."""
    access.lead(request.user)
    journal = get_object_or_404(
        Journal.objects.select_related("group", "subject"), pk=key(request.GET.get("journal"))
    )
    lesson = None
    if asked := request.GET.get("lesson"):
        lessons = Lesson.objects.select_related("slot")
        lesson = get_object_or_404(lessons, pk=key(asked), journal=journal)
    form = RemarkForm(request.POST or None)
    back = _back(request.GET.get("next"))
    if request.method == "POST" and form.is_valid():
        make_remark(journal, lesson, request.user, form.cleaned_data["text"])
        messages.success(request, "Замечание записано: учитель увидит его на главной странице.")
        return redirect(back)
    context = {"journal": journal, "lesson": lesson, "form": form, "back": back}
    return render(request, "journals/remark_new.html", context)


@require_http_methods(["GET", "POST"])
def remark(request, pk):
    """One remark: its journal's teachers answer, the leaders close it."""
    found = get_object_or_404(review.remarks(request.user, "all"), pk=pk)
    held = rights(request.user)
    may_answer = access.answers_for(request.user, found.journal_id, found.lesson_id)
    form = AnswerForm(initial={"answer": found.answer})
    if request.method == "POST":
        deed = request.POST.get("deed")
        if deed in ("close", "reopen"):
            access.require(held.is_leader)
            if deed == "close":
                _close_remark(request, pk)
            else:
                reopen_remark(pk)
                messages.success(request, "Замечание снова ждёт ответа.")
            return redirect(_back(request.POST.get("next")))
        access.require(may_answer)
        form = AnswerForm(request.POST)
        if form.is_valid() and _answer(request, pk, form):
            messages.success(request, "Ответ записан.")
            return redirect("remarks")
    context = {
        "remark": found,
        "form": form if may_answer and (form.errors or not found.closed_at) else None,
        "is_leader": held.is_leader,
    }
    return render(request, "journals/remark.html", context)


def _close_remark(request, pk):
    try:
        close_remark(pk, request.user)
        messages.success(request, "Замечание закрыто.")
    except Refused as error:
        messages.error(request, str(error))


def _back(address):
    """Where the person came from, if that is a page of this site; else all remarks."""
    if address and url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return address
    return reverse("remarks")


def _answer(request, pk, form):
    """Write the answer; False when it can't be: the form then says why and keeps the text."""
    try:
        was = request.POST.get("was-answer", "")
        answer_remark(pk, request.user, was, form.cleaned_data["answer"])
    except (Refused, Conflict) as error:
        form.add_error("answer", str(error))
        return False
    return True


# --- history ---


@require_GET
def history(request):
    access.lead(request.user)
    search = HistorySearch(request.GET, year=year_of(timezone.localdate()))
    asked = request.GET.get("from", "")
    first = min(int(asked), MOST_HISTORY) if is_key(asked) else 0
    lines, more = [], False
    if search.is_valid():
        place = (0, MOST_HISTORY) if _wants_xlsx(request) else (first, PAGE)
        lines, more = journals_search.search(*place, **search.cleaned_data)
    if _wants_xlsx(request):
        return _history_xlsx(lines, more)
    context = {
        "search": search,
        "lines": lines,
        "newer": max(first - PAGE, 0) if first else None,
        "older": first + PAGE if more and first < MOST_HISTORY else None,
        "is_cut": more and first >= MOST_HISTORY,
    }
    return render(request, "journals/review_history.html", context)


def _history_xlsx(lines, more):
    heads = ("Когда", "Кто", "Адрес", "Что", "О чём", "Поле", "Было", "Стало", "Откуда")
    rows = [
        (
            naive(line.at),
            line.who,
            line.address,
            line.kind,
            line.about,
            change.field,
            change.was,
            change.now,
            line.origin,
        )
        for line in lines
        for change in line.changes
    ]
    if more:
        rows.append(
            (None, f"Здесь {MOST_HISTORY} новейших изменений, есть и более ранние.", *[""] * 7)
        )
    return xlsx_response("istoriya", heads, rows)
