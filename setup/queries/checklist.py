"""How the set-up stands."""

import datetime

from django.conf import settings
from django.db.models import CharField, Count, Exists, F, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from journals.models import WorkType
from school.models import (
    BellSlot,
    BellUse,
    CurriculumHours,
    Enrolment,
    GradeScale,
    Journal,
    Lesson,
    Parent,
    Parenthood,
    Period,
    School,
    SchoolClass,
    SchoolYear,
    Student,
    Subject,
    TeachingAssignment,
    TeachingGroup,
    TimetableEntry,
    User,
)
from school.models.dated import on_day
from school.queries.calendar import year_to_plan
from school.queries.people import staff

from ..checklist import SetUp
from .groups import unseated


def standing(today: datetime.date) -> SetUp:
    """How the school stands, and of it the year that lasts on a school-local day, in summer the
    next one; a fixed number of queries. Nothing of what is written in journals is asked."""
    year = year_to_plan(today)
    day = _day(year, today)
    school = School.objects.first()
    facts = _of_all(day) | (_of_year(year, day) if year else {})
    if school:
        facts |= {"school": school.name, "week_days": school.week_days}
    return SetUp(zone=settings.TIME_ZONE, **facts)


def _day(year: SchoolYear | None, today: datetime.date) -> datetime.date:
    """The day that is asked about: today, of a year that is not going on the nearest one of it."""
    return min(max(today, year.starts_on), year.ends_on) if year else today


def present_pupils(day: datetime.date) -> QuerySet[Student]:
    """The Students who are in a class on a day or later, or were never in any: they are to be."""
    coming = Enrolment.objects.filter(student=OuterRef("pk"))
    coming = coming.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))
    ever = Enrolment.objects.filter(student=OuterRef("pk"))
    return Student.objects.filter(Exists(coming) | ~Exists(ever))


def classless(students: QuerySet[Student], day: datetime.date) -> QuerySet[Student]:
    """Those of a queryset who are in no class on a day, nor later."""
    coming = Enrolment.objects.filter(student=OuterRef("pk"))
    return students.filter(~Exists(coming.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))))


def parentless(students: QuerySet[Student]) -> QuerySet[Student]:
    return students.filter(~Exists(Parenthood.objects.filter(student=OuterRef("pk"))))


def working_staff(day: datetime.date) -> QuerySet[User]:
    """Who works at the school on a day: an Employee who has not left, and others of the staff."""
    return staff().exclude(employee__left_on__lt=day).filter(is_active=True)


def locked_out(users: QuerySet[User]) -> QuerySet[User]:
    """Those of a queryset of Users who could never log in: no password was ever set."""
    return users.filter(is_active=True).filter(Q(password="") | Q(password__startswith="!"))


def _of_all(day):
    pupils = present_pupils(day)
    said = BellUse.objects.filter(parallel=None, school_class=None, only_that_day=False)
    usual = said.filter(weekday=None).order_by("-starts_on").first()
    slots = BellSlot.objects.filter(schedule=usual.schedule_id if usual else None)
    bells = slots.aggregate(Count("pk"), Min("starts_at"))
    return {
        "bells": (bells["pk__count"], bells["starts_at__min"]) if bells["pk__count"] else None,
        "subjects": Subject.objects.count(),
        "scales": GradeScale.objects.count(),
        "works": WorkType.objects.filter(on_day(day)).count(),
        "pupils": pupils.count(),
        "parents": Parent.objects.count(),
        "staff": working_staff(day).count(),
        "parentless": parentless(pupils).count(),
        "classless": classless(pupils, day).count(),
    }


def _of_year(year, day):
    classes = SchoolClass.objects.filter(year=year)
    unled = classes.filter(class_teacher=None)
    labels = dict(Period.Kind.choices)
    kinds = Period.objects.filter(year=year).values_list("kind").order_by().annotate(Count("pk"))
    groups = TeachingGroup.objects.filter(year=year, kind=TeachingGroup.Kind.SUBGROUP)
    return {
        "year": str(year),
        "year_span": (year.starts_on, year.ends_on),
        "periods": {labels[kind]: count for kind, count in kinds},
        "classes": classes.count(),
        "unled": [str(one) for one in unled],
        "groups": groups.count(),
        "unseated": unseated(year),
        **_teaching(year, day),
    }


def _teaching(year, day):
    journals = Journal.objects.filter(group__year=year)
    held = TeachingAssignment.objects.filter(on_day(day), journal=OuterRef("pk"))
    taught = journals.filter(Exists(held))
    assigned = TeachingAssignment.objects.filter(on_day(day), journal__group__year=year)
    left = assigned.filter(teacher__employee__left_on__lt=day)
    planned = TimetableEntry.objects.filter(journal__group__year=year)
    timeless = taught.filter(timetable=None)
    return {
        "journals": journals.count(),
        "untaught": journals.filter(~Exists(held)).count(),
        "unplanned": unplanned(year).count(),
        "left": left.values("teacher").distinct().count(),
        "entries": planned.count(),
        "timeless": timeless.count(),
        "lessons": Lesson.objects.filter(journal__group__year=year).count(),
        "locked_out": locked_out(working_staff(day)).count(),
    }


def unplanned(year: SchoolYear) -> QuerySet[CurriculumHours]:
    """The CurriculumHours of a year of which there is no journal: none of the class, and of none of
    its groups, which have its pupils or, before they have any, its name at the beginning."""
    journals = Journal.objects.filter(subject=OuterRef("subject"), group__year=year)
    own = journals.filter(group__school_class=OuterRef("school_class"))
    of_pupils = journals.filter(
        group__memberships__student__enrolments__school_class=OuterRef("school_class")
    )
    of_name = journals.filter(group__name__startswith=OuterRef("called"))
    hours = CurriculumHours.objects.filter(school_class__year=year)
    called = Concat(
        Cast(F("school_class__number"), CharField()),
        F("school_class__letter"),
        Value(" "),
        output_field=CharField(),
    )
    hours = hours.annotate(called=called)
    return hours.filter(~Exists(own), ~Exists(of_pupils), ~Exists(of_name))
