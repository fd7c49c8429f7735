"""The draft of the next timetable: made row by row, applied in one deed, taken back."""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from copy import copy
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ..compiled import Compiled, Given
from ..models import DraftRow, Journal, Lesson, SchoolYear, TimetableDraft, TimetableEntry, User
from ..models.history import create_with_history, delete_with_history, update_with_history
from ..models.timetable import NoOverlapInWeeks
from ..queries.lessons import holds_something
from ..queries.plans import Plan
from ..queries.timetable import conflicts_of, hard_changes, rooms_of
from ..rules.spans import ONE_DAY
from .holding import hold
from .refusals import ScheduleError
from .timetable import Outcome, follow_timetable


def hold_year(year: SchoolYear) -> None:
    """Of two who change or apply a year's timetable at once the second waits and sees."""
    _held_year(year=year.pk)


def hold_years() -> None:
    """The same of whichever year, for deeds that tell only as they go which it is."""
    list(SchoolYear.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))


@Compiled
def _held_year() -> QuerySet[SchoolYear, Any]:
    held = SchoolYear.objects.select_for_update(no_key=True).filter(pk=Given("year"))
    return held.order_by().values_list("pk")


@transaction.atomic
def start_draft(year: SchoolYear, starts_on: datetime.date) -> TimetableDraft:
    """Begin a draft from a school-local day on; ScheduleError for a day that has come already, lies
    in another year or in a closed period, or where there is one."""
    hold_year(year)
    if TimetableDraft.objects.filter(year=year, applied_at=None).exists():
        raise ScheduleError("Новое расписание уже составляют: откройте страницу ещё раз.")
    _refuse_day(year, starts_on)
    return TimetableDraft.objects.create(year=year, starts_on=starts_on)


def _refuse_day(year, day):
    if not year.starts_on <= day <= year.ends_on:
        raise ScheduleError(f"{day:%d.%m.%Y} не входит в учебный год {year}.")
    if day <= timezone.localdate():
        raise ScheduleError(
            "Новое расписание действует не раньше завтрашнего дня: урок сегодняшнего дня переносят "
            "на его странице."
        )
    closed = year.periods.filter(lock__isnull=False, starts_on__lte=day, ends_on__gte=day).first()
    if closed:
        raise ScheduleError(f"{day:%d.%m.%Y}: период закрыт ({closed}).")


@transaction.atomic
def move_draft(draft: TimetableDraft, starts_on: datetime.date) -> None:
    """Let it hold from another day on. ScheduleError as for a new one."""
    draft = _standing(draft.pk)
    _refuse_day(draft.year, starts_on)
    _refuse_not_in_force(draft.rows.select_related("entry__journal__group"), starts_on)
    draft.starts_on = starts_on
    draft.save(update_fields=["starts_on"])


@transaction.atomic
def drop_draft(draft: TimetableDraft) -> None:
    """Give it up, with all its changes."""
    _standing(draft.pk).delete()


def _standing(pk):
    """The TimetableDraft, held; ScheduleError if it is applied or gone by now."""
    found = TimetableDraft.objects.select_related("year", "applied_by").filter(pk=pk)
    draft = found.first()
    if draft:
        hold_year(draft.year)
        draft = found.first()  # who was first may have applied it, or given it up
    if draft is None or draft.applied_at:
        raise ScheduleError(
            f"Это расписание уже введено: {draft.applied_by}, "
            f"{timezone.localtime(draft.applied_at):%d.%m.%Y %H:%M}."
            if draft
            else "От этого черновика уже отказались."
        )
    return draft


@transaction.atomic
def change_entry(draft: TimetableDraft, entry: TimetableEntry, said: Mapping[str, Any]) -> None:
    """Let a row of the timetable say something else from the draft's day on; saying what it says
    already takes the change back. ScheduleError for a row that begins with that day or later."""
    draft = _standing(draft.pk)
    say_instead(draft, entry, DraftRow.objects.filter(draft=draft, entry=entry).first(), said)


def say_instead(
    draft: TimetableDraft, entry: TimetableEntry, row: DraftRow | None, said: Mapping[str, Any]
) -> None:
    """The same where the draft is held, and its `row` of this entry is known."""
    _refuse_begun_later(draft, entry)
    if dict(said) == {name: value for name, value in entry.says.items() if name in said}:
        if row:
            row.delete()
        return
    row = row or DraftRow(draft=draft, entry=entry)
    row.goes = False
    say(row, entry.says | dict(said))


@transaction.atomic
def take_out(draft: TimetableDraft, entry: TimetableEntry) -> None:
    """Let there be no such lesson from the draft's day on."""
    draft = _standing(draft.pk)
    _refuse_begun_later(draft, entry)
    row = DraftRow.objects.filter(draft=draft, entry=entry).first()
    row = row or DraftRow(draft=draft, entry=entry)
    row.goes = True
    say(row, entry.says)


