"""The director certifies a journal of a closed period; a later change is seen (4.1)."""

import datetime
import hashlib
import re
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader

from attendance.models import Absence
from attendance.refusals import Refused
from journals.actions import certificates
from journals.actions import certificates as journals_certificates
from journals.actions.entries import save_cell, save_field
from journals.actions.review import make_remark
from journals.models import Certificate, PeriodGrade, WorkType
from journals.queries import book as journals_book
from journals.queries.book import contents
from journals.queries.certificates import certified_periods
from journals.queries.search import search
from school.actions.lessons import cancel_lesson
from school.models import (
    Enrolment,
    GroupMembership,
    Lesson,
    PeriodLock,
    School,
    StudentCard,
    Subject,
    Unlock,
    User,
)
from school.private import private_files
from school.rights import JournalRights
from tests import world as worlds
from tests.journals.test_concurrency import at_once
from tests.pdf import pages
from tests.school.test_signing import PASSWORD, make_key, verify
from tests.world import NOON, assign, build, day, pupil, queries_of

EVERYTHING = JournalRights(sees_all=True, writes_all=False)


def close(w):
    return PeriodLock.objects.create(period=w.quarters[1], locked_by=w.deputy)


@pytest.fixture
def closed(world):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "5")
    close(world)
    return world


def certify(w, **changed):
    asked = {"journal": w.maths, "period": w.quarters[1], "person": w.director} | changed
    return journals_certificates.certify(granted=EVERYTHING, **asked)


@contextmanager
def corrections(w, journal=None):
    """The journal is open for a moment."""
    now = timezone.now()
    unlock = Unlock.objects.create(
        journal=journal or w.maths,
        period=w.quarters[1],
        until=now + datetime.timedelta(hours=1),
        reason="ошибка",
        made_by=w.deputy,
        made_at=now,
    )
    yield
    unlock.delete()


def certified(w, period=None, *, kept=True):
    """The row of a certificate whose file is of no interest; not `kept`: as it was made before the
    contents were kept."""
    period = period or w.quarters[1]
    return Certificate.objects.create(
        journal=w.maths,
        period=period,
        certified_by=w.director,
        certified_at=timezone.now(),
        file="none.pdf",
        contents=contents(journals_book.book(w.maths, period, EVERYTHING)) if kept else None,
    )


def states(w):
    """{certificate's key: whether the journal was changed since}."""
    periods = certified_periods(w.maths, timezone.now())
    return {one.pk: one.is_changed for period in periods for one in period.certificates}


def archive():
    """All files that lie in private storage."""
    return [path for path in Path(private_files().location).rglob("*") if path.is_file()]


def address(w):
    return f"/journals/{w.maths.pk}/certificates/"


def typed(w, **changed):
    """What the director sends to certify."""
    return {"period": w.quarters[1].pk, "password": worlds.PASSWORD} | changed


def test_from_the_button_to_the_archived_file(closed, login):
    w, director, teacher = closed, login(closed.director), login(closed.teacher)
    page = director.get(address(w)).content.decode()
    assert page.count("Период не закрыт") == 3
    assert page.count('<button class="main"') == 1
    answer = director.post(address(w), typed(w), follow=True)
    assert "журнал заверен" in answer.content.decode()
    made = Certificate.objects.get()
    assert (made.journal, made.period, made.certified_by) == (w.maths, w.quarters[1], w.director)
    assert (made.certified_at, made.is_signed) == (NOON, False)
    for client in (director, teacher):
        page = client.get(address(w)).content.decode()
        assert made.sha256 in page
        assert "25.11.2026 в 12:00, Директорова\xa0Д.\xa0Д., директор с 25.11.2026" in page
        assert "Изменён после заверения" not in page
        assert '<button class="main"' not in page
    file = teacher.get(f"{address(w)}{made.pk}/file/")
    pdf = b"".join(file.streaming_content)
    assert hashlib.sha256(pdf).hexdigest() == made.sha256
    assert "Иванов Иван" in "".join(pages(pdf))
    metadata = PdfFileReader(BytesIO(pdf)).root["/Metadata"].data.decode()
    assert re.findall(r'pdfaid:(part|conformance)="(\w)"', metadata) == [
        ("part", "2"),
        ("conformance", "U"),
    ]
    found = search(0, 10, journal=w.maths.pk)[0]
    assert any(line.kind == "заверенный журнал" for line in found)


