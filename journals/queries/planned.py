"""What is planned for classes on some days: homework with its minutes, control works, and the norms
of these days."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count, Q

from school.models import Enrolment, Exemption, Journal, Lesson, Period, SchoolClass
from school.models.dated import overlapping
from school.queries.belonging import Taught, taught_where
from school.queries.calendar import period_at
from school.queries.lessons import standing_lessons, takes_place
from school.rules.days import monday_of
from school.rules.homework import Standing, lesson_before
from school.rules.spans import ONE_DAY, Span, covers, span

from .. import norms as rules
from ..models import LessonWork, Norm
from ..models.norms import MOST_APART
from ..norms import Level, Load, Norms, Place


class PlannedLesson(NamedTuple):
    """A lesson that takes place, with its journal's id; `counts` among those of its class."""

    pk: int
    journal: int
    date: datetime.date
    starts_at: datetime.time
    counts: bool


@dataclass(frozen=True)
class ControlWork:
    """A control work of a class on a day: where its lesson stands if it should not be there, and
    the day of the one before it in this journal if that was too recently."""

    lesson: PlannedLesson
    journal: Journal
    place: Place
    before: datetime.date | None

    @property
    def notes(self) -> list[str]:
        """«1-й», «12 дн.»: what speaks against it, in a word."""
        apart = f"{(self.lesson.date - self.before).days} дн." if self.before else ""
        return [one for one in (self.place.value, apart) if one]


@dataclass(frozen=True)
class ClassDay:
    """What a class has to do for a day, and its control works that day; `load` is None on a day
    without lessons, `most_works` how many a pupil has."""

    load: Load | None
    is_exempt: bool
    norms: Norms
    minutes: int | None
    works: list[ControlWork]
    most_works: int

    @property
    def level(self) -> Level:
        if self.load is None or self.is_exempt:
            return Level.CALM
        return rules.level(self.load.minutes, self.minutes)

    @property
    def has_too_many(self) -> bool:
        return self.norms.works is not None and self.most_works > self.norms.works


@dataclass(frozen=True)
class Share:
    """Of how many hours of a journal in a `period` so many have a control work."""

    journal: Journal
    period: Period
    control: int
    hours: int
    most: int | None

    @property
    def is_over(self) -> bool:
        return rules.is_over_share(self.control, self.hours, self.most)

    @property
    def text(self) -> str:
        return rules.share_text(self.control, self.hours, self.most)


Attended = dict[int, dict[int, list[PlannedLesson]]]


