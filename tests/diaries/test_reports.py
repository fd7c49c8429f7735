"""Printed weekly reports: applications, what is owed, batches, handing out (2.12)."""

import datetime
import re
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from openpyxl import load_workbook

from attendance.refusals import Refused
from diaries import printing, tasks
from diaries.actions.applications import register_application, withdraw_application
from diaries.actions.batches import (
    _claim,
    _draw,
    draw_waiting_batches,
    request_batch,
    request_weeks_batch,
)
from diaries.actions.handing import correct_handing, hand_out, take_back
from diaries.models import PrintApplication, ReportBatch, ReportDuty, WeeklyReport
from diaries.queries.reports import active_applications
from diaries.queries.week import week, weeks
from journals.actions.entries import save_cell, save_field
from journals.actions.watch import sweep
from journals.models import LateEntry
from journals.queries.duties import tell
from tests import world as worlds
from tests.diaries.test_printing import text_of
from tests.world import TODAY, day, queries_of

# Of pages and their forms; the queries behind them have tests on both databases.
pytestmark = pytest.mark.any_database

MONDAY = day(11, 23)
APPLICATIONS = "/reports/weekly/applications/"


def apply(student, applicant="Иванова Инна", starts_on=TODAY, ends_on=None):
    return register_application(student, applicant, starts_on, starts_on, ends_on)


def due_days(application):
    """School-local days by whose end a report is or was owed."""
    return [timezone.localdate(duty.report_due_at) for duty in application.duties.all()]


def print_now(world, monday=MONDAY):
    batch = request_batch(world.deputy, monday)
    assert draw_waiting_batches() == 1
    batch.refresh_from_db()
    return batch


# --- applications ---


def form(world, **changed):
    return {
        "student": world.ivanov.pk,
        "applicant": "Иванова Инна Ивановна",
        "applied_on": "2026-11-24",
        "starts_on": "2026-11-25",
        "ends_on": "",
    } | changed


def test_an_application_is_registered_and_a_report_owed(world, login):
    answer = login(world.deputy).post(APPLICATIONS, form(world), follow=True)
    html = answer.content.decode()
    assert "Заявление записано" in html
    assert "Иванова Инна Ивановна" in html
    assert "до 02.12.2026" in html
    application = PrintApplication.objects.get()
    assert due_days(application) == [day(12, 2)]
    assert application.history.get().history_user == world.deputy


@pytest.mark.parametrize(
    ("changed", "field", "error"),
    [
        ({"student": ""}, "student", "Обязательное поле"),
        ({"student": "999999"}, "student", "Выберите корректный вариант"),
        ({"applicant": " "}, "applicant", "Обязательное поле"),
        ({"applicant": "\u200b\u00a0"}, "applicant", "Обязательное поле"),
        ({"applicant": "я" * 301}, "applicant", "не более 300"),
        ({"applied_on": "2026-11-26"}, "applied_on", "ещё не наступил"),
        ({"starts_on": "2026-11-23"}, "starts_on", "Раньше даты заявления"),
        ({"ends_on": "2026-11-24"}, "ends_on", "Последний день раньше первого"),
        ({"applied_on": "0001-01-01"}, "applied_on", "проверьте год"),
        ({"starts_on": "9999-12-31"}, "starts_on", "проверьте год"),
        ({"ends_on": "9999-12-31"}, "ends_on", "проверьте год"),
        ({"starts_on": "завтра"}, "starts_on", "правильную дату"),
    ],
)
def test_what_is_wrong_is_told_beside_it_and_the_text_stays(world, login, changed, field, error):
    answer = login(world.deputy).post(APPLICATIONS, form(world, **changed))
    assert error in str(answer.context["form"].errors[field])
    assert error in answer.content.decode()
    if field != "applicant":
        assert "Иванова Инна Ивановна" in answer.content.decode()
    assert not PrintApplication.objects.exists()
    assert not ReportDuty.objects.exists()


def test_two_applications_of_one_parent_do_not_overlap(world, login):
    name = form(world)["applicant"]
    apply(world.ivanov, name, day(11, 2), day(11, 30))
    answer = login(world.deputy).post(APPLICATIONS, form(world))
    assert f"На эти дни уже есть заявление: {name}, с 02.11.2026 по 30.11.2026." in (
        answer.content.decode()
    )
    assert PrintApplication.objects.count() == 1
    apply(world.ivanov, name, starts_on=day(12, 1))
    apply(world.petrova, name)


