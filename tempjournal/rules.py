"""Pure rules of outages and temporary journals (3.1, 3.2). No database."""

import datetime

from school import rules as school_rules

TRANSFER_DAYS = 2
PACKET_DAYS = 5  # school days that a packet is for
PACKET_REACH = datetime.timedelta(days=14)  # a vacation may lie between them, but no summer
MORNING = datetime.time(5)  # school-local; the day's packet is written from then on


def transfer_due(access_came_back, calendar, zone):
    """Until when what was written on paper is to be in the journals (UTC): the end of the 2nd
    working day after access came back, an aware instant (3.2)."""
    day = access_came_back.astimezone(zone).date()
    last = school_rules.working_day_after(day, TRANSFER_DAYS, calendar)
    return school_rules.end_of_day(last, zone)


def packet_days(days_with_lessons, calendar):
    """Of days in order the first five that are school days: the first and the last of them, None if
    there is none."""
    found = [day for day in days_with_lessons if calendar.is_working(day)][:PACKET_DAYS]
    return (found[0], found[-1]) if found else None
