"""The diary's read model of a pupil's week (2.11)."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, FilteredRelation, Q, Subquery
from django.utils import timezone

from attendance.models import Absence
from journals.models import LessonWork
from school.models import DayOverride, Enrolment, Lesson, Period, School, Student
from school.models.dated import overlapping
from school.queries.calendar import graded_by, period_at
from school.queries.lessons import lessons_of_each, standing_lessons
from school.rules.days import WorkingCalendar, repeated, week_key
from school.rules.homework import lesson_before
from school.rules.spans import Span, covers
from school.rules.terms import terms_of
from school.rules.texts import alphabetical

from .. import rules as diary_rules
from .day_notes import day_note, own_days
from .entry import Day, DiaryWork, Entry
from .marks import DiaryMark, Weighed, averages_by_scale, told_weight, weighed_marks

ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class SubjectAverage:
    """The average of a pupil in a `subject`, with the scale where he has marks of several there:
    each is averaged by itself."""

    subject: str
    average: str
    count: int


@dataclass(frozen=True)
class Week:
    monday: datetime.date
    sunday: datetime.date
    key: str
    previous: str
    next: str
    is_current: bool
    days: list[Day]
    averages: list[SubjectAverage]
    period: Period | None

    @property
    def landing(self) -> Day | None:
        """The Day at which the page opens, None where it is to open at its beginning."""
        return next((day for day in self.days if day.is_landing), None)


def week(student: Student, monday: datetime.date) -> Week:
    """The Week of a pupil that begins on `monday`; nine queries, whatever it holds, and one more
    in a week that is a vacation by one kind of periods alone, two where the school says something
    of its days."""
    return weeks([student], monday)[student.pk]


def weeks(students: Sequence[Student], monday: datetime.date) -> dict[int, Week]:
    """{student id: his Week that begins on `monday`}; as many queries as `week` for one."""
    today = timezone.localdate()
    sunday = monday + 6 * ONE_DAY
    taught = lessons_of_each(students, monday, sunday)
    lessons = {lesson.pk: lesson for found in taught.values() for lesson in found}
    works, marks, debts = _works_and_marks(students, lessons)
    absences = {
        (absence.student_id, absence.lesson_id): absence
        for absence in Absence.objects.filter(student__in=students, lesson__in=list(lessons))
    }
    due, following = _neighbours(lessons.values(), monday, sunday)
    periods = _periods_around(monday, sunday)
    terms = _terms(periods)
    kinds = _kinds_of(students, monday, sunday) if _differ(terms, monday) else {}
    last_day = min(sunday, max(monday, today))
    found = _Found(
        monday=monday,
        today=today,
        last_day=last_day,
        taught=taught,
        shared={pk: _shared(lesson, works, due, following) for pk, lesson in lessons.items()},
        marks=marks,
        debts=debts,
        absences=absences,
        periods=periods,
        terms=terms,
        kinds=kinds,
        own_days=own_days(list(taught), monday, sunday) if _has_own_days(periods) else {},
        weighed=weighed_marks(students, periods, last_day),
    )
    return {student: found.week_of(student) for student in taught}


@dataclass(frozen=True)
class _Found:
    """What the Weeks of some pupils are made of. `last_day` of the week is the last that has come;
    `taught` {student id: [Lesson]}, `shared` {lesson id: as `_shared` gives it}, `marks` and
    `debts` as of `_works_and_marks`, `absences` {(student id, lesson id): Absence}, `weighed` as of
    `weighed_marks`, `terms` {kind of periods: spans of teaching}, `kinds` as of `_kinds_of`, empty
    where all kinds agree about the week's days, `own_days` as its function."""

    monday: datetime.date
    today: datetime.date
    last_day: datetime.date
    taught: dict[int, list[Lesson]]
    shared: dict[int, dict[str, Any]]
    marks: dict[tuple[int, int], list[DiaryMark]]
    debts: dict[tuple[int, int], list[str]]
    absences: dict[tuple[int, int], Absence]
    periods: list[Period]
    terms: dict[str, list[Span]]
    kinds: dict[int, set[str]]
    own_days: dict[int, dict[datetime.date, str]]
    weighed: dict[int, dict[str, tuple[str, list[Weighed]]]]

    def week_of(self, student: int) -> Week:
        """The Week of a pupil (id)."""
        entries = defaultdict(list)
        for lesson in self.taught[student]:
            entries[lesson.date].append(self._entry(student, lesson))
        return Week(
            monday=self.monday,
            sunday=self.monday + 6 * ONE_DAY,
            key=week_key(self.monday),
            previous=week_key(self.monday - 7 * ONE_DAY),
            next=week_key(self.monday + 7 * ONE_DAY),
            is_current=self._is_current,
            days=self._days(student, entries),
            averages=self._averages(student),
            period=self._period(student),
        )

    @property
    def _is_current(self):
        return self.monday <= self.today <= self.monday + 6 * ONE_DAY

    def _entry(self, student, lesson):
        absence = self.absences.get((student, lesson.pk))
        return Entry(
            **self.shared[lesson.pk],
            subject=lesson.journal.subject.name,
            marks=self.marks[student, lesson.pk],
            debts=[] if lesson.cancelled else self.debts[student, lesson.pk],
            absence=absence.reason if absence else "",
            absence_title=absence.get_reason_display() if absence else "",
            is_past=lesson.date < self.today,
        )

    def _days(self, student, entries):
        """Days from Monday to Friday, with the week's end if it has lessons; `entries` {day:
        [Entry]}."""
        landing = None
        if self._is_current:
            landing = diary_rules.landing_day(sorted(entries), self.today)
        shown_days = [self.monday + n * ONE_DAY for n in range(7)]
        if not entries.keys() & set(shown_days[5:]):
            shown_days = shown_days[:5]
        calendar = WorkingCalendar(_week_days(self.periods))
        terms, own = self._terms(student), self.own_days.get(student, {})
        return [
            Day(
                date=day,
                is_today=day == self.today,
                is_landing=day == landing,
                note=day_note(day, bool(entries[day]), own.get(day, ""), terms, calendar),
                entries=entries[day],
            )
            for day in shown_days
        ]

    def _terms(self, student):
        """{kind: spans of teaching} of the kinds by which he is graded; of all where it makes no
        difference, or nobody knows."""
        his = self.kinds.get(student, set())
        his = his | {lesson.journal.period_kind for lesson in self.taught[student]} if his else his
        return {kind: self.terms[kind] for kind in his & self.terms.keys()} or self.terms

    def _averages(self, student):
        averages = self.weighed[student]
        return [
            SubjectAverage(f"{subject} ({scale})" if scale else subject, average, count)
            for subject in sorted(averages, key=alphabetical)
            for scale, average, count in averages_by_scale(averages[subject][1])
        ]

    def _period(self, student):
        """The Period, of the kind by which most of the pupil's lessons are graded; in a week
        without lessons his journals as far as is known, else of the first kind there is."""
        there = {one.kind for one in self.periods}
        known = (
            [lesson.journal.period_kind for lesson in self.taught[student]],
            self.kinds.get(student, set()),
            [kind for kind, _ in self.weighed[student].values()],
            there,
        )
        said = next((kinds for kinds in known if there.intersection(kinds)), ())
        counts = Counter(kind for kind in said if kind in there)
        usual = max(Period.Kind, key=lambda kind: counts[kind])  # of equals the first
        return period_at([one for one in self.periods if one.kind == usual], self.last_day)


