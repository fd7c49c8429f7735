"""Who changed what, in the whole school: the search over all histories (2.10, 4.2). What the
administrator did is among it: accounts, roles, the school's structure."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from school import namesakes
from school.models import BellSlot, Lesson, Student, TimetableEntry, User
from school.models.history import SYSTEM
from school.queries.calendar import days_span
from school.queries.people import find_accounts, find_students
from school.rules.spans import Span
from school.rules.texts import tidy

from ..cells import DEBT_NAME
from ..models import LateEntry, Mark
from .duties import duties
from .sources import names_of, sources

WITH_LESSON_NUMBERS = (Lesson, TimetableEntry, BellSlot)


@dataclass(frozen=True)
class FieldChange:
    field: str
    was: str
    now: str


@dataclass(frozen=True)
class HistoryLine:
    """One change: who, when (local), from which address, of what, each field's text before and
    after, and where it came from («» where a person made it in its place)."""

    at: datetime.datetime
    who: str
    address: str
    kind: str
    about: str
    changes: list[FieldChange]
    origin: str


def kinds() -> list[str]:
    """What of the things that have a history are called, in order."""
    return sorted(source.kind for source in sources())


def search(
    first: int,
    count: int,
    *,
    person: str = "",
    student: str = "",
    journal: int | None = None,
    day: datetime.date | None = None,
    kind: str = "",
    during: Span | None = None,
    classes_on: datetime.date | None = None,
) -> tuple[list[HistoryLine], bool]:
    """(HistoryLines, whether there are more): of all changes that match, newest first, those from
    place `first` on, at most `count`. `person` and `student` are beginnings of names, `journal` an
    id, `day` school-local, `kind` one of `kinds`; `during` are the days of all changes that are of
    no day and no journal that is named. A class in the place of a name («5А») is that of the
    day `classes_on`, of today if none is given. The number of queries depends on the kinds of
    things found alone."""
    then = classes_on or timezone.localdate()
    asked = {
        "people": _who(person, then),
        "students": _keys(find_students(Student.objects.all(), student, then)) if student else None,
        "journal": journal,
        "span": _span(day, None if journal else during),
    }
    keys = []
    for place, source in enumerate(sources()):
        if kind and source.kind != kind:
            continue
        rows = source.rows(**asked)
        if rows is not None:
            newest = rows.values_list("history_date", "history_id")[: first + count + 1]
            keys += [(date, -place, pk) for date, pk in newest]
    keys.sort(reverse=True)  # of one instant in the order of `sources`
    shown = [(sources()[-place], pk) for _, place, pk in keys[first : first + count]]
    wanted = defaultdict(list)
    for source, pk in shown:
        wanted[source].append(pk)
    lines = _lines(wanted)
    found = [lines[key] for key in shown]
    return [line for line in found if line.changes], len(keys) > first + count


def _span(day, during):
    span = (day, day) if day else during
    return span and days_span(*span)


def _who(person, day):
    if tidy(person) == SYSTEM:
        return SYSTEM
    return _keys(find_accounts(User.objects.all(), person, day)) if person else None


def _keys(people):
    """Listed first: a subquery would make PostgreSQL walk through years of history."""
    return list(people.values_list("pk", flat=True))


def _lines(wanted):
    """{(source, history id): HistoryLine}."""
    pairs = {}  # (source, history id): (row, the same thing's row before it or None)
    for source, ids in wanted.items():
        history = source.model.history
        earlier = history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
        before = Subquery(earlier.order_by("-history_id").values("history_id")[:1])
        rows = list(
            history.filter(pk__in=ids).select_related("history_user").annotate(before_id=before)
        )
        earlier = history.in_bulk([row.before_id for row in rows if row.before_id])
        for row in rows:
            pairs[source, row.pk] = row, earlier.get(row.before_id)
    names = names_of(pairs)
    who = namesakes.staff({row.history_user for row, _ in pairs.values() if row.history_user_id})
    return {
        (source, key): _line(source, row, before, names, who)
        for (source, key), (row, before) in pairs.items()
    }


def _line(source, row, before, names, who):
    changes = []
    for name in source.shown:
        field = source.field(name)
        was = _text(field, before, names) if before else ""
        now = "" if row.history_type == "-" else _text(field, row, names)
        if was != now:
            changes.append(FieldChange(str(field.verbose_name), was, now))
    if getattr(row, "password_set", False):
        changes.append(FieldChange("пароль", "", _password_deed(row)))
    if source.model is LateEntry and row.history_type == "-":
        changes = []  # it was never due: nobody has withdrawn its excuse
    if not changes and row.history_type != "~" and not source.by_itself:
        was, now = ("", "создана") if row.history_type == "+" else ("была", "снята")
        changes.append(FieldChange("запись", was, now))
    about = [_text(source.field(name), row, names) for name in source.about]
    return HistoryLine(
        timezone.localtime(row.history_date),
        who.get(row.history_user_id, SYSTEM),
        row.history_address or "",
        source.kind,
        ", ".join(filter(None, about)),
        changes,
        row.history_change_reason or "",
    )


def _password_deed(row):
    if row.history_user_id is None:
        return "задан на сервере"
    return "изменён владельцем" if row.history_user_id == row.id else "задан администратором"


def _text(field, row, names):
    value = getattr(row, field.attname)
    if field.primary_key:
        return names[field.model].get(value, "")
    if value is None:
        return DEBT_NAME if (field.model, field.name) == (Mark, "value") else ""
    if field.model is LateEntry and field.name == "kind":
        return duties()[value].name if value in duties() else value
    if field.name == "number" and field.model in WITH_LESSON_NUMBERS:
        return f"{value}-й урок"
    if field.is_relation:
        return names[field.related_model].get(value, "удалено")
    if field.choices:
        return dict(field.flatchoices).get(value, str(value))
    if isinstance(value, bool):
        return "да" if value else ""
    if isinstance(value, datetime.datetime):
        return f"{timezone.localtime(value):%d.%m.%Y %H:%M}"
    if isinstance(value, datetime.date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    return str(value)
