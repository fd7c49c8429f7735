"""The role × address matrix: design.md, section 4, row by row.

A row is an address with what it is asked for, and who gets which status. Whoever is not named gets
404 (nothing is learned from it), the anonymous visitor the log-in page. An address of the project
without a row fails the suite.
"""

from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from attendance.actions.documents import receive_document
from attendance.actions.inquiries import ask_about
from attendance.models import Absence, AbsenceDocument, Inquiry
from diaries.actions.applications import register_application
from diaries.actions.batches import request_batch
from diaries.actions.handing import hand_out
from diaries.models import PrintApplication, ReportBatch, WeeklyReport
from journal_site import letters
from journal_site.models import Reminder
from journals.actions.arranging import arrange
from journals.actions.review import make_remark
from journals.actions.watch import sweep
from journals.models import (
    Certificate,
    LateEntry,
    LessonWork,
    Mark,
    PeriodGrade,
    Remark,
    TransferDocument,
)
from journals.queries.plans import plan_lines
from journals.queries.plans import state as plan_state
from school.actions.drafts import add_row, start_draft
from school.actions.teacher_absences import record_absence
from school.models import (
    BellSlot,
    DraftRow,
    HealthRecord,
    Lesson,
    Outage,
    Period,
    PeriodLock,
    SchoolClass,
    SchoolYear,
    StudentCard,
    Subject,
    TeacherAbsence,
    TimetableDraft,
    User,
)
from school.printing import draw
from school.rules.candidates import CANCEL
from school.rules.spans import ONE_DAY
from setup.actions.applying import apply_now
from setup.actions.uploading import bring
from tempjournal import filled as paper
from tempjournal.actions.outages import dismiss_outage, record_outage
from tempjournal.actions.packets import packet_folder
from tempjournal.models import Packet, TemporaryJournal, Upload
from tempjournal.queries.outages import outage_version
from tests import world as worlds
from tests.tempjournal import filled

# Of pages and rights, alike on every database; the queries behind them have tests on both.
pytestmark = pytest.mark.any_database

ROLES = [
    "anonymous",
    "director",
    "deputy",
    "teacher",  # mathematics in 5А and 5Б
    "class_teacher",  # leads 5А, teaches it Russian
    "class_teacher_b",  # leads 5Б, teaches nothing
    "english_teacher",  # the subgroup of pupils from both
    "substitute",  # one lesson of mathematics in 5А
    "other_teacher",  # taught mathematics in 5А until October
    "ivanov",  # pupil of 5А
    "parent",  # of Иванов 5А and Сидоров 5Б
    "other_parent",  # of Петрова 5А
    "admin",
    "nobody",  # an account without any role
]
EVERYBODY = " ".join(ROLES[1:])
LEADERS = "director deputy"
READERS = f"{LEADERS} other_teacher"  # of mathematics in 5А: who has taught it still reads it
KEEPERS = "teacher class_teacher"  # of mathematics in 5А: who writes all of it
STAFF = f"{LEADERS} teacher class_teacher class_teacher_b english_teacher substitute"
WRITERS = "teacher class_teacher class_teacher_b english_teacher substitute"


@dataclass
class Row:
    """`path` and `data` are made from the world; `allowed` is {status: «role role»}."""

    name: str
    what: str
    path: object
    allowed: dict
    data: object = None
    anonymous: int = 302
    json: bool = False
    statuses: dict = field(init=False)

    def __post_init__(self):
        self.statuses = dict.fromkeys(ROLES, 404) | {"anonymous": self.anonymous}
        for status, roles in self.allowed.items():
            self.statuses |= dict.fromkeys(roles.split(), status)


def page(name, what, args, allowed, **options):
    """A GET of an address whose arguments are things of the world, by their names."""

    def path(w):
        return reverse(name, args=[_key(w, arg) for arg in args.split()])

    return Row(name, what, path, allowed, **options)


def _key(w, name):
    return int(name) if name.isdigit() else getattr(w, name).pk


def cell(what, journal, lesson, student, allowed):
    """A mark typed into a cell."""
    return page(
        "save_cell",
        what,
        journal,
        allowed,
        data=lambda w: {
            "lesson": _key(w, lesson),
            "student": _key(w, student),
            "was": "",
            "text": "5",
        },
        anonymous=401,
        json=True,
    )


def topic(what, journal, lesson, allowed):
    return page(
        "save_field",
        what,
        journal,
        allowed,
        data=lambda w: {
            "lesson": _key(w, lesson),
            "field": "topic",
            "was": "",
            "text": "Тема",
        },
        anonymous=401,
        json=True,
    )


def history(what, journal, lesson, student, allowed):
    def path(w):
        asked = f"?lesson={_key(w, lesson)}&student={_key(w, student)}"
        return reverse("cell_history", args=[_key(w, journal)]) + asked

    return Row("cell_history", what, path, allowed)


def lesson_form(what, journal, lesson, student, allowed):
    """The form of a lesson's page, with a mark for one pupil."""
    return page(
        "lesson",
        f"POST {what}",
        f"{journal} {lesson}",
        allowed,
        data=lambda w: {
            "topic": "Тема",
            f"cell-{_key(w, student)}": "4",
            f"was-{_key(w, student)}": "",
        },
    )


def grade(what, journal, student, allowed):
    """A grade of the first quarter, which is over."""
    return page(
        "grades",
        f"POST {what}",
        journal,
        allowed,
        data=lambda w: {
            f"p{w.quarters[0].pk}-{_key(w, student)}": "4",
            f"was-p{w.quarters[0].pk}-{_key(w, student)}": "",
        },
    )


def remark(what, journal, allowed, **options):
    """A remark on a journal."""

    def path(w):
        made = make_remark(getattr(w, journal), None, w.deputy, "Мало отметок")
        return reverse("remark", args=[made.pk])

    return Row("remark", what, path, allowed, **options)


def documented(name, what, school_class, student, allowed, **options):
    """An address of a document with a scan about a pupil's absences."""

    def path(w):
        day = worlds.day(11, 5)
        made = AbsenceDocument(
            **(dict.fromkeys(("received_on", "starts_on", "ends_on"), day)),
            student=getattr(w, student),
            kind="medical",
            reason="б",
            entered_by=w.class_teacher,
        )
        receive_document(made, worlds.SCAN)
        return reverse(name, args=[getattr(w, school_class).pk, made.pk])

    return Row(name, what, path, allowed, **options)


def absence_document(student):
    """What the form of a document sends."""
    return {
        "student": student.pk,
        "kind": "medical",
        "number": "17",
        "reason": "б",
        "received_on": "2026-11-24",
        "starts_on": "2026-11-20",
        "ends_on": "2026-11-23",
    }


def application(w, student="ivanov"):
    """A parent's application for printed reports."""
    today = worlds.TODAY
    return register_application(getattr(w, student), "Заявитель", today, today)


def of_applications(name, allowed, data):
    """A form about printed reports, posted where one is owed for Иванов."""

    def path(w):
        application(w)
        return reverse(name)

    return Row(name, "POST", path, allowed, data=data)


def withdrawal(what, student, allowed):
    def path(w):
        return reverse("withdraw_application", args=[application(w, student).pk])

    return Row("withdraw_application", what, path, allowed, data=lambda w: {"day": "2026-11-25"})


def _handed(w):
    """A report about Иванов that was handed out."""
    owed = application(w)
    hand_out([], [owed], worlds.TODAY, "", w.deputy)
    return owed.reports.get()


def _batch(w, name):
    """An address of a printed batch."""
    application(w)
    batch = request_batch(w.deputy, worlds.day(11, 23))
    batch.finished_at = worlds.NOON
    batch.file.save("report.pdf", ContentFile(b"%PDF"))
    return reverse(name, args=[batch.pk])


