"""A school of adapted programmes through a whole year, from 1 September to 31 August: three scales
and a subject without marks, an individual plan that ends in March, an exam class, two namesakes, a
deputy who teaches. At each period's end every report is drawn; what is told is computed once more
here from what was typed."""

import datetime
from collections import defaultdict
from fractions import Fraction
from io import BytesIO
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from openpyxl import load_workbook

from attendance.refusals import Refused
from diaries.actions.applications import register_application
from diaries.actions.batches import draw_waiting_batches, request_weeks_batch
from diaries.actions.handing import hand_out
from diaries.models import ReportDuty
from diaries.queries.grades import grades
from journal_site.actions import send_leader_digests, send_teacher_digests
from journals.actions.certificates import certify
from journals.actions.entries import save_cell, save_field
from journals.actions.grades import GradeEntry, save_grades
from journals.actions.locks import lock_period, unlock_journal
from journals.actions.review import excuse
from journals.actions.watch import sweep
from journals.models import LateEntry, WorkType
from journals.queries.grade_book import grade_book
from journals.queries.register import register
from journals.queries.summary import class_summary
from school import access
from school.models import (
    GradeScale,
    GroupMembership,
    Journal,
    Meaning,
    Parent,
    Parenthood,
    Period,
    Role,
    School,
    SchoolClass,
    SchoolYear,
    Subject,
    TeachingGroup,
    User,
)
from school.projection import sync
from school.rights import JournalRights
from tests import world as worlds
from tests.pdf import pages
from tests.world import FIRST, day

pytestmark = pytest.mark.any_database

MOSCOW = ZoneInfo("Europe/Moscow")
WEEK = datetime.timedelta(days=7)
FIVE = [("5", 5), ("4", 4), ("3", 3), ("2", 2)]
LEVELS = [
    ("выс", 3, Meaning.EXCELLENT),
    ("баз", 2, Meaning.SATISFACTORY),
    ("ниже", 1, Meaning.INSUFFICIENT),
]
# What a pupil gets in each journal: one mark a week, in turn.
TYPED = {
    "maths": ["5", "4", "4", "3"],
    "practicum": ["3", "3", "4"],
    "craft": ["9", "7", "10"],
    "plan": ["баз", "выс"],
    "sport": ["зч"],
    "life": [],
}
LEFT_ON = day(3, 14)  # the individual plan's last day


def at(date, hour=15):
    return datetime.datetime.combine(date, datetime.time(hour), MOSCOW)


