"""Where the heads of a list stand, and what its columns are by their usual names. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from school.tables.table import Table

from ..batch import Kind
from .given import Given
from .texts import is_class_name, key, shown
from .workbook import SHEETS

LOOKED_AT = 30  # rows from the top in which heads are looked for
NOT_TAKEN = "-"
LONGEST_KEY = 120  # of a head that is remembered


def letters(place: int) -> str:
    """«AB» of a column, counted from 0."""
    return str(get_column_letter(place + 1))


@dataclass(frozen=True)
class HeadColumn:
    """`place` from 0; `text`: its head (of two rows, joined); `key` as heads are compared, with
    «#2» for the second of the same; `field` as in `files.HeadColumn`, `guess` likewise."""

    place: int
    text: str
    key: str
    field: str
    guess: str = ""

    @property
    def letters(self) -> str:
        return letters(self.place)


@dataclass(frozen=True)
class Heads:
    """`first` and `after`: their first row, and the first one after them, from 0."""

    first: int
    after: int
    columns: tuple[HeadColumn, ...]

    def fields(self) -> set[str]:
        return {column.field for column in self.columns} - {"", NOT_TAKEN}

    def of(self, name: str) -> list[HeadColumn]:
        return [column for column in self.columns if column.field == name]


# --- where they stand ---

# A word that only heads have, whatever the list.
_KNOWN = re.compile(
    r"\b(№|п п|ф ?и|фамил|имя|отчест|дата|д р|др|рожд|пол|класс|кл|литера|буква|адрес|тел|"
    r"телефон|снилс|личн|л д|мать|мама|отец|папа|родител|законн|предст|e mail|email|почт|примеч|"
    r"учител|педагог|преподават|предмет|дисциплин|час|групп|должност|сотрудник|стаж|образован|"
    r"категор|урок|день|недел|каб|ауд|начал|конец|оконч|период|четверт|тема|раздел|домаш|д з|"
    r"сокращ|руковод|учени|учащ|обучающ|воспитан|ребен|кем|родств|вид|расписание зв|звонк|время|"
    r"итого|всего|наименован|название|букв|сроки|гражданств|национальн|возраст|паспорт|статус)"
)
_LONGEST_HEAD = 60  # letters; what is longer is a title


def texts_of(table: Table, row: int) -> list[str]:
    return [shown(value) for value in table.rows[row]]


def find(table: Table, given: Given) -> tuple[int, int] | None:
    """(first row of the heads, first row after them), from 0; None where none look like heads."""
    if given.head_row is not None and given.head_row <= len(table.rows):
        first = given.head_row - 1
        return first, first + 1 + _has_second_row(table, first)
    best, most = None, 1
    for row in range(min(len(table.rows), LOOKED_AT)):
        texts = [text for text in texts_of(table, row) if text]
        likes = sum(_looks_like_head(text) for text in texts)
        second = _has_second_row(table, row) if likes else False
        if second:
            likes += sum(_looks_like_head(text) for text in texts_of(table, row + 1) if text)
        if likes > most or (likes == most == 1 and best is None and likes == len(texts)):
            best, most = (row, row + 1 + second), likes
    return best


def _looks_like_head(text: str) -> bool:
    if len(text) > _LONGEST_HEAD or ":" in text:
        return False
    return bool(_KNOWN.search(key(text))) or is_class_name(text)


def _has_second_row(table: Table, row: int) -> bool:
    """Whether the next row says what the heads leave open: each of its texts stands under a head
    that spans several columns, or under none."""
    if row + 1 >= len(table.rows):
        return False
    above, below = texts_of(table, row), table.rows[row + 1]
    found = False
    for column, value in enumerate(below):
        text = shown(value)
        if not text:
            continue
        is_open = not above[column] or table.merged.get((row, column), (1, 1))[1] > 1
        is_open = is_open or (column + 1 < len(above) and not above[column + 1])
        is_parallel = isinstance(value, int | float) and value in range(1, 13) and not below[0]
        if not is_open or not (is_parallel or (isinstance(value, str) and _looks_like_head(text))):
            return False
        found = True
    return found and sum(map(bool, above)) > 1  # one alone is a title


