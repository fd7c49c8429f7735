"""A class's week of a filled file previewed and applied, beside openpyxl reading the file and one
bulk insert of the same marks."""

import datetime
import gc
import time
from io import BytesIO

from django.db import transaction
from django.template.loader import render_to_string
from openpyxl import load_workbook

from journals.models import LessonWork, Mark, WorkType
from school.models import (
    GradeScale,
    Journal,
    Lesson,
    Outage,
    Subject,
    TeachingAssignment,
    TeachingGroup,
    User,
)
from school.models.lessons import local_instant
from school.queries.bells import bells_of
from school.rights import rights
from tempjournal import filled
from tempjournal.actions.outages import record_outage
from tempjournal.actions.transfer import apply_upload, receive_upload
from tempjournal.queries import packets
from tempjournal.queries.preview import preview
from tempjournal.views.transfer import preview_context
from tempjournal.xlsx import write

from .data import LESSONS, PUPILS

JOURNALS, DAYS = 10, 4  # a lesson of each on four days: 40 lessons
DATES = [datetime.date(2026, 11, day) for day in (18, 19, 20, 23, 24)]  # to be transferred by 26


def against_floor(rounds):
    """Ours and the floor by turns; the data are rolled back."""
    times = {"ours": [], "floor": []}
    with transaction.atomic():
        teacher, journals = _class()
        outage = _outage()
        papers = packets.papers(Journal.objects.filter(pk__in=journals), DATES[0], DATES[-1])
        content = _filled(papers)
        for _ in range(rounds + 1):
            times["ours"].append(_ours(teacher, outage, content))
            times["floor"].append(_floor(papers, content))
        transaction.set_rollback(True)
    return {name: found[1:] for name, found in times.items()}  # the first one warms


def _ours(teacher, outage, content):
    """Read, kept, compared, drawn as a page; what is new is transferred."""
    with transaction.atomic():
        before = Mark.objects.count()
        gc.disable()
        begin = time.perf_counter()
        upload = receive_upload(outage, teacher, "12Я.xlsx", filled.read(content))
        led = rights(teacher).ids("write_student")
        found = preview(upload, teacher, led)
        render_to_string("tempjournal/preview.html", preview_context(upload, found))
        chosen = {one.key: one.present for sheet in found for one in sheet.found if one.chosen}
        apply_upload(upload, teacher, chosen, led)
        took = time.perf_counter() - begin
        gc.enable()
        assert Mark.objects.count() - before == len(chosen) == PUPILS * LESSONS
        transaction.set_rollback(True)
    return took * 1000


def _floor(papers, content):
    with transaction.atomic():
        kind = WorkType.objects.filter(usual_order=1).first()
        works = [
            LessonWork.objects.create(lesson_id=lesson.pk, work_type=kind, position=1)
            for one in papers
            for lesson in one.lessons
        ]
        value = papers[0].journal.scale.values.first()
        pupils = [pk for pk, _ in papers[0].pupils]
        gc.disable()
        begin = time.perf_counter()
        for sheet in load_workbook(BytesIO(content)):
            for _ in sheet.iter_rows(values_only=True):
                pass
        Mark.objects.bulk_create(
            Mark(work=work, student_id=pk, value=value) for work in works for pk in pupils
        )
        took = time.perf_counter() - begin
        gc.enable()
        transaction.set_rollback(True)
    return took * 1000


def _class():
    """(teacher, ids of journals): the bench's class with a week of 40 lessons in ten subjects."""
    teacher = User.objects.get(username="bench")
    group = TeachingGroup.objects.filter(school_class__letter="Я").latest("year__starts_on")
    scale = GradeScale.objects.get(name="Пятибалльная")
    hours = list(bells_of([group.pk]).of_group(group.pk, DATES[0]).values())
    journals = []
    for n in range(JOURNALS):
        subject = Subject.objects.create(name=f"Предмет {n}", short_name=f"П{n}")
        journal = Journal.objects.create(group=group, subject=subject, scale=scale)
        TeachingAssignment.objects.create(
            journal=journal, teacher=teacher, starts_on=group.year.starts_on
        )
        for day in range(DAYS):
            date = DATES[(day + n) % len(DATES)]
            hour = hours[n % len(hours)]._asdict()
            Lesson.objects.create(journal=journal, kind=journal.lesson_kind, date=date, **hour)
        journals.append(journal.pk)
    return teacher, journals


def _outage():
    made = Outage(
        starts_at=local_instant(DATES[0], datetime.time(7)),
        ends_at=local_instant(DATES[-1], datetime.time(20)),
        reason="Авария у провайдера",
    )
    record_outage(made, User.objects.get(username="deputy"))
    return made


def _filled(papers):
    """The class's file with a mark in every cell."""
    book = load_workbook(BytesIO(write.class_workbook(papers, "Временный классный журнал")))
    for sheet, one in zip(book, papers, strict=True):
        for down in range(len(one.pupils)):
            for across in range(len(one.lessons)):
                sheet.cell(9 + down, 4 + across).value = "45"[(down + across) % 2]
    file = BytesIO()
    book.save(file)
    return file.getvalue()
