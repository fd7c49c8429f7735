"""Who can log in."""

import datetime

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404

from school.models import Parent, Student, User
from school.queries.people import find_accounts

from .checklist import locked_out, present_pupils, working_staff

ON_A_PAGE = 50
ACCOUNTS = {"staff": "Сотрудники", "pupils": "Ученики", "parents": "Родители"}


def accounts(
    kind: str, text: str, only_locked: bool, page: str | None, day: datetime.date
) -> tuple[Page[User], int]:
    """(a page of the accounts of a kind of ACCOUNTS that are looked for, each with `is_locked`:
    whether it has no password; how many of the kind have none)."""
    users = _users(kind, day)
    locked = locked_out(users)
    found = find_accounts(locked if only_locked else users, text, day)
    shown = Paginator(found.order_by("sort_name", "pk"), ON_A_PAGE).get_page(page)
    for one in shown.object_list:
        one.is_locked = not one.has_usable_password()  # type: ignore[attr-defined]
    return shown, locked.count()


def account(pk: int) -> User:
    """The User whom a password may be given: who is active. Http404 else."""
    found = User.objects.filter(pk=pk, is_active=True).first()
    if found is None:
        raise Http404
    return found


def _users(kind: str, day: datetime.date) -> QuerySet[User]:
    if kind == "staff":
        return working_staff(day)
    if kind == "pupils":
        students: QuerySet[Student] = present_pupils(day)
        return User.objects.filter(is_active=True, student__in=students)
    return User.objects.filter(is_active=True, parent__in=Parent.objects.all())
