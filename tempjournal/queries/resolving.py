"""Whose rows and which lessons the sheets of a filled file speak of."""

from collections import Counter, defaultdict
from functools import cached_property

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR

from school import access
from school.models import GroupMembership, Lesson, Student, TeachingGroup, User
from school.models.dated import overlapping
from school.queries.belonging import attendees_of_each
from school.queries.lessons import with_places
from school.rules.names import PersonName, sorting_name
from school.rules.texts import tidy

from .. import cell, filled, rules
from ..models import Upload
from .found import COLUMN, LINE, ROW, Found, FoundSheet, Mend
from .outages import NOT_INSIDE, lessons_inside

NO_RIGHT = "нет права писать сюда"
TWICE = "эта запись есть в файле дважды"
LEFT_OUT = "не переносится: так выбрано"
MOST_MENDS = 60  # rows and columns of a sheet that can be mended: of more, the file is wrong


PLACES = {ROW: "pupils", COLUMN: "lessons", LINE: "lines"}


NO_JOURNAL = "журнала с таким кодом нет или он не ваш"


NO_PUPIL = "в этом журнале такого ученика нет"


INDIVIDUAL = "учится по индивидуальному плану: у него свой журнал"


NAMESAKES = "учеников с таким именем в журнале несколько: впишите отметку в журнал сами"


SHIFTED_ROW = "ячейки сдвинуты: имя не того ученика, чья это строка в скачанном листе"


OTHER_NAME = "имя не то, что у ученика, чья это строка в скачанном листе"


SHIFTED_LESSON = (
    "ячейки сдвинуты или урок перенесён: число или номер не те, что у этого урока в журнале"
)


NO_LESSON = "такого урока в журнале нет"


WHICH_LESSON = "в этот день уроков несколько: нужен номер урока"


TWO_DAYS = "таблица показывает здесь {shown}-е число, а набрано {date}: какой это урок?"


def resolve(upload: Upload, person: User) -> list[FoundSheet]:
    """The FoundSheets of an Upload: whose row, which lesson, may the person write there. What
    stands there is not looked at. A fixed number of queries."""
    codes = {data["journal"] for data in upload.sheets if data["journal"] is not None}
    seen = access.several_journals(person, codes)
    lessons = _Lessons(upload, seen)
    pupils = _Pupils(upload, seen)
    sheets = []
    taken: set[tuple[int | None, int | str | None]] = set()
    for place, data in enumerate(upload.sheets):
        sheet = FoundSheet(place, data, problem=data["problem"])
        sheets.append(sheet)
        is_seen = data["journal"] in seen
        if not sheet.problem and not is_seen and _is_filled(data):
            sheet.problem = NO_JOURNAL
        if sheet.problem or not is_seen:
            continue
        sheet.journal, sheet.granted = seen[data["journal"]]
        _resolve_sheet(sheet, lessons, pupils, taken)
    times = Counter(one.journal.pk for one in sheets if one.journal)
    for sheet in sheets:
        sheet.is_repeated = sheet.journal is not None and times[sheet.journal.pk] > 1
    return sheets


def _resolve_sheet(sheet, lessons, pupils, taken):
    data, journal, granted = sheet.data, sheet.journal, sheet.granted
    columns = [lessons.find(journal.pk, one) for one in data["lessons"]]
    lines = [lessons.find(journal.pk, one) for one in data["lines"]]
    rows = [pupils.find(journal, one) for one in data["pupils"]]
    sheet.lessons, sheet.lines = ([lesson for lesson, _ in many] for many in (columns, lines))
    mends = _Mends(sheet, lessons, pupils)
    for source in data["cells"]:
        down, across, text, problem = source
        if not (text or problem):
            continue
        (student, of_row), (lesson, of_column) = rows[down], columns[across]
        outer = of_column or of_row
        if LEFT_OUT in (of_column, of_row):
            outer = LEFT_OUT
        if not outer and not granted.writes_cell(lesson.pk, student):
            outer = NO_RIGHT
        one = _found(sheet, "cells", source, lesson, student, outer, taken)
        mends.note(one, (COLUMN, across, of_column), (ROW, down, of_row))
        sheet.cells[down, across] = one
    for source in data["texts"]:
        down, across, text, problem = source
        if not (text or problem):
            continue
        lesson, of_line = lines[down]
        outer = of_line
        if not outer and not granted.writes_lesson(lesson.pk):
            outer = NO_RIGHT
        one = _found(sheet, "texts", source, lesson, across, outer, taken)
        mends.note(one, (LINE, down, of_line))
        sheet.texts[down, across] = one


