"""The school's own texts that people agree to at the first log-in."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from school import access
from school.actions.agreements import publish
from school.models import AgreementText, School
from school.queries.agreements import current_texts, refusals
from school.rules.agreements import draft

from ..forms_of_agreements import AgreementTextForm


@require_http_methods(["GET", "POST"])
def agreements(request):
    """The school's own texts: nobody is asked before the first one is published."""
    access.admin(request.user)
    today = timezone.localdate()
    forms = {kind: _form(request, kind, today) for kind in AgreementText.Kind.values}
    sent = forms.get(request.POST.get("kind", ""))
    if sent and sent.is_valid() and _published(sent):
        messages.success(request, "Опубликовано: каждого спросим один раз при входе.")
        return redirect("setup_agreements")
    texts = current_texts(today)
    context = {
        "kinds": [
            (AgreementText.Kind(kind), texts.get(kind), form) for kind, form in forms.items()
        ],
        "refusals": refusals(today),
    }
    return render(request, "setup/agreements.html", context)


def _form(request, kind, today):
    """What is published begins with the last version, at first with our draft."""
    last = AgreementText.objects.filter(kind=kind).order_by("-version").first()
    school = School.objects.first()
    text = last.text if last else draft(kind, school.name if school else "")
    data = request.POST if request.POST.get("kind") == kind else None
    initial = {
        "kind": kind,
        "text": text,
        "starts_on": max(today, last.starts_on if last else today),
    }
    return AgreementTextForm(data, initial=initial, auto_id=f"{kind}_%s")


def _published(form):
    try:
        publish(**form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
