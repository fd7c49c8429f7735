"""Subjects, the year, its periods, bells, classes and their curriculum beside what stands. Pure."""

import datetime
from collections import Counter
from dataclasses import replace
from typing import Any

from school.models import Period
from school.rules.texts import tidy, visible

from ..answers import NEW
from ..batch import Kind
from ..changes import Change, Ref, State
from .context import Comparison
from .words import (
    CLASS_NAME,
    Words,
    add_subject,
    fits,
    parallel_of,
    person_name,
    written_name,
)

SUBJECT_LABELS = {"short_name": "Сокращение", "abbreviation": "До 4 букв"}
USUAL_BELLS = "Основное"
NO_YEAR = "Учебного года ещё нет: ответьте на шесть вопросов или загрузите учебные периоды."
MANY = 3  # so many pupils of a class that is not there make it no slip of the pen


def compare_subjects(comparison: Comparison, words: Words) -> None:
    by_pk = {one.pk: one for one in comparison.standing.subjects}
    seen: dict[str, Any] = {}
    for row in comparison.rows(Kind.SUBJECTS):
        before = seen.setdefault(tidy(row.name), row)
        if before is not row:
            same = f"Такой предмет уже есть в строке {before.place.row}."
            comparison.wrong(Kind.SUBJECTS, row, "name", row.name, same)
            continue
        subject = by_pk.get(words.forms.get(tidy(row.name)))  # type: ignore[arg-type]
        if subject is None:
            add_subject(comparison, words, row.name, row.place, row)
            continue
        change = Change(
            *(Kind.SUBJECTS, State.SAME, f"subject:{tidy(row.name)}", subject.name),
            *(row.place, row, subject.pk),
        )
        fields = [
            (name, label, getattr(subject, name), getattr(row, name))
            for name, label in SUBJECT_LABELS.items()
        ]
        comparison.beside(change, fields)
        words.know_subject(subject.pk, subject.name, row.short_name, row.abbreviation)


# --- the year ---


def compare_periods(comparison: Comparison) -> None:
    seen: set[tuple[str, int]] = set()
    for row in comparison.rows(Kind.PERIODS):
        title = f"{row.number} {dict(Period.Kind.choices)[row.kind]}"
        if (row.kind, row.number) in seen:
            comparison.wrong(Kind.PERIODS, row, "number", str(row.number), "Уже есть выше.")
            continue
        if told := _period_problem(comparison, row):
            comparison.wrong(Kind.PERIODS, row, "ends_on", f"{row.ends_on:%d.%m.%Y}", told)
            continue
        seen.add((row.kind, row.number))
        _compare_period(comparison, row, title)


def _compare_period(comparison, row, title):
    standing = comparison.standing.periods.get((row.kind, row.number))
    change = Change(
        *(Kind.PERIODS, State.NEW, f"period:{row.kind}:{row.number}", title),
        *(row.place, row, standing.pk if standing else None),
    )
    if standing:
        days = (("starts_on", "Начало"), ("ends_on", "Конец"))
        fields = [
            (name, label, getattr(standing, name), getattr(row, name)) for name, label in days
        ]
        comparison.beside(change, fields)
        return
    change.values = {
        "year": year_ref(comparison),
        "kind": row.kind,
        "number": row.number,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
    }
    comparison.add(change)


def _period_problem(comparison, row):
    if row.ends_on < row.starts_on:
        return "Последний день раньше первого."
    year = comparison.standing.year
    if year and not (year.starts_on <= row.starts_on and row.ends_on <= year.ends_on):
        return f"Не входит в учебный год {year}: {told_span(year.starts_on, year.ends_on)}."
    rivals = [
        one
        for one in [*comparison.rows(Kind.PERIODS), *_untouched_periods(comparison)]
        if one is not row and (one.kind, one.number) != (row.kind, row.number)
    ]
    for one in rivals:
        meets = one.starts_on <= row.ends_on and row.starts_on <= one.ends_on
        if one.kind == row.kind and meets and row.number > one.number:
            return f"Пересекается с периодом № {one.number}."
    return ""


def _untouched_periods(comparison):
    brought = {(row.kind, row.number) for row in comparison.rows(Kind.PERIODS)}
    return [one for key, one in comparison.standing.periods.items() if key not in brought]


