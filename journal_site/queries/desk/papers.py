"""What the desk's papers tell of a day, and whom one may be asked about."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from attendance.queries import counted_absences
from attendance.reasons import ABSENCES
from attendance.rules import away_since
from journals.queries.away import AwayPupil, Pupils, names_of, pupils_of_day
from journals.queries.school_day import DayClass, away_on, classes_of, lessons_on
from school import namesakes
from school.models import Enrolment, Lesson
from school.models.dated import on_day
from school.queries.lessons import takes_place

LOOK_BACK = datetime.timedelta(days=60)


@dataclass(frozen=True)
class AbsentPupil:
    """Since which school-local day he is away, until which one a document says so (None: it does
    not say beyond today), and the code of the reason in capitals."""

    name: str
    since: datetime.date
    until: datetime.date | None
    code: str


@dataclass(frozen=True)
class ClassLine:
    """A class on paper: its pupils who are `absent`; whether attendance of all of them was `taken`,
    so that the others are known to be there."""

    name: str
    pupils: int
    absent: list[AbsentPupil]
    taken: bool

    @property
    def portions(self) -> int:
        return self.pupils - len(self.absent)


@dataclass(frozen=True)
class Paper:
    """A day's ClassLines at an instant (school-local)."""

    now: datetime.datetime
    classes: list[ClassLine]

    @property
    def pupils(self) -> int:
        return sum(one.pupils for one in self.classes)

    @property
    def absent(self) -> int:
        return sum(len(one.absent) for one in self.classes)

    @property
    def portions(self) -> int:
        return self.pupils - self.absent

    @property
    def with_absent(self) -> list[ClassLine]:
        return [one for one in self.classes if one.absent]

    @property
    def all_there(self) -> list[str]:
        """Never before attendance was taken."""
        return [one.name for one in self.classes if one.taken and not one.absent]

    @property
    def unknown(self) -> list[str]:
        return [one.name for one in self.classes if not one.taken and one.pupils]


def paper(now: datetime.datetime) -> Paper:
    """The Paper of an instant; a fixed number of queries."""
    now = timezone.localtime(now)
    today = now.date()
    classes, pupils = _pupils(today)
    names, since = names_of(pupils.all_away), _since(pupils.all_away, today)
    return Paper(
        now,
        [
            ClassLine(
                one.name,
                one.pupils,
                [_absent(pupil, names, since, today) for pupil in pupils.away[one.pk]],
                one.pk in pupils.taken,
            )
            for one in classes
        ],
    )


def _pupils(today: datetime.date) -> tuple[list[DayClass], Pupils]:
    classes = classes_of(today)
    lessons, _ = lessons_on(today)
    number = {one.pk: one.pupils for one in classes}
    return classes, pupils_of_day(away_on(today), lessons, number)


def _absent(
    pupil: AwayPupil,
    names: Mapping[int, str],
    since: Mapping[int, datetime.date],
    today: datetime.date,
) -> AbsentPupil:
    until = pupil.last if pupil.last and pupil.last > today else None
    student = pupil.student
    return AbsentPupil(names[student], since[student], until, pupil.where.reason.upper())


def _since(away: Iterable[AwayPupil], today: datetime.date) -> dict[int, datetime.date]:
    """{student's id: since when he is away}; two queries."""
    away = list(away)
    span = (today - LOOK_BACK, today)
    missed: dict[int, set[datetime.date]] = defaultdict(set)
    absences = counted_absences().filter(
        student__in=[one.student for one in away], lesson__date__range=span, reason__in=ABSENCES
    )
    for student, day in absences.order_by().values_list("student", "lesson__date").distinct():
        missed[student].add(day)
    taught: dict[int, list[datetime.date]] = defaultdict(list)
    classes = {one.school_class for one in away}
    lessons = Lesson.objects.filter(
        takes_place(), journal__group__school_class__in=classes, date__range=span
    )
    days = lessons.order_by("-date").values_list("journal__group__school_class", "date").distinct()
    for school_class, day in days:
        taught[school_class].append(day)
    return {
        one.student: away_since(missed[one.student], taught[one.school_class], today, one.first)
        for one in away
    }


@dataclass(frozen=True)
class PupilToAsk:
    """A pupil whom a leader wants to ask about: what he and his class teacher are called, and why
    there is nothing to be asked («» if there is)."""

    student: int
    name: str
    class_teacher: str
    why_not: str


def pupil_to_ask(student: int, day: datetime.date) -> PupilToAsk | None:
    """The PupilToAsk of a pupil (id) on a school-local day, None who is in no class then; a fixed
    number of queries."""
    enrolled = Enrolment.objects.filter(on_day(day), student=student).select_related(
        "student__user", "school_class__class_teacher"
    )
    row = enrolled.first()
    if row is None:
        return None
    teacher = row.school_class.class_teacher
    _, pupils = _pupils(day)
    why_not = ""
    if teacher is None:
        why_not = "у класса нет классного руководителя, спросить некого."
    elif student not in {one.student for one in pupils.missing}:
        why_not = "причина уже известна, или ученик снова на уроке."
    (name,) = namesakes.out_of_list([row.student]).values()
    return PupilToAsk(student, name, teacher.short_name if teacher else "", why_not)