def test_both_parents_of_a_pupil_may_apply(world, login):
    """Each has a row, a report and a duty of his own (2.12)."""
    father, mother = (apply(world.ivanov, name) for name in ("Иванов Игорь", "Иванова Инна"))
    assert due_days(father) == due_days(mother) == [day(12, 2)]
    login(world.deputy).post("/reports/weekly/print/", {"week": "2026-W48"})
    draw_waiting_batches()
    reports = WeeklyReport.objects.filter(monday=MONDAY)
    assert {one.application for one in reports} == {father, mother}
    hand_out(reports.filter(application=father), [], TODAY, "", world.deputy)
    handed = dict(reports.values_list("application__applicant", "handed_on"))
    assert handed == {"Иванов Игорь": TODAY, "Иванова Инна": None}


def test_who_applied_for_less_than_a_week_is_owed_nothing(world):
    assert due_days(apply(world.ivanov, ends_on=day(12, 1))) == []
    assert due_days(apply(world.petrova, ends_on=day(12, 2))) == [day(12, 2)]


def test_withdrawing_ends_what_is_owed(world, login):
    application = apply(world.ivanov, starts_on=day(11, 20))
    address = f"{APPLICATIONS}{application.pk}/withdraw/"
    browser = login(world.deputy)
    answer = browser.post(address, {"day": "2026-11-26"})
    assert "ещё не наступил" in answer.content.decode()
    assert 'value="2026-11-26"' in answer.content.decode()
    browser.post(address, {"day": "2026-11-25"})
    application.refresh_from_db()
    assert (application.withdrawn_on, application.ends_on) == (TODAY, day(11, 24))
    assert due_days(application) == []
    assert not active_applications(TODAY).exists()
    assert (
        "уже отозвано 25.11.2026" in browser.post(address, {"day": "2026-11-25"}).content.decode()
    )
    apply(world.ivanov)  # another one from the same day on


def test_what_was_overdue_before_it_was_withdrawn_stays_so(world):
    application = apply(world.ivanov, starts_on=day(11, 9))
    withdraw_application(application, TODAY)
    assert due_days(application) == [day(11, 16)]
    assert LateEntry.objects.get(kind="report").settled_at is None


def test_withdrawn_on_its_first_day_it_is_in_the_way_of_none(world, login):
    application = apply(world.ivanov)
    browser, address = login(world.deputy), f"{APPLICATIONS}{application.pk}/withdraw/"
    assert "Раньше даты заявления" in browser.post(address, {"day": "0001-01-01"}).content.decode()
    browser.post(address, {"day": "2026-11-25"})
    assert not PrintApplication.objects.exists()
    assert not ReportDuty.objects.exists()
    trace = PrintApplication.history.first()
    assert (trace.history_type, trace.withdrawn_on) == ("-", TODAY)
    apply(world.ivanov, "Иванов Игорь")


def test_withdrawn_on_its_first_day_after_a_print_it_stays(world):
    application = apply(world.ivanov)
    print_now(world)
    withdraw_application(application, TODAY)
    assert application.reports.exists()
    assert due_days(application) == []  # of less than a week
    assert not active_applications(TODAY).exists()


def test_who_left_the_school_is_owed_nothing_and_not_printed(world):
    application = apply(world.ivanov)
    enrolment = world.ivanov.enrolments.get()
    enrolment.ends_on = day(11, 24)
    enrolment.save()
    assert due_days(application) == []
    assert not active_applications(TODAY).exists()
    enrolment.ends_on = None  # it was a mistake
    enrolment.save()
    assert due_days(application) == [day(12, 2)]
    assert active_applications(TODAY).get() == application


# --- the deadline watch ---


def test_a_report_not_handed_out_for_seven_days_is_late(world, noon, login):
    application = apply(world.ivanov)
    noon.move_to(datetime.datetime(2026, 12, 2, 20, 59, tzinfo=datetime.UTC))
    sweep()
    assert not LateEntry.objects.filter(kind="report").exists()
    noon.shift(120)
    sweep()
    entry = LateEntry.objects.get(kind="report")
    told = tell([entry])[entry.pk]
    assert (told.about, told.place, told.what) == ("Иванов Иван, 5А", "до 02.12", "печатный отчёт")
    assert told.holders == [world.director.pk, world.deputy.pk]
    browser = login(world.deputy)
    assert "Иванов Иван, 5А" in browser.get("/review/late/?kind=report").content.decode()
    assert "просрочен: надо было до 02.12" in browser.get(told.url).content.decode()
    print_now(world, day(11, 30))
    sweep()
    entry.refresh_from_db()
    assert entry.settled_at is None  # printed it has not reached anybody
    assert "не выдан: надо было до 02.12" in browser.get(told.url).content.decode()
    hand_out(application.reports.all(), [], day(12, 3), "", world.deputy)
    entry.refresh_from_db()
    assert entry.settled_at == timezone.now()
    assert due_days(application) == [day(12, 2), day(12, 10)]
    sweep()
    assert LateEntry.objects.filter(kind="report").count() == 1


