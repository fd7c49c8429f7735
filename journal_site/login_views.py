"""To log in, own log-ins, the journal of all and the rules of them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from school import access
from school.models import School

from .factor_actions import CodesClosed, WrongCode, use_code
from .forms import CodeForm, LoginForm, LoginRulesForm
from .login_actions import (
    FirstStep,
    ask_second_step,
    end_sessions,
    enter,
    first_step,
    has_factor,
    keep_device,
    note_devices,
    session_name,
    set_rules,
)
from .models import LoginEvent
from .queries import log_ins

WRONG_CODE = "Код не подошёл: возьмите новый из приложения. Каждый код принимается один раз."


class Login(LoginView):
    """Who sends a login and a password becomes that person here, whoever was logged in before: at a
    shared laptop the form may have been opened before another logged in, and nobody may land under
    a name that is not theirs (5.4). `?switch=` shows the form to who is logged in already."""

    authentication_form = LoginForm

    def form_valid(self, form):
        step = FirstStep(form.get_user(), form.cleaned_data["is_shared"], self.get_success_url())
        if has_factor(step.user):
            ask_second_step(self.request, step)
            if wants_json(self.request):
                return JsonResponse({"asks": "code"})
            return redirect("second_step")
        return entered(self.request, step, LoginEvent.Kind.ENTERED)

    def form_invalid(self, form):
        """The question for the password over a page that is open asks as a script."""
        if wants_json(self.request):
            told = [one for errors in form.errors.values() for one in errors]
            return JsonResponse({"message": " ".join(told)}, status=422)
        return super().form_invalid(form)

    @property
    def redirect_authenticated_user(self):
        return self.request.method != "POST" and "switch" not in self.request.GET

    def get_redirect_url(self):
        """Never back to the log-in itself, which would be a circle."""
        url = super().get_redirect_url()
        return "" if url.startswith(self.request.path) else url


def wants_json(request):
    return not request.accepts("text/html")


def entered(request, step, how):
    """The answer to who is in by now; a script of a page that was open is told that he is."""
    enter(request, step.user, how, step.is_shared)
    if wants_json(request):
        response = JsonResponse({"user": str(step.user.pk)})
    else:
        response = redirect(step.url)
    keep_device(request, response)
    return response


@login_not_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_step(request):
    """The code, after the password was right (`first_step`)."""
    step = first_step(request)
    if step is None:
        if wants_json(request):
            return JsonResponse({"message": "Введите пароль ещё раз."}, status=401)
        return redirect("login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return entered(request, step, use_code(step.user, form.cleaned_data["code"], request))
        except (WrongCode, CodesClosed) as error:
            form.add_error("code", code_refusal(error))
    if wants_json(request):
        return JsonResponse({"message": " ".join(form.errors.get("code", []))}, status=422)
    return render(request, "registration/code.html", {"form": form})


def code_refusal(error):
    """What is said of a WrongCode or CodesClosed."""
    if isinstance(error, CodesClosed):
        until = timezone.localtime(error.until)
        return f"Слишком много неверных кодов: следующий примем после {until:%H:%M}."
    return WRONG_CODE


@require_http_methods(["GET", "POST"])
def sessions(request):
    """Where I am logged in, what I do about it, and who has logged in under my name."""
    now = timezone.now()
    if request.method == "POST":
        return _answered(request)
    found = log_ins.own_sessions(request.user, now)
    context = {
        "sessions": [
            (one, session_name(one), one.pk == request.session.session_key) for one in found
        ],
        "events": log_ins.own_events(request.user, request.GET.get("page")),
        "new_devices": log_ins.new_devices(request.user, now),
        "has_factor": has_factor(request.user),
    }
    return render(request, "log_ins/sessions.html", context)


def _answered(request):
    if "known" in request.POST:
        note_devices(request.user)
        messages.success(request, "Отмечено.")
        return redirect("sessions")
    names = None if "everywhere" in request.POST else [request.POST.get("session", "")]
    ended = end_sessions(request.user, request.session.session_key, names)
    messages.success(request, f"Закрыто входов: {ended}.")
    return redirect("sessions")


@require_GET
def log(request):
    """The journal of log-ins, for the administrator."""
    access.admin(request.user)
    asked, only = request.GET.get("q", "").strip()[:100], request.GET.get("only", "")
    page = log_ins.events(asked, only, request.GET.get("page"), timezone.localdate())
    context = {"page": page, "kinds": log_ins.FAILURES, "only": only}
    return render(request, "log_ins/log.html", context)


@require_http_methods(["GET", "POST"])
def rules(request):
    """How long a log-in lasts, and who needs a second step."""
    access.admin(request.user)
    school = School.objects.first()
    if school is None:
        messages.warning(request, "Сначала назовите школу: «Шесть вопросов».")
        return redirect("setup_accounts")
    own = has_factor(request.user)
    form = LoginRulesForm(request.POST or None, instance=school, has_own=own)
    if request.method == "POST" and form.is_valid():
        set_rules(form.cleaned_data["idle_minutes"], form.cleaned_data["wants_second_factor"])
        messages.success(request, "Записано.")
        return redirect("login_rules")
    return render(request, "log_ins/rules.html", {"form": form, "has_own": own})
