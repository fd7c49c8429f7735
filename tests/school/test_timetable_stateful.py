"""Whatever happens to timetable, bells, days, moves and cancellations: each place of the timetable
has one lesson, nothing that was written is lost, no due instant of the past moves, and those to
come are what they would be computed anew."""

import datetime
from collections import defaultdict

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from attendance.refusals import Refused
from journals.actions.dues import set_dues_of_lessons
from journals.actions.entries import save_field
from journals.actions.lessons import cancel_lesson, exchange_lessons, move_lesson
from school.actions.bells import ring
from school.actions.days import declare_days, withdraw_days
from school.actions.drafts import (
    add_row,
    apply_draft,
    change_entry,
    drop_draft,
    start_draft,
    take_out,
    withdraw_draft,
)
from school.actions.joining import join_lessons
from school.actions.lessons import restore_lesson, schedule_lesson, substitute
from school.actions.refusals import ScheduleError
from school.actions.teacher_absences import record_absence, version, withdraw_absence
from school.actions.timetable import generate_lessons
from school.models import (
    BellSchedule,
    BellUse,
    DayOverride,
    Journal,
    Lesson,
    Substitution,
    TeacherAbsence,
    TimetableDraft,
    TimetableEntry,
)
from school.queries.plans import Plan, lacking
from school.queries.teacher_absences import absences_behind
from school.queries.timetable import draft_of
from tests import world as worlds
from tests.world import FIRST, TODAY, day

# Of actions, alike on every database; those that write have tests on both.
pytestmark = pytest.mark.any_database

TOMORROW = TODAY + datetime.timedelta(days=1)
LAST = day(12, 11)  # the days that are looked at: two weeks and a half
DAYS = [TODAY + datetime.timedelta(days=n) for n in range((LAST - TODAY).days + 1)]
JOURNALS = st.sampled_from(["maths", "russian", "maths_b"])
dates, numbers = st.sampled_from(DAYS), st.integers(1, 4)
kinds = st.sampled_from(["off", "quarantine", "working"])
weekdays, weeks = st.integers(1, 5), st.sampled_from([1, 2, 3])


