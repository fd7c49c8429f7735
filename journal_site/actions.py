"""Deeds of the site itself: letters, and what the director has noted."""

import datetime
import logging
from collections import defaultdict
from collections.abc import Collection

from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db.models import Q
from django.utils import timezone

from journals.actions.watch import sweep
from school.models import User
from school.queries.calendar import working_calendar
from school.rules.texts import login

from . import letters
from .models import Digest, Reminder
from .queries.digests import leaders_in_the_morning, overdue_before, teachers_after_lessons
from .queries.leaders import changes_for, leader_changes
from .queries.log_ins import devices_to_tell
from .queries.reminders import last_reminder, unopened_lessons, who_gets_letters

logger = logging.getLogger(__name__)

MORNING = datetime.time(7, 30)  # school-local; leaders get no letter earlier
WAY_BACK_EVERY = 10 * 60  # seconds: nobody's box is filled with letters that others asked for


class NobodyToRemind(Exception):
    """Every journal is open, or the page that was sent knows of reminders that there are not."""


class RemindedAlready(Exception):
    """Somebody else has reminded since the page was opened; `at` is when (UTC), `who` he is."""

    def __init__(self, reminder: Reminder) -> None:
        self.at, self.who = reminder.reminded_at, reminder.reminded_by.short_name


def remind(leader: User, seen: int, now: datetime.datetime | None = None) -> Reminder:
    """Remind the teachers of the lessons of today that are over and whose attendance nobody has
    taken. `seen` is the number of the day's reminders that the page knew of: RemindedAlready if
    there is another one since. NobodyToRemind: no journal waits to be opened, or the page is of
    another day."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    last = last_reminder(today)
    number = last.number if last else 0
    if last and number > seen:
        raise RemindedAlready(last)
    if number != seen or not unopened_lessons(today, now):
        raise NobodyToRemind
    place = {"day": today, "number": seen + 1}
    said = {"reminded_by": leader, "reminded_at": now}
    reminder, is_new = Reminder.objects.get_or_create(**place, defaults=said)
    if not is_new:
        raise RemindedAlready(reminder)
    return reminder


def send_reminders(now: datetime.datetime | None = None) -> int:
    """Write to the teachers whom the last reminder of the day is about and who want digests;
    returns the number of letters sent. Who has taken attendance since gets none."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    reminder = last_reminder(today)
    if reminder is None:
        return 0
    unopened = unopened_lessons(today, reminder.reminded_at)
    sent = 0
    for teacher in who_gets_letters(unopened):
        try:
            letter = letters.reminder(teacher, reminder, unopened[teacher.pk])
            about = str(reminder.number)
            sent += _send_once(teacher, Digest.Kind.REMINDER, today, letter, about)
        except Exception:
            logger.exception("reminder %s to %s not sent", reminder.number, teacher.username)
    return sent


def choose_digest(user_id: int, wanted: bool) -> None:
    """Turn a person's digests on or off."""
    User.objects.filter(pk=user_id).update(wants_digest=wanted)


def send_teacher_digests(now: datetime.datetime | None = None) -> int:
    """Tell each teacher whose last lesson of the day is over what is not written yet; returns the
    number of letters sent. Who has nothing to write gets none, and is looked at again until
    midnight: a substitution may be entered in the evening."""
    now = now or timezone.now()
    return _send(
        teachers_after_lessons(now),
        Digest.Kind.TEACHER,
        timezone.localdate(now),
        lambda teacher: letters.teacher_digest(teacher, now),
    )


