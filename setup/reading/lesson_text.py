"""What a timetable's cell says: «Англ./Нем. 204/205» → two lessons at one hour. Pure.

A cell is taken apart into clauses, each with lists of subjects, groups, weeks, rooms and teachers;
lists of two pair by order. What may mean several things is a Doubt, asked once for all the cells
that say it so, and until then nothing of the cell is read.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import TypeVar

from school.rules.texts import tidy

from ..batch import Person
from .divisions import EVERY, FIRST, SECOND, number_of
from .lesson_tokens import MOST_SIGNS, Sort, Token, tokens
from .subjects import group_of, is_foreign_language, is_split, key, usual_groups

Item = TypeVar("Item")

NO_LESSON = "-"  # the answer that leaves out what it is about
_WEEKS = (FIRST, SECOND)
_SMALL = range(1, 5)  # numbers of groups; a room may have such one too


@dataclass(frozen=True)
class Doubt:
    """A Question without its cells."""

    key: str
    told: str
    options: tuple[tuple[str, str], ...]
    usual: str = ""
    takes_text: bool = False


@dataclass(frozen=True)
class LessonPart:
    """A lesson of the cell. `subject` in full where the dictionary has it, else as written;
    `supposed` as in TimetableRow."""

    subject: str
    group: str = ""
    weeks: int = EVERY
    room: str = ""
    teacher: Person | None = None
    supposed: int = 0


@dataclass(frozen=True)
class LessonCell:
    """What a cell says. With `doubts` there are no parts. `swap`: the key of the answer («1») that
    turns the rooms round, «» where no rooms were paired by order. `classes` of which the cell
    speaks itself; `together`: said to be one lesson with others of the hour."""

    parts: tuple[LessonPart, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    swap: str = ""
    classes: tuple[str, ...] = ()
    together: bool = False


@dataclass
class _Clause:
    subjects: list[Token] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    weeks: list[int] = field(default_factory=list)
    rooms: list[str] = field(default_factory=list)
    teachers: list[Person] = field(default_factory=list)
    numbers: list[Token] = field(default_factory=list)
    supposed: list[int] = field(default_factory=list)
    last: Token | None = None


def said(
    text: str,
    answers: Mapping[str, str],
    rooms: Set[str] = frozenset(),
    classes: frozenset[str] = frozenset(),
) -> LessonCell:
    """What a cell's text says (lines as `texts.lines` has them). `rooms`: numbers that are rooms
    elsewhere in the file; `classes`: the grid's."""
    corrected = answers.get(_text_key(text), "")
    if corrected == NO_LESSON:
        return LessonCell()
    text = corrected or text
    if len(text) > MOST_SIGNS:
        return LessonCell(doubts=(_not_understood(text),))
    return _Reading(text, answers, rooms, classes).said()


def lone_rooms(text: str, classes: frozenset[str]) -> set[str]:
    """The number that is nothing but a room: it stands alone in the cell and there is no other."""
    found = [one for one in tokens(text, classes) if one.sort in (Sort.NUMBER, Sort.ROOM)]
    has_slash = any(one.sort is Sort.SLASH for one in tokens(text, classes))
    small = len(found) == 1 and found[0].text.isdigit() and int(found[0].text) in _SMALL
    return {found[0].text} if len(found) == 1 and not has_slash and not small else set()


