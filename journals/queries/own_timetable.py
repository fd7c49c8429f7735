"""A teacher's own timetable of a week, and what such a week is made of for everybody."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR

from school import namesakes
from school.models import Lesson, TeachingAssignment, User
from school.models.dated import overlapping
from school.queries.coming_timetable import ComingTimetable, coming_of_teacher
from school.queries.teaching import taken_by
from school.rules.bells import Hour
from school.rules.days import ONE_WEEK, week_key
from school.rules.names import PersonName
from school.rules.spans import ONE_DAY, Span, covers, span
from school.rules.timetable import windows

from ..models import LessonWork
from ..rules import work_text
from .lists import grid_url
from .open_duties import open_duties, with_open_duties

FRIDAY = 5


@dataclass(frozen=True)
class OwnLesson:
    """A lesson in somebody's timetable, `title` as he calls it, `people` who takes it where that is
    not himself. `change` says in words what is new of it, `tag` in one, both «» where nothing is;
    `is_off`: he has not to be there. `works` are its control works. `todo` are the names of what is
    not written in it, None where that is not his matter or not yet; `url` leads to its journal, «»
    where he reads none; `window` is since when there was a window before it, None without."""

    date: datetime.date
    number: int
    starts_at: datetime.time
    ends_at: datetime.time
    title: str
    kind: str
    room: str
    people: str
    works: list[str]
    tag: str
    change: str
    is_off: bool
    is_now: bool
    url: str = ""
    todo: list[str] | None = None
    is_late: bool = False
    window: datetime.time | None = None

    @property
    def is_substitution(self) -> bool:
        return self.tag == "замена"

    @property
    def further(self) -> str:
        """What is new of it and not said by `people` beside it."""
        return "" if self.people and self.is_substitution else self.change

    @property
    def news(self) -> str:
        """«5-й урок, 6А, Математика: замена, обычно ведёт Громова Л. Н., каб. 24»"""
        room = f", каб. {self.room}" if self.room and not self.is_off else ""
        return f"{self.number}-й урок, {self.title}: {self.change}{room}"


@dataclass(frozen=True)
class OwnDay:
    """A day of somebody's week; `note` says why it has no lessons, or what is special of it."""

    date: datetime.date
    is_today: bool
    note: str
    lessons: list[OwnLesson]

    @property
    def changed(self) -> list[OwnLesson]:
        return [one for one in self.lessons if one.change]

    @property
    def held(self) -> list[OwnLesson]:
        return [one for one in self.lessons if not one.is_off]


@dataclass(frozen=True)
class OwnWeek:
    """`days` from Monday to Friday, with the week's end if it has lessons; `coming` is the next
    timetable if it changes something for the person."""

    monday: datetime.date
    days: list[OwnDay]
    coming: ComingTimetable | None

    @property
    def sunday(self) -> datetime.date:
        return self.monday + 6 * ONE_DAY

    @property
    def is_current(self) -> bool:
        return self.monday <= timezone.localdate() <= self.sunday

    @property
    def key(self) -> str:
        return week_key(self.monday)

    @property
    def previous(self) -> str:
        return week_key(self.monday - ONE_WEEK)

    @property
    def next(self) -> str:
        return week_key(self.monday + ONE_WEEK)

    @property
    def count(self) -> int:
        """How many lessons are held."""
        return sum(len(day.held) for day in self.days)

    @property
    def substitutions(self) -> int:
        """How many of these are substitutions."""
        return sum(one.is_substitution for day in self.days for one in day.held)

    @property
    def rows(self) -> list[tuple[int, list[tuple[OwnDay, list[OwnLesson]]]]]:
        """(number, (day, its lessons of that number) of each of the days)."""
        numbers = sorted({one.number for day in self.days for one in day.lessons})
        return [
            (n, [(day, [one for one in day.lessons if one.number == n]) for day in self.days])
            for n in numbers
        ]

    def day(self, date: datetime.date) -> OwnDay | None:
        return next((one for one in self.days if one.date == date), None)

    def after(self, date: datetime.date) -> OwnDay | None:
        """The next day of the week on which lessons are held."""
        return next((one for one in self.days if one.date > date and one.held), None)


def days_of(
    monday: datetime.date,
    lessons: Iterable[OwnLesson],
    note: Callable[[datetime.date, bool], str],
) -> list[OwnDay]:
    """The OwnDays of lessons in the order of their time; `note` of (day, whether it has any)."""
    by_day: dict[datetime.date, list[OwnLesson]] = defaultdict(list)
    for one in lessons:
        by_day[one.date].append(one)
    dates = [monday + n * ONE_DAY for n in range(7)]
    today = timezone.localdate()
    return [
        OwnDay(one, one == today, note(one, one in by_day), _with_windows(by_day.get(one, [])))
        for one in dates
        if one in by_day or one.isoweekday() <= FRIDAY
    ]


def _with_windows(lessons: list[OwnLesson]) -> list[OwnLesson]:
    """The same, with the window before each lesson."""
    hours = [Hour(one.number, one.starts_at, one.ends_at) for one in lessons if not one.is_off]
    since = windows(hours)
    return [
        one if one.is_off else replace(one, window=since.pop(one.number, None)) for one in lessons
    ]


