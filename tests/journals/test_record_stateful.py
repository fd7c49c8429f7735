"""Whatever sequence of marks, cancellations, moves, closings, openings, versions, documents, names
and enrolments happens: what a certificate calls unchanged is printed with the same words, and
averages are those that the histories tell."""

import datetime
import re
from collections import defaultdict
from fractions import Fraction

import pytest
import time_machine
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from attendance.actions.documents import receive_document
from attendance.models import AbsenceDocument
from attendance.refusals import Refused
from journals.actions.entries import save_cell, save_field
from journals.actions.lessons import move_lesson
from journals.actions.locks import lock_period, relock_journal, unlock_journal
from journals.actions.works import change_work_type
from journals.averages import average_text, rounded
from journals.cells import CellError
from journals.models import Certificate, LessonWork, Mark, WorkType
from journals.queries import book as journals_book
from journals.queries import elsewhere
from journals.queries.book import contents
from journals.queries.cell import cell_state, scale_values, work_types, works_of
from journals.queries.certificates import certified_periods
from journals.queries.register import register
from journals.refusals import Conflict
from school.actions.lessons import cancel_lesson, restore_lesson
from school.actions.refusals import ScheduleError
from school.actions.versions import change_from
from school.models import Enrolment, GradeValue, Lesson, User
from school.rights import JournalRights
from tests import world as worlds
from tests.world import day

NUMBER = st.integers(min_value=0, max_value=7)
TEXT = st.sampled_from(["5", "2", "4/5", "-/3", ".", "н", "н/4", "осв", ""])
WHOLE = JournalRights(sees_all=True, writes_all=True)
JANUARY = datetime.datetime(2027, 1, 18, 9, tzinfo=datetime.UTC)


def printed(book):
    """The words of the book's pages without the remarks and the day of printing."""
    html = render_to_string("journals/print/book.html", {"book": book})
    html = re.sub(r"<style.*?</style>|<dt>Напечатан.*?</dd>", "", html, flags=re.S)
    return re.sub(r"(\s|<[^>]*>)+", " ", html.split("<h2>Замечания")[0])


