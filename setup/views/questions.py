"""Six questions that fill the school from templates."""

import hashlib

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods

from school import access
from school.actions.refusals import ScheduleError

from ..actions.filling import fill
from ..filling import filling, told
from ..forms import QuestionsForm
from ..queries.filling import there

ANSWERED = "answered"


@require_http_methods(["GET", "POST"])
def questions(request):
    """Asked, then shown what will be written, then written; what stands is left as it is."""
    access.admin(request.user)
    today = timezone.localdate()
    stands = there(today)
    name, week_days = stands.school or ("", 5)
    form = QuestionsForm(_answered(request), initial={"name": name, "week_days": week_days})
    will = list(told(filling(form.answers, stands, today))) if form.is_valid() else None
    seen = None if will is None else _seal(will)
    if request.method == "POST":
        if "write" in request.POST and form.is_valid():
            if request.POST.get("seen") != seen:
                messages.warning(request, "Ответы изменились: посмотрите, что запишем теперь.")
            elif _filled(request, form):
                return redirect("setup")
        place = "#will" if form.is_valid() else ""
        return redirect(f"{reverse('setup_questions')}?{ANSWERED}=1{place}")
    context = {"form": form, "will": will, "seen": seen, "stands": stands}
    return render(request, "setup/questions.html", context)


def _answered(request):
    """The answers that are sent, or were: they are kept with the log-in and shown by an address of
    their own, so that «back» leads to them and nothing is sent twice. None where none are asked."""
    if request.method == "POST":
        fields = [name for name in request.POST if name in QuestionsForm.base_fields]
        kept = {name: request.POST.getlist(name) for name in fields}
        request.session[ANSWERED] = kept
    elif ANSWERED in request.GET:
        kept = request.session.get(ANSWERED)
    else:
        kept = None
    return None if kept is None else MultiValueDict(kept)


def _seal(will):
    """What stands for what was shown: only that is written."""
    return hashlib.sha256(repr(will).encode()).hexdigest()[:16]


def _filled(request, form):
    try:
        found = fill(form.answers)
    except ScheduleError as error:
        messages.error(request, str(error))
        return False
    lines = [what for what, _ in told(found)]
    if lines:
        messages.success(request, f"Записано: {'; '.join(lines)}.")
    else:
        messages.info(request, "Всё это уже стоит: ничего не изменилось.")
    return True
