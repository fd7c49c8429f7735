"""A school year as the next one is made of it, the draft of that, and what is left afterwards."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Exists, OuterRef, Q

from school import namesakes
from school.models import (
    BellUse,
    CurriculumHours,
    DayOverride,
    Employee,
    Enrolment,
    GroupMembership,
    Journal,
    Period,
    SchoolClass,
    SchoolYear,
    Subject,
    TeachingAssignment,
    TeachingGroup,
    User,
)
from school.models.dated import overlapping
from school.queries.calendar import year_of
from school.rules.names import PersonName
from school.rules.spans import ONE_DAY, Span, intersect

from .. import usual
from ..filling import PERIODS
from ..models import YearDraft
from ..teaching_on import JournalOn, NewTeaching, OldGroup, OldTeaching, teaching_on
from ..turning import (
    ClassName,
    OldClass,
    OldPupil,
    Said,
    Turn,
    turn,
    usual_new,
)

SHOWN_AFTERWARDS = datetime.timedelta(days=60)  # so long an opened year stays on the page
NAMES = PersonName._fields


def year_to_turn(today: datetime.date) -> SchoolYear | None:
    """The SchoolYear whose next one is prepared on a school-local day: that which lasts or has
    ended; of a year opened here that began lately still the one before. None without any."""
    found = year_of(today - SHOWN_AFTERWARDS) or year_of(today)
    while found:
        after = following_year(found)
        if after is None or not _has_classes(after) or standing_draft(found).applied_at:
            return found
        if after.starts_on > today:
            return found
        found = after
    return SchoolYear.objects.order_by("starts_on").first()


def following_year(year: SchoolYear) -> SchoolYear | None:
    found = SchoolYear.objects.filter(starts_on__gt=year.starts_on)
    return found.order_by("starts_on").first()


def _has_classes(year: SchoolYear) -> bool:
    return SchoolClass.objects.filter(year=year).exists()


def standing_draft(year: SchoolYear) -> YearDraft:
    """The YearDraft of the year after this one; unsaved, as it is usual, while nobody said
    anything."""
    found = YearDraft.objects.filter(from_year=year, withdrawn_at=None)
    found = found.select_related("changed_by", "applied_by", "from_year")
    return found.first() or _usual_draft(year)


def _usual_draft(year: SchoolYear) -> YearDraft:
    there = [ClassName(*one) for one in _names(year)]
    if after := following_year(year):
        starts_on, ends_on = after.starts_on, after.ends_on
    else:
        first = (year.ends_on if year.ends_on.month < 9 else year.ends_on + 365 * ONE_DAY).year
        starts_on, ends_on = usual.year(first, [Period.Kind.QUARTER]).span
    return YearDraft(
        from_year=year, starts_on=starts_on, ends_on=ends_on, new_classes=usual_new(there)
    )


def _names(year):
    return SchoolClass.objects.filter(year=year).values_list("number", "letter")


@dataclass(frozen=True)
class YearDays:
    """The days of the new year: `periods` {kind: spans}, `vacations` (parallel, None for all;
    span); what stands already is not among them. `bells`: {class of the old year: its own uses of
    bells}, which go along."""

    span: Span
    periods: Mapping[str, Sequence[Span]]
    vacations: Sequence[tuple[int | None, Span]]
    bells: Mapping[int, Sequence[BellUse]]


@dataclass
class NewYear:
    """All of it: the `draft`, what stood (`classes`, `old`), what was `said`. `after`: the next
    year where it stands already."""

    today: datetime.date
    draft: YearDraft
    after: SchoolYear | None
    has_classes: bool
    classes: Sequence[OldClass] = ()
    old: OldTeaching = field(
        default_factory=lambda: OldTeaching([], {}, {}, frozenset(), frozenset())
    )
    said: Said = field(default_factory=Said)

    @cached_property
    def turn(self) -> Turn:
        return turn(self.classes, self.said)

    @cached_property
    def teaching(self) -> NewTeaching:
        return teaching_on(self.turn, self.old, self.said.behind)

    @cached_property
    def all_teaching(self) -> NewTeaching:
        """With the groups that were left behind."""
        return teaching_on(self.turn, self.old) if self.said.behind else self.teaching

    @cached_property
    def days(self) -> YearDays:
        return year_days(self.draft, self.after, sorted(self.old.kinds), self.turn)

    @property
    def stays(self) -> int:
        return len(self.turn.pupils) - self.turn.leaving

    @property
    def periods(self) -> list[tuple[str, Sequence[Span]]]:
        return [(PERIODS[kind], spans) for kind, spans in self.days.periods.items()]

    @property
    def is_applied(self) -> bool:
        return self.draft.applied_at is not None

    @property
    def is_taken(self) -> bool:
        """Whether somebody has made classes of the next year otherwise."""
        return self.has_classes and not self.is_applied


def new_year(today: datetime.date, *, of: SchoolYear | None = None) -> NewYear | None:
    """The NewYear to prepare on a school-local day, or that after the year `of`; None in a school
    without a year. A fixed number of queries."""
    year = of or year_to_turn(today)
    if year is None:
        return None
    draft, after = standing_draft(year), following_year(year)
    found = NewYear(today, draft, after, after is not None and _has_classes(after))
    if found.is_applied or found.is_taken:
        return found
    if after:  # its days are its own
        draft.starts_on, draft.ends_on = after.starts_on, after.ends_on
    found.classes = old_classes(draft, today)
    found.old = old_teaching(draft, found.classes, today)
    found.said = said(draft)
    return found


def said(draft: YearDraft) -> Said:
    """What was said in a draft; nothing in one that is not saved."""
    if draft.pk is None:
        return Said(new=draft.new_classes)
    return Said(
        dict(draft.classes.values_list("school_class", "becomes")),
        dict(draft.pupils.values_list("student", "becomes")),
        draft.new_classes,
        frozenset(draft.groups.values_list("group", flat=True)),
    )


def old_classes(draft: YearDraft, today: datetime.date) -> list[OldClass]:
    """The classes of the year that ends with who is in them: who left before today did not stay
    till its last day. Who is in a class of a later year already is left out."""
    year, eve = draft.from_year, draft.starts_on - ONE_DAY
    later = Enrolment.objects.filter(
        student=OuterRef("student"), school_class__year__starts_on__gt=year.starts_on
    )
    rows = Enrolment.objects.filter(~Exists(later), school_class__year=year)
    last: dict[int, tuple[int, datetime.date | None]] = {}
    names: dict[int, PersonName] = {}
    order = rows.order_by("student__user__sort_name", "student", "starts_on").values_list(
        "student", "school_class", "ends_on", *(f"student__user__{one}" for one in NAMES)
    )
    for student, its_class, ends_on, *name in order:
        last[student], names[student] = (its_class, ends_on), PersonName(*name)
    lists: dict[int, dict[int, PersonName]] = defaultdict(dict)
    for student, (its_class, ends_on) in last.items():
        if ends_on is None or ends_on >= today or ends_on in (year.ends_on, eve):
            lists[its_class][student] = names[student]
    called = namesakes.pupils_of_each(dict(lists))
    return [
        OldClass(
            one.pk,
            ClassName(one.number, one.letter),
            [OldPupil(pk, name) for pk, name in called.get(one.pk, {}).items()],
            one.class_teacher_id,
        )
        for one in SchoolClass.objects.filter(year=year).order_by("number", "letter")
    ]


def old_teaching(
    draft: YearDraft, classes: Sequence[OldClass], today: datetime.date
) -> OldTeaching:
    """Groups, journals, teachers and hours as they are on the year's last day, or today."""
    year = draft.from_year
    last = Q(ends_on=None) | Q(ends_on__gte=min(today, year.ends_on))
    of_pupil = {pupil.pk: one.pk for one in classes for pupil in one.pupils}
    members: dict[int, dict[int, int]] = defaultdict(dict)
    rows = GroupMembership.objects.filter(last, group__year=year).order_by("pk")
    for group, student in rows.values_list("group", "student"):
        if student in of_pupil:
            members[group][student] = of_pupil[student]
    journals = _journals(year, last)
    groups = [
        OldGroup(pk, name, kind, its_class, members.get(pk, {}), journals.get(pk, ()))
        for pk, name, kind, its_class in TeachingGroup.objects.filter(year=year)
        .order_by("name", "pk")
        .values_list("pk", "name", "kind", "school_class")
    ]
    curriculum: dict[int, dict[int, object]] = defaultdict(dict)
    hours = CurriculumHours.objects.filter(school_class__year=year).order_by("pk")
    for its_class, subject, count in hours.values_list("school_class", "subject", "hours"):
        curriculum[its_class][subject] = count
    left = Employee.objects.filter(left_on__lt=draft.starts_on).values("user")
    gone = User.objects.filter(Q(pk__in=left) | Q(is_active=False))
    kinds = Period.objects.filter(year=year).order_by().values_list("kind", flat=True)
    return OldTeaching(
        groups,
        curriculum,  # type: ignore[arg-type]
        dict(Subject.objects.values_list("pk", "name")),
        frozenset(gone.values_list("pk", flat=True)),
        frozenset(kinds.distinct()),
    )