def _refuse_begun_later(draft, entry):
    if entry.starts_on == draft.starts_on:
        raise ScheduleError(
            f"Эта строка сама вводится {entry.starts_on:%d.%m.%Y}: отзовите то расписание или "
            "выберите для нового более поздний день."
        )
    _refuse_not_in_force([DraftRow(entry=entry)], draft.starts_on)


def _refuse_not_in_force(changes, day):
    """A change is of a row that holds when the draft comes into force."""
    for change in changes:
        entry = change.entry
        if entry and (entry.starts_on >= day or (entry.ends_on and entry.ends_on < day)):
            raise ScheduleError(
                f"{entry}: эта строка действует {_span_of(entry)}. Снимите её изменение или "
                "выберите другой день."
            )


def _span_of(entry):
    until = f" по {entry.ends_on:%d.%m.%Y}" if entry.ends_on else ""
    return f"с {entry.starts_on:%d.%m.%Y}{until}"


@transaction.atomic
def add_row(draft: TimetableDraft, said: Mapping[str, Any]) -> DraftRow:
    """One lesson more from the draft's day on."""
    draft = _standing(draft.pk)
    if draft.rows.filter(entry=None, **said).exists():
        raise ScheduleError("Такая строка в новом расписании уже есть.")
    return say(DraftRow(draft=draft), said)


@transaction.atomic
def change_row(row: DraftRow, said: Mapping[str, Any]) -> None:
    """Let a row that comes say something else."""
    _standing(row.draft_id)
    say(_there(row), said)


@transaction.atomic
def forget_row(row: DraftRow) -> None:
    """Take a change back."""
    _standing(row.draft_id)
    _there(row).delete()


def _there(row):
    """The DraftRow as it stands now; ScheduleError if somebody has taken it back."""
    found = DraftRow.objects.filter(pk=row.pk).first()
    if found is None:
        raise ScheduleError("Этого изменения в черновике уже нет.")
    return found


def say(row: DraftRow, said: Mapping[str, Any]) -> DraftRow:
    """Write what a row of a draft that is held says."""
    for name, value in said.items():
        setattr(row, name, value)
    row.save()
    return row


# --- applied, and taken back ---


@transaction.atomic
def apply_draft(pk: int, answers: Mapping[int, str], person: User) -> Outcome:
    """Let a draft (its key) be the timetable from its day on, and the lessons follow, see
    `follow_timetable`. Rows in which a class or a pupil would be in two places stay behind in a new
    draft, with the same day; all else is not held up by them. ScheduleError if somebody was first,
    or the day has come."""
    _hold_journals(pk)
    draft = _standing(pk)
    _refuse_day(draft.year, draft.starts_on)
    loaded = ("journal__group", "journal__subject", "entry__journal__group")
    changes = list(draft.rows.select_related(*loaded, "entry__journal__subject"))
    if not changes:
        raise ScheduleError("В новом расписании ничего не изменено.")
    _refuse_not_in_force(changes, draft.starts_on)
    behind = hard_changes(draft, conflicts_of(draft))
    applied = [change for change in changes if change.pk not in behind]
    if not applied:
        raise ScheduleError(
            "Все изменения мешают друг другу или тому, что есть: класс или ученик был бы на двух "
            "уроках сразу."
        )
    outcome = Outcome()
    behind |= _write(draft, applied)
    draft.applied_at, draft.applied_by = timezone.now(), person
    draft.save(update_fields=["applied_at", "applied_by"])
    if behind:
        rest = TimetableDraft.objects.create(year=draft.year, starts_on=draft.starts_on)
        for change in changes:
            if change.pk in behind:
                change.draft, change.ended_on = rest, None
                change.save(update_fields=["draft", "ended_on"])
                outcome.behind.append(str(change))
    applied = [change for change in applied if change.pk not in behind]
    plan = _plan(draft, {change.journal_id for change in applied}, rooms_of(applied))
    return follow_timetable(plan, answers, outcome)


def _hold_journals(pk):
    """Those of a draft's year: they are held before the year itself, as whoever moves a lesson
    does."""
    hold(Journal.objects.filter(group__year__drafts=pk).order_by().values("pk"))


def _write(draft, changes):
    """End the rows that go, then make those that come; returns the keys of the changes for which
    the hour of the journal is taken."""
    for change in changes:
        change.ended_on = change.entry and change.entry.ends_on
    taken = _taken(draft, changes)
    applied = [change for change in changes if change.pk not in taken]
    ended = [change for change in applied if change.entry]
    for change in ended:
        change.entry.ends_on = draft.starts_on - ONE_DAY
    update_with_history(TimetableEntry, [change.entry for change in ended], ["ends_on"])
    coming = [change for change in applied if not change.goes]
    for change in coming:
        change.made = _entry(draft, change)
    create_with_history(TimetableEntry, [change.made for change in coming])
    update_with_history(DraftRow, applied, ["made", "ended_on"])
    return taken


def _entry(draft, change):
    """The row that a change makes, not saved."""
    return TimetableEntry(**change.says, starts_on=draft.starts_on, ends_on=change.ended_on)