class Record(RuleBasedStateMachine):
    """Mathematics of 5А in the second quarter, which is over, and in the third."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.clock = time_machine.travel(worlds.NOON, tick=False)
        self.traveller = self.clock.start()
        self.w = w = worlds.stands()
        self.quarters = w.quarters[1:3]
        self.pupils = [w.ivanov, w.petrova, w.gone]
        for number in (12, 13, 19, 20):
            worlds.lesson(w.maths, day(1, number), w.slots[0])
        self.traveller.move_to(JANUARY)
        self.kept = {}
        for lesson in Lesson.objects.filter(journal=w.maths, cancelled=""):
            for pupil, text in zip(self.pupils, ("5/4", "3", "н"), strict=True):
                self.attempt(save_cell, w.maths, lesson.pk, pupil.pk, "", text)
        self.close()
        self.certify()

    def teardown(self):
        self.clock.stop()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def lesson(self, number):
        found = list(Lesson.objects.filter(journal=self.w.maths).order_by("pk"))
        return found[number % len(found)]

    def attempt(self, deed, *given):
        """Do what may be refused; a moment later than what was done before."""
        self.traveller.shift(1)
        try:
            with transaction.atomic():
                return deed(*given)
        except (Refused, CellError, ScheduleError, Conflict):
            return None

    def correct(self, deed, *given):
        """Do it while the journal is open for corrections, if its quarter is closed."""
        asked = (self.w.maths, self.quarters[0], self.w.deputy, 1, "ошибка")
        unlock = self.attempt(unlock_journal, *asked)
        self.attempt(deed, *given)
        if unlock:
            self.attempt(relock_journal, unlock.pk)

    @rule(lesson=NUMBER, pupil=NUMBER, text=TEXT)
    def mark(self, lesson, pupil, text):
        lesson, pupil = self.lesson(lesson), self.pupils[pupil % 3]
        was = cell_state(lesson.pk, pupil.pk).cell.text
        self.correct(save_cell, self.w.maths, lesson.pk, pupil.pk, was, text)

    @rule(lesson=NUMBER)
    def cancel_or_restore(self, lesson):
        lesson = self.lesson(lesson)
        if lesson.cancelled:
            self.correct(restore_lesson, lesson)
        else:
            self.correct(cancel_lesson, lesson, "карантин")

    @rule(lesson=NUMBER, date=st.sampled_from([day(12, 1), day(12, 2), day(1, 14), day(1, 15)]))
    def move(self, lesson, date):
        self.correct(move_lesson, self.w.maths, self.lesson(lesson).pk, date, lesson % 7 + 1)

    @rule(lesson=NUMBER, text=st.sampled_from(["Дроби", ""]))
    def topic(self, lesson, text):
        lesson = self.lesson(lesson)
        self.correct(save_field, self.w.maths, lesson.pk, "topic", lesson.topic, text)

    @rule(lesson=NUMBER, kind=st.sampled_from(["КР", "ОТВ", "РУ"]))
    def work(self, lesson, kind):
        """The first mark of the lesson's cells is for another work."""
        lesson = self.lesson(lesson)
        works = [work.work_type_id for work in works_of(lesson.pk)]
        chosen = work_types(lesson.date).get(short_name=kind)
        others = [pk for pk in works[1:] if pk != chosen.pk]
        texts = [" ".join(map(str, found)) for found in (works, [chosen.pk, *others])]
        self.correct(save_field, self.w.maths, lesson.pk, "works", *texts)

    @rule()
    def close(self):
        self.attempt(lock_period, self.quarters[0].pk, self.w.deputy)

    @rule()
    def open(self):
        asked = (self.w.maths, self.quarters[0], self.w.deputy, 1, "ошибка")
        self.attempt(unlock_journal, *asked)

    @rule(days=st.sampled_from([0, 1, 3]))
    def wait(self, days):
        self.traveller.shift(days * 24 * 3600 + 2 * 3600)

    @rule(text=st.sampled_from(["5", "2", "4"]), points=st.sampled_from([1, 3, 5]))
    def another_value(self, text, points):
        value = scale_values(self.w.maths, timezone.localdate())[text]
        value = GradeValue.objects.get(pk=value)
        value.points = points
        self.change(value, change_from)

    @rule(kind=st.sampled_from(["КР", "ОТВ"]), weight=st.sampled_from([1, 2, 5]))
    def another_weight(self, kind, weight):
        work_type = work_types(timezone.localdate()).get(short_name=kind)
        work_type.weight = weight
        self.change(work_type, change_work_type)

    def change(self, row, deed):
        if row.ends_on is None:
            self.attempt(deed, row, timezone.localdate() + datetime.timedelta(days=1))

    @rule(pupil=NUMBER, reason=st.sampled_from(["б", "уп"]))
    def document(self, pupil, reason):
        found = AbsenceDocument(
            student=self.pupils[pupil % 3],
            kind="medical",
            number=str(AbsenceDocument.objects.count()),
            received_on=timezone.localdate(),
            starts_on=day(11, 2),
            ends_on=day(1, 15),
            reason=reason,
            entered_by=self.w.class_teacher,
        )
        self.correct(receive_document, found)

    @rule(pupil=NUMBER, name=st.sampled_from(["Иванов", "Яковлев", "Абрамов"]))
    def rename(self, pupil, name):
        person = User.objects.get(pk=self.pupils[pupil % 3].user_id)
        person.last_name = name
        person.save()

    @rule(pupil=NUMBER, last=st.sampled_from([day(11, 10), day(12, 30), day(1, 20), None]))
    def leave(self, pupil, last):
        row = Enrolment.objects.get(student=self.pupils[pupil % 3])
        row.ends_on = last
        row.save()

    @rule()
    def certify(self):
        [place] = [
            one
            for one in certified_periods(self.w.maths, timezone.now())
            if one.period == self.quarters[0]
        ]
        if place.can_be_certified:
            book = journals_book.book(self.w.maths, place.period, WHOLE)
            made = Certificate.objects.create(
                journal=self.w.maths,
                period=place.period,
                certified_by=self.w.director,
                file="none.pdf",
                contents=contents(book),
            )
            self.kept[made.pk] = printed(book)

    @invariant()
    def what_is_called_unchanged_is_printed_alike(self):
        if not self.kept:
            return
        now = printed(journals_book.book(self.w.maths, self.quarters[0], WHOLE))
        for place in certified_periods(self.w.maths, timezone.now()):
            for one in place.certificates:
                assert one.is_changed or self.kept[one.pk] == now

    @invariant()
    def averages_are_those_of_the_histories(self):
        told = averages_told()
        for quarter in self.quarters:
            span = quarter.starts_on, quarter.ends_on
            rows = register(self.w.maths, quarter, WHOLE).rows
            found = {row.attendee.student_id: row.average for row in rows if row.average}
            expected = {
                student: average_text(rounded(average, 2))
                for student, average in told(*span).items()
            }
            assert found == expected
            for student, text in expected.items():
                alone = elsewhere.average(self.w.maths, student, quarter.starts_on)
                assert average_text(alone) == text


def latest(model):
    """{id: the last row of its history}, without what was deleted."""
    found = {row.id: row for row in model.history.order_by("history_id")}
    return {pk: row for pk, row in found.items() if row.history_type != "-"}


def as_of(model):
    """A function (id, instant): the row of the history that was in force then."""
    rows = defaultdict(list)
    for row in model.history.order_by("history_id"):
        rows[row.id].append(row)
    return lambda pk, at: [row for row in rows[pk] if row.history_date <= at][-1]


def averages_told():
    """A function (first, last): {student id: exact average}, from the histories alone: each mark as
    its value and its kind of work were when it was written."""
    lessons, works, marks = latest(Lesson), latest(LessonWork), latest(Mark)
    value_then, type_then = as_of(GradeValue), as_of(WorkType)

    def told(first, last):
        sums = defaultdict(lambda: [0, 0])
        for mark in marks.values():
            work = works[mark.work_id]
            lesson = lessons[work.lesson_id]
            if mark.value_id is None or lesson.cancelled or not first <= lesson.date <= last:
                continue
            points = value_then(mark.value_id, mark.history_date).points
            weight = type_then(work.work_type_id, work.history_date).weight
            if points is not None:
                sums[mark.student_id][0] += points * weight
                sums[mark.student_id][1] += weight
        return {student: Fraction(*pair) for student, pair in sums.items()}

    return told


@pytest.mark.django_db
def test_a_record_nobody_can_bend():
    run_state_machine_as_test(
        Record,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            phases=set(Phase) - {Phase.shrink, Phase.explain},  # each takes minutes here
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