# --- batches ---


def test_a_batch_is_requested_drawn_and_taken_away(world, login, private_dir):
    first = apply(world.sidorov, "Сидорова Софья")
    second = apply(world.ivanov)
    apply(world.petrova, ends_on=TODAY - datetime.timedelta(1), starts_on=day(11, 2))  # ended
    save_field(world.maths, world.lesson.pk, "topic", "", "Сложение дробей")
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "4/5")
    browser = login(world.deputy)
    batch = request_batch(world.deputy, MONDAY)
    page = browser.get(f"/reports/weekly/{batch.pk}/")
    assert page["Refresh"]
    assert "<progress" in page.content.decode()

    tasks.draw_waiting_batches()
    batch.refresh_from_db()
    assert (batch.done, batch.total, batch.error) == (2, 2, "")
    page = browser.get(f"/reports/weekly/{batch.pk}/")
    assert "Refresh" not in page
    assert "<progress" not in page.content.decode()
    answer = browser.get(f"/reports/weekly/{batch.pk}.pdf")
    pages = text_of(b"".join(answer.streaming_content))
    assert len(pages) == 2
    assert "Иванов Иван" in pages[0]  # 5А before 5Б
    assert "Сложение дробей" in pages[0]
    assert "Сидоров Семён" in pages[1]
    for application, its_class in ((first, world.b5), (second, world.a5)):
        report = application.reports.get()
        assert (report.batch, report.monday, report.school_class) == (batch, MONDAY, its_class)
        assert report.history.get().history_user == world.deputy
        assert due_days(application) == [day(12, 2)]
    assert [path.suffix for path in private_dir.glob("weekly-reports/*")] == [".pdf"]


def test_printing_is_asked_for_on_the_page(world, login):
    browser = login(world.deputy)
    answer = browser.post("/reports/weekly/print/", {"week": "2026-W48"})
    assert "Действующих заявлений нет" in answer.content.decode()
    apply(world.ivanov)
    assert "Выберите корректный" in (
        browser.post("/reports/weekly/print/", {"week": "2026-W49"}).content.decode()
    )
    assert not ReportBatch.objects.exists()
    browser.post("/reports/weekly/print/", {"week": "2026-W47"})
    batch = ReportBatch.objects.get()
    assert (batch.monday, batch.requested_by) == (day(11, 16), world.deputy)
    again = browser.post("/reports/weekly/print/", {"week": "2026-W47"})
    assert "уже печатаются" in again.content.decode()


def test_a_worker_that_died_is_taken_over_and_the_dead_one_changes_nothing(world, noon):
    application = apply(world.ivanov)
    request_batch(world.deputy, MONDAY)
    dead = _claim()
    assert _claim() is None  # it is being drawn
    assert draw_waiting_batches() == 0
    noon.shift(601)
    alive = _claim()
    assert alive.pk == dead.pk
    assert _draw(dead) is False
    assert not application.reports.exists()
    assert _draw(alive) is True
    assert application.reports.count() == 1
    assert draw_waiting_batches() == 0


def test_what_cannot_be_printed_says_so_and_can_be_asked_for_again(world, login, private_dir):
    apply(world.ivanov)
    (private_dir / "weekly-reports").write_text("in the way of the folder")
    request_batch(world.deputy, MONDAY)
    assert draw_waiting_batches() == 0
    html = login(world.deputy).get("/reports/weekly/").content.decode()
    assert "Напечатать не удалось" in html
    assert not WeeklyReport.objects.exists()
    (private_dir / "weekly-reports").unlink()
    assert print_now(world).finished_at


