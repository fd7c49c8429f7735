"""Subjects, periods, bells, classes and their curriculum are written."""

from collections.abc import Sequence

from school.models import (
    BellSlot,
    BellUse,
    CurriculumHours,
    Period,
    SchoolClass,
    Subject,
    TeachingGroup,
)
from school.rules.subjects import abbreviation

from ...changes import Change
from .writing import Writing, changed, new, set_values


def write_subjects(writing: Writing, changes: Sequence[Change]) -> None:
    there = list(Subject.objects.all())
    taken = {one.abbreviation.casefold() for one in there}
    rows = []
    for change in new(changes):
        row = Subject(**change.values)
        if not row.abbreviation or row.abbreviation.casefold() in taken:
            row.abbreviation = abbreviation(row.name, row.short_name, taken)
        taken.add(row.abbreviation.casefold())
        rows.append(row)
    writing.create(rows)
    _note(writing, new(changes), rows)
    by_pk = {one.pk: one for one in there}
    writing.update_each(
        (row, set_values(row, dict(change.values), ("short_name", "abbreviation")))
        for change in changed(changes)
        for row in [by_pk[writing.key(change.target)]]
    )


def _note(writing, changes, rows):
    writing.made.update({one.key: row.pk for one, row in zip(changes, rows, strict=True)})


def write_periods(writing: Writing, changes: Sequence[Change]) -> None:
    made = writing.need(new(changes), "year")
    rows = [
        Period(
            year_id=writing.key(change.values["year"]),
            **{name: change.values[name] for name in ("kind", "number", "starts_on", "ends_on")},
        )
        for change in made
    ]
    writing.create(rows)
    _note(writing, made, rows)
    # One by one: what is due by them follows.
    for change in changed(changes):
        row = Period.objects.get(pk=writing.key(change.target))
        set_values(row, dict(change.values), ("starts_on", "ends_on"))
        row.save()


def write_bells(writing: Writing, changes: Sequence[Change]) -> None:
    """Where the school has no bells at all the first schedule is the one by which is rung."""
    made = writing.need(new(changes), "schedule")
    rows = [
        BellSlot(
            schedule_id=writing.key(change.values["schedule"]),
            number=change.values["number"],
            starts_at=change.values["starts_at"],
            ends_at=change.values["ends_at"],
        )
        for change in made
    ]
    writing.create(rows)
    _note(writing, made, rows)
    by_pk = BellSlot.objects.in_bulk([change.target for change in changed(changes)])
    writing.update_each(
        (row, set_values(row, dict(change.values), ("starts_at", "ends_at")))
        for change in changed(changes)
        for row in [by_pk[writing.key(change.target)]]
    )
    if rows and writing.of.year and not BellUse.objects.exists():
        first = writing.of.year.starts_on
        writing.create([BellUse(schedule_id=rows[0].schedule_id, starts_on=first)])


def write_classes(writing: Writing, changes: Sequence[Change]) -> None:
    """A new class has its teaching group at once."""
    made = writing.need(new(changes), "year")
    rows = []
    for change in made:
        teacher = change.values["class_teacher"]
        row = SchoolClass(
            year_id=writing.key(change.values["year"]),
            number=change.values["number"],
            letter=change.values["letter"],
            class_teacher_id=writing.key(teacher) if writing.is_there(teacher) else None,
        )
        rows.append(row)
    writing.create(rows)
    _note(writing, made, rows)
    groups = [
        TeachingGroup(
            kind=TeachingGroup.Kind.CLASS, year_id=row.year_id, name=str(row), school_class=row
        )
        for row in rows
    ]
    writing.create(groups)
    writing.made.update({f"group:{row}": its.pk for row, its in zip(rows, groups, strict=True)})
    by_pk = SchoolClass.objects.in_bulk([change.target for change in changed(changes)])
    for change in writing.need(changed(changes), "class_teacher"):
        row = by_pk[writing.key(change.target)]
        writing.touch(row.class_teacher_id)
        row.class_teacher_id = writing.key(change.values["class_teacher"])
        writing.update([row], ["class_teacher"])
        rows.append(row)
    writing.touch(*(row.class_teacher_id for row in rows))
    writing.regrouped = writing.regrouped or bool(rows)


def write_curriculum(writing: Writing, changes: Sequence[Change]) -> None:
    made = writing.need(new(changes), "school_class", "subject")
    rows = [
        CurriculumHours(
            school_class_id=writing.key(change.values["school_class"]),
            subject_id=writing.key(change.values["subject"]),
            hours=change.values["hours"],
        )
        for change in made
    ]
    writing.create(rows)
    by_pk = CurriculumHours.objects.in_bulk([change.target for change in changed(changes)])
    writing.update_each(
        (row, set_values(row, dict(change.values), ("hours",)))
        for change in changed(changes)
        for row in [by_pk[writing.key(change.target)]]
    )
