"""The register of a journal: what it says in a period, as one person may see it."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from django.utils import timezone

from attendance.models import Absence
from school import namesakes
from school.compiled import Compiled, Given
from school.models import Journal, Lesson, Period, SchoolYear, Student
from school.queries.belonging import Attendee, attendees, named
from school.rights import JournalRights
from school.rules.days import repeated
from school.rules.names import PersonName

from ..averages import average_text, journal_average
from ..cells import DEBT, Cell
from ..models import LessonWork, Mark
from ..moving import told_from
from ..plans import Place
from .cell import Work, as_works
from .elsewhere import Elsewhere, MarkElsewhere, elsewhere
from .plans import places


@dataclass(frozen=True)
class Span:
    """Days in the place of a Period."""

    starts_on: datetime.date
    ends_on: datetime.date


@dataclass(frozen=True, slots=True)
class LessonColumn:
    """A Lesson with what a register shows of it; `starts_at` is local, `kind_short` says of what
    other kind than usual it is, else «», `substitute` is how he is called here or «»,
    `substitute_name` the same whoever else is here; `shares_its_day` with another lesson of the
    journal, whoever looks."""

    pk: int
    date: datetime.date
    number: int
    starts_at: datetime.time
    cancelled: str
    topic: str
    homework: str
    no_homework: bool
    attendance_taken_at: datetime.datetime | None
    owes_attendance: bool
    kind_short: str
    substitute: str
    substitute_name: str
    shares_its_day: bool


@dataclass(frozen=True)
class Row:
    """A pupil in a register; `number` is that on paper, whoever looks; `cells` are keyed by lesson
    id, an untouched cell is missing; `others` «из 5А: 4, 5» of his marks in other places, which
    count in the average."""

    number: int
    attendee: Attendee
    cells: dict[int, Cell]
    average: str
    left: bool
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Register:
    """What a journal says in a period: pupils down, lessons across, the right-hand page.

    Rows and columns hold only what the person may see; the printed register and the temporary form
    take the same thing.
    """

    journal: Journal
    lessons: list[LessonColumn]
    works: dict[int, list[Work]]  # lesson id: Works, in order
    rows: list[Row]
    planned: dict[int, Place]  # by lesson id: what the plan says of it
    elsewhere: Elsewhere = field(default_factory=Elsewhere)

    def cell_text(self, row: Row, lesson: LessonColumn | Lesson) -> str:
        cell = row.cells.get(lesson.pk)
        return cell.text if cell else ""


def register(
    journal: Journal,
    period: Period | SchoolYear | Span,
    granted: JournalRights,
    *,
    with_plan: bool = True,
) -> Register:
    """The Register of a journal in a period, cut to the JournalRights; at most nine queries,
    whatever the number of pupils and lessons, one more where one of them has another journal of the
    subject, and where there are namesakes."""
    asked = {"journal": journal.pk, "first": period.starts_on, "last": period.ends_on}
    lessons = _lesson_columns(_lessons_of_period(**asked))
    works = _lesson_works(asked)
    written = _written(asked, works, {lesson.pk for lesson in lessons if lesson.cancelled})
    pupils = attendees(journal, period.starts_on, period.ends_on)
    if strangers := written.keys() - {a.student_id for a in pupils}:
        pupils = named([*pupils, *_strangers(strangers)])
    others = elsewhere(journal, [one.student_id for one in pupils])
    for student in {mark.student_id for mark in others.marks}:
        written[student].others = others.marks_in(student, period.starts_on, period.ends_on)
    left_before = min(timezone.localdate(), period.ends_on)
    rows = [
        _row(number, attendee, written[attendee.student_id], journal.scale_id, granted, left_before)
        for number, attendee in enumerate(pupils, start=1)
        if granted.sees_student(attendee.student_id)
    ]
    lessons = [lesson for lesson in lessons if granted.sees_lesson(lesson.pk)]
    planned = places(journal.pk) if with_plan else {}
    return Register(journal, lessons, works, rows, planned, others)


def _lesson_works(asked):
    """{lesson id: [Work, in order]}."""
    works = defaultdict(list)
    for row in _works_of_period(**asked):
        work = Work(*row)
        works[work.lesson_id].append(work)
    return works


@dataclass(slots=True)
class _Written:
    """What is written of one pupil: `marks` {lesson id: {place of the work: text}}, `absences`
    {lesson id: reason}, `points` [(value, weight, scale's id)] of the marks that count, `others`
    the marks in other places that count with them."""

    marks: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    absences: dict[int, str] = field(default_factory=dict)
    points: list[tuple[int | None, int, int | None]] = field(default_factory=list)
    others: list[MarkElsewhere] = field(default_factory=list)


def _written(asked, works, cancelled):
    """{student id: _Written}; `cancelled` are lessons (ids) whose marks count nowhere."""
    place = {
        work.pk: (lesson, index, work.weight)
        for lesson, found in works.items()
        for index, work in enumerate(found)
    }
    written: dict[int, _Written] = defaultdict(_Written)
    for work, student, text, value, scale in _marks_of_period(**asked):
        lesson, index, weight = place[work]
        written[student].marks[lesson][index] = text or DEBT
        if lesson not in cancelled:
            written[student].points.append((value, weight, scale))
    for lesson, student, reason in _absences_of_period(**asked):
        written[student].absences[lesson] = reason
    return written


def _row(number, attendee, written, scale_id, granted, left_before):
    """The Row of a pupil, cut to the JournalRights; who has no day from `left_before` on has
    left."""
    absences, marks = written.absences, written.marks
    whole_row = granted.sees_row(attendee.student_id)
    cells = {
        lesson: _cell(absences.get(lesson, ""), marks.get(lesson))
        for lesson in absences.keys() | marks.keys()
        if whole_row or lesson in granted.lessons
    }
    points = written.points + [(one.points, one.weight, one.scale) for one in written.others]
    average = journal_average(points, scale_id) if whole_row else None
    told = told_from((one.place, one.text) for one in written.others if one.text)
    left = not attendee.spans or attendee.spans[-1][1] < left_before
    others = tuple(told) if whole_row else ()
    return Row(number, attendee, cells, average_text(average), left, others)


def _lesson_columns(rows):
    shared_days = repeated(day for _, day, *_ in rows)
    teachers = {
        teacher: PersonName(last, first, patronymic)
        for *_, teacher, last, first, patronymic in rows
        if teacher
    }
    names = namesakes.staff_names(teachers)
    columns = []
    for pk, day, *shown, teacher, _, _, _ in rows:
        substitute = names.get(teacher, "")
        substitute_name = teachers[teacher].short if teacher else ""
        columns.append(
            LessonColumn(  # type: ignore[call-arg]  # nine are shown
                pk, day, *shown, substitute, substitute_name, day in shared_days
            )
        )
    return columns


def _in_period(prefix=""):
    return {
        f"{prefix}journal": Given("journal"),
        f"{prefix}date__range": (Given("first"), Given("last")),
    }


_LESSON_VALUES = (
    "pk",
    "date",
    "number",
    "starts_at",
    "cancelled",
    "topic",
    "homework",
    "no_homework",
    "attendance_taken_at",
    "owes_attendance",
    "kind__short_name",
)


@Compiled
def _lessons_of_period():
    teacher = "substitution__teacher"
    return (
        Lesson.objects.filter(**_in_period())
        .order_by("date", "number")
        .values_list(
            *_LESSON_VALUES, teacher, *(f"{teacher}__{name}" for name in PersonName._fields)
        )
    )


@Compiled
def _works_of_period():
    return as_works(LessonWork.objects.filter(**_in_period("lesson__")))


@Compiled
def _marks_of_period():
    marks = Mark.objects.filter(**_in_period("work__lesson__"))
    return marks.values_list("work", "student", "value__text", "value__points", "value__scale")


@Compiled
def _absences_of_period():
    absences = Absence.objects.filter(**_in_period("lesson__"))
    return absences.values_list("lesson", "student", "reason")


def _strangers(students):
    """Pupils who have marks in the journal and by a corrected enrolment no day in it: the marks
    remain to be seen, after all others, whose numbers stay those of a temporary journal."""
    found = Student.objects.filter(pk__in=students).select_related("user")
    return [
        Attendee(one.pk, one.user.list_name, [], one.user.name, one.user.sort_name)
        for one in found.order_by("user__sort_name", "pk")
    ]


def _cell(absence, marks):
    if not marks:
        return _shared_cell(absence)
    return _shared_cell(absence, tuple([marks.get(place) for place in range(max(marks) + 1)]))


_shared_cell = lru_cache(maxsize=10_000)(Cell)  # a register repeats few different cells