def form(what, query, allowed):
    """A temporary journal as PDF; `query` is made from the world."""

    def path(w):
        return f"{reverse('temp_journal_form')}?{query(w)}"

    return Row("temp_journal_form", what, path, allowed)


def own_timetable(student, allowed):
    """A pupil's timetable."""
    return Row(
        "own_timetable",
        student,
        lambda w: f"{reverse('own_timetable')}?student={getattr(w, student).pk}",
        allowed,
    )


def day_form(what, query, allowed):
    """The short form of a day."""
    return Row(
        "temp_journal_day",
        what,
        lambda w: f"{reverse('temp_journal_day')}?{query(w)}",
        allowed,
    )


def sheets(what, query, allowed):
    """The full form as XLSX."""
    return Row(
        "temp_journal_sheets",
        what,
        lambda w: f"{reverse('temp_journal_sheets')}?{query(w)}",
        allowed,
    )


def packet_file(name, allowed):
    """A file of a packet of temporary journals."""

    def path(w):
        today = worlds.TODAY
        made = {"written_at": worlds.NOON, "first_day": today, "last_day": today}
        folder = packet_folder(Packet.objects.create(day=today, **made))
        folder.mkdir(parents=True)
        for there in ("5А.pdf", "5Б.pdf", "вся-школа.pdf"):
            (folder / there).write_bytes(b"%PDF")
        return reverse("temp_journal_packet_file", args=[today.isoformat(), name])

    return Row("temp_journal_packet_file", name, path, allowed)


def _new_remark(w):
    return f"{reverse('new_remark')}?journal={w.maths.pk}"


def _no_orders():
    return {"orders-TOTAL_FORMS": 0, "orders-INITIAL_FORMS": 0}


def _late(w):
    sweep()
    return LateEntry.objects.filter(journal=w.maths).first()


def _closed(w):
    PeriodLock.objects.create(period=w.quarters[1], locked_by=w.deputy)
    return w.russian


def _archived(w, journal):
    made = Certificate(journal=journal, period=w.quarters[1], certified_by=w.director)
    made.file.save("journal.pdf", ContentFile(b"%PDF-"))
    return reverse("certificate_file", args=[journal.pk, made.pk])


def _own_days(w):
    return {
        "kind": "quarantine",
        "starts_on": "2026-11-30",
        "classes": [w.a5.pk],
        "declare": "1",
    }


def _brought(w):
    return {"school": "Школа № 7", "name": "Ведомость", "signed_on": "2026-11-06"}


def brought_document(what, allowed, of="newcomer", **options):
    def path(w):
        of_whom = {"student": w.newcomer, "year": w.year, "recorded_by": w.deputy}
        said = _brought(w) | of_whom
        made, _ = TransferDocument.objects.get_or_create(**said)
        return reverse("brought_document", args=[getattr(w, of).pk, made.pk])

    return Row("brought_document", what, path, allowed, **options)


def own_days(what, allowed, **options):
    """The address of days that a class has of its own."""

    def path(w):
        made = worlds.day_off(worlds.day(11, 30), kind="quarantine", school_class=w.a5)
        return reverse("own_days", args=[made.pk])

    return Row("own_days", what, path, allowed, **options)


def _absence(w):
    return {
        "teacher": w.teacher.pk,
        "kind": "illness",
        "starts_on": "2026-11-26",
        "first_number": "",
        "last_number": "",
    }


def _absent(w):
    """The page of the teacher of mathematics on Friday."""
    return f"{reverse('substitutions')}?teacher={w.teacher.pk}&day=2026-11-27"


def _arranged(w):
    return {"kind": "illness", f"lesson_{w.future_lesson.pk}": "cancel"}


def _undoing(w):
    said = {w.future_lesson.pk: CANCEL}
    made = arrange(w.teacher, [worlds.day(11, 27)], said, w.deputy, "illness")
    return reverse("undo_substitutions", args=[made.pk])


def teacher_absence(what, allowed, **options):
    """The address of an absence of the teacher of mathematics."""

    def path(w):
        made = TeacherAbsence(
            teacher=w.teacher, starts_on=worlds.TODAY, ends_on=worlds.TODAY, kind="illness"
        )
        record_absence(made, w.deputy)
        return reverse("teacher_absence", args=[made.pk])

    return Row("teacher_absence", what, path, allowed, **options)


def of_outage(name, what, allowed, *, proposed=False, dismissed=False, **options):
    """An address of an outage of yesterday, which a leader has recorded, perhaps dismissed since,
    or the app proposed."""

    def path(w):
        starts, ends = worlds.NOON - ONE_DAY, worlds.NOON - ONE_DAY / 2
        made = Outage(starts_at=starts, ends_at=ends, found_at=worlds.NOON)
        if proposed:
            made.save()
        else:
            made.reason = "Авария"
            record_outage(made, w.deputy)
        if dismissed:
            dismiss_outage(made, w.deputy)
        return reverse(name, args=[made.pk])

    return Row(name, what, path, allowed, **options)


def uploaded(what, allowed, name="uploaded", **options):
    """The preview of a file that the teacher of mathematics has filled and sent."""

    def path(w):
        broken = filled.outage(w)
        sheets = paper.read(filled.filled_maths(w).content())
        made = Upload.objects.create(
            outage=broken, uploaded_by=w.teacher, name="5А.xlsx", sheets=sheets
        )
        return reverse(name, args=[broken.pk, made.pk])

    return Row(name, what, path, allowed, **options)


def on_paper(name, what, journal, allowed, data=None, *, json=True):
    """A page of the paper of yesterday's outage, in which there was a lesson of English."""

    def path(w):
        starts, ends = worlds.NOON - ONE_DAY, worlds.NOON - ONE_DAY / 2
        made = Outage(starts_at=starts, ends_at=ends, reason="Авария")
        record_outage(made, w.deputy)
        return reverse(name, args=[made.pk, _key(w, journal)])

    saves = {"data": data} if data else {}
    if data and json:
        saves |= {"anonymous": 401, "json": True}
    return Row(name, what, path, allowed, **saves)


def _english(**typed):
    return lambda w: (
        {"lesson": w.english_lesson.pk, "was": "", "text": "5"}
        | {name: value(w) if callable(value) else value for name, value in typed.items()}
    )


def _filled(w):
    return filled.Paper(w.maths).where(w.lesson, w.ivanov)


def _an_outage(w):
    """What the form of an outage sends."""
    return {"starts_at": "2026-11-23T09:00", "ends_at": "2026-11-23T16:00", "reason": "Авария"}


def an_inquiry(w, school_class):
    """The address of a question about Петрова of 5А, as if she were in that class."""
    inquiry = ask_about(w.petrova.pk, worlds.TODAY, w.deputy)
    return reverse("answer_inquiry", args=[school_class.pk, inquiry.pk])


def _a_correction(w):
    """What the form of an outage that is there sends."""
    return _an_outage(w) | {"version": outage_version(Outage.objects.get())}


IMPORT = ["imports", "import_template", "export_school"]
LISTED = "Фамилия\tИмя\tКласс\nГусева\tАлёна\t5А\n".encode()
GRIDDED = (
    "День\t№\t5А\t5Б\nПонедельник\t1\tМатематика\tМатематика\n"
    "\t2\tИстория\tИстория\nВторник\t1\tМатематика\tМатематика\n"
).encode()


def imported(name, what, allowed, data=None, is_written=False, file=LISTED):
    """An address of an import that somebody has brought."""

    def path(w):
        made = bring([("список.csv", file)], w.admin)
        if is_written:
            apply_now(made, w.admin)
        return reverse(name, args=[made.pk])

    return Row(name, what, path, allowed, data=data)


def _drawn_plan(w):
    return {"state": plan_state(plan_lines(w.maths.pk))}


def _plan_order(w):
    return " ".join(str(line.pk) for line in reversed(plan_lines(w.maths.pk)))


