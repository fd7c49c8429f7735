"""Reads of the journals: the grid's read model, lists, a cell's history."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from django.db.models import BooleanField, Count, ExpressionWrapper, FilteredRelation, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from attendance.models import Absence
from school.compiled import Compiled, Given
from school.models import GradeValue, Lesson, Period, Student, User
from school.queries import Attendee, attendees, attending, teachers_of

from . import cells, rules
from .models import LessonWork, Mark, PlannedTopic


@dataclass(frozen=True, slots=True)
class Work:
    """A LessonWork with what is shown of its work type."""

    pk: int
    lesson_id: int
    work_type_id: int
    name: str
    short_name: str
    weight: int
    marked_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class LessonColumn:
    """A Lesson with what a register shows of it; `number` is its bell slot's, `substitute` a
    short name or «»."""

    pk: int
    date: datetime.date
    number: int
    cancelled: str
    topic: str
    homework: str
    no_homework: bool
    attendance_taken_at: datetime.datetime | None
    substitute: str


@dataclass(frozen=True)
class Row:
    """A pupil in a register; `cells` are keyed by lesson id, an untouched cell is missing."""

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
    suggestions: dict  # lesson id: (title, hours, homework) of the plan, or None

    def cell_text(self, row, lesson):
        cell = row.cells.get(lesson.pk)
        return cell.text if cell else ""


def register(journal, period, granted, *, with_plan=True):
    """The Register of a journal in a period, cut to the JournalRights; at most six queries,
    whatever the number of pupils and lessons."""
    span = (period.starts_on, period.ends_on)
    asked = {"journal": journal.pk, "first": span[0], "last": span[1]}
    lessons = [_lesson_column(*row) for row in _lessons_of_period(**asked)]
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
    for work, student, text, value in _marks_of_period(**asked):
        lesson, index, weight = place[work]
        marks[student][lesson][index] = text
        points[student].append((value, weight))
    absences = defaultdict(dict)
    for lesson, student, reason in _absences_of_period(**asked):
        absences[student][lesson] = reason

    today = timezone.localdate()
    pupils = attendees(journal, *span)
    pupils += _strangers((marks.keys() | absences.keys()) - {a.student_id for a in pupils})
    rows = []
    for attendee in pupils:
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
        average = rules.weighted_average(points[student]) if whole_row else None
        left = not attendee.spans or attendee.spans[-1][1] < min(today, period.ends_on)
        rows.append(Row(len(rows) + 1, attendee, row_cells, rules.average_text(average), left))
    lessons = [lesson for lesson in lessons if granted.sees_lesson(lesson.pk)]
    suggestions = _suggestions(journal, period, lessons) if with_plan else {}
    return Register(journal, lessons, lesson_works, rows, suggestions)


def _lesson_column(*values):
    *values, last_name, first_name, patronymic = values
    if last_name is None:
        return LessonColumn(*values, "")
    teacher = User(last_name=last_name, first_name=first_name, patronymic=patronymic)
    return LessonColumn(*values, teacher.short_name)


def _in_period(prefix=""):
    return {
        f"{prefix}journal": Given("journal"),
        f"{prefix}date__range": (Given("first"), Given("last")),
    }


@Compiled
def _lessons_of_period():
    teacher = "substitution__teacher__"
    return (
        Lesson.objects.filter(**_in_period())
        .order_by("date", "slot__number")
        .values_list(
            *("pk", "date", "slot__number", "cancelled", "topic", "homework", "no_homework"),
            "attendance_taken_at",
            *(f"{teacher}last_name", f"{teacher}first_name", f"{teacher}patronymic"),
        )
    )


@Compiled
def _works_of_period():
    return _as_works(LessonWork.objects.filter(**_in_period("lesson__")))


@Compiled
def _marks_of_period():
    marks = Mark.objects.filter(**_in_period("work__lesson__"))
    return marks.values_list("work", "student", "value__text", "value__points")


@Compiled
def _absences_of_period():
    absences = Absence.objects.filter(**_in_period("lesson__"))
    return absences.values_list("lesson", "student", "reason")


def _as_works(rows):
    return rows.order_by("position", "pk").values_list(*_WORK_FIELDS)


_WORK_FIELDS = (
    "pk",
    "lesson",
    "work_type",
    "work_type__name",
    "work_type__short_name",
    "work_type__weight",
    "marked_at",
)


@Compiled
def _works_of_lesson():
    return _as_works(LessonWork.objects.filter(lesson=Given("lesson")))


def _strangers(students):
    """Pupils who have marks in the journal and by a corrected enrolment no day in it: the marks
    remain to be seen. No query when there are none."""
    if not students:
        return []
    found = Student.objects.filter(pk__in=students).select_related("user")
    return [Attendee(student.pk, student.user.list_name, []) for student in found]


def _cell(absence, marks):
    if not marks:
        return _shared_cell(absence)
    return _shared_cell(absence, tuple([marks.get(place) for place in range(max(marks) + 1)]))


_shared_cell = lru_cache(maxsize=10_000)(rules.Cell)  # a register repeats few different cells


def _suggestions(journal, period, lessons):
    """The plan is followed from the year's first lesson on; topics of earlier periods count."""
    plan = _plan(journal=journal.pk)
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


