"""Words of files resolved against what stands: subjects, teachers, classes. What is unclear becomes
one Question for all the cells it concerns. Pure."""

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from rapidfuzz import fuzz

from school.rules.names import PersonName, sorting_name
from school.rules.texts import tidy

from ..answers import NEW, NONE, SKIP, word_key
from ..batch import Kind, Person, Place, Question
from ..changes import Change, Ref, State
from .context import Comparison

SHORT = 20  # Subject.short_name
ALIKE = 75  # percent: what is offered for a word
CLASS_NAME = re.compile(r"(0|[1-9]|1[0-2])([^\W\d_]{0,5})")


def parallel_of(name: str) -> str:
    """«5» of «5А»; «» of what is no name of a class."""
    match = CLASS_NAME.fullmatch(name)
    return match[1] if match else ""


def person_name(person: Person) -> PersonName:
    return PersonName(person.last, person.first, person.middle)


def is_initial(name: str) -> bool:
    return name.endswith(".") or len(name) == 1


def fits(person: Person, name: PersonName) -> bool:
    """Whether a written name may be that person's: initials for names, what is not said for any."""
    if sorting_name(person.last) != sorting_name(name.last_name):
        return False
    pairs = ((person.first, name.first_name), (person.middle, name.patronymic))
    return all(_fits_part(written, full) for written, full in pairs)


def _fits_part(written, full):
    written, full = sorting_name(written.rstrip(".")), sorting_name(full)
    return not (written and full) or written == full or (len(written) == 1 and full[0] == written)


def written_name(person: Person) -> str:
    return " ".join(filter(None, (person.last, person.first, person.middle)))


