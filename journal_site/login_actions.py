"""Deeds about log-ins: to enter, what the journal of log-ins says of it, to end sessions."""

import datetime
import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth import login
from django.core import signing
from django.db import transaction
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac

from school.models import School, User
from school.models.history import request_address
from school.rights import Rights, rights
from school.rules.codes import CLOSED_FOR
from school.rules.entering import device_name

from .models import LoginEvent, LoginSession, SecondFactor
from .sessions import ENTRY

KEPT = datetime.timedelta(days=365)
DEVICE_COOKIE = "device"
SETS_FACTOR = "sets_factor"  # in a session: nothing opens before a second step is set up
SECOND_STEP = "second_step"  # in a session: whose password was right, and what is asked next
STEP_LASTS = 5 * 60  # seconds
ENTERED = (LoginEvent.Kind.ENTERED, LoginEvent.Kind.WITH_CODE, LoginEvent.Kind.WITH_SPARE)


@dataclass(frozen=True)
class FirstStep:
    """Whose password was right, and what the form of log-in said besides."""

    user: User
    is_shared: bool
    url: str


def attempt_name(request: HttpRequest, credentials: dict[str, str] | None) -> str:
    """What django-axes counts wrong passwords by: not the login as it was typed, for that may be a
    password."""
    typed = (credentials or {}).get("username") or request.POST.get("username", "")
    return salted_hmac("log-in attempts", typed).hexdigest()


def enter(request: HttpRequest, user: User, how: LoginEvent.Kind, is_shared: bool = False) -> None:
    """Log a person in; on a computer of others only till the browser is closed."""
    request.entered = how, is_shared  # type: ignore[attr-defined]  # for `note_entry`
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    if is_shared:
        request.session.set_expiry(0)


def ask_second_step(request: HttpRequest, step: FirstStep) -> None:
    """Keep in the session, for STEP_LASTS, who is to be asked for a code."""
    request.session[SECOND_STEP] = {
        "user": step.user.pk,
        "password": step.user.get_session_auth_hash(),
        "is_shared": step.is_shared,
        "url": step.url,
        "at": timezone.now().timestamp(),
    }


def first_step(request: HttpRequest) -> FirstStep | None:
    """The FirstStep that this browser has taken within STEP_LASTS, unless the password or the
    account was changed since."""
    kept = request.session.get(SECOND_STEP)
    if not kept or timezone.now().timestamp() - kept["at"] > STEP_LASTS:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != kept["password"]:
        return None
    return FirstStep(user, kept["is_shared"], kept["url"])


def must_have_factor(held: Rights) -> bool:
    """Whether the school wants a second step of who holds these rights; one query at most."""
    if not (held.is_leader or held.is_admin):
        return False
    return bool(School.objects.filter(wants_second_factor=True).exists())


def note_entry(sender: type[User], request: HttpRequest, user: User, **kwargs: object) -> None:
    """Somebody is logged in (signal): a line of the journal, and what his session says of it."""
    how, is_shared = getattr(request, "entered", (LoginEvent.Kind.ENTERED, False))
    event = _event(how, user, request)
    event.device_key = _device_key(request)
    event.is_new_device = _is_new(event)
    event.save()
    request.session[ENTRY] = {
        "device": event.device,
        "address": event.address,
        "is_shared": is_shared,
    }
    owes = must_have_factor(rights(user)) and not has_factor(user)
    if owes:
        request.session[SETS_FACTOR] = True
    else:
        request.session.pop(SETS_FACTOR, None)


def has_factor(user: User) -> bool:
    return SecondFactor.objects.filter(user=user).exists()


def note_failure(
    sender: str, credentials: dict[str, str], request: HttpRequest | None = None, **kwargs: object
) -> None:
    """A wrong password (signal). While a log-in is closed `note_lock` tells of it."""
    if request is not None and not getattr(request, "axes_locked_out", False):
        count_failure(LoginEvent.Kind.WRONG, _named(credentials), request)


def note_lock(sender: str, request: HttpRequest, **kwargs: object) -> None:
    """A log-in was closed after many wrong passwords, or was tried while it is (axes' signal)."""
    credentials = getattr(request, "axes_credentials", None) or {}
    count_failure(LoginEvent.Kind.LOCKED, _named(credentials), request)