def plan_line(what, allowed, of="maths", **options):
    """The first line of the plan of mathematics in 5А."""

    def path(w):
        line = plan_lines(w.maths.pk)[0]
        return reverse("plan_line", args=[getattr(w, of).pk, line.pk])

    return Row("plan_line", what, path, allowed, **options)


def given_line(lesson, allowed):
    """A lesson of mathematics in 5А gave the next line."""

    def data(w):
        return {"lesson": _key(w, lesson), "deed": "bind"}

    return page("plan_given", f"POST {lesson}", "maths", allowed, data=data)


SET_UP = [
    *("setup", "setup_questions", "setup_year", "setup_bells", "setup_subjects", "setup_people"),
    *(
        "setup_slips",
        "setup_agreements",
        "setup_accounts",
        "setup_classes",
        "setup_timetable",
        "setup_lessons",
    ),
    "setup_new_year",
]


HALF_YEAR = {"starts_on": "01.09.2026", "ends_on": "30.12.2026"}
LESSON = {"number": "1", "starts_at": "8:30", "ends_at": "9:10"}


def rows(name, what, query, data, admin=302):
    """New rows of a page of many, which the administrator alone sends."""
    sent = {"rows": "n0"} | {f"n0-{field}": value for field, value in data.items()}

    def path(w):
        return f"{reverse(name)}{query}"

    return Row(name, f"POST {what}", path, {admin: "admin"}, data=lambda w: sent)


def programmes(what, query, allowed, **options):
    def path(w):
        return f"{reverse('programmes')}?class={query(w)}"

    return Row("programmes", what, path, allowed, **options)


