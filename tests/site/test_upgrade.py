"""What stood in an older database comes through `migrate` whole, and goes back where it can.

Going back is what costs: one way back and forth serves all. A scenario is a generator that is given
the small school of tests/world.py: until its first yield the database is today's, until its second
one as it was BEFORE (the yield gives the models of that time), then today's again."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor

from diaries.models import ReportDuty, WeeklyReport
from journals.actions.dues import dues_of
from journals.actions.late import recheck_rows
from journals.actions.watch import sweep
from journals.models import (
    GivenTopic,
    GradeSheet,
    LateEntry,
    PeriodGrade,
    WorkType,
)
from school.actions.bells import ring
from school.actions.days import declare_days
from school.actions.lessons import schedule_lesson
from school.actions.pupils import leave_school
from school.models import (
    BellSchedule,
    BellUse,
    DayOverride,
    Exemption,
    GradeValue,
    Journal,
    Lesson,
    LessonKind,
    Outage,
    Subject,
    TimetableEntry,
    User,
)
from school.models.history import BASELINE
from tempjournal.actions.outages import record_outage
from tempjournal.models import TemporaryJournal, Upload
from tests import world as worlds
from tests.school.test_names import IN_ORDER
from tests.world import day

BEFORE = [
    ("school", "0013_known_lessons"),
    ("journals", "0011_expected_marks"),
    ("diaries", "0004_histories"),
    ("tempjournal", "0006_packet_folders"),
]


def newest():
    return MigrationExecutor(connection).loader.graph.leaf_nodes()


def migrate(targets):
    """→ the models as they are there."""
    MigrationExecutor(connection).migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


def at(date, hour=12):
    return datetime.datetime.combine(date, datetime.time(hour), datetime.UTC)


# --- since scales say what they mean and exams have a duty (school 0015, journals 0012) ---


def scale(old, name, **values):
    made = old.get_model("school", "GradeScale").objects.create(name=name)
    history = old.get_model("school", "HistoricalGradeValue")
    for text, points in values.items():
        row = {"scale_id": made.pk, "text": text, "title": text, "points": points}
        value = old.get_model("school", "GradeValue").objects.create(**row)
        history.objects.create(
            **{**row, "id": value.pk, "history_type": "+"},
            history_date=datetime.datetime.now(datetime.UTC),
        )
    return made.pk


def meanings(pk):
    return dict(GradeValue.objects.filter(scale=pk).values_list("text", "meaning"))


def what_values_meant_so_far_they_say(world):
    old = yield
    ten = {str(one): one for one in range(1, 11)}
    adapted = scale(old, "Без двоек", **{"5": 5, "4": 4, "3": 3, "осв": None})
    ten_points = scale(old, "Десятибалльная", **ten, **{"зч": None})
    levels = scale(old, "Три уровня", выс=3, баз=2, ниже=1)
    yield
    five = {
        "5": "excellent",
        "4": "good",
        "3": "satisfactory",
        "2": "insufficient",
        "1": "insufficient",
        "зч": "passed",
        "осв": "",
    }
    assert meanings(world.five.pk) == five
    assert meanings(world.pass_fail.pk) == {"зч": "passed", "нз": "insufficient", "осв": ""}
    assert meanings(adapted) == {"5": "excellent", "4": "good", "3": "satisfactory", "осв": ""}
    # What was concluded from these points was wrong: the school is to say.
    assert meanings(ten_points) == dict.fromkeys(ten, "") | {"зч": "passed"}
    assert meanings(levels) == {"выс": "", "баз": "", "ниже": ""}
    # Whoever changes one later is told from what.
    told = GradeValue.history.filter(scale=adapted).values_list("text", "meaning")
    assert dict(told) == meanings(adapted)


def sheets_of_the_year_are_that(world):
    old = yield
    sheets = old.get_model("journals", "GradeSheet").objects
    sheets.create(journal_id=world.maths.pk, period_id=world.quarters[0].pk)
    sheets.create(journal_id=world.maths.pk, period=None)
    yield
    assert [(one.kind, one.period) for one in GradeSheet.objects.order_by("pk")] == [
        ("period", world.quarters[0]),
        ("year", None),
    ]


def a_journal_that_hid_grades_of_an_exam_shows_them(world):
    old = yield
    old.get_model("journals", "PeriodGrade").objects.create(
        journal_id=world.maths.pk,
        student_id=world.ivanov.pk,
        kind="exam",
        set_by_id=world.teacher.pk,
    )
    yield
    assert PeriodGrade.objects.exclude(kind="period").count() == 1
    assert Journal.objects.get(has_exam=True) == world.maths
    latest = world.maths.history.latest()
    assert (latest.has_exam, latest.history_user) == (True, None)
    assert latest.history_change_reason.startswith("экзаменационные или итоговые")


# --- since it is known which lessons nobody attends (school 0016, journals 0013) ---


def what_was_late_without_pupils_goes(world):
    """Lessons of before are judged by the first sweep."""
    leave_school(world.special, day(11, 16))
    lesson = world.individual_lesson
    dues = dict(Lesson.objects.exclude(pk=lesson.pk).values_list("pk", "topic_due_at"))
    old = yield
    due = old.get_model("school", "Lesson").objects.get(pk=world.lesson.pk).day_due_at
    old.get_model("school", "Lesson").objects.filter(pk=lesson.pk).update(
        day_due_at=due, homework_due_at=due
    )
    old.get_model("journals", "LateEntry").objects.create(
        kind="topic", object_id=lesson.pk, lesson_id=lesson.pk, due_at=due, found_at=due
    )
    yield
    sweep()
    lesson = Lesson.objects.get(pk=lesson.pk)
    assert (lesson.nobody_attends, dues_of(lesson)) == (True, (None, None, None))
    assert not LateEntry.objects.filter(lesson=lesson).exists()
    assert LateEntry.history.filter(lesson=lesson, history_type="-").exists()
    assert dict(Lesson.objects.exclude(pk=lesson.pk).values_list("pk", "topic_due_at")) == dues
    assert LateEntry.objects.filter(lesson=world.lesson).exists()


# --- since people have a place in the order of names (school 0014) ---


def people_of_before_have_their_place(world):
    old = yield
    for n, (last, first, patronymic) in enumerate(IN_ORDER[::-1]):
        old.get_model("school", "User").objects.create(
            username=f"u{n}", last_name=last, first_name=first, patronymic=patronymic
        )
    yield
    found = User.objects.filter(username__regex=r"^u\d").order_by("sort_name", "-pk")
    assert [one.name for one in found] == IN_ORDER


# --- since there is one row for each applicant and week (diaries 0005) ---


def application(old, student):
    return old.get_model("diaries", "PrintApplication").objects.create(
        student_id=student.pk,
        applicant="Иванова Инна",
        applied_on=day(11, 2),
        starts_on=day(11, 2),
    )


def report(old, application, due_on, monday=None, issued=None, **fields):
    made = old.get_model("diaries", "WeeklyReport").objects.create(
        application=application,
        due_on=due_on,
        report_due_at=at(due_on, 20),
        monday=monday,
        issued_at=issued,
        **fields,
    )
    fields = [field for field in made._meta.concrete_fields if field.name != "due_on"]
    old.get_model("diaries", "HistoricalWeeklyReport").objects.create(
        **{field.attname: getattr(made, field.attname) for field in fields},
        history_date=at(day(11, 2)),
        history_type="+",
    )
    return made


def batch(old, monday, name):
    return old.get_model("diaries", "ReportBatch").objects.create(
        monday=monday, file=name, total=1, done=1, requested_by_id=None, finished_at=at(monday)
    )


def reports_printed_handed_out_and_owed(world):
    old = yield
    applied = application(old, world.ivanov)
    first = batch(old, day(11, 2), "weekly-reports/first.pdf")
    handed = report(
        old,
        applied,
        day(11, 9),
        day(11, 2),
        at(day(11, 6)),
        batch=first,
        school_class_id=world.a5.pk,
        handed_on=day(11, 9),
        handed_to="Иванова Инна",
    )
    kept_back = report(old, applied, day(11, 13), day(11, 9), at(day(11, 16)))
    owed = report(old, applied, day(11, 23))
    for one in (kept_back, owed):
        old.get_model("journals", "LateEntry").objects.create(
            kind="report",
            object_id=one.pk,
            due_at=one.report_due_at,
            found_at=at(day(11, 24)),
            settled_at=one.issued_at,
            excuse="карантин",
            excused_by_id=world.deputy.pk,
            excused_at=at(day(11, 24)),
        )
    yield
    rows = WeeklyReport.objects.filter(application=applied.pk).order_by("pk")
    assert list(
        rows.values_list(
            "pk", "monday", "issued_at", "batch__file", "school_class", "handed_on", "handed_to"
        )
    ) == [
        (
            handed.pk,
            day(11, 2),
            at(day(11, 6)),
            "weekly-reports/first.pdf",
            world.a5.pk,
            day(11, 9),
            "Иванова Инна",
        ),
        (kept_back.pk, day(11, 9), at(day(11, 16)), None, None, None, ""),
    ]
    duties = ReportDuty.objects.filter(application=applied.pk).order_by("pk")
    assert list(duties.values_list("pk", "due_on", "report_due_at", "met_at")) == [
        (handed.pk, day(11, 9), at(day(11, 9), 20), at(day(11, 6))),
        (kept_back.pk, day(11, 13), at(day(11, 13), 20), at(day(11, 16))),
        (owed.pk, day(11, 23), at(day(11, 23), 20), None),
    ]
    # The late entries are those of the duties, excuses and all, and the watch agrees.
    keys = [handed.pk, kept_back.pk, owed.pk]
    late = LateEntry.objects.filter(kind="report", object_id__in=keys).order_by("pk")
    before = list(late.values())
    assert [one["excuse"] for one in before] == ["карантин", "карантин"]
    recheck_rows("report", keys)
    assert list(late.values()) == before
    # A new duty gets a key of its own.
    made = ReportDuty.objects.create(
        application_id=applied.pk,
        due_on=day(12, 7),
        report_due_at=at(day(12, 7)),
        met_at=at(day(12, 7)),
    )
    assert made.pk > owed.pk


def a_second_report_of_a_week_becomes_one_with_the_first(world):
    """Printed for all, then the first row of the list was handed out: the print stayed behind."""
    old = yield
    applied = application(old, world.petrova)
    printed = batch(old, day(11, 9), "weekly-reports/all.pdf")
    issued = {"batch": printed, "school_class_id": world.a5.pk}
    first = report(old, applied, day(11, 9), day(11, 9), at(day(11, 13)), **issued)
    handed = [
        report(old, applied, due, day(11, 9), at(on), handed_on=on, handed_to=to)
        for due, on, to in (
            (day(11, 20), day(11, 14), "Иванова Инна"),
            (day(11, 21), day(11, 15), "бабушке"),
        )
    ]
    yield
    one = WeeklyReport.objects.get(application=applied.pk)
    assert (one.pk, one.issued_at, one.batch.file.name) == (
        first.pk,
        at(day(11, 13)),
        "weekly-reports/all.pdf",
    )
    assert (one.handed_on, one.handed_to) == (
        day(11, 14),
        "Иванова Инна; ещё раз 15.11.2026: бабушке",
    )
    told = WeeklyReport.history.filter(application=applied.pk)
    assert set(told.values_list("id", "history_type")) == {
        (first.pk, "+"),
        (first.pk, "~"),
        *((one.pk, deed) for one in handed for deed in "+-"),
    }
    assert ReportDuty.objects.filter(application=applied.pk).count() == 3


# --- since days are spans of a kind, for all or for some classes (school 0024) ---


def days_of_the_schools_own_come_through_whole(world):
    """Back and forth: a span becomes its days, and what is said of classes alone goes."""
    declare_days(
        worlds.special(day(11, 26), "", "vacation", day(11, 27)),
        worlds.special(day(12, 2), "грипп", "quarantine", day(12, 4), school_class=world.a5),
    )
    lesson, frozen = (
        worlds.lesson(world.maths, date, world.slots[1]) for date in (day(12, 3), day(12, 1))
    )
    own = DayOverride.objects.get(school_class=world.a5)
    Lesson.objects.filter(pk=lesson.pk).update(cancelled=own.told, cancelled_by=own)

    old = yield
    days, lessons = (old.get_model("school", name).objects for name in ("DayOverride", "Lesson"))
    found = days.order_by("date").values_list("date", "is_working", "reason")
    assert list(found) == [(day(11, number), False, "каникулы") for number in (26, 27)]
    assert lessons.get(pk=world.future_lesson.pk).cancelled_by.date == day(11, 27)
    assert lessons.get(pk=lesson.pk).cancelled_by is None
    frost = {"date": day(12, 1), "is_working": False, "reason": "мороз"}
    worked = {"date": day(12, 5), "is_working": True, "timetable_weekday": 1, "reason": "за 1-е"}
    off = days.create(**frost)
    for one in (worked, {"date": day(12, 7), "is_working": False, "reason": ""}):
        days.create(**one)
    old.get_model("school", "HistoricalDayOverride").objects.create(
        **frost, id=off.pk, history_type="+", history_date=at(day(11, 1))
    )
    lessons.filter(pk=frozen.pk).update(cancelled="мороз", cancelled_by=off)

    yield
    said = DayOverride.objects.values_list("starts_on", "ends_on", "kind", "reason")
    assert list(said) == [
        *((day(11, number), day(11, number), "off", "каникулы") for number in (26, 27)),
        (day(12, 1), day(12, 1), "off", "мороз"),
        (day(12, 5), day(12, 5), "working", "за 1-е"),
        (day(12, 7), day(12, 7), "off", "причина не указана"),
    ]
    assert {one.of_whom for one in DayOverride.objects.all()} == {"вся школа"}
    assert DayOverride.objects.get(kind="working").timetable_weekday == 1
    frost = DayOverride.objects.get(reason="мороз")
    assert Lesson.objects.get(pk=frozen.pk).cancelled_by == frost
    assert Lesson.objects.get(pk=lesson.pk).cancelled == "карантин: грипп"
    told = frost.history.get()
    assert (told.starts_on, told.ends_on, told.kind) == (day(12, 1), day(12, 1), "off")


# --- since outages are the school's (school 0017, tempjournal 0008) ---

TABLES = [
    "tempjournal_outage",
    "tempjournal_historicaloutage",
    "tempjournal_outage_hindered_lessons",
    "tempjournal_temporaryjournal",
    "tempjournal_historicaltemporaryjournal",
    "tempjournal_upload",
]


def hour(number):
    """Of a Sunday, when no lesson's due instant follows an outage."""
    return at(day(11, 22), number)


