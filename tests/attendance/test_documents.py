"""Documents about absences set their reasons, now and afterwards (2.9)."""

import pytest

from attendance import rules
from attendance.actions.absences import confirm_day
from attendance.actions.documents import change_document, withdraw_document
from attendance.models import Absence, AbsenceDocument
from attendance.refusals import Refused
from journals.actions.watch import sweep
from journals.models import LateEntry
from journals.queries.duties import tell
from journals.refusals import Conflict
from tests import world as worlds
from tests.world import SCAN, TODAY, day, day_off, statements


def reasons(student):
    """{day of November: reason} of a pupil."""
    rows = Absence.objects.filter(student=student).values_list("lesson__date", "reason")
    return {date.day: reason for date, reason in rows}


@pytest.fixture
def ill(world, type_cell):
    """Иванов missed mathematics on 5, 23 and 24 November, and English on the 24th; was late on the
    25th."""
    for lesson in (world.early_lesson, world.lesson, world.substituted, world.english_lesson):
        type_cell("н", lesson=lesson)
    type_cell("оп", lesson=world.today_lesson)


def test_it_sets_all_that_it_covers(world, ill, receive, type_cell):
    type_cell("н", student=world.petrova)
    receive(23, 25)
    assert reasons(world.ivanov) == {5: "н", 23: "б", 24: "б", 25: "оп"}
    assert reasons(world.petrova) == {23: "н"}
    first = Absence.objects.get(lesson=world.lesson, student=world.ivanov)
    assert first.confirmed_by == world.class_teacher
    assert [row.reason for row in first.history.order_by("history_id")] == ["н", "б"]


def test_what_the_subject_teacher_guessed_is_replaced(world, receive, type_cell):
    type_cell("нп")
    receive(23, 23, reason="уп")
    assert reasons(world.ivanov) == {23: "уп"}


def test_an_absence_entered_afterwards_has_the_reason_at_once(world, receive, type_cell):
    receive(23, 24)
    assert type_cell("н") == "б"
    assert type_cell("н/4", lesson=world.substituted) == "б/4"
    assert type_cell("оп", lesson=world.english_lesson) == "оп"  # he was there
    assert type_cell("н", was="оп", lesson=world.english_lesson) == "б"
    assert type_cell("н", student=world.petrova) == "н"
    assert type_cell("н", lesson=world.today_lesson) == "н"


def test_a_save_sent_twice_is_no_conflict(world, receive, type_cell):
    receive(23, 24)
    assert type_cell("н") == "б"
    assert type_cell("н") == "б"
    with pytest.raises(Conflict):
        type_cell("4")


def test_the_answer_to_the_browser_says_what_stands_there(world, receive, login):
    receive(23, 24)
    data = {"lesson": world.lesson.pk, "student": world.ivanov.pk, "was": "", "text": "н"}
    answer = login(world.teacher).post(f"/journals/{world.maths.pk}/cells/", data).json()
    assert answer["text"] == "б"
    assert ">б<" in answer["html"]


def test_of_two_the_newest_counts(world, ill, receive):
    receive(23, 24, reason="б", received_on=24)
    older = receive(24, 25, reason="уп", received_on=23)
    assert reasons(world.ivanov) == {5: "н", 23: "б", 24: "б", 25: "оп"}
    newer = receive(24, 24, reason="уп", received_on=25)
    assert reasons(world.ivanov)[24] == "уп"
    withdraw_document(newer)
    assert reasons(world.ivanov)[24] == "б"
    withdraw_document(older)
    assert reasons(world.ivanov) == {5: "н", 23: "б", 24: "б", 25: "оп"}


def test_withdrawn(world, ill, receive, private_dir):
    document = receive(23, 25, scan=SCAN)
    key = document.pk
    assert withdraw_document(document) == (3, 0, 0)
    assert reasons(world.ivanov) == {5: "н", 23: "н", 24: "н", 25: "оп"}
    assert not Absence.objects.exclude(confirmed_by=None).exists()
    assert not AbsenceDocument.objects.exists()
    assert AbsenceDocument.history.filter(id=key, history_type="-").exists()


def test_changed(world, ill, receive):
    document = receive(23, 24)
    document.starts_on, document.ends_on, document.reason = day(11, 5), day(11, 23), "уп"
    assert change_document(document) == (4, 0, 0)
    assert reasons(world.ivanov) == {5: "уп", 23: "уп", 24: "н", 25: "оп"}


def test_a_typo_corrected_leaves_what_was_set_by_hand(world, ill, receive):
    document = receive(23, 24)
    confirm_day(world.ivanov.pk, day(11, 23), "нп", world.class_teacher)
    document.number = "18"
    change_document(document)
    assert reasons(world.ivanov)[23] == "нп"
    confirm_day(world.ivanov.pk, day(11, 5), "нп", world.class_teacher)
    document.starts_on = day(11, 5)
    change_document(document)  # it has become news for that day
    assert reasons(world.ivanov) == {5: "б", 23: "нп", 24: "б", 25: "оп"}


