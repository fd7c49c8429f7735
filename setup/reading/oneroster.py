"""OneRoster CSV 1.2 and 1.1: people, classes, groups and load of another system. Pure.

A class of the standard is ours where it is a homeroom, and a journal where it is scheduled: whose
it is, is told by the homerooms of its pupils. `password` is never read.
"""

import csv
import datetime
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO

from school.packages import Fault, PackageError, as_text, members
from school.rules.texts import visible
from school.tables.table import DAMAGED, LOCKED, TOO_BIG, Unreadable

from ..batch import (
    Batch,
    ClassRow,
    GroupRow,
    Kind,
    ParentRow,
    PeriodRow,
    Person,
    Place,
    Problem,
    PupilRow,
    Source,
    StaffRow,
    SubjectRow,
    WorkloadRow,
)
from .divisions import group_name
from .foreign import class_called, contacts
from .given import Given
from .heads import letters
from .subjects import usual_groups
from .texts import Wrong, class_name, is_class_name, named, russian

MOST_MEMBERS, MOST_UNPACKED = 60, 24 * 1024 * 1024  # 25 classes have 10,000 enrolments, 1 MB
MOST_ROWS = 200_000
VERSIONS = ("1.1", "1.2")
FILES = (
    "academicSessions",
    "orgs",
    "courses",
    "classes",
    "users",
    "roles",
    "enrollments",
    "demographics",
)
_GONE = ("tobedeleted", "inactive")
_STAFF_ROLES = (
    "teacher",
    "principal",
    "administrator",
    "siteAdministrator",
    "systemAdministrator",
    "districtAdministrator",
    "aide",
    "counselor",
    "proctor",
)
_PARENT_ROLES = ("parent", "guardian")
_SEXES = {"male": "m", "female": "f"}
_KINDS = {"четверть": "quarter", "триместр": "trimester", "полугодие": "half_year"}
_BY_NUMBER = {4: "quarter", 3: "trimester", 2: "half_year"}
_TAIL = re.compile(r",?\s*\d{1,2}\s*(?:-?й)?\s*класс(?:ы|а)?$", re.IGNORECASE)

NOT_ZIP = "Это не архив OneRoster: нужен файл .zip с users.csv и classes.csv"
NO_MANIFEST = "В архиве нет manifest.csv: читаем его как полную выгрузку OneRoster."
_FAULTS = {Fault.TOO_BIG: TOO_BIG, Fault.LOCKED: LOCKED, Fault.DAMAGED: DAMAGED}


def read_oneroster(name: str, data: bytes, answers: Mapping[str, str]) -> Batch:
    """What an archive says, whole or a delta; `name`: the file's. `Place.sheet` is the CSV's name
    («users»), and a Problem's field the head in it, so «cell:FILE|users|ROW|HEAD» corrects and
    «skip:FILE|users|ROW» leaves out. What a delta says is deleted goes into `Batch.gone`.
    Unreadable."""
    return _Roster(name, data, answers).read()


