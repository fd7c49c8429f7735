"""Employees, pupils and parents beside those who stand. Pure.

A pupil is known by the number of his file, else by name and birth date; who is only alike is asked
about, never doubled and never merged unasked.
"""

import datetime
from collections import defaultdict
from dataclasses import replace
from typing import Any

from rapidfuzz import fuzz

from school.rules.names import PersonName, sorting_name
from school.rules.spans import ONE_DAY
from school.rules.texts import tidy

from ..batch import Kind, ParentRow, PupilRow
from ..changes import (
    ANOTHER,
    CLOSE,
    KEEP,
    LEFT,
    ONE_PERSON,
    Change,
    Ref,
    Side,
    Similar,
    State,
)
from ..queries.standing import StandingAdult, StandingPupil
from .context import Comparison, told, whence
from .structure import first_day_of_year
from .words import Words, add_employee, fits, is_initial, person_name

NAME_LABELS = (("last_name", "Фамилия"), ("first_name", "Имя"), ("patronymic", "Отчество"))
SEXES = {"m": "м", "f": "ж", "": ""}
RELATIONS = {"mother": "мать", "father": "отец", "other": "законный представитель", "": ""}
# Percent of likeness of two names from which one may be the other, of people born on one day and
# of people of one class.
ALIKE, ALIKE_IN_CLASS = 85, 92


def key_of(name: PersonName) -> str:
    return sorting_name(*name)


def name_fields(standing: PersonName, written: PersonName) -> list[tuple[str, str, str, str]]:
    """(field, label, was, becomes) of the names; initials say nothing that a full name does not.
    Only letters that people tell apart are another name: ё is kept where it stands."""
    return [
        (field, label, was, "" if is_initial(becomes) and was else becomes)
        for (field, label), was, becomes in zip(NAME_LABELS, standing, written, strict=True)
    ]


# --- staff ---


def _tell_gone_staff(comparison: Comparison, there: set[Ref]) -> None:
    """Of employees whom a list of more than half of them has no more: they may have left."""
    standing = comparison.standing
    known = [standing.adults[user] for user in sorted(standing.staff) if user in standing.adults]
    employed = [one for one in known if one.employee and not one.left_on]
    gone = [one for one in employed if one.user not in there]
    if len(gone) * 2 >= len(employed):
        return
    for one in gone:
        last = comparison.standing.today - ONE_DAY
        key = f"staff:{one.user}"
        chosen = comparison.answers.get(f"gone:{key}", KEEP)
        comparison.add(
            Change(
                *(Kind.STAFF, State.GONE, key, one.name.full),
                target=one.user,
                choices=((KEEP, "оставить как есть"), (f"{LEFT}:{last}", f"уволен {told(last)}")),
                chosen=chosen,
                values={"chosen": chosen},
                is_taken=chosen != KEEP,
            )
        )


def compare_staff(comparison: Comparison, words: Words) -> None:
    seen: dict[Ref, Any] = {}
    for row in comparison.rows(Kind.STAFF):
        name = person_name(row.person)
        found = [ref for ref, its in words.teachers.items() if its == name] or [
            ref
            for ref in words.by_last[sorting_name(row.person.last)]
            if fits(row.person, words.teachers[ref])
        ]
        found = found or _parents_like(comparison, name, row.phone, row.email)
        if len(found) > 1:
            many = f"Таких сотрудников {len(found)}: напишите имя и отчество полностью."
            comparison.wrong(Kind.STAFF, row, "person", name.full, many)
        elif not found:
            seen[add_employee(comparison, words, row.person, row.place, row)] = row
        elif found[0] in seen and _repeats(row, seen[found[0]]):
            before = whence(seen[found[0]].place)
            comparison.review.passed_over.append((row.place, f"повторяет: {before}"))
        elif found[0] in seen:
            twice = f"Уже есть: {whence(seen[found[0]].place)}."
            comparison.wrong(Kind.STAFF, row, "person", name.full, twice)
        elif isinstance(found[0], int):
            seen[found[0]] = row
            _compare_employee(comparison, words, row, comparison.standing.adults[found[0]])
        else:
            twice = "Такой сотрудник уже назван в другом листе."
            comparison.wrong(Kind.STAFF, row, "person", name.full, twice)
    if seen:
        _tell_gone_staff(comparison, set(seen))