def build():
    """The school, as a namespace."""
    w = SimpleNamespace()
    School.objects.create(name="Школа-интернат № 2", week_days=5)
    w.year = SchoolYear.objects.create(
        starts_on=FIRST, ends_on=day(5, 31), exams_due_on=day(6, 20), finals_due_on=day(6, 25)
    )
    spans = [
        (day(9, 1), day(10, 25)),
        (day(11, 2), day(12, 30)),
        (day(1, 11), day(3, 24)),
        (day(4, 1), day(5, 31)),
    ]
    w.quarters = [
        Period.objects.create(year=w.year, kind="quarter", number=n, starts_on=first, ends_on=last)
        for n, (first, last) in enumerate(spans, start=1)
    ]
    w.slots = worlds.bells(range(1, 7))
    w.director = worlds.user("director", "Директорова", "Дина")
    w.deputy = worlds.user("deputy", "Завучева", "Зоя")
    w.other_deputy = worlds.user("deputy2", "Замова", "Зинаида")
    w.teacher = worlds.user("teacher", "Матвеева", "Мария")
    for user, kind in (
        (w.director, Role.Kind.DIRECTOR),
        (w.deputy, Role.Kind.DEPUTY),
        (w.other_deputy, Role.Kind.DEPUTY),
    ):
        Role.objects.create(user=user, kind=kind)
    w.a9 = SchoolClass.objects.create(year=w.year, number=9, letter="А", class_teacher=w.teacher)
    w.first, w.second, w.special, w.petrova = (
        worlds.pupil(f"pupil{n}", last, first, w.a9)
        for n, (last, first) in enumerate(
            [("Иванов", "Иван"), ("Иванов", "Иван"), ("Особый", "Олег"), ("Петрова", "Пелагея")]
        )
    )
    for student, patronymic in ((w.first, "Петрович"), (w.second, "Иванович")):
        student.user.patronymic = patronymic
        student.user.save()
    w.parent = worlds.user("parent", "Иванова", "Инна")
    parent = Parent.objects.create(user=w.parent)
    Parenthood.objects.create(parent=parent, student=w.first)
    five, ten = (
        worlds.scale("Пятибалльная", *FIVE),
        worlds.scale("Десятибалльная", *[(str(n), n) for n in range(10, 0, -1)]),
    )
    levels = worlds.scale("Три уровня", *LEVELS)
    passing, unmarked = worlds.scale("Зачёт", ("зч", None)), GradeScale.objects.create(name="Без")
    own = TeachingGroup.objects.create(kind="class", year=w.year, name="9А", school_class=w.a9)
    club = TeachingGroup.objects.create(kind="subgroup", year=w.year, name="9А практикум")
    plan = TeachingGroup.objects.create(kind="individual", year=w.year, name="Особый О., план")
    for student in (w.first, w.second):
        GroupMembership.objects.create(group=club, student=student, starts_on=FIRST)
    w.membership = GroupMembership.objects.create(group=plan, student=w.special, starts_on=FIRST)
    maths = Subject.objects.create(name="Математика", short_name="Мате")
    others = [
        Subject.objects.create(name=name, short_name=name[:4])
        for name in ("Труд", "Физкультура", "Ориентировка", "Практикум по математике")
    ]
    w.journals = {
        key: Journal.objects.create(group=group, subject=subject, scale=scale, has_exam=exam)
        for key, group, subject, scale, exam in (
            ("maths", own, maths, five, True),
            ("practicum", club, others[3], five, False),
            ("plan", plan, maths, levels, False),
            ("craft", own, others[0], ten, False),
            ("sport", own, others[1], passing, False),
            ("life", own, others[2], unmarked, False),
        )
    }
    for key, journal in w.journals.items():
        worlds.assign(w.deputy if key == "craft" else w.teacher, journal)
    WorkType.objects.create(name="Ответ на уроке", short_name="ОТВ", usual_order=1)
    return w


def learners(w, key, on):
    everybody = [w.first, w.second, w.special, w.petrova]
    if key == "practicum":
        return [w.first, w.second]
    if key == "plan":
        return [w.special] if on <= LEFT_ON else []
    if key == "maths" and on <= LEFT_ON:
        return [one for one in everybody if one != w.special]
    return everybody


@pytest.fixture
def year(db, login):
    """The school on 31 August, and what was seen on the way: it is lived through once."""
    with time_machine.travel(at(FIRST, 7), tick=False) as clock:
        w = build()
        w.typed, w.login, w.clock = defaultdict(list), login, clock
        w.lessons = [
            (period, date, key, worlds.lesson(w.journals[key], date, slot))
            for period, date, key, slot in places(w)
        ]
        w.application = register_application(w.first, "Иванова Инна", FIRST, FIRST)
        sync()
        yield w


def places(w):
    """(period, date, journal, slot) of a lesson a week of each journal."""
    for period in w.quarters:
        date = period.starts_on
        while date <= period.ends_on:
            for place, (key, slot) in enumerate(zip(w.journals, w.slots, strict=True)):
                if date.weekday() == place % 5:
                    yield period, date, key, slot
            date += datetime.timedelta(days=1)


def hold_lessons(w, period):
    """Everything of a period is written in time, but the deputy's last topics. In March the
    individual plan ends."""
    for number, (_, date, key, lesson) in enumerate(one for one in w.lessons if one[0] == period):
        w.clock.move_to(at(date))
        if date > LEFT_ON and w.membership.ends_on is None:
            w.membership.ends_on = LEFT_ON
            w.membership.save()
        if not (pupils := learners(w, key, date)):
            continue
        journal, texts = w.journals[key], TYPED[key]
        save_field(journal, lesson.pk, "attendance", "", "все")
        save_field(journal, lesson.pk, "homework", "", "не задано")
        if key != "craft" or date < period.ends_on - WEEK:
            save_field(journal, lesson.pk, "topic", "", f"Тема {number}")
        for place, student in enumerate(pupils if texts else []):
            text = texts[(number + place) % len(texts)]
            save_cell(journal, lesson.pk, student.pk, "", text)
            w.typed[key, student.pk, period.pk].append(text)
        if date.isoweekday() == 5:
            w.clock.move_to(at(date, 18))
            if date + WEEK > period.ends_on:
                request_weeks_batch()
                draw_waiting_batches()
            hand_out([], [w.application], date, "", w.other_deputy)