def _named(credentials: dict[str, str]) -> User | None:
    try:
        return User.objects.get_by_natural_key(credentials.get("username", ""))
    except (User.DoesNotExist, ValueError):
        return None


def count_failure(kind: LoginEvent.Kind, user: User | None, request: HttpRequest) -> None:
    """One more failure: of the line of a quarter of an hour from one place, else a new line. So who
    tries a thousand passwords does not fill the journal."""
    event = _event(kind, user, request)
    same = LoginEvent.objects.filter(
        kind=kind,
        user=user,
        address=event.address,
        device=event.device,
        at__gte=event.at - CLOSED_FOR,
    )
    if not same.update(times=F("times") + 1, at=event.at):
        event.save()


def record(kind: LoginEvent.Kind, user: User, request: HttpRequest | None = None) -> None:
    """What was done to somebody's second step; without a request at the server itself."""
    if request is None:
        LoginEvent.objects.create(kind=kind, user=user)
    else:
        _event(kind, user, request).save()


def _event(kind: LoginEvent.Kind, user: User | None, request: HttpRequest) -> LoginEvent:
    now = timezone.now()
    return LoginEvent(
        kind=kind,
        user=user,
        began_at=now,
        at=now,
        address=request_address(request),
        device=device_name(request.META.get("HTTP_USER_AGENT", "")),
    )


def _is_new(event: LoginEvent) -> bool:
    """Whether the person has logged in before, but neither in this browser nor from this address
    with one of its name. Where cookies are not kept the address has to do."""
    before = LoginEvent.objects.filter(user=event.user, kind__in=ENTERED)
    known = Q(device_key=event.device_key) | Q(device=event.device, address=event.address)
    return before.exists() and not before.filter(known).exists()


def _device_key(request: HttpRequest) -> str:
    """What the journal knows a browser by: the hash of a random word in a cookie of ours, which
    `keep_device` sets where there was none."""
    word = request.COOKIES.get(DEVICE_COOKIE, "")
    if not 16 <= len(word) <= 64:
        word = request.new_device = get_random_string(32)  # type: ignore[attr-defined]
    return hashlib.sha256(word.encode()).hexdigest()


def keep_device(request: HttpRequest, response: HttpResponse) -> None:
    """Let a browser that has just logged in be known again; one of a computer of others till it is
    closed."""
    if word := getattr(request, "new_device", None):
        lasts = None if request.session[ENTRY]["is_shared"] else int(KEPT.total_seconds())
        response.set_cookie(
            DEVICE_COOKIE,
            word,
            max_age=lasts,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )


def session_name(session: LoginSession) -> str:
    """What a page calls a session by: its key itself opens it."""
    return signing.Signer(salt="session").signature(session.session_key)[:20]


def end_sessions(user: User, but: str, names: Collection[str] | None = None) -> int:
    """End a person's sessions of these names (`session_name`), all of them without names; never the
    one whose key is `but`. Returns how many."""
    others = LoginSession.objects.filter(user=user).exclude(session_key=but)
    keys = [one.pk for one in others if names is None or session_name(one) in names]
    return LoginSession.objects.filter(pk__in=keys).delete()[0]


def note_devices(user: User, now: datetime.datetime | None = None) -> None:
    """The person knows of the log-ins from new devices."""
    news = LoginEvent.objects.filter(user=user, is_new_device=True, noted_at=None)
    news.update(noted_at=now or timezone.now())


def forget_old_events(now: datetime.datetime | None = None) -> int:
    """Take out of the journal of log-ins what is older than a year, and sessions that are over;
    returns how many lines were taken out."""
    now = now or timezone.now()
    LoginSession.objects.filter(expire_date__lt=now).delete()
    return LoginEvent.objects.filter(at__lt=now - KEPT).delete()[0]


@transaction.atomic
def set_rules(idle_minutes: int, wants_factor: bool) -> None:
    """The school's rules of log-ins. Where a second step is wanted from now on, sessions of who has
    to have one and has none are ended: they are asked when they log in again."""
    school = School.objects.select_for_update().get()
    begins = wants_factor and not school.wants_second_factor
    school.idle_minutes, school.wants_second_factor = idle_minutes, wants_factor
    school.save()
    if begins:
        without = User.objects.filter(Q(roles__isnull=False) | Q(is_superuser=True))
        without = without.filter(second_factor=None)
        LoginSession.objects.filter(user__in=without.values("pk")).delete()
