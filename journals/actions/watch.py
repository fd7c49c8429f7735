"""The watch: a sweep every few minutes finds what has become overdue (design, section 5)."""

import datetime
from functools import cache

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from school.compiled import Compiled, Given
from school.declared import declared
from school.models import Lesson
from school.models.lessons import LACKS_DUES

from ..models import LateEntry, Watch
from ..queries.duties import duties
from .dues import set_dues
from .grade_sheets import open_sheets
from .late import COLUMNS, drop_closed, entry_values, excuse_again, recheck_sheets

# A lesson that somebody is writing in is passed over, and looked at again for so long. After a
# longer pause, when it would not be looked at again, it is waited for.
OVERLAP = datetime.timedelta(hours=1)


@transaction.atomic
def sweep(now: datetime.datetime | None = None) -> int:
    """Find what became overdue since the last sweep; returns the number of new rows.

    Set-based, and nothing is found twice: of two sweeps the later waits for the earlier, one that
    died has written nothing, and one that comes after a week finds the week's. Lessons that came
    without due instants (made in bulk) get them first, and the duties to grade begin with the last
    week of a period; for one that was over before the first sweep nobody is blamed.
    """
    now = now or timezone.now()
    watch = locked_watch()
    # What the apps above keep up to date: during an outage that is still on nothing is overdue.
    for bring_up_to_date in declared("sweeps", "BEFORE"):
        bring_up_to_date(now)
    unknown = Lesson.objects.filter(LACKS_DUES).order_by()
    if days := set(unknown.values_list("date", flat=True)):
        set_dues(days, now)
    since = watch.looked_until and watch.looked_until - OVERLAP
    looks_again = watch.looked_until is not None and now - watch.looked_until < OVERLAP
    today = timezone.localdate(now)
    last_look = timezone.localdate(watch.looked_until) if watch.looked_until else today
    if changed := open_sheets(last_look, today):
        recheck_sheets(changed, now)
    found = sum(_find(duty, since, now, looks_again) for duty in duties().values())
    if found:
        found -= drop_closed(LateEntry.objects.filter(found_at=now), now)
        excuse_again(Q(found_at=now))
    watch.looked_until = now
    watch.save()
    return found


def locked_watch() -> Watch:
    Watch.objects.get_or_create(pk=1)
    return Watch.objects.select_for_update().get(pk=1)


def _find(duty, since, now, looks_again):
    newly_late = _newly_late(duty, since is not None, looks_again)
    source, params = newly_late.statement(since=since, now=now)
    table = connection.ops.quote_name(LateEntry._meta.db_table)
    sql = f"INSERT INTO {table} ({', '.join(COLUMNS)}) {source} ON CONFLICT DO NOTHING"
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


@cache
def _newly_late(duty, is_bounded, looks_again):
    """Built once: a sweep that finds a thousand takes 1.7 times as long as bare SQL, not 1.9."""

    def rows():
        found = duty.late(Given("now")).order_by()
        if is_bounded:
            found = found.filter(**{f"{duty.due}__gte": Given("since")})
        found = found.select_for_update(skip_locked=looks_again, no_key=True)
        moment = Given("now", output_field=models.DateTimeField())
        return found.values_list(*entry_values(duty, moment))

    return Compiled(rows)