def is_oneroster(data: bytes) -> bool:
    """Whether a file is an archive of such CSV files."""
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            names = {_base(one) for one in package.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    return "users" in names or {"manifest", "classes"} <= names


def _base(path: str) -> str:
    """«users» of «users.csv», wherever it lies; «» of no CSV."""
    name = path.rsplit("/", 1)[-1]
    return name[:-4] if name.lower().endswith(".csv") else ""


@dataclass(frozen=True)
class _Line:
    place: Place
    fields: Mapping[str, str]

    def __getitem__(self, head: str) -> str:
        return self.fields.get(head, "")

    def listed(self, head: str) -> list[str]:
        return [one.strip() for one in self[head].split(",") if one.strip()]

    @property
    def id(self) -> str:
        return self["sourcedId"]

    @property
    def is_gone(self) -> bool:
        return self["status"].lower() in _GONE


@dataclass(frozen=True)
class _Journal:
    line: _Line
    subject: str
    classes: tuple[str, ...]
    group: str
    teachers: tuple[str, ...]  # ids of users
    pupils: tuple[str, ...]


class _Roster:
    def __init__(self, name: str, data: bytes, answers: Mapping[str, str]) -> None:
        self.name, self.answers = name, answers
        self.batch = Batch()
        files = _unpacked(data)
        self.modes = self._modes(files)
        self.lines = {one: list(self._lines(one, files)) for one in FILES}
        self.users = {one.id: one for one in self.lines["users"]}
        self.people = {one.id: person for one in self.users.values() if (person := _person(one))}
        self.demographics = {one.id: one for one in self.lines["demographics"]}
        self.courses = {one.id: one for one in self.lines["courses"]}
        self.rolls = {one.id: one for one in self.lines["classes"]}
        self.roles = self._roles()
        self.enrolled = [one for one in self.lines["enrollments"] if not one.is_gone]
        self.homes = self._homes()
        self.pupils = self._pupil_rows()

    def read(self) -> Batch:
        self._periods()
        self._subjects()
        self._staff()
        self._classes()
        self._pupils()
        self._parents()
        journals = list(self._named_apart(list(self._journals())))
        self._workload(journals)
        self._groups(journals)
        self._gone()
        return self.batch

    # --- files ---

    def _modes(self, files: Mapping[str, bytes]) -> dict[str, str]:
        """{name of a CSV: bulk, delta}; those that are absent are left out."""
        found = {one for one in FILES if one in files}
        if "manifest" not in files:
            self.batch.notes.append(NO_MANIFEST)
            return dict.fromkeys(found, "bulk")
        rows = csv.reader(_text(files["manifest"]).splitlines())
        facts = {row[0].strip(): row[1].strip() for row in rows if len(row) > 1}
        version = facts.get("oneroster.version", "")
        if version and not version.startswith(VERSIONS):
            raise Unreadable(f"Это OneRoster {version}: читаются {' и '.join(VERSIONS)}")
        modes = {one: facts.get(f"file.{one}", "absent").lower() for one in FILES}
        for one in FILES:
            if modes[one] != "absent" and one not in files:
                self.batch.notes.append(f"В manifest.csv назван {one}.csv, но в архиве его нет.")
            if modes[one] == "absent" and one in files:
                self.batch.notes.append(f"{one}.csv не читается: его нет в manifest.csv.")
        return {one: mode for one, mode in modes.items() if one in found and mode != "absent"}

    def _lines(self, sheet: str, files: Mapping[str, bytes]) -> Iterator[_Line]:
        if sheet not in self.modes:
            return
        given = Given(self.answers, self.name, sheet)
        rows = csv.reader(_text(files[sheet]).splitlines(keepends=True))
        try:
            heads = [one.strip() for one in next(rows, [])]
            source = Source(self.name, sheet, _columns(heads))
            if "sourcedId" not in heads:
                self._problem(Place(source, 1), "sourcedId", "", "Нет столбца sourcedId")
                return
            for row in rows:
                number = rows.line_num
                if number > MOST_ROWS:
                    raise Unreadable(TOO_BIG)
                if number in given.skipped:
                    place = Place(source, number)
                    self.batch.passed_over.append((place, "Строка пропущена"))
                    continue
                fields = {
                    head: visible(text)
                    for head, text in zip(heads, row, strict=False)
                    if head.lower() != "password"
                }
                fields |= given.cells.get(number, {})
                if any(fields.values()):
                    yield _Line(Place(source, number), fields)
        except csv.Error as error:
            raise Unreadable(DAMAGED) from error

    def _problem(self, place: Place, field: str, written: str, why: str, way: str = "") -> None:
        self.batch.problems.append(Problem(place, field, written, why, way))

    # --- people ---

    def _roles(self) -> dict[str, dict[str, bool]]:
        """{user: {role: whether it holds}}; in 1.1 the user himself tells his one role."""
        found: dict[str, dict[str, bool]] = defaultdict(dict)
        for one in self.lines["roles"]:
            roles = found[one["userSourcedId"]]
            roles[one["role"]] = roles.get(one["role"], False) or not one.is_gone
        for user in self.lines["users"]:
            if user["role"]:
                found[user.id].setdefault(user["role"], True)
        for one in self.lines["enrollments"]:  # a delta may leave out the roles
            if one["role"] in ("student", "teacher") and one["userSourcedId"] not in found:
                found[one["userSourcedId"]][one["role"]] = True
        return found

    def _with_role(self, *roles: str) -> Iterator[_Line]:
        for user in self.lines["users"]:
            held = self.roles.get(user.id, {})
            if not user.is_gone and any(held.get(role) for role in roles):
                yield user

    def _homes(self) -> dict[str, str]:
        """{user: the class that he is in}"""
        homes = {one.id for one in self.rolls.values() if one["classType"] == "homeroom"}
        return {
            one["userSourcedId"]: _class(self.rolls[one["classSourcedId"]])
            for one in self.enrolled
            if one["role"] == "student" and one["classSourcedId"] in homes
        }

    def _pupil_rows(self) -> dict[str, PupilRow]:
        found = {}
        for user in self.lines["users"]:
            person = self.people.get(user.id)
            if person and "student" in self.roles.get(user.id, {}):
                about = self.demographics.get(user.id)
                found[user.id] = PupilRow(
                    user.place,
                    person,
                    self.homes.get(user.id, ""),
                    self._date(about, "birthDate") if about else None,
                    _SEXES.get(about["sex"].lower(), "") if about else "",
                    user["identifier"],
                )
        return found

    def _date(self, line: _Line, head: str) -> datetime.date | None:
        if not line[head]:
            return None
        try:
            return datetime.date.fromisoformat(line[head][:10])
        except ValueError:
            self._problem(line.place, head, line[head], "Это не дата", "Например: 2015-03-12")
            return None

    def _pupils(self) -> None:
        for user in self._with_role("student"):
            if user.id not in self.pupils:
                self._no_name(user)
            elif user["enabledUser"].lower() == "false" and user.id not in self.homes:
                why = "Учётная запись отключена, класса нет"
                self.batch.passed_over.append((user.place, why))
            else:
                self.batch.add(Kind.PUPILS, self.pupils[user.id])
        for user in self.lines["users"]:
            if not user.is_gone and not self.roles.get(user.id):
                way = "Выгрузите вместе и roles.csv"
                self._problem(user.place, "role", "", "Не сказано, кто это", way)

    def _no_name(self, user: _Line) -> None:
        self._problem(user.place, "familyName", user["familyName"], "Нет фамилии")

    def _staff(self) -> None:
        active = {one["userSourcedId"] for one in self.enrolled}
        for user in self._with_role(*_STAFF_ROLES):
            if user.id not in self.people:
                self._no_name(user)
            elif user["enabledUser"].lower() == "false" and user.id not in active:
                self.batch.passed_over.append((user.place, "Учётная запись отключена"))
            else:
                self.batch.add(Kind.STAFF, self._staff_row(user))

    def _staff_row(self, user: _Line) -> StaffRow:
        phone, email = contacts(self.batch, user.place, user["phone"] or user["sms"], user["email"])
        position = "Директор" if self.roles[user.id].get("principal") else ""
        return StaffRow(user.place, self.people[user.id], position, phone, email)

    def _parents(self) -> None:
        children = self._children()
        for user in self._with_role("relative"):
            why = "Родственник, но не законный представитель"
            self.batch.passed_over.append((user.place, why))
        for user in self._with_role(*_PARENT_ROLES):
            if user.id not in self.people:
                self._no_name(user)
            elif not children.get(user.id):
                self.batch.passed_over.append((user.place, "Не сказано, чей это родитель"))
            for row in self._parent_rows(user, children.get(user.id, [])):
                self.batch.add(Kind.PARENTS, row)

    def _children(self) -> dict[str, list[str]]:
        """{parent: children}: either may name the other."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for user in self.lines["users"]:
            for other in user.listed("agentSourcedIds"):
                if user.id in self.pupils:
                    found[other][user.id] = None
                elif other in self.pupils:
                    found[user.id][other] = None
        return {parent: list(ids) for parent, ids in found.items()}

    def _parent_rows(self, user: _Line, children: list[str]) -> Iterator[ParentRow]:
        if user.id not in self.people:
            return
        phone, email = contacts(self.batch, user.place, user["phone"] or user["sms"], user["email"])
        about = self.demographics.get(user.id)
        sex = about["sex"].lower() if about else ""
        relation = {"female": "mother", "male": "father"}.get(sex, "")
        if not self.roles[user.id].get("parent"):
            relation = "other"
        for child in children:
            person = self.people[user.id]
            yield ParentRow(user.place, person, self.pupils[child], relation, phone, email)

    # --- periods, subjects, classes ---

    def _periods(self) -> None:
        found = [one for one in self.lines["academicSessions"] if not one.is_gone]
        parts = [one for one in found if one["type"] != "schoolYear"]
        for one in found:
            if one not in parts:
                why = "Учебный год заводится на странице «Учебный год»"
                self.batch.passed_over.append((one.place, why))
        parts.sort(key=lambda one: one["startDate"])
        for number, one in enumerate(parts, start=1):
            row = self._period(one, number, len(parts))
            if row:
                self.batch.add(Kind.PERIODS, row)

    def _period(self, line: _Line, number: int, among: int) -> PeriodRow | None:
        title = line["title"].lower()
        told = next((kind for word, kind in _KINDS.items() if word in title), "")
        kind = told or _BY_NUMBER.get(among, "")
        starts_on, ends_on = self._date(line, "startDate"), self._date(line, "endDate")
        if not kind:
            self._problem(line.place, "title", line["title"], "Непонятно, какой это период")
            return None
        if not starts_on or not ends_on:
            if not line["startDate"] or not line["endDate"]:
                self._problem(line.place, "startDate", "", "Нет дат периода")
            return None
        said = re.match(r"(\d)", title)
        return PeriodRow(line.place, kind, int(said[1]) if said else number, starts_on, ends_on)

    def _subjects(self) -> None:
        seen: set[str] = set()
        for one in self.lines["classes"]:
            subject = self._subject(one)
            if one["classType"] == "homeroom" or one.is_gone or not subject or subject in seen:
                continue
            seen.add(subject)
            code = one["subjectCodes"] if len(one.listed("subjects")) == 1 else ""
            self.batch.add(Kind.SUBJECTS, SubjectRow(one.place, subject, code))

    def _subject(self, roll: _Line) -> str:
        """Of the class, else of its course: «Русский язык» of «Русский язык, 5 класс»."""
        course = self.courses.get(roll["courseSourcedId"])
        told = roll.listed("subjects") or (course.listed("subjects") if course else [])
        if len(told) == 1:
            return russian(told[0])
        title = course["title"] if course else ""
        return russian(_TAIL.sub("", title)) or russian(_TAIL.sub("", roll["title"]))

    def _classes(self) -> None:
        for one in self.lines["classes"]:
            if one["classType"] == "homeroom" and not one.is_gone:
                leads = self._teachers(one.id)
                teacher = self.people.get(leads[0]) if leads else None
                self.batch.add(Kind.CLASSES, ClassRow(one.place, _class(one), teacher))

    def _teachers(self, roll: str) -> list[str]:
        """Users, the first one first."""
        found = [
            one
            for one in self._enrolled_in.get(roll, [])
            if one["role"] == "teacher" and one["userSourcedId"] in self.people
        ]
        found.sort(key=lambda one: one["primary"].lower() != "true")
        return list(dict.fromkeys(one["userSourcedId"] for one in found))

    @property
    def _enrolled_in(self) -> dict[str, list[_Line]]:
        if not hasattr(self, "_of_rolls"):
            self._of_rolls: dict[str, list[_Line]] = defaultdict(list)
            for one in self.enrolled:
                self._of_rolls[one["classSourcedId"]].append(one)
        return self._of_rolls

    # --- journals ---

    def _journals(self) -> Iterator[_Journal]:
        for one in self.lines["classes"]:
            if one["classType"] == "homeroom" or one.is_gone:
                continue
            journal = self._journal(one)
            if not journal.subject:
                self._problem(one.place, "subjects", one["title"], "Не указан предмет")
            elif not journal.classes:
                way = "Выгрузите вместе и enrollments.csv"
                why = "Не сказано, какого это класса"
                self._problem(one.place, "title", one["title"], why, way)
            else:
                yield journal

    def _journal(self, line: _Line) -> _Journal:
        pupils = tuple(
            dict.fromkeys(
                one["userSourcedId"]
                for one in self._enrolled_in.get(line.id, [])
                if one["role"] == "student" and one["userSourcedId"] in self.pupils
            )
        )
        subject = self._subject(line)
        homes = {self.homes[one] for one in pupils if one in self.homes}
        told, rest = _classes_told(line["title"], subject)
        classes = tuple(sorted(homes, key=_in_order)) or told
        group = group_name(rest) if rest else ""
        whole = {user for user, home in self.homes.items() if home in classes}
        is_known = self.modes.get("enrollments") == "bulk"  # a delta names but the new ones
        if not group and is_known and pupils and set(pupils) != whole:
            group = line["classCode"] or line["title"]
        return _Journal(line, subject, classes, group, tuple(self._teachers(line.id)), pupils)

    def _named_apart(self, journals: list[_Journal]) -> Iterator[_Journal]:
        """Parts of one class and subject that are called alike are numbered."""
        alike: dict[tuple[str, tuple[str, ...], str], list[_Journal]] = defaultdict(list)
        for one in journals:
            alike[(one.subject, one.classes, one.group)].append(one)
        for (subject, _, group), same in alike.items():
            if group and len(same) > 1:
                names = usual_groups(subject, len(same))
                yield from (replace(one, group=name) for one, name in zip(same, names, strict=True))
            else:
                yield from same

    def _workload(self, journals: list[_Journal]) -> None:
        for one in journals:
            teachers: list[Person | None] = [self.people[user] for user in one.teachers]
            for teacher in teachers or [None]:
                row = WorkloadRow(one.line.place, teacher, one.subject, one.classes, one.group)
                self.batch.add(Kind.WORKLOAD, row)

    def _groups(self, journals: list[_Journal]) -> None:
        for one in (journal for journal in journals if journal.group):
            for user in one.pupils:
                row = GroupRow(one.line.place, self.pupils[user], one.subject, one.group)
                self.batch.add(Kind.GROUPS, row)

    # --- what is no more ---

    def _gone(self) -> None:
        gone = self.batch.gone
        children = self._children()
        for user in self.lines["users"]:
            roles = self.roles.get(user.id, {})
            if not (user.is_gone or (roles and not any(roles.values()))):
                continue
            if user.id in self.pupils:
                gone.append((Kind.PUPILS, self.pupils[user.id]))
            elif user.id in self.people and set(roles) & set(_STAFF_ROLES):
                gone.append((Kind.STAFF, StaffRow(user.place, self.people[user.id])))
            rows = self._parent_rows(user, children.get(user.id, []))
            gone += [(Kind.PARENTS, row) for row in rows if set(roles) & set(_PARENT_ROLES)]
        for one in self.lines["classes"]:
            if one.is_gone and one["classType"] == "homeroom":
                gone.append((Kind.CLASSES, ClassRow(one.place, _class(one))))
            elif one.is_gone:
                journal = self._journal(one)
                row = WorkloadRow(one.place, None, journal.subject, journal.classes, journal.group)
                gone.append((Kind.WORKLOAD, row))
        for one in self.lines["enrollments"]:
            if one.is_gone:
                self._enrolment_gone(one)

    def _enrolment_gone(self, line: _Line) -> None:
        roll = self.rolls.get(line["classSourcedId"])
        user = line["userSourcedId"]
        if roll is None or user not in self.people:
            why = "Класса или человека этой записи нет в архиве"
            self.batch.passed_over.append((line.place, why))
        elif roll["classType"] == "homeroom":
            if user in self.pupils and user not in self.homes:
                left = replace(self.pupils[user], place=line.place, class_name=_class(roll))
                self.batch.gone.append((Kind.PUPILS, left))
        elif not roll.is_gone:
            journal = self._journal(roll)
            if user in self.pupils:
                row = GroupRow(line.place, self.pupils[user], journal.subject, journal.group)
                self.batch.gone.append((Kind.GROUPS, row))
            else:
                load = WorkloadRow(
                    line.place, self.people[user], journal.subject, journal.classes, journal.group
                )
                self.batch.gone.append((Kind.WORKLOAD, load))


def _unpacked(data: bytes) -> dict[str, bytes]:
    """{name of a CSV: its bytes}"""
    if not data.startswith(b"PK"):
        raise Unreadable(NOT_ZIP)
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            found = members(package, MOST_MEMBERS, MOST_UNPACKED)
            wanted = {_base(name): one for name, one in found.items()}
            return {
                name: package.read(one)
                for name, one in wanted.items()
                if name in FILES or name == "manifest"
            }
    except PackageError as error:
        raise Unreadable(_FAULTS[error.fault]) from error
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise Unreadable(DAMAGED) from error


def _text(data: bytes) -> str:
    text = as_text(data)
    if text is None:
        raise Unreadable(DAMAGED)
    return text


_FIELDS = {
    "familyName": "last",
    "givenName": "first",
    "middleName": "middle",
    "phone": "phone",
    "email": "email",
    "identifier": "file_number",
    "birthDate": "born_on",
    "sex": "sex",
    "startDate": "starts_on",
    "endDate": "ends_on",
}


def _columns(heads: list[str]) -> dict[str, tuple[str, str]]:
    return {
        _FIELDS.get(head, head): (letters(place), head)
        for place, head in enumerate(heads)
        if head.lower() != "password"
    }


def _person(user: _Line) -> Person | None:
    family, given, middle = (user[head] for head in ("familyName", "givenName", "middleName"))
    try:
        return named(family, given, middle)
    except Wrong:
        return Person(family, given, middle) if family else None


def _class(roll: _Line) -> str:
    return class_called(roll["title"], roll["classCode"])


def _classes_told(title: str, subject: str) -> tuple[tuple[str, ...], str]:
    """(the classes that a journal's title names, what is left without them and the subject): «5А»,
    «1 группа» of «5А Английский язык (1 группа)»."""
    text = russian(title)
    words = (text.replace(subject, " ", 1) if subject else text).split()
    bare = [word.strip("(),") for word in words]
    told = tuple(class_name(word) for word in bare if is_class_name(word))
    return told, _bare(
        [word for word, name in zip(words, bare, strict=True) if not is_class_name(name)]
    )


def _bare(words: list[str]) -> str:
    text = " ".join(words).strip(" ,;:-–—")
    while text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        text = text[1:-1].strip()
    return text


def _in_order(name: str) -> tuple[int, str]:
    found = re.match(r"\d+", name)
    return (int(found[0]) if found else 0, name)
