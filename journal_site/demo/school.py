"""The demo's school, from the school year down to the last mark; always the same for one seed."""

import datetime
from collections import defaultdict
from itertools import pairwise
from random import Random
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from journals.actions.review import answer_remark, make_remark
from journals.actions.watch import sweep
from journals.models import PlannedTopic, WorkType
from school.actions.pupils import leave_school, move_to_class
from school.actions.timetable import generate_lessons
from school.models import (
    BellSlot,
    Enrolment,
    GradeScale,
    GradeValue,
    GroupMembership,
    Journal,
    Lesson,
    Parent,
    Parenthood,
    Period,
    Role,
    School,
    SchoolClass,
    SchoolYear,
    Student,
    Subject,
    Substitution,
    TeachingAssignment,
    TeachingGroup,
    TimetableEntry,
    User,
)
from school.models.history import begin_history, create_with_history, update_with_history
from school.projection import sync
from school.queries.calendar import periods

from . import cards, curriculum, grading, outage, people, reports, timetable
from .certifying import certify_first_quarter
from .filling import Filler

LOAD = 20  # hours a week of a teacher
ONE_DAY = datetime.timedelta(days=1)
# What is made here for the whole year.
STANDING = (
    User,
    Role,
    Student,
    Parent,
    Parenthood,
    School,
    SchoolYear,
    Period,
    BellSlot,
    Subject,
    SchoolClass,
    TeachingGroup,
    Journal,
    TeachingAssignment,
    TimetableEntry,
    PlannedTopic,
)
CLASS_ORDER = [
    (5, "А"),
    (5, "Б"),
    *[(grade, "А") for grade in range(6, 12)],
    *[
        (grade, letter)
        for letter in "БВГДЕ"
        for grade in range(5, 10)
        if (grade, letter) != (5, "Б")
    ],
    *[(grade, letter) for letter in "БВ" for grade in (10, 11)],
]


@transaction.atomic
def build(pupils, weeks, seed, today, until, tell):
    """Fill an empty database. Lessons that end before the aware instant `until` are filled, with
    `weeks` the first so many weeks of the year. `tell` is called with a line of progress."""
    random = Random(seed)
    tell("учебный год, звонки, предметы")
    year = _calendar(today)
    subjects, scales = _subjects()

    tell("люди")
    accounts = people.Accounts(random)
    leaders = people.leaders(accounts)
    class_count = max(2, round(pupils / (21 if pupils <= 300 else 24)))
    classes = [
        SchoolClass(year=year, number=number, letter=letter)
        for number, letter in sorted(CLASS_ORDER[:class_count])
    ]
    SchoolClass.objects.bulk_create(classes)
    families = people.families(accounts, pupils)
    staff = _Staff(accounts)
    units, plan = _plan_teaching(classes, staff)
    accounts.write()
    create_with_history(Role, [Role(user=user, kind=kind) for user, kind in leaders])
    children = people.write_families(families)

    tell("классы, группы, нагрузка")
    pupils_of = _enrol(children, classes, year, random)
    _lead_classes(classes, plan, staff)
    cards.write(pupils_of, year, seed)
    journals = _write_journals(plan, year, subjects, scales, pupils_of)

    tell("расписание")
    slots = {slot.number: slot for slot in BellSlot.objects.all()}
    _write_timetable(timetable.make(units, classes, random), journals, slots, year, plan)
    _comings_and_goings(year, classes, pupils_of, today)
    generate_lessons(year, year.starts_on, year.ends_on)
    Lesson.objects.update(known_at=None)  # the school has had its timetable since September
    _plan_topics(journals)
    teacher = staff.by_login["teacher"]
    _cancel_and_substitute(teacher, today, random)

    if weeks is not None:
        last_day = year.starts_on + datetime.timedelta(weeks=weeks) + _vacations(year, weeks)
        until = timezone.make_aware(datetime.datetime.combine(last_day, datetime.time()))
    Filler(random, until, teacher, tell).fill(journals.values())
    deputy = next(user for user, kind in leaders if kind == Role.Kind.DEPUTY)
    grading.grade(random, until, deputy)
    _remarks(teacher, deputy)
    reports.write(pupils_of, year, until)
    tell("права, сроки")
    sync()
    outage.have_one(year, leaders, seed, until)
    sweep(until)
    _begin_histories(year)
    certify_first_quarter(year, teacher, leaders, today)


