"""The administration's remarks, and what the teachers of their journals answer."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from attendance.refusals import Refused
from school import access
from school.converters import key
from school.models import Journal, Lesson
from school.rights import rights
from school.xlsx import naive, wants_xlsx, xlsx_response
from school.years import chosen_year

from ..actions.review import answer_remark, close_remark, make_remark, reopen_remark
from ..forms import AnswerForm, RemarkFilter, RemarkForm
from ..queries import review
from ..refusals import Conflict

PAGE = 100


@require_GET
def remarks(request):
    held = rights(request.user)
    if not (held.is_leader or held.writes_journals):
        raise Http404
    years = chosen_year(request, access.years(request.user))
    filters = RemarkFilter(request.GET, year=years.year)
    found = review.remarks(request.user, filters.chosen.get("state", ""))
    of_year = Journal.objects.filter(group__year=years.year)
    found = found.filter(journal__in=filters.narrow(of_year))
    if wants_xlsx(request):
        return _remarks_xlsx(found)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "years": years,
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
            remark.lesson and remark.lesson.number,
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
        lessons = Lesson.objects
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
