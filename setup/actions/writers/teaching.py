"""Journals, who teaches them, who sits in which group, and plans are written."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from attendance.refusals import Refused
from journals.actions.pupil_moves import Answers, move_pupil
from journals.models import GivenTopic, PlannedTopic
from school.kept import is_written_under
from school.models import Enrolment, GroupMembership, SchoolClass, Student, TeachingAssignment
from school.models.dated import on_day
from school.models.history import delete_with_history
from school.rules.spans import ONE_DAY

from ...changes import END, Change
from ...comparing.plans import PLAN_FIELDS
from ...refusals import NOT_MOVED, TAUGHT
from .writing import Writing, changed, day_of, gone, new


def write_workload(writing: Writing, changes: Sequence[Change]) -> None:
    made = writing.need(new(changes), "journal", "teacher")
    writing.create([_assignment(writing, one) for one in made if one.values["teacher"] is not None])
    others = changed(changes)
    by_pk = TeachingAssignment.objects.in_bulk([one.target for one in [*others, *gone(changes)]])
    for one in writing.need(others, "teacher"):
        row = by_pk[one.target]
        if "teacher" in one.values:
            _end(writing, row, day_of(one))
            writing.create([_assignment(writing, one)])
        else:
            row.hours = one.values["hours"]
            writing.update([row], ["hours"])
    for one in gone(changes):
        if one.values["chosen"] == END:
            _end(writing, by_pk[one.target], one.values["last_day"] + ONE_DAY)


def _assignment(writing, change):
    teacher = writing.key(change.values["teacher"])
    writing.touched.add(teacher)
    return TeachingAssignment(
        journal_id=writing.key(change.values["journal"]),
        teacher_id=teacher,
        hours=change.values["hours"],
        starts_on=day_of(change),
    )


def _end(writing, row, day):
    """What has not begun goes; what has is ended the day before."""
    writing.touched.add(row.teacher_id)
    if row.starts_on >= day:
        delete_with_history(TeachingAssignment, [row], writing.person)
    else:
        row.ends_on = day - ONE_DAY
        writing.update([row], ["ends_on"])


# --- who sits in which group ---


def write_groups(writing: Writing, changes: Sequence[Change]) -> None:
    made = writing.need(new(changes), "group", "student")
    until = _last_days(writing, made)
    writing.create(
        [
            GroupMembership(
                group_id=writing.key(one.values["group"]),
                student_id=writing.key(one.values["student"]),
                starts_on=max(day_of(one), since),
                ends_on=last,
            )
            for one in made
            for since, last in [until.get(writing.key(one.values["student"]), (day_of(one), None))]
        ]
    )
    others = writing.need(changed(changes), "group")
    by_pk = GroupMembership.objects.in_bulk([one.target for one in others])
    for one in others:
        _change_place(writing, one, by_pk[one.target])
    writing.regrouped = writing.regrouped or bool(made or others)


def _last_days(writing, changes):
    """{pupil: (since when, until when) he is in his class}: so long he is in its groups."""
    pupils = [writing.key(one.values["student"]) for one in changes]
    rows = Enrolment.objects.filter(student__in=pupils, school_class__year=writing.of.year_id)
    told = rows.order_by("starts_on").values_list("student", "starts_on", "ends_on")
    return {pk: (since, last) for pk, since, last in told}


def _change_place(writing, change, row):
    group, day = writing.key(change.values["group"]), day_of(change)
    if row.starts_on >= day and not is_written_under([row]):
        row.group_id = group
        writing.update([row], ["group"])
        return
    try:
        with transaction.atomic():
            student = Student.objects.select_related("user").get(pk=row.student_id)
            its_class = SchoolClass.objects.filter(
                on_day(day, "enrolments__"), enrolments__student=student
            ).get()
            chosen = {writing.key(change.values["subject"]): group}
            move_pupil(student, its_class, its_class, day, Answers(groups=chosen))
    except (Refused, SchoolClass.DoesNotExist):
        writing.leave_out(change, NOT_MOVED)


# --- plans ---


def write_plans(writing: Writing, changes: Sequence[Change]) -> None:
    """Line by line in its place: what stays the same is not touched."""
    made = [
        PlannedTopic(
            journal_id=writing.key(change.values["journal"]), position=place, **_line(line)
        )
        for change in writing.need(new(changes), "journal")
        for place, line in enumerate(change.values["lines"], start=1)
    ]
    writing.create(made)
    others = changed(changes)
    given = set(
        GivenTopic.objects.filter(line__journal__in=[one.target for one in others])
        .order_by()
        .values_list("line__journal", flat=True)
    )
    for change in others:
        if change.target in given:
            writing.leave_out(change, TAUGHT)
        else:
            _replace_plan(writing, change)


def _line(values: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(PLAN_FIELDS, values, strict=True))


def _replace_plan(writing, change):
    there = list(PlannedTopic.objects.filter(journal=change.target).order_by("position"))
    lines = [_line(values) for values in change.values["lines"]]
    others = []
    for row, line in zip(there, lines, strict=False):
        fields = [name for name, value in line.items() if getattr(row, name) != value]
        for name in fields:
            setattr(row, name, line[name])
        others.append((row, fields))
    writing.update_each(others)
    last = there[-1].position if there else 0
    more = lines[len(there) :]
    writing.create(
        [
            PlannedTopic(journal_id=change.target, position=last + place, **line)
            for place, line in enumerate(more, start=1)
        ]
    )
    delete_with_history(PlannedTopic, there[len(lines) :], writing.person)
