"""What becomes of the lessons of a teacher who is away, in one deed: all of it or nothing; and the
deed undone."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from attendance.models import Absence
from attendance.refusals import Refused
from school.actions.holding import hold
from school.actions.lessons import follow_substitution, hold_place, restore_lesson
from school.actions.refusals import ScheduleError
from school.actions.teacher_absences import record_absence, version, withdraw_absence
from school.models import (
    ArrangedLesson,
    Arrangement,
    Journal,
    Lesson,
    Substitution,
    TeacherAbsence,
    User,
)
from school.models.dated import overlapping
from school.models.structure import TeachingAssignment
from school.rules.candidates import Choice, Deed
from school.rules.spans import Span

from ..models import LessonWork, Mark
from ..queries.arranging import Arranging, Line, arranging
from ..queries.meanwhile import why_not, why_not_asked
from ..self_judging import refuse_own_past
from .lessons import cancel_lesson
from .takers import join_lessons, part_lessons, substitute, withdraw_substitution

PRESSED_TWICE = datetime.timedelta(minutes=1)
CANCELLED = "учитель отсутствует"  # pupils read it too: never why
NOT_CHOSEN = "Выберите, кто проведёт этот урок."
WITH_WORKS = "Запланированной работы не будет: отметьте, что так и надо, или выберите другое."
NO_KIND = "Укажите причину отсутствия: она видна только руководителям."
CHANGED_SINCE = "Отсутствие с тех пор изменили: снимите замены со страниц уроков."
RESTED_ON = "На записанное этим отсутствие опирается ещё одно назначение: сначала отмените его."


@dataclass
class NotArranged(Exception):
    """Nothing was written: {lesson's id: why, in Russian}, at None what is about no lesson."""

    told: dict[int | None, str]


@transaction.atomic
def arrange(
    teacher: User,
    days: Collection[datetime.date],
    said: Mapping[int, Choice],
    person: User,
    kind: str = "",
    without_works: Collection[int] = (),
) -> Arrangement:
    """Do what was `said` ({lesson's id: Choice}) of each open lesson of a teacher on school-local
    days, and record the absence, of a kind, where none stands. `without_works`: the lessons (ids)
    to be cancelled though a work is planned in them. What the same person has done so a moment ago
    is done: of a button that was pressed twice. NotArranged where anything is against it."""
    _hold(teacher, days, said)
    found = arranging(teacher, days, timezone.now(), said)
    if done := _done_just_now(found, said, person):
        return done
    _refuse(found, said, kind, without_works)
    made = Arrangement.objects.create(teacher=teacher, made_by=person)
    try:
        absences = [
            _record(teacher, one, kind, found.recorded_on, person) for one in found.unrecorded
        ]
    except ScheduleError as error:
        raise NotArranged({None: str(error)}) from error
    made.absences.set(absences)
    for line in found.open:
        try:
            _do(made, line, person)
        except (Refused, ScheduleError) as error:
            raise NotArranged({line.lesson.pk: str(error)}) from error
    return made


def _hold(teacher, days, said):
    """The journals first, as whoever changes a lesson does, then the accounts of the absent one and
    of those chosen: of two deeds that want the same teacher the second waits and sees."""
    assigned = overlapping(TeachingAssignment.objects.filter(teacher=teacher), min(days), None)
    keys = {*said, *(one.host for one in said.values() if one.host)}
    touched = Q(lessons__in=keys) | Q(lessons__joined_to__in=keys) | Q(lessons__joined__in=keys)
    touched |= Q(pk__in=assigned.order_by().values("journal"))
    hold(Journal.objects.filter(touched).order_by().values("pk"))
    people = {teacher.pk, *(one.teacher for one in said.values() if one.teacher)}
    _hold_people(people)


def _hold_people(people):
    rows = User.objects.filter(pk__in=people).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def _refuse(
    found: Arranging, said: Mapping[int, Choice], kind: str, without_works: Collection[int]
) -> None:
    told: dict[int | None, str] = {}
    if found.unrecorded and kind not in TeacherAbsence.Kind.values:
        told[None] = NO_KIND
    asked = {one.lesson.pk for one in found.open}
    for pk in said.keys() - asked:
        told[pk] = why_not_asked(pk, found)
    for line in found.open:
        pk = line.lesson.pk
        if pk not in said:
            told[pk] = NOT_CHOSEN
        elif said[pk] != line.chosen:
            told[pk] = why_not(line, said[pk])
        elif line.chosen.deed is Deed.CANCEL and line.planned and pk not in without_works:
            told[pk] = WITH_WORKS
    if told:
        raise NotArranged(told)
    if not found.unrecorded and all(deed is Deed.LATER for deed in found.deeds):
        raise NotArranged({None: "Ни о чём не решено: выберите замену, соединение или отмену."})


def _done_just_now(
    found: Arranging, said: Mapping[int, Choice], person: User
) -> Arrangement | None:
    """The Arrangement of a minute ago by which this person has done all that is `said`, and in
    which nothing was changed since."""
    if found.unrecorded:
        return None
    made = Arrangement.objects.filter(
        teacher=found.teacher,
        made_by=person,
        made_at__gt=timezone.now() - PRESSED_TWICE,
        undone_at=None,
    ).first()
    if made is None:
        return None
    rows = {one.lesson_id: one for one in made.lessons.select_related("lesson")}
    wanted = {pk: choice for pk, choice in said.items() if choice.deed is not Deed.LATER}
    is_same = all(
        pk in rows and _says(rows[pk]) == choice and not _is_changed(rows[pk])
        for pk, choice in wanted.items()
    )
    recorded = any(one.holds_on(day) for one in made.absences.all() for day in found.days)
    return made if is_same and (wanted or recorded) else None


def _says(one: ArrangedLesson) -> Choice:
    return Choice(Deed(one.deed), one.taker_id, one.host_id)


def _record(
    teacher: User, days: Span, kind: str, recorded_on: Mapping[datetime.date, int], person: User
) -> TeacherAbsence:
    """Away on these days; on the first of them from the lesson after the last that he has recorded
    himself."""
    first, last = days
    since = recorded_on[first] + 1 if first in recorded_on else None
    made = TeacherAbsence(
        teacher=teacher, starts_on=first, ends_on=last, first_number=since, kind=kind
    )
    record_absence(made, person)
    return made


def _do(made: Arrangement, line: Line, person: User) -> None:
    lesson, choice = line.lesson, line.chosen
    if choice.deed is Deed.LATER:
        return
    if choice.deed is Deed.CANCEL:
        for one in (lesson, *line.guests):
            cancel_lesson(one, CANCELLED, person)
            _note(made, one, choice, None)
        return
    taker = User.objects.get(pk=choice.teacher or 0)
    if choice.deed is Deed.SUBSTITUTE:
        substitute(lesson, taker, "", person)
    else:
        if line.former:
            withdraw_substitution(lesson, person)
        host = Lesson.objects.select_related("journal__group", "journal__subject")
        join_lessons(lesson, host.get(pk=choice.host or 0), taker, person)
    _note(made, lesson, choice, line.former)


def _note(made, lesson, choice, former):
    ArrangedLesson.objects.create(
        arrangement=made,
        lesson=lesson,
        deed=choice.deed,
        taker_id=choice.teacher,
        host_id=choice.host,
        former=former and former.teacher,
        former_reason=former.reason if former else "",
        **_versions(lesson),
    )


def _versions(lesson):
    """What ArrangedLesson keeps of the histories of a Lesson and its substitution."""
    newest = Max("history_id")
    of_lesson = Lesson.history.filter(id=lesson.pk).aggregate(newest=newest)
    of_substitution = Substitution.history.filter(lesson=lesson.pk).aggregate(newest=newest)
    return {
        "lesson_version": of_lesson["newest"],
        "substitution_version": of_substitution["newest"],
    }


# --- undone ---


@transaction.atomic
def undo(pk: int, person: User) -> Arrangement:
    """Undo an Arrangement (its key) as a whole: lessons are as they were, absences that it has
    recorded are withdrawn. Refused if it is undone already, if anything of it is over, was changed
    or written in since, or if others rest on those absences."""
    rows = ArrangedLesson.objects.filter(arrangement=pk)
    keys = [*rows.values_list("lesson", flat=True), *rows.values_list("host", flat=True)]
    made = Arrangement.objects.select_related("teacher").get(pk=pk)
    assigned = TeachingAssignment.objects.filter(teacher=made.teacher).order_by()
    touched = Q(lessons__in=[one for one in keys if one]) | Q(pk__in=assigned.values("journal"))
    hold(Journal.objects.filter(touched).order_by().values("pk"))
    made = Arrangement.objects.select_for_update(of=["self"], no_key=True).get(pk=pk)
    if made.undone_at:
        raise Refused("Это назначение уже отменили.")
    related = ("lesson__journal__group", "lesson__journal__subject")
    arranged = list(rows.select_related(*related).order_by("-pk"))
    for one in arranged:
        _refuse_changed(made, one)
    absences = list(made.absences.filter(withdrawn_at=None).select_related("teacher"))
    if any(one.history.count() > 1 for one in absences):
        raise Refused(CHANGED_SINCE)
    if any(_is_rested_on(one, made) for one in absences):
        raise Refused(RESTED_ON)
    try:
        for one in arranged:
            _undo(one, person)
        for absence in absences:
            withdraw_absence(absence, person, version(absence))
    except ScheduleError as error:
        raise Refused(str(error)) from error
    made.undone_at, made.undone_by = timezone.now(), person
    made.save(update_fields=["undone_at", "undone_by"])
    return made


def _refuse_changed(made: Arrangement, one: ArrangedLesson) -> None:
    """Refused where a lesson is no longer as the deed has left it, is written in by now, or over:
    who took it then took it."""
    lesson = one.lesson
    if lesson.last_instant <= timezone.now():
        raise Refused(f"{_named(lesson)}: этот урок уже прошёл, отменить всё сразу нельзя.")
    if _written_since(made, lesson):
        raise Refused(f"{_named(lesson)}: в уроке уже есть записи, отменить всё сразу нельзя.")
    if _is_changed(one):
        raise Refused(f"{_named(lesson)}: этот урок с тех пор изменили, отменить всё сразу нельзя.")


def _is_changed(one: ArrangedLesson) -> bool:
    is_apart = one.host_id is not None and one.lesson.joined_to_id != one.host_id
    versions = {name: getattr(one, name) for name in ("lesson_version", "substitution_version")}
    return is_apart or versions != _versions(one.lesson)


def _written_since(made, lesson):
    entered = (lesson.attendance_taken_at, lesson.topic_entered_at, lesson.homework_entered_at)
    works = LessonWork.history.filter(lesson=lesson.pk, history_date__gt=made.made_at)
    return (
        any(at and at > made.made_at for at in entered)
        or works.exists()
        or Mark.objects.filter(work__lesson=lesson).exists()
        or Absence.objects.filter(lesson=lesson).exists()
    )


def _is_rested_on(absence: TeacherAbsence, made: Arrangement) -> bool:
    """Whether others than this Arrangement have arranged lessons of an absence it has recorded."""
    own = made.lessons.values("lesson")
    others = absence.substitutions.exclude(Q(lesson__in=own) | Q(lesson__joined_to__in=own))
    if others.exists():
        return True
    standing = ArrangedLesson.objects.exclude(arrangement=made).filter(
        arrangement__teacher=absence.teacher_id,
        arrangement__undone_at=None,
        arrangement__made_at__gte=made.made_at,
        lesson__date__range=(absence.starts_on, absence.ends_on),
    )
    return standing.exists()


def _named(lesson):
    return f"{lesson.date:%d.%m.%Y}, {lesson.number}-й, {lesson.journal}"


def _undo(one: ArrangedLesson, person: User) -> None:
    lesson = one.lesson
    if one.deed == Deed.CANCEL:
        refuse_own_past(lesson, person)
        restore_lesson(lesson)
        return
    if one.deed == Deed.JOIN:
        part_lessons(lesson, person)
    elif one.former_id is None:
        withdraw_substitution(lesson, person)
    if one.former_id:
        _give_back(one, lesson)


def _give_back(one: ArrangedLesson, lesson: Lesson) -> None:
    """Let him stand in again who did before, be he away."""
    assert one.former_id is not None  # the caller has looked
    hold_place(lesson)
    row = Substitution.objects.filter(lesson=lesson).first() or Substitution(lesson=lesson)
    row.teacher_id, row.reason = one.former_id, one.former_reason
    row.save()
    follow_substitution(lesson)
