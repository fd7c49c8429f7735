"""The register of a journal, and the pages drawn of it: the grid, a lesson."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from attendance.models import Absence
from school import namesakes
from school.compiled import Compiled, Given
from school.models import Lesson, Student
from school.queries.belonging import Attendee, attendees, named
from school.rules.days import repeated
from school.rules.names import PersonName

from .. import drawing, marking, rules
from ..averages import average_text, journal_average
from ..cells import CODES, DEBT, Cell
from ..models import LessonWork, Mark, PlannedTopic
from .cell import Work, as_works, attendance_noted_at


@dataclass(frozen=True, slots=True)
class LessonColumn:
    """A Lesson with what a register shows of it; `number` and `starts_at` (local) are its bell
    slot's, `substitute` is how he is called here or «», `substitute_name` the same whoever else is
    here; `shares_its_day` with another lesson of the journal, whoever looks."""

    pk: int
    date: datetime.date
    number: int
    starts_at: datetime.time
    cancelled: str
    topic: str
    homework: str
    no_homework: bool
    attendance_taken_at: datetime.datetime | None
    substitute: str
    substitute_name: str
    shares_its_day: bool


@dataclass(frozen=True)
class Row:
    """A pupil in a register; `number` is that on paper, whoever looks; `cells` are keyed by lesson
    id, an untouched cell is missing."""

    number: int
    attendee: Attendee
    cells: dict
    average: str
    left: bool


@dataclass(frozen=True)
class Register:
    """What a journal says in a period: pupils down, lessons across, the right-hand page.

    Rows and columns hold only what the person may see; the printed register and the temporary form
    take the same thing.
    """

    journal: object
    lessons: list  # [LessonColumn, …]
    works: dict  # lesson id: [Work, in order]
    rows: list
    suggestions: dict  # lesson id: rules.PlanLine or None

    def cell_text(self, row, lesson):
        cell = row.cells.get(lesson.pk)
        return cell.text if cell else ""


def register(journal, period, granted, *, with_plan=True):
    """The Register of a journal in a period, cut to the JournalRights; at most six queries,
    whatever the number of pupils and lessons, and one more where there are namesakes."""
    first, last = span = (period.starts_on, period.ends_on)
    asked = {"journal": journal.pk, "first": first, "last": last}
    found = _lessons_of_period(**asked)
    shared_days = repeated(day for _, day, *_ in found)
    lessons = _lesson_columns(found, shared_days)
    lesson_works = defaultdict(list)
    for row in _works_of_period(**asked):
        work = Work(*row)
        lesson_works[work.lesson_id].append(work)
    place = {
        work.pk: (lesson, index, work.weight)
        for lesson, found in lesson_works.items()
        for index, work in enumerate(found)
    }

    marks, points = defaultdict(lambda: defaultdict(dict)), defaultdict(list)
    cancelled = {lesson.pk for lesson in lessons if lesson.cancelled}
    for work, student, text, value, scale in _marks_of_period(**asked):
        lesson, index, weight = place[work]
        marks[student][lesson][index] = text or DEBT
        if lesson not in cancelled:  # else it counts nowhere
            points[student].append((value, weight, scale))
    absences = defaultdict(dict)
    for lesson, student, reason in _absences_of_period(**asked):
        absences[student][lesson] = reason

    today = timezone.localdate()
    pupils = attendees(journal, *span)
    if others := (marks.keys() | absences.keys()) - {a.student_id for a in pupils}:
        pupils = named([*pupils, *_strangers(others)])
    rows = []
    for number, attendee in enumerate(pupils, start=1):
        student = attendee.student_id
        if not granted.sees_student(student):
            continue
        absent, marked = absences[student], marks[student]
        whole_row = granted.sees_all or student in granted.rows
        row_cells = {
            lesson: _cell(absent.get(lesson, ""), marked.get(lesson))
            for lesson in absent.keys() | marked.keys()
            if whole_row or lesson in granted.lessons
        }
        average = journal_average(points[student], journal.scale_id) if whole_row else None
        left = not attendee.spans or attendee.spans[-1][1] < min(today, period.ends_on)
        rows.append(Row(number, attendee, row_cells, average_text(average), left))
    lessons = [lesson for lesson in lessons if granted.sees_lesson(lesson.pk)]
    suggestions = _suggestions(journal, period, lessons) if with_plan else {}
    return Register(journal, lessons, lesson_works, rows, suggestions)


def _lesson_columns(rows, shared_days):
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
            LessonColumn(pk, day, *shown, substitute, substitute_name, day in shared_days)
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
    "slot__number",
    "slot__starts_at",
    "cancelled",
    "topic",
    "homework",
    "no_homework",
    "attendance_taken_at",
)


@Compiled
def _lessons_of_period():
    teacher = "substitution__teacher"
    return (
        Lesson.objects.filter(**_in_period())
        .order_by("date", "slot__number")
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


def _suggestions(journal, period, lessons):
    """The plan is followed from the year's first lesson on; topics of earlier periods count."""
    plan = [rules.PlanLine(*line) for line in _plan(journal=journal.pk)]
    standing = [lesson for lesson in lessons if not lesson.cancelled]
    earlier = _topics_before(journal=journal.pk, day=period.starts_on)
    taught = [topic for (topic,) in earlier]
    found = rules.suggest_topics(plan, taught + [lesson.topic for lesson in standing])
    return dict(zip([lesson.pk for lesson in standing], found[len(taught) :], strict=True))