class Timetable(RuleBasedStateMachine):
    """The school of tests/world.py with a timetable of three journals."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.clock = time_machine.travel(worlds.NOON, tick=False)
        self.traveller = self.clock.start()
        self.world = w = worlds.stands()
        for journal, weekday, number in ((w.maths, 1, 2), (w.russian, 2, 3), (w.maths_b, 3, 4)):
            journal.timetable.create(weekday=weekday, number=number, starts_on=FIRST)
        Lesson.objects.filter(date__gt=TODAY).delete()
        generate_lessons(w.year, TOMORROW, w.year.ends_on)
        set_dues_of_lessons(set(Lesson.objects.values_list("date", flat=True)))
        self.written = {}
        self.past = self._dues(date__lt=TODAY)

    def _dues(self, **asked):
        found = Lesson.objects.filter(**asked)
        columns = ("attendance_due_at", "topic_due_at", "homework_due_at")
        return {row[0]: row[1:] for row in found.values_list("pk", *columns)}

    def teardown(self):
        self.clock.stop()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def _tried(self, deed, *arguments):
        """Do what may be refused; a moment later than what was done before."""
        self.traveller.shift(1)
        try:
            with transaction.atomic():
                return deed(*arguments)
        except (ScheduleError, Refused):
            return None

    def _lesson(self, number):
        found = list(
            Lesson.objects.filter(date__range=(TODAY, LAST), journal__in=self._journals())
            .select_related("journal__group", "journal__subject")
            .order_by("pk")
        )
        return found[number % len(found)] if found else None

    def _journals(self):
        return [self.world.maths, self.world.russian, self.world.maths_b]

    @rule(number=st.integers(0, 50), text=st.sampled_from(["Дроби", "Степени"]))
    def write(self, number, text):
        lesson = self._lesson(number)
        if lesson is None or lesson.cancelled:
            return
        if self._tried(save_field, lesson.journal, lesson.pk, "topic", lesson.topic, text):
            self.written[lesson.pk] = text

    @rule(journal=JOURNALS, date=dates, number=numbers)
    def add(self, journal, date, number):
        self._tried(schedule_lesson, getattr(self.world, journal), date, number)

    @rule(lesson=st.integers(0, 50), date=dates, number=numbers)
    def move(self, lesson, date, number):
        if found := self._lesson(lesson):
            self._tried(move_lesson, found.journal, found.pk, date, number)

    @rule(one=st.integers(0, 50), other=st.integers(0, 50))
    def exchange(self, one, other):
        one, other = self._lesson(one), self._lesson(other)
        if one and one != other:
            self._tried(exchange_lessons, one, other)

    @rule(number=st.integers(0, 50))
    def cancel_or_restore(self, number):
        if lesson := self._lesson(number):
            if lesson.cancelled:
                self._tried(restore_lesson, lesson)
            else:
                self._tried(cancel_lesson, lesson, "карантин", self.world.deputy)

    @rule(
        date=dates, kind=st.sampled_from(["off", "quarantine", "working"]), of_class=st.booleans()
    )
    def declare(self, date, kind, of_class):
        row = DayOverride(starts_on=date, ends_on=date, kind=kind, reason="Мороз")
        row.school_class = self.world.a5 if of_class else None
        self._tried(declare_days, row)

    @rule()
    def withdraw_a_day(self):
        if row := DayOverride.objects.order_by("pk").last():
            self._tried(withdraw_days, row)

    @rule(date=dates, of_class=st.booleans(), minutes=st.integers(1, 20))
    def ring_otherwise(self, date, of_class, minutes):
        if date == TODAY:
            return  # the day that lasts follows other bells
        schedule, _ = BellSchedule.objects.get_or_create(name=f"Перемены короче на {minutes}")
        for slot in self.world.slots if not schedule.slots.exists() else ():
            schedule.slots.create(
                number=slot.number,
                starts_at=slot.starts_at,
                ends_at=datetime.time(slot.ends_at.hour, slot.ends_at.minute - minutes),
            )
        whom = {"school_class": self.world.a5} if of_class else {}
        use = BellUse(schedule=schedule, starts_on=date, **whom)
        if not BellUse.objects.filter(starts_on=date, school_class=use.school_class).exists():
            use.save()
            ring()

    @rule(
        row=st.integers(0, 20),
        weekday=weekdays,
        number=numbers,
        weeks=weeks,
        deed=st.sampled_from(["change", "take", "add"]),
        journal=JOURNALS,
    )
    def draft(self, row, weekday, number, weeks, deed, journal):
        w = self.world
        draft = draft_of(w.year) or self._tried(start_draft, w.year, day(11, 30))
        said = {"weekday": weekday, "number": number, "weeks": weeks}
        entries = list(TimetableEntry.objects.filter(ends_on=None).order_by("pk"))
        if deed == "add":
            self._tried(add_row, draft, said | {"journal_id": getattr(w, journal).pk})
        elif entries:
            entry = entries[row % len(entries)]
            if deed == "take":
                self._tried(take_out, draft, entry)
            else:
                self._tried(change_entry, draft, entry, said)

    @rule(answer=st.sampled_from(["move", "keep", "cancel"]))
    def apply(self, answer):
        if draft := draft_of(self.world.year):
            answers = dict.fromkeys(Lesson.objects.values_list("pk", flat=True), answer)
            self._tried(apply_draft, draft.pk, answers, self.world.deputy)

    @rule()
    def take_back(self):
        applied = TimetableDraft.objects.filter(applied_at__isnull=False, withdrawn_at=None)
        if draft := applied.order_by("pk").last():
            self._tried(withdraw_draft, draft.pk)

    @rule()
    def give_up(self):
        if draft := draft_of(self.world.year):
            self._tried(drop_draft, draft)

    @rule(number=st.integers(0, 50))
    def join(self, number):
        """What stands at another hour is moved beside it, so that there is something to join."""
        w, guest = self.world, self._lesson(number)
        hosts = Lesson.objects.filter(journal=w.maths_b, date__range=(TODAY, LAST))
        if guest and guest.journal != w.maths_b and (host := hosts.order_by("pk").first()):
            self._tried(move_lesson, guest.journal, guest.pk, host.date, host.number)
            self._tried(join_lessons, Lesson.objects.get(pk=guest.pk), host, w.teacher)

    @rule(date=dates, number=numbers, of_host=st.booleans())
    def move_what_is_joined(self, date, number, of_host):
        if guest := Lesson.objects.filter(joined_to__isnull=False).order_by("pk").first():
            found = guest.joined_to if of_host else guest
            self._tried(move_lesson, found.journal, found.pk, date, number)

    @rule(number=st.integers(0, 50))
    def stand_in(self, number):
        if lesson := self._lesson(number):
            self._tried(substitute, lesson, self.world.substitute)

    @rule(date=dates, number=numbers, is_endless=st.booleans())
    def be_away(self, date, number, is_endless):
        w = self.world
        ends_on = None if is_endless else date
        made = TeacherAbsence(starts_on=date, ends_on=ends_on, first_number=number, kind="other")
        made.teacher = w.teacher if number % 2 else w.class_teacher
        self._tried(record_absence, made, w.deputy)

    @rule()
    def be_back(self):
        if found := TeacherAbsence.objects.filter(withdrawn_at=None).order_by("pk").last():
            self._tried(withdraw_absence, found, self.world.deputy, version(found))

    @rule()
    def make(self):
        """What was in the way of a lesson may be gone by now: then it is made; what is not made has
        something in its way that is told."""
        made = self._tried(generate_lessons, self.world.year, TOMORROW, LAST)
        if made is not None:
            journals = Journal.objects.filter(pk__in=[one.pk for one in self._journals()])
            comes = Plan(self.world.year, journals, TOMORROW, LAST).difference().comes
            assert len(comes) == len(lacking(self.world.year, TOMORROW, LAST))

    @invariant()
    def nothing_written_is_lost(self):
        found = dict(Lesson.objects.values_list("pk", "topic"))
        assert {pk: found.get(pk) for pk in self.written} == self.written

    @invariant()
    def no_place_has_two_lessons_and_no_class_is_in_two(self):
        places, hours = [], defaultdict(list)
        lessons = Lesson.objects.filter(date__gte=TODAY, date__lte=LAST)
        for one in lessons.select_related("journal__group"):
            if one.planned_on:
                places.append((one.journal_id, one.planned_on, one.planned_number))
            if not one.cancelled and one.journal in (self.world.maths, self.world.russian):
                assert not any(one.hour.meets(other) for other in hours[one.date])
                hours[one.date].append(one.hour)
        assert len(places) == len(set(places))

    @invariant()
    def what_is_taken_together_is_at_one_time(self):
        joined = Lesson.objects.filter(joined_to__isnull=False).select_related("joined_to")
        for one in joined:
            assert one.date == one.joined_to.date
            assert one.hour.meets(one.joined_to.hour)
            assert one.joined_to.joined_to_id is None

    @invariant()
    def substitutions_point_to_the_absences_of_their_hours(self):
        stand = dict(Substitution.objects.values_list("pk", "absence"))
        assert stand == absences_behind(Substitution.objects.all())

    @invariant()
    def the_past_stays(self):
        assert self._dues(pk__in=self.past) == self.past

    @invariant()
    def dues_are_those_of_a_recomputation(self):
        stand = self._dues(date__gt=TODAY)
        set_dues_of_lessons(set(Lesson.objects.values_list("date", flat=True)))
        assert self._dues(date__gt=TODAY) == stand


@pytest.mark.django_db
def test_whatever_happens():
    run_state_machine_as_test(
        Timetable,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            phases=set(Phase) - {Phase.shrink, Phase.explain},  # each takes minutes here
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
