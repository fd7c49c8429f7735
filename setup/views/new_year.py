"""The next school year: a draft that saves itself, one deed opens it, one takes it back."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from school import access

from ..actions.new_year import (
    TurnRefused,
    changes_of,
    open_year,
    say,
    seal,
    take_year_back,
    way_back,
)
from ..queries.groups import unseated
from ..queries.new_year import following_year, new_year, opened, teachers_named
from ..turn_page import page_of

TABS = ("classes", "pupils", "groups", "days")


@dataclass
class Refused:
    """{field: why not, what was typed}; the fields keep what was typed."""

    why: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)


@require_http_methods(["GET", "POST"])
def page(request):
    access.admin(request.user)
    today, refused = timezone.localdate(), Refused()
    if request.method == "POST":
        refused = _done(request, today)
        if not refused.why:
            return redirect(request.get_full_path())
    found = new_year(today)
    if found is None:
        messages.info(request, "Сначала заведите учебный год.")
        return redirect("setup_year")
    if found.is_applied or found.is_taken:
        return _after(request, found)
    tab = request.GET.get("tab", TABS[0])
    if tab not in TABS:
        raise Http404
    teachers = teachers_named(found)
    shown = page_of(found, teachers, _opened(request), refused.why, refused.typed)
    context = {
        "year": found,
        "tab": tab,
        "page": shown,
        "seal": seal(found),
        "is_open": found.draft.from_year.ends_on < today,
    }
    return render(request, "setup/new_year.html", context)


def _opened(request):
    asked = request.GET.get("open", "")
    return int(asked) if asked.isdecimal() and len(asked) < 18 else None


def _done(request, today):
    """What the form asked for is done, as far as it can be."""
    sent = request.POST
    try:
        if "back" in sent:
            _take_back(request, today)
            return Refused()
        refused = Refused(say(changes_of(sent), request.user, today))
        if refused.why:
            refused.typed = {name: sent.get(name, "") for name in refused.why}
        elif "open" in sent:
            draft = open_year(request.user, sent.get("seen", ""), today)
            messages.success(request, f"Открыт {draft.called} учебный год.")
    except TurnRefused as error:
        messages.error(request, str(error))
        return Refused()
    return refused


def _take_back(request, today):
    found = new_year(today)
    if found is None or not found.is_applied:
        raise TurnRefused("Возвращать нечего: это уже возвращено.")
    take_year_back(found.draft, request.user)
    messages.success(request, "Возвращено как было. Черновик остался: его можно открыть снова.")


def _after(request, found):
    """An opened year: what it holds, what is left, the way back."""
    year = following_year(found.draft.from_year)
    context = {
        "year": found,
        "made": opened(year) if year else None,
        "unseated": unseated(year) if year else {},
        "refusal": way_back(found.draft) if found.is_applied else "",
    }
    return render(request, "setup/new_year_opened.html", context)