@dataclass
class Words:
    """The words of one comparison. `subjects` and `teachers` are {Ref: name}, those too that the
    files bring; what is asked is collected and told at the end."""

    comparison: Comparison
    subjects: dict[Ref, str] = field(default_factory=dict)
    forms: dict[str, Ref] = field(default_factory=dict)
    teachers: dict[Ref, PersonName] = field(default_factory=dict)
    classes: dict[str, Ref] = field(default_factory=dict)
    asked: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    questions: dict[str, Question] = field(default_factory=dict)
    by_last: dict[str, list[Ref]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self):
        standing = self.comparison.standing
        for one in standing.subjects:
            self.know_subject(one.pk, one.name, one.short_name, one.abbreviation)
        for user in sorted(standing.staff):
            if user in standing.adults:
                self.know_teacher(user, standing.adults[user].name)
        self.classes.update({name: one.pk for name, one in standing.classes.items()})

    def know_subject(self, ref: Ref, name: str, *others: str) -> None:
        self.subjects[ref] = name
        for form in (name, *others):
            if form:
                self.forms.setdefault(tidy(form), ref)

    def know_teacher(self, ref: Ref, name: PersonName) -> None:
        self.teachers[ref] = name
        self.by_last[sorting_name(name.last_name)].append(ref)

    def ask(self, question: Question, place: Place) -> None:
        self.asked[question.key].append(place)
        self.questions.setdefault(question.key, question)

    def tell_questions(self) -> None:
        for key, one in self.questions.items():
            places = {
                (at.source.file, at.source.sheet, at.row, at.column): at for at in self.asked[key]
            }
            self.comparison.review.questions.append(replace(one, cells=tuple(places.values())))

    # --- subjects ---

    def subject(self, word: str, place: Place) -> Ref | None:
        """The subject that a word means; None where it is to be asked, or is left out."""
        key = word_key("subject", word)
        answer = self.comparison.answers.get(key, "")
        if answer == SKIP:
            return None
        if answer == NEW:
            return self._new_subject(word, place)
        if answer.isdigit() and int(answer) in self.subjects:
            return int(answer)
        if answer:
            return self.forms.get(tidy(answer)) or self._new_subject(answer, place)
        if found := self.forms.get(tidy(word)) or self._by_beginning(word):
            return found
        likely = self._like(word)
        if not likely and len(tidy(word)) > 3 and not word.endswith("."):
            return self._new_subject(word, place)
        self._ask_subject(key, word, likely, place)
        return None

    def _by_beginning(self, word):
        """«Матем.» where only one subject begins so."""
        beginning = tidy(word).rstrip(".")
        if not word.endswith(".") or len(beginning) < 3:
            return None
        found = [ref for ref, name in self.subjects.items() if tidy(name).startswith(beginning)]
        return found[0] if len(found) == 1 else None

    def _like(self, word):
        scored = [
            (fuzz.ratio(tidy(word), tidy(name)), str(ref), ref)
            for ref, name in self.subjects.items()
        ]
        return [ref for score, _, ref in sorted(scored, reverse=True)[:4] if score >= ALIKE]

    def _ask_subject(self, key, word, likely, place):
        rest = sorted(self.subjects.keys() - set(likely), key=lambda ref: self.subjects[ref])
        options = [(self._answer(ref), self.subjects[ref]) for ref in [*likely, *rest]]
        options += [(NEW, f"новый предмет «{word}»"), (SKIP, "не загружать")]
        usual = self._answer(likely[0]) if likely else ""
        told = f"Что значит «{word}»?"
        self.ask(Question(key, told, (), tuple(options), usual, takes_text=True), place)

    def _answer(self, ref):
        return str(ref) if isinstance(ref, int) else self.subjects[ref]

    def _new_subject(self, name, place):
        """A subject that a file uses without having a sheet of subjects: made with the rest."""
        return self.forms.get(tidy(name)) or add_subject(self.comparison, self, name, place)

    # --- teachers ---

    def teacher(self, person: Person, place: Place) -> tuple[bool, Ref | None]:
        """(whether it is clear, the account); (True, None) where it is said that nobody is."""
        written = written_name(person)
        key = word_key("teacher", written)
        answer = self.comparison.answers.get(key, "")
        if answer == NONE:
            return True, None
        if answer == SKIP:
            return False, None
        if answer.isdigit() and int(answer) in self.teachers:
            return True, int(answer)
        found = [
            ref
            for ref in self.by_last[sorting_name(person.last)]
            if fits(person, self.teachers[ref])
        ]
        if len(found) == 1:
            return True, found[0]
        exact = [ref for ref in found if self.teachers[ref] == person_name(person)]
        if len(exact) == 1:
            return True, exact[0]
        is_full = person.first and not is_initial(person.first)
        if answer == NEW or (not found and is_full and not self._like_teacher(person)):
            return True, self._new_teacher(person, place)
        self._ask_teacher(key, written, found or self._like_teacher(person), place)
        return False, None

    def _like_teacher(self, person):
        scored = [
            (fuzz.ratio(sorting_name(person.last), sorting_name(name.last_name)), str(ref), ref)
            for ref, name in self.teachers.items()
        ]
        return [ref for score, _, ref in sorted(scored, reverse=True)[:4] if score >= ALIKE]

    def _ask_teacher(self, key, written, likely, place):
        known = [(str(ref), self.teachers[ref].full) for ref in likely if isinstance(ref, int)]
        options = sorted(known, key=lambda one: one[1])
        options += [
            (NEW, f"новый сотрудник «{written}»"),
            (NONE, "пока без учителя"),
            (SKIP, "не загружать"),
        ]
        told = f"Сотрудника «{written}» нет."
        if len(likely) > 1:
            told = f"«{written}»: таких сотрудников {len(likely)}. Кто это?"
        usual = options[0][0] if len(likely) == 1 else ""
        self.ask(Question(key, told, (), tuple(options), usual), place)

    def _new_teacher(self, person, place):
        return add_employee(self.comparison, self, person, place)

    # --- classes ---

    def school_class(self, name: str, kind: Kind, row: Any, column: str) -> Ref | None:
        """The class of that name; None, and a Problem, where there is none."""
        name = self.meant_class(name)
        if name in self.classes:
            return self.classes[name]
        if self.comparison.answers.get(f"class:{name}") != SKIP:
            self.comparison.wrong(kind, row, column, name, self.no_class(name))
        return None

    def meant_class(self, name: str) -> str:
        answer = self.comparison.answers.get(f"class:{name}", "")
        return name if answer in ("", NEW, SKIP) else answer

    def no_class(self, name: str) -> str:
        """«Класса 6Г нет. Есть 6А, 6Б, 6В»."""
        beside = [one for one in self.classes if parallel_of(one) == parallel_of(name)]
        there = f" Есть {', '.join(sorted(beside))}." if beside else ""
        return f"Класса {name} нет.{there}"


def add_subject(
    comparison: Comparison, words: Words, name: str, place: Place, row: Any = None
) -> Ref:
    """A new subject, of its own sheet or because a sheet uses it."""
    short = row.short_name if row else ""
    values = {"name": name, "short_name": short or name[:SHORT]}
    values["abbreviation"] = row.abbreviation if row else ""
    key = f"subject:{tidy(name)}"
    change = Change(Kind.SUBJECTS, State.NEW, key, name, place, row, values=values)
    words.know_subject(comparison.add(change).key, name, short, values["abbreviation"])
    return change.key


def add_employee(
    comparison: Comparison, words: Words, person: Person, place: Place, row: Any = None
) -> Ref:
    """A new employee, of the staff's list or because a sheet names a teacher."""
    name = person_name(person)
    values = name._asdict() | {"position": "", "phone": "", "email": ""}
    if row:
        values |= {"position": row.position, "phone": row.phone, "email": row.email}
    key = f"staff:{sorting_name(*name)}"
    change = Change(Kind.STAFF, State.NEW, key, name.full, place, row, values=values)
    if row is None:
        change.note = "назван в других листах"
    words.know_teacher(comparison.add(change).key, name)
    return change.key