# --- the class teacher's hand ---


def test_by_hand_for_a_day(world, ill):
    assert confirm_day(world.ivanov.pk, day(11, 24), "уп", world.class_teacher) == (2, 0, 0)
    assert reasons(world.ivanov) == {5: "н", 23: "н", 24: "уп", 25: "оп"}
    assert confirm_day(world.ivanov.pk, TODAY, "уп", world.class_teacher) == (0, 0, 0)
    assert confirm_day(world.ivanov.pk, day(11, 24), "н", world.class_teacher) == (2, 0, 0)
    assert reasons(world.ivanov)[24] == "н"


def test_taken_back_the_documents_word_counts_again(world, ill, receive):
    receive(23, 24)
    confirm_day(world.ivanov.pk, day(11, 24), "нп", world.class_teacher)
    assert reasons(world.ivanov)[24] == "нп"
    confirm_day(world.ivanov.pk, day(11, 24), "н", world.class_teacher)
    assert reasons(world.ivanov)[24] == "б"


@pytest.mark.parametrize("by", ["hand", "grid", "document"])
def test_it_stands_against_subject_teachers(world, type_cell, receive, by):
    """2.9"""
    if by == "grid":
        type_cell("б", class_teacher=world.class_teacher)
    else:
        type_cell("н")
        if by == "hand":
            confirm_day(world.ivanov.pk, day(11, 23), "б", world.class_teacher)
        else:
            receive(23, 23)
    for text in ("н", "нп", "оп"):
        with pytest.raises(Refused, match=r"Причину уже указал\(а\) Руссова"):
            type_cell(text, was="б")
    assert type_cell("б/4", was="б") == "б/4"  # the reason stays
    assert type_cell("", was="б/4") == ""  # he was there after all
    assert type_cell("нп", was="", lesson=world.today_lesson) == "нп"


def test_the_class_teacher_types_over_it(world, type_cell, receive):
    receive(23, 23)
    teacher = {"class_teacher": world.class_teacher}
    assert type_cell("н") == "б"
    with pytest.raises(Refused, match="измените или отзовите документ"):
        type_cell("н", was="б", **teacher)
    assert type_cell("нп", was="б", **teacher) == "нп"
    absence = Absence.objects.get()
    assert (absence.document, absence.confirmed_by) == (None, world.class_teacher)
    assert type_cell("н", was="нп", **teacher) == "б"


@pytest.mark.parametrize(("who", "status"), [("class_teacher", 200), ("english_teacher", 422)])
def test_who_confirms_in_the_grid(world, login, who, status):
    """In the mixed subgroup the class teacher's rows are those of own pupils."""

    def send(person, was, text):
        data = {"lesson": world.english_lesson.pk, "student": world.ivanov.pk}
        path = f"/journals/{world.english.pk}/cells/"
        return login(person).post(path, data | {"was": was, "text": text}).status_code

    assert send(world.class_teacher, "", "б") == 200
    assert send(getattr(world, who), "б", "уп") == status


def test_the_class_teacher_confirms_on_the_lessons_page(world, login):
    path = f"/journals/{world.maths.pk}/lessons/{world.lesson.pk}/"
    data = {f"cell-{world.ivanov.pk}": "б", f"was-{world.ivanov.pk}": ""}
    assert login(world.class_teacher).post(path, data).status_code == 302
    assert Absence.objects.get().confirmed_by == world.class_teacher
    data = {f"cell-{world.ivanov.pk}": "н", f"was-{world.ivanov.pk}": "б"}
    answer = login(world.teacher).post(path, data)
    assert "Причину уже указал(а) Руссова" in answer.content.decode()


# --- scans ---


def stored(directory):
    return sorted(path for path in directory.rglob("*") if path.is_file())


def test_the_scan_is_kept_under_a_name_that_says_nothing(receive, private_dir):
    document = receive(23, 23, scan=SCAN)
    (path,) = stored(private_dir)
    assert path.read_bytes() == SCAN
    assert path.suffix == ".pdf"
    assert len(path.stem) == 32
    assert document.scan.name == f"absence-documents/{path.name}"


def test_a_bad_scan_leaves_nothing(receive, ill, private_dir, world):
    with pytest.raises(rules.ScanError):
        receive(23, 23, scan=b"not a scan")
    assert not AbsenceDocument.objects.exists()
    assert reasons(world.ivanov)[23] == "н"
    assert stored(private_dir) == []


def test_a_document_that_can_not_be_written_leaves_no_scan(world, receive, private_dir):
    with pytest.raises(Exception, match="absencedocument_dates_in_order"):
        receive(23, 22, scan=SCAN)
    assert stored(private_dir) == []


def test_a_replaced_and_a_withdrawn_scan_are_gone(
    receive, private_dir, django_capture_on_commit_callbacks
):
    document = receive(23, 23, scan=SCAN)
    (first,) = stored(private_dir)
    with django_capture_on_commit_callbacks(execute=True):
        change_document(document, SCAN)
    (second,) = stored(private_dir)
    assert second != first
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_document(document)
    assert stored(private_dir) == []