def _taken(draft, changes):
    """The keys of the changes that would put a journal twice into one hour, beside a row that stays
    or another that comes: until nothing more is, for a row stays where its change is taken."""
    taken: set[int] = set()
    while more := _in_the_way(draft, [one for one in changes if one.pk not in taken]):
        taken |= more
    return taken


def _in_the_way(draft, changes):
    """The keys of changes whose row can't come, as far as these alone are made."""
    ended = [change.entry_id for change in changes if change.entry_id]
    coming = {change.pk: _entry(draft, change) for change in changes if not change.goes}
    return _meeting(coming, TimetableEntry.objects.exclude(pk__in=ended))


def _meeting(rows, stored):
    """The keys of rows ({key: TimetableEntry as it would stand}) that one of a queryset of those
    that are stored, or one before it, leaves no place."""
    (rule,) = (one for one in TimetableEntry._meta.constraints if isinstance(one, NoOverlapInWeeks))
    by_place = defaultdict(list)
    for row in stored.filter(journal__in={row.journal_id for row in rows.values()}):
        by_place[row.journal_id, row.weekday, row.number].append(row)
    found = set()
    for key, row in rows.items():
        beside = by_place[row.journal_id, row.weekday, row.number]
        if any(rule.overlap(vars(row), vars(other)) for other in beside):
            found.add(key)
        else:
            beside.append(row)
    return found


def _plan(draft, journals, rooms):
    found = Journal.objects.filter(pk__in=journals)
    return Plan(draft.year, found, draft.starts_on, draft.year.ends_on, rooms=rooms)


@transaction.atomic
def withdraw_draft(pk: int) -> Outcome:
    """Take an applied draft (its key) back: its changes are a draft again, the former rows hold on,
    and the lessons follow. ScheduleError if its day has come, a later one was applied, another is
    being made, or something was written in lessons that it has made."""
    _hold_journals(pk)
    draft = TimetableDraft.objects.select_related("year").filter(pk=pk).first()
    if draft is None:
        raise ScheduleError("Такого расписания нет.")
    hold_year(draft.year)
    draft.refresh_from_db()
    changes = list(draft.rows.select_related("entry", "made"))
    _refuse_withdrawal(draft, changes)
    made = [change.made for change in changes if change.made]
    for change in changes:
        change.made = None
    update_with_history(DraftRow, changes, ["made"])
    delete_with_history(TimetableEntry, made)
    for change in changes:
        if change.entry:
            change.entry.ends_on = change.ended_on
    former = [change.entry for change in changes if change.entry]
    update_with_history(TimetableEntry, former, ["ends_on"])
    draft.withdrawn_at = timezone.now()
    draft.save(update_fields=["withdrawn_at"])
    rooms = {key: change.room_id for change in changes for key in rooms_of([change])}
    rest = TimetableDraft.objects.create(year=draft.year, starts_on=draft.starts_on)
    for change in changes:
        change.pk, change.draft, change.ended_on = None, rest, None
        change._state.adding = True
    create_with_history(DraftRow, changes)
    plan = _plan(draft, {change.journal_id for change in changes}, rooms)
    return follow_timetable(plan, {}, Outcome())


def _refuse_taken_hours(changes):
    """Of former rows, which hold on as they did, none may meet one made meanwhile."""
    own = {key for change in changes for key in (change.entry_id, change.made_id) if key}
    former = {}
    for change in changes:
        if change.entry:
            former[change.pk] = row = copy(change.entry)
            row.ends_on = change.ended_on
    taken = _meeting(former, TimetableEntry.objects.exclude(pk__in=own))
    if taken:
        row = former[min(taken)]
        raise ScheduleError(f"{row}: в этот час у журнала появилась другая строка.")


def _refuse_withdrawal(draft, changes):
    if draft.applied_at is None or draft.withdrawn_at:
        raise ScheduleError("Это расписание сейчас не введено.")
    if draft.starts_on <= timezone.localdate():
        raise ScheduleError(
            f"Это расписание действует с {draft.starts_on:%d.%m.%Y}: чтобы вернуть прежнее, "
            "составьте новое."
        )
    later = TimetableDraft.objects.filter(
        year=draft.year, pk__gt=draft.pk, applied_at__isnull=False, withdrawn_at=None
    )
    if later.exists():
        raise ScheduleError("После него введено ещё одно: сначала отзовите то.")
    _refuse_taken_hours(changes)
    if TimetableDraft.objects.filter(year=draft.year, applied_at=None).exists():
        raise ScheduleError(
            "Сейчас составляют другое расписание: сначала введите его или откажитесь от него."
        )
    filled = Lesson.objects.filter(
        holds_something(),
        journal__in={change.journal_id for change in changes},
        planned_on__gte=draft.starts_on,
        known_at__gte=draft.applied_at,
    ).exclude(pk__in=Lesson.history.filter(history_date__lt=draft.applied_at).values("id"))
    if lesson := filled.select_related("journal__group", "journal__subject").first():
        raise ScheduleError(
            f"В уроке, которого прежде не было, уже что-то записано: {lesson}, "
            f"{lesson.number}-й. Составьте новое расписание."
        )
