"""Reads for the temporary journals (3.1, Appendix 1)."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Q

from journals.queries import in_class_order
from school.models import GroupMembership, Journal, Lesson, SchoolClass, TeachingAssignment
from school.models.dated import meets, overlapping
from school.queries import attendees_of_each, classes_of_groups
from school.rules import intersect

from ..papers import Paper, PaperLesson


def papers(journals, first, last):
    """The Papers of a queryset of journals for the days first … last, by class and subject; five
    queries, whatever the number of journals and pupils."""
    found = in_class_order(journals.select_related("group", "subject"))
    keys = [journal.pk for journal in found]
    teachers, lessons = _teachers(keys, first, last), _lessons(keys, first, last)
    attendees = attendees_of_each(found, first, last)
    return [
        Paper(
            journal,
            ", ".join(teachers[journal.pk]),
            [(one.student_id, one.name) for one in attendees[journal.pk]],
            lessons[journal.pk],
        )
        for journal in found
    ]


def _teachers(journals, first, last):
    found = defaultdict(list)
    rows = overlapping(TeachingAssignment.objects.filter(journal__in=journals), first, last)
    for row in rows.select_related("teacher").order_by("starts_on", "pk"):
        if row.teacher.full_name not in found[row.journal_id]:  # who left and came back
            found[row.journal_id].append(row.teacher.full_name)
    return found


def _lessons(journals, first, last):
    found = defaultdict(list)
    rows = Lesson.objects.filter(journal__in=journals, date__range=(first, last), cancelled="")
    for journal, *lesson in rows.order_by("date", "slot__number").values_list(
        "journal", "pk", "date", "slot__number"
    ):
        found[journal].append(PaperLesson(*lesson))
    return found


def class_journals(school_class, first, last):
    """The journals a class's temporary journal is made of, a queryset: of the class itself, and of
    the subgroups and individual plans that a pupil of the class has a day in, of first … last."""
    enrolments = "student__enrolments__"
    members = overlapping(GroupMembership.objects.filter(group=OuterRef("group")), first, last)
    pupils_here = members.filter(
        meets(enrolments),
        Q(**{f"{enrolments}ends_on__isnull": True}) | Q(**{f"{enrolments}ends_on__gte": first}),
        **{f"{enrolments}starts_on__lte": last, f"{enrolments}school_class": school_class},
    )
    return Journal.objects.filter(
        Q(group__school_class=school_class) | Q(Exists(pupils_here)),
        group__year=school_class.year_id,
    )


def class_papers(first, last):
    """[(SchoolClass, its Papers)] of all classes, in their order, for the days first … last; a
    fixed number of queries. Each class has the Papers of `class_journals`."""
    classes = SchoolClass.objects.filter(year__starts_on__lte=last, year__ends_on__gte=first)
    classes = classes.select_related("year", "class_teacher")
    years = {one.year_id for one in classes}
    found = papers(Journal.objects.filter(group__year__in=years), first, last)
    of_class = defaultdict(list)
    shared = classes_of_groups({one.journal.group_id for one in found})
    for one in found:
        there = {
            school_class
            for school_class, span in shared[one.journal.group_id]
            if intersect([span], [(first, last)])
        }
        for school_class in there:
            of_class[school_class].append(one)
    return [(one, of_class[one.pk]) for one in classes]
