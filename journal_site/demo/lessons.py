"""The demo's lessons and what happens to them and to pupils in a year."""

import datetime
from itertools import count

from journals.models import PlannedTopic
from school.actions.pupils import leave_school, move_to_class
from school.models import (
    Lesson,
    Room,
    Substitution,
    TeacherAbsence,
    TeachingAssignment,
    TimetableEntry,
)
from school.models.dated import on_day
from school.models.history import create_with_history, update_with_history
from school.models.lessons import local_instant
from school.rules.spans import ONE_DAY

from . import curriculum
from .teaching import classes_of
from .timetable import DAYS, EVENING, SLOTS


def write_timetable(placed, journals, year, plan):
    """TimetableEntries of what `timetable.make` has placed, each in its teacher's room."""
    rooms = _rooms(plan)
    room_of = {journals[key, subject].pk: rooms[teacher] for key, subject, teacher in plan}

    def entry(journal, day, number):
        return TimetableEntry(
            journal=journal,
            weekday=day,
            number=number,
            room=room_of[journal.pk],
            starts_on=year.starts_on,
            ends_on=year.ends_on,
        )

    rows = [
        entry(journals[place], day, number)
        for unit, hours in placed.items()
        for day, number in hours
        for place in unit.journals
    ]
    for key, subject, _ in plan:
        if len(classes_of(key)) == 2 and subject == "Математика":
            rows.append(entry(journals[key, subject], 3, max(SLOTS)))
        if subject == curriculum.SELF_STUDY:
            rows += [entry(journals[key, subject], day, EVENING) for day in DAYS]
    TimetableEntry.objects.bulk_create(rows)


def _rooms(plan):
    """{teacher: Room}: who teaches sport has a hall, whoever else a classroom."""
    halls = {teacher for _, subject, teacher in plan if subject in curriculum.IN_HALLS}
    rooms, numbers, free = {}, count(11), iter(curriculum.HALLS)
    for _, _, teacher in plan:
        if teacher not in rooms:
            name = next(free, None) if teacher in halls else None
            rooms[teacher] = Room(name=name or str(next(numbers)))
    create_with_history(Room, list(rooms.values()))
    return rooms


def plan_topics(journals):
    """PlannedTopics for as many hours as each journal has lessons that have topics; `journals` as
    `write_journals` gives them."""
    rows = []
    for (_, subject), journal in journals.items():
        if not journal.lesson_kind.owes_topic:
            continue
        lessons = journal.lessons.count()
        rows += [
            PlannedTopic(
                journal=journal,
                position=place,
                title=title,
                hours=hours,
                section=section,
                homework=curriculum.homework(subject, place),
            )
            for place, (section, title, hours) in enumerate(
                curriculum.plan(subject, lessons), start=1
            )
        ]
    PlannedTopic.objects.bulk_create(rows, batch_size=1000)


def comings_and_goings(year, classes, pupils_of, today):
    """One pupil left some weeks ago, one came later, one went to another class."""
    weeks_ago = max(today - datetime.timedelta(days=19), year.starts_on + 20 * ONE_DAY)
    leaving, coming, moving = (pupils_of[classes[0]][-1], pupils_of[classes[1]][-1], None)
    leave_school(leaving, weeks_ago)
    for row in [*coming.enrolments.all(), *coming.memberships.all()]:
        row.starts_on = year.starts_on + 30 * ONE_DAY
        row.save()
    if len(classes) > 3:
        moving = pupils_of[classes[2]][-1]
        move_to_class(moving, classes[3], weeks_ago)


def cancel_and_substitute(teacher, today, random, deputy):
    """Some lessons did not take place; tomorrow `teacher` stands in for somebody who is ill all
    day, yesterday somebody else did for an hour."""
    rows = Lesson.objects.filter(date__lt=today).order_by("date", "number", "journal")
    cancelled = random.sample(list(rows), min(6, len(rows)))
    for lesson in cancelled:
        lesson.cancelled = random.choice(["карантин", "актированный день", "экскурсия"])
    update_with_history(Lesson, cancelled, ["cancelled"])
    own = Lesson.objects.filter(journal__assignments__teacher=teacher, cancelled="")
    before = own.filter(date__lt=today).order_by("-date", "number").first()
    others = Lesson.objects.filter(cancelled="").exclude(journal__assignments__teacher=teacher)
    if before:
        busy = Lesson.objects.filter(date=before.date, number=before.number)
        stand_in = (
            TeachingAssignment.objects.exclude(journal__lessons__in=busy)
            .exclude(teacher=teacher)
            .order_by("pk")
            .first()
        )
        if stand_in:
            _substitute(before, stand_in.teacher, deputy, before.number)
    for lesson in others.filter(date__gt=today).order_by("date", "number", "pk")[:400]:
        if not own.filter(date=lesson.date, number=lesson.number).exists():
            _substitute(lesson, teacher, deputy)
            break


def _substitute(lesson, teacher, deputy, number=None):
    """Whose lesson it is is away, only for the lesson `number` if one is said."""
    assigned = lesson.journal.assignments.filter(on_day(lesson.date)).order_by("pk")
    absence = TeacherAbsence(
        teacher=assigned.first().teacher,
        starts_on=lesson.date,
        ends_on=lesson.date,
        first_number=number,
        last_number=number,
        kind=TeacherAbsence.Kind.ILLNESS,
        recorded_by=deputy,
        recorded_at=local_instant(lesson.date - ONE_DAY, datetime.time(15)),
    )
    create_with_history(TeacherAbsence, [absence])
    create_with_history(
        Substitution, [Substitution(lesson=lesson, teacher=teacher, absence=absence)]
    )
