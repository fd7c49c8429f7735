"""The log-in by a slip."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from .actions.slips import opens
from .models import User
from .queries.slips import latest_slip


class SlipBackend(BaseBackend):
    """Lets in who has a slip and no password of his own. Stands behind Django's own: a wrong
    password is looked at by both, whoever's it is, and counts once (django-axes)."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The User. Where the password is that of a slip that was used already, the request says so
        (`used_slip`): only who holds the slip learns of it."""
        if username is None or password is None:
            return None
        try:
            person = User.objects.get_by_natural_key(username)
        except User.DoesNotExist:
            person = None
        slip = latest_slip(person) if person else None
        if not opens(slip, password) or person is None or not person.is_active:
            return None
        if slip.opened_at and request is not None:
            request.used_slip = slip
        return None if slip.opened_at or slip.ended_at or person.has_usable_password() else person

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