def _repeats(row, before):
    """Whether another list says of the same person nothing but what the first one said."""
    pairs = ((getattr(row, one), getattr(before, one)) for one in ("position", "phone", "email"))
    return (
        row.place.source != before.place.source
        and key_of(person_name(row.person)) == key_of(person_name(before.person))
        and all(said in ("", was) for said, was in pairs)
    )


def _parents_like(comparison, name, phone, email):
    """Adults of that name and telephone or e-mail: who works where his child learns has one
    account."""
    return [
        adult.user
        for adult in comparison.standing.adults.values()
        if key_of(adult.name) == key_of(name) and _reached_alike(adult, phone, email)
    ]


def _reached_alike(adult, phone, email):
    return bool((phone and phone == adult.phone) or (email and tidy(email) == tidy(adult.email)))


def _compare_employee(comparison, words, row, adult):
    words.teachers.setdefault(adult.user, adult.name)
    fields = [
        *name_fields(adult.name, person_name(row.person)),
        ("position", "Должность", adult.position, row.position),
        ("phone", "Телефон", adult.phone, row.phone),
        ("email", "Эл. почта", adult.email, row.email),
    ]
    change = Change(
        *(Kind.STAFF, State.SAME, f"staff:{adult.user}", adult.name.full),
        *(row.place, row, adult.user),
    )
    if adult.employee is None and adult.user not in comparison.standing.staff:
        fields.append(("is_employee", "Сотрудник", "", "да"))
    elif adult.left_on:
        fields.append(("left_on", "Работает", f"по {told(adult.left_on)}", "да"))
    comparison.beside(change, fields)


# --- pupils ---


def compare_pupils(comparison: Comparison, words: Words) -> "ComparedPupils":
    """Also says which pupil each child of the other sheets is."""
    pupils = ComparedPupils(comparison, words)
    pupils.compare()
    return pupils


def _told_before(kept, places, row):
    """Which row of the same name and class says the same pupil, each maybe more than the other."""
    for place in places:
        pairs = ((one.born_on, tidy(one.file_number)) for one in (kept[place], row))
        (born, number), (its_born, its_number) = pairs
        is_born_alike = born in (None, its_born) or its_born is None
        if is_born_alike and (number in ("", its_number) or not its_number):
            return place
    return None


def _filled(row: PupilRow, other: PupilRow) -> PupilRow:
    """The row with what the other says more."""
    return replace(
        row,
        born_on=row.born_on or other.born_on,
        sex=row.sex or other.sex,
        file_number=row.file_number or other.file_number,
    )


