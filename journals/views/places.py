"""When a lesson is held, and whether at all: the leaders' affair."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from attendance.refusals import Refused
from school import access
from school.actions.lessons import restore_lesson
from school.actions.refusals import ScheduleError
from school.rights import rights

from ..actions.lessons import cancel_lesson, move_lesson
from ..forms import CancelForm, MoveForm
from ..queries.lists import grid_url


@require_http_methods(["GET", "POST"])
def place(request, pk, lesson_pk):
    lesson, _ = access.lesson(request.user, pk, lesson_pk)
    access.require(rights(request.user).is_leader)
    deed = request.POST.get("deed")
    move = MoveForm(request.POST if deed == "move" else None, lesson=lesson)
    cancel = CancelForm(request.POST if deed == "cancel" else None)
    refused = ""
    if request.method == "POST":
        try:
            if told := _do(deed, lesson, move, cancel, request.user):
                messages.success(request, told)
                return redirect(grid_url(lesson))
        except (Refused, ScheduleError) as error:
            lesson.refresh_from_db(fields=["date", "number", "cancelled"])
            form = {"move": move, "cancel": None if lesson.cancelled else cancel}.get(deed)
            if form:
                form.add_error(None, str(error))
            else:
                refused = str(error)
    context = {
        "journal": lesson.journal,
        "lesson": lesson,
        "move": move,
        "cancel": cancel,
        "refused": refused,
        "grid_url": grid_url(lesson),
    }
    return render(request, "journals/place.html", context)


def _do(deed, lesson, move, cancel, person):
    """Do what the pressed button says; returns what to tell, «» when a form must be filled in
    again."""
    if deed == "restore" and not lesson.cancelled:
        raise Refused("Урок и так в расписании.")
    if deed == "cancel" and lesson.cancelled:
        raise Refused(f"Урок уже отменён: {lesson.cancelled}.")
    if deed == "restore":
        restore_lesson(lesson)
        return "Урок снова в расписании: записанное в нём учитывается."
    if deed == "cancel" and cancel.is_valid():
        cancel_lesson(lesson, cancel.cleaned_data["cancelled"], person)
        return "Урок отменён. Записанное в нём осталось, но нигде не учитывается."
    if deed == "move" and move.is_valid():
        day, number = move.cleaned_data["date"], move.cleaned_data["number"]
        moved = move_lesson(lesson.journal, lesson.pk, day, number)
        lesson.date, lesson.number = moved.date, moved.number
        return f"Урок перенесён на {day:%d.%m.%Y}, {number}-й, со всем, что в нём записано."
    return ""