@Compiled
def _plan():
    lines = PlannedTopic.objects.filter(journal=Given("journal"))
    return lines.order_by("position").values_list("title", "hours", "homework")


@Compiled
def _topics_before():
    lessons = Lesson.objects.filter(journal=Given("journal"), date__lt=Given("day"), cancelled="")
    return lessons.order_by("date", "slot__number").values_list("topic")


# --- the grid page ---


@dataclass(frozen=True)
class Column:
    pk: int
    head_html: str
    writable: bool


@dataclass(frozen=True)
class Grid:
    """A Register drawn for one person."""

    lessons: list
    rows_html: str
    lines_html: str
    can_write: bool
    codes = CODES  # of absences, for the help

    @property
    def writes_lessons(self):
        """Whether «все присутствуют», topics and homework of any lesson are this person's."""
        return any(column.writable for column in self.lessons)


def grid(journal, period, granted, *, is_closed=False, only=None):
    """The Grid that journals/_register.html shows; in a closed period nothing is writable. `period`
    is one, or a Span; `only`: of its lessons only these (ids)."""
    found = register(journal, period, granted, with_plan=granted.writes_all and not is_closed)
    if only is not None:
        found.lessons[:] = [lesson for lesson in found.lessons if lesson.pk in only]
    now = timezone.localtime()
    today = now.date()
    lessons_url = f"{reverse('grid', args=[journal.pk])}lessons/"
    columns, lines, places = [], [], []
    for lesson in found.lessons:
        its_works = found.works.get(lesson.pk, ())
        works, work_ids = [work.short_name for work in its_works], _ids_of(its_works)
        url = f"{lessons_url}{lesson.pk}/"
        is_open = not (is_closed or lesson.cancelled)
        writable = is_open and granted.writes_lesson(lesson.pk)
        head = drawing.head_html(lesson, url, works, work_ids, writable=writable, today=today)
        columns.append(Column(lesson.pk, head, writable))
        taken_at = lesson.attendance_taken_at
        # When a paper's attendance was typed is not known here: whoever asks is told.
        may_untake = bool(taken_at) and (only is not None or rules.may_untake(taken_at, now))
        given = {"writable": writable, "now": now, "may_untake": may_untake}
        lines.append(_page_line(found, lesson, url, works, work_ids, **given))
        is_open = is_open and lesson.date <= today
        places.append((lesson.pk, lesson.date, is_open, bool(lesson.cancelled)))
    rows = [_row_html(row, places, granted) for row in found.rows]
    writes = granted.writes_all or granted.rows or granted.lessons
    can_write = bool(writes and not is_closed)
    return Grid(columns, mark_safe("\n".join(rows)), mark_safe("\n".join(lines)), can_write)


def _ids_of(works):
    """Works as the field of works writes them."""
    return " ".join(str(work.work_type_id) for work in works)


def _page_line(found, lesson, url, works, work_ids, **given):
    return drawing.page_line_html(
        lesson,
        url,
        rules.homework_text(lesson.homework, lesson.no_homework),
        found.suggestions.get(lesson.pk) or rules.PlanLine("", 0, ""),
        work_ids,
        works,
        **given,
    )