def told_span(first: datetime.date, last: datetime.date) -> str:
    return f"{first:%d.%m.%Y}–{last:%d.%m.%Y}"


def year_ref(comparison: Comparison) -> Ref | None:
    """The year that is set up; the one that the file's periods tell where none stands; None without
    either."""
    if comparison.standing.year:
        return comparison.standing.year.pk
    rows = comparison.rows(Kind.PERIODS)
    if not rows:
        return None
    first, last = min(one.starts_on for one in rows), max(one.ends_on for one in rows)
    return comparison.imply("year", "year", starts_on=first, ends_on=last)


def first_day_of_year(comparison: Comparison) -> datetime.date:
    year_ref(comparison)
    implied = comparison.review.implied.get("year")
    return implied.values["starts_on"] if implied else comparison.first_day


# --- bells ---


def compare_bells(comparison: Comparison) -> None:
    seen: dict[tuple[str, int], Any] = {}
    schedules = {tidy(name): name for name, _ in comparison.standing.bells}
    for row in comparison.rows(Kind.BELLS):
        name = _schedule_name(comparison, row.schedule, schedules)
        if row.ends_at <= row.starts_at:
            early = "Урок кончается раньше, чем начинается."
            comparison.wrong(Kind.BELLS, row, "ends_at", f"{row.ends_at:%H:%M}", early)
            continue
        rival = _rival_bell(seen, name, row)
        if rival:
            met = f"Пересекается со строкой {rival.place.row}."
            comparison.wrong(Kind.BELLS, row, "starts_at", f"{row.starts_at:%H:%M}", met)
            continue
        seen[name, row.number] = row
        standing = comparison.standing.bells.get((name, row.number))
        change = Change(
            *(Kind.BELLS, State.NEW, f"bell:{tidy(name)}:{row.number}", f"{name}, {row.number}-й"),
            *(row.place, row, standing.pk if standing else None),
        )
        if standing:
            times = (("starts_at", "Начало"), ("ends_at", "Конец"))
            fields = [
                (one, label, getattr(standing, one), getattr(row, one)) for one, label in times
            ]
            comparison.beside(change, fields)
            continue
        change.values = {
            "schedule": _schedule(comparison, name),
            "number": row.number,
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
        }
        comparison.add(change)


def _schedule_name(comparison, written, schedules):
    if written:
        return schedules.get(tidy(written), visible(written))
    return schedules.get(tidy(USUAL_BELLS)) or min(schedules.values(), default=USUAL_BELLS)


def _rival_bell(seen, name, row):
    for (its, number), other in seen.items():
        meets = other.starts_at < row.ends_at and row.starts_at < other.ends_at
        if its == name and (number == row.number or meets):
            return other
    return None


def _schedule(comparison, name):
    for (its, _), slot in comparison.standing.bells.items():
        if its == name:
            return slot.schedule_id
    return comparison.imply(f"schedule:{tidy(name)}", "schedule", name=name)


# --- classes ---


def compare_classes(comparison: Comparison, words: Words) -> None:
    """Those of their sheet, then those that lists of pupils and the load name."""
    for row in _each_once(comparison):
        if not CLASS_NAME.fullmatch(row.name):
            why = "Это не похоже на название класса."
            comparison.wrong(Kind.CLASSES, row, "name", row.name, why)
            continue
        _compare_class(comparison, words, row)
    for name, row in _classes_named(comparison, words):
        _add_class(comparison, words, name, row.place, None, None)


def _each_once(comparison):
    """The rows of classes, one for each: where several name its class teacher, the fullest of the
    names holds, and who can't be that person is told as wrong."""
    named: dict[str, list[Any]] = {}
    for row in comparison.rows(Kind.CLASSES):
        named.setdefault(row.name, []).append(row)
    for first, *others in named.values():
        teacher = first.teacher
        for row in others:
            if row.teacher and teacher and not _is_one(row.teacher, teacher):
                why = f"Выше классный руководитель {row.name} другой: {written_name(teacher)}."
                field = "teacher" if "teacher" in row.place.source.columns else "name"
                at_fault = written_name(row.teacher) if field == "teacher" else row.name
                comparison.wrong(Kind.CLASSES, row, field, at_fault, why)
                continue
            comparison.review.passed_over.append((row.place, "этот класс уже есть выше"))
            named_so = [one for one in (teacher, row.teacher) if one]
            teacher = max(named_so, key=lambda one: len(written_name(one)), default=None)
        yield replace(first, teacher=teacher)


