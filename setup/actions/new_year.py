"""The next school year is prepared, opened in one deed, and taken back while it is untouched.

What is said of the draft is compared with what stood on the page, field by field, as a cell of the
grid is: of two who prepare it at once nobody overwrites the other unseen.
"""

import datetime
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from school.models import (
    BellUse,
    CurriculumHours,
    DayOverride,
    Enrolment,
    GroupMembership,
    Journal,
    Period,
    Role,
    SchoolClass,
    SchoolYear,
    TeachingAssignment,
    TeachingGroup,
    User,
)
from school.models.history import create_with_history, originating, update_with_history
from school.models.kinds import usual_kind
from school.projection import sync
from school.rules.spans import ONE_DAY

from ..models import YearDraft, YearDraftClass, YearDraftGroup, YearDraftPupil
from ..queries.new_year import NewYear, following_year, new_year
from ..refusals import ImportRefused
from ..teaching_on import JournalOn
from ..turning import ClassName, class_field, group_field, names_text, pupil_field, turn
from .undoing import refusal_of, undo_deed

SHORTEST, LONGEST = datetime.timedelta(days=120), datetime.timedelta(days=365)
APPLIED = "Год уже открыт: черновик больше не меняют."
TAKEN = "Классы следующего года уже заведены на странице «Классы»: открывать нечего."
CHANGED = "Показанное изменилось: посмотрите ещё раз и откройте."
INSTEAD = "Исправьте на страницах «Классы», «Люди» и «Нагрузка»."


class TurnRefused(Exception):
    """Nothing was written; the text is Russian, for who asked for it."""


@dataclass(frozen=True)
class DraftEdit:
    """That a field of the page, in which stood `was`, says `now`."""

    name: str
    was: str
    now: str


# --- the draft ---


@transaction.atomic
def say(changes: Iterable[DraftEdit], person: User, today: datetime.date) -> dict[str, str]:
    """Write down what was said; returns {field: why not} of what was not, in Russian.
    TurnRefused where the year is opened by now."""
    found = _held(today)
    if found.is_applied:
        raise TurnRefused(APPLIED)
    changes, refused = list(changes), {}
    draft = found.draft
    # Pupils after classes: where they go may be one that has just been said.
    for is_of_pupils in (False, True):
        stands = values(found)
        for change in changes:
            is_now = change.name.startswith("pupil-") is is_of_pupils
            if is_now and (why := _say(found, change, stands, person)):
                refused[change.name] = why
        found = new_year(today, of=draft.from_year) or found
    return refused


def _held(today: datetime.date) -> NewYear:
    """The NewYear, and whoever else prepares or opens it waits."""
    found = new_year(today)
    if found is None:
        raise TurnRefused("Сначала заведите учебный год.")
    SchoolYear.objects.select_for_update(no_key=True).get(pk=found.draft.from_year_id)
    again = new_year(today, of=found.draft.from_year)
    assert again is not None  # it was given its year
    return again


def values(found: NewYear) -> dict[str, str]:
    """{field: what stands in it} of all that can be said."""
    told = {
        "starts_on": found.draft.starts_on.isoformat(),
        "ends_on": found.draft.ends_on.isoformat(),
        "new": found.draft.new_classes,
    }
    told |= {class_field(one.old.pk): one.text for one in found.turn.classes}
    told |= {pupil_field(one.pk): one.text for one in found.turn.pupils}
    told |= {group_field(one.of): "on" for one in found.all_teaching.groups}
    return told | {group_field(pk): "" for pk in found.said.behind}


def _say(found, change, stands, person):
    """Why a DraftEdit was not written down; «»."""
    if change.name not in stands:
        return "Этого здесь уже нет: откройте страницу ещё раз."
    now = " ".join(change.now.split())
    if now == stands[change.name]:
        return ""
    if change.was != stands[change.name]:
        who = found.draft.changed_by.short_name if found.draft.pk else "другой"
        return f"Тем временем здесь изменили: «{stands[change.name] or 'нет'}» ({who})."
    what, _, key = change.name.partition("-")
    if what == "class":
        return _say_class(found, int(key), now, person)
    if what == "pupil":
        return _say_pupil(found, int(key), now, person)
    if what == "group":
        _keep(found.draft, person)
        if now:
            YearDraftGroup.objects.filter(draft=found.draft, group=key).delete()
        else:
            YearDraftGroup.objects.get_or_create(draft=found.draft, group_id=int(key))
        return ""
    return _say_new(found, now, person) if what == "new" else _say_day(found, what, now, person)


def _keep(draft, person):
    draft.changed_by, draft.changed_at = person, timezone.now()
    draft.save()


def _say_class(found, pk, now, person):
    said = replace(found.said, classes={**found.said.classes, pk: now})
    turned = turn(found.classes, said)
    one = next(one for one in turned.classes if one.old.pk == pk)
    if one.problem:
        return one.problem
    _keep(found.draft, person)
    rows = YearDraftClass.objects
    if one.targets == one.usual:
        rows.filter(draft=found.draft, school_class=pk).delete()
    else:
        values = {"becomes": names_text(one.targets)}
        rows.update_or_create(draft=found.draft, school_class_id=pk, defaults=values)
    return ""


