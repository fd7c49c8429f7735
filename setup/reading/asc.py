"""The XML that aSc Timetables exports («aSc Timetables 2012 XML» and an older kind). Pure.

Ids hold within one file; what is unknown is skipped, as the format wants it. `Place.sheet` is the
name of the XML's table and `row` the number of the element in it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from school.rules.texts import visible
from school.tables.table import DAMAGED, TOO_BIG, Unreadable

from ..batch import (
    Batch,
    ClassRow,
    Kind,
    Person,
    Place,
    Problem,
    Question,
    Source,
    StaffRow,
    SubjectRow,
    TimetableRow,
    WorkloadRow,
)
from .divisions import EVERY, FIRST, SECOND, group_name
from .foreign import class_called, contacts, person, summed, weekly
from .grid_shape import weekday_of
from .holding import ask_when
from .texts import russian

MOST_BYTES = 8 * 1024 * 1024  # a whole school has 390 KB
MOST_ELEMENTS = 100_000  # and ten thousand cards at most
DEMO_CARDS = 10  # what an unregistered copy exports
NO_TIMETABLE = "Это XML, но не выгрузка aSc Timetables: в программе выберите «Файл → Экспорт → XML»"
DEMO = (
    "В файле не больше 10 карточек: так выгружает незарегистрированная копия aSc Timetables. "
    "Расписание в нём не целиком."
)
TERM = "asc:term"


_Load = tuple[str, tuple[str, ...], str, Person | None]  # subject, classes, group, teacher


def read_asc(name: str, data: bytes, answers: Mapping[str, str]) -> Batch:
    """What an aSc export says: subjects, teachers, classes, the load (hours a week) and the
    timetable. `name`: the file's. Unreadable."""
    return _Export(name, _root(data), answers).read()


def is_asc(data: bytes) -> bool:
    """Whether a file begins as such an export does."""
    head = data[:4096].replace(b"\0", b"")
    return b"<timetable" in head


