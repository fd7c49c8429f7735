"""The desk of those who lead the school: its day, what they do from there, the papers."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from attendance.actions.inquiries import ask_about
from attendance.refusals import Refused
from school import access
from school.answers import pdf_response
from school.converters import is_key
from school.rules.texts import counted

from . import printing
from .actions import NobodyToRemind, RemindedAlready
from .actions import remind as remind_all
from .drawing import grid
from .queries.desk.page import desk
from .queries.desk.papers import pupil_to_ask
from .queries.reminders import unopened_lessons, who_gets_letters


@require_GET
def index(request):
    """The desk is the home page of who leads the school."""
    access.lead(request.user)
    return redirect("home")


@require_GET
def today(request):
    """The desk's two columns alone, for the page that is open already."""
    access.lead(request.user)
    shown = desk(request.user, timezone.now())
    return render(request, "desk/_columns.html", {"desk": shown, "grid": grid(shown)})


@require_POST
def ask(request):
    """Ask the class teacher of a pupil who is missing where he is."""
    access.lead(request.user)
    sent = request.POST.get("student", "")
    day = timezone.localdate()
    asked = pupil_to_ask(int(sent), day) if is_key(sent) else None
    if asked is None:
        raise Http404
    try:
        if asked.why_not:
            raise Refused(asked.why_not)
        ask_about(asked.student, day, request.user)
    except Refused as error:
        messages.error(request, f"{asked.name}: {error}")
    else:
        messages.success(request, f"{asked.name}: спросили. Ответит {asked.class_teacher}")
    return redirect("home")


@require_POST
def remind(request):
    """Remind all teachers of the journals that are not open."""
    access.lead(request.user)
    sent = request.POST.get("seen", "")
    try:
        reminder = remind_all(request.user, int(sent) if is_key(sent) else 0)
    except RemindedAlready as already:
        at = f"{timezone.localtime(already.at):%H:%M}"
        messages.warning(
            request, f"В {at} уже напомнил(а) {already.who}: второй раз не отправлено."
        )
    except NobodyToRemind:
        messages.warning(
            request, "Не отправлено: напоминать некому, или страница была открыта давно."
        )
    else:
        messages.success(request, _reminded(reminder))
    return redirect("home")


def _reminded(reminder):
    unopened = unopened_lessons(reminder.day, reminder.reminded_at)
    letters = who_gets_letters(unopened).count()
    told = f"Напомнили {counted(len(unopened), 'учителю', 'учителям', 'учителям')}"
    if not letters:
        return f"{told}: на главной странице."
    by_letter = "письмом" if letters == len(unopened) else f"письмом (писем: {letters})"
    return f"{told}: на главной странице и {by_letter}."


@require_GET
def absent_pdf(request):
    """Who is not at school, for who is on duty."""
    access.lead(request.user)
    return pdf_response(printing.absent(timezone.now()), "net-v-shkole")


@require_GET
def kitchen_pdf(request):
    """How many portions each class needs."""
    access.lead(request.user)
    return pdf_response(printing.kitchen(timezone.now()), "porcii")
