"""Whose a journal, a lesson, a class and a duty was on a day."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import (
    BigIntegerField,
    Case,
    DateField,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import ExtractIsoWeekDay, Greatest, Least, TruncDate
from django.utils import timezone

from ..models import (
    Lesson,
    Role,
    SchoolClass,
    Substitution,
    TeachingAssignment,
    TimetableEntry,
    User,
)
from ..models.dated import on_day
from ..rules.days import duty_day
from ..rules.spans import covers, span

Row = TypeVar("Row", bound=Model)
LessonDue = tuple[int, datetime.datetime | None]  # lesson's id, when its duty is due


def holders_of(duties: Iterable[LessonDue], today: datetime.date) -> dict[LessonDue, list[int]]:
    """{(lesson's id, due): [user ids]} of such pairs: whose duty it is that is due in a lesson at
    an instant, None where that is not known yet; two queries.

    It is the substitute's; else of those who are assigned on the day on which it is due, or `today`
    if that comes earlier, for they can do it; and where nobody is, of who was on the lesson's day.
    """
    duties = set(duties)
    if not duties:
        return {}
    lessons = {
        pk: (date, journal, substitute)
        for pk, date, journal, substitute in Lesson.objects.filter(pk__in={pk for pk, _ in duties})
        .order_by()
        .values_list("pk", "date", "journal", "substitution__teacher")
    }
    assigned = defaultdict(list)
    if any(substitute is None for *_, substitute in lessons.values()):
        journals = {journal for _, journal, _ in lessons.values()}
        rows = TeachingAssignment.objects.filter(journal__in=journals).order_by("pk")
        for journal, teacher, starts_on, ends_on in rows.values_list(
            "journal", "teacher", "starts_on", "ends_on"
        ):
            assigned[journal].append((teacher, [span(starts_on, ends_on)]))

    def holders(pk: int, due: datetime.datetime | None) -> list[int]:
        date, journal, substitute = lessons[pk]
        if substitute is not None:
            return [substitute]
        due_day = timezone.localdate(due) if due else None
        for day in (duty_day(date, due_day, today), date):
            if found := [one for one, spans in assigned[journal] if covers(spans, day)]:
                return list(dict.fromkeys(found))
        return []

    return {(pk, due): holders(pk, due) for pk, due in duties if pk in lessons}


def with_duty_days(rows: QuerySet[Row], due: str, today: datetime.date) -> QuerySet[Any]:
    """A queryset of rows that have a `lesson` and the instant `due`, each with the day that says
    whose duty that is (`duty_on`), as `held_by` wants it."""
    day = Least(TruncDate(due), Value(today, DateField()))
    return rows.alias(duty_on=Greatest(day, F("lesson__date")))


def held_by(teacher: User | int) -> Q:
    """Q for rows as `with_duty_days` has them: this person is among the `holders_of`."""
    assigned = TeachingAssignment.objects.filter(journal=OuterRef("lesson__journal"))
    own, lesson_day = assigned.filter(teacher=teacher), on_day(OuterRef("lesson__date"))
    on_duty_day = on_day(OuterRef("duty_on"))
    return Q(lesson__substitution__teacher=teacher) | Q(
        Q(Exists(own.filter(on_duty_day)))
        | Q(~Exists(assigned.filter(on_duty_day)), Exists(own.filter(lesson_day))),
        lesson__isnull=False,
        lesson__substitution=None,
    )


def class_teacher_at(instant: str, school_class: str = "school_class") -> Case:
    """Expression for the class teacher (user id, NULL where nobody was) of a class at an instant;
    both are ways from the rows. Before the first that the history knows it was the first; where it
    knows nothing, as in data brought from elsewhere, the present one."""
    told = SchoolClass.history.filter(id=OuterRef(school_class))
    until = told.filter(history_date__lte=OuterRef(instant))
    return Case(
        When(Exists(until), then=_class_teacher(until, "-")),
        When(Exists(told), then=_class_teacher(told, "")),
        default=F(f"{school_class}__class_teacher"),
        output_field=BigIntegerField(),
    )


def _class_teacher(told: QuerySet[Model], order: str) -> Subquery:
    in_order = told.order_by(f"{order}history_date", f"{order}history_id")
    return Subquery(in_order.values("class_teacher")[:1])


def given_to_another(teacher: Any, lesson: str = "") -> Q:
    """Q for Lessons, or for rows from which `lesson` (with «__») leads to them: of several who keep
    the journal the timetable's row for which the lesson was made names another than a teacher (a
    user, or an OuterRef). Where odd and even weeks differ there, nobody is left out."""
    planned_on = OuterRef(f"{lesson}planned_on")
    kept = on_day(OuterRef(f"{lesson}date"), "journal__assignments__")
    there = TimetableEntry.objects.filter(
        on_day(planned_on),
        journal=OuterRef(f"{lesson}journal"),
        weekday=ExtractIsoWeekDay(planned_on),
        number=OuterRef(f"{lesson}planned_number"),
    ).order_by()
    of_others = there.filter(kept, journal__assignments__teacher=F("teacher"))
    his = there.filter(Q(teacher=teacher) | Q(teacher=None))
    return Q(Exists(of_others.exclude(teacher=teacher))) & ~Q(Exists(his))


def taken_by(teacher: User) -> Q:
    """Q for Lessons that are a teacher's to take, by assignment on their day or as a substitute,
    those too in which another stands in for him."""
    own = TeachingAssignment.objects.filter(
        on_day(OuterRef("date")), teacher=teacher, journal=OuterRef("journal")
    )
    return Q(Exists(own)) & ~given_to_another(teacher) | Q(substitution__teacher=teacher)


def keepers_of_lessons(lessons: QuerySet[Lesson]) -> dict[int, list[int]]:
    """{lesson id: [user ids]} of those who take the lessons of a queryset if nobody stands in: of
    the teachers assigned on the lesson's day him whom its row names, or all; one query."""
    found: dict[int, list[int]] = defaultdict(list)
    assigned = TeachingAssignment.objects.filter(
        on_day(F("journal__lessons__date")),
        ~given_to_another(OuterRef("teacher"), "journal__lessons__"),
        journal__lessons__in=lessons.order_by(),
    )
    for lesson, teacher in assigned.order_by("pk").values_list("journal__lessons", "teacher"):
        if teacher not in found[lesson]:
            found[lesson].append(teacher)
    return found


def teachers_of_lessons(lessons: QuerySet[Lesson]) -> dict[int, list[int]]:
    """{lesson id: [user ids]} of those who take the lessons of a queryset: the substitute, else
    `keepers_of_lessons`; two queries. A lesson without a teacher has no key."""
    found = keepers_of_lessons(lessons.filter(substitution__isnull=True))
    substituted = lessons.filter(substitution__isnull=False).order_by()
    for lesson, teacher in substituted.values_list("pk", "substitution__teacher"):
        found[lesson].append(teacher)
    return found


def teachers_of(journals: Iterable[int], day: datetime.date) -> dict[int, list[User]]:
    """{journal id: [User, …]} of the teachers assigned on a day; one query."""
    found = defaultdict(list)
    rows = TeachingAssignment.objects.filter(on_day(day), journal__in=journals).select_related(
        "teacher"
    )
    for row in rows.order_by("starts_on", "pk"):
        found[row.journal_id].append(row.teacher)
    return found


def staff_of(year: int) -> QuerySet[User]:
    """Who teaches, leads a class or stands in in a school year (id), or leads the school, and can
    log in, in the order of the alphabet."""
    assigned = TeachingAssignment.objects.filter(journal__group__year=year)
    standing_in = Substitution.objects.filter(lesson__journal__group__year=year)
    led = SchoolClass.objects.filter(year=year, class_teacher__isnull=False)
    leads = [Role.Kind.DIRECTOR, Role.Kind.DEPUTY]
    return (
        User.objects.filter(
            Q(pk__in=assigned.values("teacher"))
            | Q(pk__in=standing_in.values("teacher"))
            | Q(pk__in=led.values("class_teacher"))
            | Q(roles__kind__in=leads),
            is_active=True,
        )
        .distinct()
        .order_by("sort_name", "pk")
    )