def test_it_is_signed_where_there_is_a_key(closed, settings, tmp_path):
    path, root = make_key(tmp_path)
    settings.SIGNING_KEY = str(path)
    made = certify(closed, key_password=PASSWORD)
    assert made.is_signed
    pdf = made.file.read()
    assert hashlib.sha256(pdf).hexdigest() == made.sha256
    signature, status = verify(pdf, root)
    assert status.bottom_line
    assert "5А, Математика, 2 четверть" in signature.sig_object["/Reason"]


def test_only_a_closed_period(world):
    with pytest.raises(Refused, match="не закрыт"):
        certify(world)
    lock = close(world)
    with pytest.raises(Refused, match="не закрыт"):
        certify(world, period=world.quarters[0])
    lock.delete()
    assert not archive()


def test_not_while_it_is_open_for_corrections(closed, noon, login):
    Unlock.objects.create(
        journal=closed.maths,
        period=closed.quarters[1],
        until=NOON.replace(hour=15),
        reason="ошибка",
        made_by=closed.deputy,
        made_at=NOON,
    )
    with pytest.raises(Refused, match=r"открыт для исправлений до 25.11.2026 18:00"):
        certify(closed)
    page = login(closed.director).get(address(closed)).content.decode()
    assert "Открыт для исправлений до 25.11.2026 18:00" in page
    assert '<button class="main"' not in page
    certify(closed, journal=closed.russian)
    noon.shift(7 * 3600)
    certify(closed)


def test_the_same_twice_is_refused(closed, login):
    certify(closed)
    answer = login(closed.director).post(address(closed), typed(closed))
    page = answer.content.decode()
    assert f"уже заверен: {closed.director.short_name}, 25.11.2026 в 12:00.<" in page
    assert Certificate.objects.count() == len(archive()) == 1


def _mark(w):
    save_cell(w.maths, w.lesson.pk, w.ivanov.pk, "5", "4")


def _erased_mark(w):
    save_cell(w.maths, w.lesson.pk, w.ivanov.pk, "5", "")


def _erased_work(w):
    _erased_mark(w)
    work = w.lesson.works.get()
    save_field(w.maths, w.lesson.pk, "works", str(work.work_type_id), "")


def _absence(w):
    save_cell(w.maths, w.lesson.pk, w.petrova.pk, "", "н")


def _topic(w):
    save_field(w.maths, w.lesson.pk, "topic", "", "Другая тема")


def _lost_lesson(w):
    Lesson.objects.get(pk=w.future_lesson.pk).delete()


def _moved_lesson(w):
    lesson = Lesson.objects.get(pk=w.early_lesson.pk)
    lesson.date = day(10, 5)
    lesson.save()


def _substitution(w):
    w.substituted.substitution.delete()


def _grade(w):
    PeriodGrade.objects.create(
        journal=w.maths,
        student=w.ivanov,
        kind=PeriodGrade.Kind.PERIOD,
        period=w.quarters[1],
        value=w.five.values.get(text="5"),
        set_by=w.teacher,
    )


WRITTEN = [
    _mark,
    _erased_mark,
    _erased_work,
    _absence,
    _topic,
    _moved_lesson,
    _substitution,
    _grade,
]


def _cancelled_lesson(w):
    cancel_lesson(w.lesson, "карантин")


def _enrolment(w):
    Enrolment.objects.filter(student=w.petrova).update(ends_on=day(11, 10))


def _newcomer(w):
    pupil("late", "Андреев", "Антон", w.a5, starts_on=day(11, 10))


def _membership(w):
    GroupMembership.objects.filter(student=w.special).update(ends_on=day(11, 10))


def _assignment(w):
    w.maths.assignments.filter(teacher=w.teacher).update(starts_on=day(11, 20))


def _class_teacher(w):
    w.a5.class_teacher = w.deputy
    w.a5.save()


def _scale(w):
    w.five.values.filter(text="5").update(text="6")


def _points(w):
    w.five.values.filter(text="5").update(points=4)


def _work_type(w):
    WorkType.objects.filter(pk=w.answer.pk).update(name="Ответ у доски")


def _name(w):
    User.objects.filter(pk=w.ivanov.user_id).update(last_name="Петров-Водкин")


def _subject(w):
    Subject.objects.filter(pk=w.maths.subject_id).update(name="Алгебра")