class _Reading:
    """One cell on its way; what is asked gathers in `doubts`."""

    def __init__(
        self, text: str, answers: Mapping[str, str], rooms: Set[str], classes: frozenset[str]
    ) -> None:
        self.text, self.answers, self.rooms = text, answers, rooms
        self.tokens = tokens(text, classes)
        self.doubts: list[Doubt] = []
        self.paired = False
        self.swap = f"swap:{tidy(text)}"

    def said(self) -> LessonCell:
        clauses = _clauses(self._settled())
        if not clauses:
            return LessonCell(doubts=tuple(self.doubts))
        if all(one.sort is Sort.NOTHING for clause in clauses for one in clause.subjects) and any(
            clause.subjects for clause in clauses
        ):
            return LessonCell(doubts=tuple(self.doubts))
        if not any(clause.subjects for clause in clauses):
            return LessonCell(doubts=(*self.doubts, _not_understood(self.text)))
        _inherit(clauses)
        parts = [part for clause in clauses for part in self._parts(clause)]
        parts = _with_the_last_room(self._told_apart(parts))
        return LessonCell(
            () if self.doubts else tuple(parts),
            tuple(self.doubts),
            self.swap if self.paired and not self.doubts else "",
            tuple(one.text for one in self.tokens if one.sort is Sort.CLASS),
            any(one.sort is Sort.TOGETHER for one in self.tokens),
        )

    def _ask(self, doubt: Doubt) -> str:
        """The answer, «» until there is one."""
        given = self.answers.get(doubt.key, "")
        known = {value for value, _ in doubt.options}
        if given in known or (given and doubt.takes_text):
            return given
        if doubt not in self.doubts:
            self.doubts.append(doubt)
        return ""

    def _settled(self) -> list[Token]:
        """The tokens, each WORD as what it was said to be."""
        found: list[Token] = []
        for token in self.tokens:
            answer = self._ask(_what_is(token.text)) if token.sort is Sort.WORD else ""
            if token.sort is not Sort.WORD:
                found.append(token)
            elif answer == "teacher":
                person = Person(token.text)
                found.append(replace(token, sort=Sort.TEACHER, person=person))
            elif answer in ("group", "room"):
                sort = Sort.GROUP if answer == "group" else Sort.ROOM
                found.append(replace(token, sort=sort))
            elif answer == "subject" and found:
                last = found[-1]
                found[-1] = replace(last, text=f"{last.text} {token.text}")
        return found

    # --- a clause ---

    def _parts(self, clause: _Clause) -> list[LessonPart]:
        self._settle_numbers(clause)
        subjects = clause.subjects
        size = max(
            len(one)
            for one in (subjects, clause.groups, clause.weeks, clause.rooms, clause.teachers)
        )
        lists = (subjects, clause.groups, clause.weeks, clause.rooms, clause.teachers)
        if any(len(one) not in (0, 1, size) for one in lists):
            self.doubts.append(_not_understood(self.text))
            return []
        if any(one.sort is Sort.NOTHING for one in subjects):
            return self._half_empty(clause, size)
        self._settle_halves(clause, size)
        self._settle_one_room(clause, size)
        if len(clause.rooms) == size > 1:
            self.paired = True
            if self.answers.get(self.swap):
                clause.rooms.reverse()
        return [
            LessonPart(
                subjects[n if len(subjects) > 1 else 0].text,
                _of(clause.groups, n, ""),
                _of(clause.weeks, n, EVERY),
                _of(clause.rooms, n, ""),
                _of(clause.teachers, n, None),
                _of(clause.supposed, n, 0),
            )
            for n in range(size)
        ]

    def _settle_numbers(self, clause: _Clause) -> None:
        """Bare numbers and I, II as rooms, groups or weeks."""
        for written in _runs(clause.numbers):
            meant = self._meaning(clause, written)
            if meant == "groups":
                clause.groups += [f"{number_of(one.text)} группа" for one in written]
            elif meant == "weeks":
                self._by_weeks(clause, written)
            elif meant:
                clause.rooms += [one.text for one in written]

    def _meaning(self, clause: _Clause, written: list[Token]) -> str:
        texts = [one.text for one in written]
        shown = "/".join(texts)
        if written[0].sort is Sort.ROMAN:
            return self._ask(
                Doubt(
                    f"roman:{shown.lower()}",
                    f"«{shown}»: недели или группы?",
                    (("weeks", "Недели"), ("groups", "Группы")),
                    "weeks" if len(texts) > 1 else "",
                )
            )
        small = all(int(text) in _SMALL for text in texts)
        splits = any(is_split(one.text) for one in clause.subjects)
        if small and not clause.groups and (clause.rooms or len(_runs(clause.numbers)) > 1):
            return "groups"
        if len(texts) > 1:
            return self._pair(texts, small)
        if small and splits and not clause.groups and not self.rooms & set(texts):
            return self._ask(
                Doubt(
                    "number:small",
                    f"«{clause.subjects[0].text} {shown}» и подобное: кабинет или группа?",
                    (("rooms", "Кабинет"), ("groups", "Группа")),
                )
            )
        return "rooms"

    def _pair(self, texts: list[str], small: bool) -> str:
        """What «12/22» is: rooms, where rooms are called so."""
        if all(len(text) > 2 or (text in self.rooms and not small) for text in texts):
            return "rooms"
        shown, first, second = "/".join(texts), texts[0], texts[-1]
        groups = (("groups", f"Группы {first} и {second}"),) if small else ()
        options = (
            ("rooms", f"Кабинеты {first} и {second}"),
            ("weeks", f"Недели: в первую {first}, во вторую {second}"),
            *groups,
        )
        return self._ask(Doubt(f"pair:{shown}", f"«{shown}»: что это?", options))

    def _by_weeks(self, clause: _Clause, written: list[Token]) -> None:
        if written[0].sort is Sort.NUMBER:
            clause.rooms += [one.text for one in written]
        clause.weeks = [_WEEKS[(number_of(one.text) - 1) % 2] for one in written]
        if written[0].sort is Sort.NUMBER:
            clause.weeks = list(_WEEKS[: len(written)])

    def _half_empty(self, clause: _Clause, size: int) -> list[LessonPart]:
        """«Биол. / —»."""
        place = next(n for n, one in enumerate(clause.subjects) if one.sort is not Sort.NOTHING)
        answer = self._ask(
            Doubt(
                "half:/ —" if place == 0 else "half:— /",
                "«/ —»: вторая неделя пуста?" if place == 0 else "«— /»: первая неделя пуста?",
                (
                    ("weeks", "Да, урок через неделю"),
                    ("groups", "Нет, урок у одной группы"),
                    ("all", "Нет, урок каждую неделю"),
                ),
                "weeks",
            )
        )
        if not answer:
            return []
        weeks = _of(clause.weeks, place, _WEEKS[min(place, 1)])
        group = f"{place + 1} группа"
        return [
            LessonPart(
                clause.subjects[place].text,
                _of(clause.groups, place, group if answer == "groups" else ""),
                weeks if answer == "weeks" else EVERY,
                _of(clause.rooms, place, ""),
                _of(clause.teachers, place, None),
            )
        ]

    def _settle_halves(self, clause: _Clause, size: int) -> None:
        """What tells the lessons of one clause apart, where it does not say so."""
        if size == 1 or len(clause.groups) == size:
            return
        names = [one.text for one in clause.subjects]
        alternate = len(clause.weeks) == size and len(set(clause.weeks)) == size
        if len(names) == 1 or len(set(names)) == 1:
            if len(names) == 1 and alternate and (clause.rooms[1:] or clause.groups):
                return  # «Матем. I/II нед. 12/22»: the whole class, another room
            clause.groups = usual_groups(names[0], size)
            clause.supposed = list(range(1, size + 1))
        elif not alternate:
            clause.groups = []
            self._subjects_at_once(clause, names)

    def _subjects_at_once(self, clause: _Clause, names: list[str]) -> None:
        answer = self._halves(names)
        if answer == "groups":
            clause.groups = [group_of(name) for name in names]
            clause.supposed = [1] * len(names)
        elif answer == "weeks":
            clause.weeks = [_WEEKS[n % 2] for n in range(len(names))]

    def _halves(self, names: list[str]) -> str:
        """Whether subjects at one hour are of groups or of weeks."""
        if all(is_split(name) for name in names):
            return "groups"
        shown = " / ".join(names)
        return self._ask(
            Doubt(
                f"halves:{'/'.join(map(key, names))}",
                f"«{shown}» в одной клетке: по неделям или по группам?",
                (("weeks", "По неделям"), ("groups", "По группам, одновременно")),
                "weeks" if len(names) == 2 else "",
            )
        )

    def _settle_one_room(self, clause: _Clause, size: int) -> None:
        """«Англ./Нем. 204»: two groups at one hour are not in one room."""
        is_shared = len(clause.rooms) == 1 < size == len(clause.subjects)
        if self.doubts or not is_shared or len(set(clause.weeks)) > 1:
            return
        names = [one.text for one in clause.subjects]
        options = tuple((str(n), name) for n, name in enumerate(names))
        shown = " / ".join(names)
        answer = self._ask(
            Doubt(
                f"oneroom:{'/'.join(map(key, names))}",
                f"«{shown}» с одним кабинетом: чей он?",
                (*options, ("all", "Общий")),
            )
        )
        if answer not in ("", "all"):
            clause.rooms = [clause.rooms[0] if str(n) == answer else "" for n in range(size)]

    # --- several clauses ---

    def _told_apart(self, parts: list[LessonPart]) -> list[LessonPart]:
        """Lessons of several clauses at one hour are of different groups."""
        at_once = [
            n
            for n, one in enumerate(parts)
            if not one.group
            and any(other.weeks & one.weeks for m, other in enumerate(parts) if m != n)
        ]
        if not at_once or self.doubts:
            return parts
        if len(at_once) < len(parts):
            return _with_the_other_groups(parts, at_once)
        names = [parts[n].subject for n in at_once]
        if len(set(names)) == 1:
            groups = usual_groups(names[0], len(names))
            return [replace(one, group=groups[n], supposed=n + 1) for n, one in enumerate(parts)]
        answer = self._halves(names)
        if answer == "weeks":
            return [replace(one, weeks=_WEEKS[n % 2]) for n, one in enumerate(parts)]
        return [replace(one, group=group_of(one.subject), supposed=1) for one in parts]