def joined(table: Table, first: int, after: int) -> list[str]:
    """The head of each column."""
    above = texts_of(table, first)
    if after == first + 1:
        return above
    below, heads, spread = texts_of(table, first + 1), [], ""
    for column, (top, bottom) in enumerate(zip(above, below, strict=True)):
        spread = top or (spread if bottom else "")
        heads.append(f"{spread} {bottom}".strip() if bottom else top)
        if top and table.merged.get((first, column), (1, 1)) == (2, 1):
            spread = ""
    return heads


def columns_of(
    table: Table, first: int, after: int, namer: "Namer", given: Given, what: str
) -> tuple[HeadColumn, ...]:
    """The columns that have a head or a value."""
    heads = joined(table, first, after)
    namer.begin(heads)
    seen: dict[str, int] = {}
    found = []
    for place, text in enumerate(heads):
        if not text:
            continue
        name = key(text)[:LONGEST_KEY]
        seen[name] = seen.get(name, 0) + 1
        own = name if seen[name] == 1 else f"{name}#{seen[name]}"
        usual, guess = namer.name(name)
        found.append(HeadColumn(place, text, own, given.field(what, own) or usual, guess))
    return tuple(found)


# --- what they are ---

Patterns = Sequence[tuple[str, str]]


class Namer:
    """Names the columns of a kind from left to right. `name` gives (field, guess)."""

    def __init__(self, patterns: Patterns, own: dict[str, str]) -> None:
        self.patterns = [(re.compile(pattern), field_) for pattern, field_ in patterns]
        self.own = own  # {key of a head of our own workbook: field}
        self.taken: set[str] = set()

    def begin(self, heads: Sequence[str]) -> None:
        self.taken = set()

    def name(self, head: str) -> tuple[str, str]:
        found = self.own.get(head) or self.usual(head)
        if found in self.taken:
            return NOT_TAKEN, found
        if found and found != NOT_TAKEN:
            self.taken.add(found)
        return found, ""

    def usual(self, head: str) -> str:
        return next((field_ for pattern, field_ in self.patterns if pattern.search(head)), "")


_ROLES = (
    ("mother", re.compile(r"\b(мать|матер\w*|мам\w*)\b")),
    ("father", re.compile(r"\b(отец|отц\w*|пап\w*)\b")),
    ("guardian", re.compile(r"\b(опекун\w*|попечител\w*|приемн\w*)\b")),
    ("parent", re.compile(r"\b(родител\w*|законн\w*|представител\w*)\b")),
)
_PHONE = re.compile(r"\b(тел\w*|моб\w*|сотов\w*|контактн\w* номер)\b")
_EMAIL = re.compile(r"\b(e ?mail|емайл|почт\w*|мейл|эл почта|адрес эл\w*)\b")
_NAME = re.compile(r"\b(ф ?и ?о|фамил\w*|имя|отчеств\w*)\b")
_OTHER_FACT = re.compile(
    r"\b(работ\w*|должност\w*|образован\w*|паспорт\w*|снилс|рожден\w*|прожив\w*|адрес|инн|социальн\w*)\b"
)
_PARTS: Patterns = (
    (r"фамил\w*.*\bимя\b|\bф ?и( ?о)?\b", "person"),
    (r"\bфамил", "last"),
    (r"\bимя\b", "first"),
    (r"\bотчеств", "middle"),
)


