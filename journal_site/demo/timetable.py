"""A weekly timetable: nobody in two places at once, no gaps in a class's day."""

from collections import defaultdict
from dataclasses import dataclass

from school.models import SchoolClass, User

DAYS = range(1, 6)
SLOTS = range(1, 9)
EVENING = 9  # that of self-study
TRIES = 60


@dataclass(frozen=True)
class Unit:
    """What fills an hour of its classes: one journal, or several at once with a teacher each, as
    subgroups are and an individual plan beside its class. `journals` are (group key, subject) as
    `teaching.plan_teaching` has them."""

    name: str
    classes: tuple[SchoolClass, ...]
    journals: tuple[tuple[object, str], ...]
    teachers: tuple[User, ...]
    hours: int


def make(units, classes, random):
    """{Unit: [(day, slot number)]}. Takes the best of some tries; an hour that fits nowhere is left
    out, which a school would do too."""
    best, best_left = None, None
    for _ in range(TRIES):
        placed, left = _attempt(units, classes, random)
        if best is None or left < best_left:
            best, best_left = placed, left
        if not left:
            break
    return best


def _attempt(units, classes, random):
    placed = defaultdict(list)
    busy = set()  # (day, slot, class or teacher)
    left = {unit: unit.hours for unit in units}
    load = defaultdict(int)
    for unit in units:
        for teacher in unit.teachers:
            load[teacher] += unit.hours
    days_of = defaultdict(lambda: defaultdict(int))  # unit: {day: lessons that day}

    def fits(unit, day, slot):
        return left[unit] > 0 and not any(
            (day, slot, who) in busy for who in (*unit.classes, *unit.teachers)
        )

    def place(unit, day, slot):
        placed[unit].append((day, slot))
        left[unit] -= 1
        days_of[unit][day] += 1
        busy.update((day, slot, who) for who in (*unit.classes, *unit.teachers))

    # Subgroups across classes tie two classes together: they choose first, in the first hours.
    for unit in sorted((u for u in units if len(u.classes) > 1), key=lambda u: u.name):
        for day in random.sample(list(DAYS), unit.hours):
            free = [slot for slot in range(1, 6) if fits(unit, day, slot)]
            if free:
                place(unit, day, random.choice(free))

    own = defaultdict(list)
    for unit in units:
        if len(unit.classes) == 1:
            own[unit.classes[0]].append(unit)
    a_day = {
        one: -(-sum(u.hours for u in units if one in u.classes) // len(DAYS)) for one in classes
    }
    for slot in SLOTS:
        for day in DAYS:
            for one in random.sample(classes, len(classes)):
                if (day, slot, one) in busy or slot > a_day[one] + 1:
                    continue
                if slot > 1 and (day, slot - 1, one) not in busy:
                    continue  # the class has gone home
                if slot > a_day[one] and sum(left[unit] for unit in own[one]) == 0:
                    continue
                fitting = [unit for unit in own[one] if fits(unit, day, slot)]
                fresh = [unit for unit in fitting if not days_of[unit][day]]
                twice = [unit for unit in fitting if days_of[unit][day] == 1 and unit.hours > 4]
                choice = fresh or twice
                if choice:
                    place(
                        max(
                            choice,
                            key=lambda u: (
                                left[u] * 6 + max(load[t] for t in u.teachers) + random.random() * 9
                            ),
                        ),
                        day,
                        slot,
                    )
    return placed, sum(left.values())