class _Mends:
    """Gathers the Mends of a sheet."""

    def __init__(self, sheet, lessons, pupils):
        self.sheet, self.lessons, self.pupils = sheet, lessons, pupils
        self.options = {}

    def note(self, one, *parts):
        """Of a Found, its (kind, place, problem) of row, column or line."""
        waits = []
        for kind, place, problem in parts:
            said = self.sheet.data[PLACES[kind]][place]
            if not problem and "chosen" not in said:
                continue
            mend = self._mend(kind, place, said, problem)
            if mend is None:
                continue
            mend.found.append(one)
            if problem and problem != LEFT_OUT:
                waits.append(mend.name)
        if waits and one.problem != LEFT_OUT:
            one.unplaced = tuple(waits)

    def _mend(self, kind, place, said, problem):
        found = self.sheet.mends.get((kind, place))
        if found is None and len(self.sheet.mends) < MOST_MENDS:
            name = f"{kind}{self.sheet.place}-{said['at']}"
            options = self._options(ROW if kind == ROW else COLUMN)
            found = Mend(name, _title(kind, said), said, problem, options)
            self.sheet.mends[kind, place] = found
        return found

    def _options(self, kind):
        if kind not in self.options:
            of = self.pupils if kind == ROW else self.lessons
            self.options[kind] = of.options(self.sheet.journal, self.sheet.granted)
        return self.options[kind]


def _title(kind, said):
    if kind == COLUMN:
        return f"столбец {said['at']}"
    name = said.get("name")
    return f"строка {said['at']}, «{name}»" if name else f"строка {said['at']}"


def _is_filled(data):
    """Whether anything was written on a sheet; a class's file has those of other teachers too."""
    return any(text or problem for *_, text, problem in data["cells"] + data["texts"])


def _found(sheet, kind, source, lesson, place, outer, taken):
    down, across, text, problem = source
    lesson_id = lesson and lesson.pk
    if not outer:
        if (lesson_id, place) in taken:
            outer = TWICE
        taken.add((lesson_id, place))
    where = filled.place(sheet.data, kind, source)
    mendable = not outer and problem != filled.MERGED
    is_guess = bool(mendable and problem not in ("", cell.TOO_LONG) and text)
    key = f"{sheet.place}-{where}"
    return Found(
        key=key,
        source=source,
        where=where,
        down=down,
        across=across,
        lesson_id=lesson_id,
        place=place,
        text=text,
        problem=outer or problem,
        mendable=mendable,
        is_guess=is_guess,
    )


class _Lessons:
    """Finds the lessons that the columns and lines of the sheets speak of."""

    def __init__(self, upload, seen):
        lines = [
            one for sheet in upload.sheets for name in ("lessons", "lines") for one in sheet[name]
        ]
        inside = lessons_inside(upload.outage).filter(journal__in=seen)
        self.inside = {one.pk: one for one in self._read(inside, True)}
        asked = {one["id"] for one in lines} - self.inside.keys() - {None}
        outside = Lesson.objects.filter(pk__in=asked, journal__in=seen) if asked else ()
        self.outside = {one.pk: one for one in self._read(outside, False)} if asked else {}
        self.by_day = defaultdict(list)
        for one in self.inside.values():
            for day in _names(one.date):
                self.by_day[one.journal_id, day].append(one)

    @staticmethod
    def _read(lessons, is_inside):
        for one in with_places(lessons):
            one.is_inside = is_inside  # type: ignore[attr-defined]  # no column
            yield one

    def find(self, journal_id, said):
        """(Lesson or None, problem) of a column or line."""
        if "chosen" in said:
            return self._chosen(journal_id, said["chosen"])
        if said["id"] is not None:
            lesson = self.inside.get(said["id"]) or self.outside.get(said["id"])
            if lesson is None or lesson.journal_id != journal_id:
                return None, said["problem"] or NO_LESSON
            problem = said["problem"]
            names, number = _names(lesson.date), said["number"]
            same = {said["date"], said.get("shown")} & {*names} and number in (None, lesson.number)
            if not (problem or same):
                problem = SHIFTED_LESSON
        else:
            lesson, problem = self._by_day(journal_id, said)
            if lesson is None:
                return None, said["problem"] or problem
            problem = said["problem"]
        if not problem and lesson.pk not in self.inside:
            problem = f"урок отменён: {lesson.cancelled}" if lesson.cancelled else NOT_INSIDE
        return lesson, problem

    def _chosen(self, journal_id, pk):
        if pk == 0:
            return None, LEFT_OUT
        lesson = self.inside.get(pk)
        if lesson is None or lesson.journal_id != journal_id:
            return None, f"{NO_LESSON} или он не во время сбоя"
        return lesson, ""

    def _by_day(self, journal_id, said):
        """(the Lesson of the day that a column or line without a code tells, or None; why)."""
        of_date, as_shown = (
            [
                one
                for one in self.by_day.get((journal_id, day), ())
                if said["number"] in (None, one.number)
            ]
            for day in (said["date"], said.get("shown"))
        )
        if of_date and as_shown:
            return None, TWO_DAYS.format_map(said)
        same = of_date or as_shown
        if len(same) == 1:
            return same[0], ""
        return None, WHICH_LESSON if same else f"{NO_LESSON} или он не во время сбоя"

    def options(self, journal, granted):
        """[(id, «24.11, вт, 3-й урок»)] of the outage's lessons that a person may write in."""
        return [
            (one.pk, f"{one.date:%d.%m}, {WEEKDAYS_ABBR[one.date.weekday()]}, {one.number}-й урок")
            for one in sorted(self.inside.values(), key=lambda one: (one.date, one.number))
            if one.journal_id == journal.pk and granted.writes_in_lesson(one.pk)
        ]


