"""Who takes a lesson, as a leader says it: of a past lesson of his own another leader does, for
what is late in it may not be his by that any more (4.2)."""

from school.actions import joining
from school.actions import lessons as school_lessons
from school.models import Lesson, User

from ..self_judging import refuse_own_past


def substitute(lesson: Lesson, teacher: User, reason: str, person: User) -> None:
    """`school.actions.lessons.substitute`."""
    refuse_own_past(lesson, person)
    school_lessons.substitute(lesson, teacher, reason)


def withdraw_substitution(lesson: Lesson, person: User) -> None:
    """`school.actions.lessons.withdraw_substitution`."""
    refuse_own_past(lesson, person)
    school_lessons.withdraw_substitution(lesson)


def join_lessons(lesson: Lesson, host: Lesson, teacher: User, person: User) -> None:
    """`school.actions.joining.join_lessons`."""
    refuse_own_past(lesson, person)
    joining.join_lessons(lesson, host, teacher)


def part_lessons(lesson: Lesson, person: User) -> None:
    """`school.actions.joining.part_lessons`."""
    refuse_own_past(lesson, person)
    joining.part_lessons(lesson)
