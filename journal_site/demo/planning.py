"""The works that teachers have planned in the lessons of the next weeks."""

import datetime

from django.utils import timezone

from journals.models import LessonWork, WorkType
from school.models import GradeValue, Lesson
from school.queries.teaching import teachers_of

from . import curriculum
from .big import big_lessons
from .filling import record

AHEAD = datetime.timedelta(days=28)


def plan_works(journals, until):
    """The next big work of each journal with grades, as the filler gives them to lessons."""
    journals = list(journals)
    graded = set(GradeValue.objects.exclude(points=None).values_list("scale", flat=True))
    kinds = {one.short_name: one for one in WorkType.objects.all()}
    teachers = teachers_of(journals, until.date())
    big, works = big_lessons(journals), []
    for journal in journals:
        found = teachers.get(journal.pk)
        lesson, title = _next_big(journal, until, big)
        if journal.scale_id not in graded or lesson is None or not found:
            continue
        names = curriculum.BIG_WORKS.get(journal.subject.name, ["КР"])
        for position, name in enumerate(names, start=1):
            work = LessonWork(lesson=lesson, work_type=kinds[name], position=position, title=title)
            works.append((work, found[0], timezone.now()))
    LessonWork.objects.bulk_create([work for work, _, _ in works])
    record(LessonWork, works, "+")


def _next_big(journal, until, big):
    """(the Lesson to come that holds a big work, what it is about), (None, «») where none does."""
    topics = [topic for topic in journal.planned_topics.all() for _ in range(topic.hours)]
    lessons = Lesson.objects.filter(journal=journal, cancelled="").order_by("date", "number")
    for place, lesson in enumerate(lessons):
        if lesson.date > (until + AHEAD).date():
            break
        if lesson.first_instant > until and lesson.pk in big:
            return lesson, topics[min(place, len(topics) - 1)].title[:100] if topics else ""
    return None, ""