def _school(w):
    School.objects.update(name="Школа-интернат № 2")


READ_WITH = [
    _cancelled_lesson,
    _enrolment,
    _newcomer,
    _membership,
    _assignment,
    _class_teacher,
    _scale,
    _points,
    _work_type,
    _name,
    _subject,
    _school,
]


@pytest.mark.parametrize(
    ("change", "kept"),
    [(one, kept) for one in WRITTEN for kept in (True, False)]
    + [(one, True) for one in READ_WITH]
    + [(_lost_lesson, False)],  # it was yet to come, and so not in the book
)
def test_any_later_change_is_seen(closed, noon, login, change, kept):
    certified(closed, kept=kept)
    noon.shift(60)
    with corrections(closed):
        change(closed)
    page = login(closed.deputy).get(address(closed)).content.decode()
    assert page.count("Изменён после заверения") == 1


def test_what_is_different_is_named(closed, noon, login):
    certified(closed)
    noon.shift(60)
    with corrections(closed):
        _mark(closed)
        _topic(closed)
    page = login(closed.director).get(address(closed)).content.decode()
    assert "Что изменилось: 3" in page
    assert "Иванов Иван, 23.11.2026, 2-й урок: было «5», стало «4»" in page
    assert "Иванов Иван, средний балл: было «5,00», стало «4,00»" in page
    assert "23.11.2026, 2-й урок, тема: появилось «Другая тема»" in page


def test_what_was_put_right_again_says_what_was_certified(closed, noon):
    certificate = certified(closed)
    noon.shift(60)
    with corrections(closed):
        _mark(closed)
        save_cell(closed.maths, closed.lesson.pk, closed.ivanov.pk, "4", "5")
    assert states(closed) == {certificate.pk: False}


@pytest.mark.parametrize("kept", [True, False])
def test_remarks_are_printed_apart_and_change_nothing(closed, noon, kept):
    certificate = certified(closed, kept=kept)
    noon.shift(60)
    make_remark(closed.maths, closed.lesson, closed.deputy, "Мало отметок")
    assert states(closed) == {certificate.pk: False}


def test_what_comes_after_the_period_changes_nothing(closed, noon):
    """A pupil who leaves in the next quarter, a teacher who comes then."""
    certificate = certified(closed)
    noon.shift(60)
    Enrolment.objects.filter(student=closed.petrova).update(ends_on=day(1, 20))
    assign(closed.other_teacher, closed.maths, starts_on=day(1, 11))
    assert states(closed) == {certificate.pk: False}


def test_what_was_changed_is_certified_again_and_both_are_kept(closed, noon):
    old = certify(closed)
    noon.shift(60)
    with corrections(closed):
        _mark(closed)
    again = certify(closed)
    assert states(closed) == {old.pk: True, again.pk: False}
    assert old.sha256 != again.sha256
    assert {hashlib.sha256(path.read_bytes()).hexdigest() for path in archive()} == {
        old.sha256,
        again.sha256,
    }


def test_what_does_not_concern_it_changes_nothing(closed, noon):
    certificates = [certified(closed), certified(closed, kept=False)]
    noon.shift(60)
    made = {"journal": closed.maths, "kind": closed.maths.lesson_kind, "date": day(10, 5)}
    lesson = Lesson.objects.create(**made, **worlds.hour(2))
    save_cell(closed.maths, lesson.pk, closed.ivanov.pk, "", "5")
    with corrections(closed, closed.russian):
        save_cell(closed.russian, closed.russian_lesson.pk, closed.ivanov.pk, "", "5")
    Absence.objects.create(lesson=closed.lesson_b, student=closed.sidorov, reason="н")
    make_remark(closed.maths, lesson, closed.deputy, "О другой четверти")
    year_grade(closed)
    assert states(closed) == {one.pk: False for one in certificates}


def year_grade(w):
    PeriodGrade.objects.create(
        journal=w.maths,
        student=w.ivanov,
        kind=PeriodGrade.Kind.YEAR,
        value=w.five.values.get(text="5"),
        set_by=w.teacher,
    )


