"""The journal of log-ins, and who is logged in where."""

import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from school.models import School, User
from school.queries.people import find_accounts
from school.rules.entering import USUAL_IDLE_MINUTES
from school.rules.spans import ONE_DAY
from school.rules.texts import login

from ..models import Digest, LoginEvent, LoginSession

ON_A_PAGE = 50
TOLD_FOR = 30 * ONE_DAY
FAILURES = {
    "failed": "Неудачные",
    "new": "С новых устройств",
}


def own_sessions(user: User, now: datetime.datetime) -> list[LoginSession]:
    """The person's sessions that are not over, the last used first; one query."""
    return list(LoginSession.objects.filter(user=user, expire_date__gt=now).order_by("-seen_at"))


def own_events(user: User, page: str | None) -> Page[LoginEvent]:
    """A page of the person's own lines of the journal; two queries."""
    found = LoginEvent.objects.filter(user=user).order_by("-at", "-pk")
    return Paginator(found, 20).get_page(page)


def events(text: str, only: str, page: str | None, day: datetime.date) -> Page[LoginEvent]:
    """A page of the whole journal: of the accounts that are looked for, `only` of a kind of
    FAILURES; three queries at most."""
    found = LoginEvent.objects.select_related("user").order_by("-at", "-pk")
    if text:
        named = find_accounts(User.objects.all(), text, day).values("pk")
        found = found.filter(Q(user__in=named) | Q(user__username=login(text)))
    if only == "failed":
        wrong = (LoginEvent.Kind.WRONG, LoginEvent.Kind.WRONG_CODE, LoginEvent.Kind.LOCKED)
        found = found.filter(kind__in=wrong)
    if only == "new":
        found = found.filter(is_new_device=True)
    return Paginator(found, ON_A_PAGE).get_page(page)


def new_devices(user: User, now: datetime.datetime) -> list[LoginEvent]:
    """The log-ins from new devices that the person has not said to know of; one query."""
    return list(_unknown(now).filter(user=user).order_by("-at"))


def devices_to_tell(now: datetime.datetime) -> QuerySet[LoginEvent]:
    """Those of the last day whose owner has an address and may not have been written to yet."""
    told = Digest.objects.filter(kind=Digest.Kind.DEVICE, sent_at__gte=now - 2 * ONE_DAY)
    keys = [int(about) for about in told.values_list("about", flat=True)]
    fresh = _unknown(now).filter(at__gte=now - ONE_DAY, user__is_active=True)
    return fresh.exclude(user__email="").exclude(pk__in=keys).select_related("user")


def _unknown(now: datetime.datetime) -> QuerySet[LoginEvent]:
    return LoginEvent.objects.filter(is_new_device=True, noted_at=None, at__gte=now - TOLD_FOR)


def idle_minutes() -> int:
    """The school's setting."""
    return int(School.objects.values_list("idle_minutes", flat=True).first() or USUAL_IDLE_MINUTES)
