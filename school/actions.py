"""Writes about the school: one function per thing a person does, each in one transaction, checked
for permission by its caller. Rights follow by themselves (`projection.follow_facts`)."""

import datetime
from collections import defaultdict

from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone

from .compiled import Compiled, Given
from .models import (
    BellSlot,
    DayOverride,
    Enrolment,
    HealthLook,
    Journal,
    Lesson,
    Period,
    Student,
    Substitution,
    TimetableEntry,
)
from .models.dated import on_day, overlapping
from .models.history import update_with_history
from .queries import belonging
from .queries.calendar import periods, working_calendar
from .queries.cards import card_version, health_version
from .queries.lessons import conflicting_lessons
from .queries.locks import closed_period, closed_periods
from .rules.spans import covers, span

ONE_DAY = datetime.timedelta(days=1)

# Sent before many lessons are changed at once: who holds something before lessons takes it now.
lessons_to_change = Signal()


class ScheduleError(Exception):
    """A lesson that can't stand where it was put; the text is Russian, for the person who did
    it."""


def hold(journals):
    """Hold journals (ids) until the transaction ends. Whoever writes in a journal or changes its
    lessons takes this first, as do who closes a period and who certifies: a save in flight has then
    landed before, or sees the lock and is refused (4.1, 4.2). Of several always in the order of
    keys, so that of two at once neither has what the other waits for."""
    if isinstance(journals, list) and len(journals) == 1:
        _hold_one(journal=journals[0])  # behind every cell save: 0.13 ms instead of 0.45
        return
    rows = Journal.objects.filter(pk__in=journals).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


@Compiled
def _hold_one():
    rows = Journal.objects.filter(pk=Given("journal")).order_by()
    return rows.select_for_update(no_key=True).values_list("pk")


# --- versions ---


@transaction.atomic
def change_from(row, day):
    """Of a Version in use a changed `row` (not saved) becomes the next version, from a school-local
    day on, and the stored one ends the day before. Returns (the stored one, the new one)."""
    model = type(row)
    stored = model.objects.select_for_update(no_key=True).get(pk=row.pk)
    values = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
    changed = model(**values | {"id": None, "starts_on": day})
    stored.ends_on = day - ONE_DAY
    stored.full_clean()
    stored.save()
    changed.full_clean()
    changed.save()
    return stored, changed


# --- pupils ---


@transaction.atomic
def leave_school(student, last_day):
    """End the pupil's enrolment and memberships with `last_day`; his marks remain."""
    for row in [
        *student.enrolments.filter(on_day(last_day)),
        *student.memberships.filter(on_day(last_day)),
    ]:
        row.ends_on = last_day
        row.save()


@transaction.atomic
def move_to_class(student, school_class, first_day):
    """Move the pupil to another class from `first_day`; memberships are ended, not guessed anew."""
    leave_school(student, first_day - ONE_DAY)
    enrolment = Enrolment(student=student, school_class=school_class, starts_on=first_day)
    enrolment.full_clean()
    enrolment.save()
    return enrolment


class Outdated(Exception):
    """Somebody has changed the thing since the form was opened; the text is Russian."""


@transaction.atomic
def save_card(student, version, card, orders, removed=()):
    """Save a pupil's card and orders (unsaved changes of a form), delete those `removed`. `version`
    is what `cards.card_version` said when the form was opened. Outdated if the card has changed
    since; then nothing is written."""
    Student.objects.select_for_update().get(pk=student.pk)
    if card_version(student) != version:
        raise Outdated("Пока вы писали, карточку изменили. Откройте её снова и внесите своё.")
    card.save()
    for order in removed:  # first: a new one may be the same
        order.delete()
    for order in orders:
        order.save()


@transaction.atomic
def save_health(student, version, record):
    """The same for the health record."""
    Student.objects.select_for_update().get(pk=student.pk)
    if health_version(student) != version:
        raise Outdated("Пока вы писали, сведения изменили. Откройте их снова и внесите своё.")
    record.save()


def note_health_look(student, user):
    """Every look at a health record is written down."""
    HealthLook.objects.create(student=student, user=user)


# --- lessons ---


