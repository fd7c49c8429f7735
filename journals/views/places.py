"""When and where a lesson is held, of what kind, and whether at all: the leaders' affair."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from attendance.refusals import Refused
from school import access
from school.actions.lessons import restore_lesson, set_room
from school.actions.refusals import ScheduleError
from school.converters import is_key
from school.models import User
from school.queries.calendar import year_to_plan
from school.queries.lessons import lessons_of_same_pupils
from school.queries.takers import takers_of
from school.rights import rights
from school.rules.texts import counted, enumerated
from school.teacher_forms import JoinForm, SubstituteForm

from ..actions.lessons import (
    cancel_lesson,
    change_kind,
    exchange_lessons,
    move_day,
    move_lesson,
)
from ..actions.takers import join_lessons, part_lessons, substitute, withdraw_substitution
from ..forms import CancelForm, ExchangeForm, KindForm, MoveDayForm, MoveForm, RoomForm
from ..queries.cell import works_of
from ..queries.lists import grid_url


@require_http_methods(["GET", "POST"])
def place(request, pk, lesson_pk):
    lesson, _ = access.lesson(request.user, pk, lesson_pk)
    access.require(rights(request.user).is_leader)
    deed = request.POST.get("deed")

    def sent(name):
        return request.POST if deed == name else None

    takers = takers_of(lesson)
    forms = {
        "substitute": SubstituteForm(sent("substitute"), takers=takers),
        "join": JoinForm(sent("join"), takers=takers),
        "move": MoveForm(sent("move"), lesson=lesson),
        "exchange": ExchangeForm(sent("exchange"), lesson=lesson, auto_id="other_%s"),
        "room": RoomForm(sent("room"), initial={"room": lesson.room_id}),
        "kind": KindForm(sent("kind"), initial={"kind": lesson.kind_id}),
        "cancel": CancelForm(sent("cancel"), works=_planned(lesson)),
    }
    refused = ""
    if request.method == "POST":
        try:
            if told := _do(deed, lesson, forms, request.user):
                messages.success(request, told)
                return redirect(_back(request, lesson))
        except (Refused, ScheduleError) as error:
            lesson.refresh_from_db(fields=["date", "number", "kind", "cancelled"])
            form = forms.get(deed)
            if form and not (deed in OF_STANDING and lesson.cancelled):
                form.add_error(None, str(error))
            else:
                refused = str(error)
    context = {
        "journal": lesson.journal,
        "lesson": lesson,
        "refused": refused,
        "takers": takers,
        "grid_url": grid_url(lesson),
        **forms,
    }
    return render(request, "journals/place.html", context)


OF_STANDING = ("cancel", "exchange", "room", "substitute", "join")  # no forms of a cancelled one


def _back(request, lesson):
    """Who came from a teacher's absence goes on with its next lesson."""
    absence = request.GET.get("absence", "")
    return reverse("teacher_absence", args=[absence]) if is_key(absence) else grid_url(lesson)


def _planned(lesson):
    """The works of a lesson that is still to be held."""
    if lesson.date < timezone.localdate():
        return []
    return [work.text for work in works_of(lesson.pk)]


def _do(deed, lesson, forms, person):
    """Do what the pressed button says; returns what to tell, «» when a form must be filled in
    again."""
    if deed == "restore" and not lesson.cancelled:
        raise Refused("Урок и так в расписании.")
    if deed == "cancel" and lesson.cancelled:
        raise Refused(f"Урок уже отменён: {lesson.cancelled}.")
    if deed == "restore":
        restore_lesson(lesson)
        return "Урок снова в расписании: записанное в нём учитывается."
    if deed == "withdraw_substitution":
        withdraw_substitution(lesson, person)
        return "Замена снята: урок проводит тот, кто ведёт журнал."
    if deed == "part":
        part_lessons(lesson, person)
        return "Урок снова проводится отдельно, замена снята."
    if deed not in forms or not forms[deed].is_valid():
        return ""
    data = forms[deed].cleaned_data
    if deed == "substitute":
        teacher = User.objects.get(pk=data["teacher"])
        substitute(lesson, teacher, data["reason"], person)
        return f"Урок проводит теперь {teacher.short_name}"
    if deed == "join":
        host = forms[deed].chosen
        join_lessons(lesson, host.lesson, User.objects.get(pk=host.teacher), person)
        return f"Час считается за уроком: {host.lesson.journal}. Оба урока проводит {host.name}"
    if deed == "cancel":
        cancel_lesson(lesson, data["cancelled"], person)
        return "Урок отменён. Записанное в нём осталось, но нигде не учитывается."
    if deed == "room":
        set_room(lesson, data["room"])
        return f"Кабинет урока: {data['room'] or 'не указан'}."
    if deed == "kind":
        change_kind(lesson, data["kind"], person)
        return f"Вид урока теперь: {str(data['kind']).lower()}."
    day, number = data["date"], data["number"]
    if deed == "exchange":
        other = _other(lesson, day, number)
        exchange_lessons(lesson, other)
        return f"Уроки поменялись местами: {lesson.journal} и {other.journal}."
    moved = move_lesson(lesson.journal, lesson.pk, day, number)
    lesson.date, lesson.number = moved.date, moved.number
    return f"Урок перенесён на {day:%d.%m.%Y}, {number}-й, со всем, что в нём записано."


def _other(lesson, day, number):
    """The lesson that changes places with this one."""
    found = lessons_of_same_pupils(lesson, day, number)
    when = f"{day:%d.%m.%Y}, {number}-й"
    if not found:
        raise Refused(f"{when}: у этих учеников нет урока, чтобы поменять.")
    if len(found) > 1:
        raise Refused(f"{when}: уроков у этих учеников несколько, поменяйте со страницы одного.")
    return found[0]


@require_http_methods(["GET", "POST"])
def day(request):
    """The lessons of a whole day are held on another one."""
    access.lead(request.user)
    year = year_to_plan(timezone.localdate())
    if year is None:
        raise Http404
    form = MoveDayForm(request.POST or None, classes=year.classes.all())
    result = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            result = move_day(year, data["day"], data["to"], data["classes"])
        except Refused as error:
            form.add_error(None, str(error))
        else:
            told = counted(result.moved, "урок перенесён", "урока перенесены", "уроков перенесены")
            messages.success(request, f"{data['to']:%d.%m.%Y}: {told} со всем, что в них записано.")
            if result.left:
                messages.warning(request, f"Остались на месте: {enumerated(result.left)}")
            return redirect("move_day")
    return render(request, "journals/move_day.html", {"form": form})
