"""What a leader finds in the demo on the desk: most absences of the day are explained by now, a
pupil has gone, somebody was asked about, a teacher is away, a room is taken twice."""

import datetime
from collections import defaultdict
from random import Random

from attendance.models import Absence, Inquiry
from attendance.reasons import Reason
from school.models import Enrolment, Lesson, Room, TeacherAbsence, TeachingAssignment
from school.models.dated import on_day
from school.models.history import create_with_history, update_with_history
from school.queries.belonging import attendees
from school.queries.lessons import takes_place

EXPLAINED = 0.85
ROOMS = ("31", "28", "33", "спортзал")


def happens(until, seed, teacher, deputy):
    """`until` is the aware instant up to which the school's lessons are filled; nothing of it
    concerns the lessons of `teacher`."""
    random, today = Random(seed), until.date()
    lessons = Lesson.objects.filter(takes_place(), date=today).select_related("journal__group")
    lessons = list(lessons.order_by("starts_at", "pk"))
    if not lessons:
        return
    _explain(random, today)
    taken = [one for one in lessons if one.attendance_taken_at]
    _ask(_go_away(taken), until, deputy)
    own = set(teacher.assignments.values_list("journal", flat=True))
    coming = [one for one in lessons if one.last_instant > until and one.journal_id not in own]
    _fall_ill(coming or lessons[-8:], today, teacher, deputy)
    _place(coming or lessons[-8:])


def _explain(random, today):
    """The class teachers know of most pupils by telephone."""
    of_student = defaultdict(list)
    unknown = Absence.objects.filter(lesson__date=today, reason=Reason.UNKNOWN).order_by("pk")
    for one in unknown:
        of_student[one.student_id].append(one)
    enrolments = Enrolment.objects.filter(on_day(today), student__in=of_student)
    for enrolment in enrolments.order_by("pk").select_related("school_class__class_teacher"):
        leader = enrolment.school_class.class_teacher
        if leader is None or random.random() > EXPLAINED:
            continue
        absences = of_student[enrolment.student_id]
        reason = random.choice([Reason.ILLNESS, Reason.ILLNESS, Reason.VALID])
        for one in absences:
            one.reason, one.confirmed_by = reason, leader
        update_with_history(Absence, absences, ["reason", "confirmed_by"], leader)


def _go_away(taken):
    """Two pupils who were at the lessons before are not at the last ones of their classes; returns
    their absences."""
    missed = []
    of_classes = {}
    for one in taken:
        if one.journal.group.school_class_id:
            of_classes[one.journal.group] = one
    known = set(Absence.objects.filter(lesson__in=taken).values_list("student", flat=True))
    for lesson in list(of_classes.values())[1:3]:
        there = attendees(lesson.journal, lesson.date, lesson.date)
        pupil = next((one for one in there if one.student_id not in known), None)
        if pupil:
            missed.append(
                Absence(
                    lesson=lesson,
                    student_id=pupil.student_id,
                    reason=Reason.UNKNOWN,
                    entered_at=lesson.attendance_taken_at,
                )
            )
    create_with_history(Absence, missed)
    return missed


def _ask(missed, until, deputy):
    """The deputy has asked about one of them."""
    questions = [
        Inquiry(
            student_id=one.student_id,
            day=until.date(),
            asked_by=deputy,
            asked_at=min(one.lesson.last_instant, until),
        )
        for one in missed[1:]
    ]
    create_with_history(Inquiry, questions, deputy)


def _fall_ill(coming, today, teacher, deputy):
    """A teacher of these lessons who leads no class is away from them on."""
    assigned = TeachingAssignment.objects.filter(on_day(today)).exclude(teacher=teacher)
    journals = [one.journal_id for one in coming]
    row = assigned.filter(journal__in=journals, teacher__led_classes=None).order_by("pk").first()
    if row is None:
        return
    absence = TeacherAbsence(
        teacher=row.teacher,
        starts_on=today,
        ends_on=today + datetime.timedelta(days=2),
        kind=TeacherAbsence.Kind.ILLNESS,
        first_number=min(one.number for one in coming),
        recorded_by=deputy,
    )
    create_with_history(TeacherAbsence, [absence], deputy)


def _place(coming):
    """Two lessons of one hour are in one room."""
    rooms = {name: Room.objects.get_or_create(name=name)[0] for name in ROOMS}
    by_hour = defaultdict(list)
    for one in coming:
        if one.journal.group.school_class_id:
            by_hour[one.number].append(one)
    pair = next((found[:2] for found in by_hour.values() if len(found) > 1), [])
    others = [one for one in coming if pair and one.number != pair[0].number]
    for lesson in pair:
        lesson.room = rooms["31"]
    for lesson, name in zip(others, ROOMS[1:3], strict=False):
        lesson.room = rooms[name]
    update_with_history(Lesson, [*pair, *others[:2]], ["room"])