@transaction.atomic
def generate_lessons(year, first, last):
    """Create the lessons that the weekly timetable has on the school days first … last of a year.

    What exists stays as it is, so running it again creates only what is missing, and nothing of
    that in a closed period (4.2). ScheduleError if two of the lessons would claim the same pupil;
    then nothing is created. Returns the number.
    """
    calendar = working_calendar(first, last)
    terms = defaultdict(list)
    for period in Period.objects.filter(year=year):
        terms[period.kind].append((period.starts_on, period.ends_on))
    entries = overlapping(
        TimetableEntry.objects.filter(journal__group__year=year), first, last
    ).select_related("journal__group", "journal__subject", "slot")
    entries = entries.order_by("pk")  # so that of two the same is always named first
    by_weekday = defaultdict(list)
    for entry in entries:
        by_weekday[entry.weekday].append(entry)

    now = timezone.now()
    hold({entry.journal_id for entry in entries})
    closed = {
        pk: [(one.starts_on, one.ends_on) for one in closed_periods(journal, now)]
        for pk, journal in {entry.journal_id: entry.journal for entry in entries}.items()
    }
    wanted = defaultdict(dict)  # (day, slot id): {journal id: journal}
    day = first
    while day <= last:
        if not all(covers(spans, day) for spans in terms.values()):
            day += ONE_DAY  # a vacation between quarters is one for classes with half-years too
            continue
        for entry in by_weekday[calendar.timetable_weekday(day)]:
            in_force = covers([span(entry.starts_on, entry.ends_on)], day)
            if in_force and not covers(closed[entry.journal_id], day):
                wanted[day, entry.slot_id][entry.journal_id] = entry.journal
        day += ONE_DAY

    standing = Lesson.objects.filter(journal__group__year=year, date__range=(first, last))
    existing = set(standing.values_list("date", "slot", "journal"))
    missing = [
        (day, slot, journal)
        for (day, slot), journals in wanted.items()
        for journal in journals
        if (day, slot, journal) not in existing
    ]
    for lesson in standing.filter(cancelled="").select_related(
        "journal__group", "journal__subject"
    ):
        wanted[lesson.date, lesson.slot_id][lesson.journal_id] = lesson.journal
    _refuse_double_booking(wanted, {(day, slot) for day, slot, _ in missing}, first, last)
    Lesson.objects.bulk_create(
        [Lesson(journal_id=journal, date=day, slot_id=slot) for day, slot, journal in missing],
        batch_size=1000,
    )
    return len(missing)


def _refuse_double_booking(wanted, touched, first, last):
    """ScheduleError if in one of the touched hours two lessons are of one class or share a
    pupil."""
    attendees = {}
    for day, slot in sorted(touched):
        taken = {}  # class or pupil: the journal that has it in this hour
        for journal in wanted[day, slot].values():
            if journal.pk not in attendees:
                attendees[journal.pk] = belonging.attendees(journal, first, last)
            claims = [a.student_id for a in attendees[journal.pk] if a.attends(day)]
            if journal.group.school_class_id:
                claims.append(("class", journal.group.school_class_id))
            for claim in claims:
                if claim in taken:
                    number = BellSlot.objects.get(pk=slot).number
                    raise ScheduleError(
                        f"{day:%d.%m.%Y}, {number}-й урок: {taken[claim]} и {journal} сразу."
                    )
                taken[claim] = journal


def refuse_conflict(journal, day, slot):
    """ScheduleError if one of the journal's pupils has another lesson then; locks the hour."""
    BellSlot.objects.select_for_update().get(pk=slot.pk)  # of two at once the second waits and sees
    if rivals := conflicting_lessons(journal, day, slot):
        raise ScheduleError(
            f"{day:%d.%m.%Y}, {slot.number}-й урок: у этих учеников уже есть {rivals[0].journal}."
        )


def refuse_closed(journal, day):
    """ScheduleError for a day (school-local) of a journal (with group) in a closed period (4.2)."""
    for period in closed_periods(journal, timezone.now()):
        if period.starts_on <= day <= period.ends_on:
            raise _closed(journal, day, period)


def refuse_vacation(journal, day):
    """ScheduleError for a school-local day that lies in no period of a journal (with group): its
    marks would count in none, and no page of the journal would show it."""
    found = periods(journal.group.year_id, journal.period_kind)
    if not any(one.holds_on(day) for one in found):
        raise ScheduleError(
            f"{day:%d.%m.%Y} не входит ни в один учебный период: это каникулы или другой год."
        )


def _refuse_closed_lessons(lessons):
    """The same for the Lessons of a queryset."""
    found = lessons.annotate(closed=closed_period(timezone.now())).exclude(closed=None)
    if lesson := found.select_related("journal__group", "journal__subject").first():
        raise _closed(lesson.journal, lesson.date, Period.objects.get(pk=lesson.closed))


def _closed(journal, day, period):
    return ScheduleError(
        f"{day:%d.%m.%Y}, {journal}: период закрыт ({period}). Изменить урок можно, когда "
        "заместитель директора откроет журнал для исправлений."
    )


@transaction.atomic
def schedule_lesson(journal, day, slot):
    """Add one lesson by hand. ScheduleError if one of its pupils is taught elsewhere then, or the
    period is closed."""
    hold([journal.pk])
    refuse_closed(journal, day)
    refuse_vacation(journal, day)
    _refuse_second(journal, day, slot)
    refuse_conflict(journal, day, slot)
    return Lesson.objects.create(journal=journal, date=day, slot=slot)


def _refuse_second(journal, day, slot):
    if Lesson.objects.filter(journal=journal, date=day, slot=slot).exists():
        raise ScheduleError("В этот день и час урок в журнале уже есть.")


@transaction.atomic
def cancel_lesson(lesson, reason):
    """The lesson does not take place; what is written in it remains, counts nowhere and is closed
    for writing. ScheduleError in a closed period."""
    _hold_place(lesson)
    refuse_closed(lesson.journal, lesson.date)
    lesson.cancel(reason)
    lesson.save(update_fields=Lesson.CANCELLATION)


