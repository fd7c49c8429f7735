"""The page of a class's absences: what is open, documents, totals (2.9)."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from attendance import views
from attendance.actions.absences import confirm_day
from attendance.actions.documents import withdraw_document
from attendance.models import Absence, AbsenceDocument
from school.actions.pupils import move_to_class
from tests import world as worlds
from tests.world import SCAN, day, queries_of

# Of pages and their forms; the queries behind them have tests on both databases.
pytestmark = pytest.mark.any_database


@pytest.fixture
def address(world):
    return f"/classes/{world.a5.pk}/attendance/"


@pytest.fixture
def browser(world, login):
    return login(world.class_teacher)


@pytest.fixture
def missed(world, type_cell):
    type_cell("н")
    type_cell("н", lesson=world.english_lesson)
    type_cell("оп", student=world.petrova)
    type_cell("нп", student=world.petrova, lesson=world.today_lesson)


def form(w, **changed):
    data = {"student": w.ivanov.pk, "kind": "medical", "number": "17", "reason": "б"}
    dates = {"received_on": "2026-11-24", "starts_on": "2026-11-20", "ends_on": "2026-11-24"}
    return data | dates | changed


def shown(days):
    return [(one.name, one.date.day, one.reasons) for one in days]


def test_unknown_reasons_come_first(world, missed, browser, address):
    found = browser.get(address).context["found"]
    assert shown(found.open) == [("Иванов Иван", 24, ["н"]), ("Иванов Иван", 23, ["н"])]
    assert shown(found.settled) == [
        ("Петрова Пелагея", 25, ["нп"]),
        ("Петрова Пелагея", 23, ["оп"]),
    ]
    page = browser.get(address).content.decode()
    assert page.index("Причина неизвестна") < page.index("Остальные пропуски")


def test_narrowed_by_pupil_and_period(world, missed, browser, address):
    found = browser.get(address, {"student": world.petrova.pk}).context["found"]
    assert found.open == []
    assert [line.student for line in found.totals] == [world.petrova]
    found = browser.get(address, {"period": world.quarters[0].pk}).context["found"]
    assert found.totals == []
    found = browser.get(address, {"period": "", "student": "nonsense"}).context["found"]
    assert len(found.totals) == 2


def test_only_the_days_in_the_class(world, type_cell, browser, login, address):
    """Who left is shown with the days until then, who came with those from then on."""
    type_cell("н", student=world.gone, lesson=world.early_lesson)
    world.newcomer.enrolments.update(starts_on=day(11, 2))
    type_cell("н", student=world.newcomer, lesson=world.lesson_b)
    type_cell("н", student=world.sidorov, lesson=world.english_lesson)
    assert shown(browser.get(address).context["found"].open) == [("Ушёл Устин", 5, ["н"])]
    page = login(world.class_teacher_b).get(f"/classes/{world.b5.pk}/attendance/")
    assert {name for name, *_ in shown(page.context["found"].open)} == {
        "Новиков Никита",
        "Сидоров Семён",
    }


def test_a_document_is_registered(world, missed, browser, address, private_dir):
    sent = form(world, scan=SimpleUploadedFile("virus.exe", SCAN, "application/x-msdownload"))
    answer = browser.post(address, sent, follow=True)
    assert "Причина указана: 2 пропуска." in answer.content.decode()
    document = AbsenceDocument.objects.get()
    assert document.entered_by == world.class_teacher
    assert answer.context["found"].open == []
    (line,) = answer.context["documents"]
    assert line.absence_count == 2
    assert "медицинская справка 17" in answer.content.decode()
    scan = SimpleUploadedFile("scan.pdf", SCAN, "application/pdf")
    again = browser.post(address, form(world, scan=scan), follow=True)  # the button pressed twice
    assert "Документ записан. Причина указана: 2 пропуска." in again.content.decode()
    assert AbsenceDocument.objects.get().history.count() == 1
    assert len(list(private_dir.glob("absence-documents/*"))) == 1


BIG = b"%PDF-" + b"0" * (6 * 1024 * 1024) + b"%%EOF"
BAD = {
    "future": ({"ends_on": "2026-11-26"}, "пропуски в будущем: сегодня 25.11.2026"),
    "received in future": ({"received_on": "2026-12-01"}, "не может быть получен в будущем"),
    "received in another age": ({"received_on": "0001-01-01"}, "получить не могли"),
    "received before the summer": ({"received_on": "2026-07-02"}, "получить не могли"),
    "backwards": ({"starts_on": "2026-11-24", "ends_on": "2026-11-20"}, "раньше первого"),
    "before the year": ({"starts_on": "2026-05-20"}, "Учебный год начался 01.09.2026"),
    "no pupil": ({"student": ""}, "Обязательное поле"),
    "no date": ({"starts_on": ""}, "Обязательное поле"),
    "a date that is none": ({"starts_on": "2026-02-31"}, "Введите правильную дату"),
    "truancy": ({"reason": "нп"}, "нп"),
    "not a scan": ({"scan": ("justification.pdf", b"MZ program")}, "Это не PDF, не JPEG и не PNG"),
    "empty": ({"scan": ("scan.pdf", b"")}, "Файл пустой"),
    "too big": ({"scan": ("scan.pdf", BIG)}, "Файл больше 5 МБ: в нём 6,0 МБ"),
}


@pytest.mark.parametrize(("changed", "told"), BAD.values(), ids=BAD)
def test_bad_input_is_told_and_stays(world, missed, browser, address, private_dir, changed, told):
    changed = dict(changed)
    if "scan" in changed:
        changed["scan"] = SimpleUploadedFile(*changed["scan"])
    answer = browser.post(address, form(world, number="Н-17", **changed))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert told in page
    assert 'value="Н-17"' in page
    assert "Документ не записан" in page
    assert not AbsenceDocument.objects.exists()
    assert not Absence.objects.filter(reason="б").exists()
    assert list(private_dir.rglob("*.*")) == []


def test_a_pupil_of_another_class_is_no_choice(world, browser, address):
    page = browser.post(address, form(world, student=world.sidorov.pk))
    assert "student" in page.context["form"].errors
    page = browser.post(address, form(world, student=world.gone.pk))
    assert "student" in page.context["form"].errors
    assert not AbsenceDocument.objects.exists()


def test_a_good_scan_beside_a_bad_date_is_asked_for_again(world, browser, address):
    sent = form(world, ends_on="2027-01-01", scan=SimpleUploadedFile("scan.pdf", SCAN))
    assert "выберите его ещё раз" in browser.post(address, sent).content.decode()


def test_the_form_begins_with_the_unexplained_days(world, missed, browser, address):
    page = browser.get(address).content.decode()
    link = f"?for={world.ivanov.pk}&amp;from=2026-11-23&amp;to=2026-11-24#document"
    assert link in page
    asked = browser.get(address, {"for": world.ivanov.pk, "from": "2026-11-23", "to": "2026-11-24"})
    assert 'name="starts_on" value="2026-11-23"' in asked.content.decode()


# --- by hand ---


def test_a_reason_by_hand(world, missed, browser, address):
    data = {"student": world.ivanov.pk, "date": "2026-11-23", "reason": "уп"}
    answer = browser.post(address, data, follow=True)
    assert "Причина указана: 1 пропуск." in answer.content.decode()
    absence = Absence.objects.get(lesson=world.lesson, student=world.ivanov)
    assert (absence.reason, absence.confirmed_by) == ("уп", world.class_teacher)
    assert "Руссова" in answer.content.decode().split("Остальные")[1]


@pytest.mark.parametrize("reason", ["оп", "", "нет"])
def test_what_is_no_reason(world, missed, browser, address, reason):
    data = {"student": world.ivanov.pk, "date": "2026-11-23", "reason": reason}
    answer = browser.post(address, data, follow=True)
    assert "Причина не записана" in answer.content.decode()
    assert not Absence.objects.exclude(confirmed_by=None).exists()


def test_of_another_class_by_hand(world, type_cell, browser, address):
    type_cell("н", student=world.sidorov, lesson=world.lesson_b)
    data = {"student": world.sidorov.pk, "date": "2026-11-23", "reason": "уп"}
    assert browser.post(address, data).status_code == 404
    assert Absence.objects.get().reason == "н"


def test_of_who_left_the_class(world, type_cell, browser, login, address):
    """His reasons are the affair of his present class teacher, and only of days in this class."""
    type_cell("н", student=world.petrova, lesson=world.early_lesson)
    type_cell("н", student=world.gone, lesson=world.early_lesson)
    type_cell("н")
    move_to_class(world.petrova, world.b5, day(11, 9))
    data = {"date": "2026-11-05", "reason": "уп"}
    for student in (world.petrova, world.gone):
        assert browser.post(address, data | {"student": student.pk}).status_code == 404
    other = login(world.class_teacher_b)
    data |= {"student": world.petrova.pk}
    assert other.post(f"/classes/{world.b5.pk}/attendance/", data).status_code == 404
    assert set(Absence.objects.values_list("reason", flat=True)) == {"н"}
    page = browser.get(address).content.decode()
    assert "Петрова Пелагея" in page
    assert page.count("Указать</button>") == 1
    assert 'aria-label="Причина: Иванов Иван, 23 ноября"' in page


# --- one document ---


def test_changed_and_withdrawn(world, missed, browser, receive, address):
    document = receive(23, 24, number="17")
    path = f"{address}documents/{document.pk}/"
    assert "медицинская справка 17" in browser.get(path).content.decode()
    sent = form(world, starts_on="2026-11-24", number="18")
    assert browser.post(path, sent).status_code == 302
    document.refresh_from_db()
    assert (document.number, document.starts_on) == ("18", day(11, 24))
    page = browser.post(path, form(world, ends_on="2026-12-24"))
    assert "пропуски в будущем" in page.content.decode()
    answer = browser.post(path, {"withdraw": "1"}, follow=True)
    assert "Документ отозван" in answer.content.decode()
    assert not AbsenceDocument.objects.exists()
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("sent", [{"withdraw": "1"}, {"number": "18"}])
def test_withdrawn_while_the_page_was_open(world, missed, browser, receive, address, sent, login):
    """It goes between the view's look at it and the deed."""
    document = receive(23, 24, number="17")
    path = f"{address}documents/{document.pk}/"
    look = views._document

    def look_and_lose(*asked):
        found = look(*asked)
        withdraw_document(document)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(views, "_document", look_and_lose)
        data = sent if "withdraw" in sent else form(world, **sent)
        assert browser.post(path, data).status_code == 404
    assert not AbsenceDocument.objects.exists()
    assert AbsenceDocument.history.filter(history_type="-").count() == 1


