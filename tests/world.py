"""A small school that every test can hold in its head.

Today is Wednesday, 25 November 2026, noon in Moscow. Classes 5А and 5Б of 2026/2027; mathematics in
both, Russian in 5А, English in a subgroup of pupils from both, an individual plan in mathematics.

    5А  Иванов, Петрова, Ушёл (left on 6 November), Особый (individual plan in mathematics)
    5Б  Сидоров, Новиков (came on 9 November)
"""

import datetime
import pickle
from contextlib import contextmanager
from copy import copy
from importlib import import_module
from io import BytesIO
from types import SimpleNamespace

import time_machine
from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.crypto import get_random_string
from pypdf import PdfWriter

from journal_site.models import LoginSession
from journal_site.sessions import SessionStore
from journals.models import Norm, PlannedTopic, WorkType
from school.actions.days import declare_days
from school.models import (
    BellSchedule,
    BellUse,
    DayOverride,
    Enrolment,
    GradeScale,
    GradeValue,
    GradingRule,
    GroupMembership,
    Journal,
    Lesson,
    LessonKind,
    Meaning,
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
    User,
)
from school.models.history import create_with_history
from school.models.versions import EVER
from school.projection import sync

NOON = datetime.datetime(2026, 11, 25, 9, tzinfo=datetime.UTC)
FAR = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)
TODAY = datetime.date(2026, 11, 25)
FIRST = datetime.date(2026, 9, 1)
PASSWORD = "a-password-of-tests"


def _one_blank_page():
    file, writer = BytesIO(), PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(file)
    return file.getvalue()


SCAN = _one_blank_page()


def day(month, number):
    """A day of the school year 2026/2027."""
    return datetime.date(2026 if month >= 9 else 2027, month, number)


@contextmanager
def statements():
    """A list of the statements sent meanwhile, those too that Django's log has no text of."""
    sent = []

    def heard(execute, sql, *rest):
        sent.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(heard):
        yield sent


def queries_of(client, url):
    """How many queries a page makes, what a process keeps from its first time left out."""
    client.get(url)
    with CaptureQueriesContext(connection) as made:
        assert client.get(url).status_code == 200
    return len(made)


