"""Home, account, health."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.db import connection
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from school import access

from . import queries


@require_GET
def home(request):
    """What a person of these roles needs first; who has one page only is sent to it."""
    held = access.rights(request.user)
    classes = access.school_classes(request.user) if held.ids("lead_class") else []
    teaches = held.ids("write_journal") or held.ids("write_lesson")
    if not (teaches or classes):
        if held.ids("view_diary"):
            return redirect("diary")
        if held.is_leader:
            return redirect("review")
        if held.is_admin:
            return redirect("admin:index")
    day = queries.teacher_day(request.user, timezone.now())
    context = {
        "today": timezone.localdate(),
        "lessons": day.lessons,
        "gaps": day.gaps,
        "next_day": day.next_day,
        "remarks": day.remarks,
        "classes": [led for led in classes if led.class_teacher_id == request.user.pk],
        "children": [one for one in access.diaries(request.user) if one.is_own],
        "is_leader": held.is_leader,
        "is_admin": held.is_admin,
    }
    return render(request, "home.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def account(request):
    """Who I am here, and a new password; other browsers of mine are logged out by it (5.2)."""
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, form.user)
        messages.success(request, "Пароль изменён.")
        return redirect("account")
    return render(request, "account.html", {"form": form, "roles": access.role_names(request.user)})


@login_not_required
@require_GET
def health(request):
    """For the container and the monitor: 200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