def stored():
    """{table: its rows} of all that tells of outages."""
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
            found[table] = cursor.fetchall()
        return found


def rights_of(app):
    """{name of a right about outages: its key} as an app has them."""
    found = Permission.objects.filter(content_type__app_label=app, content_type__model="outage")
    return dict(found.values_list("codename", "pk"))


def outages_come_through_whole(world):
    recent = Outage(starts_at=hour(3), ends_at=hour(4), reason="Ремонт")
    record_outage(recent, world.deputy)
    recent.hindered_lessons.add(world.lesson)
    TemporaryJournal.objects.get_or_create(outage=recent, journal=world.maths)
    Upload.objects.create(outage=recent, uploaded_by=world.teacher, name="5Б.xlsx", sheets=[])
    before, rights = stored(), rights_of("school")
    assert all(before.values())
    assert rights.keys() >= {"view_outage", "delete_outage"}

    old = yield
    assert stored() == before
    assert (rights_of("tempjournal"), rights_of("school")) == (rights, {})
    times = {"starts_at": hour(6), "ends_at": hour(9), "reason": "Авария"}
    said = times | {"recorded_by_id": world.deputy.pk, "recorded_at": hour(10)}
    made = old.get_model("tempjournal", "Outage").objects.create(**said)
    made.hindered_lessons.add(world.lesson.pk)
    old.get_model("tempjournal", "HistoricalOutage").objects.create(
        **said,
        id=made.pk,
        history_type="+",
        history_date=hour(10),
        history_user_id=world.deputy.pk,
    )
    kept = old.get_model("tempjournal", "TemporaryJournal").objects.create(
        outage=made, journal_id=world.maths.pk, transfer_due_at=hour(20)
    )
    upload = old.get_model("tempjournal", "Upload").objects.create(
        outage=made, uploaded_by_id=world.teacher.pk, name="5А.xlsx", sheets=[]
    )
    before = stored()

    yield
    assert stored() == before
    assert (rights_of("school"), rights_of("tempjournal")) == (rights, {})
    outage = Outage.objects.get(pk=made.pk)
    assert {name: getattr(outage, name) for name in said} == said
    assert list(outage.hindered_lessons.all()) == [world.lesson]
    assert [(one.history_user, one.reason) for one in outage.history.all()] == [
        (world.deputy, "Авария")
    ]
    assert TemporaryJournal.objects.get(pk=kept.pk).outage == outage
    assert Upload.objects.get(pk=upload.pk).outage == outage
    # What is recorded next gets keys, a history and temporary journals of its own.
    later = Outage(starts_at=hour(11), ends_at=hour(12), reason="Ремонт")
    record_outage(later, world.deputy)
    assert later.pk > made.pk
    assert later.history.get().history_id > outage.history.get().history_id
    with pytest.raises(IntegrityError):
        TemporaryJournal.objects.create(outage_id=later.pk + 1, journal=world.maths)


