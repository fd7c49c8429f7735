"""Who belongs to a journal on a day (2.3): a condition, the list of one journal and the lists of
many say the same, and what the model below says, which looks at no code of ours.

The model knows of each day in which class a pupil is, and of which groups he is a member.
"""

import datetime
from itertools import groupby, product
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from school.models import (
    Enrolment,
    GroupMembership,
    Journal,
    Lesson,
    SchoolClass,
    SchoolYear,
    Student,
    Subject,
    TeachingGroup,
)
from school.queries import belonging
from school.queries.lessons import lessons_of_each
from tests import world as worlds
from tests.world import FIRST, day

DAYS = [day(11, number) for number in range(2, 7)]
PUPILS = (0, 1)
# Of the year before are 4А, whose pupils nobody has let go, and a plan that nobody has ended.
OF_THE_YEAR_BEFORE = ("4А", "plan before")
CLASSES = ("5А", "5Б", "4А")
PLANS = ("plan", "plan before")
# A member of a class's own group, whom the administrator can enter, is nothing by that.
GROUPS = ("subgroup", *PLANS, "5А")


def every_day(what):
    return st.tuples(*[what] * len(DAYS))


never = st.just((False,) * len(DAYS))
classes = st.tuples(*[every_day(st.sampled_from([None, *CLASSES]))] * len(PUPILS))
groups = st.fixed_dictionaries(
    {pair: never | every_day(st.booleans()) for pair in product(PUPILS, GROUPS)}
)


def belongs(classes, groups, pupil, journal, place):
    """Whether a pupil belongs to a journal (name of the group, subject) on the day at a place."""
    group, subject = journal
    its_class = classes[pupil][place]
    if its_class is None:
        return False
    if group in CLASSES:
        plan = "plan before" if group in OF_THE_YEAR_BEFORE else "plan"
        has_plan = subject == "Алгебра" and groups[pupil, plan][place]
        return its_class == group and not has_plan
    is_of_its_year = (its_class in OF_THE_YEAR_BEFORE) == (group in OF_THE_YEAR_BEFORE)
    return is_of_its_year and groups[pupil, group][place]


@pytest.fixture
def school(db):
    """Its classes and groups by name, its journals by (name of the group, subject), a lesson of
    each every day, and nobody in them yet; plans are of one subject alone."""
    made = SimpleNamespace(groups={}, journals={})
    before = datetime.date(2025, 9, 1), datetime.date(2026, 5, 31)
    made.years = [
        SchoolYear.objects.create(starts_on=first, ends_on=last)
        for first, last in ((FIRST, day(5, 31)), before)
    ]
    scale = worlds.scale("Шкала", ("5", 5))
    for name in dict.fromkeys(CLASSES + GROUPS):
        year = made.years[name in OF_THE_YEAR_BEFORE]
        kind, its_class, subjects = "subgroup", None, ("Алгебра", "Русский язык")
        if name in CLASSES:
            kind = "class"
            its_class = SchoolClass.objects.create(year=year, number=name[0], letter=name[1])
        elif name in PLANS:
            kind, subjects = "individual", ("Алгебра",)
        group = made.groups[name] = TeachingGroup.objects.create(
            kind=kind, year=year, name=name, school_class=its_class
        )
        for subject in subjects:
            its_subject, _ = Subject.objects.get_or_create(name=subject, short_name=subject)
            made.journals[name, subject] = Journal.objects.create(
                group=group, subject=its_subject, scale=scale
            )
    Lesson.objects.bulk_create(
        Lesson(journal=journal, kind=journal.lesson_kind, date=date, **worlds.hour(1))
        for journal in made.journals.values()
        for date in DAYS
    )
    made.pupils = [
        Student.objects.create(user=worlds.user(name, name, "Ян")) for name in ("Белов", "Азов")
    ]
    return made


def spans(states):
    """(state, first day, last day) of the days on end that are alike; what is so on the last of
    them has no end."""
    for state, found in groupby(zip(states, DAYS, strict=True), key=lambda pair: pair[0]):
        dates = [date for _, date in found]
        if state:
            yield state, dates[0], None if dates[-1] == DAYS[-1] else dates[-1]


def write(school, classes, groups):
    """No signal is sent: who else follows these facts is not asked here."""
    Enrolment.objects.bulk_create(
        Enrolment(
            student=school.pupils[pupil],
            school_class=school.groups[name].school_class,
            starts_on=first,
            ends_on=last,
        )
        for pupil in PUPILS
        for name, first, last in spans(classes[pupil])
    )
    GroupMembership.objects.bulk_create(
        GroupMembership(
            student=school.pupils[pupil], group=school.groups[name], starts_on=first, ends_on=last
        )
        for (pupil, name), states in groups.items()
        for _, first, last in spans(states)
    )


def by_conditions(school):
    return {
        (pupil.pk, *place)
        for pupil in school.pupils
        for place in Lesson.objects.filter(belonging.attending(pupil.pk)).values_list(
            "journal", "date"
        )
    }


def by_lists(school, first, last):
    """Of the pupils whom `attendees` lists; `attendees_of_each` lists the same."""
    journals = list(school.journals.values())
    each = belonging.attendees_of_each(journals, first, last)
    found = set()
    for journal in journals:
        listed = belonging.attendees(journal, first, last)
        assert each[journal.pk] == listed
        assert [one.name for one in listed] == sorted(one.name for one in listed)
        days = {one.student_id: {date for date in DAYS if one.attends(date)} for one in listed}
        assert all(dates & set(between(first, last)) for dates in days.values())
        found |= {(pk, journal.pk, date) for pk, dates in days.items() for date in dates}
    return {one for one in found if first <= one[2] <= last}


def between(first, last):
    return [date for date in DAYS if first <= date <= last]


def on_each_day(school):
    return {
        (student, journal, date)
        for date in DAYS
        for year in school.years
        for journal, students in belonging.pupils_on(
            [one for one in school.journals.values() if one.group.year == year], year.pk, date
        ).items()
        for student in students
    }


def by_lessons(school, first, last):
    return {
        (student, lesson.journal_id, lesson.date)
        for student, lessons in lessons_of_each(school.pupils, first, last).items()
        for lesson in lessons
    }


def by_places(school, first, last):
    """Asked of every lesson of these days, as a paper asks."""
    taught = belonging.taught_where([one.pk for one in school.pupils], first, last)
    lessons = Lesson.objects.filter(date__range=(first, last)).select_related("journal__group")
    return {
        (pupil.pk, lesson.journal_id, lesson.date)
        for pupil in school.pupils
        for lesson in lessons
        if taught.has(pupil.pk, lesson)
    }


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    classes=classes,
    groups=groups,
    asked=st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(sorted),
)
def test_whoever_asks_is_told_the_same(school, classes, groups, asked):
    expected = {
        (school.pupils[pupil].pk, its_journal.pk, date)
        for pupil in PUPILS
        for journal, its_journal in school.journals.items()
        for place, date in enumerate(DAYS)
        if belongs(classes, groups, pupil, journal, place)
    }
    first, last = asked
    then = {one for one in expected if first <= one[2] <= last}
    with transaction.atomic():
        write(school, classes, groups)
        assert by_conditions(school) == expected
        attended = Lesson.objects.filter(belonging.is_attended()).values_list("journal", "date")
        assert set(attended) == {(journal, date) for _, journal, date in expected}
        assert on_each_day(school) == expected
        assert by_lists(school, first, last) == then
        assert by_lessons(school, first, last) == then
        assert by_places(school, first, last) == then
        transaction.set_rollback(True)