def _begin_histories(year):
    """All stands since the year began, not since somebody filled the database."""
    began = timezone.make_aware(datetime.datetime.combine(year.starts_on, datetime.time()))
    for model in STANDING:
        begin_history(model)
        model.history.filter(history_type="+").update(history_date=began)


# --- calendar, subjects ---


def _calendar(today):
    first_year = today.year if today.month >= 9 else today.year - 1

    def day(month, number):
        return datetime.date(first_year if month >= 9 else first_year + 1, month, number)

    School.objects.create(name="Школа-интернат № 17 имени К. Д. Ушинского", week_days=5)
    year = SchoolYear.objects.create(starts_on=day(9, 1), ends_on=day(5, 31))
    quarters = [
        (day(9, 1), day(10, 25)),
        (day(11, 2), day(12, 30)),
        (day(1, 11), day(3, 26)),
        (day(4, 5), day(5, 31)),
    ]
    halves = [(begins, ends) for (begins, _), (_, ends) in (quarters[:2], quarters[2:])]
    Period.objects.bulk_create(
        Period(year=year, kind=kind, number=number, starts_on=first, ends_on=last)
        for kind, spans in ((Period.Kind.QUARTER, quarters), (Period.Kind.HALF_YEAR, halves))
        for number, (first, last) in enumerate(spans, start=1)
    )
    start = datetime.datetime(2000, 1, 1, 8, 30)
    for number in timetable.SLOTS:
        end = start + datetime.timedelta(minutes=40)
        BellSlot.objects.create(number=number, starts_at=start.time(), ends_at=end.time())
        start = end + datetime.timedelta(minutes=20 if number in (2, 3) else 10)
    return year


def _subjects():
    subjects = {
        name: Subject.objects.create(name=name, short_name=short_name)
        for name, (short_name, _, _) in curriculum.SUBJECTS.items()
    }
    scales = {}
    for name, values in curriculum.SCALES.items():
        scales[name] = GradeScale.objects.create(name=name)
        GradeValue.objects.bulk_create(
            GradeValue(
                scale=scales[name],
                text=text,
                title=title,
                points=points,
                meaning=meaning,
                position=place,
            )
            for place, (text, title, points, meaning) in enumerate(values)
        )
    for name, short_name, weight, expects, days, order in curriculum.WORK_TYPES:
        WorkType.objects.create(
            name=name,
            short_name=short_name,
            weight=weight,
            expects=expects,
            mark_days=days,
            usual_order=order,
        )
    return subjects, scales


# --- who teaches what ---


class _Staff:
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
    classes: tuple
    side: int


class IndividualPlan(NamedTuple):
    """Of a pupil of a class."""

    school_class: SchoolClass


def _plan_teaching(classes, staff):
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
        plan.append((club, "Математика", staff.by_login["teacher"]))
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


def _lead_classes(classes, plan, staff):
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


# --- pupils in classes and groups ---


