"""Slips are made and used."""

from collections.abc import Collection, Iterable, Mapping

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from ..models import Role, Slip, User
from ..models.history import create_with_history, update_with_history
from ..queries.slips import living_slips
from ..rights import LEADERS
from ..rules.slips import folded, slip_password

# Twelve signs by chance need no slow hash against guessing, and a school has 1,500 slips to make.
ITERATIONS = 5_000
_HASHER = PBKDF2PasswordHasher()


class AlreadySet(Exception):
    """An account has got a password of its own meanwhile."""


def new_passwords(users: list[User]) -> dict[int, str]:
    """{user id: a password for his slip}, which stand nowhere else."""
    return {one.pk: slip_password(get_random_string) for one in users}


def make_slips(
    passwords: Mapping[int, str], by: User, owners: Collection[int] | None = None
) -> None:
    """Slips with the `passwords` {user id: as printed}, made by a person. The slip of before and a
    password of one's own stop at once, and whoever was logged in by them is so no longer. Who is
    not active any more gets none. AlreadySet, and nothing is made, where somebody has a password of
    his own who was none of the `owners` (ids) that were asked about; None: nobody asked."""
    hashes = {pk: _hashed(password) for pk, password in passwords.items()}
    with transaction.atomic():
        found = User.objects.select_for_update(no_key=True).order_by("pk")
        users = list(found.filter(pk__in=hashes, is_active=True))
        if owners is not None and any(
            one.has_usable_password() and one.pk not in owners for one in users
        ):
            raise AlreadySet
        earlier = list(living_slips().filter(person__in=users))
        _close(earlier, "ended_at", by)
        # Whoever gets into a leader's account is told to the leaders, by the account's history.
        leading = Role.objects.filter(kind__in=LEADERS, user__in=users)
        touched = {one.person_id for one in earlier}.union(leading.values_list("user", flat=True))
        for user in users:
            if user.pk in touched or user.has_usable_password():
                user.set_unusable_password()
                user.save()  # as a whole: of the password alone there would be no history
        new = [Slip(person=one, password=hashes[one.pk], made_by=by) for one in users]
        create_with_history(Slip, new, by)


def _close(living: Iterable[Slip], column: str, by: User | None = None) -> None:
    """Living slips are used or ended now, as the `column` says."""
    slips = list(living)
    for one in slips:
        setattr(one, column, timezone.now())
    update_with_history(Slip, slips, [column], by)


def _hashed(password: str) -> str:
    return _HASHER.encode(folded(password), get_random_string(22), ITERATIONS)


def opens(slip: Slip | None, password: str) -> bool:
    """Whether a typed password is that of a slip. It takes as long where there is none: nobody
    learns from the time whose slip there is."""
    if slip is None:
        _hashed(password)
        return False
    return _HASHER.verify(folded(password), slip.password)


@transaction.atomic
def set_password(user: User, password: str) -> None:
    """Give an account a password; what was logged in by another is so no longer. Saved as a whole:
    of the password alone there would be no history."""
    user.set_password(password)
    user.save()
    _close(living_slips().filter(person=user), "ended_at")


@transaction.atomic
def choose_first_password(user: User, password: str) -> None:
    """The password of his own that a person chooses after the log-in by a slip, which is used by
    that. AlreadySet."""
    held = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if held.has_usable_password():
        raise AlreadySet
    _close(living_slips().filter(person=user), "opened_at")
    set_password(user, password)
