"""The printed register of 40 pupils × 170 lessons beside WeasyPrint drawing the same ready-made
HTML."""

import datetime
import gc
import time

from django.db import transaction
from django.template.loader import render_to_string
from weasyprint import HTML

from attendance.models import Absence
from attendance.reasons import Reason
from journals.models import LessonWork, Mark, WorkType
from journals.printing import book_pdf
from journals.queries.book import book
from school.models import Enrolment, Journal, Lesson, Student, User
from school.queries.bells import bells_of
from school.rights import JournalRights

from . import data

PUPILS, LESSONS = 40, 170
GRANTED = JournalRights(sees_all=True, writes_all=False)


def against_floor(rounds):
    """Ours (queries, template, PDF) and the floor by turns; the data are rolled back."""
    with transaction.atomic():
        journal = _register()
        html = render_to_string("journals/print/book.html", {"book": book(journal, None, GRANTED)})
        times = {"ours": [], "floor": []}
        for _ in range(rounds):
            times["ours"].append(_took(lambda: book_pdf(book(journal, None, GRANTED))))
            times["floor"].append(_took(HTML(string=html).write_pdf))
        transaction.set_rollback(True)
    return times


def _took(deed):
    gc.disable()
    begin = time.perf_counter()
    deed()
    took = (time.perf_counter() - begin) * 1000
    gc.enable()
    return took


def _register():
    """The bench's class grown to so many pupils, its journal in another subject so many lessons,
    all before data.TODAY."""
    taught = Journal.objects.filter(assignments__teacher__username="bench")
    full = taught.select_related("group__year", "subject").latest("group__year__starts_on")
    its_class, year = full.group.school_class, full.group.year
    for n in range(its_class.enrolments.count(), PUPILS):
        account = User.objects.create(username=f"b{n}", last_name=f"Новая{n}", first_name="Анна")
        student = Student.objects.create(user=account)
        Enrolment.objects.create(student=student, school_class=its_class, starts_on=year.starts_on)
    students = list(its_class.enrolments.values_list("student", flat=True))
    hours = list(bells_of([full.group_id]).of_group(full.group_id, data.TODAY).values())
    have = full.lessons.filter(date__lte=data.TODAY).count()
    lessons = Lesson.objects.bulk_create(
        Lesson(
            journal=full,
            kind=full.lesson_kind,
            date=year.starts_on + datetime.timedelta(days=n // 3),
            **hours[n % 3]._asdict(),
            topic="Сложение и вычитание смешанных чисел, решение задач",
            homework="§ 12, № 345–348; повторить правило на с. 56",
            attendance_taken_at=data.NOON,
            topic_entered_at=data.NOON,
            homework_entered_at=data.NOON,
        )
        for n in range(LESSONS - have)
    )
    kind = WorkType.objects.get(short_name="ОТВ")
    values = list(full.scale.values.filter(points__isnull=False))
    works = LessonWork.objects.bulk_create(
        LessonWork(lesson=lesson, work_type=kind, position=1, marked_at=data.NOON)
        for lesson in lessons
    )
    places = [(work, student) for work in works for student in students]
    Mark.objects.bulk_create(
        Mark(work=work, student_id=student, value=values[n % len(values)])
        for n, (work, student) in enumerate(places)
        if n % 3 == 0
    )
    Absence.objects.bulk_create(
        Absence(lesson=work.lesson, student_id=student, reason=Reason.UNKNOWN)
        for n, (work, student) in enumerate(places)
        if n % 20 == 1
    )
    return full
