"""One's own second step: set up, renewed, removed."""

from io import BytesIO

import segno
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from school import access
from school.rights import rights
from school.rules.codes import app_address

from . import factor_actions as actions
from .forms import CodeForm, PasswordForm
from .login_actions import must_have_factor
from .login_views import WRONG_CODE
from .models import SecondFactor

SITE = "Электронный журнал"  # what the app shows beside the code


@sensitive_post_parameters("password", "code")
@sensitive_variables("spare")
@require_http_methods(["GET", "POST"])
def second_factor(request):
    """What there is of it, and each deed of DEEDS; spare codes are shown once."""
    factor = SecondFactor.objects.filter(user=request.user).first()
    is_required = must_have_factor(rights(request.user))
    context = {
        "factor": factor,
        "is_required": is_required,
        "secret": request.session.get(actions.PENDING),
        "password_form": PasswordForm(),
        "code_form": CodeForm(),
    }
    if request.method == "POST":
        deed = request.POST.get("deed", "")
        if deed == "stop":
            request.session.pop(actions.PENDING, None)
            return redirect("second_factor")
        answer = _set_up(request, context) if deed == "prove" else _changed(request, context, deed)
        if answer:
            return answer
    return render(request, "log_ins/second_factor.html", context)


def _set_up(request, context):
    """The app has proved that it has the secret: the page with the spare codes; None if not."""
    form = context["code_form"] = CodeForm(request.POST)
    if not form.is_valid():
        return None
    try:
        spare = actions.set_up(request.user, form.cleaned_data["code"], request)
    except actions.WrongCode:
        form.add_error("code", WRONG_CODE)
        return None
    return render(request, "log_ins/spare_codes.html", {"spare": spare})


def _changed(request, context, deed):
    """What is done with the password alone; None if it is wrong."""
    form = context["password_form"] = PasswordForm(request.POST)
    if not form.is_valid():
        return None
    password = form.cleaned_data["password"]
    if authenticate(request, username=request.user.username, password=password) is None:
        form.add_error("password", "Пароль неверный.")
        return None
    if deed == "begin":
        actions.begin(request)
    elif deed == "spare" and context["factor"]:
        spare = actions.renew_spare(request.user, request)
        return render(request, "log_ins/spare_codes.html", {"spare": spare})
    elif deed == "remove":
        access.require(not context["is_required"])
        actions.remove(request.user, request)
        messages.success(request, "Второй шаг убран.")
    return redirect("second_factor")


@require_GET
def qr(request):
    """The picture that the app reads the secret from; of the one that is just being set up."""
    secret = request.session.get(actions.PENDING)
    if not secret:
        raise Http404
    picture = BytesIO()
    address = app_address(secret, request.user.username, SITE)
    segno.make(address, micro=False).save(
        picture, kind="svg", scale=5, svgclass=None, lineclass=None
    )
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")