def grid(journal, period, granted):
    """The Grid that journals/grid.html shows."""
    found = register(journal, period, granted, with_plan=granted.writes_all)
    today = timezone.localdate()
    lessons_url = f"{reverse('grid', args=[journal.pk])}lessons/"
    columns, lines, places = [], [], []
    for lesson in found.lessons:
        works = [work.short_name for work in found.works.get(lesson.pk, ())]
        url = f"{lessons_url}{lesson.pk}/"
        writable = granted.writes_lesson(lesson.pk) and not lesson.cancelled
        head = cells.head_html(lesson, url, works, writable=writable, today=today)
        columns.append(Column(lesson.pk, head, writable))
        lines.append(_page_line(found, lesson, url, works, writable=writable, today=today))
        places.append((lesson.pk, lesson.date, not lesson.cancelled and lesson.date <= today))
    rows = [_row_html(row, places, granted) for row in found.rows]
    can_write = bool(granted.writes_all or granted.rows or granted.lessons)
    return Grid(columns, mark_safe("\n".join(rows)), mark_safe("\n".join(lines)), can_write)


def _page_line(found, lesson, url, works, *, writable, today):
    return cells.page_line_html(
        lesson,
        url,
        rules.homework_text(lesson.homework, lesson.no_homework),
        found.suggestions.get(lesson.pk) or ("", 0, ""),
        " ".join(str(work.work_type_id) for work in found.works.get(lesson.pk, ())),
        works,
        writable=writable,
        today=today,
    )


def _row_html(row, places, granted):
    """A pupil's row; `places` are the columns' (lesson id, date, open for marks)."""
    student = row.attendee.student_id
    writes_row = granted.writes_all or student in granted.rows
    drawn = []
    for lesson, day, is_open in places:
        cell = row.cells.get(lesson)
        writable = is_open and (writes_row or lesson in granted.lessons)
        attends = row.attendee.attends(day)
        if cell is None:
            drawn.append(cells.cell_html("", writable, attends))
        else:
            drawn.append(cells.cell_html(cell.text, writable, attends, bool(cell.absence)))
    name = row.attendee.name
    return cells.row_html(row.number, name, student, row.average, drawn, left=row.left)


def column_head(lesson, works, granted):
    """The head of one column as `grid` draws it, for the answer to a save; `works` are Works."""
    return cells.head_html(
        lesson,
        reverse("lesson", args=[lesson.journal_id, lesson.pk]),
        [work.short_name for work in works],
        writable=granted.writes_lesson(lesson.pk) and not lesson.cancelled,
        today=timezone.localdate(),
    )


# --- one cell ---


def scale_values(journal):
    """{text: GradeValue's id} of the journal's scale, in its order."""
    return dict(_scale_values(scale=journal.scale_id))