@dataclass(frozen=True)
class Planned:
    """`lessons` by day, `before` as `lesson_before` has it, `control` the ids of the lessons with a
    control work, `control_days` those of the journals' ones, of the weeks before too."""

    taught: Taught
    journals: dict[int, Journal]
    lessons: dict[datetime.date, list[PlannedLesson]]
    before: dict[int, Standing]
    control: set[int]
    control_days: dict[int, set[datetime.date]]
    norms: list[Norm]
    exemptions: dict[int, list[Span]]  # from homework, by parallel
    _attended: dict[datetime.date, Attended] = field(default_factory=dict)

    def class_day(self, school_class: SchoolClass, day: datetime.date) -> ClassDay:
        by_pupil = self._attended_on(day).get(school_class.pk, {})
        norms = norms_on(self.norms, day)
        works = [
            {lesson.journal for lesson in lessons if lesson.pk in self.control}
            for lessons in by_pupil.values()
        ]
        return ClassDay(
            load=self._load(by_pupil.values()),
            is_exempt=self.is_exempt(school_class, day),
            norms=norms,
            minutes=norms.minutes.get(school_class.number),
            works=self._works(by_pupil.values(), norms),
            most_works=rules.most_works(works),
        )

    def is_exempt(self, school_class: SchoolClass, day: datetime.date) -> bool:
        """Whether the class has the switch «без домашних заданий» that day."""
        return covers(self.exemptions.get(school_class.number, ()), day)

    def set_before(self, lesson: int) -> Standing | None:
        """The lesson whose homework is for one (id), where there is some."""
        found = self.before.get(lesson)
        return found if found and found.homework else None

    def journals_of(self, school_class: SchoolClass) -> list[Journal]:
        """In which pupils of the class are taught on these days."""
        pupils = self.taught.in_class.get(school_class.pk, {}).keys()
        found = self.journals.values()
        return [one for one in found if not pupils.isdisjoint(self.taught.spans(one))]

    def _attended_on(self, day: datetime.date) -> Attended:
        """{class id: {student id: his lessons of a day}}."""
        if day not in self._attended:
            class_of = {
                student: school_class
                for school_class, pupils in self.taught.in_class.items()
                for student, spans in pupils.items()
                if covers(spans, day)
            }
            found: Attended = defaultdict(lambda: defaultdict(list))
            for lesson in self.lessons.get(day, ()):
                for student, spans in self.taught.spans(self.journals[lesson.journal]).items():
                    if student in class_of and covers(spans, day):
                        found[class_of[student]][student].append(lesson)
            self._attended[day] = found
        return self._attended[day]

    def _load(self, by_pupil: Collection[list[PlannedLesson]]) -> Load | None:
        if not by_pupil:
            return None
        set_for = [[self.set_before(lesson.pk) for lesson in lessons] for lessons in by_pupil]
        return rules.load([[one.minutes for one in found if one] for found in set_for])

    def place_of(self, lesson: PlannedLesson, classes: Iterable[SchoolClass]) -> Place:
        """First or last of the day for any pupil of the classes, else within."""
        attended = self._attended_on(lesson.date)
        pupils = [lessons for one in classes for lessons in attended.get(one.pk, {}).values()]
        return _place(lesson, pupils)

    def share_pupils(self, one: PlannedLesson, other: Lesson) -> bool:
        """Whether a pupil has both lessons, of one day."""
        of_class = self._attended_on(other.date).values()
        keys = [{lesson.pk for lesson in found} for each in of_class for found in each.values()]
        return any({one.pk, other.pk} <= lessons for lessons in keys)

    def _works(self, by_pupil: Collection[list[PlannedLesson]], norms: Norms) -> list[ControlWork]:
        """In the order of time; of two lessons of a journal the first one tells."""
        lessons: dict[int, PlannedLesson] = {}
        for of_pupil in by_pupil:
            for lesson in of_pupil:
                if lesson.pk in self.control:
                    lessons.setdefault(lesson.journal, lesson)
        in_order = sorted(lessons.values(), key=lambda one: (one.starts_at, one.pk))
        return [self._work(one, _place(one, by_pupil), norms) for one in in_order]

    def _work(self, lesson: PlannedLesson, at: Place, norms: Norms) -> ControlWork:
        is_bad = rules.is_ill_placed(at, lesson.date, norms, is_only=self.is_only(lesson))
        others = self.control_days[lesson.journal]
        return ControlWork(
            lesson,
            self.journals[lesson.journal],
            at if is_bad else Place.WITHIN,
            rules.too_soon(lesson.date, others, norms.apart),
        )

    def is_only(self, lesson: PlannedLesson) -> bool:
        """Whether the journal has no other lesson in that week."""
        monday = monday_of(lesson.date)
        week = [monday + n * ONE_DAY for n in range(7)]
        found = (one for day in week for one in self.lessons.get(day, ()))
        return sum(one.journal == lesson.journal for one in found) == 1


def _place(lesson: PlannedLesson, by_pupil: Iterable[list[PlannedLesson]]) -> Place:
    """Where a lesson stands for any of those who attend it; what does not count among the lessons
    of its class stands nowhere."""
    if not lesson.counts:
        return Place.WITHIN
    starts = [
        [one.starts_at for one in found if one.counts] for found in by_pupil if lesson in found
    ]
    return max((rules.place(lesson.starts_at, one) for one in starts), default=Place.WITHIN)