def send_leader_digests(now: datetime.datetime | None = None) -> int:
    """On the morning of a working day tell the director and the deputies what became overdue since
    the previous one began; returns the number of letters sent."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    if timezone.localtime(now).time() < MORNING:
        return 0
    if not working_calendar(today, today).is_working(today):
        return 0
    leaders = leaders_in_the_morning(today)
    if not leaders:
        return 0
    sweep(now)  # after a night without the watch the letter must tell all the same
    overdue = overdue_before(today)
    return _send(
        leaders,
        Digest.Kind.LEADER,
        today,
        lambda leader: letters.leader_digest(leader, overdue),
    )


def send_leader_changes(now: datetime.datetime | None = None) -> int:
    """Tell those whom it concerns (`LeaderChange.told_to`) of every change of who leads the school
    and of every leader's account that somebody else has touched, also at an address that was
    changed; returns the number of letters sent. Nobody can turn them off."""
    changes = leader_changes(now or timezone.now())
    told = defaultdict(list)
    for change in changes:
        for user in change.told_to:
            told[user].append(change)
    went = set(
        Digest.objects.filter(kind=Digest.Kind.CHANGE, sent_at__isnull=False).values_list(
            "user", "about"
        )
    )
    sent = 0
    for person in User.objects.filter(pk__in=told).order_by("pk"):
        old = {one.old_email for one in changes if one.user_id == person.pk}
        addresses = sorted({person.email, *old} - {""})
        for change in told[person.pk]:
            if addresses and (person.pk, change.key) not in went:
                sent += _send_change(person, change, addresses)
    return sent


def _send_change(person, change, addresses):
    try:
        letter = letters.leader_change(person, change)
        day = timezone.localdate(change.at)
        return _send_once(person, Digest.Kind.CHANGE, day, letter, change.key, addresses)
    except Exception:
        logger.exception("%s to %s not sent", change.key, person.username)
        return False


def send_new_devices(now: datetime.datetime | None = None) -> int:
    """Write to whose account somebody has logged in from a new device, unless he has said by now to
    know of it; returns the number of letters sent. Nobody can turn them off."""
    sent = 0
    for event in devices_to_tell(now or timezone.now()):
        try:
            letter = letters.new_device(event)
            day = timezone.localdate(event.at)
            sent += _send_once(event.user, Digest.Kind.DEVICE, day, letter, str(event.pk))
        except Exception:
            logger.exception("log-in %s to %s not sent", event.pk, event.user_id)
    return sent


def note_changes(leader: User, keys: Collection[str], now: datetime.datetime | None = None) -> None:
    """The leader has seen those LeaderChanges on the page; others of them he has not."""
    now = now or timezone.now()
    for change, is_noted in changes_for(leader, now):
        if change.key in keys and not is_noted:
            Digest.objects.update_or_create(
                user=leader,
                kind=Digest.Kind.CHANGE,
                day=timezone.localdate(change.at),
                about=change.key,
                defaults={"noted_at": now},
            )


def send_way_back(known_by: str) -> int:
    """Write to who is known by a login or an address of mail and has a password to forget, to each
    once in WAY_BACK_EVERY; returns the number of letters sent."""
    found = User.objects.filter(is_active=True).exclude(email="")
    people = found.filter(Q(username=login(known_by)) | Q(email__iexact=known_by))
    sent = 0
    for one in people:
        if one.has_usable_password() and cache.add(f"way-back-{one.pk}", True, WAY_BACK_EVERY):
            letter = letters.way_back(one)
            EmailMessage(letter.subject, letter.text, to=[one.email]).send()
            sent += 1
    return sent


def _send(people, kind, day, letter_to):
    """Send each the letter that `letter_to` makes, if it makes one; returns how many went out.

    What fails is logged and keeps nobody else from their letter; it is tried again when its claim
    has expired, on the same day.
    """
    sent = 0
    for person in people:
        try:
            letter = letter_to(person)
            sent += letter is not None and _send_once(person, kind, day, letter)
        except Exception:
            logger.exception("%s to %s not sent", kind.label, person.username)
    return sent


def _send_once(person, kind, day, letter, about="", addresses=()):
    """Send a letter unless another worker has; returns whether it was sent here.

    In no transaction: the claim must be seen by all before the mail server is spoken to, and nobody
    may wait for it with the database locked. A worker that dies after the server took the letter
    and before that was written down is the one way to a second one.
    """
    place = {"user": person, "kind": kind, "day": day, "about": about}
    digest = Digest.objects.make_or_claim(place, sent_at=None)
    if digest is None:
        return False
    # An automatic answer («в отпуске») to it would reach nobody.
    headers = {"Auto-Submitted": "auto-generated"}
    if letter.stop_url:  # RFC 2369, and RFC 8058 where it is one click in the mail program
        headers["List-Unsubscribe"] = f"<{letter.stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    to = addresses or [person.email]
    EmailMessage(letter.subject, letter.text, to=to, headers=headers).send()
    Digest.objects.filter(pk=digest.pk).update(sent_at=timezone.now())
    return True