def _say_pupil(found, pk, now, person):
    said = replace(found.said, pupils={**found.said.pupils, pk: now})
    one = next(one for one in turn(found.classes, said).pupils if one.pk == pk)
    if one.problem:
        return one.problem
    _keep(found.draft, person)
    rows = YearDraftPupil.objects
    if one.to == one.usual:
        rows.filter(draft=found.draft, student=pk).delete()
    else:
        rows.update_or_create(draft=found.draft, student_id=pk, defaults={"becomes": now})
    return ""


def _say_new(found, now, person):
    if why := turn(found.classes, replace(found.said, new=now)).problems.get("new"):
        return why
    found.draft.new_classes = now
    _keep(found.draft, person)
    return ""


def _say_day(found, name, now, person):
    try:
        day = datetime.date.fromisoformat(now)
    except ValueError:
        return "Это не дата."
    if found.after:
        return "Этот год уже заведён: его дни меняют на странице «Учебный год»."
    first, last = found.draft.starts_on, found.draft.ends_on
    first, last = (day, last) if name == "starts_on" else (first, day)
    old = found.draft.from_year
    if first <= old.ends_on:
        return f"{old} учебный год кончается {old.ends_on:%d.%m.%Y}: новый начинается позже."
    if not SHORTEST <= last - first <= LONGEST:
        return "Учебный год длится от четырёх месяцев до года."
    found.draft.starts_on, found.draft.ends_on = first, last
    _keep(found.draft, person)
    return ""


# --- opening ---


def seal(found: NewYear) -> str:
    """What stands for what was shown: only that is opened."""
    shown = (
        values(found),
        [(one.old.pk, [pupil.pk for pupil in one.pupils]) for one in found.turn.classes],
        found.teaching.classes,
        found.teaching.groups,
        found.days.periods,
    )
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


@transaction.atomic
def open_year(person: User, seen: str, today: datetime.date) -> YearDraft:
    """Write the next year as it was shown (`seal`), all of it or nothing. TurnRefused where
    something is wrong, another is shown by now, or somebody was first."""
    found = _held(today)
    if found.is_applied:
        raise TurnRefused(f"{found.draft.called} уже открыл(а) {found.draft.applied_by}.")
    if found.is_taken:
        raise TurnRefused(TAKEN)
    if found.turn.problems:
        raise TurnRefused("Открыть пока нельзя: исправьте отмеченное.")
    if seal(found) != seen:
        raise TurnRefused(CHANGED)
    draft = found.draft
    if draft.pk is None:
        _keep(draft, person)
    draft.applied_at, draft.applied_by = timezone.now(), person
    draft.origin = _origin(draft)
    draft.save()
    with originating(draft.origin):
        _Opening(found, person).write()
    sync(sorted(_concerned(found)))
    return draft


def _origin(draft):
    """Of one that was taken back and is opened again another."""
    before = YearDraft.objects.filter(origin__startswith=str(draft)).exclude(pk=draft.pk).count()
    return f"{draft}, {before + 1}-й раз" if before else str(draft)


def _concerned(found):
    teachers = {teacher for one in found.teaching.journals for teacher, _ in one.teachers}
    leaders = SchoolClass.objects.exclude(class_teacher=None)
    deputies = Role.objects.filter(kind=Role.Kind.DEPUTY)
    return {
        *teachers,
        *leaders.values_list("class_teacher", flat=True),
        *deputies.values_list("user", flat=True),
    }


