"""The histories that are searched, and how the things are called that they tell of."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from attendance.models import Absence, AbsenceDocument, Inquiry, ReasonOpening
from school import namesakes
from school.declared import declared
from school.models import (
    Agreement,
    AgreementText,
    ArrangedLesson,
    Arrangement,
    BellSchedule,
    BellSlot,
    BellUse,
    CurriculumHours,
    DayOverride,
    DraftRow,
    Employee,
    Enrolment,
    EnrolmentOrder,
    Exemption,
    GradeScale,
    GradeValue,
    GradingRule,
    GroupMembership,
    Journal,
    Lesson,
    LessonKind,
    Outage,
    Parent,
    Parenthood,
    Period,
    PeriodLock,
    Role,
    Room,
    School,
    SchoolClass,
    SchoolYear,
    Slip,
    Student,
    StudentCard,
    Subject,
    Substitution,
    TeacherAbsence,
    TeachingAssignment,
    TeachingGroup,
    TimetableDraft,
    TimetableEntry,
    Unlock,
    User,
    YearClosing,
)
from school.models.history import BASELINE, SYSTEM

from ..models import (
    BroughtMark,
    Certificate,
    GivenTopic,
    LateEntry,
    LessonWork,
    Mark,
    Norm,
    PeriodGrade,
    PlannedTopic,
    Remark,
    TransferDocument,
    WorkType,
)


@dataclass(frozen=True)
class Source:
    """A model whose history is searched: `about` are the fields that say which thing it is (`id`:
    what it is called today), `shown` those whose changes are told; `journal` and `student` the ways
    to both, None where there is none. What comes and goes `by_itself` is nobody's deed but for
    these changes."""

    model: type[Any]
    about: tuple[str, ...]
    shown: tuple[str, ...]
    journal: str | None = None
    student: str | None = None
    by_itself: bool = False

    def rows(
        self,
        *,
        people: Collection[int] | str | None,
        students: Collection[int] | None,
        journal: int | None,
        span: tuple[datetime.datetime, datetime.datetime] | None,
    ) -> QuerySet[Any] | None:
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
        assert self.journal is not None  # `rows` has looked
        return Q(**{self.journal: journal})

    @property
    def kind(self) -> str:
        return self.model._meta.verbose_name

    def field(self, name: str) -> Any:
        return self.model._meta.get_field(name)


def whole(
    model: type[Any], *about: str, journal: str | None = None, student: str | None = None
) -> Source:
    """The Source of a model all of whose fields are told, but those in `about` and the keys of what
    it is about."""
    fields = [field.name for field in model.history.model.tracked_fields if not field.primary_key]
    shown = tuple(name for name in fields if name not in about)
    return Source(model, about, shown, journal, student)


SAID_OF_DAYS = (
    "starts_on",
    "ends_on",
    "kind",
    "parallel",
    "school_class",
    "timetable_weekday",
    "reason",
)

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
    Source(Inquiry, ("student", "day"), ("asked_by", "answer", "answered_by"), None, "student"),
    Source(
        Lesson,
        ("journal", "date", "number"),
        (
            "date",
            "number",
            "kind",
            "cancelled",
            "topic",
            "homework",
            "no_homework",
            "homework_minutes",
            "attendance_taken_at",
            "joined_to",
        ),
        "journal",
    ),
    Source(LessonWork, ("lesson",), ("work_type", "title"), "lesson__journal"),
    Source(LateEntry, ("kind", "lesson"), ("excuse",), "journal"),
    Source(Remark, ("journal",), ("text", "answer", "closed_at"), "journal"),
    Source(Certificate, ("journal", "period"), ("sha256", "is_signed"), "journal"),
    Source(
        PeriodGrade,
        ("student", "subject", "kind", "period"),
        ("value", "journal", "document"),
        "journal",
        "student",
    ),
    Source(TransferDocument, ("student",), ("school", "name", "signed_on"), None, "student"),
    Source(BroughtMark, ("document", "subject", "period"), ("value",)),
    Source(PeriodLock, ("period",), ("locked_at",)),
    Source(Unlock, ("journal", "period"), ("until", "reason"), "journal"),
    Source(YearClosing, ("year",), ("closed_at", "reopened_at", "why")),
    Source(Substitution, ("lesson",), ("teacher",), "lesson__journal"),
    Source(Arrangement, ("teacher",), ("undone_at",)),
    Source(ArrangedLesson, ("lesson",), ("deed", "taker", "host"), "lesson__journal"),
    # Who searches here leads the school: nobody else learns why a teacher is away.
    Source(
        TeacherAbsence,
        ("teacher",),
        (
            "starts_on",
            "first_number",
            "ends_on",
            "last_number",
            "kind",
            "note",
            "withdrawn_at",
        ),
    ),
    Source(
        TeachingAssignment, ("journal",), ("teacher", "starts_on", "ends_on", "hours"), "journal"
    ),
    Source(CurriculumHours, ("school_class", "subject"), ("hours",)),
    Source(Enrolment, ("student",), ("school_class", "starts_on", "ends_on"), None, "student"),
    Source(GroupMembership, ("student",), ("group", "starts_on", "ends_on"), None, "student"),
    Source(Parenthood, ("student",), ("parent", "relation"), None, "student"),
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
    Source(Slip, ("person",), ("made_at", "opened_at", "ended_at")),
    Source(Agreement, ("person", "text"), ("is_given",)),
    whole(AgreementText, "id"),
    Source(
        User,
        ("id",),
        (
            "username",
            "last_name",
            "first_name",
            "patronymic",
            "email",
            "phone",
            "is_active",
            "is_superuser",
        ),
    ),
    whole(Student, "id", student="id"),
    Source(Employee, ("user",), ("position", "left_on")),
    whole(Parent, "id"),
    whole(TeachingGroup, "id"),
    whole(Journal, "id", journal="id"),
    whole(TimetableEntry, "journal", journal="journal"),
    Source(
        PlannedTopic,
        ("journal", "position"),
        ("title", "hours", "homework", "section", "planned_on"),
        "journal",
    ),
    Source(GivenTopic, ("lesson",), ("line",), "lesson__journal"),
    whole(Subject, "id"),
    whole(SchoolYear, "id"),
    whole(Period, "year"),
    whole(Room, "id"),
    whole(TimetableDraft, "id"),
    whole(DraftRow, "journal", "entry", journal="journal"),
    whole(BellSchedule, "id"),
    whole(BellSlot, "id"),
    whole(BellUse, "id"),
    whole(LessonKind, "id"),
    whole(Exemption, journal="journal"),
    Source(DayOverride, ("starts_on",), SAID_OF_DAYS),
    whole(Outage, "id"),
    whole(School),
    whole(GradeScale, "id"),
    whole(GradeValue, "scale"),
    whole(GradingRule),
    whole(WorkType, "id"),
    whole(Norm, "id"),
]


def _lesson_name(lesson):
    return f"{lesson}, {lesson.number}-й урок"


def _parents(found):
    return namesakes.in_full({one.pk: one.user.name for one in found})


# How the things are called that a history row points to, each by itself, and what that takes to be
# loaded; of people the names of all that are found.
Named = tuple[tuple[str, ...], Callable[[Any], str]]
NAMED: dict[type[models.Model], Named] = {
    AbsenceDocument: ((), str),
    BellSchedule: ((), str),
    Room: ((), str),
    TimetableDraft: ((), str),
    TimetableEntry: ((), lambda row: row.hour),
    BellSlot: (("schedule",), lambda slot: f"{slot.schedule}, {slot.number}-й урок"),
    BellUse: (("school_class",), lambda use: use.of_whom),
    GradeValue: ((), str),
    TransferDocument: ((), str),
    LessonKind: ((), str),
    WorkType: ((), str),
    Norm: ((), str),
    GradeScale: ((), str),
    Subject: ((), str),
    SchoolYear: ((), str),
    Outage: ((), str),
    SchoolClass: ((), str),
    Period: ((), str),
    TeachingGroup: ((), str),
    Journal: (("group", "subject"), str),
    Lesson: (("journal__group", "journal__subject"), _lesson_name),
    PlannedTopic: ((), lambda line: f"№ {line.position} «{line}»"),
    LessonWork: (
        ("lesson__journal__group", "lesson__journal__subject", "work_type"),
        lambda work: f"{work.work_type}, {_lesson_name(work.lesson)}",
    ),
}


PEOPLE: dict[type[models.Model], tuple[tuple[str, ...], Callable[[Any], dict[int, str]]]] = {
    Student: (("user",), namesakes.students),
    Parent: (("user",), _parents),
    User: ((), namesakes.staff),
}


@cache
def sources() -> list[Source]:
    """All Sources: ours, and what the apps above declare as SOURCES of their `histories`."""
    return [*SOURCES, *declared("histories", "SOURCES")]


@cache
def named() -> dict[type[models.Model], Named]:
    """NAMED, with what the apps above declare as NAMED, pairs, of their `histories`."""
    return NAMED | dict(declared("histories", "NAMED"))


def names_of(
    pairs: Mapping[tuple[Source, int], tuple[Any, Any]],
) -> dict[type[models.Model], dict[int, str]]:
    """{model: {id: name}} of all that the rows point to; one query for each model."""
    ids: dict[type[models.Model], set[int | None]] = defaultdict(set)
    for (source, _), rows in pairs.items():
        for column in (*source.about, *source.shown):
            field = source.field(column)
            if field.primary_key:
                ids[source.model].update(row.id for row in rows if row)
            elif isinstance(field, models.ForeignKey | models.OneToOneField):
                ids[field.related_model].update(getattr(row, field.attname) for row in rows if row)
    names: dict[type[models.Model], dict[int, str]] = defaultdict(dict)
    for model, keys in ids.items():
        related, called = PEOPLE.get(model) or named()[model]
        found = model._base_manager.filter(pk__in=keys - {None})
        if related:
            found = found.select_related(*related)
        name: Any = called  # of people it takes all that are found, else one
        names[model] = name(found) if model in PEOPLE else {row.pk: name(row) for row in found}
    return names