MATRIX = [
    # --- everybody's ---
    Row(
        "home",
        "",
        lambda w: "/",
        {
            200: f"{LEADERS} teacher class_teacher class_teacher_b english_teacher substitute "
            "other_teacher nobody admin",
            302: "ivanov parent other_parent",
        },
    ),
    page("login", "", "", {302: EVERYBODY}, anonymous=200),
    page("second_step", "", "", {302: EVERYBODY}),  # nobody of them has just given a password
    page("second_step", "POST", "", {302: EVERYBODY}, data=lambda w: {"code": "123456"}),
    page("logout", "POST", "", {302: EVERYBODY}, data=lambda w: {"x": 1}),
    page("forgotten", "", "", {200: EVERYBODY}, anonymous=200),
    page("forgotten", "POST", "", {200: EVERYBODY}, anonymous=200, data=lambda w: {"known_by": ""}),
    Row(
        "reset_password",
        "a made up link",
        lambda w: f"/login/reset/MQ/{w.teacher.pk}-none/",
        {200: EVERYBODY},
        anonymous=200,
    ),
    # Who has a password and nothing to answer has nothing to do there.
    page("first_password", "", "", {302: EVERYBODY}),
    page("check_password", "POST", "", {200: EVERYBODY}, data=lambda w: {"password": "x"}),
    page("agreements", "", "", {302: EVERYBODY}),
    page("on_paper", "", "", {302: EVERYBODY}),
    page("sessions", "", "", {200: EVERYBODY}),
    page("sessions", "POST", "", {302: EVERYBODY}, data=lambda w: {"session": "none"}),
    page("second_factor", "", "", {200: EVERYBODY}),
    page("second_factor", "POST", "", {200: EVERYBODY}, data=lambda w: {"deed": "begin"}),
    page("second_factor_qr", "", "", {}),  # nobody is setting one up
    page("log_ins", "", "", {200: "admin"}),
    page("login_rules", "", "", {200: "admin"}),
    page("login_rules", "POST", "", {302: "admin"}, data=lambda w: {"idle_minutes": "30"}),
    page("account", "", "", {200: EVERYBODY}),
    page("account", "POST", "", {200: EVERYBODY}, data=lambda w: {"old_password": "wrong"}),
    page(
        "account",
        "POST digest",
        "",
        {403: EVERYBODY}
        | {
            302: f"{LEADERS} teacher class_teacher class_teacher_b english_teacher substitute",
        },
        data=lambda w: {"digest": "1"},
    ),
    *[
        Row(
            "stop_digest",
            name,
            lambda w, token=token: f"/account/digest/{token(w)}/",
            {status: EVERYBODY},
            anonymous=status,
        )
        for name, token, status in (
            ("a letter's", lambda w: letters.stop_token(w.teacher), 200),
            ("a made up", lambda w: f"{w.teacher.pk}:none", 404),
        )
    ],
    # --- the import ---
    *(page(name, "", "", {200: "admin"}) for name in IMPORT),
    page("imports", "POST", "", {302: "admin"}, data=lambda w: {"pasted": LISTED.decode()}),
    page("forget_word", "POST", "", {302: "admin"}, data=lambda w: {"key": "subject:матем."}),
    *(
        imported(name, "", {200: "admin"})
        for name in ("import", "import_heads", "import_preview", "import_errors")
    ),
    imported("import_onward", "", {302: "admin"}),
    imported("import_grid", "", {200: "admin"}, file=GRIDDED),
    *(
        imported(name, "written", {200: "admin"}, is_written=True)
        for name in ("import_report", "import_report_xlsx", "import_errors")
    ),
    *(
        imported(name, "POST", {302: "admin"}, data=lambda w: {"check": "1", "version": "1"})
        for name in ("import", "import_heads", "import_preview", "import_grid")
    ),
    *(
        imported(name, "POST", {302: "admin"}, data=lambda w: {}, is_written=True)
        for name in ("undo_import", "stop_import")
    ),
    # --- setting the school up ---
    *(page(name, "", "", {200: "admin"}) for name in SET_UP),
    page(
        "setup_questions",
        "POST",
        "",
        {302: "admin"},
        data=lambda w: {"name": "Школа", "show": ""},
    ),
    rows("setup_year", "period", "", {"kind": "half_year", "number": "1", **HALF_YEAR}),
    rows("setup_year", "year", "?tab=years", {"starts_on": "1.9.2027", "ends_on": "26.5.2028"}),
    rows("setup_year", "days", "?tab=days", {"kind": "vacation", "starts_on": "24.05.2027"}),
    rows("setup_bells", "slot", "", {"schedule": "Новое", **LESSON}),
    rows("setup_bells", "use", "?tab=uses", {"schedule": "Нет", "starts_on": "1.9.2026"}, 200),
    rows("setup_subjects", "subject", "", {"name": "Астрономия"}),
    rows("setup_subjects", "value", "?tab=scales", {"scale": "Новая", "text": "да", "title": "да"}),
    rows("setup_subjects", "work", "?tab=works", {"name": "Диктант"}, 200),
    rows("setup_people", "pupil", "", {"last_name": "Новый", "class_name": "5А"}),
    rows("setup_people", "parent", "?tab=parents", {"child": "Ушёл", "last_name": "Нет"}, 200),
    rows("setup_people", "employee", "?tab=staff", {"last_name": "Новая"}),
    rows("setup_classes", "class", "", {"name": "6А"}),
    page(
        "setup_classes", "POST line", "", {302: "admin"}, data=lambda w: {"line": "6А", "make": ""}
    ),
    page("setup_slips", "POST nobody", "", {200: "admin"}, data=lambda w: {"x": 1}),
    page("setup_agreements", "POST", "", {200: "admin"}, data=lambda w: {"kind": "data"}),
    page("class_slips", "5А", "a5", {200: "class_teacher"}),
    page("class_slips", "5Б", "b5", {200: "class_teacher_b"}),
    page("class_slips", "no such class", "999999", {}),
    page("class_slips", "POST", "a5", {200: "class_teacher"}, data=lambda w: {"x": 1}),
    page("setup_accounts", "POST", "", {200: "admin"}, data=lambda w: {"user": w.teacher.pk}),
    page(
        "setup_new_year",
        "POST",
        "",
        {302: "admin"},
        data=lambda w: {"was-new": "", "new": "1А"},
    ),
    page(
        "setup_new_year",
        "POST nonsense",
        "",
        {200: "admin"},
        data=lambda w: {"was-new": "", "new": "x"},
    ),
    page("setup_new_year", "POST back", "", {302: "admin"}, data=lambda w: {"back": ""}),
    page("setup_lessons", "POST", "", {302: "admin"}, data=lambda w: {"x": 1}),
    page("programmes", "", "", {200: LEADERS}),
    programmes("of a class", lambda w: w.a5.pk, {200: LEADERS}),
    programmes("of no class", lambda w: 999_999, {302: LEADERS}),
    programmes(
        "POST",
        lambda w: w.a5.pk,
        {302: LEADERS},
        data=lambda w: {
            "rows": f"r{w.ivanov.pk}",
            f"r{w.ivanov.pk}-programme": "АООП, вариант 7.1",
            f"initial-r{w.ivanov.pk}-programme": "",
        },
    ),
    page("leaders", "", "", {200: LEADERS}),
    page("leaders", "POST", "", {302: LEADERS}, data=lambda w: {"change": "role-1"}),
    # --- the desk ---
    page("desk", "", "", {302: LEADERS}),
    page("own_day", "", "", {200: LEADERS}),
    page("desk_today", "", "", {200: LEADERS}),
    page("absent_pdf", "", "", {200: LEADERS}),
    page("kitchen_pdf", "", "", {200: LEADERS}),
    page("remind_teachers", "POST", "", {302: LEADERS}, data=lambda w: {"seen": 0}),
    page("ask_about_pupil", "POST", "", {302: LEADERS}, data=lambda w: {"student": w.petrova.pk}),
    page("ask_about_pupil", "POST a stranger", "", {}, data=lambda w: {"student": w.gone.pk}),
    Row(
        "answer_inquiry",
        "",
        lambda w: an_inquiry(w, w.a5),
        {200: f"{LEADERS} class_teacher"},
    ),
    Row(
        "answer_inquiry",
        "POST",
        lambda w: an_inquiry(w, w.a5),
        {302: "class_teacher", 403: LEADERS},
        data=lambda w: {"answer": "у врача"},
    ),
    Row("answer_inquiry", "in another class", lambda w: an_inquiry(w, w.b5), {}),
    page("health", "", "", {200: EVERYBODY}, anonymous=200),
    page("work_types", "", "", {200: EVERYBODY}),
    # --- journals: 2.3, 2.9, 2.10, 4.1–4.4 ---
    page("journals", "", "", {200: EVERYBODY}),
    page(
        "grid",
        "5А maths",
        "maths",
        {200: f"{LEADERS} teacher class_teacher substitute other_teacher"},
    ),
    page("grid", "5Б maths", "maths_b", {200: f"{LEADERS} teacher class_teacher_b"}),
    page("grid", "5А Russian", "russian", {200: f"{LEADERS} class_teacher"}),
    page(
        "grid",
        "mixed subgroup",
        "english",
        {200: f"{LEADERS} english_teacher class_teacher class_teacher_b"},
    ),
    page("grid", "individual plan of 5А", "individual", {200: f"{LEADERS} class_teacher"}),
    page("grid", "no such journal", "999999", {}),
    # --- the journal as a book, certified: 4.1 ---
    page("print_journal", "5А", "russian", {200: f"{LEADERS} class_teacher"}),
    page("print_journal", "mixed subgroup", "english", {200: f"{LEADERS} english_teacher"}),
    page("print_journal", "no such journal", "999999", {}),
    page("certificates", "5А", "maths", {200: f"{LEADERS} teacher class_teacher other_teacher"}),
    page("certificates", "mixed subgroup", "english", {200: f"{LEADERS} english_teacher"}),
    Row(
        "certificates",
        "POST",
        lambda w: reverse("certificates", args=[_closed(w).pk]),
        {302: "director", 403: "deputy class_teacher"},
        data=lambda w: {"period": w.quarters[1].pk, "password": worlds.PASSWORD},
    ),
    Row(
        "certificate_file",
        "5А",
        lambda w: _archived(w, w.maths),
        {200: f"{LEADERS} teacher class_teacher other_teacher"},
    ),
    Row(
        "certificate_file",
        "of another journal",
        lambda w: _archived(w, w.maths).replace(f"/{w.maths.pk}/", f"/{w.russian.pk}/", 1),
        {},
    ),
    page("certify_all", "", "", {200: "director"}),
    Row(
        "certify_all",
        "POST",
        lambda w: f"{reverse('certify_all')}?period={_closed(w) and w.quarters[1].pk}",
        {302: "director"},
        data=lambda w: {"place": [w.a5.pk], "password": worlds.PASSWORD},
    ),
    page("stop_certifying", "POST", "", {302: "director"}, data=lambda w: {}),
    # --- a lesson's page ---
    page("lesson", "5А", "maths lesson", {200: f"{LEADERS} teacher class_teacher other_teacher"}),
    page(
        "lesson",
        "substituted",
        "maths substituted",
        {200: f"{LEADERS} teacher class_teacher substitute other_teacher"},
    ),
    page("lesson", "of another journal", "maths lesson_b", {}),
    page(
        "lesson",
        "mixed subgroup",
        "english english_lesson",
        {200: f"{LEADERS} english_teacher class_teacher class_teacher_b"},
    ),
    page(
        "lesson_place",
        "5А",
        "maths lesson",
        {200: LEADERS, 403: "teacher class_teacher other_teacher"},
    ),
    page("lesson_place", "of another journal", "maths lesson_b", {}),
    page(
        "lesson_place",
        "POST",
        "maths lesson",
        {200: LEADERS, 403: "teacher class_teacher other_teacher"},  # it was not cancelled
        data=lambda w: {"deed": "restore"},
    ),
    page(
        "lesson_place",
        "POST a substitute",
        "maths lesson",
        {302: LEADERS, 403: "teacher class_teacher other_teacher"},
        data=lambda w: {"deed": "substitute", "teacher": w.substitute.pk},
    ),
    lesson_form("5А", "maths", "lesson", "ivanov", {302: "teacher class_teacher", 403: READERS}),
    lesson_form(
        "substituted",
        "maths",
        "substituted",
        "ivanov",
        {302: "teacher class_teacher substitute", 403: READERS},
    ),
    lesson_form(
        "mixed subgroup",
        "english",
        "english_lesson",
        "sidorov",
        {302: "english_teacher class_teacher_b class_teacher", 403: LEADERS},
    ),
    # --- a cell: 2.4, 4.3, 4.4 ---
    cell("5А", "maths", "lesson", "ivanov", {200: "teacher class_teacher", 403: READERS}),
    cell(
        "substituted lesson",
        "maths",
        "substituted",
        "ivanov",
        {200: "teacher class_teacher substitute", 403: READERS},
    ),
    cell("5Б", "maths_b", "lesson_b", "sidorov", {200: "teacher class_teacher_b", 403: LEADERS}),
    cell(
        "pupil of 5А in the mixed subgroup",
        "english",
        "english_lesson",
        "ivanov",
        {200: "english_teacher class_teacher", 403: LEADERS},
    ),
    cell(
        "pupil of 5Б in the mixed subgroup",
        "english",
        "english_lesson",
        "sidorov",
        {200: "english_teacher class_teacher_b", 403: LEADERS},
    ),
    cell(
        "individual plan",
        "individual",
        "individual_lesson",
        "special",
        {200: "class_teacher", 403: LEADERS},
    ),
    cell("lesson of another journal", "maths", "lesson_b", "ivanov", {403: READERS}),
    cell(
        "pupil of another class",
        "maths",
        "lesson",
        "sidorov",
        {422: "teacher class_teacher", 403: READERS},
    ),
    cell("no such journal", "999999", "lesson", "ivanov", {}),
    # --- topic and homework: 2.7, 2.8 ---
    topic("5А", "maths", "lesson", {200: "teacher class_teacher", 403: READERS}),
    topic(
        "substituted lesson",
        "maths",
        "substituted",
        {200: "teacher class_teacher substitute", 403: READERS},
    ),
    topic(
        "mixed subgroup: class teachers have their pupils' rows only",
        "english",
        "english_lesson",
        {200: "english_teacher", 403: f"{LEADERS} class_teacher class_teacher_b"},
    ),
    topic("lesson of another journal", "maths", "lesson_b", {403: READERS}),
    # --- a cell's history ---
    history(
        "5А", "maths", "lesson", "ivanov", {200: f"{LEADERS} teacher class_teacher other_teacher"}
    ),
    history(
        "substituted lesson",
        "maths",
        "substituted",
        "ivanov",
        {200: f"{LEADERS} teacher class_teacher substitute other_teacher"},
    ),
    history(
        "pupil of 5А in the mixed subgroup",
        "english",
        "english_lesson",
        "ivanov",
        {200: f"{LEADERS} english_teacher class_teacher"},
    ),
    # --- classes ---
    page("classes", "all, or one's own", "", {200: LEADERS, 302: "class_teacher class_teacher_b"}),
    page("class_pupils", "5А", "a5", {200: f"{LEADERS} class_teacher"}),
    page("class_pupils", "no such class", "999999", {}),
    page("school_class", "5А", "a5", {200: f"{LEADERS} class_teacher"}),
    page("school_class", "5Б", "b5", {200: f"{LEADERS} class_teacher_b"}),
    page("school_class", "no such class", "999999", {}),
    # --- personal cards: 4.4 ---
    page("card", "5А", "ivanov", {200: f"{LEADERS} class_teacher"}),
    page("card", "5Б", "sidorov", {200: f"{LEADERS} class_teacher_b"}),
    page("card", "who left", "gone", {200: LEADERS}),
    page("card", "no such pupil", "999999", {}),
    page(
        "card",
        "POST",
        "ivanov",
        {302: "class_teacher", 403: LEADERS},
        data=lambda w: {"version": 0, **_no_orders()},
    ),
    page("health_record", "5А", "ivanov", {200: "director class_teacher"}),
    page(
        "health_record",
        "POST",
        "ivanov",
        {302: "class_teacher", 403: "director"},
        data=lambda w: {"version": 0, "group": 2},
    ),
    # --- a pupil's move, and what he brings: the leaders' alone ---
    page("move_pupil", "5А", "ivanov", {200: LEADERS}),
    page("move_pupil", "POST", "ivanov", {200: LEADERS}, data=lambda w: {}),
    page("move_pupil", "no such pupil", "999999", {}),
    page("brought", "5Б", "newcomer", {200: LEADERS}),
    page("brought", "POST", "newcomer", {302: LEADERS}, data=_brought),
    page("brought", "no such pupil", "999999", {}),
    brought_document("", {200: LEADERS}),
    brought_document("of another pupil", {}, of="ivanov"),
    # --- absences and their documents: 2.9 ---
    page("class_attendance", "5А", "a5", {200: f"{LEADERS} class_teacher"}),
    page("class_attendance", "5Б", "b5", {200: f"{LEADERS} class_teacher_b"}),
    page("class_attendance", "no such class", "999999", {}),
    page(
        "class_attendance",
        "POST a document",
        "a5",
        {302: "class_teacher", 403: LEADERS},
        data=lambda w: absence_document(w.ivanov),
    ),
    page(
        "class_attendance",
        "POST a reason",
        "a5",
        {302: "class_teacher", 403: LEADERS},
        data=lambda w: {"student": w.ivanov.pk, "date": "2026-11-23", "reason": "б"},
    ),
    *[
        row
        for name in ("absence_document", "absence_scan")
        for row in (
            documented(name, "5А", "a5", "ivanov", {200: f"{LEADERS} class_teacher"}),
            documented(name, "5Б", "b5", "sidorov", {200: f"{LEADERS} class_teacher_b"}),
            documented(name, "of another class", "a5", "sidorov", {}),
            documented(name, "of who left", "a5", "gone", {200: LEADERS}),
            page(name, "no such document", "a5 999999", {}),
        )
    ],
    documented(
        "absence_document",
        "POST",
        "a5",
        "ivanov",
        {302: "class_teacher", 403: LEADERS},
        data=lambda w: absence_document(w.ivanov),
    ),
    documented(
        "absence_document",
        "POST withdraw",
        "a5",
        "ivanov",
        {302: "class_teacher", 403: LEADERS},
        data=lambda w: {"withdraw": "1"},
    ),
    page("class_summary_pdf", "5А", "a5", {200: f"{LEADERS} class_teacher"}),
    page("class_summary_pdf", "5Б", "b5", {200: f"{LEADERS} class_teacher_b"}),
    page("class_summary", "5А", "a5", {200: f"{LEADERS} class_teacher"}),
    page("class_summary", "5Б", "b5", {200: f"{LEADERS} class_teacher_b"}),
    page("class_summary", "no such class", "999999", {}),
    # --- grades of periods: 2.4, 4.4 ---
    page("plan", "5А maths", "maths", {200: f"{READERS} {KEEPERS}"}),
    page("plan", "own pupils in a mixed subgroup", "english", {200: f"{LEADERS} english_teacher"}),
    page("plan", "no such journal", "999999", {}),
    page("new_plan_line", "", "maths", {200: KEEPERS, 403: READERS}),
    page(
        "new_plan_line",
        "POST",
        "maths",
        {302: KEEPERS, 403: READERS},
        data=lambda w: _drawn_plan(w) | {"title": "Дроби", "hours": "1", "after": "0"},
    ),
    plan_line("", {200: KEEPERS, 403: READERS}),
    plan_line(
        "POST",
        {302: KEEPERS, 403: READERS},
        data=lambda w: _drawn_plan(w) | {"deed": "remove"},
    ),
    plan_line("of another journal", {403: LEADERS}, of="maths_b"),
    page(
        "plan_order",
        "POST",
        "maths",
        {200: KEEPERS, 403: READERS},
        data=lambda w: _drawn_plan(w) | {"order": _plan_order(w)},
        anonymous=401,
        json=True,
    ),
    page("plan_paste", "", "maths", {200: KEEPERS, 403: READERS}),
    page(
        "plan_paste",
        "POST",
        "maths",
        {302: KEEPERS, 403: READERS},
        data=lambda w: _drawn_plan(w) | {"text": "Дроби", "deed": "write"},
    ),
    page("plan_shift", "", "maths", {200: KEEPERS, 403: READERS}),
    page(
        "plan_shift",
        "POST",
        "maths",
        {302: KEEPERS, 403: READERS},
        data=lambda w: _drawn_plan(w) | {"way": "shift"},
    ),
    given_line("lesson", {302: KEEPERS, 403: READERS}),
    given_line("substituted", {302: f"{KEEPERS} substitute", 403: READERS}),
    given_line("lesson_b", {}),
    page("grades", "5А maths", "maths", {200: f"{LEADERS} teacher class_teacher other_teacher"}),
    page(
        "grades",
        "mixed subgroup",
        "english",
        {200: f"{LEADERS} english_teacher class_teacher class_teacher_b"},
    ),
    page("grades", "individual plan of 5А", "individual", {200: f"{LEADERS} class_teacher"}),
    page("grades", "no such journal", "999999", {}),
    grade("5А", "maths", "ivanov", {302: "teacher class_teacher", 403: READERS}),
    grade(
        "pupil of 5А in the mixed subgroup: nothing of it is written by 5Б's",
        "english",
        "ivanov",
        {302: "english_teacher class_teacher class_teacher_b", 403: LEADERS},
    ),
    # --- the review: 2.10, 4.1, 4.2 ---
    page("review", "", "", {200: LEADERS}),
    page("review_late", "", "", {200: LEADERS}),
    page(
        "review_late",
        "POST",
        "",
        {302: LEADERS},
        data=lambda w: {"entry": _late(w).pk, "excuse": "болезнь"},
    ),
    page("unattended", "", "", {200: LEADERS}),
    page("unattended", "POST", "", {302: LEADERS}, data=lambda w: {"reason": "выбыл"}),
    page("review_history", "", "", {200: LEADERS}),
    # --- the school's own days ---
    page("norms", "", "", {200: LEADERS}),
    page("days", "", "", {200: LEADERS}),
    page("days", "POST", "", {302: LEADERS}, data=_own_days),
    own_days("", {200: LEADERS}),
    own_days("POST", {302: LEADERS}, data=lambda w: {"withdraw": "1"}),
    page("own_days", "no such days", "999999", {}),
    page("teacher_absences", "", "", {200: LEADERS}),
    page("teacher_absences", "POST", "", {302: LEADERS}, data=_absence),
    teacher_absence("", {200: LEADERS}),
    teacher_absence("POST", {200: LEADERS}, data=lambda w: {"withdraw": "1"}),  # seen nothing
    page("teacher_absence", "no such absence", "999999", {}),
    # --- what is taught by whom: the administrator's alone ---
    page("setup_workload", "", "", {200: "admin"}),
    page("setup_workload", "POST", "", {200: "admin"}, data=lambda w: {"block": "x"}),
    page("setup_workload_cells", "", "", {405: EVERYBODY}),
    page(
        "setup_workload_cells",
        "POST",
        "",
        {200: "admin"},
        data=lambda w: {
            "by": "class",
            "part": "5-9",
            "cells": f'[[{w.maths.subject_id}, {w.a5.pk}, "Заменова 5", "Матвеева"]]',
        },
    ),
    page("setup_new_employee", "", "", {405: EVERYBODY}),
    page(
        "setup_new_employee",
        "POST",
        "",
        {200: "admin"},
        data=lambda w: {"last_name": "Новая", "first_name": "Нина"},
    ),
    page("setup_take_back", "", "", {405: EVERYBODY}),
    page("setup_take_back", "POST", "", {302: "admin"}, data=lambda w: {"deed": "x"}),
    page("setup_groups", "", "", {200: "admin"}),
    page("setup_groups", "POST", "", {302: "admin"}, data=lambda w: {"all": 1, "way": "sex"}),
    page("setup_group_place", "", "", {405: EVERYBODY}),
    page(
        "setup_group_place",
        "POST",
        "",
        {200: "admin"},
        data=lambda w: {
            "class": w.a5.pk,
            "student": w.petrova.pk,
            "split": w.subgroup.pk,
            "was": "",
            "text": w.subgroup.pk,
        },
    ),
    page("locks", "", "", {200: LEADERS}),
    page(
        "locks",
        "POST",
        "",
        {302: LEADERS},
        data=lambda w: {"lock": w.quarters[0].pk},
    ),
    page("locks", "POST the year", "", {302: LEADERS}, data=lambda w: {"close_year": "1"}),
    page("locks", "POST open it", "", {200: LEADERS}, data=lambda w: {"reopen_year": "1"}),
    Row("journals", "of a year that is unknown", lambda w: "/journals/?year=999999", {}),
    page(
        "remarks",
        "",
        "",
        {200: f"{LEADERS} teacher class_teacher class_teacher_b english_teacher substitute"},
    ),
    Row("new_remark", "", lambda w: _new_remark(w), {200: LEADERS}),
    Row(
        "new_remark",
        "POST",
        lambda w: _new_remark(w),
        {302: LEADERS},
        data=lambda w: {"text": "Мало отметок"},
    ),
    remark("5А maths", "maths", {200: f"{LEADERS} teacher class_teacher"}),
    remark("mixed subgroup", "english", {200: f"{LEADERS} english_teacher"}),
    remark(
        "answer",
        "maths",
        {302: "teacher class_teacher", 403: LEADERS},
        data=lambda w: {"was-answer": "", "answer": "Исправлено"},
    ),
    remark(
        "close",
        "maths",
        {302: LEADERS, 403: "teacher class_teacher"},
        data=lambda w: {"deed": "close"},
    ),
    page("remark", "no such remark", "999999", {}),
    # --- diaries: 2.11, 4.5, 4.6 ---
    page(
        "diary",
        "",
        "",
        {200: EVERYBODY} | {302: "ivanov parent other_parent"},
    ),
    *[
        row
        for name in ("diary_week", "diary_grades", "diary_week_pdf")
        for row in (
            page(name, "Иванов", "ivanov", {200: f"{LEADERS} class_teacher ivanov parent"}),
            page(name, "Сидоров", "sidorov", {200: f"{LEADERS} class_teacher_b parent"}),
            page(name, "Петрова", "petrova", {200: f"{LEADERS} class_teacher other_parent"}),
            page(name, "who left", "gone", {200: LEADERS}),
            page(name, "no such pupil", "999999", {}),
        )
    ],
    # --- printed weekly reports: 2.12 ---
    page("weekly_reports", "", "", {200: f"{LEADERS} class_teacher class_teacher_b"}),
    of_applications(
        "weekly_reports",
        {302: f"{LEADERS} class_teacher", 200: "class_teacher_b"},  # no pupil of hers: refused
        lambda w: {"unprinted": PrintApplication.objects.get().pk, "day": "2026-11-25"},
    ),
    Row(
        "weekly_reports",
        "a hand-out taken back",
        lambda w: f"{reverse('weekly_reports')}?correct={_handed(w).pk}",
        {302: f"{LEADERS} class_teacher"},
        data=lambda w: {
            "take_back": "",
            "correction-was_day": "2026-11-25",
            "correction-was_to": "Заявитель",
        },
    ),
    Row(
        "weekly_reports",
        "a correction",
        lambda w: f"{reverse('weekly_reports')}?correct={_handed(w).pk}",
        {200: f"{LEADERS} class_teacher"},
    ),
    page("print_applications", "", "", {200: f"{LEADERS} class_teacher class_teacher_b"}),
    of_applications(
        "print_applications",
        {302: LEADERS, 403: "class_teacher class_teacher_b"},
        lambda w: {
            "student": w.petrova.pk,
            "applicant": "Петров Пётр",
            "applied_on": "2026-11-25",
            "starts_on": "2026-11-25",
        },
    ),
    withdrawal("Иванов", "ivanov", {302: LEADERS, 403: "class_teacher"}),
    withdrawal("Сидоров", "sidorov", {302: LEADERS, 403: "class_teacher_b"}),
    of_applications(
        "print_reports",
        {302: LEADERS, 403: "class_teacher class_teacher_b"},
        lambda w: {"week": "2026-W48"},
    ),
    Row("report_batch", "", lambda w: _batch(w, "report_batch"), {200: LEADERS}),
    Row("report_batch_pdf", "", lambda w: _batch(w, "report_batch_pdf"), {200: LEADERS}),
    page("report_batch_pdf", "no such batch", "999999", {}),
    # --- temporary journals: 3.1 ---
    page("temp_journals", "", "", {200: STAFF}),
    form("blank", lambda w: "", {200: STAFF}),
    form(
        "5А",
        lambda w: f"class={w.a5.pk}&from=2026-W48",
        {200: STAFF},
    ),
    form(
        "5Б",
        lambda w: f"class={w.b5.pk}&from=2026-W48",
        {200: f"{LEADERS} teacher class_teacher class_teacher_b english_teacher"},
    ),
    form("no such class", lambda w: "class=999999&from=2026-W48", {}),
    form(
        "one's own journals",
        lambda w: "journals=mine&from=2026-W48",
        {
            200: "teacher class_teacher class_teacher_b english_teacher substitute",
            400: LEADERS,  # they write none
        },
    ),
    day_form("5А", lambda w: f"class={w.a5.pk}&day=2026-11-24", {200: STAFF}),
    day_form(
        "5А, no lesson of the substitute",
        lambda w: f"class={w.a5.pk}&day=2026-11-25",
        {200: STAFF.replace(" substitute", ""), 400: "substitute"},
    ),
    day_form(
        "5Б",
        lambda w: f"class={w.b5.pk}&day=2026-11-24",
        {200: f"{LEADERS} teacher class_teacher class_teacher_b english_teacher"},
    ),
    day_form("all of one's own", lambda w: "day=2026-11-24", {200: STAFF}),
    day_form("no such class", lambda w: "class=999999&day=2026-11-24", {}),
    sheets("blank", lambda w: "", {}),
    sheets("5А", lambda w: f"class={w.a5.pk}&from=2026-W48", {200: STAFF}),
    sheets(
        "5Б",
        lambda w: f"class={w.b5.pk}&from=2026-W48",
        {200: f"{LEADERS} teacher class_teacher class_teacher_b english_teacher"},
    ),
    packet_file(  # no lesson of the substitute is in its days
        "5А.pdf", {200: f"{LEADERS} teacher class_teacher class_teacher_b english_teacher"}
    ),
    packet_file(
        "5Б.pdf", {200: f"{LEADERS} teacher class_teacher class_teacher_b english_teacher"}
    ),
    packet_file("вся-школа.pdf", {200: LEADERS}),
    packet_file("нет.pdf", {}),
    # --- outages and their transfer: 3.1, 3.2 ---
    page("new_outage", "", "", {200: LEADERS, 403: WRITERS}),
    page("new_outage", "POST", "", {302: LEADERS, 403: WRITERS}, data=_an_outage),
    of_outage("outage", "", {200: f"{LEADERS} {WRITERS}"}),
    of_outage("outage", "proposed", {200: LEADERS}, proposed=True),
    page("outage", "no such outage", "999999", {}),
    of_outage("outage", "POST", {302: LEADERS, 403: WRITERS}, data=lambda w: {"ends_at": ""}),
    of_outage("edit_outage", "", {200: LEADERS, 403: WRITERS}),
    of_outage("edit_outage", "POST", {302: LEADERS, 403: WRITERS}, data=_a_correction),
    of_outage("edit_outage", "POST proposed", {302: LEADERS}, proposed=True, data=_a_correction),
    of_outage("edit_outage", "dismissed", {403: LEADERS}, dismissed=True),
    of_outage("dismiss_outage", "POST", {302: LEADERS, 403: WRITERS}, data=lambda w: {"x": 1}),
    of_outage(
        "dismiss_outage", "POST proposed", {302: LEADERS}, proposed=True, data=lambda w: {"x": 1}
    ),
    of_outage("transfer", "", {200: f"{LEADERS} {WRITERS}"}),
    of_outage(  # there was a lesson of English alone
        "transfer",
        "POST",
        {
            200: "english_teacher class_teacher class_teacher_b",
            403: f"{LEADERS} teacher substitute",
        },
        data=lambda w: {"file": ""},
    ),
    page("transfer", "no such outage", "999999", {}),
    uploaded("", {200: "teacher"}),
    uploaded("POST", {302: "teacher"}, data=lambda w: {f"0-{_filled(w)}": "", "apply": ""}),
    uploaded("POST", {302: "teacher"}, "remove_upload", data=lambda w: {"x": 1}),
    on_paper(
        "transfer_by_hand",
        "",
        "english",
        {200: f"{LEADERS} english_teacher class_teacher class_teacher_b"},
    ),
    on_paper("transfer_by_hand", "no lesson in the outage", "maths", {}),
    on_paper(
        "transfer_cell",
        "a pupil of 5А",
        "english",
        {200: "english_teacher class_teacher", 403: LEADERS},
        _english(student=lambda w: w.ivanov.pk),
    ),
    on_paper(
        "transfer_field",
        "",
        "english",
        {200: "english_teacher", 403: f"{LEADERS} class_teacher class_teacher_b"},
        _english(field="topic", text="Тема"),
    ),
    on_paper(
        "declare_transferred",
        "",
        "english",
        {302: "english_teacher", 403: f"{LEADERS} class_teacher class_teacher_b"},
        lambda w: {"x": 1},
        json=False,
    ),
    page(
        "own_timetable",
        "",
        "",
        {
            200: f"{WRITERS} other_teacher ivanov parent other_parent",
            302: LEADERS,  # to the school's
        },
    ),
    own_timetable("ivanov", {200: f"{LEADERS} class_teacher ivanov parent"}),
    own_timetable("sidorov", {200: f"{LEADERS} class_teacher_b parent"}),
    own_timetable("gone", {200: LEADERS}),
    page("timetable", "", "", {200: LEADERS}),
    page("move_day", "", "", {200: LEADERS}),
    page(
        "move_day",
        "POST",
        "",
        {302: LEADERS},
        data=lambda w: {"day": "2026-11-27", "to": "2026-11-26"},
    ),
    page(
        "timetable",
        "POST",
        "",
        {302: LEADERS},
        data=lambda w: {"deed": "start", "starts_on": "2026-11-30"},
    ),
    # --- substitutions: the leaders' alone ---
    page("substitutions", "", "", {200: LEADERS}),
    Row("substitutions", "POST", lambda w: _absent(w), {302: LEADERS}, data=lambda w: _arranged(w)),
    Row("undo_substitutions", "", lambda w: _undoing(w), {302: LEADERS}, data=lambda w: {}),
    page("undo_substitutions", "no such deed", "999999", {}, data=lambda w: {}),
    page("substitution_list", "", "", {200: LEADERS}),
    page("substitution_book", "", "", {200: LEADERS}),
    page("substitution_book_pdf", "", "", {200: LEADERS}),
    Row("timetable_entry", "", lambda w: _entry(w), {200: LEADERS}),
    Row(
        "timetable_entry",
        "POST",
        lambda w: _entry(w, drafted=True),
        {302: LEADERS},
        data=lambda w: {"goes": "1"},
    ),
    Row("timetable_row", "", lambda w: _draft_row(w), {200: LEADERS}),
    Row(
        "timetable_row",
        "POST",
        lambda w: _draft_row(w),
        {302: LEADERS},
        data=lambda w: {"restore": "1"},
    ),
    Row("timetable_places", "", lambda w: _places(w), {200: LEADERS}, anonymous=401, json=True),
    Row(
        "timetable_move",
        "",
        lambda w: reverse("timetable_move"),
        {200: LEADERS},
        data=lambda w: {"ids": _row(w), "was": "1.2", "text": "3.1"},
        anonymous=401,
        json=True,
    ),
    Row("timetable_around", "", lambda w: _around(w), {200: LEADERS}, anonymous=401, json=True),
    Row(
        "timetable_pdf",
        "",
        lambda w: f"{reverse('timetable_pdf')}?class={w.a5.pk}",
        {200: LEADERS},
    ),
    Row("timetable_apply", "", lambda w: _applied(w), {200: LEADERS}),
    Row(
        "timetable_apply",
        "POST",
        lambda w: _applied(w),
        {302: LEADERS},
        data=lambda w: {"seen": ""},
    ),
    page("outage_register", "", "", {200: LEADERS}),
    page("outage_register_pdf", "", "", {200: LEADERS}),
]