def _names(day):
    """How a paper may call a day."""
    return day.isoformat(), f"{day:%m-%d}", str(day.day)


class _Pupils:
    """Finds the pupils that the rows of the sheets speak of."""

    def __init__(self, upload, seen):
        self.days = _days(upload.outage)
        self.journals = [journal for journal, _ in seen.values()]
        self.subjects = {journal.subject_id for journal in self.journals}
        rows = [one for sheet in upload.sheets for one in sheet["pupils"]]
        keys = {one["id"] for one in rows} - {None}
        people = Student.objects.filter(pk__in=keys).values_list(
            "pk", *(f"user__{name}" for name in PersonName._fields)
        )
        self.names = {pk: PersonName(*name) for pk, *name in people}

    def find(self, journal, said):
        """(id of the pupil or None, problem) of a row."""
        if "chosen" in said:
            return said["chosen"] or None, "" if said["chosen"] else LEFT_OUT
        if said["problem"]:
            return None, said["problem"]
        if said["id"] is not None:
            return self._coded(journal, said)
        same = self._named(journal, said["name"])
        if len(same) == 1:
            return same[0], ""
        if same:
            return None, f"{NAMESAKES}: «{said['name']}»"
        plan = journal.subject_id, journal.group.school_class_id, tidy(said["name"])
        if plan in self.individual:
            return None, f"«{said['name']}» {INDIVIDUAL}"
        return None, f"{NO_PUPIL}: «{said['name']}»"

    def _coded(self, journal, said):
        pk, name, known = said["id"], said["name"], self.names.get(said["id"])
        if known is None:
            return None, NO_PUPIL
        is_known = tidy(known.listed) == tidy(name) or _is_name_of(known, rules.name_words(name))
        same = self._named(journal, name, {pk: known} if is_known else {})
        if is_known:
            return pk, "" if pk in same else SHIFTED_ROW
        if same:
            return pk, SHIFTED_ROW
        is_own = pk in {one.student_id for one in self.attendees[journal.pk]}
        # The name of a pupil of another class is nothing that a file may ask for.
        return pk, f"{OTHER_NAME}: {known.listed}" if is_own else SHIFTED_ROW

    def _named(self, journal, name, known=None):
        """The ids of the journal's pupils, and of others who are `known` ({id: PersonName}), that a
        written name may mean. Namesakes are told apart as their list does it, or by patronymic."""
        written, found = rules.name_words(name), dict(known or {})
        for one in self.attendees[journal.pk]:
            if one.name != one.person.listed and sorting_name(one.name) == sorting_name(name):
                return [one.student_id]
            if _is_name_of(one.person, written):
                found[one.student_id] = one.person
        patronymics = {pk: rules.name_words(one.patronymic) for pk, one in found.items()}
        return rules.which_namesake(written, patronymics)

    @cached_property
    def attendees(self):
        """{journal id: its Attendees of these days}"""
        return attendees_of_each(self.journals, *self.days)

    def options(self, journal, granted):
        """[(id, name)] of the pupils in whose rows a person may write."""
        return [
            (one.student_id, one.name)
            for one in self.attendees[journal.pk]
            if granted.lessons or granted.writes_cell(None, one.student_id)
        ]

    @cached_property
    def individual(self):
        """{(subject's id, class's id, tidy name)} of who has an individual plan these days."""
        plans = GroupMembership.objects.filter(
            group__kind=TeachingGroup.Kind.INDIVIDUAL, group__journals__subject__in=self.subjects
        )
        rows = overlapping(plans, *self.days).values_list(
            "group__journals__subject",
            "student__enrolments__school_class",
            *(f"student__user__{name}" for name in PersonName._fields),
        )
        return {
            (subject, of, tidy(text))
            for subject, of, *name in rows
            for text in (PersonName(*name).listed, PersonName(*name).full)
        }


def _is_name_of(person, written):
    """Whether the `name_words` of what is written name a PersonName."""
    own, patronymic = map(rules.name_words, (person.listed, person.patronymic))
    return rules.names_pupil(written, own, patronymic)


def _days(outage):
    """First and last school-local day of an outage."""
    return timezone.localdate(outage.starts_at), timezone.localdate(outage.ends_at)