class _Opening:
    """One writing of a new year, in bulk: lessons there are none yet."""

    def __init__(self, found: NewYear, person: User) -> None:
        self.found, self.person = found, person
        self.first = found.draft.starts_on
        self.classes: dict[ClassName, SchoolClass] = {}

    def write(self) -> None:
        self.year = self.found.after or self._year()
        self._days()
        self._classes()
        self._pupils()
        self._teaching()
        self._bells()

    def _create(self, rows):
        if rows:
            create_with_history(type(rows[0]), rows, self.person)

    def _year(self):
        year = SchoolYear(starts_on=self.first, ends_on=self.found.draft.ends_on)
        year.full_clean()
        self._create([year])
        return year

    def _days(self):
        days = self.found.days
        self._create(
            [
                Period(year=self.year, kind=kind, number=number, starts_on=first, ends_on=last)
                for kind, spans in days.periods.items()
                for number, (first, last) in enumerate(spans, start=1)
            ]
        )
        kind = DayOverride.Kind.VACATION
        self._create(
            [
                DayOverride(kind=kind, parallel=parallel, starts_on=first, ends_on=last)
                for parallel, (first, last) in days.vacations
            ]
        )

    def _classes(self):
        made = self.found.teaching.classes
        rows = [
            SchoolClass(
                year=self.year,
                number=one.name.number,
                letter=one.name.letter,
                class_teacher_id=one.teacher,
            )
            for one in made
        ]
        self._create(rows)
        self.classes = {one.name: row for one, row in zip(made, rows, strict=True)}
        self._create(
            [
                CurriculumHours(school_class=row, subject_id=subject, hours=hours)
                for one, row in zip(made, rows, strict=True)
                for subject, hours in one.curriculum.items()
            ]
        )

    def _pupils(self):
        """In the old year they stay till the eve: so long its journals are written."""
        eve = self.first - ONE_DAY
        ended = []
        last = [one.old.pk for one in self.found.turn.classes]
        for row in Enrolment.objects.filter(school_class__in=last, starts_on__lt=self.first):
            if row.ends_on is None or row.ends_on > eve:
                row.ends_on = eve
                ended.append(row)
        update_with_history(Enrolment, ended, ["ends_on"], self.person)
        self._create(
            [
                Enrolment(
                    student_id=one.pk, school_class=self.classes[one.to], starts_on=self.first
                )
                for one in self.found.turn.pupils
                if one.to
            ]
        )

    def _teaching(self):
        made, subgroups = self.found.teaching.classes, self.found.teaching.groups
        own = [
            TeachingGroup(
                kind=TeachingGroup.Kind.CLASS,
                year=self.year,
                name=str(one.name),
                school_class=self.classes[one.name],
            )
            for one in made
        ]
        rows = [TeachingGroup(kind=one.kind, year=self.year, name=one.name) for one in subgroups]
        self._create([*own, *rows])
        self._create(
            [
                GroupMembership(group=row, student_id=pk, starts_on=self.first)
                for one, row in zip(subgroups, rows, strict=True)
                for pk in one.members
            ]
        )
        each = [one.journals for one in made] + [one.journals for one in subgroups]
        self._journals(
            (row, journal)
            for journals, row in zip(each, [*own, *rows], strict=True)
            for journal in journals
        )

    def _journals(self, wanted: Iterable[tuple[TeachingGroup, JournalOn]]) -> None:
        usual = usual_kind()
        pairs = list(wanted)
        rows = [
            Journal(
                group=group,
                subject_id=one.subject,
                scale_id=one.scale,
                period_kind=one.period_kind,
                has_exam=one.has_exam,
                lesson_kind_id=one.lesson_kind or usual,
            )
            for group, one in pairs
        ]
        self._create(rows)
        self._create(
            [
                TeachingAssignment(
                    journal=row, teacher_id=teacher, hours=hours, starts_on=self.first
                )
                for row, (_, one) in zip(rows, pairs, strict=True)
                for teacher, hours in one.teachers
            ]
        )

    def _bells(self):
        """A class's own go along with it, of a class that joins others nobody's."""
        rows = []
        for name, sources in self.found.turn.names.items():
            uses = self.found.days.bells.get(sources[0].old.pk, ()) if len(sources) == 1 else ()
            rows += [
                BellUse(
                    school_class=self.classes[name],
                    starts_on=self.first,
                    weekday=use.weekday,
                    schedule=use.schedule,
                )
                for use in uses
            ]
        self._create(rows)


# --- the way back ---


def way_back(draft: YearDraft) -> str:
    """Why an opened year can't be taken back, in Russian; «» where it can."""
    return refusal_of(draft, INSTEAD)


@transaction.atomic
def take_year_back(draft: YearDraft, person: User) -> None:
    """As before the opening, the draft with all that was said in it kept for another one.
    TurnRefused once something was written on top."""
    SchoolYear.objects.select_for_update(no_key=True).get(pk=draft.from_year_id)
    held = YearDraft.objects.select_for_update().get(pk=draft.pk)
    if held.applied_at is None or held.withdrawn_at is not None:
        raise TurnRefused("Возвращать нечего: это уже возвращено.")
    year = following_year(held.from_year)
    try:
        undo_deed(held, person, year.pk if year else None, INSTEAD)
    except ImportRefused as refused:
        raise TurnRefused(str(refused)) from None
    held.withdrawn_at, held.withdrawn_by = timezone.now(), person
    held.save()
    _again(held, person)


def _again(draft, person):
    """The same draft once more."""
    again = YearDraft.objects.create(
        from_year=draft.from_year,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        new_classes=draft.new_classes,
        changed_by=person,
    )
    for model, relation in (
        (YearDraftClass, draft.classes),
        (YearDraftPupil, draft.pupils),
        (YearDraftGroup, draft.groups),
    ):
        rows = list(relation.all())
        for row in rows:
            row.pk, row.draft = None, again
            row._state.adding = True
        model.objects.bulk_create(rows)


def changes_of(sent: Mapping[str, str]) -> list[DraftEdit]:
    """The Changes that a form says: each field has beside it what stood there, `was-…`; of a
    checkbox that is off it is all that is sent."""
    found = []
    for key, was in sent.items():
        name = key.removeprefix("was-")
        if name != key and (now := sent.get(name, "")).strip() != was:
            found.append(DraftEdit(name, was, now))
    return found
