"""What a person is to agree to, and what came of it."""

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet

from ..models import Agreement, AgreementText, Student, User
from ..rules.agreements import asked_kinds
from .slips import is_adult


def current_texts(day: datetime.date) -> dict[str, AgreementText]:
    """{kind: the AgreementText that holds on a school-local day}; one query."""
    begun = AgreementText.objects.filter(starts_on__lte=day).order_by("version")
    return {one.kind: one for one in begun}


@dataclass(frozen=True)
class Asked:
    """A text that a person has not agreed to; `was_refused`: he has said no to it."""

    text: AgreementText
    was_refused: bool


def asked(person: User, day: datetime.date) -> list[Asked]:
    """What a person is asked on a school-local day, in the order of the kinds; one query where the
    school has published nothing, else three."""
    texts = current_texts(day)
    if not texts:
        return []
    answers = dict(
        Agreement.objects.filter(person=person, text__in=texts.values()).values_list(
            "text", "is_given"
        )
    )
    kinds = asked_kinds(is_adult=is_adult(person))
    wanted = [texts[kind] for kind in kinds if kind in texts]
    return [
        Asked(one, was_refused=answers.get(one.pk) is False)
        for one in wanted
        if not answers.get(one.pk)
    ]


def children_of(person: User) -> list[str]:
    """The full names of the pupils for whom a person speaks; one query."""
    found = Student.objects.filter(parents__user=person).select_related("user")
    return [one.user.full_name for one in found.order_by("user__sort_name", "pk")]


def refusals(day: datetime.date) -> QuerySet[Agreement]:
    """Who has said no to the texts of a school-local day: they get reports on paper (2.12)."""
    found = Agreement.objects.filter(text__in=current_texts(day).values(), is_given=False)
    return found.select_related("person").order_by("person__sort_name", "pk")
