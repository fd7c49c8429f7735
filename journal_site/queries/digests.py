"""To whom a digest is to be sent, and what of."""

import datetime
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from journals.models import LateEntry
from journals.queries.duties import tell, with_closed_period
from school import namesakes
from school.models import Lesson, Role, Substitution, User
from school.queries.calendar import days_span, working_calendar
from school.queries.teaching import teachers_of_lessons
from school.rights import LEADERS
from school.rules.days import working_day_before
from school.rules.spans import ONE_DAY

from ..models import Digest
from .teacher_day import LONGEST_HOLIDAYS


def waiting_for_digest(kind: str, day: datetime.date) -> QuerySet[User]:
    """The Users with an address who want digests, and to whom this one of a school-local day was
    not sent and is not just being sent."""
    taken = Digest.objects.filter(user=OuterRef("pk"), kind=kind, day=day)
    to_be_sent = Digest.objects.unclaimed().filter(sent_at=None).values("pk")
    return (
        User.objects.filter(~Exists(taken.exclude(pk__in=to_be_sent)))
        .filter(is_active=True, wants_digest=True)
        .exclude(email="")
        .order_by("pk")
    )


def teachers_after_lessons(now: datetime.datetime) -> QuerySet[User]:
    """Those of them who taught today and whose own last standing lesson is over; four queries."""
    now = timezone.localtime(now)
    standing = Lesson.objects.filter(date=now.date(), cancelled="")
    teachers = teachers_of_lessons(standing)
    until: dict[int, datetime.time] = {}
    ends = standing.order_by("ends_at").values_list("pk", "ends_at")
    for lesson, ends_at in ends:
        until |= dict.fromkeys(teachers.get(lesson, ()), ends_at)
    done = [teacher for teacher, ends_at in until.items() if ends_at < now.time()]
    return waiting_for_digest(Digest.Kind.TEACHER, now.date()).filter(pk__in=done)


def last_digest_at(teacher: User) -> datetime.datetime | None:
    """When a teacher's last digest was sent; None before the first."""
    sent = Digest.objects.filter(user=teacher, kind=Digest.Kind.TEACHER, sent_at__isnull=False)
    return sent.aggregate(at=Max("sent_at"))["at"]


def named_since(
    moment: datetime.datetime | None, teacher: User, lessons: Collection[Lesson]
) -> int:
    """How many of the Lessons in which a teacher stands in he has been named for since an instant
    (None: ever); at most one query."""
    if not lessons:
        return 0
    said = Substitution.history.filter(
        lesson__in=[one.pk for one in lessons], teacher=teacher
    ).exclude(history_type="-")
    if moment is not None:
        said = said.filter(history_date__gt=moment)
    return said.values("lesson").distinct().count()


def leaders_in_the_morning(day: datetime.date) -> QuerySet[User]:
    """The director and the deputies who wait for their digest; one query."""
    leaders = Role.objects.filter(kind__in=LEADERS).values("user")
    return waiting_for_digest(Digest.Kind.LEADER, day).filter(pk__in=leaders)


@dataclass(frozen=True)
class OverdueOfTeacher:
    """How many duties of one teacher are not done yet, and how many were done late."""

    name: str
    undone: int
    done_late: int


@dataclass(frozen=True)
class Overdue:
    """What became overdue on the school-local days first … last. A duty that two teachers share is
    counted with each, once in the sums."""

    first: datetime.date
    last: datetime.date
    undone: int
    done_late: int
    teachers: list[OverdueOfTeacher]

    @property
    def total(self) -> int:
        return self.undone + self.done_late


def overdue_before(today: datetime.date) -> Overdue:
    """The Overdue from the start of the previous working day to the end of yesterday, less what is
    excused and what a period that was closed since keeps from being done; teachers with the most
    undone first; a fixed number of queries."""
    calendar = working_calendar(today - LONGEST_HOLIDAYS, today)
    first = working_day_before(today, calendar)
    yesterday = today - ONE_DAY
    found = LateEntry.objects.filter(excuse="", due_at__range=days_span(first, yesterday))
    found = with_closed_period(found, timezone.now()).filter(closed_period=None)
    entries = list(found.select_related("lesson", "journal__group", "journal__subject"))
    told = tell(entries)
    sums: Counter[bool] = Counter()
    by_teacher: Counter[tuple[int | str, bool]] = Counter()  # a teacher's id, or who answers
    for entry in entries:
        is_undone, one = entry.settled_at is None, told[entry.pk]
        sums[is_undone] += 1
        by_teacher.update((holder, is_undone) for holder in one.holders or [one.answers])  # type: ignore[list-item]
    holders = {pk for one in told.values() for pk in one.holders}
    people = list(User.objects.filter(pk__in=holders).order_by("sort_name", "pk"))
    names = namesakes.staff(people)
    # Where nobody has the duty it is told who answers: after all who have a name.
    names |= {one: one[:1].upper() + one[1:] for one, _ in by_teacher if one not in names}  # type: ignore[index]  # what is no id
    places = {one: place for place, one in enumerate(names)}
    in_order = sorted(
        {one for one, _ in by_teacher}, key=lambda one: (-by_teacher[one, True], places[one])
    )
    teachers = [
        OverdueOfTeacher(names[one], by_teacher[one, True], by_teacher[one, False])
        for one in in_order
    ]
    return Overdue(first, yesterday, sums[True], sums[False], teachers)