class ComparedPupils:
    """The pupils of a comparison. `refs` {Ref: (name, birth date, class name, file number)} of all
    that stand or come, to find children of other sheets among."""

    def __init__(self, comparison: Comparison, words: Words) -> None:
        self.comparison, self.words = comparison, words
        self.standing = comparison.standing.pupils
        self.by_file = {tidy(one.file_number): one for one in self.standing if one.file_number}
        self.by_name: dict[str, list[StandingPupil]] = defaultdict(list)
        self.by_birth: dict[datetime.date | None, list[StandingPupil]] = defaultdict(list)
        self.by_class: dict[str, list[StandingPupil]] = defaultdict(list)
        for one in self.standing:
            self.by_name[key_of(one.name)].append(one)
            self.by_birth[one.born_on].append(one)
            self.by_class[one.class_name].append(one)
        self.matched: dict[int, PupilRow] = {}
        self.refs: dict[Ref, tuple[PersonName, datetime.date | None, str, str]] = {
            one.pk: (one.name, one.born_on, one.class_name, one.file_number)
            for one in self.standing
        }
        self.keys_by_name: dict[str, list[Ref]] = defaultdict(list)
        for ref, (name, *_) in self.refs.items():
            self._index(ref, name)

    def _index(self, ref, name):
        self.keys_by_name[key_of(name)].append(ref)
        self.keys_by_name[sorting_name(*name[:2])].append(ref)

    def compare(self) -> None:
        rows = self._distinct(self.comparison.rows(Kind.PUPILS))
        found: list[tuple[PupilRow, StandingPupil | None]] = []
        for row in rows:
            one, refusal = self._certain(row)
            if refusal:
                field, written = refusal[1], refusal[2]
                self.comparison.wrong(Kind.PUPILS, row, field, written, refusal[0])
                continue
            if one and one.pk in self.matched:
                twice = f"Этот ученик уже есть: {whence(self.matched[one.pk].place)}."
                written = person_name(row.person).full
                self.comparison.wrong(Kind.PUPILS, row, "person", written, twice)
                continue
            if one:
                self.matched[one.pk] = row
            found.append((row, one))
        for row, one in found:
            self._compare_row(row, one)
        if rows:
            self._tell_gone(rows)
        for kind, row in self.comparison.batch.gone:
            if kind is Kind.PUPILS and isinstance(row, PupilRow):
                self._tell_said_gone(row)

    # Which rows are one person's.

    def _distinct(self, rows):
        """The rows of different people; of two with one name and birth date it is asked."""
        kept: list[PupilRow] = []
        by_file: dict[str, PupilRow] = {}
        places: dict[tuple[str, str], list[int]] = defaultdict(list)
        by_person: dict[tuple[str, datetime.date | None], PupilRow] = {}
        for row in rows:
            name = person_name(row.person)
            number = tidy(row.file_number)
            person = (key_of(name), row.born_on)
            if (place := _told_before(kept, places[key_of(name), row.class_name], row)) is not None:
                kept[place] = _filled(kept[place], row)
                if number:
                    by_file.setdefault(number, kept[place])
                told = f"повторяет: {whence(kept[place].place)}"
                self.comparison.review.passed_over.append((row.place, told))
                continue
            if number and number in by_file:
                self._tell_taken(row, by_file[number])
                continue
            before = by_person.get(person)
            both_numbered = before and number and before.file_number
            if before and not both_numbered and not self._asked_twice(row, before, name):
                continue
            if number:
                by_file[number] = row
            by_person.setdefault(person, row)
            places[person[0], row.class_name].append(len(kept))
            kept.append(row)
        return kept

    def _tell_taken(self, row, other):
        whose = f"{person_name(other.person).listed}, {other.class_name} ({whence(other.place)})"
        same = person_name(other.person) == person_name(row.person)
        why = f"Этот ученик уже есть: {whose}." if same else f"Такой номер уже есть: {whose}."
        self.comparison.wrong(Kind.PUPILS, row, "file_number", row.file_number, why)

    def _asked_twice(self, row, before, name):
        """Whether a second row of that name and birth date is another person; else it is told."""
        if before.class_name == row.class_name or row.born_on is None:
            twice = f"Этот ученик уже есть: {whence(before.place)}."
            self.comparison.wrong(Kind.PUPILS, row, "person", name.full, twice)
            return False
        key = f"twice:{key_of(name)}|{row.born_on}|{row.class_name}"
        answer = self.comparison.answers.get(f"same:{key}", "")
        if answer == ANOTHER:
            return True
        if answer != ONE_PERSON:
            similar = Similar(self._side(row), self._side(before), 100)
            self._add_similar(key, row, similar)
        return False

    def _certain(self, row):
        """(who stands that it certainly is, None) or (None, (why not, field, written))."""
        name, number = person_name(row.person), tidy(row.file_number)
        if number and (one := self.by_file.get(number)):
            alike = fuzz.ratio(key_of(one.name), key_of(name)) >= 60
            if alike or (row.born_on and row.born_on == one.born_on):
                return one, None
            whose = f"{one.name.listed}, {one.class_name or 'сейчас ни в одном классе'}"
            return None, (f"Такой номер уже есть: {whose}.", "file_number", row.file_number)
        found = [
            one
            for one in self.by_name.get(key_of(name), ())
            if not (number and one.file_number) and self._is_born_alike(row, one)
        ]
        return (found[0] if len(found) == 1 else None), None

    def _is_born_alike(self, row, one):
        if row.born_on and one.born_on:
            return row.born_on == one.born_on
        return one.class_name == row.class_name

    def _likely(self, row):
        """(percent, StandingPupil) of whom it may be, who is nobody else's row."""
        name = key_of(person_name(row.person))
        found = []
        same_day = self.by_birth[row.born_on] if row.born_on else []
        groups = (
            (same_day, ALIKE),
            (self.by_name.get(name, ()), 0),
            (self.by_class[row.class_name], ALIKE_IN_CLASS),
        )
        for others, least in groups:
            for one in others:
                numbered = row.file_number and one.file_number
                if one.pk in self.matched or numbered:
                    continue
                alike = fuzz.ratio(name, key_of(one.name))
                if alike >= least:
                    found.append((round(alike), -one.pk, one))
        return max(found)[::2] if found else None

    # What becomes of a row.

    def _key(self, row):
        if row.file_number:
            return f"pupil:{tidy(row.file_number)}"
        return f"pupil:{key_of(person_name(row.person))}|{row.born_on or row.class_name}"

    def _compare_row(self, row, one):
        key = self._key(row)
        if one is None and (likely := self._likely(row)):
            answer = self.comparison.answers.get(f"same:{key}", "")
            if answer == ONE_PERSON:
                one = likely[1]
                self.matched[one.pk] = row
            elif answer != ANOTHER:
                self.matched[likely[1].pk] = row  # so that he is not told to be gone
                similar = Similar(self._side(row), self._standing_side(likely[1]), likely[0])
                self._add_similar(key, row, similar)
                return
        school_class = self.words.school_class(row.class_name, Kind.PUPILS, row, "class_name")
        if school_class is not None:
            self._write(key, row, one, school_class)

    def _write(self, key, row, one, school_class):
        name = person_name(row.person)
        class_name = self.words.meant_class(row.class_name)
        title = f"{name.listed}, {class_name}"
        change = Change(Kind.PUPILS, State.NEW, key, title, row.place, row, one.pk if one else None)
        if one is None:
            told_of = {"sex": row.sex, "file_number": row.file_number, "born_on": row.born_on}
            change.values = name._asdict() | told_of | {"school_class": school_class}
            change.values["day"] = self._first_day(class_name)
            ref = self.comparison.add(change).key
            self.refs[ref] = (name, row.born_on, class_name, row.file_number)
            self._index(ref, name)
            return
        self._beside(change, row, one, name, class_name, school_class)

    def _beside(self, change, row, one, name, class_name, school_class):
        moved = one.class_name != class_name
        if moved:
            comes = one.class_name == ""
            change.values = {"day": self._first_day(class_name) if comes else self.comparison.day}
            change.note = f"с {told(change.values['day'])}"
        fields = [
            *name_fields(one.name, name),
            ("born_on", "Дата рождения", one.born_on, row.born_on),
            ("sex", "Пол", one.sex, row.sex),
            ("file_number", "№ личного дела", one.file_number, row.file_number),
            ("school_class", "Класс", None if moved else school_class, school_class),
        ]
        texts = {
            "sex": (SEXES[one.sex], SEXES[row.sex]),
            "school_class": (one.class_name, class_name),
        }
        self.comparison.beside(change, fields, texts)
        told_of = (name, row.born_on or one.born_on, class_name)
        self.refs[one.pk] = (*told_of, row.file_number or one.file_number)
        self._index(one.pk, name)

    def _first_day(self, class_name):
        """Who is the first of his class has been there since the year began; who comes into a class
        that is at work comes on the day of the import."""
        if self.by_class.get(class_name) or "day" in self.comparison.answers:
            return max(self.comparison.day, first_day_of_year(self.comparison))
        return first_day_of_year(self.comparison)

    # Similar ones, side by side.

    def _add_similar(self, key, row, similar):
        title = f"{person_name(row.person).listed}, {row.class_name}"
        change = Change(
            *(Kind.PUPILS, State.SIMILAR, key, title, row.place, row),
            similar=similar,
        )
        self.comparison.add(change)

    def _side(self, row):
        facts = self._facts(person_name(row.person), row.born_on, row.class_name, row.file_number)
        parents = [
            f"{person_name(one.person).short} {one.phone}".strip()
            for one in self.comparison.rows(Kind.PARENTS)
            if one.child.person == row.person and one.child.class_name == row.class_name
        ]
        return Side(whence(row.place), (*facts, ("Родители", "; ".join(parents))))

    def _standing_side(self, one):
        since = f", с {told(one.since)}" if one.since else ""
        class_name = f"{one.class_name}{since}" if one.class_name else "ни в одном"
        facts = self._facts(one.name, one.born_on, class_name, one.file_number)
        parents = [
            f"{adult.name.short} {adult.phone}".strip()
            for adult in self.comparison.standing.adults.values()
            if one.pk in adult.children
        ]
        return Side("в журнале", (*facts, ("Родители", "; ".join(parents))))

    def _facts(self, name, born_on, class_name, file_number):
        return (
            ("ФИО", name.full),
            ("Дата рождения", told(born_on)),
            ("Класс", class_name),
            ("№ личного дела", file_number),
        )

    # Who is no more in the files.

    def _tell_gone(self, rows):
        brought = {self.words.meant_class(row.class_name) for row in rows}
        there = {one.class_name for one in self.standing if one.class_name}
        if len(there & brought) * 2 > len(there):
            brought |= there  # the lists of nearly the whole school
        for one in self.standing:
            if one.class_name in brought and one.class_name and one.pk not in self.matched:
                self._add_gone(one)

    def _tell_said_gone(self, row):
        """Of whom a file says outright that he is no more there."""
        one, _ = self._certain(row)
        if one and one.class_name and one.pk not in self.matched:
            self.matched[one.pk] = row
            self._add_gone(one)

    def _add_gone(self, one):
        left = max(self.comparison.day - ONE_DAY, one.since)
        choices = [(KEEP, "оставить как есть"), (f"{LEFT}:{left}", f"выбыл {told(left)}")]
        if one.has_login:
            choices.append((CLOSE, "закрыть вход с сегодня"))
        key = f"pupil:{one.pk}"
        chosen = self.comparison.answers.get(f"gone:{key}", KEEP)
        change = Change(
            *(Kind.PUPILS, State.GONE, key, f"{one.name.listed}, {one.class_name}"),
            target=one.pk,
            choices=tuple(choices),
            chosen=chosen,
            note=f"учится с {told(one.since)}" + ("" if one.has_login else ", не входил"),
            values={"chosen": chosen},
            is_taken=chosen != KEEP,
        )
        self.comparison.add(change)

    # Which pupil a child of another sheet is.

    def child(self, child: PupilRow, kind: Kind, row: Any, column: str) -> Ref | None:
        """The pupil; None, and a Problem, where it is none or not to be told which."""
        name, number = person_name(child.person), tidy(child.file_number)
        found = list(dict.fromkeys(self.keys_by_name.get(key_of(name), ())))
        class_name = self.words.meant_class(child.class_name)
        known: tuple[tuple[int, Any], ...] = ((3, number), (1, child.born_on), (2, class_name))
        for place, said in known:
            if said:
                exact = [ref for ref in found if self._said(ref, place) == said]
                vague = [ref for ref in found if not self._said(ref, place)]
                found = exact or (vague if place != 2 else [])
        if number and not found:
            found = [ref for ref in self.refs if self._said(ref, 3) == number]
        if len(found) == 1:
            return found[0]
        if self._is_left_out(child):
            return None
        many = "Таких учеников несколько: добавьте класс или дату рождения."
        why = many if found else "Такого ученика нет."
        self.comparison.wrong(kind, row, column, name.full, why)
        return None

    def _said(self, ref, place):
        value: Any = self.refs[ref][place]
        return tidy(value) if place == 3 else value

    def _is_left_out(self, child):
        """Whether the row of the child itself was told about already."""
        return any(
            isinstance(change.row, PupilRow)
            and change.row.person == child.person
            and change.state is State.SIMILAR
            for change in self.comparison.review.changes
            if change.kind is Kind.PUPILS
        ) or any(problem.place == child.place for problem in self.comparison.review.problems)


