"""The demo's school, from the school year down to the last mark; always the same for one seed."""

import datetime
from itertools import pairwise
from random import Random

from django.db import transaction
from django.utils import timezone

from journals.actions.review import answer_remark, make_remark
from journals.actions.watch import sweep
from journals.models import PlannedTopic, WorkType
from school.actions.timetable import generate_lessons
from school.models import (
    Agreement,
    BellSchedule,
    BellSlot,
    BellUse,
    Enrolment,
    GradeScale,
    GradeValue,
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
    TeachingAssignment,
    TeachingGroup,
    TimetableEntry,
    User,
)
from school.models.history import begin_history, create_with_history
from school.projection import sync
from school.queries.calendar import periods
from school.rules.spans import ONE_DAY

from . import cards, curriculum, grading, outage, people, reports, slips, timetable
from .away import arrange_absences
from .certifying import certify_first_quarter
from .filling import Filler
from .lessons import cancel_and_substitute, comings_and_goings, plan_topics, write_timetable
from .planning import plan_works
from .teaching import Staff, lead_classes, plan_teaching, write_journals
from .today import happens

# What is made here for the whole year.
STANDING = (
    Agreement,
    User,
    Role,
    Student,
    Parent,
    Parenthood,
    School,
    SchoolYear,
    Period,
    BellSchedule,
    BellSlot,
    BellUse,
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
    staff = Staff(accounts)
    units, plan = plan_teaching(classes, staff)
    accounts.write()
    create_with_history(Role, [Role(user=user, kind=kind) for user, kind in leaders])
    children = people.write_families(families)

    tell("классы, группы, нагрузка")
    pupils_of = _enrol(children, classes, year, random)
    lead_classes(classes, plan, staff)
    cards.write(pupils_of, year, seed)
    journals = write_journals(plan, year, subjects, scales, pupils_of)

    tell("расписание")
    write_timetable(timetable.make(units, classes, random), journals, year, plan)
    comings_and_goings(year, classes, pupils_of, today)
    generate_lessons(year, year.starts_on, year.ends_on)
    Lesson.objects.update(known_at=None)  # the school has had its timetable since September
    plan_topics(journals)
    teacher = staff.by_login["teacher"]
    deputy = next(user for user, kind in leaders if kind == Role.Kind.DEPUTY)
    cancel_and_substitute(teacher, today, random, deputy)

    if weeks is not None:
        last_day = year.starts_on + datetime.timedelta(weeks=weeks) + _vacations(year, weeks)
        until = timezone.make_aware(datetime.datetime.combine(last_day, datetime.time()))
    Filler(random, until, teacher, tell).fill(journals.values())
    happens(until, seed, teacher, deputy)
    plan_works(journals.values(), until)
    grading.grade(random, until, deputy)
    _remarks(teacher, deputy)
    reports.write(pupils_of, year, until)
    admin = next(user for user, kind in leaders if kind == Role.Kind.ADMIN)
    slips.agree(year, admin)
    tell("права, сроки")
    sync()
    outage.have_one(year, leaders, seed, until)
    sweep(until)
    _begin_histories(year)
    slips.hand_out(admin)
    certify_first_quarter(year, teacher, leaders, today)
    arrange_absences(teacher, max(today, until.date()), deputy)  # before that lessons are held


def _begin_histories(year):
    """All stands since the year began, not since somebody filled the database."""
    began = timezone.make_aware(datetime.datetime.combine(year.starts_on, datetime.time()))
    for model in STANDING:
        begin_history(model)
        model.history.filter(history_type="+").update(history_date=began)


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
    usual, short = _bells("Основное", 40, 10), _bells("Сокращённые уроки", 30, 5)
    BellUse.objects.create(schedule=usual, starts_on=day(9, 1))
    BellUse.objects.create(schedule=short, starts_on=day(12, 30), only_that_day=True)
    return year


def _bells(name, lesson, pause):
    """A BellSchedule from 8:30 on with so many minutes of a lesson and a break; two are longer. In
    the evening there is self-study."""
    schedule, start = BellSchedule.objects.create(name=name), datetime.datetime(2000, 1, 1, 8, 30)
    for number in timetable.SLOTS:
        end = start + datetime.timedelta(minutes=lesson)
        schedule.slots.create(number=number, starts_at=start.time(), ends_at=end.time())
        start = end + datetime.timedelta(minutes=pause + 10 if number in (2, 3) else pause)
    evening = {"starts_at": datetime.time(18), "ends_at": datetime.time(18, 45)}
    schedule.slots.create(number=timetable.EVENING, **evening)
    return schedule


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
            is_control=short_name in curriculum.CONTROL,
            usual_order=order,
        )
    return subjects, scales


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
