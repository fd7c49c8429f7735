"""Six questions that fill the school from templates."""

import hashlib

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from school import access
from school.actions.refusals import ScheduleError

from ..actions.filling import fill
from ..filling import filling, told
from ..forms import QuestionsForm
from ..queries.filling import there


@require_http_methods(["GET", "POST"])
def questions(request):
    """Asked, then shown what will be written, then written; what stands is left as it is."""
    access.admin(request.user)
    today = timezone.localdate()
    stands = there(today)
    name, week_days = stands.school or ("", 5)
    form = QuestionsForm(request.POST or None, initial={"name": name, "week_days": week_days})
    will = seen = None
    if request.method == "POST" and form.is_valid():
        will = list(told(filling(form.answers, stands, today)))
        seen = _seal(will)
        if "write" in request.POST:
            if request.POST.get("seen") != seen:
                messages.warning(request, "Ответы изменились: посмотрите, что запишем теперь.")
            elif _filled(request, form):
                return redirect("setup")
    context = {"form": form, "will": will, "seen": seen, "stands": stands}
    return render(request, "setup/questions.html", context)


def _seal(will):
    """What stands for what was shown: only that is written."""
    return hashlib.sha256(repr(will).encode()).hexdigest()[:16]


def _filled(request, form):
    try:
        found = fill(form.answers)
    except ScheduleError as error:
        form.add_error(None, str(error))
        return False
    lines = [what for what, _ in told(found)]
    if lines:
        messages.success(request, f"Записано: {'; '.join(lines)}.")
    else:
        messages.info(request, "Всё это уже стоит: ничего не изменилось.")
    return True