def _text_key(text: str) -> str:
    return f"text:{tidy(text[:MOST_SIGNS])}"


def _not_understood(text: str) -> Doubt:
    told = f"«{' '.join(text[:MOST_SIGNS].split())}»: не понято, какой это урок"
    return Doubt(_text_key(text), told, ((NO_LESSON, "Не урок"),), takes_text=True)


def _what_is(word: str) -> Doubt:
    options = (
        ("teacher", "Учитель"),
        ("group", "Группа"),
        ("room", "Кабинет"),
        ("subject", "Часть названия"),
        (NO_LESSON, "Не нужно"),
    )
    usual = "teacher" if word[0].isupper() else "group"
    return Doubt(f"word:{tidy(word)}", f"«{word}»: что это?", options, usual)


def _clauses(found: list[Token]) -> list[_Clause]:
    """A slash between two of one sort makes a list, else it ends a clause; so does a second
    subject, and a second group, week, room or teacher."""
    clauses = [_Clause()]
    slash = False
    for token in found:
        if token.sort in (Sort.BREAK, Sort.SLASH):
            slash = token.sort is Sort.SLASH
            continue
        if token.sort in (Sort.CLASS, Sort.TOGETHER):
            continue
        clause = clauses[-1]
        if _begins_another(clause, token, slash):
            clause = _Clause()
            clauses.append(clause)
        _put(clause, token, slash)
        slash = False
    return [clause for clause in clauses if clause.last]