def _is_one(person, other):
    return fits(person, person_name(other)) or fits(other, person_name(person))


def _compare_class(comparison, words, row):
    is_clear, teacher = words.teacher(row.teacher, row.place) if row.teacher else (True, None)
    standing = comparison.standing.classes.get(row.name)
    if standing is None:
        _add_class(comparison, words, row.name, row.place, row, teacher)
        return
    change = Change(
        *(Kind.CLASSES, State.SAME, f"class:{row.name}", row.name),
        *(row.place, row, standing.pk),
    )
    was = words.teachers.get(standing.teacher) or comparison.standing.adults.get(standing.teacher)
    was = getattr(was, "name", was) if standing.teacher else None
    texts = {
        "class_teacher": (
            was.full if was else "",
            words.teachers[teacher].full if teacher is not None else "",
        )
    }
    teacher = teacher if is_clear else None
    fields = [("class_teacher", "Классный руководитель", standing.teacher, teacher)]
    comparison.beside(change, fields, texts)


def _add_class(comparison, words, name, place, row, teacher):
    number = parallel_of(name)
    values = {
        "year": year_ref(comparison),
        "number": int(number),
        "letter": name.removeprefix(number),
        "class_teacher": teacher,
    }
    change = Change(Kind.CLASSES, State.NEW, f"class:{name}", name, place, row, values=values)
    if row is None:
        change.note = "назван в других листах"
    words.classes[name] = comparison.add(change).key


def _classes_named(comparison, words):
    """(name, first row) of the classes that are not there but are meant: many pupils are in them,
    nothing like them stands, or it was said."""
    counts: Counter[str] = Counter()
    first: dict[str, Any] = {}
    for kind in (Kind.PUPILS, Kind.WORKLOAD, Kind.TIMETABLE):
        for row in comparison.rows(kind):
            for name in [row.class_name] if kind is Kind.PUPILS else row.classes:
                counts[name] += 1 if kind is Kind.PUPILS else MANY
                first.setdefault(name, row)
    for name, row in sorted(first.items()):
        match = CLASS_NAME.fullmatch(name)
        answer = comparison.answers.get(f"class:{name}", "")
        if not match or name in words.classes or answer not in ("", NEW):
            continue
        parallel = [one for one in comparison.standing.classes if parallel_of(one) == match[1]]
        if answer == NEW or counts[name] >= MANY or not parallel:
            yield name, row


# --- the curriculum ---


def compare_curriculum(comparison: Comparison, words: Words) -> None:
    seen: set[tuple[str, Ref]] = set()
    for row in comparison.rows(Kind.CURRICULUM):
        subject = words.subject(row.subject, row.place)
        if subject is None:
            continue
        names = [words.meant_class(row.class_name)]
        if row.class_name.isdigit() and row.class_name not in words.classes:
            names = [one for one in words.classes if parallel_of(one) == row.class_name]
        for name in names or [row.class_name]:
            school_class = words.school_class(name, Kind.CURRICULUM, row, "class_name")
            if school_class is not None and (name, subject) not in seen:
                seen.add((name, subject))
                _compare_hours(comparison, words, row, name, school_class, subject)


def _compare_hours(comparison, words, row, name, school_class, subject):
    standing = comparison.standing.curriculum.get((name, subject))
    title = f"{name}, {words.subjects[subject]}"
    change = Change(
        *(Kind.CURRICULUM, State.NEW, f"hours:{name}:{tidy(words.subjects[subject])}", title),
        *(row.place, row, standing.pk if standing else None),
    )
    if standing:
        comparison.beside(change, [("hours", "Часов в неделю", standing.hours, row.hours)])
        return
    change.values = {"school_class": school_class, "subject": subject, "hours": row.hours}
    comparison.add(change)