def test_one_that_cannot_be_printed_does_not_hold_up_the_others(world, login, monkeypatch):
    def sheet(school, student, *rest):
        return ["no sheet"] if student == world.petrova else made(school, student, *rest)

    made = printing.sheet
    monkeypatch.setattr(printing, "sheet", sheet)
    for student in (world.ivanov, world.petrova, world.sidorov):
        apply(student)
    batch = print_now(world)
    assert (batch.done, batch.total, batch.error) == (2, 3, "")
    pages = text_of(batch.file.read())
    assert ["Иванов" in pages[0], "Сидоров" in pages[1], len(pages)] == [True, True, 2]
    printed = {report.application.student for report in WeeklyReport.objects.all()}
    assert printed == {world.ivanov, world.sidorov}
    browser = login(world.deputy)
    page = browser.get("/reports/weekly/")
    assert [line.student for line in page.context["unprinted"]] == [world.petrova]
    for html in (page, browser.get(f"/reports/weekly/{batch.pk}/")):
        assert "Не удалось напечатать: Петрова Пелагея." in html.content.decode()


def test_fridays_batch_comes_by_itself_once(world, noon):
    apply(world.ivanov)
    last = worlds.lesson(world.maths, day(11, 27), world.slots[4])  # 13:00–13:40 in Moscow
    worlds.lesson(world.maths, day(11, 27), world.slots[6], cancelled="карантин")
    requested = []
    for hour, minute in ((9, 0), (10, 40), (10, 41), (10, 45), (12, 0)):
        noon.move_to(datetime.datetime(2026, 11, 27, hour, minute, tzinfo=datetime.UTC))
        tasks.request_weeks_batch()
        requested.append(ReportBatch.objects.count())
    assert requested == [0, 0, 1, 1, 1]
    batch = ReportBatch.objects.get()
    assert (batch.monday, batch.requested_by) == (MONDAY, None)
    assert last.last_instant < batch.requested_at


def test_fridays_batch_that_failed_is_made_again_twice(world, noon, private_dir):
    apply(world.ivanov)
    (private_dir / "weekly-reports").write_text("in the way of the folder")
    noon.move_to(datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC))
    requested = []
    for _ in range(4):
        requested.append(request_weeks_batch())
        assert draw_waiting_batches() == 0
        noon.shift(900)
    assert requested == [True, True, True, False]
    assert "не удалось" in ReportBatch.objects.get().error


def test_fridays_batch_is_not_made_again_after_a_persons(world, noon, private_dir):
    apply(world.ivanov)
    (private_dir / "weekly-reports").write_text("in the way of the folder")
    noon.move_to(datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC))
    request_weeks_batch()
    draw_waiting_batches()
    noon.shift(900)
    (private_dir / "weekly-reports").unlink()
    print_now(world)
    assert request_weeks_batch() is False


def test_a_file_that_is_gone_is_404(world, login):
    apply(world.ivanov)
    batch = print_now(world)
    batch.file.storage.delete(batch.file.name)
    assert login(world.deputy).get(f"/reports/weekly/{batch.pk}.pdf").status_code == 404


def test_without_applications_friday_prints_nothing(world, noon):
    noon.move_to(datetime.datetime(2026, 11, 27, 18, tzinfo=datetime.UTC))
    assert request_weeks_batch() is False
    assert not ReportBatch.objects.exists()


# --- the register ---


def test_handing_out_many_at_once(world, login):
    for student, who in ((world.ivanov, "Иванова Инна"), (world.petrova, "Петров Пётр")):
        apply(student, who)
    print_now(world)
    browser = login(world.deputy)
    printed = list(WeeklyReport.objects.values_list("pk", flat=True))
    answer = browser.post(
        "/reports/weekly/", {"report": printed, "day": "2026-11-25", "to": ""}, follow=True
    )
    assert "Записана выдача отчётов: 2" in answer.content.decode()
    handed = WeeklyReport.objects.exclude(handed_on=None)
    assert sorted(handed.values_list("handed_to", flat=True)) == ["Иванова Инна", "Петров Пётр"]
    trace = handed.first().history.first()
    assert (trace.handed_on, trace.history_user) == (TODAY, world.deputy)
    assert len(browser.get("/reports/weekly/?state=handed").context["lines"]) == 2
    page = browser.get("/reports/weekly/")
    assert page.context["lines"] == []
    assert len(page.context["unprinted"]) == 2  # the next ones


def test_what_was_printed_alone_is_printed_when_it_is_handed_out(world, login):
    application = apply(world.ivanov)
    browser = login(world.class_teacher)
    data = {"unprinted": [application.pk], "day": "2026-11-24", "to": "бабушке"}
    answer = browser.post("/reports/weekly/", data)
    assert "ещё не напечатан" in answer.content.decode()
    assert 'value="бабушке"' in answer.content.decode()
    assert answer.content.decode().count(" checked") == 1
    for _ in range(2):  # the button pressed twice
        browser.post("/reports/weekly/", data | {"day": "2026-11-25"})
    report = application.reports.get()
    assert (report.issued_at, report.monday) == (worlds.NOON, MONDAY)
    assert (report.handed_to, report.batch, report.school_class) == ("бабушке", None, world.a5)
    assert due_days(application) == [day(12, 2), day(12, 2)]


