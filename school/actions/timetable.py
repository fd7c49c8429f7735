"""The lessons of a year, made from the weekly timetable, and made to follow a new one."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.dispatch import Signal

from ..models import Journal, Lesson, SchoolYear
from ..models.history import delete_with_history, update_with_history
from ..queries.plans import Plan
from ..rules.bells import Hour
from ..rules.texts import enumerated
from .holding import hold, lessons_to_change
from .refusals import ScheduleError

# Sent when lessons have come, gone or were moved by a timetable: the school-local `days`, and the
# `moved` Lessons in which something is written.
rescheduled = Signal()

# Why a lesson that holds something, and has no place in the new timetable, does not take place.
NO_PLACE = "по новому расписанию этого урока нет"


@transaction.atomic
def generate_lessons(year: SchoolYear, first: datetime.date, last: datetime.date) -> int:
    """Create the lessons that the weekly timetable has on the school days first … last of a year.

    What exists stays as it is, so running it again creates only what is missing, and nothing of
    that in a closed period (4.2) or of journals whose kind of periods the year lacks while it has
    others (`queries.calendar.journals_without_periods`). ScheduleError if two of the lessons would
    claim the same pupil, or the bells of a day lack one; then nothing is created. Returns the
    number.
    """
    journals = Journal.objects.filter(group__year=year, timetable__isnull=False).distinct()
    hold(journals.order_by().values("pk"))
    plan = Plan(year, journals, first, last)
    made, silent = plan.lessons(plan.difference().comes)
    if silent:
        told = [_silent(plan, place) for place in silent]
        raise ScheduleError(f"{enumerated(told)}.")
    if double := plan.double_booked(made):
        raise ScheduleError(_both(*double[0]))
    Lesson.objects.bulk_create(made, batch_size=1000)
    return len(made)


def _both(one, other):
    numbers = dict.fromkeys(f"{lesson.number}-й" for lesson in (one, other))
    return (
        f"{one.date:%d.%m.%Y}, {' и '.join(numbers)} урок: {one.journal} и {other.journal} сразу."
    )


# --- a new timetable ---

MOVE, KEEP, CANCEL = "move", "keep", "cancel"


@dataclass
class Outcome:
    """What became of lessons: how many came, went and moved, and, in Russian, what was left out."""

    came: int = 0
    went: int = 0
    moved: int = 0
    left_out: list[str] = field(default_factory=list)


def follow_timetable(plan: Plan, answers: Mapping[int, str]) -> Outcome:
    """Make the lessons of a Plan equal to the timetable. What holds nothing is replaced; of what
    holds something the `answers` {lesson id: MOVE, KEEP or CANCEL} say what becomes of it: without
    one it goes along to the hour that comes in its week instead, or stays where it is, as one added
    by hand. Runs in the caller's transaction; what is due follows."""
    found = plan.difference()
    lessons_to_change.send(Lesson)
    outcome = Outcome()
    days: set[datetime.date] = set()
    moves = {one.pk: place for one, place in found.moves}
    filled = [one for one in found.goes if one.is_filled]
    for pk, place in list(moves.items()):
        if answers.get(pk, MOVE) != MOVE:
            del moves[pk]
            found.comes.append(place)
    stays = [one for one, _ in found.moves if one.pk not in moves] + filled
    _let_go([one for one in found.goes if not one.is_filled], outcome, days)
    moved = _move(plan, moves, outcome, days)
    _unplan(stays, answers, days)
    _adopt(found.adopts, days)
    _change_rooms(found.rooms)
    _make(plan, found.comes, outcome, days)
    if days:
        rescheduled.send(Lesson, days=days, moved=moved)
    return outcome


def _let_go(gone, outcome, days):
    rows = list(Lesson.objects.filter(pk__in=[one.pk for one in gone]).only("date"))
    delete_with_history(Lesson, rows)
    outcome.went = len(rows)
    days.update(one.date for one in rows)


def _move(plan, moves, outcome, days):
    """Returns the Lessons that were moved with what is written in them."""
    moved = []
    for lesson in Lesson.objects.filter(pk__in=moves).order_by("pk"):
        place = moves[lesson.pk]
        hour = plan.hour(place)
        if hour is None:
            outcome.left_out.append(_silent(plan, place))
            continue
        days.update((lesson.date, place.day))
        lesson.date, lesson.hour, lesson.room_id = place.day, hour, plan.wanted[place]
        lesson.planned_on, lesson.planned_number = place.day, place.number
        moved.append(lesson)
    update_with_history(Lesson, moved, [*_PLACE, "room", "planned_on", "planned_number"])
    outcome.moved = len(moved)
    return moved


_PLACE = ("date", *Hour._fields)


def _unplan(stays, answers, days):
    lessons = list(Lesson.objects.filter(pk__in=[one.pk for one in stays]).order_by("pk"))
    for lesson in lessons:
        lesson.planned_on = lesson.planned_number = None
        if answers.get(lesson.pk) == CANCEL and not lesson.cancelled:
            lesson.cancel(NO_PLACE)
            days.add(lesson.date)
    update_with_history(Lesson, lessons, ["planned_on", "planned_number", *Lesson.CANCELLATION])


def _adopt(adopts, days):
    """One that stands by hand where the timetable has a place is the lesson of that place; if the
    former timetable has cancelled it, it takes place."""
    lessons = Lesson.objects.in_bulk([one.pk for one, _ in adopts])
    for one, place in adopts:
        lesson = lessons[one.pk]
        lesson.planned_on, lesson.planned_number = place.day, place.number
        if lesson.cancelled == NO_PLACE:
            lesson.restore()
            days.add(lesson.date)
    update_with_history(
        Lesson, list(lessons.values()), ["planned_on", "planned_number", *Lesson.CANCELLATION]
    )


def _change_rooms(rooms):
    lessons = Lesson.objects.in_bulk([one.pk for one, _ in rooms])
    for one, room in rooms:
        lessons[one.pk].room_id = room
    update_with_history(Lesson, list(lessons.values()), ["room"])


def _make(plan, places, outcome, days):
    made, silent = plan.lessons(places)
    outcome.left_out += [_silent(plan, place) for place in silent]
    double = {id(lesson): other for other, lesson in plan.double_booked(made)}
    outcome.left_out += [_both(double[id(one)], one) for one in made if id(one) in double]
    made = [one for one in made if id(one) not in double]
    Lesson.objects.bulk_create(made, batch_size=1000)
    outcome.came = len(made)
    days.update(one.date for one in made)


def _silent(plan, place):
    journal = plan.journals[place.journal]
    return f"{place.day:%d.%m.%Y}: {place.number}-го урока по звонкам нет ({journal})"
