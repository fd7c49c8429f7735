"""What the diary says of a day beside its lessons, or instead of them (2.11)."""

import datetime
from collections.abc import Collection, Mapping, Sequence

from school.models import DayOverride
from school.models.dated import overlapping
from school.queries.places import places_of_pupils
from school.rules.days import WorkingCalendar
from school.rules.overrides import closest, each_day
from school.rules.spans import Span, covers

FREE = {
    DayOverride.Kind.OFF: "Выходной",
    DayOverride.Kind.VACATION: "Каникулы",
    DayOverride.Kind.QUARANTINE: "Карантин",
}


def own_days(
    students: Collection[int], first: datetime.date, last: datetime.date
) -> dict[int, dict[datetime.date, str]]:
    """{student id: {day: «Карантин: грипп»}} of the days first … last that are free by the closest
    word about the pupil's class; two queries."""
    found = {one.said: one for one in overlapping(DayOverride.objects.all(), first, last)}
    if not found:
        return {}
    places = places_of_pupils(students, first, last)
    told: dict[int, dict[datetime.date, str]] = {}
    for student in students:
        told[student] = {}
        for day in each_day(first, last):
            word = closest(found, max(places.on(student, day)), day)
            if word is not None and word.kind in FREE:
                told[student][day] = _told(found[word])
    return told


def _told(override):
    kind = FREE[override.kind]
    return f"{kind}: {override.reason}" if override.reason else kind


def day_note(
    day: datetime.date,
    has_lessons: bool,
    own: str,
    terms: Mapping[str, Sequence[Span]],
    calendar: WorkingCalendar,
) -> str:
    """The note at a day: what the school says of it (`own`, one of `own_days` or «»), and where
    there are no lessons, not even cancelled ones, why; `terms` {kind: spans of teaching}."""
    if has_lessons:
        return own
    if name := calendar.holiday_name(day):
        return name
    if not calendar.is_working(day):
        return "Выходной"
    if own:
        return own
    if terms and not any(covers(spans, day) for spans in terms.values()):
        return "Каникулы"
    return "Уроков нет"
