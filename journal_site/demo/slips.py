"""Everybody of the demo has agreed and has a password, but one mother who holds a slip."""

from school.actions.slips import make_slips
from school.models import Agreement, AgreementText, School, User
from school.models.history import create_with_history
from school.queries.people import staff
from school.rules.agreements import asked_kinds, draft

NEWCOMER, SLIP_PASSWORD = "newparent", "k7mh-2qxd-9wtr"


def agree(year, by):
    """To texts that `by`, the administrator, has published."""
    name = School.objects.get().name
    texts = {
        kind: AgreementText(kind=kind, version=1, text=draft(kind, name), starts_on=year.starts_on)
        for kind in AgreementText.Kind.values
    }
    create_with_history(AgreementText, list(texts.values()), by)
    working = set(staff().values_list("pk", flat=True))
    answers = [
        Agreement(person=person, text=texts[kind], is_given=True)
        for person in User.objects.exclude(username=NEWCOMER).select_related("parent")
        for kind in asked_kinds(is_adult=person.pk in working or hasattr(person, "parent"))
    ]
    Agreement.objects.bulk_create(answers, batch_size=500)


def hand_out(by):
    """The one slip, which the administrator has printed."""
    make_slips({User.objects.get(username=NEWCOMER).pk: SLIP_PASSWORD}, by)