def grade_all(w, column, on, keys=tuple(TYPED)):
    """On a day everybody gets what is suggested, or what his teacher thinks; {(journal, student):
    the text}."""
    w.clock.move_to(at(on, 12))
    given = {}
    for key in keys:
        book = grade_book(w.journals[key])
        if column not in {one.key for one in book.columns if not one.scale.is_unmarked}:
            continue
        for student in learners(w, key, min(on, day(5, 31))):
            usual = {"sport": "зч", "craft": "8", "plan": "баз"}.get(key, "4")
            text = book.suggestion(book.column(column), student.pk) or usual
            given[key, student.pk] = text
        who = w.deputy if key == "craft" else w.teacher
        entries = [
            GradeEntry(column, student, "", text, True)
            for (of, student), text in given.items()
            if of == key
        ]
        save_grades(w.journals[key], who, entries)
    return given


# --- what is told, computed once more ---

POINTS = dict(FIVE) | {text: points for text, points, _ in LEVELS}
POINTS |= {str(n): n for n in range(6, 11)}


def mean(texts):
    """As a text; «» where nothing has points."""
    points = [POINTS[text] for text in texts if text in POINTS]
    if not points:
        return ""
    hundredths = Fraction(100 * sum(points), len(points))
    rounded = int(hundredths + Fraction(1, 2))
    return f"{rounded // 100},{rounded % 100:02}"


def check_averages(w, period):
    """Of each subject by itself: in its register, and in the diary under its own name."""
    whole = JournalRights(sees_all=True, writes_all=True)
    for key, journal in w.journals.items():
        for row in register(journal, period, whole).rows:
            student = row.attendee.student_id
            assert row.average == mean(w.typed[key, student, period.pk]), (key, period)
    names = {"maths": "Математика", "practicum": "Практикум по математике", "craft": "Труд"}
    rows = {row.subject: row.average for row in grades(w.first, period)}
    for key, name in names.items():
        assert rows[name] == mean(w.typed[key, w.first.pk, period.pk])


def check_summary(w, period, given):
    """Means of one scale each; namesakes told apart, in one order; the table to take away."""
    table = class_summary(w.a9, period)
    scales = {scale.name: scale for scale in table.scales}
    assert list(scales) == ["Пятибалльная", "Десятибалльная", "Три уровня"][: len(scales)]
    for row in table.rows:
        for name, keys in (
            ("Пятибалльная", ("maths", "practicum")),
            ("Десятибалльная", ("craft",)),
        ):
            texts = [given[key, row.student.pk] for key in keys if (key, row.student.pk) in given]
            told = row.mean(scales[name])
            assert (str(told).replace(".", ",") if told is not None else "") == mean(texts)
    names = [row.name for row in table.rows]
    assert names[:2] == ["Иванов Иван Иванович", "Иванов Иван Петрович"]
    url = f"/classes/{w.a9.pk}/summary/?period={period.pk if period else 'year'}&format=xlsx"
    book = load_workbook(BytesIO(w.login(w.deputy).get(url).content))
    rows = list(book.active.values)
    assert [row[1] for row in rows[1 : len(names) + 1]] == names


