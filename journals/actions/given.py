"""Which line of the plan a lesson gave follows its topic: who writes topics calls `follow_topics`
under the journal's lock."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from school.models.history import create_with_history, delete_with_history

from ..models import GivenTopic
from ..plans import Place, Plan, PlanLesson, PlanLine, follow, same_title, says_title
from ..queries.plans import plans


class Written(NamedTuple):
    """A topic just written, and what it was before."""

    journal_id: int
    was: str
    topic: str


def follow_topics(written: Mapping[int, Written]) -> None:
    """Topics of lessons {id: Written} were written. One that says the next line of the plan gave
    it; one cleared gave none any more, nor does one whose text was the line's and says it no more.
    Any other is «вне плана». Four queries and those of what is written."""
    found = plans({one.journal_id for one in written.values()})
    bound: dict[int, int] = {}
    unbound: set[int] = set()
    for plan in found.values():
        lessons = list(plan.followed.lessons)
        for at, lesson in enumerate(lessons):
            if lesson.pk in written:
                line = _line_of(plan, lessons, at, written[lesson.pk])
                if line != lesson.line:
                    unbound.update(_let_go(lessons, lesson, line))
                    lessons[at] = lesson._replace(line=line)
                    if line:
                        bound[lesson.pk] = line
    write_given(bound, unbound)


def _line_of(plan: Plan, lessons: list[PlanLesson], at: int, written: Written) -> int | None:
    """The id of the line that a lesson gave by what was written; `lessons` as they are by now."""
    lesson, topic = lessons[at], written.topic
    own = next((line for line in plan.lines if line.pk == lesson.line), None)
    if own and topic:
        was_its = says_title(written.was, own.title)
        if says_title(topic, own.title) or not was_its:
            return own.pk
    place = next_of(plan.lines, lessons, at) if topic else None
    if place and place.line and same_title(topic, place.line.title):
        return place.line.pk
    return None


def next_of(lines: Iterable[PlanLine], lessons: list[PlanLesson], at: int) -> Place | None:
    """The Place that a lesson would have if nothing were written in it; None where it gives
    nothing anyway."""
    empty = lessons[at]._replace(topic="", line=None, owes_topic=True)
    followed = follow(list(lines), [*lessons[:at], empty, *lessons[at + 1 :]])
    return followed.places.get(empty.pk)


def _let_go(lessons: list[PlanLesson], lesson: PlanLesson, line: int | None) -> set[int]:
    """The lessons (ids) whose rows go when one gives a line, None for none: its own, and those of
    lessons that do not take place and had given that line."""
    gone = {one.pk for one in lessons if line and one.line == line and one.void}
    return gone | ({lesson.pk} if lesson.line else set())


def write_given(bound: Mapping[int, int], unbound: Collection[int]) -> None:
    """Lessons give lines from now on, {lesson id: line id}, others (ids) none; with history."""
    if unbound:
        rows = GivenTopic.objects.filter(lesson__in=unbound).order_by("pk")
        delete_with_history(GivenTopic, list(rows))
    create_with_history(
        GivenTopic, [GivenTopic(lesson_id=lesson, line_id=line) for lesson, line in bound.items()]
    )