class PupilNamer(Namer):
    """Of a list of pupils, perhaps with parents: a telephone belongs to the parent before it."""

    def begin(self, heads: Sequence[str]) -> None:
        super().begin(heads)
        keys = [key(head) for head in heads]
        self.roles: list[str] = []  # in order
        self.waiting: list[str] = []  # those who have no telephone yet
        self.mail_waits: list[str] = []
        self.phones_left = sum(self._is_free(head, _PHONE) for head in keys)

    def name(self, head: str) -> tuple[str, str]:
        if head in self.own:
            return super().name(head)
        if re.search(_CHILD, head) and (_PHONE.search(head) or _EMAIL.search(head)):
            return NOT_TAKEN, ""
        if self._is_free(head, _PHONE):
            return self._free()
        role = _role(head)
        if role and not head.startswith("личн"):
            return self._of_parent(role, head)
        if _EMAIL.search(head):
            return self._next(self.mail_waits, "email")
        return super().name(head)

    @staticmethod
    def _is_free(head: str, what: re.Pattern[str]) -> bool:
        """Whether it is a telephone of whoever stands before it."""
        role = _role(head)
        return (
            bool(what.search(head))
            and role in ("", "parent")
            and not _NAME.search(head)
            and not re.search(_CHILD, head)
        )

    def _free(self) -> tuple[str, str]:
        left, self.phones_left = self.phones_left, self.phones_left - 1
        if len(self.waiting) > left:
            return "", f"{self.waiting[0]}.phone"
        return self._next(self.waiting, "phone")

    def _next(self, waiting: list[str], what: str) -> tuple[str, str]:
        if not waiting:
            return NOT_TAKEN, ""
        field_ = f"{waiting.pop(0)}.{what}"
        self.taken.add(field_)
        return field_, ""

    def _of_parent(self, role: str, head: str) -> tuple[str, str]:
        number = re.search(r"\b([1-4])\b", head)
        if number and number[1] != "1":
            role = f"{role}{number[1]}"
        if _PHONE.search(head) and not _NAME.search(head):
            what = "phone"
        elif _EMAIL.search(head):
            what = "email"
        elif _OTHER_FACT.search(head) and not _NAME.search(head):
            return NOT_TAKEN, ""
        else:
            what = next((part for pattern, part in _PARTS if re.search(pattern, head)), "person")
        if what in ("person", "last") and f"{role}.{what}" in self.taken:
            role = f"{role}{2 + sum(one.startswith(role) for one in self.roles[1:])}"
        return self._take(role, what)

    def _take(self, role: str, what: str) -> tuple[str, str]:
        field_ = f"{role}.{what}"
        if field_ in self.taken:
            return NOT_TAKEN, ""
        self.taken.add(field_)
        if role not in self.roles:
            self.roles.append(role)
            self.waiting.append(role)
            self.mail_waits.append(role)
        waits = {"phone": self.waiting, "email": self.mail_waits}.get(what)
        if waits and role in waits:
            waits.remove(role)
        return field_, ""


def _role(head: str) -> str:
    return next((role for role, pattern in _ROLES if pattern.search(head)), "")


_ORDINAL = (r"^(№|n|no|номер|№ ?п ?п|п ?п|п п №|порядков\w* номер|№ по порядку)$", NOT_TAKEN)
_NOTES = (r"\b(примечан\w*|комментар\w*|пометк\w*|подпис\w*)\b", NOT_TAKEN)
_LOGIN = (r"\b(логин|пароль|парол\w*)\b", NOT_TAKEN)
_PRIVATE = (
    r"\b(адрес\w*|прожива\w*|регистрац\w*|прописк\w*|снилс|паспорт\w*|свидетельств\w*|полис\w*|инн|"
    r"гражданств\w*|национальн\w*|здоровь\w*|овз|диагноз\w*|аооп|инвалид\w*|физ\w* групп\w*|"
    r"льгот\w*|социальн\w*|возраст|лет|полных лет|место рожд\w*|язык обучен\w*)\b",
    NOT_TAKEN,
)
_FILE = (r"\bличн\w* дел\w*|^л д$|^лд$|№ дела|номер дела", "file_number")
_BIRTH_YEAR = (r"\bгод\w* рожд", NOT_TAKEN)  # no date
_BORN = (r"\b(рожд\w*|д р|др|дата рожд)\b|^род$|^родил", "born_on")
_CLASS = (r"\bкласс\b|^кл$|^класс", "class_name")
_SUBJECT = (r"\b(предмет\w*|дисциплин\w*|учебн\w* предмет\w*|курс)\b", "subject")
_HOURS = (r"\b(час\w*|кол во|нагрузк\w*|количество)\b|^ч$", "hours")
_GROUP = (r"\b(под)?групп\w*\b", "group")
_TEACHER = (r"\b(учител\w*|педагог\w*|преподавател\w*|ф ?и ?о|фамил\w*|сотрудник\w*)\b", "teacher")