# --- parents ---


def compare_parents(comparison: Comparison, pupils: ComparedPupils, words: Words) -> None:
    parents = ComparedParents(comparison, pupils, words)
    for row in comparison.rows(Kind.PARENTS):
        child = pupils.child(row.child, Kind.PARENTS, row, "child")
        if child is not None:
            parents.compare(row, child)


class ComparedParents:
    """`met` {name: [(phone, last name of a child, Ref)]} of the parents that the files bring."""

    def __init__(self, comparison: Comparison, pupils: ComparedPupils, words: Words) -> None:
        self.comparison, self.pupils, self.words = comparison, pupils, words
        self.by_name: dict[str, list[StandingAdult]] = defaultdict(list)
        self.of_child: dict[Ref, list[StandingAdult]] = defaultdict(list)
        for adult in comparison.standing.adults.values():
            self.by_name[key_of(adult.name)].append(adult)
            for pk in adult.children:
                self.of_child[pk].append(adult)
        self.met: dict[str, list[tuple[ParentRow, str, Ref]]] = defaultdict(list)
        self.pairs: set[tuple[Ref, Ref]] = set()

    def compare(self, row: ParentRow, child: Ref) -> None:
        name = person_name(row.person)
        adult = self._standing(row, name, child)
        key = f"parent:{key_of(name)}|{child}"
        child_name = self.pupils.refs[child][0].listed
        title = f"{name.full}: {RELATIONS[row.relation] or 'представитель'}, {child_name}"
        change = Change(Kind.PARENTS, State.NEW, key, title, row.place, row)
        person: Ref | None = adult.user if adult else self._met(row, name, child_name)
        if person is not None and (person, child) in self.pairs:
            twice = "Этот родитель этого ребёнка уже есть выше."
            self.comparison.wrong(Kind.PARENTS, row, "person", name.full, twice)
            return
        reach = {"phone": row.phone, "email": row.email}
        if adult is None:
            change.values = {"person": person, "child": child, "relation": row.relation}
            if person is None:
                change.values |= name._asdict() | reach
            added = self.comparison.add(change)
            person = person or added.key
            self.met[key_of(name)].append((row, child_name, person))
        else:
            self._beside(change, row, adult, child, name)
        self.pairs.add((person, child))  # type: ignore[arg-type]  # one of both is

    def _standing(self, row, name, child):
        """The adult who stands: a parent of this child of that name or likely, or somebody of
        that name and telephone or e-mail, or of that name with a child of the same last name."""
        own = [one for one in self.of_child[child] if (one.user, child) not in self.pairs]
        own.sort(key=lambda one: not _reached_alike(one, row.phone, row.email))
        for adult in own:
            if key_of(adult.name) == key_of(name) or fits(row.person, adult.name):
                return adult
        alike = self.by_name.get(key_of(name), ())
        for adult in alike:
            if _reached_alike(adult, row.phone, row.email):
                return adult
        last = sorting_name(self.pupils.refs[child][0].last_name)[:4]
        for adult in alike:
            family = [self.pupils.refs[pk][0] for pk in adult.children if pk in self.pupils.refs]
            is_kin = any(sorting_name(one.last_name)[:4] == last for one in family)
            if name.patronymic and is_kin and not (row.phone and adult.phone):
                return adult
        return None

    def _met(self, row, name, child_name):
        for other, of_whom, ref in self.met[key_of(name)]:
            same_reach = (row.phone and row.phone == other.phone) or (
                row.email and row.email == other.email
            )
            is_kin = sorting_name(of_whom)[:4] == sorting_name(child_name)[:4]
            contradicts = row.phone and other.phone and row.phone != other.phone
            if same_reach or (name.patronymic and is_kin and not contradicts):
                return ref
        return None

    def _beside(self, change, row, adult, child, name):
        change.target = adult.user
        _, relation = adult.children.get(child, (None, ""))
        fields = [
            *name_fields(adult.name, name),
            ("phone", "Телефон", adult.phone, row.phone),
            ("email", "Эл. почта", adult.email, row.email),
        ]
        texts: dict[str, tuple[str, str]] = {}
        change.values = {"child": child}
        if child not in adult.children:
            change.values["relation"] = row.relation
            fields.append(("is_parent", "Ребёнок", "", self.pupils.refs[child][0].listed))
        else:
            texts["relation"] = (RELATIONS[relation], RELATIONS[row.relation])
            fields.append(("relation", "Кем приходится", relation, row.relation))
        self.comparison.beside(change, fields, texts)
