"""The heartbeat: the app notices by itself that it was down."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from journals.queries.duties import duties
from school.models import Outage, School

from .. import rules
from ..models import Heartbeat
from ..queries.outages import lessons_inside


@transaction.atomic
def beat(now: datetime.datetime | None = None) -> list[Outage]:
    """Give a sign of life. After a pause longer than School.outage_minutes the time since the one
    before is proposed as an outage, where a lesson was held or something was due in it, and nobody
    has recorded it nor was it proposed. Returns the Outages proposed.

    Of any number at once one writes the sign, and only it proposes; one that dies has done neither.
    """
    now = now or timezone.now()
    last, is_first = Heartbeat.objects.get_or_create(pk=1, defaults={"beat_at": now})
    if is_first or last.beat_at >= now:
        return []
    if not Heartbeat.objects.filter(beat_at=last.beat_at).update(beat_at=now):
        return []
    school = School.objects.first()
    if school is None:
        return []
    pause = datetime.timedelta(minutes=school.outage_minutes)
    if now - last.beat_at <= pause:
        return []
    return [
        Outage.objects.create(starts_at=starts_at, ends_at=ends_at, found_at=now)
        for starts_at, ends_at in rules.uncovered(last.beat_at, now, _known(last.beat_at, now))
        if ends_at - starts_at > pause and _was_missed(starts_at, ends_at)
    ]


def _known(
    first: datetime.datetime, last: datetime.datetime
) -> list[tuple[datetime.datetime, datetime.datetime | None]]:
    """The times of the outages that stand or are proposed and share a time with first … last."""
    found = Outage.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=first), starts_at__lt=last, dismissed_at=None
    )
    return list(found.order_by("starts_at").values_list("starts_at", "ends_at"))


def _was_missed(first: datetime.datetime, last: datetime.datetime) -> bool:
    """Whether anybody can have missed the app between two instants: a lesson was held, or a duty
    not done before was due."""
    outage = Outage(starts_at=first, ends_at=last)
    return lessons_inside(outage).exists() or any(
        duty.model.objects.filter(
            Q(**{f"{duty.done}__isnull": True}) | Q(**{f"{duty.done}__gte": first}),
            **{f"{duty.due}__range": (first, last)},
        ).exists()
        for duty in duties().values()
    )
