"""Who leads the school, what was done to their accounts, and what they are to see first."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from journals.models import Certificate, LateEntry, Remark
from journals.queries.self_judged import self_judged
from school import namesakes
from school.compiled import Compiled, Given
from school.models import Role, Unlock, User
from school.models.history import SYSTEM
from school.rights import LEADERS
from school.rules.names import PersonName
from school.rules.spans import ONE_DAY
from tempjournal.queries.packets import packets

from ..models import Digest
from .teacher_day import TOLD_FOR


@dataclass(frozen=True)
class LeaderChange:
    """A leader's role given or taken, his account changed by somebody else, or what he judged that
    was his own; nobody becomes a leader unseen, or loses his account between two roles. `key` names
    it for ever, `at` is UTC; `old_email` is an address that was changed, else «»; `told_to` are the
    users (ids) it is told to."""

    key: str
    at: datetime.datetime
    user_id: int
    person: str
    who: str
    told: str
    old_email: str
    told_to: frozenset[int]


@dataclass(frozen=True)
class Led:
    """A role that a user held from an instant to another, or holds (None)."""

    user_id: int
    kind: str
    since: datetime.datetime
    until: datetime.datetime | None

    def meets(self, first: datetime.datetime, last: datetime.datetime) -> bool:
        return self.since <= last and (self.until is None or first <= self.until)


def leader_changes(now: datetime.datetime) -> list[LeaderChange]:
    """The LeaderChanges of the last TOLD_FOR, newest first, and with them what leaders did about
    matters of their own; a fixed number of queries. An account is a leader's who was one within
    TOLD_FOR before or after the deed."""
    since = now - TOLD_FOR
    leading = Role.history.filter(kind__in=LEADERS)
    roles = list(_with_before(Role.history.filter(id__in=leading.values("id"))))
    spans = _led_spans(roles)
    found = [
        (f"role-{row.pk}-{user}", row, user, [told], "")
        for row, before in roles
        if row.history_date >= since
        for user, told in _role_deeds(row, before)
    ]
    leaders = {one.user_id for one in spans if one.meets(since - TOLD_FOR, now)}
    for row, before in _with_before(User.history.filter(id__in=leaders)):
        at = row.history_date
        own = [one for one in spans if one.user_id == row.id]
        if at < since or not any(one.meets(at - TOLD_FOR, at + TOLD_FOR) for one in own):
            continue
        if told := _account_deeds(row, before):
            old_email = before.email if before and before.email != row.email else ""
            found.append((f"user-{row.pk}", row, row.id, told, old_email))
    people = User.objects.in_bulk(leaders)
    names = namesakes.in_full({pk: one.name for pk, one in people.items()})
    writers = namesakes.staff({row.history_user for _, row, *_ in found if row.history_user})
    changes = [
        LeaderChange(
            key,
            row.history_date,
            user,
            names.get(user, "удалённая учётная запись"),
            writers.get(row.history_user_id, SYSTEM),
            ", ".join(told),
            old_email,
            _told_to(user, row.history_date, spans),
        )
        for key, row, user, told, old_email in found
    ] + _self_judged(since, now)
    return sorted(changes, key=lambda one: (one.at, one.key), reverse=True)


def _self_judged(since, now):
    """What a leader did about a matter of his own (4.2), as LeaderChanges: told to the directors.
    What a director did so himself stands in the register alone."""
    directors = set(Role.objects.filter(kind=Role.Kind.DIRECTOR).values_list("user", flat=True))
    return [
        LeaderChange(
            one.key,
            one.at,
            one.person.pk,
            one.person.full_name,
            one.person.short_name,
            f"сам себе: {one.deed}",  # no pupil is named in a letter
            "",
            frozenset(directors - {one.person.pk}),
        )
        for one in self_judged(timezone.localdate(since), timezone.localdate(now))
    ]


def _with_before(rows):
    """(historical row, the same thing's row before it or None)."""
    before = None
    for row in rows.select_related("history_user").order_by("id", "history_id"):
        yield row, before if before and before.id == row.id else None
        before = row


def _led_spans(roles):
    """The Leds that rows of the roles' history with those before them tell of."""
    spans = []
    held: dict[int, tuple[int, str, datetime.datetime]] = {}  # by the role's id
    for row, before in roles:
        was, now = _led(before), _led(row if row.history_type != "-" else None)
        if was != now:
            if row.id in held:
                spans.append(Led(*held.pop(row.id), row.history_date))
            if now:
                held[row.id] = (*now, row.history_date)
    return spans + [Led(*one, None) for one in held.values()]


def _told_to(user, at, spans):
    """Whom what was done to a leader's account at an instant is told to: him, whether he leads just
    then or not; every director; where there is no other one, the deputies. Who is without his role
    just then and has it again afterwards is told like the others."""

    def holders(kind):
        led = [one for one in spans if one.kind == kind]
        before = {one.user_id for one in led if one.meets(at - TOLD_FOR, at)}
        return before & {one.user_id for one in led if one.meets(at, at + TOLD_FOR)}

    directors = [one for one in spans if one.kind == Role.Kind.DIRECTOR and one.meets(at, at)]
    told = {user} | holders(Role.Kind.DIRECTOR)
    if not {one.user_id for one in directors} - {user}:
        told |= holders(Role.Kind.DEPUTY)
    return frozenset(told)


def _role_deeds(row, before):
    """(user id, what was done) of a change of a role."""
    was, now = _led(before), _led(row if row.history_type != "-" else None)
    if was != now:
        for led, deed in ((was, "снята"), (now, "дана")):
            if led:
                user, kind = led
                yield user, f"{deed} роль «{Role.Kind(kind).label}»"


def _full_name(row):
    """As `User.full_name` has it, of a row of history."""
    return PersonName(row.last_name, row.first_name, row.patronymic).full


def _led(row):
    return (row.user_id, row.kind) if row and row.kind in LEADERS else None


def _account_deeds(row, before):
    """What somebody else did to a leader's account, as Russian words."""
    if row.history_type != "~" or row.history_user_id == row.id:
        return []
    told = ["задан пароль"] if row.password_set else []
    if before:
        was, now = _full_name(before), _full_name(row)
        told += [f"изменено имя: {was} → {now}"] if was != now else []
        told += ["изменён логин"] if row.username != before.username else []
        told += ["изменён адрес почты"] if row.email != before.email else []
        if row.is_active != before.is_active:
            told.append("учётная запись " + ("включена" if row.is_active else "отключена"))
    return told


def changes_for(leader: User, now: datetime.datetime) -> list[tuple[LeaderChange, bool]]:
    """[(LeaderChange that is told to him, whether the leader has noted it)], newest first; four
    queries."""
    noted = set(
        Digest.objects.filter(
            user=leader, kind=Digest.Kind.CHANGE, noted_at__isnull=False
        ).values_list("about", flat=True)
    )
    return [(one, one.key in noted) for one in leader_changes(now) if leader.pk in one.told_to]


def new_changes(leader: User, now: datetime.datetime) -> int:
    """How many of the `changes_for` a leader he has not noted yet. One query as long as nothing was
    written in the histories that they are made of: what was counted is kept till then."""
    state = _written(leader=leader.pk, since=now - TOLD_FOR - ONE_DAY)
    key = f"leader-changes-{leader.pk}-{timezone.localdate(now)}-{state}".replace(" ", "")
    if (kept := cache.get(key)) is None:
        kept = sum(not is_noted for _, is_noted in changes_for(leader, now))
        cache.set(key, kept)
    return int(kept)


@Compiled
def _written() -> QuerySet[Any]:
    """The newest of the rows that `leader_changes` reads, and how many changes the leader has
    noted: what a sweep or a teacher writes is not among them."""
    noted = Digest.objects.filter(
        user=OuterRef("pk"), kind=Digest.Kind.CHANGE, noted_at__isnull=False
    )
    lately = {"self_judged": True, "history_date__gte": Given("since")}
    judged = (LateEntry, Unlock, Remark, Certificate)
    histories = [Role.history, User.history, *(one.history.filter(**lately) for one in judged)]
    newest = {
        f"newest_{place}": Subquery(history.order_by("-history_id").values("history_id")[:1])
        for place, history in enumerate(histories)
    }
    count = noted.order_by().values("user").annotate(number=Count("pk")).values("number")
    rows = User.objects.filter(pk=Given("leader")).order_by()
    return rows.annotate(noted=Subquery(count), **newest).values_list("noted", *newest)


@dataclass(frozen=True)
class PacketState:
    """The packet of temporary journals of a day: when (UTC) it was written, None if it was not, and
    the names of the classes that it lacks."""

    written_at: datetime.datetime | None
    left_out: list[str]


def packet_state(now: datetime.datetime) -> PacketState:
    """The PacketState of an instant's day; one query."""
    rows = _packet(day=timezone.localdate(now))
    return PacketState(
        rows[0][0] if rows else None,
        [f"{number}{letter}" for _, number, letter in rows if number is not None],
    )


@Compiled
def _packet() -> QuerySet[Any]:
    lacking = FilteredRelation("left_out", condition=Q(left_out__made_at=None))
    return (
        packets()
        .filter(day=Given("day"))
        .alias(lacking=lacking)
        .order_by("lacking__school_class__number", "lacking__school_class__letter")
        .values_list("written_at", "lacking__school_class__number", "lacking__school_class__letter")
    )