def _shared(lesson, works, due, following):
    """What of a lesson's Entry is the same for all its pupils."""
    homework_for, homework_for_number = following.get(lesson.pk, (None, None))
    set_before, due_minutes = due.get(lesson.pk, ("", None))
    return {
        "number": lesson.number,
        "starts_at": lesson.starts_at,
        "ends_at": lesson.ends_at,
        "room": str(lesson.room or ""),
        "kind": lesson.kind.short_name,
        "teacher": lesson.substitute.short_name if lesson.substitute else "",
        "topic": lesson.topic,
        "works": works[lesson.pk],
        "due": set_before,
        "due_minutes": due_minutes,
        "homework": lesson.homework,
        "minutes": lesson.homework_minutes,
        "no_homework": lesson.no_homework,
        "homework_for": homework_for,
        "homework_for_number": homework_for_number,
        "cancelled": lesson.cancelled,
    }


def _works_and_marks(students, lessons):
    """({lesson id: [DiaryWork]}, {(student id, lesson id): [DiaryMark]}, {the same: [name of a
    work that he owes]}); one query."""
    named: dict[int, dict[int, DiaryWork]] = defaultdict(dict)  # {lesson id: {work id: DiaryWork}}
    marks, debts = defaultdict(list), defaultdict(list)
    rows = (
        LessonWork.objects.filter(lesson__in=list(lessons))
        .annotate(own=FilteredRelation("marks", condition=Q(marks__student__in=students)))
        .order_by("position", "pk")
        .values_list(
            "pk",
            "lesson",
            "work_type__name",
            "work_type__is_control",
            "title",
            "work_type__weight",
            "own__student",
            "own__value__text",
            "own__value__title",
            "own__value__points",
        )
    )
    shared = repeated((lesson.journal_id, lesson.date) for lesson in lessons.values())
    for pk, lesson_id, work, is_control, about, weight, student, text, title, points in rows:
        named[lesson_id][pk] = DiaryWork(work, about, is_control)
        if student is not None and text is None:
            debts[student, lesson_id].append(work)
        elif student is not None:
            lesson = lessons[lesson_id]
            number = lesson.number if (lesson.journal_id, lesson.date) in shared else None
            mark = DiaryMark(
                text, title, work, told_weight(weight, points), lesson.date, number, lesson.topic
            )
            marks[student, lesson_id].append(mark)
    works = defaultdict(list, {pk: list(found.values()) for pk, found in named.items()})
    return works, marks, debts


