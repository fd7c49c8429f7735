"""Who changed what, in the whole school: the search over all histories (2.10, 4.2). What the
administrator did is among it: accounts, roles, the school's structure."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from attendance.models import Absence, AbsenceDocument, ReasonOpening
from school import namesakes
from school.models import (
    BellSlot,
    DayOverride,
    Enrolment,
    EnrolmentOrder,
    GradeScale,
    GradeValue,
    GradingRule,
    GroupMembership,
    Journal,
    Lesson,
    Parent,
    Parenthood,
    Period,
    PeriodLock,
    Role,
    School,
    SchoolClass,
    SchoolYear,
    Student,
    StudentCard,
    Subject,
    Substitution,
    TeachingAssignment,
    TeachingGroup,
    TimetableEntry,
    Unlock,
    User,
)
from school.models.history import BASELINE, SYSTEM
from school.queries.calendar import days_span
from school.queries.people import by_name
from school.rules import tidy

from ..deadlines import DEADLINES
from ..models import (
    Certificate,
    LateEntry,
    LessonWork,
    Mark,
    PeriodGrade,
    PlannedTopic,
    Remark,
    WorkType,
)
from ..rules import DEBT_NAME


@dataclass(frozen=True)
class Source:
    """A model whose history is searched: `about` are the fields that say which thing it is (`id`:
    what it is called today), `shown` those whose changes are told; `journal` and `student` the ways
    to both, None where there is none. What comes and goes `by_itself` is nobody's deed but for
    these changes."""

    model: type
    about: tuple
    shown: tuple
    journal: str | None = None
    student: str | None = None
    by_itself: bool = False

    def rows(self, *, people, students, journal, span):
        """The historical rows that were asked for; each argument may be None. None when this model
        has nothing to do with what was asked."""
        if (students is not None and not self.student) or (journal and not self.journal):
            return None
        rows = self.model.history.order_by("-history_date", "-history_id")
        # Nobody has done how things stood when their history began.
        rows = rows.exclude(history_type="+", history_change_reason=BASELINE)
        if people == SYSTEM:
            rows = rows.filter(history_user=None)
        elif people is not None:
            rows = rows.filter(history_user__in=people)
        if students is not None:
            rows = rows.filter(**{f"{self.student}__in": students})
        if journal:
            rows = rows.filter(self._in_journal(journal))
        if span:
            rows = rows.filter(history_date__range=span)
        return rows

    def _in_journal(self, journal):
        if self.model is Mark:  # the work may be gone, its history is not
            works = LessonWork.history.filter(lesson__journal=journal)
            return Q(work__in=works.values("id"))
        return Q(**{self.journal: journal})

    @property
    def kind(self):
        return self.model._meta.verbose_name

    def field(self, name):
        return self.model._meta.get_field(name)


def whole(model, *about, journal=None, student=None):
    """The Source of a model all of whose fields are told, but those in `about` and the keys of what
    it is about."""
    fields = [field.name for field in model.history.model.tracked_fields if not field.primary_key]
    shown = tuple(name for name in fields if name not in about)
    return Source(model, about, shown, journal, student)


# An app above adds its own when it starts.
SOURCES = [
    Source(Mark, ("student", "work"), ("value",), "work", "student"),
    Source(
        Absence,
        ("student", "lesson"),
        ("reason", "document", "confirmed_by"),
        "lesson__journal",
        "student",
    ),
    Source(
        AbsenceDocument,
        ("student",),
        ("kind", "number", "received_on", "starts_on", "ends_on", "reason"),
        None,
        "student",
    ),
    Source(ReasonOpening, ("student",), ("document", "why"), None, "student"),
    Source(
        Lesson,
        ("journal", "date", "slot"),
        (
            *("date", "slot", "cancelled"),
            *("topic", "homework", "no_homework", "attendance_taken_at"),
        ),
        "journal",
    ),
    Source(LessonWork, ("lesson",), ("work_type",), "lesson__journal"),
    Source(LateEntry, ("kind", "lesson"), ("excuse",), "journal"),
    Source(Remark, ("journal",), ("text", "answer", "closed_at"), "journal"),
    Source(Certificate, ("journal", "period"), ("sha256", "is_signed"), "journal"),
    Source(PeriodGrade, ("student", "journal", "kind", "period"), ("value",), "journal", "student"),
    Source(PeriodLock, ("period",), ("locked_at",)),
    Source(Unlock, ("journal", "period"), ("until", "reason"), "journal"),
    Source(Substitution, ("lesson",), ("teacher",), "lesson__journal"),
    Source(TeachingAssignment, ("journal",), ("teacher", "starts_on", "ends_on"), "journal"),
    Source(Enrolment, ("student",), ("school_class", "starts_on", "ends_on"), None, "student"),
    Source(GroupMembership, ("student",), ("group", "starts_on", "ends_on"), None, "student"),
    Source(Parenthood, ("student",), ("parent",), None, "student"),
    # A health record's history is not for everybody who searches here.
    Source(
        StudentCard,
        ("student",),
        ("born_on", "address", "programme", "contacts", "notes"),
        None,
        "student",
    ),
    Source(EnrolmentOrder, ("student",), ("kind", "number", "signed_on", "text"), None, "student"),
    whole(SchoolClass, "id"),
    Source(Role, ("user",), ("kind",)),
    Source(
        User,
        ("id",),
        (
            *("username", "last_name", "first_name", "patronymic", "email"),
            *("is_active", "is_superuser"),
        ),
    ),
    whole(Student, "id", student="id"),
    whole(Parent, "id"),
    whole(TeachingGroup, "id"),
    whole(Journal, "id", journal="id"),
    whole(TimetableEntry, "journal", journal="journal"),
    Source(PlannedTopic, ("journal", "position"), ("title", "hours", "homework"), "journal"),
    whole(Subject, "id"),
    whole(SchoolYear, "id"),
    whole(Period, "year"),
    whole(BellSlot, "id"),
    whole(DayOverride, "date"),
    whole(School),
    whole(GradeScale, "id"),
    whole(GradeValue, "scale"),
    whole(GradingRule),
    whole(WorkType, "id"),
]


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
    changes: list
    origin: str


def kinds():
    """What of the things that have a history are called, in order."""
    return sorted(source.kind for source in SOURCES)


def search(first, count, *, person="", student="", journal=None, day=None, kind=""):
    """(HistoryLines, whether there are more): of all changes that match, newest first, those from
    place `first` on, at most `count`. `person` and `student` are beginnings of names, `journal` an
    id, `day` school-local, `kind` one of `kinds`. The number of queries depends on the kinds of
    things found alone."""
    asked = {
        "people": _who(person),
        "students": _keys(by_name(Student.objects.all(), student)) if student else None,
        "journal": journal,
        "span": day and days_span(day, day),
    }
    keys = []
    for place, source in enumerate(SOURCES):
        if kind and source.kind != kind:
            continue
        rows = source.rows(**asked)
        if rows is not None:
            newest = rows.values_list("history_date", "history_id")[: first + count + 1]
            keys += [(date, -place, pk) for date, pk in newest]
    keys.sort(reverse=True)  # of one instant in the order of SOURCES
    shown = [(SOURCES[-place], pk) for _, place, pk in keys[first : first + count]]
    wanted = defaultdict(list)
    for source, pk in shown:
        wanted[source].append(pk)
    lines = _lines(wanted)
    found = [lines[key] for key in shown]
    return [line for line in found if line.changes], len(keys) > first + count


def _who(person):
    if tidy(person) == SYSTEM:
        return SYSTEM
    return _keys(by_name(User.objects.all(), person, "")) if person else None


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
    names = _names(pairs)
    who = namesakes.staff({row.history_user for row, _ in pairs.values() if row.history_user_id})
    return {key: _line(key[0], *pair, names, who) for key, pair in pairs.items()}


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
        return next((one.name for one in DEADLINES if one.kind == value), value)
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


def _lesson_name(lesson):
    return f"{lesson}, {lesson.slot.number}-й урок"


def _parents(found):
    return namesakes.in_full({one.pk: one.user.name for one in found})


# How the things are called that a history row points to, each by itself, and what that takes to be
# loaded; of people the names of all that are found.
NAMED = {
    AbsenceDocument: ((), str),
    BellSlot: ((), lambda slot: f"{slot.number}-й урок"),
    GradeValue: ((), str),
    WorkType: ((), str),
    GradeScale: ((), str),
    Subject: ((), str),
    SchoolYear: ((), str),
    SchoolClass: ((), str),
    Period: ((), str),
    TeachingGroup: ((), str),
    Journal: (("group", "subject"), str),
    Lesson: (("journal__group", "journal__subject", "slot"), _lesson_name),
    LessonWork: (
        ("lesson__journal__group", "lesson__journal__subject", "lesson__slot", "work_type"),
        lambda work: f"{work.work_type}, {_lesson_name(work.lesson)}",
    ),
}
PEOPLE = {
    Student: (("user",), namesakes.students),
    Parent: (("user",), _parents),
    User: ((), namesakes.staff),
}


def _names(pairs):
    """{model: {id: name}} of all that the rows point to; one query for each model."""
    ids = defaultdict(set)
    for (source, _), rows in pairs.items():
        for name in (*source.about, *source.shown):
            field = source.field(name)
            if field.primary_key:
                ids[source.model].update(row.id for row in rows if row)
            elif isinstance(field, models.ForeignKey | models.OneToOneField):
                ids[field.related_model].update(getattr(row, field.attname) for row in rows if row)
    names = defaultdict(dict)
    for model, keys in ids.items():
        related, name = PEOPLE.get(model) or NAMED[model]
        found = model._base_manager.filter(pk__in=keys - {None})
        if related:
            found = found.select_related(*related)
        names[model] = name(found) if model in PEOPLE else {row.pk: name(row) for row in found}
    return names
