"""The lessons of a year, made from the weekly timetable, and made to follow a new one."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.dispatch import Signal

from ..models import Journal, Lesson, SchoolYear
from ..models.history import delete_with_history, update_with_history
from ..queries.plans import Plan, both, is_alone
from ..rules.bells import Hour
from ..rules.timetable import Place
from .cancelling import cancel_all, restore_all
from .holding import hold, lessons_to_change
from .refusals import ScheduleError
from .takers import follow_places

# Sent when lessons have come, gone or were moved by a timetable: the school-local `days`, and the
# `moved` Lessons in which something is written.
rescheduled = Signal()

# Why a lesson that holds something, and has no place in the new timetable, does not take place.
# Of individual plans the administrator, whose deed this is, learns nothing.
MEET = "Два урока одного ученика в одно время: какие, видит заместитель директора в расписании."
NO_PLACE = "по новому расписанию этого урока нет"


@transaction.atomic
def generate_lessons(year: SchoolYear, first: datetime.date, last: datetime.date) -> int:
    """Create the lessons that the weekly timetable has on the school days first … last of a year.

    What exists stays as it is, so running it again creates only what is missing, and nothing of
    that in a closed period (4.2) or of journals whose kind of periods the year lacks while it has
    others (`queries.calendar.journals_without_periods`), nor what the bells of a day lack or what
    meets a lesson that was moved there (`queries.plans.lacking`). ScheduleError if two rows of the
    timetable would claim the same pupil; then nothing is created. Returns the number.
    """
    journals = Journal.objects.filter(group__year=year, timetable__isnull=False).distinct()
    hold(journals.order_by().values("pk"))
    plan = Plan(year, journals, first, last)
    made, _ = plan.lessons(plan.difference().comes)
    double = plan.double_booked(made)
    for rival, lesson in double:
        if rival.pk is None:
            is_hidden = any(is_alone(one.journal) for one in (rival, lesson))
            raise ScheduleError(MEET if is_hidden else both(rival, lesson))
    left_out = {id(lesson) for _, lesson in double}
    made = [lesson for lesson in made if id(lesson) not in left_out]
    Lesson.objects.bulk_create(made, batch_size=1000)
    return len(made)


# --- a new timetable ---

MOVE, KEEP, CANCEL = "move", "keep", "cancel"


@dataclass
class Outcome:
    """What became of lessons: how many came, went and moved, and, in Russian, which were `left_out`
    and which changes stayed `behind`."""

    came: int = 0
    went: int = 0
    moved: int = 0
    left_out: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)


def follow_timetable(plan: Plan, answers: Mapping[int, str], outcome: Outcome) -> Outcome:
    """Make the lessons of a Plan equal to the timetable, and tell it in the `outcome`. What holds
    nothing is replaced; of what holds something the `answers` {lesson id: MOVE, KEEP or CANCEL} say
    what becomes of it: without one it goes along to the hour that comes in its week instead, or
    stays where it is. Runs in the caller's transaction; what is due follows.
    """
    found = plan.difference()
    lessons_to_change.send(Lesson)
    days: set[datetime.date] = set()
    moves = {one.pk: place for one, place in found.moves}
    filled = [one for one in found.goes if one.is_filled]
    for pk, place in list(moves.items()):
        if answers.get(pk, MOVE) != MOVE:
            del moves[pk]
            found.comes.append(place)
    _let_go([one for one in found.goes if not one.is_filled], outcome, days)
    moved = _move(plan, moves, outcome, days)
    there = {one.pk for one in moved}
    stays = [one for one, _ in found.moves if one.pk not in there] + filled
    _leave(stays, answers, days)
    _give_back(plan, days)
    _adopt(found.adopts)
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
    found = Lesson.objects.filter(pk__in=moves).order_by("pk")
    placed, left = [], {}
    for lesson in found.select_related("journal__group", "journal__subject"):
        place = moves[lesson.pk]
        hour = plan.hour(place)
        if hour is None:
            outcome.left_out.append(plan.lacks(place))
            continue
        left[lesson.pk] = lesson.date
        lesson.date, lesson.hour, lesson.room_id = place.day, hour, plan.wanted[place]
        lesson.planned_on, lesson.planned_number = place.day, place.number
        placed.append(lesson)
    double = plan.double_booked(placed)
    outcome.left_out += [both(*pair) for pair in double]
    taken = {lesson.pk for _, lesson in double}
    moved = [lesson for lesson in placed if lesson.pk not in taken]
    for lesson in moved:
        days.update((left[lesson.pk], lesson.date))
    update_with_history(Lesson, moved, [*_PLACE, "room", "planned_on", "planned_number"])
    follow_places([lesson.pk for lesson in moved])
    outcome.moved = len(moved)
    return moved


_PLACE = ("date", *Hour._fields)


def _leave(stays, answers, days):
    """What was not moved stays for the place that is gone: a later timetable asks again, one that
    is taken back has it again."""
    cancelled = [one.pk for one in stays if answers.get(one.pk) == CANCEL]
    lessons = list(Lesson.objects.filter(pk__in=cancelled, cancelled="").order_by("pk"))
    cancel_all(lessons, NO_PLACE, None)
    days.update(lesson.date for lesson in lessons)


def _give_back(plan, days):
    """What a timetable had cancelled that was taken back takes place again."""
    found = Lesson.objects.filter(journal__in=plan.journals, cancelled=NO_PLACE)
    lessons = [one for one in found.order_by("pk") if _planned(one) in plan.wanted]
    restore_all(lessons)
    days.update(lesson.date for lesson in lessons)


def _planned(lesson):
    return Place(lesson.journal_id, lesson.planned_on, lesson.planned_number)


def _adopt(adopts):
    lessons = Lesson.objects.in_bulk([one.pk for one, _ in adopts])
    for one, place in adopts:
        lesson = lessons[one.pk]
        lesson.planned_on, lesson.planned_number = place.day, place.number
    Lesson.objects.bulk_update(lessons.values(), ["planned_on", "planned_number"])


def _change_rooms(rooms):
    lessons = Lesson.objects.in_bulk([one.pk for one, _ in rooms])
    for one, room in rooms:
        lessons[one.pk].room_id = room
    update_with_history(Lesson, list(lessons.values()), ["room"])


def make_first_lessons(plan: Plan, outcome: Outcome) -> Outcome:
    """The lessons of a Plan's journals that have none yet: 30,000 in September. What shares a time
    and a pupil with another is left out and told in the `outcome`. What is due the next sweep
    finds, as after `generate_lessons`."""
    _make(plan, plan.difference().comes, outcome, set())
    return outcome


def _make(plan, places, outcome, days):
    made, silent = plan.lessons(places)
    outcome.left_out += [plan.lacks(place) for place in silent]
    double = {id(lesson): other for other, lesson in plan.double_booked(made)}
    outcome.left_out += [both(double[id(one)], one) for one in made if id(one) in double]
    made = [one for one in made if id(one) not in double]
    Lesson.objects.bulk_create(made, batch_size=1000)
    outcome.came = len(made)
    days.update(one.date for one in made)