_CHILD = r"\b(ребен\w*|учени\w*|учащ\w*|обучающ\w*|воспитанник\w*|дет\w*)\b"
_CHILD_PATTERNS: Patterns = (
    (rf"личн\w* дел.*{_CHILD}|{_CHILD}.*личн\w* дел", "child.file_number"),
    (
        rf"(фамил\w*.*\bимя\b|\bф ?и ?о\b).*{_CHILD}|{_CHILD}.*(фамил\w*.*\bимя\b|\bф ?и ?о\b)",
        "child.person",
    ),
    (rf"фамил\w*.*{_CHILD}|{_CHILD}.*фамил", "child.last"),
    (rf"\bимя\b.*{_CHILD}|{_CHILD}.*\bимя\b", "child.first"),
    (rf"отчеств\w*.*{_CHILD}|{_CHILD}.*отчеств", "child.middle"),
    (rf"рожд\w*.*{_CHILD}|{_CHILD}.*рожд", "child.born_on"),
    (r"\bкласс\b|^кл$", "child.class_name"),
    (_FILE[0], "child.file_number"),
    (_CHILD, "child.person"),
)

USUAL: dict[Kind, Patterns] = {
    Kind.PUPILS: (
        _ORDINAL,
        _FILE,
        (r"\b(руководител\w*|кл рук\w*)\b", "class_teacher"),
        _PRIVATE,
        _BIRTH_YEAR,
        _BORN,
        (r"^пол$|^пол ", "sex"),
        (r"\b(литер\w*|букв\w*)\b", "class_letter"),
        _CLASS,
        (r"\bпараллел\w*\b", "class_name"),
        (r"кем прих\w*|степень родств\w*|\bродств\w*", "parent.relation"),
        *_PARTS,
        (rf"^({_CHILD[3:-3]})|список {_CHILD}|^{_CHILD}$", "person"),
        _NOTES,
        _LOGIN,
    ),
    Kind.PARENTS: (
        _ORDINAL,
        *_CHILD_PATTERNS,
        (r"кем прих\w*|\bродств\w*|^статус$|^кто$", "relation"),
        *_PARTS,
        (_PHONE.pattern, "phone"),
        (_EMAIL.pattern, "email"),
        _PRIVATE,
        (rf"{_OTHER_FACT.pattern}|{_BORN[0]}|^пол$", NOT_TAKEN),
        (r"\b(родител\w*|представител\w*|мать|отец)\b", "person"),
        _NOTES,
        _LOGIN,
    ),
    Kind.STAFF: (
        _ORDINAL,
        (r"\bдолжност\w*", "position"),
        *_PARTS,
        (_PHONE.pattern, "phone"),
        (_EMAIL.pattern, "email"),
        (r"\b(сотрудник\w*|учител\w*|педагог\w*|работник\w*|преподавател\w*)\b", "person"),
        _PRIVATE,
        (
            r"\b(предмет\w*|образован\w*|стаж\w*|категор\w*|рожд\w*|ставк\w*|час\w*|пол|класс\w*)\b",
            NOT_TAKEN,
        ),
        _NOTES,
        _LOGIN,
    ),
    Kind.CLASSES: (
        _ORDINAL,
        (r"руковод|^кл рук", "teacher"),
        (r"\b(кол\w*|число|количеств\w*|кабинет\w*|каб|смен\w*)\b", NOT_TAKEN),
        (r"\bкласс\w*\b|^кл$", "name"),
        _NOTES,
    ),
    Kind.SUBJECTS: (
        _ORDINAL,
        (r"\b(сокращ\w*|кратк\w*)\b", "short_name"),
        (r"\bбукв\w*\b", "abbreviation"),
        (r"\bобласт\w*", NOT_TAKEN),
        (r"\b(предмет\w*|дисциплин\w*|наименован\w*|названи\w*)\b", "name"),
        _NOTES,
    ),
    Kind.PERIODS: (
        (r"\b(начал\w*|с)\b", "starts_on"),
        (r"\b(конец|конц\w*|окончан\w*|по)\b", "ends_on"),
        (r"\b(вид|период\w*|четверт\w*|триместр\w*|название|наименован\w*)\b", "kind"),
        (r"^№$|номер", "number"),
        (r"\b(недел\w*|дней|дни|продолжит\w*|учебн\w*)\b", NOT_TAKEN),
        _NOTES,
    ),
    Kind.BELLS: (
        (r"\b(начал\w*)\b", "starts_at"),
        (r"\b(конец|конц\w*|окончан\w*)\b", "ends_at"),
        (r"\b(перемен\w*|перерыв\w*|продолжит\w*|длительн\w*)\b", NOT_TAKEN),
        (r"\bвремя\b", "times"),
        (r"\b(расписан\w*|смен\w*|вид)\b", "schedule"),
        (r"\bурок\w*\b|^№|номер", "number"),
        _NOTES,
    ),
    Kind.CURRICULUM: (_ORDINAL, (r"\bобласт\w*", NOT_TAKEN), _SUBJECT, _CLASS, _HOURS, _NOTES),
    Kind.WORKLOAD: (
        _ORDINAL,
        (r"\b(должност\w*|категор\w*|стаж\w*|образован\w*|итого|всего)\b", NOT_TAKEN),
        _SUBJECT,
        _GROUP,
        _HOURS,
        (r"\bкласс\w*\b|^кл$", "classes"),
        _TEACHER,
        _NOTES,
    ),
    Kind.GROUPS: (
        _ORDINAL,
        *_CHILD_PATTERNS,
        *((pattern, f"child.{part}") for pattern, part in _PARTS),
        (_BORN[0], "child.born_on"),
        _SUBJECT,
        _GROUP,
        _NOTES,
    ),
    Kind.TIMETABLE: (
        (r"\bд(ень|ни)\b", "weekday"),
        (r"\bурок\w*\b|^№", "number"),
        (r"\bнедел\w*\b", "weeks"),
        _SUBJECT,
        _GROUP,
        (r"\b(каб\w*|ауд\w*|помещен\w*)\b", "room"),
        (r"\bкласс\w*\b|^кл$", "classes"),
        _TEACHER,
        (r"\bвремя\b", NOT_TAKEN),
        _NOTES,
    ),
    Kind.PLAN: (
        (r"\bфакт\w*", NOT_TAKEN),
        (r"\b(тема|темы|содержание)\b", "title"),
        (r"\bраздел\w*\b", "section"),
        (r"\b(контрольн\w*|практическ\w*)\b", NOT_TAKEN),
        _HOURS,
        (r"\b(домашн\w*|д з)\b", "homework"),
        (r"\b(дат\w*|срок\w*)\b", "planned_on"),
        (r"\bкласс\b|^кл$", "class_name"),
        _SUBJECT,
        _GROUP,
        (r"^№|\b(урок\w*|ресурс\w*|эор|цор|ууд)\b", NOT_TAKEN),
        _NOTES,
    ),
}

