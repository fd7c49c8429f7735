"""Everybody of the demo has agreed and has a password, but one mother who holds a slip."""

from school.actions.slips import make_slips
from school.models import Agreement, AgreementText, School, User
from school.models.history import create_with_history
from school.queries.people import staff
from school.rules.agreements import asked_kinds, draft

NEWCOMER, SLIP_PASSWORD = "newparent", "k7mh-2qxd-9wtr"


def write(year, by):
    """`by` is the administrator, who has printed the slip."""
    newcomer = User.objects.get(username=NEWCOMER)
    name = School.objects.get().name
    texts = {
        kind: AgreementText(kind=kind, version=1, text=draft(kind, name), starts_on=year.starts_on)
        for kind in AgreementText.Kind.values
    }
    create_with_history(AgreementText, list(texts.values()), by)
    working = set(staff().values_list("pk", flat=True))
    answers = [
        Agreement(person=person, text=texts[kind], is_given=True)
        for person in User.objects.exclude(pk=newcomer.pk).select_related("parent")
        for kind in asked_kinds(is_adult=person.pk in working or hasattr(person, "parent"))
    ]
    Agreement.objects.bulk_create(answers, batch_size=500)
    make_slips({newcomer.pk: SLIP_PASSWORD}, by)
