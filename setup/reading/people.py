"""Lists of pupils (with parents beside them), of parents, and of staff, of whatever shape."""

import re
from collections.abc import Callable
from dataclasses import replace

from school.tables.table import Value

from ..batch import (
    Batch,
    ClassRow,
    Kind,
    ParentRow,
    Person,
    Place,
    PupilRow,
    Question,
    StaffRow,
)
from . import texts
from .lists import Left, ListRow, ListSheet, Taken
from .texts import Wrong, class_within, shown

_LEADER = re.compile(
    r"(?:классн\w*\s+руковод\w*|кл\.?\s*рук\w*\.?|воспитатель)\s*[:–—-]?\s*"
    r"(?P<name>[А-ЯЁ][А-Яа-яЁё.\s-]*[А-Яа-яЁё.])"
)
_RELATIONS = {"mother": "mother", "father": "father", "guardian": "other"}


def read_pupils(sheet: ListSheet) -> None:
    """Each row is a pupil; a row of its own may say the class of those below it."""
    reading = _Pupils(sheet)
    for row in sheet.rows():
        if not reading.is_class(row):
            reading.take(row)


class _Pupils:
    def __init__(self, sheet: ListSheet) -> None:
        self.sheet, self.batch = sheet, sheet.batch
        self.has_column = "class_name" in sheet.fields
        self.named = "" if self.has_column else self._class_of_all()
        self.roles = _roles(sheet.fields)
        self.question: Question | None = None
        self.led: dict[str, Person] = {}

    def _class_of_all(self) -> str:
        """Of all rows, as title, sheet or file is called."""
        titles = self.sheet.titles()
        for title in titles:
            if name := class_within(title):
                self._add_class(name, " ".join(titles), Place(self.sheet.source, 1))
                return name
        table = self.sheet.table
        copy = re.sub(r"\s*\(\d+\)$", "", table.sheet)
        for title in (copy, re.sub(r"\.\w+$", "", table.file)):
            if name := class_within(title):
                self._add_class(name, " ".join(titles), Place(self.sheet.source, 1))
                return name
        return ""

    def _add_class(self, name: str, title: str, place: Place) -> None:
        found = _LEADER.search(title)
        teacher = None
        if found:
            try:
                teacher = texts.person(found["name"])
            except Wrong:
                teacher = None
        self.batch.add(Kind.CLASSES, ClassRow(place, name, teacher))

    def is_class(self, row: ListRow) -> bool:
        """Whether the row says the class of those below; then it is taken."""
        told = self.sheet.told(row.number - 1)
        if len(told) > 2 or row.number in self.sheet.given.cells:
            return False
        name = class_within(told[0]) if told else ""
        if not name and len(told) == 2 and re.match(r"класс\b", told[0], re.IGNORECASE):
            name = class_within(" ".join(told))
        if not name:
            if told and _LEADER.match(told[0]) and not row.says("born_on"):
                self.sheet.pass_over(row.number, "классный руководитель")
                self.sheet.count -= 1
                return True
            return False
        if self.has_column and row.says("class_name") and row.names_person():
            return False
        self.named = name
        self.sheet.count -= 1
        self._add_class(name, " ".join(told), row.place)
        return True

    def take(self, row: ListRow) -> None:
        if not self._says_anything(row):
            self.sheet.pass_over(row.number, "в строке нет имени")
            self.sheet.count -= 1
            return
        try:
            pupil = self._pupil(row)
        except Left:
            return
        self.batch.add(Kind.PUPILS, pupil)
        self._leader(row, pupil.class_name)
        for role in self.roles:
            _parent(row, role, pupil)

    def _says_anything(self, row: ListRow) -> bool:
        """A number and nothing else is a row kept empty."""
        return row.names_person() or any(
            row.says(field) for field in ("born_on", "file_number") if field in self.sheet.fields
        )

    def _pupil(self, row: ListRow) -> PupilRow:
        """Left, once all that is wrong with it is told."""
        person = _or_none(lambda: _full(row))
        born = _or_none(
            lambda: row.take("born_on", lambda value: texts.born(value, self.sheet.today), None)
        )
        sex = _or_none(lambda: row.take("sex", lambda value: texts.sex(shown(value)), ""))
        name = _or_none(lambda: self._class_name(row))
        if person is None or name is None or sex is None:
            raise Left
        if born is None and row.says("born_on"):
            raise Left
        return PupilRow(row.place, person, name, born, sex, row.says("file_number"))

    def _class_name(self, row: ListRow) -> str:
        if row.says("class_name"):
            text = f"{row.text('class_name')} {row.text('class_letter')}".strip()
            try:
                return texts.class_name(text)
            except Wrong as wrong:
                if name := class_within(text):
                    return name
                row.wrong("class_name", wrong.why, wrong.way_out, text)
                raise Left from wrong
        if self.named:
            return self.named
        if self.has_column:
            row.wrong("class_name", "Не сказано, в каком классе")
            raise Left
        return self._asked(row)

    def _asked(self, row: ListRow) -> str:
        """The class of a whole sheet that says none."""
        table = self.sheet.table
        name = f"sheetclass:{table.file}|{table.sheet}"
        if said := self.sheet.given.answers.get(name):
            try:
                return texts.class_name(said)
            except Wrong:
                pass
        if self.question is None:
            where = f"на листе «{table.sheet}»" if table.sheet else f"в файле «{table.file}»"
            self.question = Question(name, f"Какой класс {where}?", (), (), takes_text=True)
            self.batch.questions.append(self.question)
        asked = replace(self.question, cells=(*self.question.cells, row.place))
        self.batch.questions[self.batch.questions.index(self.question)] = asked
        self.question = asked
        raise Left

    def _leader(self, row: ListRow, name: str) -> None:
        """A column of the class teacher says the same in every row of a class."""
        if not row.says("class_teacher") or name in self.led:
            return
        try:
            self.led[name] = row.take(
                "class_teacher", lambda value: texts.person(shown(value)), Person("")
            )
        except Left:
            return
        self.batch.add(Kind.CLASSES, ClassRow(row.place, name, self.led[name]))