# --- since bells have schedules and a lesson its own time (school 0019–0021) ---


def lessons_keep_the_hours_that_were_rung(world):
    """The second bell was moved on the 24th; the first two overlap with one that nobody refused."""
    old = yield
    slots, told = (old.get_model("school", name) for name in ("BellSlot", "HistoricalBellSlot"))
    second = slots.objects.get(number=2)
    told.objects.filter(id=second.pk).delete()
    crossed = slots.objects.create(
        number=8, starts_at=datetime.time(9, 20), ends_at=datetime.time(10, 30)
    )
    times = {"starts_at": second.starts_at, "ends_at": second.ends_at}
    for moment, ends_at in ((at(day(9, 1)), datetime.time(10, 45)), (at(day(11, 24)), None)):
        row = times | ({"ends_at": ends_at} if ends_at else {})
        told.objects.create(id=second.pk, number=2, history_date=moment, history_type="~", **row)
    lesson = old.get_model("school", "Lesson").objects
    made = lesson.create(journal_id=world.maths.pk, date=day(12, 1), slot=crossed)
    row = old.get_model("school", "TimetableEntry").objects.create(
        journal_id=world.maths.pk, weekday=2, slot=second, starts_on=day(9, 1)
    )
    history = old.get_model("school", "HistoricalLesson").objects
    history.create(
        id=world.lesson.pk,
        journal_id=world.maths.pk,
        date=day(11, 20),
        slot_id=crossed.pk,
        history_date=at(day(11, 20)),
        history_type="~",
    )
    before = list(lesson.order_by("pk").values_list("pk", "slot__number", "slot__ends_at"))

    yield
    after = {one.pk: one for one in Lesson.objects.all()}
    assert [(pk, after[pk].number) for pk, _, _ in before] == [row[:2] for row in before]
    for pk, number, ends_at in before:
        moved = number == 2 and after[pk].date < day(11, 24)
        assert after[pk].ends_at == (datetime.time(10, 45) if moved else ends_at), pk
    assert TimetableEntry.objects.get(pk=row.pk).number == 2
    assert Lesson.history.filter(id=world.lesson.pk, number=8).exists()
    usual, crossing = BellSchedule.objects.order_by("pk")
    assert [slot.number for slot in usual.slots.all()] == [1, 2, 3, 4, 5, 6, 7]
    assert [slot.number for slot in crossing.slots.all()] == [8]
    use = BellUse.objects.get()
    assert (use.schedule, use.of_whom) == (usual, "вся школа")
    assert ring() == 0  # what was there rings on
    assert after[made.pk].starts_at == datetime.time(9, 20)
    Lesson.objects.filter(pk=made.pk)._raw_delete("default")  # another scenario counts lessons