def _neighbours(lessons, monday, sunday):
    """({lesson id: (homework set for it, its minutes)}, {lesson id: (date of the journal's next
    lesson, its number where that day has several, else None)})."""
    standing = standing_lessons({lesson.journal_id for lesson in lessons}, monday, sunday)
    shared = repeated((one.journal, one.date) for one in standing)
    places = {one.pk: (one.journal, one.date, one.number) for one in standing}
    before = lesson_before(standing)
    due = {pk: (one.homework, one.minutes) for pk, one in before.items()}
    following = {}
    for pk, one in before.items():
        journal, day, number = places[pk]
        following[one.pk] = day, number if (journal, day) in shared else None
    return due, following


def _has_own_days(periods):
    """Whether the school says something of the week's days, or nobody has asked yet."""
    return not periods or periods[0].has_own_days


def _week_days(periods):
    return (periods[0].week_days if periods else None) or 5


def _terms(periods):
    """{kind: spans of teaching} of Periods, each year's by itself."""
    by_year: dict[int, dict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for period in periods:
        by_year[period.year_id][period.kind].append((period.starts_on, period.ends_on))
    return {
        kind: [one for spans in by_year.values() for one in terms_of(kind, spans)]
        for kind in {period.kind for period in periods}
    }


def _differ(terms, monday):
    """Whether a day of the week is a vacation by one kind of periods and none by another."""
    days = [monday + n * ONE_DAY for n in range(7)]
    return any(len({covers(spans, day) for spans in terms.values()}) > 1 for day in days)


def _kinds_of(students, monday, sunday):
    """{student id: kinds of periods by which journals of his class of that week are graded}; one
    query."""
    enrolled = overlapping(Enrolment.objects.filter(student__in=students), monday, sunday)
    return {pk: set().union(*by_year.values()) for pk, by_year in graded_by(enrolled).items()}


def _periods_around(first, last):
    """The periods of all kinds that a week can fall into or stand between; each has the school's
    `week_days`, and whether it `has_own_days` then, which asked for alone were a query more."""
    half_a_year = datetime.timedelta(days=200)
    found = overlapping(Period.objects.all(), first - half_a_year, last + half_a_year)
    found = found.annotate(
        week_days=Subquery(School.objects.values("week_days")[:1]),
        has_own_days=Exists(overlapping(DayOverride.objects.all(), first, last)),
    )
    return list(found.order_by("starts_on"))