def test_the_years_grades_are_certified_with_the_last_period(closed, noon):
    year_grade(closed)
    last = closed.quarters[3]
    printed = journals_book.book(closed.maths, last, EVERYTHING)
    assert printed.grade_heads[-2:] == ["4 четверть", "Год"]
    assert ["5"] in [texts[-1:] for _, texts in printed.grades]
    assert journals_book.book(closed.maths, closed.quarters[1], EVERYTHING).grade_heads == [
        "2 четверть"
    ]
    rows = [certified(closed, last), certified(closed, last, kept=False)]
    assert states(closed) == {one.pk: False for one in rows}
    noon.shift(60)
    PeriodGrade.objects.get().delete()
    assert states(closed) == {one.pk: True for one in rows}


def test_a_file_that_is_gone_is_a_missing_page(closed, login):
    row = certified(closed)
    path = f"{address(closed)}{row.pk}/file/"
    assert login(closed.director).get(path).status_code == 404


def test_a_change_while_it_is_drawn_is_refused(closed, noon, monkeypatch):
    drawn = certificates.book_pdf

    def slowly(book, **options):
        noon.shift(1)
        with corrections(closed):
            _mark(closed)
        noon.shift(1)
        return drawn(book, **options)

    monkeypatch.setattr(certificates, "book_pdf", slowly)
    with pytest.raises(Refused, match="что-то изменили"):
        certify(closed)
    assert not Certificate.objects.exists()
    assert not Certificate.history.exists()
    assert not archive()


def test_a_key_that_does_not_open_leaves_nothing(closed, settings, login):
    settings.SIGNING_KEY = "/nowhere.p12"
    told = typed(closed, key_password=PASSWORD)
    answer = login(closed.director).post(address(closed), told)
    assert "Ключ электронной подписи не открывается" in answer.content.decode()
    assert not Certificate.objects.exists()
    assert not archive()


def test_queries_do_not_grow(closed, noon, login):
    certified(closed)
    before = queries_of(login(closed.director), address(closed))
    for number in range(3):
        noon.shift(60)
        was, topic = f"Т{number}" if number else "", f"Т{number + 1}"
        with corrections(closed):
            save_field(closed.maths, closed.lesson.pk, "topic", was, topic)
        certified(closed)
    assert queries_of(login(closed.director), address(closed)) <= before


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_certifies(transactional_db, noon):
    w = build()
    close(w)
    raised = at_once([lambda: certify(w), lambda: certify(w)])
    (refusal,) = [error for error in raised if error is not None]
    assert isinstance(refusal, Refused)
    assert "уже заверен" in str(refusal)
    assert Certificate.objects.count() == len(archive()) == 1


# --- names ---


def namesake(w, patronymic="Петрович"):
    """Of Иванов, in the class since before it was certified."""
    made = pupil("namesake", "Иванов", "Иван", w.a5)
    made.user.patronymic = patronymic
    made.user.save()
    return made


def as_it_was_kept_before(certificate):
    """With a pupil's number in the list, sorted as then, and without the names of namesakes."""
    kept = certificate.contents
    pupils = sorted((text, key) for key, (_, text) in kept.items() if key.startswith("pupil "))
    for number, (text, key) in enumerate(reversed(pupils), start=1):
        kept[key][1] = f"{number}. {text}"
    certificate.contents = {key: one for key, one in kept.items() if not key.startswith("name ")}
    certificate.save()


def test_what_was_certified_before_is_not_changed_by_how_names_are_shown(closed, noon):
    namesake(closed)
    certificate = certified(closed)
    as_it_was_kept_before(certificate)
    noon.shift(60)
    StudentCard.objects.create(student=closed.ivanov, born_on=day(3, 1))
    assert states(closed) == {certificate.pk: False}
    _name(closed)
    assert states(closed) == {certificate.pk: True}


def test_a_birth_date_or_a_new_namesake_elsewhere_changes_nothing(closed, noon):
    namesake(closed, "")
    certificate = certified(closed)
    noon.shift(60)
    StudentCard.objects.create(student=closed.ivanov, born_on=day(3, 1))
    pupil("elsewhere", "Иванов", "Иван", closed.b5)
    assert states(closed) == {certificate.pk: False}


def test_the_patronymic_that_tells_a_namesake_is_part_of_what_was_certified(closed, noon):
    other = namesake(closed)
    certificate = certified(closed)
    noon.shift(60)
    other.user.patronymic = "Ильич"
    other.user.save()
    (found,) = certified_periods(closed.maths, timezone.now())[1].certificates
    assert found.pk == certificate.pk
    assert [(one.was, one.now) for one in found.differences] == [
        ("Иванов Иван Петрович", "Иванов Иван Ильич")
    ]
