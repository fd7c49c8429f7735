"""Who teaches what: the demo's teachers, groups and journals."""

from collections import defaultdict
from typing import NamedTuple

from school.models import (
    GroupMembership,
    Journal,
    LessonKind,
    Period,
    SchoolClass,
    TeachingAssignment,
    TeachingGroup,
)
from school.models.history import create_with_history

from . import curriculum, timetable

LOAD = 20  # hours a week of a teacher


class Staff:
    """Teachers by department, hired as the hours need them."""

    LOGINS = {"математика": "teacher", "словесность": "classteacher"}

    def __init__(self, accounts):
        self.accounts = accounts
        self.hours = defaultdict(int)
        self.teams = defaultdict(list)
        self.by_login = {}
        self.of_class = {}  # (department, class, which of two at once): teacher

    def take(self, department, school_class, hours, side=0):
        """A teacher of the department with so many hours to give: in a class the same one for all
        its subjects, for the second subgroup another than for the first."""
        place = (department, school_class, side)
        kept = self.of_class.get(place)
        if kept and self.hours[kept.username] + hours <= LOAD + 4:
            self.hours[kept.username] += hours
            return kept
        team = self.teams[department, side]
        free = [one for one in team if self.hours[one.username] + hours <= LOAD]
        teacher = free[0] if free else self._hire(department, side)
        self.of_class[place] = teacher
        self.hours[teacher.username] += hours
        return teacher

    def _hire(self, department, side=0):
        username = None if self.teams[department, side] or side else self.LOGINS.get(department)
        woman = self.accounts.random.random() < 0.85
        teacher = self.accounts.adult(username, woman=woman)
        self.teams[department, side].append(teacher)
        if username:
            self.by_login[username] = teacher
        return teacher

    def tutor(self):
        return self._hire("индивидуальное обучение")


class Subgroup(NamedTuple):
    """Of the pupils of some classes."""

    name: str
    classes: tuple[SchoolClass, ...]
    side: int


class IndividualPlan(NamedTuple):
    """Of a pupil of a class."""

    school_class: SchoolClass


def plan_teaching(classes, staff):
    """(units of the timetable, plan): the plan is [(group key, subject, teacher)], a group key is a
    SchoolClass, a Subgroup or an IndividualPlan."""
    units, plan = [], []
    pairs = [tuple(classes[:2])] if classes[0].number == classes[1].number else []
    mixed = set(pairs[0]) if pairs else set()
    pairs += [(one,) for one in classes if one not in mixed]
    for name, (_, department, hours_by_grade) in curriculum.SUBJECTS.items():
        if name == curriculum.SPLIT:
            for together in pairs:
                units.append(_split(name, department, hours_by_grade, together, staff, plan))
            continue
        for one in classes:
            if hours := hours_by_grade[one.number - 5]:
                teacher = staff.take(department, one, hours)
                plan.append((one, name, teacher))
                units.append(timetable.Unit(name, (one,), ((one, name),), (teacher,), hours))
    # Two pupils learn mathematics by an individual plan, in the same hours as their classes.
    for one in classes[1:3]:
        name = "Математика" if one.number < 7 else "Алгебра"
        tutor = staff.tutor()
        plan.append((IndividualPlan(one), name, tutor))
        place = next(i for i, u in enumerate(units) if u.name == name and u.classes == (one,))
        unit = units[place]
        units[place] = timetable.Unit(
            name,
            unit.classes,
            (*unit.journals, (IndividualPlan(one), name)),
            (*unit.teachers, tutor),
            unit.hours,
        )
    # And some of the first two classes practise mathematics with `teacher` after their lessons.
    if mixed:
        club = Subgroup("Матем. практикум", pairs[0], side=0)
        plan.append((club, curriculum.CLUB, staff.by_login["teacher"]))
    # One of those who teach by individual plans is with the first class in the evening.
    plan.append((classes[0], curriculum.SELF_STUDY, tutor))
    return units, plan


def _split(name, department, hours_by_grade, together, staff, plan):
    hours = hours_by_grade[together[0].number - 5]
    label = "".join(one.letter for one in together)
    keys, teachers = [], []
    for side in (0, 1):
        key = Subgroup(f"{together[0].number}{label} англ. {side + 1}", together, side)
        teacher = staff.take(department, together, hours, side)
        plan.append((key, name, teacher))
        keys.append((key, name))
        teachers.append(teacher)
    return timetable.Unit(name, together, tuple(keys), tuple(teachers), hours)


def lead_classes(classes, plan, staff):
    """Give SchoolClasses class teachers, as far as there are any to lead them."""
    leaders = {classes[0]: staff.by_login["classteacher"]}
    for one in classes[1:]:
        candidates = [
            teacher
            for key, _, teacher in plan
            if key == one
            and teacher not in leaders.values()
            and teacher is not staff.by_login["teacher"]
        ]
        if candidates:
            leaders[one] = candidates[len(one.letter) % len(candidates)]
    for one, teacher in leaders.items():
        one.class_teacher = teacher
    SchoolClass.objects.bulk_update(leaders, ["class_teacher"])


def write_journals(plan, year, subjects, scales, pupils_of):
    """{(group key, subject): Journal}, with groups, members and assignments."""
    groups, journals, assignments, members = {}, {}, [], []
    usual = LessonKind.objects.first()
    self_study = LessonKind.objects.get(name=curriculum.SELF_STUDY)
    for key, subject, teacher in plan:
        if key not in groups:
            groups[key], students = _group(key, year, pupils_of)
            members += [
                GroupMembership(group=groups[key], student=student, starts_on=year.starts_on)
                for student in students
            ]
        scale = "Пятибалльная"
        if subject in curriculum.PASS_FAIL:
            scale = "Зачёт/незачёт"
        elif subject in curriculum.UNMARKED:
            scale = "Безотметочная"
        classes = classes_of(key)
        kind = Period.Kind.HALF_YEAR if classes[0].number >= 10 else Period.Kind.QUARTER
        journal = Journal.objects.create(
            group=groups[key],
            subject=subjects[subject],
            scale=scales[scale],
            period_kind=kind,
            lesson_kind=self_study if subject == curriculum.SELF_STUDY else usual,
        )
        journals[key, subject] = journal
        assignments.append(
            TeachingAssignment(journal=journal, teacher=teacher, starts_on=year.starts_on)
        )
    create_with_history(GroupMembership, members)
    create_with_history(TeachingAssignment, assignments)
    return journals


def classes_of(key):
    """[SchoolClass] of a group key."""
    if isinstance(key, SchoolClass):
        return [key]
    return key.classes if isinstance(key, Subgroup) else [key.school_class]


def _group(key, year, pupils_of):
    if isinstance(key, SchoolClass):
        kind = TeachingGroup.Kind.CLASS
        group = TeachingGroup.objects.create(kind=kind, year=year, name=str(key), school_class=key)
        return group, []
    if isinstance(key, IndividualPlan):
        student = pupils_of[key.school_class][2]
        kind = TeachingGroup.Kind.INDIVIDUAL
        name = f"{key.school_class} {student.user.short_name}, инд. план"
        return TeachingGroup.objects.create(kind=kind, year=year, name=name), [student]
    name, classes, side = key
    kind = TeachingGroup.Kind.SUBGROUP
    if "англ" in name:
        students = [s for one in classes for s in pupils_of[one][side::2]]
    else:
        students = [s for one in classes for s in pupils_of[one][:4]]
    return TeachingGroup.objects.create(kind=kind, year=year, name=name), students
