"""Whatever sequence of assigning, ending, moving, re-parenting happens: projection = facts.

The oracle below is written from the table of design.md, section 4, without looking at access.py: it
asks the facts one by one, slowly, who may do what.
"""

import datetime
from contextlib import suppress

import pytest
import time_machine
from django.db import transaction
from django.db.models import ProtectedError
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from school.actions import lessons as school_lessons
from school.actions.pupils import leave_school, move_to_class
from school.models import (
    Enrolment,
    GroupMembership,
    Journal,
    Lesson,
    Parent,
    Parenthood,
    Role,
    SchoolClass,
    Student,
    Subject,
    Substitution,
    TeachingAssignment,
    TeachingGroup,
    User,
)
from school.projection import expected, projected
from school.rights import Rights
from school.tasks import sync_access
from tests import world as worlds

# What follows from facts is alike on every database; its SQL has tests on both in test_access.
pytestmark = pytest.mark.any_database

NUMBER = st.integers(min_value=0, max_value=5)


def in_force(row, today):
    return row.starts_on <= today and (row.ends_on is None or today <= row.ends_on)


def may_write_journal(user, journal, today):
    """Own assignment in force, or class teacher of everybody the journal ever had."""
    if any(a.teacher_id == user.pk and in_force(a, today) for a in journal.assignments.all()):
        return True
    if journal.group.school_class:
        return journal.group.school_class.class_teacher_id == user.pk
    classes = {
        enrolment.school_class
        for member in journal.group.memberships.all()
        for enrolment in member.student.enrolments.all()
        if (enrolment.ends_on or datetime.date.max) >= member.starts_on
        and (member.ends_on or datetime.date.max) >= enrolment.starts_on
    }
    return len(classes) == 1 and classes.pop().class_teacher_id == user.pk


def has_taught(user, journal, today):
    return any(
        row.teacher_id == user.pk and row.starts_on <= today for row in journal.assignments.all()
    )


def leads(user, student, today):
    return any(
        in_force(enrolment, today) and enrolment.school_class.class_teacher_id == user.pk
        for enrolment in student.enrolments.all()
    )


def acts_for(user, school_class):
    """A deputy where nobody leads the class."""
    deputy = user.roles.filter(kind=Role.Kind.DEPUTY).exists()
    return deputy and school_class.class_teacher_id is None


def may_see_diary(user, student, today):
    parents = [parenthood.parent.user_id for parenthood in student.parenthood_set.all()]
    return student.user_id == user.pk or user.pk in parents or leads(user, student, today)