def test_the_scan_is_handed_out_as_what_it_is(world, browser, receive, address, login):
    document = receive(23, 24, scan=SCAN)
    path = f"{address}documents/{document.pk}/scan/"
    answer = browser.get(path)
    assert b"".join(answer.streaming_content) == SCAN
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Cache-Control"] == "private, no-store"
    for person in (world.teacher, world.class_teacher_b, world.parent, world.ivanov.user):
        assert login(person).get(path).status_code == 404
    without = receive(5, 5)
    assert browser.get(f"{address}documents/{without.pk}/scan/").status_code == 404


def test_leaders_have_nothing_to_write_in(world, missed, receive, login, address):
    document = receive(23, 23)
    for path in (address, f"{address}documents/{document.pk}/"):
        page = login(world.deputy).get(path).content.decode().split("<main")[1]
        assert 'method="post"' not in page


# --- totals ---


def test_totals_as_a_table(world, missed, browser, address):
    sheet = load_workbook(BytesIO(browser.get(address, {"format": "xlsx"}).content)).active
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == [
        *("Ученик", "Дней", "Уроков", "Причина неизвестна", "Болезнь", "Уважительная"),
        *("Неуважительная", "Опозданий"),
    ]
    assert rows[1:] == [
        ["Иванов Иван", 2, 2, 2, 0, 0, 0, 0],
        ["Петрова Пелагея", 1, 1, 0, 0, 0, 1, 1],
    ]


def test_a_column_for_each_reason(world, missed, browser, address):
    table = browser.get(address).content.decode().split('<table class="plain totals">')[1]
    heads, rows = table.split("</table>")[0].split("<tbody>")
    assert re.findall(r'class="number">(\w+)', heads) == [
        *("Дней", "Уроков", "н", "б", "уп", "нп", "оп")
    ]
    petrova = rows.split("<tr>")[2]
    assert re.findall(r'class="number">(\d*)', petrova) == ["1", "1", "", "", "", "1", "1"]


def test_the_same_queries_for_many(world, missed, browser, receive, address, type_cell):
    receive(20, 20)
    before = queries_of(browser, address)
    for number in range(3, 8):
        lesson = worlds.lesson(world.russian, day(11, 23), world.slots[number - 1])
        for student in (world.ivanov, world.petrova, world.special):
            type_cell("н", lesson=lesson, student=student)
    receive(19, 20, student=world.petrova)
    confirm_day(world.petrova.pk, day(11, 23), "уп", world.class_teacher)
    assert queries_of(browser, address) == before