_BARE = (Sort.NUMBER, Sort.ROMAN)
_NUMBERED = (Sort.GROUP, Sort.WEEK)
_ALIKE = {Sort.SUBJECT, Sort.NOTHING}, {Sort.ROOM, Sort.NUMBER}


def _alike(one: Token, other: Token, slash: bool) -> bool:
    """Whether two tokens side by side make a list; across a slash a number goes with what has
    numbers: «1/2 гр.», «I / II нед.»."""
    sorts = {one.sort, other.sort}
    if len(sorts) == 1 or any(sorts == pair for pair in _ALIKE):
        return True
    small = all(number_of(bare.text) in _SMALL for bare in (one, other) if bare.sort in _BARE)
    return slash and small and any(sorts == {bare, its} for bare in _BARE for its in _NUMBERED)


def _begins_another(clause: _Clause, token: Token, slash: bool) -> bool:
    if clause.last is None:
        return False
    if slash:
        return not _alike(clause.last, token, slash)
    if token.sort is Sort.NOTHING:
        return False
    if token.sort is Sort.SUBJECT:
        foreign = clause.subjects and clause.subjects[-1].text == "Иностранный язык"
        return bool(clause.subjects) and not (foreign and is_foreign_language(token.text))
    if _alike(clause.last, token, slash):
        return False
    stands = {
        Sort.GROUP: clause.groups,
        Sort.WEEK: clause.weeks,
        Sort.TEACHER: clause.teachers,
        Sort.ROOM: clause.rooms,
    }.get(token.sort)
    return bool(stands)


