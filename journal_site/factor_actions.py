"""Deeds about the second step of a log-in: set up, used, removed."""

import datetime

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from school.models import User
from school.models.history import originating
from school.rules import codes

from .login_actions import SETS_FACTOR, count_failure, end_sessions, record
from .models import LoginEvent, SecondFactor

PENDING = "new_factor"  # in a session: the secret that the app was shown and has not proved yet
Kind = LoginEvent.Kind


class WrongCode(Exception):
    """Not a code of this app's just now, used already, or no spare code."""


class CodesClosed(Exception):
    """Too many wrong codes: none is taken until `until` (UTC)."""

    def __init__(self, until: datetime.datetime) -> None:
        self.until = until


def use_code(user: User, text: str, request: HttpRequest) -> LoginEvent.Kind:
    """Take a code of the app or a spare one, each once; returns which it was, as a Kind of log-in.
    WrongCode, CodesClosed. A wrong one is counted and told in the journal of log-ins."""
    now = timezone.now()
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=user).first()
        if factor is None:
            raise WrongCode
        if factor.closed_until and factor.closed_until > now:
            raise CodesClosed(factor.closed_until)
        used = _use(factor, codes.plain(text), now)
    if used is None:
        count_failure(Kind.WRONG_CODE, user, request)
        raise WrongCode
    return used


def _use(factor: SecondFactor, text: str, now: datetime.datetime) -> LoginEvent.Kind | None:
    """Write down what became of a code, in a row that is locked."""
    row = SecondFactor.objects.filter(pk=factor.pk)
    if step := codes.step_of(factor.secret, text, now, factor.last_step):
        row.update(last_step=step, wrong=0, closed_until=None)
        return Kind.WITH_CODE
    hashed = _hash(factor.user_id, text)
    left = [one for one in factor.spare if not constant_time_compare(one, hashed)]
    if len(left) < len(factor.spare):
        row.update(spare=left, wrong=0, closed_until=None)
        return Kind.WITH_SPARE
    if factor.wrong + 1 >= codes.MOST_WRONG:
        row.update(wrong=0, closed_until=now + codes.CLOSED_FOR)
    else:
        row.update(wrong=factor.wrong + 1)
    return None


def begin(request: HttpRequest) -> None:
    """A new secret for the app, kept in the session till a code proves that the app has it."""
    request.session[PENDING] = codes.new_secret()


@transaction.atomic
def set_up(user: User, text: str, request: HttpRequest) -> list[str]:
    """The app has the secret of `begin`: from now on it is asked for, in place of an earlier one.
    Returns the new spare codes. Other sessions of the person end. WrongCode."""
    now = timezone.now()
    secret = request.session.get(PENDING)
    step = codes.step_of(secret, codes.plain(text), now, after=0) if secret else None
    if step is None:
        raise WrongCode
    spare = codes.new_spare_codes()
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    factor = factor or SecondFactor(user=user)
    factor.secret, factor.last_step, factor.made_at = secret, step, now
    factor.spare, factor.spare_made_at = _hashes(user, spare), now
    factor.wrong, factor.closed_until = 0, None
    factor.save()
    del request.session[PENDING]
    request.session.pop(SETS_FACTOR, None)
    record(Kind.FACTOR_ON, user, request)
    end_sessions(user, but=request.session.session_key or "")
    return spare


@transaction.atomic
def renew_spare(user: User, request: HttpRequest) -> list[str]:
    """New spare codes in place of all earlier ones."""
    spare = codes.new_spare_codes()
    factor = SecondFactor.objects.select_for_update().get(user=user)
    factor.spare, factor.spare_made_at = _hashes(user, spare), timezone.now()
    factor.save()
    record(Kind.NEW_SPARE, user, request)
    return spare


@transaction.atomic
def remove(user: User, request: HttpRequest) -> None:
    """The person wants no second step any more; who has to have one, his caller refuses."""
    for factor in SecondFactor.objects.select_for_update().filter(user=user):
        factor.delete()
        record(Kind.FACTOR_OFF, user, request)


@transaction.atomic
def drop(user: User) -> bool:
    """At the server, for who has lost phone and spare codes: whether there was a second step. His
    sessions end; where one is wanted he sets it up anew when he logs in."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None:
        return False
    with originating("снято на сервере: drop_second_factor"):
        factor.delete()
    record(Kind.DROPPED, user)
    end_sessions(user, but="")
    return True


def _hashes(user: User, spare: list[str]) -> list[str]:
    return [_hash(user.pk, codes.plain(one)) for one in spare]


def _hash(user_id: int, text: str) -> str:
    return salted_hmac("spare code", f"{user_id}:{text}", algorithm="sha256").hexdigest()
