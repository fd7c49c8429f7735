"""The register as a book: what is printed, certified and archived (4.1)."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q, Value
from django.utils import timezone

from school.models import (
    Journal,
    Period,
    School,
    SchoolYear,
    TeachingAssignment,
    TeachingGroup,
    User,
)
from school.models.dated import overlapping
from school.queries.calendar import days_span, periods
from school.queries.teaching import class_teacher_at
from school.rights import JournalRights
from school.rules.days import end_of_day
from school.rules.names import look_alike
from school.rules.spans import intersect

from .. import grading, rules
from ..models import PeriodGrade, Remark
from .grade_book import grades_of
from .register import LessonColumn, Row, register

MOST_COLUMNS = 24  # lessons that fit beside the names on an upright A4 page


@dataclass(frozen=True)
class BookCell:
    """`kind` is «void» where the lesson is cancelled and so counts nowhere, «out» where the pupil
    does not belong to the journal that day, «absent» (and no mark), or «»."""

    text: str
    kind: str


@dataclass(frozen=True)
class BookLesson:
    """A line of the right page: a LessonColumn with its texts as they are printed."""

    lesson: LessonColumn
    homework: str
    works: str


@dataclass(frozen=True)
class Spread:
    """Two pages that lie open: marks on the left, what was taught on the right. `month` is its
    first day; `part` of `parts` where a month has more lessons than a page has columns. `rows` are
    (register's Row, [BookCell, a lesson each])."""

    month: datetime.date
    part: int
    parts: int
    lessons: list[BookLesson]
    rows: list[tuple[Row, list[BookCell]]]

    @property
    def spare(self) -> range:
        """Columns that are left empty, so that all months have the same."""
        return range(MOST_COLUMNS - len(self.lessons))


@dataclass(frozen=True)
class Book:
    """A journal in a period, without one in the whole year, up to a school-local day.

    `grades` are (register's Row, [text or «» for each of grade_heads]); `teachers` are
    (User, first day, last day), the days None where they are those of the book.
    """

    journal: Journal
    school: str
    year: SchoolYear
    period: Period | None
    until: datetime.date
    printed_on: datetime.date
    teachers: list[tuple[User, datetime.date | None, datetime.date | None]]
    class_teacher: User | None
    work_names: dict[str, str]  # short name: name, of the works in the book
    spreads: list[Spread]
    grade_heads: list[str]
    grades: list[tuple[Row, list[str]]]
    remarks: list[Remark]

    @property
    def has_averages(self) -> bool:
        return any(row.average for row, _ in self.grades)


_EMPTY = BookCell("", "")
FULL_NAME = "name "  # the key, with the pupil's id, of what is kept of namesakes alone


def contents(book: Book) -> dict[str, list[str]]:
    """{key: [what it is, its text]} of all that a book of a Period says but remarks, which are
    printed apart from the register and dated, and the day of printing. A certificate keeps it: what
    is equal is printed with the same words. The keys are of lessons and pupils, so that a new name
    is one difference; they are stored and stay as they are. A pupil's number follows from who else
    is there, and is none of it; nor is what else tells namesakes apart but their full names."""
    journal, period = book.journal, book.period
    found = {
        "school": ["Учреждение", book.school],
        "journal": ["Журнал", f"{journal.group}, {journal.subject}"],
        "period": ["Период", f"{period}, {book.year}, уроки по {book.until:%d.%m.%Y}"],
        "teachers": ["Учитель", "; ".join(_teacher_text(*one) for one in book.teachers)],
        "class_teacher": ["Классный руководитель", getattr(book.class_teacher, "full_name", "")],
        "heads": ["Графы оценок", ", ".join(["балл"] * book.has_averages + book.grade_heads)],
        "works": ["Виды работ", "; ".join(f"{a} {b}" for a, b in book.work_names.items())],
    }
    people = {row.attendee.student_id: row.attendee.person for row, _ in book.grades}
    alike = look_alike({pupil: person.listed for pupil, person in people.items()})
    for row, grades in book.grades:
        pupil = row.attendee.student_id
        found[f"pupil {pupil}"] = ["Ученик", _pupil_text(row, period)]
        if pupil in alike:
            found[f"{FULL_NAME}{pupil}"] = ["Ученик, полное имя", row.attendee.person.full]
        found[f"average {pupil}"] = [f"{row.attendee.name}, средний балл", row.average]
        for head, grade in zip(book.grade_heads, grades, strict=True):
            found[f"grade {pupil} {head}"] = [f"{row.attendee.name}, {head}", grade]
    for spread in book.spreads:
        for line in spread.lessons:
            found |= _lesson_contents(line)
        for row, cells in spread.rows:
            for line, cell in zip(spread.lessons, cells, strict=True):
                key = f"cell {line.lesson.pk} {row.attendee.student_id}"
                found[key] = [f"{row.attendee.name}, {_lesson_text(line.lesson)}", cell.text]
    return {key: [name, text] for key, (name, text) in found.items() if text}


def _teacher_text(teacher, first, last):
    days = (first and f"с {first:%d.%m.%Y}", last and f"по {last:%d.%m.%Y}")
    return " ".join(filter(None, (teacher.full_name, *days)))


def _pupil_text(row, period):
    """«Иванов Иван», and the days on which he belongs to the journal where not all do."""
    whole = (period.starts_on, period.ends_on)
    spans = intersect(row.attendee.spans, [whole])
    days = ", ".join(f"{first:%d.%m.%Y}–{last:%d.%m.%Y}" for first, last in spans)
    return row.attendee.person.listed + ("" if spans == [whole] else f" ({days or '—'})")


def _lesson_text(lesson):
    return f"{lesson.date:%d.%m.%Y}, {lesson.number}-й урок"


def _lesson_contents(line):
    lesson = line.lesson
    name = _lesson_text(lesson)
    cancelled = f", отменён: {lesson.cancelled}" if lesson.cancelled else ""
    texts = {
        "lesson": ("Урок", name + cancelled),
        "substitute": (f"{name}, замена", lesson.substitute_name),
        "topic": (f"{name}, тема", lesson.topic),
        "homework": (f"{name}, задание", line.homework),
        "works": (f"{name}, виды работ", line.works),
    }
    return {f"{kind} {lesson.pk}": list(text) for kind, text in texts.items()}


def book(journal: Journal, period: Period | None, granted: JournalRights) -> Book:
    """The Book of a journal (with group and subject) in a Period or, with None, in its year; for
    who sees all of it. A fixed number of queries. Lessons yet to come are left out."""
    year = SchoolYear.objects.get(pk=journal.group.year_id)
    span, today = period or year, timezone.localdate()
    found = register(journal, span, granted, with_plan=False)
    lessons = [lesson for lesson in found.lessons if lesson.date <= today]
    heads, grades = _grades(found, period)
    return Book(
        journal,
        School.objects.values_list("name", flat=True).first() or "",
        year,
        period,
        min(span.ends_on, today),
        today,
        _teachers(journal, span),
        _class_teacher(journal, min(span.ends_on, today)),
        {
            work.short_name: rules.kind_name(work.name, work.is_control)
            for works in found.works.values()
            for work in works
        },
        _spreads(found, lessons),
        heads,
        grades,
        _remarks(journal, period),
    )


def _spreads(found, lessons):
    spreads = []
    for _, of_month in groupby(lessons, lambda lesson: (lesson.date.year, lesson.date.month)):
        parts = rules.even_parts(list(of_month), MOST_COLUMNS)
        for part, columns in enumerate(parts, start=1):
            rows = [(row, [_cell(found, row, lesson) for lesson in columns]) for row in found.rows]
            lines = [_line(found, lesson) for lesson in columns]
            spreads.append(Spread(columns[0].date.replace(day=1), part, len(parts), lines, rows))
    return spreads


def _cell(found, row, lesson):
    cell = row.cells.get(lesson.pk)
    if cell and lesson.cancelled:
        return BookCell(cell.text, "void")
    if not row.attendee.attends(lesson.date):
        return BookCell(cell.text if cell else "", "out")
    return BookCell(cell.text, "absent" if cell.text == cell.absence else "") if cell else _EMPTY


def _line(found, lesson):
    works = ", ".join(work.short_name for work in found.works.get(lesson.pk, ()))
    return BookLesson(lesson, rules.homework_text(lesson.homework, lesson.no_homework), works)


def _teachers(journal, span):
    rows = overlapping(
        TeachingAssignment.objects.filter(journal=journal), span.starts_on, span.ends_on
    )
    return [
        (
            row.teacher,
            row.starts_on if row.starts_on > span.starts_on else None,
            row.ends_on if row.ends_on and row.ends_on < span.ends_on else None,
        )
        for row in rows.select_related("teacher").order_by("starts_on", "pk")
    ]


def _class_teacher(journal, day):
    """Who it was at the end of a school-local day; a subgroup of several classes has none."""
    moment = end_of_day(day, timezone.get_default_timezone())
    groups = TeachingGroup.objects.filter(pk=journal.group_id, school_class__isnull=False)
    groups = groups.annotate(at=Value(moment), leader=class_teacher_at("at"))
    return User.objects.filter(pk__in=groups.values("leader")).first()


def _grades(found, period):
    """The grades' (heads, lines) of a Register: of a period its own, of the last one and of the
    year all."""
    journal, rows = found.journal, found.rows
    of_period, of_year = PeriodGrade.Kind.PERIOD, PeriodGrade.Kind.YEAR
    of_kind = periods(journal.group.year_id, journal.period_kind)
    if period and period != of_kind[-1]:
        columns = [((of_period, period.pk), str(period))]
    else:
        columns = [((of_period, one.pk), str(one)) for one in of_kind]
        columns.append(((of_year, None), "Год"))
        columns += _exam_columns(journal)
    texts: dict[int, dict[tuple[str, int | None], str]] = defaultdict(dict)
    graded = grades_of(journal, [row.attendee.student_id for row in rows])
    shown = ("student", "journal", "kind", "period", "value__text")
    for student, its_journal, kind, of, text in graded.values_list(*shown):
        if found.elsewhere.shows(student, its_journal):
            texts[student][kind, of] = text or grading.NOT_ASSESSED
    lines = [
        (row, [texts[row.attendee.student_id].get(key, "") for key, _ in columns]) for row in rows
    ]
    return [head for _, head in columns], lines


def _exam_columns(journal):
    if not journal.has_exam:
        return []
    return [((PeriodGrade.Kind.EXAM, None), "Экзамен"), ((PeriodGrade.Kind.FINAL, None), "Итог")]


def _remarks(journal, period):
    """Of a period those on its lessons, and those on the journal as a whole made in its days."""
    found = Remark.objects.filter(journal=journal)
    if period:
        made = days_span(period.starts_on, period.ends_on)
        days = (period.starts_on, period.ends_on)
        found = found.filter(
            Q(lesson__date__range=days) | Q(lesson__isnull=True, made_at__range=made)
        )
    shown = ("lesson", "author", "answered_by")
    return list(found.select_related(*shown).order_by("made_at", "pk"))