def _journals(year, last):
    teachers = defaultdict(list)
    held = TeachingAssignment.objects.filter(last, journal__group__year=year)
    for journal, teacher, hours in held.order_by("starts_on", "pk").values_list(
        "journal", "teacher", "hours"
    ):
        teachers[journal].append((teacher, hours))
    found = defaultdict(list)
    for one in Journal.objects.filter(group__year=year).order_by("pk"):
        found[one.group_id].append(
            JournalOn(
                *(one.subject_id, one.scale_id, one.period_kind, one.has_exam, one.lesson_kind_id),
                tuple(dict(teachers[one.pk]).items()),
            )
        )
    return found


def year_days(
    draft: YearDraft, after: SchoolYear | None, kinds: Sequence[str], turned: Turn
) -> YearDays:
    """The usual days of a year with the span of the draft; of one that stands what it lacks."""
    span = (draft.starts_on, draft.ends_on)
    its = usual.year(
        draft.starts_on.year,
        [one for one in Period.Kind.values if one in kinds] or [Period.Kind.QUARTER],
    )
    there = set(after.periods.values_list("kind", flat=True)) if after else set()
    periods = {}
    for kind, spans in its.periods.items():
        if kind in kinds and kind not in there:
            periods[kind] = intersect([_edged(one, spans, span) for one in spans], [span])
    said_of = overlapping(DayOverride.objects.filter(school_class=None), *span)
    taken = [(one.parallel, (one.starts_on, one.ends_on)) for one in said_of]
    parallels = {None, *(name.number for name in turned.names)}
    vacations = [
        (parallel, days)
        for parallel, days in its.vacations
        if periods and parallel in parallels and intersect([days], [span])
        if not any(intersect([days], [other]) for whose, other in taken if whose == parallel)
    ]
    return YearDays(span, periods, vacations, _bells(draft))