# --- since lessons have kinds, and a topic an instant of its own (school 0027) ---


def lessons_of_before_owe_what_they_owed(world):
    Exemption.objects.create(what="attendance", journal=world.russian, starts_on=day(9, 1))
    made = schedule_lesson(world.russian, day(12, 2), 2)
    made.refresh_from_db()
    due = made.topic_due_at
    assert (made.attendance_due_at, made.owes_attendance) == (None, False)
    dues = {one.pk: dues_of(one) for one in Lesson.objects.filter(journal=world.maths)}

    old = yield
    lessons = old.get_model("school", "Lesson").objects
    assert lessons.get(pk=made.pk).day_due_at == due
    other = at(day(11, 23), 15)
    lessons.filter(pk=world.lesson_b.pk).update(day_due_at=other, homework_due_at=other)
    dues[world.lesson_b.pk] = (other, other, other)

    yield
    assert [(one.name, one.short_name, one.owes_homework) for one in LessonKind.objects.all()] == [
        ("Урок", "", True),
        ("Внеурочное занятие", "внеур.", False),
        ("Коррекционно-развивающее занятие", "коррекц.", False),
        ("Самоподготовка", "самоподг.", False),
        ("Консультация", "консульт.", False),
        ("Экзамен", "экзамен", False),
    ]
    usual = LessonKind.objects.get(name="Урок")
    assert Journal().lesson_kind == usual
    for model, name in ((Lesson, "kind"), (Journal, "lesson_kind")):
        assert set(model.objects.values_list(name, flat=True)) == {usual.pk}
    assert world.lesson.history.latest().kind == usual
    assert {pk: dues_of(Lesson.objects.get(pk=pk)) for pk in dues} == dues
    made.refresh_from_db()
    assert (made.attendance_due_at, made.topic_due_at, made.owes_attendance) == (due, due, True)