@Compiled
def _scale_values():
    values = GradeValue.objects.filter(scale=Given("scale"))
    return values.order_by("position", "pk").values_list("text", "pk")


def works_of(lesson_id):
    """The lesson's Works, in order."""
    return [Work(*row) for row in _works_of_lesson(lesson=lesson_id)]


@dataclass(frozen=True)
class CellState:
    """What is written down for one pupil in one lesson: `marks` are (Mark, its text), None where
    a work has none, in the order of the lesson's `works`; `attends`: he belongs to the journal that
    day."""

    attends: bool
    works: list
    marks: list
    absence: Absence | None

    @property
    def cell(self):
        """The same as a rules.Cell."""
        texts = tuple(mark and mark[1] for mark in self.marks)
        return rules.Cell(self.absence.reason if self.absence else "", texts)


def cell_state(lesson_id, student_id):
    """The CellState; one query."""
    attends, works, marks, absence = False, [], [], None
    width = len(_WORK_FIELDS)
    for row in _cell_rows(lesson=lesson_id, student=student_id):
        work, (mark, value, text, entered_at) = row[:width], row[width:-4]
        absent, reason, absent_at, attends = row[-4:]
        if absent is not None:
            absence = Absence(absent, lesson_id, student_id, reason, absent_at)
        if work[0] is not None:
            works.append(Work(*work))
            marks.append(mark and (Mark(mark, work[0], student_id, value, entered_at), text))
    return CellState(attends, works, marks, absence)


@Compiled
def _cell_rows():
    """A row for each work of the lesson, at least one."""
    of_student = Q(works__marks__student=Given("student"))
    own = FilteredRelation("works__marks", condition=of_student)
    absent = FilteredRelation("absences", condition=Q(absences__student=Given("student")))
    attends = ExpressionWrapper(attending(Given("student")), BooleanField())
    found = Lesson.objects.filter(pk=Given("lesson")).annotate(
        own=own, absent=absent, attends=attends
    )
    return found.order_by("works__position", "works").values_list(
        *("works", *[f"works__{name}" for name in _WORK_FIELDS[1:]]),
        *("own", "own__value", "own__value__text", "own__entered_at"),
        *("absent", "absent__reason", "absent__entered_at", "attends"),
    )


def average(journal, student_id, day):
    """The pupil's weighted average in the journal's period that holds `day`, as the grid has it."""
    pairs = _points_and_weights(
        student=student_id,
        journal=journal.pk,
        year=journal.group.year_id,
        kind=journal.period_kind,
        day=day,
    )
    return rules.weighted_average(pairs)


@Compiled
def _points_and_weights():
    period = Period.objects.filter(
        year=Given("year"),
        kind=Given("kind"),
        starts_on__lte=Given("day"),
        ends_on__gte=Given("day"),
    )
    return Mark.objects.filter(
        student=Given("student"),
        work__lesson__journal=Given("journal"),
        work__lesson__date__gte=period.values("starts_on"),
        work__lesson__date__lte=period.values("ends_on"),
    ).values_list("value__points", "work__work_type__weight")


@dataclass(frozen=True)
class Change:
    """One line of a history: `was` and `now` as a person reads them."""

    at: datetime.datetime
    who: str
    what: str
    was: str
    now: str
    address: str


def changes_of(rows, what, shown):
    """Changes from the history rows of one object's kind, each told from the row before it.

    `rows` are historical rows of any number of objects, `what(row)` names the thing, `shown(row)`
    its value. Rows that change nothing shown are left out.
    """
    found = []
    for _, history in groupby(sorted(rows, key=lambda r: (r.id, r.history_id)), lambda r: r.id):
        before = ""
        for row in history:
            now = "" if row.history_type == "-" else shown(row)
            if now != before:
                who = row.history_user.full_name if row.history_user else "система"
                address = row.history_address or ""
                found.append(Change(row.history_date, who, what(row), before, now, address))
            before = now
    return found


