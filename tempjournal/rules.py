"""Pure rules of outages and temporary journals (3.1, 3.2). No database."""

from school import rules as school_rules

TRANSFER_DAYS = 2


def transfer_due(access_came_back, calendar, zone):
    """Until when what was written on paper is to be in the journals (UTC): the end of the 2nd
    working day after access came back, an aware instant (3.2)."""
    day = access_came_back.astimezone(zone).date()
    last = school_rules.working_day_after(day, TRANSFER_DAYS, calendar)
    return school_rules.end_of_day(last, zone)