def planned(classes: Sequence[SchoolClass], first: datetime.date, last: datetime.date) -> Planned:
    """The Planned of classes on the days first … last, of which whole weeks are wanted; eight
    queries."""
    enrolled = overlapping(Enrolment.objects.filter(school_class__in=classes), first, last)
    taught = taught_where(list(enrolled.order_by().values_list("student", flat=True)), first, last)
    keys = {one.pk for one in classes}
    for other in taught.in_class.keys() - keys:
        del taught.in_class[other]
    places = Q(group__school_class__in=keys) | Q(group__in=taught.in_group)
    journals = Journal.objects.filter(places).select_related("group", "subject").in_bulk()
    control, control_days = _control(journals, first, last)
    return Planned(
        taught=taught,
        journals=journals,
        lessons=_lessons(journals, first, last),
        before=lesson_before(standing_lessons(journals.keys(), first, last)),
        control=control,
        control_days=control_days,
        norms=list(overlapping(Norm.objects.all(), first, last)),
        exemptions=_exemptions(first, last),
    )


def _lessons(journals, first, last):
    found = defaultdict(list)
    rows = Lesson.objects.filter(takes_place(), journal__in=journals, date__range=(first, last))
    columns = ("pk", "journal", "date", "starts_at", "counts_as_lessons")
    for row in rows.order_by("starts_at", "pk").values_list(*columns):
        lesson = PlannedLesson(*row)
        found[lesson.date].append(lesson)
    return found


def _control(journals, first, last):
    """(ids of lessons with a control work, {journal id: the days of them})."""
    since = first - MOST_APART * ONE_DAY
    rows = _control_works(journals, Q(lesson__date__range=(since, last))).order_by()
    control, days = set(), defaultdict(set)
    for lesson, journal, day in rows.values_list("lesson", "lesson__journal", "lesson__date"):
        control.add(lesson)
        days[journal].add(day)
    return control, days


def _control_works(journals, when):
    return LessonWork.objects.filter(
        when, lesson__journal__in=journals, lesson__cancelled="", work_type__is_control=True
    )


def _exemptions(first, last):
    found = defaultdict(list)
    rows = Exemption.objects.filter(what=Exemption.What.HOMEWORK, parallel__isnull=False)
    of_days = overlapping(rows, first, last).order_by()
    for parallel, *days in of_days.values_list("parallel", "starts_on", "ends_on"):
        found[parallel].append(span(*days))
    return found


def norms_on(rows: Iterable[Norm], day: datetime.date) -> Norms:
    """The Norms in force on a school-local day, of some rows."""
    what = Norm.What
    held = [one for one in rows if one.holds_on(day)]
    numbers = {one.what: one.number for one in held}
    return Norms(
        minutes={one.parallel: one.number for one in held if one.parallel is not None},
        works=numbers.get(what.WORKS),
        share=numbers.get(what.SHARE),
        apart=numbers.get(what.APART),
        monday=what.MONDAY in numbers,
        edges=what.EDGES in numbers,
    )


def shares(
    journals: Iterable[Journal], year_id: int, day: datetime.date, most: int | None
) -> dict[int, Share]:
    """{journal id: Share} of journals of a year in the period of a school-local day; those of which
    it holds no lesson are left out; three queries."""
    by_kind = defaultdict(list)
    for one in Period.objects.filter(year=year_id).order_by("starts_on"):
        by_kind[one.kind].append(one)
    at_day = ((kind, period_at(there, day)) for kind, there in by_kind.items())
    periods = {kind: period for kind, period in at_day if period}
    found = {one.pk: one for one in journals if one.period_kind in periods}
    lessons, works = _in_periods(periods, ""), _in_periods(periods, "lesson__")
    hours = Lesson.objects.filter(lessons, takes_place(), journal__in=found)
    counted = dict(hours.order_by().values_list("journal").annotate(Count("pk")))
    control = _control_works(found, works).order_by().values_list("lesson__journal")
    used = dict(control.annotate(Count("lesson", distinct=True)))
    return {
        pk: Share(one, periods[one.period_kind], used.get(pk, 0), counted[pk], most)
        for pk, one in found.items()
        if counted.get(pk)
    }


def _in_periods(periods, way):
    """Q for rows from which `way` leads to a lesson: it is in the period by which its journal is
    graded."""
    found = Q(pk__in=[])
    for kind, period in periods.items():
        days = (period.starts_on, period.ends_on)
        found |= Q(**{f"{way}journal__period_kind": kind, f"{way}date__range": days})
    return found
