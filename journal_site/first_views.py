"""The first log-in: a password of one's own, the agreements; and the way back of who forgot it."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from school.actions.agreements import answer
from school.actions.slips import AlreadySet, choose_first_password
from school.models import AgreementText
from school.queries.agreements import asked, children_of

from .first_login import ASKED, PASSWORD, first_page
from .forms import AgreementsForm, FirstPasswordForm, ForgottenForm, NewPasswordForm
from .tasks import send_way_back


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def first_password(request):
    """After a log-in by a slip, before anything else."""
    if first_page(request) is not PASSWORD:
        return redirect("home")
    form = FirstPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            choose_first_password(request.user, form.cleaned_data["password"])
        except AlreadySet:
            messages.info(request, "Свой пароль уже есть: войдите с ним.")
            return redirect("login")
        update_session_auth_hash(request, request.user)
        if not request.session.get(ASKED):
            messages.success(request, "Пароль записан. Дальше входите с ним.")
        return redirect("home")
    context = {"form": form, "two_steps": request.session.get(ASKED)}
    return render(request, "registration/first_password.html", context)


@sensitive_post_parameters("password")
@require_POST
def check_password(request):
    """JSON {"wrong": [Russian sentences]}: what the validators say of what is being typed."""
    form = FirstPasswordForm(request.user, request.POST)
    return JsonResponse({"wrong": list(form.errors.get("password", []))})


@require_http_methods(["GET", "POST"])
def agreements(request):
    """What the school asks, each with a tick; who says no to the processing of personal data is led
    to the reports on paper (2.12)."""
    today = timezone.localdate()
    questions = asked(request.user, today)
    if not questions:
        request.session[ASKED] = False
        return redirect("home")
    form = AgreementsForm([one.text for one in questions], request.POST or None)
    refuses = "refuse" in request.POST
    if request.method == "POST" and (refuses or form.is_valid()):
        for one in questions:
            if not refuses:
                answer(request.user, one.text, is_given=True)
            elif one.text.kind == AgreementText.Kind.DATA:
                answer(request.user, one.text, is_given=False)
        return redirect("on_paper" if refuses else "agreements")
    context = {
        "questions": [(one, form[str(one.text.pk)]) for one in questions],
        "children": children_of(request.user),
    }
    return render(request, "registration/agreements.html", context)


@require_GET
def on_paper(request):
    """What it means to have said no, and how to say yes after all."""
    questions = asked(request.user, timezone.localdate())
    if not any(one.was_refused for one in questions):
        return redirect("home")
    return render(request, "registration/on_paper.html", {"children": children_of(request.user)})


@login_not_required
@require_http_methods(["GET", "POST"])
def forgotten(request):
    """Everybody gets the same answer, and as quickly: the worker looks whether there is a letter to
    write."""
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        known_by = form.cleaned_data["known_by"]
        transaction.on_commit(lambda: send_way_back.delay(known_by), robust=True)
        return render(request, "registration/forgotten.html", {"is_answered": True})
    return render(request, "registration/forgotten.html", {"form": form})


class ResetPassword(PasswordResetConfirmView):
    """By the link of the letter, which is good once and for half an hour."""

    form_class = NewPasswordForm
    template_name = "registration/reset_password.html"
    success_url = reverse_lazy("login")

    def form_valid(self, form):
        messages.success(self.request, "Пароль записан. Войдите с ним.")
        return super().form_valid(form)