def log_in(client, person, seen_at=None):
    """As `Client.force_login`, in one statement for its many: thousands of tests begin with it.
    What the form of log-in does is tried where it is filled in. `seen_at`: when (UTC) the person
    did something there; else the session does not end by idleness, however the clock is moved."""
    sessions = SessionStore()
    sessions[SESSION_KEY] = str(person.pk)
    sessions[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    sessions[HASH_SESSION_KEY] = person.get_session_auth_hash()
    key = get_random_string(32, VALID_KEY_CHARS)
    LoginSession.objects.create(
        session_key=key,
        session_data=sessions.encode(sessions._session),
        expire_date=sessions.get_expiry_date(),
        user=person,
        seen_at=seen_at or FAR,
    )
    client.cookies[settings.SESSION_COOKIE_NAME] = key


def user(username, last_name="Фамилия", first_name="Имя", patronymic=""):
    return User.objects.create(
        username=username,
        last_name=last_name,
        first_name=first_name,
        patronymic=patronymic,
        password=make_password(PASSWORD),
    )


def pupil(username, last_name, first_name, school_class, starts_on=FIRST, ends_on=None):
    student = Student.objects.create(user=user(username, last_name, first_name))
    Enrolment.objects.create(
        student=student, school_class=school_class, starts_on=starts_on, ends_on=ends_on
    )
    return student


MEANINGS = {
    "5": Meaning.EXCELLENT,
    "4": Meaning.GOOD,
    "3": Meaning.SATISFACTORY,
    "2": Meaning.INSUFFICIENT,
    "1": Meaning.INSUFFICIENT,
    "зч": Meaning.PASSED,
    "нз": Meaning.INSUFFICIENT,
}


def scale(name, *values):
    """A scale of (text, points) values, which mean what they usually do, or of (text, points,
    meaning)."""
    made = GradeScale.objects.create(name=name)
    rows = [
        GradeValue(
            scale=made,
            text=text,
            title=text,
            points=points,
            position=position,
            meaning=meaning[0] if meaning else MEANINGS.get(text, ""),
        )
        for position, (text, points, *meaning) in enumerate(values)
    ]
    create_with_history(GradeValue, rows)
    return made


def assign(teacher, journal, starts_on=FIRST, ends_on=None):
    return TeachingAssignment.objects.create(
        teacher=teacher, journal=journal, starts_on=starts_on, ends_on=ends_on
    )


def build():
    """The whole school in the test's database, as a namespace of its people and things."""
    w = SimpleNamespace()
    School.objects.create(name="Школа-интернат № 1", week_days=5)
    w.year = SchoolYear.objects.create(starts_on=FIRST, ends_on=day(5, 31))
    spans = [
        (day(9, 1), day(10, 25)),
        (day(11, 2), day(12, 30)),
        (day(1, 11), day(3, 24)),
        (day(4, 1), day(5, 31)),
    ]
    w.quarters = [
        Period.objects.create(
            year=w.year, kind=Period.Kind.QUARTER, number=n, starts_on=first, ends_on=last
        )
        for n, (first, last) in enumerate(spans, start=1)
    ]
    w.slots = bells(range(1, 8))

    w.director = user("director", "Директорова", "Дина", "Дмитриевна")
    w.deputy = user("deputy", "Завучева", "Зоя", "Захаровна")
    w.admin = user("admin", "Админов", "Адам")
    for person, kind in (
        (w.director, Role.Kind.DIRECTOR),
        (w.deputy, Role.Kind.DEPUTY),
        (w.admin, Role.Kind.ADMIN),
    ):
        Role.objects.create(user=person, kind=kind)
    w.teacher = user("teacher", "Матвеева", "Мария", "Михайловна")  # mathematics in both classes
    w.class_teacher = user("classteacher", "Руссова", "Раиса", "Романовна")  # leads 5А, Russian
    w.class_teacher_b = user("classteacherb", "Бэшкина", "Белла")  # leads 5Б, teaches nothing
    w.english_teacher = user("english", "Англичанова", "Анна")
    w.substitute = user("substitute", "Заменова", "Зинаида")
    w.other_teacher = user("other", "Посторонняя", "Полина")  # taught here until October

    w.a5 = SchoolClass.objects.create(
        year=w.year, number=5, letter="А", class_teacher=w.class_teacher
    )
    w.b5 = SchoolClass.objects.create(
        year=w.year, number=5, letter="Б", class_teacher=w.class_teacher_b
    )
    w.ivanov = pupil("ivanov", "Иванов", "Иван", w.a5)
    w.petrova = pupil("petrova", "Петрова", "Пелагея", w.a5)
    w.gone = pupil("gone", "Ушёл", "Устин", w.a5, ends_on=day(11, 6))
    w.special = pupil("special", "Особый", "Осип", w.a5)
    w.sidorov = pupil("sidorov", "Сидоров", "Семён", w.b5)
    w.newcomer = pupil("newcomer", "Новиков", "Никита", w.b5, starts_on=day(11, 9))

    w.parent = user("parent", "Иванова", "Инна")  # of Иванов 5А and Сидоров 5Б
    w.other_parent = user("otherparent", "Петров", "Пётр")
    for account, children in ((w.parent, [w.ivanov, w.sidorov]), (w.other_parent, [w.petrova])):
        parent = Parent.objects.create(user=account)
        for child in children:
            Parenthood.objects.create(parent=parent, student=child)

    w.five = scale(
        "Пятибалльная",
        ("5", 5),
        ("4", 4),
        ("3", 3),
        ("2", 2),
        ("1", 1),
        ("зч", None),
        ("осв", None),
    )
    w.pass_fail = scale("Зачёт/незачёт", ("зч", None), ("нз", None), ("осв", None))
    w.answer = WorkType.objects.create(name="Ответ на уроке", short_name="ОТВ", usual_order=1)
    w.classwork = WorkType.objects.create(name="Работа на уроке", short_name="РУ", usual_order=2)
    w.test = WorkType.objects.create(
        name="Контрольная работа", short_name="КР", weight=3, mark_days=3, is_control=True
    )

    def journal(group, name, its_scale=w.five):
        subject, _ = Subject.objects.get_or_create(name=name, defaults={"short_name": name[:4]})
        return Journal.objects.create(group=group, subject=subject, scale=its_scale)

    groups = {
        its_class: TeachingGroup.objects.create(
            kind=TeachingGroup.Kind.CLASS, year=w.year, name=str(its_class), school_class=its_class
        )
        for its_class in (w.a5, w.b5)
    }
    w.maths = journal(groups[w.a5], "Математика")
    w.maths_b = journal(groups[w.b5], "Математика")
    w.russian = journal(groups[w.a5], "Русский язык")
    w.subgroup = TeachingGroup.objects.create(
        kind=TeachingGroup.Kind.SUBGROUP, year=w.year, name="5 англ. 1"
    )
    w.english = journal(w.subgroup, "Английский язык")
    for student in (w.ivanov, w.sidorov):
        GroupMembership.objects.create(group=w.subgroup, student=student, starts_on=FIRST)
    w.plan = TeachingGroup.objects.create(
        kind=TeachingGroup.Kind.INDIVIDUAL, year=w.year, name="Особый О., инд. план"
    )
    w.individual = journal(w.plan, "Математика")
    GroupMembership.objects.create(group=w.plan, student=w.special, starts_on=FIRST)

    assign(w.teacher, w.maths)
    assign(w.teacher, w.maths_b)
    assign(w.class_teacher, w.russian)
    assign(w.english_teacher, w.english)
    assign(w.other_teacher, w.maths, ends_on=day(10, 25))

    # Mathematics 5А: a past lesson, yesterday's (taken by a substitute), today's, one to come.
    w.lesson = lesson(w.maths, day(11, 23), w.slots[1])
    w.substituted = lesson(w.maths, day(11, 24), w.slots[1])
    w.today_lesson = lesson(w.maths, TODAY, w.slots[1])
    w.future_lesson = lesson(w.maths, day(11, 27), w.slots[1])
    w.cancelled_lesson = lesson(w.maths, day(11, 20), w.slots[1], cancelled="карантин")
    w.early_lesson = lesson(w.maths, day(11, 5), w.slots[1])
    w.lesson_b = lesson(w.maths_b, day(11, 23), w.slots[2])
    w.english_lesson = lesson(w.english, day(11, 24), w.slots[3])
    w.russian_lesson = lesson(w.russian, TODAY, w.slots[2])
    w.individual_lesson = lesson(w.individual, day(11, 23), w.slots[1])
    with time_machine.travel(NOON - datetime.timedelta(days=2), tick=False):  # the day before
        Substitution.objects.create(lesson=w.substituted, teacher=w.substitute)
    for position, (title, hours, homework) in enumerate(
        [("Сложение дробей", 2, "§ 12, № 345"), ("Вычитание дробей", 1, "§ 13, № 350")], start=1
    ):
        PlannedTopic.objects.create(
            journal=w.maths, position=position, title=title, hours=hours, homework=homework
        )
    assert sync() == (0, 0)  # the projection has followed every fact above by itself
    return w


def following(w):
    """The next school year: the same quarters, 6А with the pupils of 5А under the same class
    teacher, and its mathematics with another teacher. The assignments of this year have ended."""
    ends_on, first = w.year.ends_on, datetime.date(2027, 9, 1)
    TeachingAssignment.objects.filter(ends_on=None).update(ends_on=ends_on)
    w.next_year = SchoolYear.objects.create(starts_on=first, ends_on=datetime.date(2028, 5, 31))
    w.a6 = SchoolClass.objects.create(
        year=w.next_year, number=6, letter="А", class_teacher=w.class_teacher
    )
    group = TeachingGroup.objects.create(
        kind=TeachingGroup.Kind.CLASS, year=w.next_year, name="6А", school_class=w.a6
    )
    w.maths_6 = Journal.objects.create(group=group, subject=w.maths.subject, scale=w.five)
    assign(w.other_teacher, w.maths_6, first)
    Enrolment.objects.filter(ends_on=None).update(ends_on=ends_on)
    for student in (w.ivanov, w.petrova, w.special):
        Enrolment.objects.create(student=student, school_class=w.a6, starts_on=first)
    sync()
    return w


def hour(number):
    """The fields of a lesson of that number by the bells of `bells`."""
    return {
        "number": number,
        "starts_at": datetime.time(8 + number),
        "ends_at": datetime.time(8 + number, 40),
    }


def bells(numbers):
    """BellSlots that ring for the whole school: at 9, at 10, …; of 40 minutes."""
    schedule = BellSchedule.objects.create(name="Основное")
    BellUse.objects.create(schedule=schedule, starts_on=FIRST)
    return [schedule.slots.create(**hour(number)) for number in numbers]


def lesson(journal, date, slot, **fields):
    """A lesson that has stood in the timetable since September."""
    fields = {"known_at": None, "kind": journal.lesson_kind} | slot.hour._asdict() | fields
    return Lesson.objects.create(journal=journal, date=date, **fields)


def special(first, reason="", kind=DayOverride.Kind.OFF, last=None, **fields):
    """A DayOverride, not saved: of one day, for the whole school, if nothing else is said."""
    return DayOverride(starts_on=first, ends_on=last or first, kind=kind, reason=reason, **fields)


def day_off(*said, **fields):
    """The same, declared."""
    made = special(*said, **fields)
    declare_days(made)
    return made


_kept = []  # the pickled namespace, the rows of the school built first, the numbers of that time
_inserts = []  # the statements that put the rows back, with the numbers of what is GIVEN now
GIVEN = (ContentType, Permission)  # made by migrations, and anew after a test that commits


def given_anew():
    """What is GIVEN was made anew and may have other numbers: they are read again."""
    _inserts.clear()


def give():
    """Fill an emptied database with what migrations fill in, but for its histories."""
    GradingRule.objects.bulk_create([GradingRule(starts_on=EVER)])
    kinds = import_module("school.migrations.0028_lesson_kinds_filled").rows()
    LessonKind.objects.bulk_create(LessonKind(pk=n, **row) for n, row in enumerate(kinds, 1))
    norms = import_module("journals.migrations.0020_fill_norms").rows()
    Norm.objects.bulk_create(Norm(starts_on=EVER, **row) for row in norms)


@transaction.atomic
def stands():
    """The same as `build`, put back row by row after the first time: every test has a school of its
    own for a two-hundredth of what building one takes."""
    if not _kept:
        _kept[:] = pickle.dumps(build()), _rows(), _numbers()
    elif not _inserts:
        _inserts[:] = _insert(_numbered(_numbers()))
    else:
        with connection.cursor() as cursor:
            for statement in _inserts:
                cursor.execute(*statement)
    return pickle.loads(_kept[0])


def _numbered(numbers):
    """(model, its rows) as they were kept, pointing to what is GIVEN by the numbers of now."""
    _, rows, then = _kept
    now = {model: {name: pk for pk, name in found.items()} for model, found in numbers.items()}
    for model, found in rows:
        for field in model._meta.concrete_fields:
            if field.related_model in GIVEN:
                names = then[field.related_model]
                found = [copy(row) for row in found]
                for row in found:
                    name = names[getattr(row, field.attname)]
                    setattr(row, field.attname, now[field.related_model][name])
        yield model, found


def _insert(rows):
    """Insert them: the statements that did it, [(SQL, values)], for the next time. To compose them
    takes longer than to run them."""
    sent = []

    def heard(execute, sql, params, *rest):
        if sql.startswith("INSERT"):
            sent.append((sql, params))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(heard):
        for model, found in rows:
            model._base_manager.bulk_create(found)
    return sent


def _rows():
    """[(model, its rows)] of what no migration makes."""
    given = {*GIVEN}.union(*((one, one.history.model) for one in (GradingRule, LessonKind, Norm)))
    made = [model for model in apps.get_models() if model not in given]
    return [(model, list(model._base_manager.all())) for model in made]


def _numbers():
    """{model: {key: natural name}} of what is GIVEN."""
    types = {
        pk: tuple(name) for pk, *name in ContentType.objects.values_list("pk", "app_label", "model")
    }
    rights = Permission.objects.values_list("pk", "content_type", "codename")
    return {
        ContentType: types,
        Permission: {pk: (types[its_type], name) for pk, its_type, name in rights},
    }