# --- since a pupil has one grade for a subject and period (journals 0014–0016) ---


def of_two_grades_the_last_holds_or_the_subject_parts(world):
    """Петрова went from 5А to 5Б with a grade in each; Иванов and Сидоров have maths in a
    practicum, too, Иванов with a grade in both."""
    values = {one.text: one.pk for one in world.five.values.all()}
    old = yield
    grades = old.get_model("journals", "PeriodGrade").objects
    history = old.get_model("journals", "HistoricalPeriodGrade").objects
    quarter = world.quarters[0].pk

    def give(journal, student, text, hour):
        row = {
            "journal_id": journal,
            "student_id": student.pk,
            "kind": "period",
            "period_id": quarter,
            "value_id": values[text],
            "set_by_id": world.teacher.pk,
            "entered_at": at(day(10, 22), hour),
        }
        made = grades.create(**row)
        history.create(**row, id=made.pk, history_type="+", history_date=row["entered_at"])

    group = old.get_model("school", "TeachingGroup").objects.create(
        kind="subgroup", year_id=world.year.pk, name="практикум"
    )
    practicum = old.get_model("school", "Journal").objects.create(
        group=group, subject_id=world.maths.subject_id, scale_id=world.five.pk
    )
    memberships = old.get_model("school", "GroupMembership").objects
    for student in (world.ivanov, world.sidorov):
        memberships.create(group=group, student_id=student.pk, starts_on=day(9, 1))
    # Particular: he got one in the class, too, before his plan took him out of it.
    give(world.maths.pk, world.special, "2", 10)
    give(world.individual.pk, world.special, "3", 11)
    give(world.maths_b.pk, world.petrova, "5", 12)
    give(world.maths.pk, world.petrova, "4", 11)
    give(world.maths.pk, world.ivanov, "3", 11)
    give(practicum.pk, world.ivanov, "4", 11)
    give(practicum.pk, world.sidorov, "5", 11)
    group, practicum = group.pk, practicum.pk

    yield
    found = PeriodGrade.objects.filter(period=quarter, set_by=world.teacher)
    own = Journal.objects.get(pk=practicum).subject
    assert own.name == "Математика, практикум"
    assert {(one.student, one.subject, one.value.text, one.year) for one in found} == {
        (world.petrova, world.maths.subject, "5", world.year),
        (world.special, world.maths.subject, "3", world.year),
        (world.ivanov, world.maths.subject, "3", world.year),
        (world.ivanov, own, "4", world.year),
        (world.sidorov, own, "5", world.year),
    }
    gone = PeriodGrade.history.get(history_type="-", student=world.petrova)
    assert (gone.value.text, gone.history_change_reason) == (
        "4",
        "две оценки за одно и то же: действует последняя",
    )
    assert Journal.history.filter(id=practicum).latest().subject == own
    assert Journal.objects.get(pk=world.individual.pk).subject == world.maths.subject


