"""Reads for the temporary journals (3.1, Appendix 1)."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from journals.queries.lists import in_class_order
from school import namesakes
from school.models import (
    GroupMembership,
    Journal,
    Lesson,
    School,
    SchoolClass,
    TeachingAssignment,
)
from school.models.calendar import split_addresses
from school.models.dated import meets, overlapping
from school.queries.belonging import attendees_of_each, classes_of_groups
from school.queries.calendar import working_calendar
from school.rules.spans import ONE_DAY, Span, intersect

from .. import rules
from ..form import Paper, PaperLesson
from ..models import LeftOut, Packet


def papers(journals: QuerySet[Journal], first: datetime.date, last: datetime.date) -> list[Paper]:
    """The Papers of a queryset of journals for the days first … last, by class and subject; five
    queries, whatever the number of journals and pupils, and one more where there are namesakes."""
    found = in_class_order(journals.select_related("group", "subject"))
    keys = [journal.pk for journal in found]
    teachers, lessons = _teachers(keys, first, last), _lessons(keys, first, last)
    attendees = attendees_of_each(found, first, last)
    return [
        Paper(
            journal,
            ", ".join(teachers.get(journal.pk, ())),
            [(one.student_id, one.name) for one in attendees[journal.pk]],
            lessons[journal.pk],
            {one.student_id: max(last for _, last in one.spans) for one in attendees[journal.pk]},
        )
        for journal in found
    ]


def _teachers(journals, first, last):
    found: dict[int, dict[int, None]] = defaultdict(dict)
    names = {}
    rows = overlapping(TeachingAssignment.objects.filter(journal__in=journals), first, last)
    for row in rows.select_related("teacher").order_by("starts_on", "pk"):
        found[row.journal_id][row.teacher_id] = None  # once, who left and came back too
        names[row.teacher_id] = row.teacher.name
    told = namesakes.in_full(names)
    return {journal: [told[one] for one in teachers] for journal, teachers in found.items()}


def lessons_on(first: datetime.date, last: datetime.date) -> QuerySet[Lesson]:
    """The Lessons that temporary journals for the days first … last are made for."""
    return Lesson.objects.filter(date__range=(first, last), cancelled="")


def _lessons(journals, first, last):
    found = defaultdict(list)
    rows = lessons_on(first, last).filter(journal__in=journals)
    for journal, pk, date, number in rows.order_by("date", "number").values_list(
        "journal", "pk", "date", "number"
    ):
        found[journal].append(PaperLesson(pk, date, number))
    return found


def class_journals(
    school_class: SchoolClass, first: datetime.date, last: datetime.date
) -> QuerySet[Journal]:
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


def class_papers(
    first: datetime.date, last: datetime.date
) -> list[tuple[SchoolClass, list[Paper]]]:
    """[(SchoolClass, its Papers)] of all classes, in their order, for the days first … last; a
    fixed number of queries. Each class has the Papers of `class_journals`."""
    classes = SchoolClass.objects.filter(year__starts_on__lte=last, year__ends_on__gte=first)
    classes = classes.select_related("year", "class_teacher")
    years = {one.year_id for one in classes}
    found = papers(Journal.objects.filter(group__year__in=years), first, last)
    there, of_class = _classes_of_groups(found, first, last), defaultdict(list)
    for one in found:
        for school_class in there.get(one.journal.group_id, ()):
            of_class[school_class].append(one)
    return [(one, of_class[one.pk]) for one in classes]


def classes_of(
    papers: Iterable[Paper], first: datetime.date, last: datetime.date
) -> list[SchoolClass]:
    """The SchoolClasses, in their order, whose pupils are in Papers for the days first … last."""
    there = _classes_of_groups(papers, first, last)
    return list(SchoolClass.objects.filter(pk__in=set().union(*there.values())))


def _classes_of_groups(papers, first, last):
    """{group id: {class ids}} of the Papers."""
    found = classes_of_groups({one.journal.group_id for one in papers})
    return {
        group: {school_class for school_class, span in spans if intersect([span], [(first, last)])}
        for group, spans in found.items()
    }


def packet_days(today: datetime.date) -> Span | None:
    """The (first, last) day of the packet of a school-local day: of the coming five days with
    lessons, that day with them. None if there is no lesson soon."""
    until = today + rules.PACKET_REACH
    return rules.packet_days(_days_with_lessons(today, until), working_calendar(today, until))


def sheet_days(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """Of the days first … last of a packet those of which it has the short form too."""
    return rules.sheet_days(_days_with_lessons(first, last), working_calendar(first, last))


def _days_with_lessons(first, last):
    return list(lessons_on(first, last).order_by("date").values_list("date", flat=True).distinct())


def packet_due(now: datetime.datetime | None = None) -> datetime.date | None:
    """The school-local day whose packet is to be there by an instant and is not; None if none."""
    now = timezone.localtime(now)
    today = now.date()
    tomorrow = today + ONE_DAY
    calendar = working_calendar(today, tomorrow)
    if now.time() < rules.MORNING or not rules.is_packet_day(
        today, _days_with_lessons(today, tomorrow), calendar
    ):
        return None
    if packets().filter(day=today).exists():
        return None
    return today if packet_days(today) else None


def packet_addresses() -> list[str]:
    """The e-mail addresses that the school wants the packet sent to."""
    typed = School.objects.values_list("temp_journal_emails", flat=True).first()
    return split_addresses(typed or "")


def left_out(packet: Packet) -> list[LeftOut]:
    """The LeftOuts, with their classes, that a packet still lacks."""
    return list(packet.left_out.filter(made_at=None).select_related("school_class"))


def to_be_tried(packet: Packet) -> list[LeftOut]:
    """Those of them that are tried again."""
    return [one for one in left_out(packet) if one.will_be_tried]


def packets() -> QuerySet[Packet]:
    """The Packets that are written, the newest first."""
    return Packet.objects.filter(written_at__isnull=False).order_by("-day")
