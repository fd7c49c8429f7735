"""Home, account, health."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.core.signing import BadSignature
from django.db import connection
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from attendance.queries import inquiries_to_answer
from journals.queries.self_judged import self_judged
from school import access
from school.queries.calendar import year_of
from school.rights import rights, role_names
from school.rules.days import unknown_calendar
from setup.views.checklist import checklist_page

from . import actions, letters
from .drawing import grid
from .queries.desk.page import desk
from .queries.leaders import changes_for
from .queries.log_ins import new_devices
from .queries.teacher_day import teacher_day


@require_GET
def home(request):
    """What a person of these roles needs first; who has one page only is sent to it."""
    held = rights(request.user)
    now = timezone.now()
    _tell_of_devices(request, now)
    if held.is_leader or held.is_admin:
        _tell_of_calendar(request)
    if held.is_leader:
        shown = desk(request.user, now)
        return render(request, "desk/today.html", {"desk": shown, "grid": grid(shown)})
    classes = _led_classes(request.user)
    if not (held.writes_journals or classes):
        if held.ids("view_diary"):
            return redirect("diary")
        if held.is_admin:
            return render(request, "setup/today.html", checklist_page())
    return render(request, "home.html", _own_day(request.user, now, classes))


@require_GET
def own_day(request):
    """What others find on their home page, of a leader who teaches or leads a class."""
    access.lead(request.user)
    context = _own_day(request.user, timezone.now(), _led_classes(request.user))
    return render(request, "desk/own.html", context)


def _own_day(user, now, classes):
    """The lessons and duties of a person, whoever else he is."""
    day = teacher_day(user, now)
    return {
        "today": timezone.localdate(),
        "lessons": day.lessons,
        "gaps": day.gaps,
        "coming": day.coming,
        "next_day": day.next_day,
        "sheets": day.sheets,
        "transfers": day.transfers,
        "remarks": day.remarks,
        "classes": classes,
        "inquiries": inquiries_to_answer([one.pk for one in classes], timezone.localdate()),
        "children": [one for one in access.diaries(user) if one.is_own],
    }


def _led_classes(user):
    """Those of the present year; the others are among the journals of theirs."""
    if not rights(user).ids("lead_class"):
        return []
    of_year = access.school_classes(user).filter(year=year_of(timezone.localdate()))
    return of_year.filter(class_teacher=user)


@require_http_methods(["GET", "POST"])
def leaders(request):
    """Who was made a leader or ceased to be one, whose account somebody else has changed, and the
    register of what leaders did about matters of their own this school year."""
    access.lead(request.user)
    if request.method == "POST":
        actions.note_changes(request.user, request.POST.getlist("change"))
        messages.success(request, "Отмечено.")
        return redirect("leaders")
    changes = changes_for(request.user, timezone.now())
    today = timezone.localdate()
    year = year_of(today)
    context = {
        "changes": changes,
        "is_new": any(not is_noted for _, is_noted in changes),
        "self_judged": self_judged(year.starts_on, today) if year else [],
    }
    return render(request, "leaders.html", context)


def _tell_of_devices(request, now):
    if found := new_devices(request.user, now):
        at = timezone.localtime(found[0].at)
        told = (
            f"Вход с нового устройства: {found[0].device}, {at:%d.%m.%Y %H:%M}. Это были вы? "
            "Ответьте в «Моих входах» (ваше имя вверху страницы)."
        )
        messages.warning(request, told)


def _tell_of_calendar(request):
    if year := unknown_calendar(timezone.localdate()):
        told = (
            f"Производственного календаря на {year} год в этой версии журнала ещё нет: переносов "
            "выходных сроки не учитывают. Обновите журнал, а до тех пор администратор записывает "
            "переносы как особые дни."
        )
        messages.warning(request, told)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def account(request):
    """Who I am here, whether I get digests, and a new password; other browsers of mine are logged
    out by that (5.2)."""
    held = rights(request.user)
    if "digest" in request.POST:
        access.require(held.is_school_staff)
        wanted = "wants_digest" in request.POST
        actions.choose_digest(request.user.pk, wanted)
        messages.success(request, "Сводка включена." if wanted else "Сводка выключена.")
        return redirect("account")
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, form.user)
        messages.success(request, "Пароль изменён.")
        return redirect("account")
    context = {"form": form, "roles": role_names(request.user), "rights": held}
    return render(request, "account.html", context)


@login_not_required
@csrf_exempt  # a mail program sends it in one click, and has no page of ours (RFC 8058)
@require_http_methods(["GET", "POST"])
def stop_digest(request, token):
    """Turn the digest off without a log-in: the link is in the letter, and does nothing else."""
    try:
        reader = letters.digest_reader(token)
    except BadSignature:
        raise Http404 from None
    if request.method == "POST":
        actions.choose_digest(reader, wanted=False)
    return render(request, "stop_digest.html", {"is_off": request.method == "POST"})


@login_not_required
@require_GET
def health(request):
    """For the container and the monitor: 200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


# Django's own pages of errors look for a CSRF token in the form that was sent, and fail a second
# time where it is that form which can't be read.


def bad_request(request, exception):
    return render(request, "400.html", status=400)


def forbidden(request, exception):
    return render(request, "403.html", status=403)


def not_found(request, exception):
    return render(request, "404.html", status=404)
