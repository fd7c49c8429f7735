"""When a lesson is held, of what kind, and whether at all: the leaders' affair."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from attendance.refusals import Refused
from school import access
from school.actions.lessons import restore_lesson
from school.actions.refusals import ScheduleError
from school.rights import rights

from ..actions.lessons import cancel_lesson, change_kind, move_lesson
from ..forms import CancelForm, KindForm, MoveForm
from ..queries.lists import grid_url


@require_http_methods(["GET", "POST"])
def place(request, pk, lesson_pk):
    lesson, _ = access.lesson(request.user, pk, lesson_pk)
    access.require(rights(request.user).is_leader)
    deed = request.POST.get("deed")
    move = MoveForm(request.POST if deed == "move" else None, lesson=lesson)
    cancel = CancelForm(request.POST if deed == "cancel" else None)
    kind = KindForm(request.POST if deed == "kind" else None, initial={"kind": lesson.kind_id})
    forms = {"move": move, "cancel": cancel, "kind": kind}
    refused = ""
    if request.method == "POST":
        try:
            if told := _do(deed, lesson, forms, request.user):
                messages.success(request, told)
                return redirect(grid_url(lesson))
        except (Refused, ScheduleError) as error:
            lesson.refresh_from_db(fields=["date", "number", "kind", "cancelled"])
            form = forms.get(deed)
            if form and not (deed == "cancel" and lesson.cancelled):
                form.add_error(None, str(error))
            else:
                refused = str(error)
    context = {
        "journal": lesson.journal,
        "lesson": lesson,
        **forms,
        "refused": refused,
        "grid_url": grid_url(lesson),
    }
    return render(request, "journals/place.html", context)


def _do(deed, lesson, forms, person):
    """Do what the pressed button says; returns what to tell, «» when a form must be filled in
    again."""
    form = forms.get(deed)
    if deed == "restore" and not lesson.cancelled:
        raise Refused("Урок и так в расписании.")
    if deed == "cancel" and lesson.cancelled:
        raise Refused(f"Урок уже отменён: {lesson.cancelled}.")
    if deed == "restore":
        restore_lesson(lesson)
        return "Урок снова в расписании: записанное в нём учитывается."
    if form is None or not form.is_valid():
        return ""
    data = form.cleaned_data
    if deed == "cancel":
        cancel_lesson(lesson, data["cancelled"], person)
        return "Урок отменён. Записанное в нём осталось, но нигде не учитывается."
    if deed == "kind":
        change_kind(lesson, data["kind"], person)
        return f"Вид урока теперь: {str(data['kind']).lower()}."
    day, number = data["date"], data["number"]
    moved = move_lesson(lesson.journal, lesson.pk, day, number)
    lesson.date, lesson.number = moved.date, moved.number
    return f"Урок перенесён на {day:%d.%m.%Y}, {number}-й, со всем, что в нём записано."