def cell_history(lesson, student_id):
    """The Changes of one cell, newest first; three queries."""
    works = {work.pk: work.name for work in works_of(lesson.pk)}
    values = dict(
        GradeValue.objects.filter(scale=lesson.journal.scale_id).values_list("pk", "text")
    )
    marks = Mark.history.filter(work__in=works, student=student_id).select_related("history_user")
    absences = Absence.history.filter(lesson=lesson.pk, student=student_id).select_related(
        "history_user"
    )
    found = changes_of(
        marks,
        lambda row: works.get(row.work_id, "Отметка"),
        lambda row: values.get(row.value_id, "?"),
    ) + changes_of(absences, lambda row: "Пропуск", lambda row: row.reason)
    found.reverse()  # what came later within one instant stays first
    return sorted(found, key=lambda change: change.at, reverse=True)


def last_change(lesson, student_id):
    """The newest Change of a cell, or None."""
    return next(iter(cell_history(lesson, student_id)), None)


def last_lesson_change(lesson):
    """(who, when) of the newest change to the lesson's own fields, or None."""
    row = Lesson.history.filter(id=lesson.pk).select_related("history_user").first()
    return row and (row.history_user.full_name if row.history_user else "система", row.history_date)


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
    """One lesson for one person: texts of its fields, pupils, its neighbours in the journal."""

    lesson: Lesson
    texts: dict
    works: list
    planned: tuple | None
    pupils: list
    previous: Lesson | None
    next: Lesson | None


def lesson_page(lesson, granted):
    """The LessonPage of a lesson (with journal and slot loaded)."""
    journal, day = lesson.journal, lesson.date
    found = register(journal, _OneDay(day, day), granted, with_plan=True)
    works = found.works.get(lesson.pk, [])
    open_now = not lesson.cancelled and day <= timezone.localdate()
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
    place = (day, lesson.slot.number)
    return LessonPage(
        lesson,
        {
            "topic": lesson.topic,
            "homework": rules.homework_text(lesson.homework, lesson.no_homework),
            "works": " ".join(str(work.work_type_id) for work in works),
            "attendance": rules.ALL_PRESENT if lesson.attendance_taken_at else "",
        },
        works,
        None if lesson.topic else found.suggestions.get(lesson.pk),
        pupils,
        seen.filter(_before(*place)).order_by("-date", "-slot__number").first(),
        seen.filter(_after(*place)).order_by("date", "slot__number").first(),
    )


@dataclass(frozen=True)
class _OneDay:
    """A day in the place of a Period."""

    starts_on: datetime.date
    ends_on: datetime.date


def _before(day, number):
    return Q(date__lt=day) | Q(date=day, slot__number__lt=number)


def _after(day, number):
    return Q(date__gt=day) | Q(date=day, slot__number__gt=number)


# --- lists ---


@dataclass(frozen=True)
class JournalLine:
    """A journal in a list."""

    journal: object
    url: str
    teachers: str
    lessons_held: int
    is_partial: bool


def journal_lines(journals, user_rights, day):
    """JournalLines of a queryset of journals, by class and subject; two queries."""
    held = Count("lessons", filter=Q(lessons__date__lte=day, lessons__cancelled=""))
    found = list(
        journals.select_related("group__school_class", "subject").annotate(lessons_held=held)
    )
    teachers = teachers_of([journal.pk for journal in found], day)
    whole = user_rights.ids("view_journal")
    lines = [
        JournalLine(
            journal,
            reverse("grid", args=[journal.pk]),
            ", ".join(teacher.short_name for teacher in teachers[journal.pk]),
            journal.lessons_held,
            not user_rights.is_leader and journal.pk not in whole,
        )
        for journal in found
    ]
    return sorted(lines, key=lambda line: _class_order(line.journal))


def _class_order(journal):
    """5А before 10А, classes before the subgroups named after them."""
    name = journal.group.name
    digits = "".join(char for char in name[:2] if char.isdigit())
    kind = journal.group.school_class_id is None
    return (int(digits or 99), kind, name, journal.subject.name)
