"""Who takes a lesson, who could, and with which others it could be taken together."""

from dataclasses import dataclass

from django.db.models import Q

from .. import namesakes
from ..models import Lesson, Substitution, TeacherAbsence, User
from .lessons import takes_place
from .teacher_absences import away_at
from .teaching import staff_of, teachers_of, teachers_of_lessons


@dataclass(frozen=True)
class Candidate:
    """Who may stand in in a lesson: what he teaches at that time (a Lesson with journal, None where
    he is free), and his absence then."""

    pk: int
    name: str
    teaches: Lesson | None
    absence: TeacherAbsence | None


@dataclass(frozen=True)
class Host:
    """A Lesson (with journal) at the same time, to which one may be joined, and the name of a
    teacher who takes it."""

    lesson: Lesson
    teacher: int
    name: str

    @property
    def key(self) -> str:
        return f"{self.lesson.pk}-{self.teacher}"


@dataclass(frozen=True)
class Takers:
    """What a lesson's page tells of who takes it: its Substitution (with teacher and absence), the
    names of those who keep the journal and the absences of those of them who are away, the Lesson
    it is joined to and those that are joined to it; who may stand in, and the Hosts to which it may
    be joined."""

    substitution: Substitution | None
    regular: str
    away: list[TeacherAbsence]
    host: Lesson | None
    joined: list[Lesson]
    candidates: list[Candidate]
    hosts: list[Host]


def takers_of(lesson: Lesson) -> Takers:
    """The Takers of a Lesson (with journal and group); a fixed number of queries."""
    journal = lesson.journal
    substitutions = Substitution.objects.select_related("teacher", "absence__teacher")
    regular = teachers_of([journal.pk], lesson.date).get(journal.pk, [])
    there = _at_the_same_time(lesson)
    takers = teachers_of_lessons(Lesson.objects.filter(pk__in=[one.pk for one in there]))
    staff = list(staff_of(journal.group.year_id))
    teaching = {pk for found in takers.values() for pk in found}
    others = User.objects.filter(pk__in=teaching - {one.pk for one in staff})
    names = namesakes.staff([*staff, *others, *regular])
    companions = {lesson.joined_to_id, lesson.pk} - {None}
    joined = [one for one in there if one.joined_to_id == lesson.pk]
    busy: dict[int, Lesson] = {}
    hosts = []
    for one in there:
        together = one.pk in companions or one.joined_to_id in companions
        for teacher in takers.get(one.pk, ()):
            if not together:
                busy.setdefault(teacher, one)
            if one.joined_to_id is None and not together:
                hosts.append(Host(one, teacher, names[teacher]))
    away = away_at(lesson.date, lesson.number)
    sole = {one.pk for one in regular} if len(regular) == 1 else set()
    return Takers(
        substitutions.filter(lesson=lesson).first(),
        ", ".join(names[one.pk] for one in regular),
        [away[one.pk] for one in regular if one.pk in away],
        next((one for one in there if one.pk == lesson.joined_to_id), None),
        joined,
        [
            Candidate(one.pk, names[one.pk], busy.get(one.pk), away.get(one.pk))
            for one in staff
            if one.pk not in sole
        ],
        [] if joined or lesson.joined_to_id else [one for one in hosts if one.teacher not in away],
    )


def _at_the_same_time(lesson: Lesson) -> list[Lesson]:
    """Lessons of other journals, and whatever is joined with this one, be it cancelled."""
    there = takes_place() | Q(pk=lesson.joined_to_id) | Q(joined_to=lesson.pk)
    return list(
        Lesson.objects.filter(
            there, date=lesson.date, starts_at__lt=lesson.ends_at, ends_at__gt=lesson.starts_at
        )
        .exclude(journal=lesson.journal_id)
        .select_related("journal__group", "journal__subject")
        .order_by("journal__group__name", "journal__subject__name", "pk")
    )