def draw_everything(w, period):
    """Every page and print about a period (None: the year), as its readers open them."""
    key = period.pk if period else "year"
    summary = f"/classes/{w.a9.pk}/summary"
    asked = {
        w.deputy: [
            "/",
            "/review/",
            "/review/late/",
            "/review/history/",
            "/review/locks/",
            "/leaders/",
            f"{summary}/?period={key}",
            f"/classes/{w.a9.pk}/attendance/",
            "/reports/weekly/",
            *(f"/journals/{one.pk}/grades/" for one in w.journals.values()),
            *(f"/journals/{one.pk}/?period={key}" for one in w.journals.values() if period),
        ],
        w.teacher: ["/", f"/students/{w.first.pk}/card/", f"/journals/{w.journals['plan'].pk}/"],
        w.parent: [f"/diary/{w.first.pk}/", f"/diary/{w.first.pk}/grades/?period={key}"],
    }
    for person, paths in asked.items():
        client = w.login(person)
        for path in paths:
            assert client.get(path).status_code == 200, path
    client = w.login(w.director)
    (paper,) = pages(client.get(f"{summary}.pdf?period={key}").content)
    assert paper.index("Иванов Иван Иванович") < paper.index("Иванов Иван Петрович")
    for name in ("maths", "practicum", "craft", "plan", "sport", "life"):
        query = f"?period={key}" if period else ""
        book = client.get(f"/journals/{w.journals[name].pk}/print.pdf{query}")
        assert "Матвеева" in "".join(pages(book.content)) or name == "craft"
    week = client.get(f"/diary/{w.first.pk}/week.pdf").content
    assert "Иванов Иван" in pages(week)[0]


# --- the year ---


def open_entries():
    return LateEntry.objects.filter(settled_at=None, excuse="")


def test_a_year(year):
    w = year
    for period in w.quarters:
        hold_lessons(w, period)
        given = grade_all(w, f"p{period.pk}", period.ends_on - datetime.timedelta(days=1))
        check_averages(w, period)
        check_summary(w, period, given)
        if period == w.quarters[-1]:
            of_year = grade_all(w, "year", period.ends_on)
            check_summary(w, None, of_year)
        w.clock.move_to(at(period.ends_on + datetime.timedelta(days=1), 9))
        sweep()
        late = list(open_entries().order_by("pk"))
        assert {(one.kind, one.journal) for one in late} == {("topic", w.journals["craft"])}
        # Nobody judges himself (4.2): the deputy teaches craft.
        with pytest.raises(Refused, match="ваши собственные"):
            excuse([late[0].pk], w.deputy, "забыла")
        assert excuse([late[0].pk], w.other_deputy, "болезнь") == 1
        lock_period(period.pk, w.other_deputy)
        with pytest.raises(Refused):
            unlock_journal(w.journals["craft"], period, w.deputy, 1, "забыла тему")
        for name in ("maths", "craft"):
            journal, granted = access.whole_journal(w.director, w.journals[name].pk)
            certify(journal, granted, period, w.director)
        draw_everything(w, period)
        # What is closed is owed by nobody: not at home, not in a letter.
        for person in (w.deputy, w.teacher):
            html = w.login(person).get("/").content.decode()
            assert "опоздание" not in html
    draw_everything(w, None)
    # The exam and what follows from it are due in June, though all periods are closed.
    w.clock.move_to(at(day(6, 15)))
    sweep()
    maths = f"/journals/{w.journals['maths'].pk}/grades/"
    assert maths in w.login(w.teacher).get("/").content.decode()
    assert not open_entries().filter(kind="exams").exists()
    w.clock.move_to(at(day(6, 21), 9))
    sweep()
    assert open_entries().filter(kind="exams").count() == 1  # the final ones until the 25th
    grade_all(w, "exam", day(6, 22), ["maths"])
    grade_all(w, "final", day(6, 23), ["maths"])
    assert not open_entries().filter(kind="exams").exists()
    assert maths not in w.login(w.teacher).get("/").content.decode()
    draw_everything(w, None)
    html = w.login(w.parent).get(f"/diary/{w.first.pk}/grades/").content.decode()
    assert '<th scope="col">Итоговая</th>' in html
    # In vacations no report is owed (2.12), in August nobody is told of anything.
    w.clock.move_to(at(day(8, 31)))
    sweep()
    taught = {date for _, date, *_ in w.lessons}
    for due_on in ReportDuty.objects.values_list("due_on", flat=True):
        assert any(0 <= (due_on - date).days <= 7 for date in taught), due_on
    mail.outbox.clear()
    User.objects.update(email="somebody@school.example")
    assert send_teacher_digests() == send_leader_digests() == 0
    # A lesson that nobody attends owes nothing, and is offered to be cancelled.
    left = [one.pk for _, date, key, one in w.lessons if key == "plan" and date > LEFT_ON]
    assert left
    assert not LateEntry.objects.filter(lesson__in=left).exists()
    assert LateEntry.objects.filter(settled_at=None).values("kind").distinct().count() <= 1