def moved_from(lesson: Lesson) -> str:
    """«вместо ср 25.11, 3-й урок» of a Lesson that is not where the timetable had it; «» of others
    and of those that somebody has added."""
    day = lesson.planned_on
    if day is None or (day, lesson.planned_number) == (lesson.date, lesson.number):
        return ""
    told = f"{WEEKDAYS_ABBR[day.weekday()].lower()} {day:%d.%m}, " if day != lesson.date else ""
    return f"вместо {told}{lesson.planned_number}-й урок"


def is_now(lesson: Lesson, now: datetime.datetime) -> bool:
    """Whether it is being held at an instant."""
    return not lesson.cancelled and lesson.first_instant <= now <= lesson.last_instant


def control_works(lessons: Iterable[int]) -> dict[int, list[str]]:
    """{lesson id: [«Контрольная работа: Дроби»]} of lessons (ids); one query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = LessonWork.objects.filter(lesson__in=list(lessons), work_type__is_control=True)
    for lesson, name, title in rows.order_by("position", "pk").values_list(
        "lesson", "work_type__name", "title"
    ):
        found[lesson].append(work_text(name, title))
    return found


# --- a teacher's ---


def teacher_week(teacher: User, monday: datetime.date, now: datetime.datetime) -> OwnWeek:
    """The OwnWeek of a teacher that begins on `monday`: the lessons of his journals, also those in
    which somebody stands in, and those in which he does; a fixed number of queries."""
    now = timezone.localtime(now)
    sunday = monday + 6 * ONE_DAY
    lessons = _lessons(teacher, monday, sunday, now)
    regular = _regular({one.journal_id for one in lessons}, monday, sunday)
    names = _names(lessons, regular)
    works = control_works(one.pk for one in lessons)
    found = [_own(lesson, teacher, now, regular, names, works) for lesson in lessons]
    days = days_of(monday, found, lambda _, has_lessons: "" if has_lessons else "Уроков нет")
    return OwnWeek(monday, days, coming_of_teacher(teacher, now.date()))


def _lessons(
    teacher: User, monday: datetime.date, sunday: datetime.date, now: datetime.datetime
) -> list[Lesson]:
    found = Lesson.objects.filter(
        taken_by(teacher),
        date__range=(monday, sunday),
        nobody_attends=False,
    ).select_related(
        "journal__group",
        "journal__subject",
        "kind",
        "room",
        "substitution__teacher",
        "joined_to__journal__group",
        "joined_to__journal__subject",
    )
    return list(with_open_duties(found.order_by("date", "starts_at", "number", "pk"), monday, now))


Kept = dict[int, list[tuple[int, PersonName, Span]]]  # {journal id: [(user id, name, days)]}


def _regular(journals: Iterable[int], first: datetime.date, last: datetime.date) -> Kept:
    rows = overlapping(TeachingAssignment.objects.filter(journal__in=journals), first, last)
    found: Kept = defaultdict(list)
    for row in rows.select_related("teacher").order_by("starts_on", "pk"):
        days = span(row.starts_on, row.ends_on)
        found[row.journal_id].append((row.teacher_id, row.teacher.name, days))
    return found


def _names(lessons: Iterable[Lesson], regular: Kept) -> dict[int, str]:
    """{user id: «Громова Л. Н.»} of all who are told of on the page."""
    people = {pk: name for found in regular.values() for pk, name, _ in found}
    for lesson in lessons:
        if substitute := lesson.substitute:
            people[substitute.pk] = substitute.name
    return namesakes.staff_names(people)


def _own(
    lesson: Lesson,
    teacher: User,
    now: datetime.datetime,
    regular: Kept,
    names: Mapping[int, str],
    works: Mapping[int, list[str]],
) -> OwnLesson:
    substitute = lesson.substitute
    stands_in = substitute is not None and substitute.pk == teacher.pk
    is_taken = substitute is not None and not stands_in
    tag, change = _change(lesson, stands_in, substitute, regular, names)
    is_off = bool(lesson.cancelled) or is_taken
    undone = [] if is_off else open_duties(lesson, now)
    group, subject = lesson.journal.group, lesson.journal.subject
    return OwnLesson(
        date=lesson.date,
        number=lesson.number,
        starts_at=lesson.starts_at,
        ends_at=lesson.ends_at,
        title=f"{group}, {subject}",
        kind=lesson.kind.short_name,
        room=str(lesson.room or ""),
        people="",
        works=works.get(lesson.pk, []),
        tag=tag,
        change=change,
        is_off=is_off,
        is_now=not is_off and is_now(lesson, now),
        url=grid_url(lesson),
        todo=None if is_off or lesson.first_instant > now else [one.name for one in undone],
        is_late=any(one.is_late for one in undone),
    )


def _change(
    lesson: Lesson,
    stands_in: bool,
    substitute: User | None,
    regular: Kept,
    names: Mapping[int, str],
) -> tuple[str, str]:
    """(what is new of a lesson in one word, in a few)."""
    if lesson.cancelled:
        return "урока нет", f"урока нет, {lesson.cancelled}"
    if lesson.joined_to and stands_in:
        return "вместе", f"вместе с {lesson.joined_to.journal}"
    if stands_in:
        told = [
            names[pk]
            for pk, _, days in regular.get(lesson.journal_id, ())
            if covers([days], lesson.date)
        ]
        return "замена", f"замена, обычно ведёт {', '.join(told)}" if told else "замена"
    if substitute:
        return "замена", f"ведёт {names[substitute.pk]}"
    if moved := moved_from(lesson):
        return "перенесён", f"перенесён, {moved}"
    return "", ""
