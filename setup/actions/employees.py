"""Somebody comes to work at the school."""

from django.db import transaction

from school.models import Employee, User
from school.rules.logins import login_for
from school.rules.names import PersonName


@transaction.atomic
def hire(last_name: str, first_name: str, patronymic: str) -> User:
    """An account without a password and its Employee."""
    name = PersonName(last_name, first_name, patronymic)
    taken = set(User.objects.values_list("username", flat=True))
    person = User(username=login_for(name, taken), **name._asdict())
    person.set_unusable_password()
    person.full_clean()
    person.save()
    Employee.objects.create(user=person)
    return person
