"""Texts are published and answered."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ..models import Agreement, AgreementText, User
from ..models.history import current_address


@transaction.atomic
def publish(kind: str, text: str, starts_on: datetime.date) -> AgreementText:
    """A new version of a text: whom it concerns is asked once, at the next log-in from that
    school-local day on. ValidationError where it says nothing new."""
    last = AgreementText.objects.select_for_update().filter(kind=kind).order_by("-version").first()
    new = AgreementText(
        kind=kind, version=last.version + 1 if last else 1, text=text, starts_on=starts_on
    )
    new.full_clean()
    if last and last.text == new.text:
        raise ValidationError({"text": "Этот текст уже опубликован."})
    if last and starts_on < last.starts_on:
        told = f"Не раньше предыдущей версии: {last.starts_on:%d.%m.%Y}."
        raise ValidationError({"starts_on": told})
    new.save()
    return new


@transaction.atomic
def answer(person: User, text: AgreementText, is_given: bool) -> Agreement:
    """What a person says to a text; he may say otherwise later. Sent twice, nothing changes."""
    list(User.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk"))
    found = Agreement.objects.filter(person=person, text=text).first()
    if found and found.is_given == is_given:
        return found
    found = found or Agreement(person=person, text=text)
    found.is_given, found.answered_at, found.address = is_given, timezone.now(), current_address()
    found.save()
    return found