def test_nothing_is_handed_out_before_it_is_printed(world, noon):
    apply(world.ivanov)
    print_now(world)
    report = WeeklyReport.objects.all()
    with pytest.raises(Refused, match=r"напечатан 25\.11\.2026"):
        hand_out(report, [], day(11, 24), "", world.deputy)
    assert not WeeklyReport.objects.exclude(handed_on=None).exists()


def test_what_was_printed_since_the_page_was_read_is_what_is_handed_out(world):
    application = apply(world.ivanov)
    batch = print_now(world)
    hand_out([], [application], TODAY, "маме", world.deputy)
    handed = application.reports.get()
    assert (handed.batch, handed.handed_to) == (batch, "маме")


def handed(world, student=None, to="Иванова Инна"):
    """A report that was handed out today."""
    application = apply(student or world.ivanov)
    print_now(world)
    report = application.reports.get()
    hand_out([report], [], TODAY, to, world.deputy)
    return report


def test_what_was_handed_out_is_not_handed_out_anew(world, login, noon):
    first = handed(world)
    second = apply(world.petrova, "Петров Пётр")
    noon.shift(datetime.timedelta(days=1))
    data = {
        "report": [first.pk],
        "unprinted": [second.pk],
        "day": "2026-11-26",
        "to": "бабушке",
    }
    answer = login(world.class_teacher).post("/reports/weekly/?state=", data)
    html = answer.content.decode()
    told = "Иванов Иван: отчёт за неделю с 23.11.2026 уже выдан 25.11.2026, кому: Иванова Инна."
    assert html.count(told) == 1
    assert 'value="бабушке"' in html
    assert f'name="report" value="{first.pk}"' not in html  # there is nothing to choose it by
    assert html.count(" checked") == 1
    assert WeeklyReport.objects.get(handed_on__isnull=False).handed_to == "Иванова Инна"


def test_a_button_that_is_pressed_twice_hands_out_once(world, login):
    application = apply(world.ivanov, ends_on=TODAY)
    print_now(world)
    report = application.reports.get()
    data = {"report": [report.pk], "day": "2026-11-25", "to": ""}
    browser = login(world.class_teacher)
    for _ in range(2):
        html = browser.post("/reports/weekly/", data, follow=True).content.decode()
        assert "Записана выдача отчётов: 1." in html
    assert report.history.filter(handed_to="Иванова Инна").count() == 1


def test_the_last_that_somebody_else_handed_out_meanwhile(world, login):
    application = apply(world.ivanov, ends_on=TODAY)
    print_now(world)
    report = application.reports.get()
    hand_out([report], [], TODAY, "", world.class_teacher)
    data = {"report": [report.pk], "day": "2026-11-25", "to": "бабушке"}
    html = login(world.deputy).post("/reports/weekly/", data).content.decode()
    assert "уже выдан 25.11.2026, кому: Иванова Инна." in html
    assert 'value="бабушке"' in html


def correcting(report, **changed):
    """What the page sends of the row; `changed` is what was typed there."""
    was = {"was_day": report.handed_on or TODAY, "was_to": report.handed_to or "Иванова Инна"}
    data = {"day": "2026-11-25", "to": "Иванов Игорь"} | was | changed
    return {f"correction-{name}": value for name, value in data.items()}


