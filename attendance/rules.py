"""Pure rules of attendance. No database."""

from school.rules import end_of_day, working_day_after

REASON_DAYS = 2


def reason_due(received_on, calendar, zone):
    """Until when the class teacher corrects the reason (UTC): the end of the 2nd working day after
    the document was received (2.9)."""
    return end_of_day(working_day_after(received_on, REASON_DAYS, calendar), zone)