def _enrol(children, classes, year, random):
    """{class: [Student]}; brothers and sisters are in different classes, the demo's two in the
    first and a later one."""
    size = -(-sum(map(len, children)) // len(classes))
    pupils_of = {one: [] for one in classes}
    student, sibling = children[0]
    pupils_of[classes[0]].append(student)
    pupils_of[classes[len(classes) // 2]].append(sibling)
    for family in children[1:]:
        open_classes = [one for one in classes if len(pupils_of[one]) < size]
        chosen = random.sample(open_classes, min(len(family), len(open_classes)))
        for child, one in zip(family, chosen * len(family), strict=False):
            pupils_of[one].append(child)
    create_with_history(
        Enrolment,
        [
            Enrolment(student=student, school_class=one, starts_on=year.starts_on)
            for one, students in pupils_of.items()
            for student in students
        ],
    )
    return pupils_of


def _write_journals(plan, year, subjects, scales, pupils_of):
    """{(group key, subject): Journal}, with groups, members and assignments."""
    groups, journals, assignments, members = {}, {}, [], []
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
        classes = _classes_of(key)
        kind = Period.Kind.HALF_YEAR if classes[0].number >= 10 else Period.Kind.QUARTER
        journal = Journal.objects.create(
            group=groups[key], subject=subjects[subject], scale=scales[scale], period_kind=kind
        )
        journals[key, subject] = journal
        assignments.append(
            TeachingAssignment(journal=journal, teacher=teacher, starts_on=year.starts_on)
        )
    create_with_history(GroupMembership, members)
    create_with_history(TeachingAssignment, assignments)
    return journals


def _classes_of(key):
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


# --- timetable, plan of topics, what happens in a year ---


def _write_timetable(placed, journals, slots, year, plan):
    def entry(journal, day, number):
        return TimetableEntry(
            journal=journal,
            weekday=day,
            slot=slots[number],
            starts_on=year.starts_on,
            ends_on=year.ends_on,
        )

    rows = [
        entry(journals[place], day, number)
        for unit, hours in placed.items()
        for day, number in hours
        for place in unit.journals
    ]
    for key, subject, _ in plan:
        if len(_classes_of(key)) == 2 and subject == "Математика":
            rows.append(entry(journals[key, subject], 3, max(slots)))
    TimetableEntry.objects.bulk_create(rows)


def _plan_topics(journals):
    rows = []
    for (_, subject), journal in journals.items():
        lessons = journal.lessons.count()
        titles = curriculum.topics(subject)
        hours = max(1, -(-lessons // len(titles)))
        rows += [
            PlannedTopic(
                journal=journal,
                position=place,
                title=title,
                hours=hours,
                homework=curriculum.homework(subject, place * hours),
            )
            for place, title in enumerate(titles, start=1)
        ]
    PlannedTopic.objects.bulk_create(rows, batch_size=1000)


def _comings_and_goings(year, classes, pupils_of, today):
    """One pupil left some weeks ago, one came later, one went to another class."""
    weeks_ago = max(today - datetime.timedelta(days=19), year.starts_on + 20 * ONE_DAY)
    leaving, coming, moving = (pupils_of[classes[0]][-1], pupils_of[classes[1]][-1], None)
    leave_school(leaving, weeks_ago)
    for row in [*coming.enrolments.all(), *coming.memberships.all()]:
        row.starts_on = year.starts_on + 30 * ONE_DAY
        row.save()
    if len(classes) > 3:
        moving = pupils_of[classes[2]][-1]
        move_to_class(moving, classes[3], weeks_ago)


def _cancel_and_substitute(teacher, today, random):
    """Some lessons did not take place; tomorrow `teacher` stands in, yesterday somebody else
    did."""
    rows = Lesson.objects.filter(date__lt=today).order_by("date", "slot", "journal")
    cancelled = random.sample(list(rows), min(6, len(rows)))
    for lesson in cancelled:
        lesson.cancelled = random.choice(["карантин", "актированный день", "экскурсия"])
    update_with_history(Lesson, cancelled, ["cancelled"])
    own = Lesson.objects.filter(journal__assignments__teacher=teacher, cancelled="")
    before = own.filter(date__lt=today).order_by("-date", "slot__number").first()
    others = Lesson.objects.filter(cancelled="").exclude(journal__assignments__teacher=teacher)
    if before:
        busy = Lesson.objects.filter(date=before.date, slot=before.slot)
        stand_in = (
            TeachingAssignment.objects.exclude(journal__lessons__in=busy)
            .exclude(teacher=teacher)
            .order_by("pk")
            .first()
        )
        if stand_in:
            _substitute(before, stand_in.teacher)
    for lesson in others.filter(date__gt=today).order_by("date", "slot__number", "pk")[:400]:
        if not own.filter(date=lesson.date, slot=lesson.slot).exists():
            _substitute(lesson, teacher)
            break


def _substitute(lesson, teacher):
    create_with_history(
        Substitution, [Substitution(lesson=lesson, teacher=teacher, reason="болезнь учителя")]
    )


def _remarks(teacher, deputy):
    """The deputy has read a journal of `teacher`: one remark is answered, one is not."""
    journal = Journal.objects.filter(assignments__teacher=teacher).order_by("pk").first()
    answered = make_remark(
        journal, None, deputy, "Мало отметок за устные ответы: меньше двух на ученика за месяц."
    )
    answer_remark(answered.pk, teacher, "", "Запланировала устный счёт на каждом втором уроке.")
    make_remark(journal, None, deputy, "Виды работ указаны не на всех уроках, проверьте (п. 2.7).")


def _vacations(year, weeks):
    """How much later the last of so many teaching weeks ends because of the vacations before it."""
    quarters = periods(year.pk, Period.Kind.QUARTER)
    later, day = datetime.timedelta(), year.starts_on + datetime.timedelta(weeks=weeks)
    for one, following in pairwise(quarters):
        if one.ends_on < day + later:
            later += following.starts_on - one.ends_on - ONE_DAY
    return later