def _entry(w, drafted=False):
    if drafted:
        start_draft(w.year, w.future_lesson.date + 3 * ONE_DAY)
    row = w.maths.timetable.create(weekday=1, number=2, starts_on=worlds.FIRST)
    return reverse("timetable_entry", args=[row.pk])


def _row(w):
    return f"e{w.maths.timetable.create(weekday=1, number=2, starts_on=worlds.FIRST).pk}"


def _places(w):
    return f"{reverse('timetable_places')}?row={_row(w)}"


def _around(w):
    _draft_row(w)
    return f"{reverse('timetable_around')}?by=class&of={w.a5.pk}&at=1.2&at=3.1"


def _draft_row(w):
    draft = start_draft(w.year, w.future_lesson.date + 3 * ONE_DAY)
    row = add_row(draft, {"journal_id": w.maths.pk, "weekday": 1, "number": 2, "weeks": 3})
    return reverse("timetable_row", args=[row.pk])


def _applied(w):
    _draft_row(w)
    return reverse("timetable_apply")


def client_of(world, role):
    headers = {"accept": "text/html"}
    if role == "anonymous":
        return Client(headers=headers)
    person = getattr(world, role)
    user = getattr(person, "user", person)
    client = Client(headers=headers | {"x-drawn-for": str(user.pk)})
    worlds.log_in(client, user)
    return client