def _full(row: ListRow) -> Person:
    """A pupil's name, of more than initials. Left."""
    person = row.person()
    if re.fullmatch(r"[^\W\d_]\.", person.first):
        row.wrong(
            "person", "Вместо имени инициал", "Фамилия, имя, отчество.", texts.written(person)
        )
        raise Left
    return person


def _or_none(read: Callable[[], Taken | None]) -> Taken | None:
    try:
        return read()
    except Left:
        return None


def _roles(fields: set[str]) -> list[str]:
    """«mother», «father2» …, of the columns of parents."""
    found = {field.partition(".")[0] for field in fields if "." in field}
    return sorted(found, key=lambda role: (not role.startswith("mother"), role))


def _parent(row: ListRow, role: str, child: PupilRow) -> None:
    """The parent of a pupil's row, if it tells of one."""
    before = f"{role}."
    cell = row.values.get(f"{before}person")
    name, phone, email = texts.contacts(cell) if cell is not None else ("", "", "")
    if name.casefold() in ("", *_NOBODY) and not any(
        row.says(f"{before}{part}") for part in ("last", "first", "middle")
    ):
        if row.says(f"{before}phone") or phone:
            way_out = "Впишите имя. Пусто в телефоне: без родителя."
            row.wrong(f"{before}person", "Телефон есть, а имени нет", way_out)
        return
    said = shown(cell)
    if cell is not None:
        row = replace(row, values={**row.values, f"{before}person": name})
    try:
        person = row.person(before)
        phone = row.take(f"{before}phone", lambda value: texts.phone(shown(value)), phone)
        email = row.take(f"{before}email", lambda value: texts.email(shown(value)), email)
    except Left:
        return
    relation = _RELATIONS.get(role.rstrip("234"), "") or _relation_told(said)
    if row.says(f"{before}relation"):
        relation = texts.relation(row.text(f"{before}relation"))
    row.sheet.batch.add(Kind.PARENTS, ParentRow(row.place, person, child, relation, phone, email))


_NOBODY = ("-", "–", "—", "нет", "нет данных", "н/д", "отсутствует", "умер", "умерла", "прочерк")
_TOLD = re.compile(r"\b(мама|мать|папа|отец|опекун\w*|бабушка|дедушка)\b", re.IGNORECASE)


def _relation_told(text: str) -> str:
    found = _TOLD.search(text)
    return texts.relation(found[0]) if found else ""


# --- lists of their own ---


def child_of(row: ListRow) -> PupilRow:
    """The pupil that a row of another list tells of. Left."""
    person = row.person("child.")
    name = row.take("child.class_name", _class_name, "")
    born = row.take("child.born_on", lambda value: texts.born(value, row.sheet.today), None)
    return PupilRow(row.place, person, name, born, file_number=row.says("child.file_number"))


def _class_name(value: Value) -> str:
    return texts.class_name(shown(value))


def read_parents(sheet: ListSheet) -> None:
    """Each row is a parent and one child."""
    for row in sheet.rows():
        try:
            row.sheet.batch.add(Kind.PARENTS, _parent_and_child(row))
        except Left:
            continue


def _parent_and_child(row: ListRow) -> ParentRow:
    said = row.text("person")
    name, phone, email = texts.contacts(row.values.get("person"))
    if said:
        row = replace(row, values={**row.values, "person": name})
    person = row.person(needs_first=False)
    child = child_of(row)
    phone = row.take("phone", lambda value: texts.phone(shown(value)), phone)
    email = row.take("email", lambda value: texts.email(shown(value)), email)
    relation = texts.relation(row.says("relation")) or _relation_told(said)
    return ParentRow(row.place, person, child, relation, phone, email)


def read_staff(sheet: ListSheet) -> None:
    for row in sheet.rows():
        if not row.names_person():
            sheet.pass_over(row.number, "в строке нет имени")
            sheet.count -= 1
            continue
        try:
            sheet.batch.add(Kind.STAFF, _employee(row))
        except Left:
            continue


def _employee(row: ListRow) -> StaffRow:
    person = row.person()
    phone = row.take("phone", lambda value: texts.phone(shown(value)), "")
    email = row.take("email", lambda value: texts.email(shown(value)), "")
    return StaffRow(row.place, person, row.text("position"), phone, email)


def drop_copies(batches: list[tuple[str, str, Batch]]) -> None:
    """Of sheets of a file that say the same row for row, «5А» and «5А (2)», the later ones are
    passed over. `batches`: (file, what the sheet is called, its own Batch)."""
    known: dict[tuple[object, ...], str] = {}
    for file, title, batch in batches:
        pupils = [row for row in batch.rows.get(Kind.PUPILS, []) if isinstance(row, PupilRow)]
        if len(pupils) < 2:
            continue
        parents = [row for row in batch.rows.get(Kind.PARENTS, []) if isinstance(row, ParentRow)]
        said = (
            file,
            *(
                (row.person, row.class_name, row.born_on, row.sex, row.file_number)
                for row in pupils
            ),
            *((row.person, row.child.person, row.phone, row.email) for row in parents),
        )
        if said not in known:
            known[said] = title
            continue
        batch.passed_over += [(row.place, f"повторяет «{known[said]}»") for row in pupils]
        batch.rows.clear()
        batch.problems.clear()
        batch.notes.append(f"«{title}» повторяет «{known[said]}»: взято один раз")