@transaction.atomic
def cancel_unattended(lessons, reason):
    """Cancel at once the lessons of a queryset that nobody attends: nothing was due there, so
    nothing else follows. Returns their number."""
    hold(lessons.values("journal"))
    lessons_to_change.send(Lesson)
    found = list(lessons.filter(nobody_attends=True).order_by("pk").select_for_update(of=["self"]))
    _cancel(found, reason, None)
    return len(found)


@transaction.atomic
def restore_lesson(lesson):
    """Take a cancellation back, and what is written in the lesson counts again. ScheduleError if
    the hour is taken by now or the period closed."""
    _hold_place(lesson)
    if lesson.cancelled:
        refuse_closed(lesson.journal, lesson.date)
        refuse_conflict(lesson.journal, lesson.date, lesson.slot)
        lesson.restore()
        lesson.save(update_fields=Lesson.CANCELLATION)


def _hold_place(lesson):
    """Hold the lesson's journal; when and whether the lesson is held is read anew."""
    hold([lesson.journal_id])
    lesson.refresh_from_db(
        fields=["date", "slot", "day_due_at", "nobody_attends", *Lesson.CANCELLATION]
    )


@transaction.atomic
def move_lesson(lesson, day, slot):
    """Hold a lesson on another school-local day or in another hour, with all that is written in it;
    a cancelled one takes place there. ScheduleError if the hour is taken, or one of the days is in
    a closed period."""
    _hold_place(lesson)
    for one in {lesson.date, day}:
        refuse_closed(lesson.journal, one)
    refuse_vacation(lesson.journal, day)
    _refuse_second(lesson.journal, day, slot)
    refuse_conflict(lesson.journal, day, slot)
    was_due = lesson.day_due_at is not None and lesson.day_due_at < timezone.now()
    lesson.date, lesson.slot = day, slot
    if lesson.cancelled or not was_due:
        lesson.restore()
        lesson.unknown_from = None  # there it never was before
    lesson.save(update_fields=["date", "slot", *Lesson.CANCELLATION])


@transaction.atomic
def declare_day(override):
    """Save a DayOverride. A day without work cancels the lessons that stand in it, with its reason;
    one that is worked again restores those that it had cancelled. ScheduleError if one of them is
    in a closed period."""
    _hold_day(override)
    refuse_closed_day(override.pk, override.date, override.is_working)
    _restore(_cancelled_by(override.pk))
    if not override.is_working:
        if override.pk is None:
            override.save()
        _cancel(_standing(override.date), override.reason, override)
    override.save()  # last: whoever follows it sees the lessons as they are now


@transaction.atomic
def withdraw_day(override):
    """Delete a DayOverride; the lessons that it had cancelled take place. ScheduleError if one of
    them is in a closed period."""
    _hold_day(override)
    refuse_closed_day(override.pk, override.date, is_working=True)
    _restore(_cancelled_by(override.pk))
    override.delete()


def _hold_day(override):
    touched = Lesson.objects.filter(Q(date=override.date) | Q(pk__in=_cancelled_by(override.pk)))
    hold(touched.order_by().values("journal"))
    lessons_to_change.send(DayOverride)


def refuse_closed_day(pk, day, is_working):
    """ScheduleError if a DayOverride (its key, None of a new one) that comes to say this of a
    school-local day would change lessons of a closed period (4.2), or take away some that were
    held."""
    _refuse_closed_lessons(_cancelled_by(pk))
    if not is_working:
        _refuse_closed_lessons(_standing(day))
        if _standing(day).filter(attendance_taken_at__isnull=False).exists():
            raise ScheduleError(
                f"{day:%d.%m.%Y}: уроки этого дня уже проведены. Каждый из них можно отменить "
                "отдельно."
            )


def _standing(day):
    return Lesson.objects.filter(date=day, cancelled="")


def _cancelled_by(pk):
    """The Lessons that a DayOverride (its key, None of a new one) has cancelled."""
    return Lesson.objects.filter(cancelled_by=pk) if pk else Lesson.objects.none()


def _cancel(lessons, reason, override):
    lessons = list(lessons)
    for lesson in lessons:
        lesson.cancel(reason, override)
    update_with_history(Lesson, lessons, Lesson.CANCELLATION)


def _restore(lessons):
    lessons = list(lessons)
    for lesson in lessons:
        lesson.restore()
    update_with_history(Lesson, lessons, Lesson.CANCELLATION)


@transaction.atomic
def substitute(lesson, teacher, reason=""):
    """Let another teacher take the lesson; a second call replaces the first. ScheduleError in a
    closed period."""
    _hold_place(lesson)
    refuse_closed(lesson.journal, lesson.date)
    row = Substitution.objects.filter(lesson=lesson).first() or Substitution(lesson=lesson)
    row.teacher, row.reason = teacher, reason
    row.save()
    return row