# --- since subjects have four letters and kinds of works say what is control (school 0033) ---


def names_say_what_nobody_had_said(world):
    WorkType.objects.create(name="Диктант", short_name="ДИК", is_control=True)
    old = yield
    subjects = old.get_model("school", "Subject").objects
    for name, short_name in [
        ("Физическая культура", "Физ-ра"),
        ("Физика", ""),
        ("Основы безопасности и защиты Родины", "ОБЗР"),
    ]:
        subjects.create(name=name, short_name=short_name)
    kinds = old.get_model("journals", "WorkType").objects
    for name in ("Контрольное списывание", "Работа над ошибками контрольной"):
        kinds.create(name=name, short_name=name[:6])

    yield
    made = dict(Subject.objects.values_list("name", "abbreviation"))
    assert made["Физика"] == "Физ"
    assert made["Физическая культура"] == "Физк"
    assert made["Основы безопасности и защиты Родины"] == "ОБЗР"
    assert all(made.values())
    told = Subject.objects.get(name="Физика").history.get()
    assert (told.abbreviation, told.history_change_reason) == ("Физ", "составлено из названия")
    assert dict(WorkType.objects.values_list("name", "is_control")) == {
        "Ответ на уроке": False,
        "Работа на уроке": False,
        "Контрольная работа": True,
        "Контрольное списывание": True,
        "Работа над ошибками контрольной": False,
        "Диктант": False,  # what an older version can't keep the school says again
    }
    assert WorkType.objects.get(name="Контрольная работа").history.first().is_control
    assert set(Lesson.objects.values_list("homework_minutes", flat=True)) == {None}


