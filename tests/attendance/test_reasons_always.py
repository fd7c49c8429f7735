"""Whatever sequence of absences, documents and hands: the reason is what the class teacher's hand,
else the newest document that covers the day, else the subject teacher says (2.9).

The oracle below holds these three apart and looks at no code of ours.
"""

from dataclasses import dataclass

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance.actions.absences import confirm_day
from attendance.actions.documents import change_document, withdraw_document
from attendance.models import Absence, AbsenceDocument
from attendance.refusals import Refused
from tests.world import day

DAYS = (20, 23, 24, 25)
SAYS_WHY = ("уп", "б", "нп")

place = st.integers(0, 4)
a_day = st.sampled_from(DAYS)
a_reason = st.sampled_from(("б", "уп"))
deeds = st.lists(
    st.one_of(
        st.tuples(
            st.just("type"), place, st.sampled_from(("", "н", "оп", *SAYS_WHY)), st.booleans()
        ),
        st.tuples(st.just("receive"), a_day, a_day, a_reason, st.integers(23, 25)),
        st.tuples(st.just("change"), place, a_day, a_day, a_reason),
        st.tuples(st.just("withdraw"), place),
        st.tuples(st.just("hand"), a_day, st.sampled_from(("н", *SAYS_WHY))),
    ),
    max_size=12,
)


@dataclass
class Missed:
    """What was said of one absence: `teacher` by the subject teacher, `hand` by the class teacher;
    of one who was `late` neither counts."""

    teacher: str = "н"
    hand: str = ""
    late: bool = False


class Oracle:
    def __init__(self, world, lessons):
        self.world, self.lessons = world, lessons
        self.missed = dict.fromkeys(lessons)
        self.documents = []

    def newest(self, date):
        found = [one for one in self.documents if one.starts_on <= date <= one.ends_on]
        return max(found, key=lambda one: (one.received_on, one.pk), default=None)

    def has(self, first, last, reason, received_on):
        """Whether a document says that already."""
        facts = day(11, first), day(11, last), reason, day(11, received_on)
        return facts in {
            (one.starts_on, one.ends_on, one.reason, one.received_on) for one in self.documents
        }

    def reason(self, lesson):
        said, document = self.missed[lesson], self.newest(lesson.date)
        if said is None:
            return ""
        if said.late:
            return "оп"
        return said.hand or (document.reason if document else said.teacher)

    def is_refused(self, lesson, text, by_class_teacher):
        """None changes a confirmed reason but the class teacher, and he not a document's to «н»."""
        said, document = self.missed[lesson], self.newest(lesson.date)
        if not said or said.late or text in ("", self.reason(lesson)):
            return False
        if by_class_teacher:
            return text == "н" and document is not None and not said.hand
        return bool(said.hand or document)

    def type(self, lesson, text, by_class_teacher):
        if text == self.reason(lesson):
            return
        covered = self.newest(lesson.date)
        self.missed[lesson] = text and Missed(
            teacher="н" if covered or (by_class_teacher and text in SAYS_WHY) else text,
            hand=text if by_class_teacher and text in SAYS_WHY else "",
            late=text == "оп",
        )
        self.missed[lesson] = self.missed[lesson] or None

    def is_told(self, document, before):
        """A document has come or changed: where it is news it outweighs the hand."""
        for lesson, said in self.missed.items():
            if said and not said.late and document.starts_on <= lesson.date <= document.ends_on:
                said.teacher = "н"
                was_there = before and before[0] <= lesson.date <= before[1]
                if self.newest(lesson.date) is document and not was_there:
                    said.hand = ""

    def by_hand(self, date, reason):
        for lesson, said in self.missed.items():
            if said and not said.late and lesson.date == date:
                said.teacher, said.hand = "н", reason if reason in SAYS_WHY else ""


@pytest.fixture
def lessons(world):
    """Of Иванов; two on the 24th."""
    world.cancelled_lesson.cancelled = ""
    world.cancelled_lesson.save()
    taught = (world.cancelled_lesson, world.lesson, world.substituted, world.today_lesson)
    return [*taught, world.english_lesson]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deeds=deeds)
def test_it_is_what_the_last_word_says(world, lessons, type_cell, receive, deeds):
    with transaction.atomic():
        _play(Oracle(world, lessons), type_cell, receive, deeds)
        transaction.set_rollback(True)


def _play(oracle, type_cell, receive, deeds):
    world = oracle.world
    for deed, *said in deeds:
        if deed == "type":
            _type(oracle, type_cell, *said)
        elif deed == "receive":
            first, last, reason, received_on = said
            first, last = sorted((first, last))
            is_there = oracle.has(first, last, reason, received_on)
            document = receive(first, last, reason=reason, received_on=received_on)
            assert (document.pk is None) == is_there  # sent twice it is one, and no news
            if not is_there:
                oracle.documents.append(document)
                oracle.is_told(document, None)
        elif deed == "hand":
            confirm_day(world.ivanov.pk, day(11, said[0]), said[1], world.class_teacher)
            oracle.by_hand(day(11, said[0]), said[1])
        elif oracle.documents:
            document = oracle.documents[said[0] % len(oracle.documents)]
            if deed == "withdraw":
                oracle.documents.remove(document)
                withdraw_document(AbsenceDocument.objects.get(pk=document.pk))
            else:
                before = document.starts_on, document.ends_on
                document.starts_on, document.ends_on = (day(11, one) for one in sorted(said[1:3]))
                document.reason = said[3]
                change_document(document)
                oracle.is_told(document, before)
        _compare(oracle)


def _type(oracle, type_cell, number, text, by_class_teacher):
    lesson = oracle.lessons[number]
    class_teacher = oracle.world.class_teacher if by_class_teacher else None
    typed = {"was": oracle.reason(lesson), "lesson": lesson, "class_teacher": class_teacher}
    if oracle.is_refused(lesson, text, by_class_teacher):
        with pytest.raises(Refused):
            type_cell(text, **typed)
        return
    stands = type_cell(text, **typed)
    oracle.type(lesson, text, by_class_teacher)
    assert stands == oracle.reason(lesson)


def _compare(oracle):
    rows = {one.lesson_id: one for one in Absence.objects.filter(student=oracle.world.ivanov)}
    for lesson, said in oracle.missed.items():
        absence = rows.get(lesson.pk)
        assert (absence.reason if absence else "") == oracle.reason(lesson)
        if absence:
            document = None if said.late or said.hand else oracle.newest(lesson.date)
            assert absence.document_id == (document and document.pk)
            assert bool(absence.confirmed_by_id) == bool(document or said.hand)