def _root(data: bytes) -> Element:
    if len(data) > MOST_BYTES or data.count(b"<") > MOST_ELEMENTS:
        raise Unreadable(TOO_BIG)
    try:
        # A mark of UTF-8 wins over what the first line declares.
        root: Element = fromstring(data.lstrip(b" \t\r\n"), forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unreadable("В XML есть объявления, которых в расписаниях не бывает") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable(DAMAGED) from error
    if root.tag != "timetable":
        raise Unreadable(NO_TIMETABLE)
    return root


class _Export:
    def __init__(self, name: str, root: Element, answers: Mapping[str, str]) -> None:
        self.name, self.root, self.answers = name, root, answers
        self.batch = Batch()
        self.subjects = self._named("subjects", "subject")
        self.rooms = self._named("classrooms", "classroom", short_first=True)
        self.teachers = {
            one.get("id", ""): found
            for _, one in self._elements("teachers", "teacher")
            if (found := _person(one))
        }
        self.classes = {
            one.get("id", ""): class_called(_text(one, "name"), _text(one, "short"))
            for _, one in self._elements("classes", "class")
        }
        self.groups = {one.get("id", ""): one for _, one in self._elements("groups", "group")}
        self.lessons = {
            one.get("id", ""): (place, one) for place, one in self._elements("lessons", "lesson")
        }
        self.whom = {key: self._whom(one) for key, (_, one) in self.lessons.items()}
        self.days = self._days()
        self.weeks = {
            one.get("id", ""): one.get("weeks", "")
            for _, one in self._elements("weeksdefs", "weeksdef")
        }

    def read(self) -> Batch:
        self._subjects()
        self._staff()
        self._classes()
        self._workload()
        self._cards()
        ask_when(self.batch, self._first_week())
        return self.batch

    def _elements(self, table: str, tag: str) -> Iterator[tuple[Place, Element]]:
        source = Source(self.name, table)
        found = (one for part in self.root.iter(table) for one in part.iter(tag))
        for number, one in enumerate(found, start=1):
            yield Place(source, number), one

    def _named(self, table: str, tag: str, short_first: bool = False) -> dict[str, str]:
        names = ("short", "name") if short_first else ("name", "short")
        found = {}
        for _, one in self._elements(table, tag):
            texts = [_text(one, name) for name in names]
            found[one.get("id", "")] = next(filter(None, texts), "")
        return found

    # --- what there is ---

    def _subjects(self) -> None:
        for place, one in self._elements("subjects", "subject"):
            name = _text(one, "name") or _text(one, "short")
            if name:
                self.batch.add(Kind.SUBJECTS, SubjectRow(place, name, _text(one, "short")))

    def _staff(self) -> None:
        for place, one in self._elements("teachers", "teacher"):
            if found := _person(one):
                written = _text(one, "mobile"), _text(one, "email")
                phone, email = contacts(self.batch, place, *written)
                self.batch.add(Kind.STAFF, StaffRow(place, found, phone=phone, email=email))

    def _classes(self) -> None:
        for place, one in self._elements("classes", "class"):
            teacher = self.teachers.get(one.get("teacherid", ""))
            name = self.classes[one.get("id", "")]
            if name:
                self.batch.add(Kind.CLASSES, ClassRow(place, name, teacher))

    def _workload(self) -> None:
        """Lessons of one subject, teacher and group added up: aSc keeps singles and doubles
        apart."""
        hours: dict[_Load, Decimal] = defaultdict(Decimal)
        first: dict[_Load, WorkloadRow] = {}
        for place, lesson in self.lessons.values():
            subject = self.subjects.get(lesson.get("subjectid", ""), "")
            classes, group = self.whom[lesson.get("id", "")]
            if not subject or not classes:
                why = "Не указан предмет" if not subject else "Не указан класс"
                problem = Problem(place, "", lesson.get("id", ""), f"{why} урока")
                self.batch.problems.append(problem)
                continue
            teachers: list[Person | None] = [*self._who(lesson)]
            for teacher in teachers or [None]:
                key = (subject, classes, group, teacher)
                hours[key] += weekly(lesson.get("periodsperweek", ""))
                first.setdefault(key, WorkloadRow(place, teacher, subject, classes, group))
        for key, row in first.items():
            self.batch.add(Kind.WORKLOAD, replace(row, hours=summed(hours[key])))

    def _who(self, lesson: Element) -> list[Person]:
        ids = _ids(lesson, "teacherids", "teacherid")
        return [self.teachers[one] for one in ids if one in self.teachers]

    def _whom(self, lesson: Element) -> tuple[tuple[str, ...], str]:
        """(classes, the group's name, «» of whole classes)"""
        groups = [
            self.groups[one] for one in _ids(lesson, "groupids", "groupid") if one in self.groups
        ]
        ids = _ids(lesson, "classids", "classid") or [one.get("classid", "") for one in groups]
        classes = tuple(dict.fromkeys(name for one in ids if (name := self.classes.get(one, ""))))
        names: list[str] = []
        for class_id in dict.fromkeys(ids):
            own = [one for one in groups if one.get("classid") == class_id]
            if own and not self._is_whole(class_id, own):
                names += [_group(one) for one in own]
        return classes, " + ".join(dict.fromkeys(filter(None, names)))

    def _is_whole(self, class_id: str, groups: list[Element]) -> bool:
        """Whether groups are the class: itself, or all the groups of a division."""
        if any(one.get("entireclass") == "1" for one in groups):
            return True
        division = groups[0].get("divisiontag", "")
        if division in ("", "0"):
            return False
        whole = {
            one.get("id")
            for one in self.groups.values()
            if (one.get("classid"), one.get("divisiontag")) == (class_id, division)
        }
        return len(whole) > 1 and whole <= {one.get("id") for one in groups}

    # --- the timetable ---

    def _cards(self) -> None:
        count = 0
        term = self._term()
        for place, card in self._elements("cards", "card"):
            count += 1
            found = self.lessons.get(card.get("lessonid", ""))
            if found is None:
                problem = Problem(place, "", card.get("lessonid", ""), "Урока карточки нет в файле")
                self.batch.problems.append(problem)
            elif self._is_in_term(card, term, place):
                self._place_card(place, card, found[1])
        wanted = sum(
            (weekly(one.get("periodsperweek", "")) for _, one in self.lessons.values()), Decimal()
        )
        if 0 < count <= DEMO_CARDS and wanted > count:
            self.batch.notes.append(DEMO)
        if not count:
            self.batch.notes.append("Уроки в файле не расставлены: карточек нет.")

    def _place_card(self, place: Place, card: Element, lesson: Element) -> None:
        subject = self.subjects.get(lesson.get("subjectid", ""), "")
        classes, group = self.whom[lesson.get("id", "")]
        if not subject or not classes:
            return  # told of the lesson
        weekdays = self._weekdays(card)
        period = card.get("period", "")
        if not weekdays or not period.isdecimal():
            self.batch.passed_over.append((place, f"{subject}: не поставлен в расписание"))
            return
        weeks = self._weeks(card, lesson)
        if weeks is None:
            why = "Чередование не на две недели"
            written = card.get("weeks", "") or self._weeks_of(lesson)
            self.batch.problems.append(Problem(place, "weeks", written, why))
            return
        teachers = self._who(lesson)
        length = card.get("durationperiods") or lesson.get("periodspercard") or "1"
        for weekday in weekdays:
            for further in range(min(int(length), 4) if length.isdecimal() else 1):
                row = TimetableRow(
                    place,
                    classes,
                    subject,
                    weekday,
                    int(period) + further,
                    weeks,
                    group,
                    self._room(card),
                    teachers[0] if len(teachers) == 1 else None,
                )
                self.batch.add(Kind.TIMETABLE, row)

    def _room(self, card: Element) -> str:
        ids = _ids(card, "classroomids", "classroomid")
        return "+".join(filter(None, (self.rooms.get(one, "") for one in ids)))

    def _days(self) -> dict[str, int]:
        """{mask of a day, or its number in the older kind: day of the week}"""
        found = {}
        for _, one in self._elements("daysdefs", "daysdef"):
            weekday = weekday_of(_text(one, "name"))
            if one.get("days", "").count("1") == 1 and weekday:
                found[one.get("days", "")] = weekday
        for number, (_, one) in enumerate(self._elements("days", "day"), start=1):
            found[one.get("day", "")] = weekday_of(_text(one, "name")) or number
        return found

    def _weekdays(self, card: Element) -> list[int]:
        if "day" in card.attrib:
            day = card.get("day", "")
            told = self.days.get(day) or (int(day) if day.isdecimal() else 0)
            return [told] if told in range(1, 8) else []
        mask = card.get("days", "").split(",")[0]
        places = [n for n, bit in enumerate(mask[:7]) if bit == "1"]
        singles = ["0" * n + "1" + "0" * (len(mask) - n - 1) for n in places]
        return [self.days.get(one, n + 1) for one, n in zip(singles, places, strict=True)]

    def _weeks_of(self, lesson: Element) -> str:
        return self.weeks.get(lesson.get("weeksdefid", ""), "") or lesson.get("weeks", "")

    def _weeks(self, card: Element, lesson: Element) -> int | None:
        """Bits, None of what two weeks can't say."""
        mask = card.get("weeks", "") or self._weeks_of(lesson)
        if not mask or set(mask) == {"1"}:
            return EVERY
        if "," in mask or set(mask) - {"0", "1"} or "1" not in mask or len(mask) % 2:
            return None
        half = len(mask) // 2
        return {"10": FIRST, "01": SECOND}.get(mask[:2]) if mask == mask[:2] * half else None

    def _first_week(self) -> str:
        for _, one in self._elements("weeksdefs", "weeksdef"):
            if one.get("weeks") == "10":
                return f"«{_text(one, 'name') or _text(one, 'short')}»"
        return "I неделя"

    # --- terms ---

    def _term(self) -> str:
        """The answer to which term is taken, where cards are of several."""
        partial = tuple(
            place
            for place, one in self._elements("cards", "card")
            if "0" in one.get("terms", "") and "1" in one.get("terms", "")
        )
        if not partial:
            return ""
        options = tuple(
            (one.get("terms", ""), _text(one, "name"))
            for _, one in self._elements("termsdefs", "termsdef")
            if one.get("terms", "").count("1") == 1 and "," not in one.get("terms", "")
        )
        answer = self.answers.get(TERM, "")
        if answer not in dict(options):
            told = "В файле расписание нескольких сроков: какой берём?"
            self.batch.ask(Question(TERM, told, partial, options))
            return ""
        return answer

    def _is_in_term(self, card: Element, term: str, place: Place) -> bool:
        own = card.get("terms", "")
        if "0" not in own or "1" not in own:
            return True
        taken = any(a == b == "1" for a, b in zip(own, term, strict=False))
        if term and not taken:
            self.batch.passed_over.append((place, "Другой срок"))
        return taken


def _text(one: Element, name: str) -> str:
    return russian(visible(one.get(name, "")))


def _ids(one: Element, *names: str) -> list[str]:
    """A list by comma, under the first of the names that has any."""
    for name in names:
        found = [part.strip() for part in one.get(name, "").split(",") if part.strip()]
        if found:
            return found
    return []


def _group(one: Element) -> str:
    return group_name(_text(one, "name"))


def _person(one: Element) -> Person | None:
    """By last name and the rest, else of the whole name: its last name comes first."""
    last, rest = _text(one, "lastname"), _text(one, "firstname")
    if not last:
        last, _, rest = (_text(one, "name") or _text(one, "short")).partition(" ")
    return person(last, rest) if last else None