class Facts(RuleBasedStateMachine):
    """A school in which everything that gives a right keeps changing."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.clock = time_machine.travel(worlds.NOON, tick=False)
        self.traveller = self.clock.start()
        self.w = worlds.stands()
        self.people = list(User.objects.order_by("pk"))
        self.teachers = [
            self.w.teacher,
            self.w.class_teacher,
            self.w.class_teacher_b,
            self.w.english_teacher,
            self.w.other_teacher,
            self.w.parent,  # a parent may teach too
        ]
        self.students = list(Student.objects.order_by("pk"))
        self.parents = list(Parent.objects.order_by("pk"))
        self.classes = list(SchoolClass.objects.order_by("pk"))
        self.groups = [self.w.subgroup, self.w.plan]
        self.today = worlds.TODAY

    def teardown(self):
        self.clock.stop()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @staticmethod
    def pick(things, n):
        things = list(things)
        return things[n % len(things)] if things else None

    @rule(teacher=NUMBER, journal=NUMBER, days=st.integers(-5, 5))
    def assign(self, teacher, journal, days):
        row = TeachingAssignment(
            teacher=self.pick(self.teachers, teacher),
            journal=self.pick(Journal.objects.order_by("pk"), journal),
            starts_on=self.today + datetime.timedelta(days=days),
        )
        others = row.journal.assignments.filter(teacher=row.teacher)
        if not others.exists():
            row.save()

    @rule(n=NUMBER, days=st.integers(-2, 2))
    def end_assignment(self, n, days):
        row = self.pick(TeachingAssignment.objects.order_by("pk"), n)
        if row:
            row.ends_on = max(row.starts_on, self.today + datetime.timedelta(days=days))
            row.save()

    @rule(n=NUMBER)
    def delete_assignment(self, n):
        row = self.pick(TeachingAssignment.objects.order_by("pk"), n)
        if row:
            row.delete()

    @rule(n=NUMBER, teacher=NUMBER)
    def hand_an_assignment_over(self, n, teacher):
        row = self.pick(TeachingAssignment.objects.order_by("pk"), n)
        other = self.pick(self.teachers, teacher)
        if row and not row.journal.assignments.filter(teacher=other).exists():
            row.teacher = other
            row.save()

    @rule(n=NUMBER, teacher=st.none() | NUMBER)
    def set_class_teacher(self, n, teacher):
        row = self.pick(self.classes, n)
        row.class_teacher = None if teacher is None else self.pick(self.teachers, teacher)
        row.save()

    @rule(n=NUMBER)
    def make_or_unmake_a_deputy(self, n):
        role = {"user": self.pick(self.teachers, n), "kind": Role.Kind.DEPUTY}
        row, created = Role.objects.get_or_create(**role)
        if not created:
            row.delete()

    @rule(n=NUMBER, to=NUMBER)
    def move_pupil(self, n, to):
        student = self.pick(self.students, n)
        if not student.enrolments.filter(starts_on__gte=self.today).exists():
            move_to_class(student, self.pick(self.classes, to), self.today)

    @rule(n=NUMBER)
    def pupil_leaves(self, n):
        student = self.pick(self.students, n)
        leave_school(student, self.today)

    @rule(n=NUMBER)
    def enrolment_is_taken_back(self, n):
        row = self.pick(Enrolment.objects.order_by("pk"), n)
        if row:
            with suppress(ProtectedError), transaction.atomic():  # only a slip of today goes
                row.delete()

    @rule(group=NUMBER, n=NUMBER)
    def join_group(self, group, n):
        group, student = self.pick(self.groups, group), self.pick(self.students, n)
        if not group.memberships.filter(student=student).exists():
            GroupMembership.objects.create(group=group, student=student, starts_on=self.today)

    @rule(n=NUMBER)
    def leave_group(self, n):
        row = self.pick(GroupMembership.objects.order_by("pk"), n)
        if row:
            row.ends_on = max(row.starts_on, self.today - datetime.timedelta(days=1))
            row.save()

    @rule(n=NUMBER, parent=NUMBER)
    def re_parent(self, n, parent):
        row = self.pick(Parenthood.objects.order_by("pk"), n)
        other = self.pick(self.parents, parent)
        if row and not Parenthood.objects.filter(parent=other, student=row.student).exists():
            row.parent = other
            row.save()

    @rule(n=NUMBER, parent=NUMBER)
    def add_or_remove_parenthood(self, n, parent):
        student, parent = self.pick(self.students, n), self.pick(self.parents, parent)
        row, created = Parenthood.objects.get_or_create(parent=parent, student=student)
        if not created:
            row.delete()

    @rule(n=NUMBER, teacher=NUMBER)
    def substitute(self, n, teacher):
        lesson = self.pick(Lesson.objects.order_by("pk"), n)
        school_lessons.substitute(lesson, self.pick(self.teachers, teacher))

    @rule(n=NUMBER)
    def end_substitution(self, n):
        row = self.pick(Substitution.objects.order_by("pk"), n)
        if row:
            row.delete()

    @rule(group=NUMBER)
    def new_journal(self, group):
        group = self.pick(TeachingGroup.objects.order_by("pk"), group)
        subject, _ = Subject.objects.get_or_create(name="Новый предмет")
        Journal.objects.get_or_create(group=group, subject=subject, scale=self.w.five)

    @rule(days=st.integers(1, 4), task_runs=st.booleans())
    def days_pass(self, days, task_runs):
        """Midnight comes and with it the nightly task, or it does not run."""
        self.today += datetime.timedelta(days=days)
        self.traveller.shift(datetime.timedelta(days=days))
        if task_runs:
            sync_access()

    @invariant()
    def projection_is_facts(self):
        """Of whoever was synced today; others are when they ask."""
        everybody = User.objects.filter(rights_as_of=self.today)
        assert projected(everybody).keys() == expected(everybody, self.today)

    @invariant()
    def access_answers_as_the_table_says(self):
        journals = Journal.objects.select_related("group__school_class").prefetch_related(
            "assignments", "group__memberships__student__enrolments__school_class"
        )
        students = Student.objects.prefetch_related(
            "enrolments__school_class", "parenthood_set__parent"
        )
        for user in [*self.teachers, self.w.deputy, self.w.ivanov.user, self.w.other_parent]:
            held = Rights(user)
            writes = {j.pk for j in journals if may_write_journal(user, j, self.today)}
            assert held.ids("write_journal") == writes
            taught = {j.pk for j in journals if has_taught(user, j, self.today)}
            assert held.ids("view_journal") == writes | taught
            seen = {s.pk for s in students if may_see_diary(user, s, self.today)}
            assert held.ids("view_diary") == seen
            rows = {s.pk for s in students if leads(user, s, self.today)}
            assert held.ids("write_student") == rows
            assert held.ids("stand_in_class") == {
                c.pk for c in SchoolClass.objects.all() if acts_for(user, c)
            }
            assert held.ids("stand_in_student") == {
                enrolment.student_id
                for student in students
                for enrolment in student.enrolments.all()
                if in_force(enrolment, self.today) and acts_for(user, enrolment.school_class)
            }
            taken = set(user.substitutions.values_list("lesson", flat=True))
            assert held.ids("write_lesson") == taken


@pytest.mark.django_db
def test_projection_is_facts_whatever_happens():
    run_state_machine_as_test(
        Facts,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            phases=set(Phase) - {Phase.shrink, Phase.explain},  # each takes minutes here
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
