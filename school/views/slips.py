"""Slips for the first log-in, given by a class teacher."""

from django.contrib import messages
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from .. import access
from ..actions.slips import AlreadySet, make_slips, new_passwords
from ..answers import pdf_response
from ..printing.slips import slips_pdf
from ..queries.slips import OWN, families


@require_http_methods(["GET", "POST"])
def class_slips(request, pk):
    """For the pupils of one's class and their parents; who of them works at the school has more
    than a diary, and gets his from the administrator."""
    found = access.slip_class(request.user, pk)
    people = families([found], timezone.localdate())
    ticked = {one.user.pk for one in people if one.is_proposed}
    if request.method == "POST":
        given = [one for one in people if not one.is_staff]
        if answer := printed(request, given, f"Листки, {found}"):
            return answer
        ticked = asked_for(request)
    context = {"school_class": found, "people": people, "ticked": ticked}
    return render(request, "school/slips.html", context)


def asked_for(request):
    """The ids of the people whose slips are asked for."""
    return {int(one) for one in request.POST.getlist("person") if one.isdecimal() and len(one) < 19}


@sensitive_variables("passwords", "pdf")
def printed(request, people, name):
    """The answer with the slips of those of the SlipPersons who are ticked, kept nowhere; None,
    told why, where nothing was made. Drawn before anything is written: what can't be drawn stops
    nobody's password."""
    asked = asked_for(request)
    chosen = [one for one in people if one.user.pk in asked]
    if not chosen:
        messages.error(request, "Листков не сделано: никто не отмечен.")
        return None
    owners = {one.user.pk for one in chosen if one.state == OWN}
    if owners and "sure" not in request.POST:
        messages.error(
            request,
            f"Листков не сделано. Свой пароль уже есть у отмеченных: {len(owners)}. Он перестанет "
            "действовать: подтвердите это внизу или снимите отметки.",
        )
        return None
    passwords = new_passwords([one.user for one in chosen])
    pdf = slips_pdf(chosen, passwords)
    try:
        make_slips(passwords, request.user, owners)
    except AlreadySet:
        messages.error(
            request,
            "Листков не сделано: кто-то из отмеченных только что придумал свой пароль. Посмотрите "
            "отметки ещё раз.",
        )
        return None
    return pdf_response(pdf, name)