def written():
    """All that a POST could change, and its history."""
    return [
        list(Mark.objects.order_by("pk").values()),
        list(Absence.objects.order_by("pk").values()),
        list(AbsenceDocument.objects.order_by("pk").values()),
        list(Inquiry.objects.order_by("pk").values()),
        list(Reminder.objects.order_by("pk").values()),
        list(LessonWork.objects.order_by("pk").values()),
        list(Lesson.objects.order_by("pk").values()),
        list(Remark.objects.order_by("pk").values()),
        list(StudentCard.objects.values()),
        [m.objects.count() for m in (User, Subject, SchoolClass, Period, SchoolYear, BellSlot)],
        list(User.objects.order_by("pk").values_list("password", flat=True)),
        list(HealthRecord.objects.values()),
        list(PeriodGrade.objects.order_by("pk").values()),
        list(PeriodLock.objects.order_by("pk").values()),
        list(DraftRow.objects.order_by("pk").values()),
        list(TimetableDraft.objects.order_by("pk").values()),
        list(LateEntry.objects.exclude(excuse="").values()),
        list(Certificate.objects.order_by("pk").values()),
        list(PrintApplication.objects.order_by("pk").values()),
        list(WeeklyReport.objects.order_by("pk").values()),
        list(ReportBatch.objects.order_by("pk").values()),
        list(Outage.objects.order_by("pk").values()),
        list(TemporaryJournal.objects.order_by("pk").values()),
        [m.history.count() for m in (Mark, Absence, LessonWork, Lesson, Remark, LateEntry)],
    ]