def test_a_scan_that_came_meanwhile_stays(receive, private_dir, django_capture_on_commit_callbacks):
    document = receive(23, 23, scan=SCAN)
    opened = AbsenceDocument.objects.get(pk=document.pk)  # by a colleague, before the better scan
    with django_capture_on_commit_callbacks(execute=True):
        change_document(document, SCAN)
        opened.number = "17"
        change_document(opened)
    opened.refresh_from_db()
    (path,) = stored(private_dir)
    assert (opened.number, opened.scan.path) == ("17", str(path))


def test_withdrawn_with_the_days_it_has_by_now(world, ill, receive, type_cell):
    document = receive(24, 24)
    opened = AbsenceDocument.objects.get(pk=document.pk)
    document.starts_on = day(11, 5)
    change_document(document)
    withdraw_document(opened)
    assert reasons(world.ivanov) == {5: "н", 23: "н", 24: "н", 25: "оп"}
    with pytest.raises(AbsenceDocument.DoesNotExist):
        withdraw_document(opened)
    with pytest.raises(AbsenceDocument.DoesNotExist):
        change_document(opened)
    assert not AbsenceDocument.objects.exists()


# --- the deadline ---


def test_entered_in_time(world, receive):
    document = receive(23, 23, received_on=23)  # due on the evening of the 25th: today
    assert document.reason_due_at.isoformat() == "2026-11-25T20:59:59.999999+00:00"
    sweep()
    assert not LateEntry.objects.filter(kind="reason").exists()


def test_entered_too_late(world, receive):
    document = receive(20, 20, received_on=20)
    late = LateEntry.objects.get(kind="reason")
    assert late.settled_at == document.entered_at == worlds.NOON
    (told,) = tell([late]).values()
    assert (told.about, told.place) == ("Иванов Иван, 5А", "документ от 20.11")
    assert (told.what, told.holders) == ("причина пропуска", [world.class_teacher.pk])
    assert told.url == f"/classes/{world.a5.pk}/attendance/"
    document.received_on = day(11, 24)
    change_document(document)
    assert not LateEntry.objects.filter(kind="reason").exists()


def test_a_free_day_moves_it(world, receive):
    document = receive(20, 20, received_on=20)
    day_off(day(11, 23), "карантин")
    document.refresh_from_db()
    assert document.reason_due_at.isoformat() == "2026-11-25T20:59:59.999999+00:00"
    assert not LateEntry.objects.filter(kind="reason").exists()


def test_the_deputy_sees_it_late(world, receive, login):
    document = receive(20, 20, received_on=20)
    page = login(world.deputy).get("/review/late/?state=settled&kind=reason").content.decode()
    assert "Иванов Иван, 5А" in page
    assert "Руссова" in page
    withdraw_document(document)
    page = login(world.deputy).get("/review/late/?state=settled&kind=reason").content.decode()
    assert "Иванов Иван, 5А" not in page


def test_history_says_who(world, type_cell, login):
    type_cell("н")
    address = f"/classes/{world.a5.pk}/attendance/"
    data = {"student": world.ivanov.pk, "kind": "medical", "number": "17", "reason": "б"}
    data |= {"received_on": "2026-11-24", "starts_on": "2026-11-23", "ends_on": "2026-11-23"}
    login(world.class_teacher).post(address, data)
    lines = login(world.deputy).get("/review/history/?student=Иванов").context["lines"]
    told = {line.kind: line for line in lines if line.who.startswith("Руссова")}
    assert ("причина", "не был, причина неизвестна", "болезнь") in [
        (change.field, change.was, change.now) for change in told["пропуск"].changes
    ]
    assert "медицинская справка 17" in [change.now for change in told["пропуск"].changes]
    assert "17" in [change.now for change in told["документ о причине пропусков"].changes]


def test_a_saved_mark_asks_for_no_document_and_an_absence_once(world, type_cell):
    type_cell("4")  # what is compiled once is compiled by now
    type_cell("н", lesson=world.substituted)

    def asked(text, was, lesson):
        with statements() as sent:
            type_cell(text, was=was, lesson=lesson)
        return sum("absencedocument" in sql.split("WHERE")[0] for sql in sent)

    assert asked("5", "4", world.lesson) == 0
    assert asked("", "н", world.substituted) == 0
    assert asked("н", "", world.today_lesson) == 1


def test_cleared_and_typed_anew_the_class_teachers_word_stands(world, type_cell):
    type_cell("н")
    confirm_day(world.ivanov.pk, day(11, 23), "б", world.class_teacher)
    assert type_cell("", was="б") == ""  # he was there, the subject teacher thought
    assert type_cell("нп") == "б"
    assert Absence.objects.get().confirmed_by == world.class_teacher
    assert type_cell("", was="б") == ""
    assert type_cell("оп") == "оп"  # he came late: no absence any more