def test_a_mistaken_name_is_corrected_in_its_row(world, login):
    report = handed(world, to="Иванова Ина")
    report.refresh_from_db()
    browser = login(world.class_teacher)
    address = f"/reports/weekly/?state=handed&correct={report.pk}"
    assert f"state=handed&amp;correct={report.pk}#report-{report.pk}" in (
        browser.get("/reports/weekly/?state=handed").content.decode()
    )
    page = browser.get(address).content.decode()
    assert 'name="correction-to" value="Иванова Ина"' in page
    assert 'name="correction-day" value="2026-11-25"' in page
    assert 'name="correction-was_day" value="2026-11-25"' in page
    answer = browser.post(address, correcting(report, to="Иванова Инна"), follow=True)
    assert "Запись о выдаче исправлена: Иванов Иван." in answer.content.decode()
    assert "25.11.2026, Иванова Инна" in answer.content.decode()
    assert answer.request["QUERY_STRING"] == "state=handed"
    newest, before = report.history.all()[:2]
    assert (newest.handed_to, newest.history_user) == ("Иванова Инна", world.class_teacher)
    assert (before.handed_to, before.history_user) == ("Иванова Ина", world.deputy)
    again = browser.post(address, correcting(report, to="Иванова Инна"))  # sent twice
    assert again.url == "/reports/weekly/?state=handed"
    assert report.history.first() == newest


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"to": ""}, "Обязательное поле"),
        ({"to": "\u200b"}, "Обязательное поле"),
        ({"to": "я" * 301}, "не более 300"),
        ({"day": "2026-11-26"}, "ещё не наступил"),
        ({"day": "2026-11-24"}, "отчёт напечатан 25.11.2026, выдать его раньше нельзя"),
        (
            {"was_to": "Иванова Ина"},
            "запись исправили: выдан 25.11.2026, кому: Иванова Инна. Откройте её снова",
        ),
    ],
)
def test_a_correction_that_cannot_be_written(world, login, changed, error):
    report = handed(world)
    report.refresh_from_db()
    data = correcting(report, **changed)
    address = f"/reports/weekly/?state=&correct={report.pk}"
    html = login(world.deputy).post(address, data).content.decode()
    assert error in html
    assert f'value="{data["correction-to"]}"' in html or not data["correction-to"]
    assert f'value="{data["correction-day"]}"' in html
    report.refresh_from_db()
    assert (report.handed_on, report.handed_to) == (TODAY, "Иванова Инна")


def test_only_what_was_handed_out_is_corrected(world, login):
    apply(world.ivanov)
    print_now(world)
    owed = WeeklyReport.objects.get()
    address = f"/reports/weekly/?correct={owed.pk}"
    browser = login(world.deputy)
    assert browser.get(address).status_code == 404
    assert "исправили: не выдан" in browser.post(address, correcting(owed)).content.decode()
    assert not WeeklyReport.objects.exclude(handed_on=None).exists()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"day": "2026-11-25", "to": "маме"}, "Отметьте в таблице"),
        ({"day": "2026-11-26", "to": "маме", "report": "own"}, "ещё не наступил"),
        ({"day": "", "to": "маме", "report": "own"}, "Обязательное поле"),
        ({"day": "2026-11-25", "to": "я" * 301, "report": "own"}, "не более 300"),
    ],
)
def test_a_handing_out_that_cannot_be_written(world, login, data, error):
    owed, data = apply(world.ivanov), dict(data)
    if data.pop("report", None):
        data["unprinted"] = [owed.pk]
    answer = login(world.deputy).post("/reports/weekly/", data)
    assert error in answer.content.decode()
    assert data["to"] in answer.content.decode()
    assert not WeeklyReport.objects.exclude(handed_on=None).exists()


def test_a_class_teacher_has_own_pupils_only(world, login):
    own, other = apply(world.ivanov), apply(world.sidorov, "Сидорова Софья")
    browser = login(world.class_teacher)
    html = browser.get("/reports/weekly/").content.decode()
    assert "Иванов Иван" in html
    assert "Сидоров" not in html
    assert "Напечатать по всем" not in html
    assert "Сидоров" not in browser.get(APPLICATIONS).content.decode()
    keys = [own.pk, other.pk]
    browser.post("/reports/weekly/", {"unprinted": keys, "day": "2026-11-25"})
    assert WeeklyReport.objects.exclude(handed_on=None).get().application == own


def test_the_register_is_in_the_order_of_handing_out(world, login):
    for student in (world.sidorov, world.petrova, world.newcomer, world.ivanov):
        apply(student)
    browser = login(world.deputy)
    for name in ("unprinted", "lines"):
        lines = browser.get("/reports/weekly/").context[name]
        order = [("5А", "Иванов"), ("5А", "Петрова"), ("5Б", "Новиков"), ("5Б", "Сидоров")]
        assert [(line.class_name, line.student.user.last_name) for line in lines] == order
        print_now(world)