@pytest.fixture(scope="module", autouse=True)
def drawn_once():
    """Of a text that one role was shown the next has the same PDF: it need not be drawn again."""
    real = draw.document
    with pytest.MonkeyPatch.context() as patch:
        kept = cache(lambda html: SimpleNamespace(write_pdf=cache(real(html).write_pdf)))
        patch.setattr(draw, "document", kept)
        yield


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: f"{row.name} {row.what}".strip())
def test_each_role_gets_its_status(world, row):
    world.nobody = worlds.user("nobody")
    path = row.path(world)
    before = written()
    answers = {}
    for role in ROLES:
        client = client_of(world, role)
        headers = {"accept": "application/json"} if row.json else {}
        with transaction.atomic():
            changes = connection.connection.total_changes
            if row.data:
                response = client.post(path, row.data(world), headers=headers)
            else:
                response = client.get(path, headers=headers)
            answers[role] = response.status_code
            # Where SQLite has counted no changed row all is as before, and need not be read.
            if response.status_code >= 400 and connection.connection.total_changes != changes:
                assert written() == before, f"{role} was refused and yet something was written"
            if role == "anonymous" and response.status_code == 302:
                assert response.url.startswith("/login/")
            transaction.set_rollback(True)
    assert answers == row.statuses


def addresses(patterns, namespace=""):
    """Names of all addresses of the project; the administrator's are tested as a whole."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from addresses(pattern.url_patterns, pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)


def without_a_row(patterns):
    return set(addresses(patterns)) - {row.name for row in MATRIX}


def test_every_address_has_a_row():
    assert without_a_row(get_resolver().url_patterns) == set()


def test_a_new_address_without_a_row_is_found():
    patterns = [*get_resolver().url_patterns, URLPattern("new/", lambda request: None)]
    patterns[-1].name = "brand_new"
    assert without_a_row(patterns) == {"brand_new"}


# --- the administrator's addresses ---


def admin_paths(world):
    """Every address of the administrator's site that takes no argument, or an object's key."""
    resolver = next(
        r for r in get_resolver().url_patterns if getattr(r, "namespace", "") == "admin"
    )
    for pattern in _flat(resolver.url_patterns):
        arguments = pattern.pattern.converters or pattern.pattern.regex.groups
        if pattern.name and not arguments:
            yield reverse(f"admin:{pattern.name}")
        elif pattern.name and len(getattr(pattern.pattern, "converters", ())) == 1:
            try:
                yield reverse(f"admin:{pattern.name}", args=["1"])
            except Exception:  # an application's name, no key
                continue


def _flat(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _flat(pattern.url_patterns)
        else:
            yield pattern


def test_the_administrators_addresses_exist_for_him_alone(world):
    world.nobody = worlds.user("nobody")
    paths = sorted(set(admin_paths(world)))
    assert len(paths) > 60
    for role in ROLES:
        client = client_of(world, role)
        for path in paths:
            got = client.get(path).status_code
            if role == "anonymous":
                assert got in (302, 404), path  # to the log-in page
            elif role != "admin":
                assert got == 404 or path == "/admin/logout/", (role, path, got)


# --- what is on a page that more than one may open ---


def html(world, role, path):
    return client_of(world, role).get(path).content.decode()


def test_a_class_teacher_sees_own_pupils_of_a_mixed_subgroup_only(world):
    path = reverse("grid", args=[world.english.pk])
    seen = html(world, "class_teacher_b", path)
    assert "Сидоров" in seen
    assert "Иванов" not in seen
    assert "Иванов" in html(world, "class_teacher", path)
    lesson = reverse("lesson", args=[world.english.pk, world.english_lesson.pk])
    assert "Иванов" not in html(world, "class_teacher_b", lesson)


def test_a_substitute_sees_the_substituted_lesson_only(world):
    seen = html(world, "substitute", reverse("grid", args=[world.maths.pk]))
    assert f'data-lesson="{world.substituted.pk}"' in seen
    assert f'data-lesson="{world.lesson.pk}"' not in seen
    assert f'data-lesson="{world.today_lesson.pk}"' not in seen


def test_leaders_have_nothing_to_write_in(world):
    path = reverse("grid", args=[world.maths.pk])
    marks, page = html(world, "deputy", path).split('<h2 id="page">')
    assert "<td></td>" not in marks
    assert "<textarea" not in page
    marks, page = html(world, "teacher", path).split('<h2 id="page">')
    assert "<td></td>" in marks
    assert "<textarea" in page


def test_a_missing_page_and_a_forbidden_one_look_alike(world):
    def text(path):
        page = client_of(world, "parent").get(path)
        assert page.status_code == 404
        return page.content.decode().split("<main")[1]

    assert text(f"/diary/{world.petrova.pk}/") == text("/diary/999999/")
    assert text(f"/journals/{world.maths.pk}/") == text("/journals/999999/")


@pytest.mark.parametrize("key", ["9" * 18, "9" * 19, "9" * 400, "-1", "²"])
def test_a_key_that_no_row_can_have_is_a_missing_page(world, key):
    lesson = f"/journals/{world.maths.pk}/lessons/{key}/"
    for path in (f"/journals/{key}/", lesson, f"/classes/{key}/", f"/diary/{key}/"):
        assert client_of(world, "director").get(path).status_code == 404, path