def _edged(one: Span, spans: Sequence[Span], year: Span) -> Span:
    """The first period begins with the year, the last one ends with it."""
    first = year[0] if one == spans[0] else one[0]
    return first, year[1] if one == spans[-1] else one[1]


def _bells(draft):
    """What goes on to hold of classes: not what was for one day."""
    found = defaultdict(list)
    uses = BellUse.objects.filter(school_class__year=draft.from_year, only_that_day=False)
    latest = {}
    for use in uses.select_related("schedule").order_by("starts_on"):
        if use.starts_on < draft.starts_on:
            latest[use.school_class_id, use.weekday] = use
    for (its_class, _), use in latest.items():
        found[its_class].append(use)
    return dict(found)


# --- what is left ---


@dataclass(frozen=True)
class Opened:
    """What an opened year holds."""

    classes: int
    pupils: int
    groups: int
    journals: int
    untaught: int


def opened(year: SchoolYear) -> Opened:
    """Five queries."""
    held = TeachingAssignment.objects.filter(journal=OuterRef("pk"))
    journals = Journal.objects.filter(group__year=year)
    return Opened(
        SchoolClass.objects.filter(year=year).count(),
        Enrolment.objects.filter(school_class__year=year).values("student").distinct().count(),
        TeachingGroup.objects.filter(year=year, school_class=None).count(),
        journals.count(),
        journals.filter(~Exists(held)).count(),
    )


def teachers_named(found: NewYear) -> dict[int, str]:
    """{teacher: «Матвеева М. М.»} of all who go along; one query."""
    keys = {teacher for one in found.all_teaching.journals for teacher, _ in one.teachers}
    return {one.pk: one.short_name for one in User.objects.filter(pk__in=keys)}
