"""Duties of lessons and of their works (2.5–2.8): what is told of them, and whose they are."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from school.queries import teaching

from .. import marking, rules
from ..models import LateEntry, LessonWork
from .duty import Told, anchor
from .lists import grid_url

# kind: what was to be entered
NAMES = {
    "attendance": "присутствие",
    "topic": "тема",
    "homework": "домашнее задание",
    "marks": "отметки за работу",
}


def tell(entries: Collection[LateEntry]) -> dict[int, Told]:
    """Duties of a lesson, and of its works: what is still missing of these says «11 из 22»."""
    late_works = LessonWork.objects.filter(
        pk__in=[entry.object_id for entry in entries if entry.kind == "marks"]
    )
    works = {
        pk: (name, rules.given_text(*counts))
        for pk, name, *counts in marking.counted(late_works).values_list(
            "pk", "work_type__name", "given", "expected"
        )
    }
    duties: dict[int, Any] = {entry.pk: (entry.lesson_id, entry.due_at) for entry in entries}
    holders = teaching.holders_of(duties.values(), timezone.localdate())
    told = {}
    for entry in entries:
        lesson, what = entry.lesson, NAMES[entry.kind]
        assert lesson is not None  # the kinds are of lessons
        if entry.kind == "marks":
            name, given = works[entry.object_id]
            what = f"{what}: {name}"
            if given and entry.settled_at is None:
                what = f"{what}, {given}"
        told[entry.pk] = Told(
            str(entry.journal),
            f"{lesson.date:%d.%m}, {lesson.number}-й",
            what,
            holders[duties[entry.pk]],
            f"{grid_url(lesson)}#{anchor(entry.kind, lesson.pk)}",
        )
    return told


def held_by(teacher: int, entries: QuerySet[LateEntry]) -> Q:
    return teaching.held_by(teacher)