def _row_html(row, places, granted):
    """A pupil's row; `places` are the columns' (lesson id, date, open for marks, cancelled)."""
    student = row.attendee.student_id
    writes_row = granted.writes_all or student in granted.rows
    drawn = []
    for lesson, day, is_open, void in places:
        cell = row.cells.get(lesson)
        writable = is_open and (writes_row or lesson in granted.lessons)
        attends = row.attendee.attends(day)
        if cell is None:
            drawn.append(drawing.cell_html("", writable, attends))
        else:
            drawn.append(drawing.cell_html(cell.text, writable, attends, bool(cell.absence), void))
    name = row.attendee.name
    return drawing.row_html(row.number, name, student, row.average, drawn, left=row.left)


def column_head(lesson, works, granted):
    """The head of one column as `grid` draws it, for the answer to a save; the lesson is as
    `with_places` loads it, `works` are Works."""
    return drawing.head_html(
        lesson,
        reverse("lesson", args=[lesson.journal_id, lesson.pk]),
        [work.short_name for work in works],
        _ids_of(works),
        writable=granted.writes_lesson(lesson.pk) and not lesson.cancelled,
        today=timezone.localdate(),
    )


# --- the page of one lesson ---


@dataclass
class LessonPupil:
    """A pupil's line on the page of a lesson; `was` and `text` are what the form sends back."""

    student_id: int
    name: str
    was: str
    text: str
    writable: bool
    error: str = ""


@dataclass(frozen=True)
class LessonPage:
    """One lesson for one person: texts of its fields, whether attendance may still be taken back,
    pupils, its neighbours in the journal; `works` are (Work, «11 из 22» or «»)."""

    lesson: Lesson
    texts: dict
    may_untake: bool
    works: list
    planned: rules.PlanLine | None
    pupils: list
    previous: Lesson | None
    next: Lesson | None


def lesson_page(lesson, granted, *, is_closed=False):
    """The LessonPage of a lesson (with journal and slot loaded); in a closed period nothing is
    writable."""
    journal, day = lesson.journal, lesson.date
    found = register(journal, Span(day, day), granted, with_plan=True)
    works = found.works.get(lesson.pk, [])
    open_now = not (is_closed or lesson.cancelled) and day <= timezone.localdate()
    pupils = [
        LessonPupil(
            row.attendee.student_id,
            row.attendee.name,
            text := found.cell_text(row, lesson),
            text,
            open_now
            and row.attendee.attends(day)
            and granted.writes_cell(lesson.pk, row.attendee.student_id),
        )
        for row in found.rows
        if row.attendee.attends(day) or lesson.pk in row.cells
    ]
    seen = Lesson.objects.filter(journal=journal, cancelled="").select_related("slot")
    if not (granted.sees_all or granted.rows):
        seen = seen.filter(pk__in=granted.lessons)
    of_all = [work.pk for work in works if work.expects == marking.PRESENT]
    counts = marking.counts(LessonWork.objects.filter(pk__in=of_all)) if of_all else {}
    place, noted_at = (day, lesson.slot.number), attendance_noted_at(lesson)
    return LessonPage(
        lesson,
        {
            "topic": lesson.topic,
            "homework": rules.homework_text(lesson.homework, lesson.no_homework),
            "works": _ids_of(works),
            "attendance": rules.ALL_PRESENT if lesson.attendance_taken_at else "",
        },
        bool(noted_at) and rules.may_untake(noted_at, timezone.localtime()),
        [(work, rules.given_text(*counts.get(work.pk, (None, None)))) for work in works],
        None if lesson.topic else found.suggestions.get(lesson.pk),
        pupils,
        seen.filter(_before(*place)).order_by("-date", "-slot__number").first(),
        seen.filter(_after(*place)).order_by("date", "slot__number").first(),
    )


@dataclass(frozen=True)
class Span:
    """Days in the place of a Period."""

    starts_on: datetime.date
    ends_on: datetime.date


def _before(day, number):
    return Q(date__lt=day) | Q(date=day, slot__number__lt=number)


def _after(day, number):
    return Q(date__gt=day) | Q(date=day, slot__number__gt=number)