# --- since lessons know which line of the plan they gave (journals 0021) ---


def lessons_know_which_line_they_gave(world):
    """By their topics; how several are told apart is in tests/journals/test_plan_rules.py."""
    told = {world.english_lesson: "Дроби", world.russian_lesson: "Своя"}
    old = yield
    lines = old.get_model("journals", "PlannedTopic").objects
    lessons = old.get_model("school", "Lesson").objects
    for lesson, topic in told.items():
        lines.create(journal_id=lesson.journal_id, position=1, title="Дроби", hours=2)
        lessons.filter(pk=lesson.pk).update(topic=topic, topic_entered_at=at(day(11, 25)))
    yield
    made = GivenTopic.objects.get(lesson__in=told)
    assert (made.lesson, made.line.title) == (world.english_lesson, "Дроби")
    told_first = GivenTopic.history.get(id=made.pk)
    assert (told_first.history_type, told_first.history_change_reason) == ("+", BASELINE)


SCENARIOS = [
    days_of_the_schools_own_come_through_whole,  # first: it declares some
    names_say_what_nobody_had_said,
    lessons_of_before_owe_what_they_owed,  # before others sweep
    lessons_keep_the_hours_that_were_rung,
    what_values_meant_so_far_they_say,
    of_two_grades_the_last_holds_or_the_subject_parts,
    sheets_of_the_year_are_that,
    a_journal_that_hid_grades_of_an_exam_shows_them,
    people_of_before_have_their_place,
    lessons_know_which_line_they_gave,
    reports_printed_handed_out_and_owed,
    a_second_report_of_a_week_becomes_one_with_the_first,
    what_was_late_without_pupils_goes,
    outages_come_through_whole,  # last: what is recorded then moves due instants
]


@pytest.mark.django_db(transaction=True)
def test_what_stood_there_comes_through_whole(transactional_db, noon, subtests):
    world = worlds.stands()
    under_way = [scenario(world) for scenario in SCENARIOS]
    for one in under_way:
        next(one)
    try:
        old = migrate(BEFORE)
        for one in under_way:
            one.send(old)
    finally:
        migrate(newest())
    for one in under_way:
        with subtests.test(one.__name__):
            next(one, None)
