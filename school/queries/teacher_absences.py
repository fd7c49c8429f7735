"""Who of the teachers is away, which lessons that touches, and who stands in."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from django.db.models import Q, QuerySet
from django.utils import timezone

from .. import namesakes
from ..compiled import Compiled, Given
from ..models import Lesson, SchoolYear, Substitution, TeacherAbsence, TeachingAssignment, User
from ..models.dated import overlapping
from ..rules.spans import Span, covers
from ..rules.teacher_absences import away, days_ahead, days_shown, nobody_takes
from .teaching import keepers_of_lessons

Keepers = Mapping[int, list[int]]  # lesson's id: who takes it if nobody stands in


def standing_absences() -> QuerySet[TeacherAbsence]:
    """Those that were not withdrawn."""
    return TeacherAbsence.objects.filter(withdrawn_at=None)


def away_at(day: datetime.date, number: int) -> dict[int, TeacherAbsence]:
    """{teacher's id: TeacherAbsence} of who is away at the lessons of that number on a school-local
    day; one query."""
    return gone_at(absences_on(day), day, number)


def gone_at(
    absences: Iterable[TeacherAbsence], day: datetime.date, number: int
) -> dict[int, TeacherAbsence]:
    """{teacher's id: the one of the absences for which he is away then}."""
    return {one.teacher_id: one for one in absences if away(one.time, day, number)}


def absences_on(day: datetime.date) -> list[TeacherAbsence]:
    """The TeacherAbsences (with teacher) of a school-local day, by name; one query."""
    return _absences_on.instances(day=day)


@Compiled
def _absences_on() -> QuerySet[TeacherAbsence]:
    found = overlapping(standing_absences(), Given("day"), Given("day")).select_related("teacher")
    return found.order_by("teacher__sort_name", "teacher", "first_number")


def absences_behind(substitutions: QuerySet[Substitution]) -> dict[int, int | None]:
    """{substitution's id: that of the TeacherAbsence of who would have taught the lesson, None
    where nobody is away then} of a queryset; three queries."""
    rows = list(
        substitutions.order_by("pk").values_list(
            "pk", "teacher", "lesson", "lesson__date", "lesson__number"
        )
    )
    if not rows:
        return {}
    keepers = keepers_of_lessons(Lesson.objects.filter(substitution__in=substitutions.order_by()))
    absences = _absences(min(row[3] for row in rows), max(row[3] for row in rows))
    found: dict[int, int | None] = {}
    for pk, substitute, lesson, day, number in rows:
        regular = [one for one in keepers.get(lesson, ()) if one != substitute]
        behind = (_of(absences, one, day, number) for one in regular)
        found[pk] = next((one.pk for one in behind if one), None)
    return found


def _absences(first: datetime.date, last: datetime.date) -> dict[int, list[TeacherAbsence]]:
    found = defaultdict(list)
    for one in overlapping(standing_absences(), first, last):
        found[one.teacher_id].append(one)
    return found


def _of(
    absences: Mapping[int, list[TeacherAbsence]], teacher: int, day: datetime.date, number: int
) -> TeacherAbsence | None:
    own = absences.get(teacher, ())
    return next((one for one in own if away(one.time, day, number)), None)


# --- pages ---


@dataclass(frozen=True)
class TouchedLesson:
    """A Lesson (with journal, group, subject and what it is joined to) that an absent teacher would
    take, and who stands in («» while nobody is named), who may be away too; `others` are the names
    of those who keep the journal beside the absent one and are there."""

    lesson: Lesson
    taker: str
    taker_is_away: bool
    others: list[str]

    @property
    def is_open(self) -> bool:
        """Whether nobody takes it so far."""
        return nobody_takes(self.taker_is_away if self.taker else None, self.others)


@dataclass(frozen=True)
class AbsenceLine:
    """A TeacherAbsence (with teacher), the name of who is away, and the TouchedLessons of the days
    `first` … `last` of it."""

    absence: TeacherAbsence
    name: str
    first: datetime.date
    last: datetime.date
    lessons: list[TouchedLesson]

    @property
    def is_shown_whole(self) -> bool:
        time = self.absence.time
        return (self.first, self.last) == (time.starts_on, time.ends_on)

    @property
    def open_lessons(self) -> int:
        return sum(one.is_open for one in self.lessons)


def present_and_coming(today: datetime.date) -> list[AbsenceLine]:
    """The AbsenceLines of who is away on a school-local day and after it, by first day; a fixed
    number of queries."""
    found = overlapping(standing_absences().select_related("teacher"), today, None)
    return _lines({one: days_ahead(one.time, today) for one in found})


def past_absences(year: SchoolYear, today: datetime.date) -> list[TeacherAbsence]:
    """Those of a year (with teacher) that are over on a school-local day, the latest first; one
    query."""
    found = standing_absences().filter(ends_on__lt=today, ends_on__gte=year.starts_on)
    return list(found.select_related("teacher").order_by("-ends_on", "-pk"))


def absence_line(absence: TeacherAbsence) -> AbsenceLine:
    """The AbsenceLine of one (with teacher); a fixed number of queries."""
    (found,) = _lines({absence: days_shown(absence.time, timezone.localdate())})
    return found


def _lines(days: Mapping[TeacherAbsence, Span]) -> list[AbsenceLine]:
    if not days:
        return []
    first = min(one for one, _ in days.values())
    last = max(one for _, one in days.values())
    teachers = {absence.teacher_id for absence in days}
    lessons = _lessons_of(teachers, first, last)
    keepers = keepers_of_lessons(Lesson.objects.filter(pk__in=[one.pk for one in lessons]))
    absences = _absences(first, last)
    people = {absence.teacher_id: absence.teacher for absence in days}
    names = _names(people, lessons, keepers)
    touched = partial(_touched, keepers=keepers, absences=absences, names=names)
    return [
        AbsenceLine(
            absence,
            names[absence.teacher_id],
            *shown,
            [
                touched(absence, lesson)
                for lesson in lessons
                if covers([shown], lesson.date) and _would_take(absence, lesson, keepers)
            ],
        )
        for absence, shown in days.items()
    ]


def _lessons_of(
    teachers: Collection[int], first: datetime.date, last: datetime.date
) -> list[Lesson]:
    assigned = TeachingAssignment.objects.filter(teacher__in=teachers).values("journal")
    return list(
        Lesson.objects.filter(
            Q(journal__in=assigned) | Q(substitution__teacher__in=teachers),
            date__range=(first, last),
            cancelled="",
            nobody_attends=False,
        )
        .select_related(
            "journal__group",
            "journal__subject",
            "substitution__teacher",
            "joined_to__journal__group",
            "joined_to__journal__subject",
        )
        .order_by("date", "starts_at", "number", "pk")
    )


def _would_take(absence: TeacherAbsence, lesson: Lesson, keepers: Keepers) -> bool:
    regular = absence.teacher_id in keepers.get(lesson.pk, ())
    takes = regular or lesson.substitute == absence.teacher
    return takes and away(absence.time, lesson.date, lesson.number)


def _names(people: dict[int, User], lessons: Iterable[Lesson], keepers: Keepers) -> dict[int, str]:
    """{user's id: name} of all that a page tells of."""
    takers = filter(None, (one.substitute for one in lessons))
    people = people | {taker.pk: taker for taker in takers}
    others = {teacher for found in keepers.values() for teacher in found} - people.keys()
    return namesakes.staff([*people.values(), *User.objects.filter(pk__in=others)])


def _touched(
    absence: TeacherAbsence,
    lesson: Lesson,
    keepers: Keepers,
    absences: Mapping[int, list[TeacherAbsence]],
    names: Mapping[int, str],
) -> TouchedLesson:
    def is_away(teacher: int) -> bool:
        return _of(absences, teacher, lesson.date, lesson.number) is not None

    taker = lesson.substitute
    if taker:
        return TouchedLesson(lesson, names[taker.pk], is_away(taker.pk), [])
    regular = keepers.get(lesson.pk, ())
    there = [names[one] for one in regular if one != absence.teacher_id and not is_away(one)]
    return TouchedLesson(lesson, "", False, there)