def test_to_take_away(world, login):
    apply(world.ivanov, "=1+1")
    print_now(world)
    apply(world.petrova, "Петров Пётр")
    answer = login(world.deputy).get("/reports/weekly/?format=xlsx&state=")
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.content)).active]
    assert rows[0] == [
        "Класс",
        "Ученик",
        "Заявитель",
        "Неделя с",
        "Срок",
        "Напечатан",
        "Выдан",
        "Кому",
    ]
    due, now = datetime.datetime(2026, 12, 2), datetime.datetime(2026, 11, 25, 12, 0)
    monday = datetime.datetime(2026, 11, 23)
    assert rows[1] == ["5А", "Иванов Иван", "'=1+1", monday, due, now, None, None]
    assert rows[2:] == [["5А", "Петрова Пелагея", "Петров Пётр", None, due, None, None, None]]


def test_queries_do_not_grow(world, login):
    browser = login(world.deputy)
    apply(world.ivanov)
    few = [queries_of(browser, address) for address in ("/reports/weekly/", APPLICATIONS)]
    for student in (world.petrova, world.special, world.sidorov, world.newcomer):
        apply(student)
    many = [queries_of(browser, address) for address in ("/reports/weekly/", APPLICATIONS)]
    assert many == few
    assert max(many) <= 12


def test_the_weeks_of_many_are_the_weeks_of_each(world, django_assert_num_queries):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "4/5")
    save_cell(world.maths, world.lesson.pk, world.petrova.pk, "", "н/3")
    save_cell(world.english, world.english_lesson.pk, world.sidorov.pk, "", "2")
    students = [world.ivanov, world.petrova, world.special, world.sidorov, world.gone]
    with django_assert_num_queries(9):
        together = weeks(students, MONDAY)
    assert together == {one.pk: week(one, MONDAY) for one in students}


# --- one row for each applicant and week ---

REGISTER = "/reports/weekly/"


def boxes(html):
    """How many can be chosen as printed, and as not printed yet."""
    return html.count('name="report"'), html.count('name="unprinted"')


def test_what_is_printed_for_all_and_handed_out_is_one_row(world, login):
    """The first rows of the list are what was printed; there is nothing to record a second of."""
    for student in (world.ivanov, world.petrova):
        apply(student)
    print_now(world)
    browser = login(world.deputy)
    html = browser.get(REGISTER).content.decode()
    assert boxes(html) == (2, 0)
    first = browser.get(REGISTER).context["lines"][0].report
    browser.post(REGISTER, {"report": [first.pk], "day": "2026-11-25", "to": ""})
    html = browser.get(REGISTER).content.decode()
    assert boxes(html) == (1, 1)
    assert html.index('name="report"') < html.index('name="unprinted"')
    assert WeeklyReport.objects.count() == 2
    lines = browser.get(f"{REGISTER}?state=").context["lines"]
    assert [line.report.is_waiting for line in lines] == [True, False]


def test_the_database_keeps_it_so(world):
    application = apply(world.ivanov)
    row = {"application": application, "monday": MONDAY, "issued_at": timezone.now()}
    WeeklyReport.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        WeeklyReport.objects.create(**row)


def test_a_week_printed_again_is_the_same_row(world, private_dir):
    application = apply(world.ivanov)
    first, second = print_now(world), print_now(world)
    report = application.reports.get()
    assert report.batch == second
    assert first.file.storage.exists(first.file.name)
    assert due_days(application) == [day(12, 2)]
    assert report.history.count() == 2


def test_all_that_are_printed_are_handed_out_by_one_button(world, login, noon):
    for student, who in ((world.ivanov, "Иванова Инна"), (world.petrova, "Петров Пётр")):
        apply(student, who)
    print_now(world)
    apply(world.special)
    browser = login(world.deputy)
    html = browser.get(REGISTER).content.decode()
    assert "Выданы все напечатанные здесь (2)" in html
    shown = re.findall(r'name="shown" value="(\d+)"', html)
    noon.shift(60)
    apply(world.sidorov)
    print_now(world)  # since the page was drawn: of this nobody knows
    data = {"all": "2", "shown": shown, "day": "2026-11-25", "to": ""}
    answer = browser.post(REGISTER, data, follow=True)
    assert "Записана выдача отчётов: 2" in answer.content.decode()
    handed = WeeklyReport.objects.exclude(handed_on=None)
    assert sorted(handed.values_list("handed_to", flat=True)) == ["Иванова Инна", "Петров Пётр"]


