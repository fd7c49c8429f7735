"""The first quarter is over: the deputy has closed it, the director certified a journal (4.1)."""

import datetime

from journals.actions.certificates import certify
from school import access, signing
from school.models import Journal, Period, PeriodLock, Role
from school.queries.calendar import periods

LATEST = datetime.timedelta(days=21)  # how long after a lesson something is entered for it


def certify_first_quarter(year, teacher, leaders, today):
    """Close it and certify the first journal of `teacher`; nothing while it is not long enough
    over, or where a key would sign, whose password nobody types here."""
    quarter = periods(year.pk, Period.Kind.QUARTER)[0]
    is_over = quarter.ends_on + LATEST < today
    if not is_over or signing.is_configured():
        return
    deputy, director = (
        next(user for user, kind in leaders if kind == wanted)
        for wanted in (Role.Kind.DEPUTY, Role.Kind.DIRECTOR)
    )
    PeriodLock.objects.get_or_create(period=quarter, defaults={"locked_by": deputy})
    journals = Journal.objects.filter(assignments__teacher=teacher, period_kind=quarter.kind)
    journal, granted = access.whole_journal(director, journals.order_by("pk")[0].pk)
    certify(journal, granted, quarter, director)
