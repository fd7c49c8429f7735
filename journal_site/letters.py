"""Letters: what a digest says, in plain text. No pupil is named in one: mail is read by others."""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from school.rules import counted

from . import queries

PAST_LESSONS = 10  # a letter names so many; who owes more finds them on the home page


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str


def teacher_digest(teacher, now):
    """The Letter with what a teacher has not written; None when nothing is late or due today. Marks
    that may wait for a later day are told, but are no reason to write."""
    day = queries.teacher_day(teacher, now)
    today = [one for one in day.lessons if one.todo]
    due = [todo for one in today + day.gaps for todo in one.todo if todo.is_due]
    sheets = [(sheet, todo) for sheet, todo in day.sheets if todo.is_due]
    transfers = [(one, todo) for one, todo in day.transfers if todo.is_due]
    due += [todo for _, todo in (*sheets, *transfers)]
    if not due:
        return None
    late = sum(todo.is_late for todo in due)
    return _letter(
        f"Журнал: {_not_written(len(due) - late, late)}",
        "letters/teacher_digest.txt",
        person=teacher,
        today=timezone.localdate(now),
        lessons=today,
        sheets=sheets,
        transfers=transfers,
        gaps=day.gaps[:PAST_LESSONS],
        more_gaps=len(day.gaps[PAST_LESSONS:]),
    )


def _not_written(for_today, late):
    """«3 записи на сегодня, 1 просрочена»"""
    if not for_today:
        return counted(late, "запись просрочена", "записи просрочены", "записей просрочено")
    told = f"{counted(for_today, 'запись', 'записи', 'записей')} на сегодня"
    if late:
        told += f", {counted(late, 'просрочена', 'просрочены', 'просрочено')}"
    return told


def leader_digest(leader, overdue):
    """The Letter about what queries.overdue_before found; None when that is nothing."""
    if not overdue.total:
        return None
    told = counted(overdue.total, "запись просрочена", "записи просрочены", "записей просрочено")
    return _letter(
        f"Журналы школы: {told}", "letters/leader_digest.txt", person=leader, overdue=overdue
    )


def leader_change(person, change):
    """The Letter that tells somebody of a queries.LeaderChange."""
    return _letter(
        f"Журнал: {change.person}: {change.told}",
        "letters/leader_change.txt",
        person=person,
        change=change,
    )


def _letter(subject, template, **context):
    context["site"] = settings.SITE_URL
    return Letter(subject, render_to_string(template, context).strip() + "\n")