def test_a_mistaken_hand_out_is_taken_back(world, login, noon):
    application = apply(world.ivanov, starts_on=day(11, 17))
    noon.shift(-24 * 3600)  # the day on which it is due
    print_now(world)
    report = application.reports.get()
    hand_out([report], [], day(11, 24), "", world.class_teacher)
    noon.shift(24 * 3600)
    sweep()
    assert due_days(application) == [day(11, 24), day(12, 1)]
    assert not LateEntry.objects.filter(kind="report").exists()
    browser = login(world.deputy)
    address = f"{REGISTER}?state=handed&correct={report.pk}"
    assert "отменить выдачу" in browser.get(address).content.decode()
    data = {
        "take_back": "",
        "correction-was_day": "2026-11-24",
        "correction-was_to": "Иванова Инна",
        "correction-day": "чепуха",
        "correction-to": "",
    }
    html = browser.post(address, data, follow=True).content.decode()
    assert "отчёт снова ждёт выдачи: Иванов Иван" in html
    report.refresh_from_db()
    assert (report.handed_on, report.handed_to) == (None, "")
    trace, before = report.history.all()[:2]
    assert (trace.handed_on, trace.history_user) == (None, world.deputy)
    assert (before.handed_to, before.history_user) == ("Иванова Инна", world.class_teacher)
    # It was never there: what was due is late.
    assert due_days(application) == [day(11, 24)]
    assert LateEntry.objects.get(kind="report").settled_at is None
    assert boxes(browser.get(REGISTER).content.decode()) == (1, 0)
    assert "отчёт снова ждёт" in browser.post(address, data, follow=True).content.decode()  # twice
    assert report.history.count() == 3


def test_what_was_corrected_meanwhile_is_not_taken_back_unseen(world, login):
    report = handed(world)
    report.refresh_from_db()
    was = report.handed_on, report.handed_to
    correct_handing(report, was, TODAY, "бабушке")
    with pytest.raises(Refused, match="кому: бабушке"):
        take_back(report, was)


def test_a_day_put_right_moves_what_is_owed_next(world, noon):
    application = apply(world.ivanov, starts_on=day(11, 17))
    noon.shift(-24 * 3600)
    print_now(world)
    report = application.reports.get()
    noon.shift(24 * 3600)
    hand_out([report], [], TODAY, "", world.deputy)
    assert due_days(application) == [day(11, 24), day(12, 2)]
    assert LateEntry.objects.get(kind="report").settled_at == timezone.now()
    report.refresh_from_db()
    correct_handing(report, (TODAY, report.handed_to), day(11, 24), report.handed_to)
    assert due_days(application) == [day(11, 24), day(12, 1)]
    assert not LateEntry.objects.filter(kind="report").exists()


def test_who_got_a_part_of_the_week_is_given_the_whole(world, login, noon):
    """Handed out on Wednesday, printed on Friday with the others: so nobody is owed one on the next
    Wednesday, before that week is printed."""
    application = apply(world.ivanov)
    hand_out([], [application], TODAY, "бабушке", world.deputy)
    noon.move_to(datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC))
    batch = print_now(world)
    report = application.reports.get()
    assert (report.is_waiting, report.batch, report.handed_to) == (True, batch, "бабушке")
    assert boxes(login(world.deputy).get(REGISTER).content.decode()) == (1, 0)
    hand_out([report], [], day(11, 27), "", world.deputy)
    report.refresh_from_db()
    assert (report.is_waiting, report.handed_on) == (False, day(11, 27))
    assert due_days(application)[-1] == day(12, 4)
    print_now(world)  # the whole week once more changes nothing
    report.refresh_from_db()
    assert (report.is_waiting, report.batch) == (False, batch)


def test_an_earlier_paper_meets_the_duty_as_well(world, noon):
    application = apply(world.ivanov, starts_on=day(11, 9))
    print_now(world, day(11, 16))
    print_now(world)
    old = application.reports.get(monday=day(11, 16))
    hand_out([old], [], TODAY, "", world.deputy)
    assert application.reports.get(monday=MONDAY).is_waiting
    assert due_days(application) == [day(11, 16), day(12, 2)]


def test_a_correction_that_the_filters_hide_is_shown(world, login):
    report = handed(world)
    browser = login(world.class_teacher)
    html = browser.get(f"{REGISTER}?correct={report.pk}").content.decode()
    assert 'name="correction-to" value="Иванова Инна"' in html
    for key in ("999999", "x", "", "1&correct=999999"):
        assert browser.get(f"{REGISTER}?correct={key}").status_code == 404, key
    hidden = handed(world, world.sidorov)
    for data in (None, correcting(hidden)):
        address = f"{REGISTER}?correct={hidden.pk}"
        answer = browser.post(address, data) if data else browser.get(address)
        assert answer.status_code == 404