_OWN: dict[Kind, dict[str, str]] = {
    kind: {key(head.title): head.field for head in sheet.heads} for kind, sheet in SHEETS.items()
}


def namer(kind: Kind) -> Namer:
    make: Callable[[Patterns, dict[str, str]], Namer] = PupilNamer if kind == Kind.PUPILS else Namer
    return make(USUAL[kind], _OWN[kind])


# What a column may be assigned to, beside the fields of our own sheet.
_MORE: dict[Kind, tuple[tuple[str, str], ...]] = {
    Kind.PUPILS: (
        ("person", "ФИО ученика"),
        ("class_letter", "Буква класса"),
        *(
            (f"{role}.{part}", f"{who}: {what}")
            for role, who in (
                ("mother", "Мать"),
                ("father", "Отец"),
                ("guardian", "Законный представитель"),
            )
            for part, what in (("person", "ФИО"), ("phone", "телефон"), ("email", "эл. почта"))
        ),
        ("class_teacher", "Классный руководитель"),
    ),
    Kind.PARENTS: (("person", "ФИО родителя"), ("child.person", "ФИО ученика")),
    Kind.STAFF: (("person", "ФИО"),),
    Kind.GROUPS: (("child.person", "ФИО ученика"),),
    Kind.BELLS: (("times", "Время: начало и конец"),),
}


def choices(kind: Kind) -> tuple[tuple[str, str], ...]:
    """(field, Russian) of what a column of a kind may be."""
    own = tuple((head.field, head.title) for head in SHEETS[kind].heads)
    return (*_MORE.get(kind, ()), *own, (NOT_TAKEN, "не брать"))