def _put(clause: _Clause, token: Token, slash: bool) -> None:
    """A token into its list. Across a slash a number is what the other is."""
    last = clause.last.sort if clause.last else None
    if slash and token.sort in _BARE and last in (*_NUMBERED, Sort.ROOM):
        _put_as(clause, token, last)
    elif slash and last in _BARE and token.sort not in _BARE:
        run = _runs(clause.numbers)[-1]
        del clause.numbers[-len(run) :]
        for one in [*run, token]:
            _put_as(clause, one, token.sort)
    elif token.sort is Sort.SUBJECT:
        if not slash and clause.subjects:
            clause.subjects.pop()  # «Ин. яз. (англ.)»
        clause.subjects.append(token)
    elif token.sort is Sort.NOTHING:
        if slash or not clause.subjects:
            clause.subjects.append(token)
    elif token.sort in _BARE:
        clause.numbers.append(token if slash else replace(token, line=True))  # `line` begins a run
    else:
        _put_as(clause, token, token.sort)
    clause.last = token


def _put_as(clause: _Clause, token: Token, sort: Sort) -> None:
    bare = token.sort in _BARE
    if sort is Sort.GROUP:
        clause.groups.append(f"{number_of(token.text)} группа" if bare else token.text)
    elif sort is Sort.WEEK:
        clause.weeks.append(_WEEKS[(number_of(token.text) - 1) % 2] if bare else int(token.text))
    elif sort is Sort.ROOM:
        clause.rooms.append(token.text)
    elif token.person:
        clause.teachers.append(token.person)


def _with_the_last_room(parts: list[LessonPart]) -> list[LessonPart]:
    """«Музыка (чёт.) / ИЗО (нечёт.) 101»: lessons of unlike weeks share the one room."""
    alternate = len(parts) == 2 and not parts[0].weeks & parts[1].weeks
    if alternate and not parts[0].room:
        return [replace(parts[0], room=parts[1].room), parts[1]]
    return parts


def _runs(numbers: list[Token]) -> list[list[Token]]:
    """Numbers that slashes join."""
    runs: list[list[Token]] = []
    for one in numbers:
        if one.line or not runs:
            runs.append([])
        runs[-1].append(one)
    return runs


def _inherit(clauses: list[_Clause]) -> None:
    """«Англ. 1 гр. 204 / 2 гр. 205»: a clause without a subject has that before it, the first ones
    that after them."""
    first = next(clause.subjects for clause in clauses if clause.subjects)
    before = first
    for clause in clauses:
        clause.subjects = clause.subjects or list(before)
        before = clause.subjects


def _of(items: Sequence[Item], place: int, missing: Item) -> Item:
    """The item of a list that goes with a place: its own, or the one that all share."""
    if not items:
        return missing
    return items[place] if len(items) > 1 else items[0]


def _with_the_other_groups(parts: list[LessonPart], loose: list[int]) -> list[LessonPart]:
    """«Англ. (1 гр.) 204 / Инф. 301»: who is in no group told is in the other."""
    names = {one.group for one in parts}
    free = [name for name in ("1 группа", "2 группа") if name not in names]
    numbered = len(parts) == 2 and len(free) == 1
    return [
        replace(one, group=free[0] if numbered else group_of(one.subject), supposed=1)
        if n in loose
        else one
        for n, one in enumerate(parts)
    ]
