"""Two days without access: from the paper into the journal (3.1, 3.2)."""

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from journals.actions.watch import sweep
from journals.models import LateEntry
from school.models import Lesson
from tests.tempjournal import filled

from .test_journeys import arrived, cell, leaving, saved, type_russian

# A browser's journey, alike on every database; test_journeys.py runs on both.
pytestmark = pytest.mark.any_database


def test_an_outage_from_its_record_to_the_diary(world, open_as, tmp_path):
    sweep()
    assert LateEntry.objects.filter(lesson__in=[world.lesson, world.substituted]).count() == 6

    deputy = open_as("deputy", "/temp-journals/")
    deputy.get_by_role("link", name="Записать сбой").click()
    deputy.get_by_label("Доступа не было с").fill("2026-11-23T08:00")
    deputy.get_by_label("Сбой ещё продолжается").uncheck()
    deputy.get_by_label("По", exact=True).fill("2026-11-24T19:00")
    deputy.get_by_label("Почему").fill("Авария у провайдера")
    deputy.get_by_role("button", name="Записать").click()
    expect(deputy.locator("main")).to_contain_text("конец дня 26 ноября 2026")
    expect(deputy.locator("table.transfers")).to_contain_text("5А, Математика")

    page = open_as("teacher", "/temp-journals/")
    page.get_by_role("region", name="За другие дни").get_by_label("Класс").select_option("5А")
    with page.expect_download() as download:
        page.get_by_role("button", name="XLSX").click()
    file = tmp_path / "5А.xlsx"
    download.value.save_as(file)
    book = load_workbook(file)
    sheet = next(one for one in book if one.title.startswith("Математика"))
    _fill(sheet, {("Иванов", 23): "5", ("Иванов", 24): "4/5", ("Петрова", 23): "н"})
    _fill(sheet, {("Петрова", 24): "7"})  # a slip of the finger
    _write(sheet, {23: ("Сложение дробей", "§ 12, № 345"), 24: ("Вычитание дробей", "-")})
    book.save(file)

    page.goto("/")
    page.locator("#transfers").locator("..").get_by_role("link").first.click()
    page.get_by_label("Заполненный файл XLSX").set_input_files(file)
    page.get_by_role("button", name="Загрузить").click()
    wrong = page.locator("input[aria-invalid=true]")
    expect(wrong).to_have_value("7")
    expect(page.locator(".problems")).to_contain_text("Нет такой отметки: «7»")
    wrong.fill("3")
    page.get_by_role("button", name="Проверить исправленное ещё раз").click()
    expect(wrong).to_have_count(0)
    page.get_by_role("button", name="Перенести отмеченное").click()
    expect(page.locator("h1")).to_contain_text("перенесён")

    page.goto(f"/journals/{world.maths.pk}/")
    texts = {"Иванов": ("5", "4/5"), "Петрова": ("н", "3")}
    for pupil, name in ((world.ivanov, "Иванов"), (world.petrova, "Петрова")):
        for lesson, text in zip((world.lesson, world.substituted), texts[name], strict=True):
            expect(cell(page, pupil, lesson)).to_have_text(text)
    cell(page, world.petrova, world.lesson).click()
    page.keyboard.press("F4")
    expect(page.locator("dialog#history")).to_contain_text("из временного журнала")

    diary = open_as("parent", f"/diary/{world.ivanov.pk}/?week=2026-W48")
    expect(diary.locator("main")).to_contain_text("Сложение дробей")
    expect(diary.locator("main")).to_contain_text("§ 12, № 345")
    expect(diary.locator("main")).to_contain_text("Вычитание дробей")
    expect(diary.locator("main")).to_contain_text("4,67")  # of a 5, a 4 and a 5

    sweep()
    assert not LateEntry.objects.filter(lesson__in=[world.lesson, world.substituted]).exists()
    deputy.goto("/review/late/?state=")
    late = deputy.locator("tbody")
    expect(late).to_contain_text("05.11, 2-й")  # before the outage: that one was forgotten
    for day in ("23.11", "24.11"):
        expect(late).not_to_contain_text(f"{day}, ")


def _fill(sheet, marks):
    """Type {(last name, day of November): text} as one sees it: a row by its name, a column by its
    date."""
    rows = {str(row[1].value).split()[0]: row[0].row for row in sheet.iter_rows() if row[1].value}
    heads = next(row for row in sheet.iter_rows() if any(one.value == "число" for one in row))
    columns = {str(one.value)[:2]: one.column for one in heads if one.value}
    for (name, day), text in marks.items():
        sheet.cell(rows[name], columns[str(day)]).value = text


def _write(sheet, lines):
    """The facing page: {day of November: (topic, homework)}."""
    places = {one.value: one.coordinate for row in sheet.iter_rows() for one in row if one.value}
    topic, homework, date = (
        sheet[places[head]].column
        for head in ("Что пройдено на уроке", "Домашнее задание", "Число и месяц")
    )
    for row in range(sheet[places["Число и месяц"]].row + 1, sheet.max_row + 1):
        day = str(sheet.cell(row, date).value or "0")[:2]
        if int(day) in lines:
            sheet.cell(row, topic).value, sheet.cell(row, homework).value = lines[int(day)]


def test_leaving_with_corrections_that_are_not_checked_asks_first(world, open_as, tmp_path):
    outage = filled.outage(world, (23, 8), (24, 19))
    file = tmp_path / "5А.xlsx"
    paper = filled.filled_maths(world).mark(world.substituted, world.petrova, "7")
    file.write_bytes(paper.content())
    page = open_as("teacher", f"/temp-journals/outages/{outage.pk}/transfer/")
    page.get_by_label("Заполненный файл XLSX").set_input_files(file)
    page.get_by_role("button", name="Загрузить").click()
    arrived(page, "main", "5А.xlsx")
    asked = leaving(page)
    wrong = page.locator("input[aria-invalid=true]")
    wrong.click()
    page.keyboard.type("8")
    page.get_by_role("link", name="← Перенос").click()
    expect(wrong).to_have_value("78")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Проверить исправленное ещё раз").click()
    arrived(page, "main", "Проверено ещё раз")

    box = page.get_by_label("Иванов Иван, 23.11: 5")
    box.uncheck()
    page.get_by_role("link", name="← Перенос").click()
    expect(box).not_to_be_checked()
    assert asked == ["beforeunload"] * 2
    box.check()  # as it was: nothing would be lost
    page.get_by_role("link", name="← Перенос").click()
    expect(page.locator("h1")).to_contain_text("Перенос")
    assert asked == ["beforeunload"] * 2


def test_a_page_of_paper_by_keyboard_alone(world, open_as):
    outage = filled.outage(world, (23, 8), (24, 19))
    page = open_as("teacher", f"/temp-journals/outages/{outage.pk}/transfer/")
    page.get_by_role("link", name="5А, Математика").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("5А, Математика")
    expect(page.locator('td[tabindex="0"]')).to_have_count(1)
    # The first lesson is active; the paper is typed down its columns, one after the other.
    page.keyboard.press("5")
    page.keyboard.press("Enter")  # Петрова
    page.keyboard.press("Enter")  # past the last pupil: the next lesson's first one
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    type_russian(page, "н")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("+")
    page.keyboard.press("F6")
    page.keyboard.type("Drobi")
    page.keyboard.press("Tab")
    saved(page)
    cell(page, world.petrova, world.lesson).click()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    refused = cell(page, world.petrova, world.lesson)
    expect(refused).to_have_attribute("aria-invalid", "true")
    page.reload()
    expect(refused).to_have_attribute("aria-invalid", "true")  # what was typed is still there
    expect(refused).to_have_text("7")
    expect(cell(page, world.ivanov, world.lesson)).to_have_text("5")
    expect(cell(page, world.ivanov, world.substituted)).to_have_text("4")
    expect(cell(page, world.petrova, world.substituted)).to_have_text("н")
    lesson = Lesson.objects.get(pk=world.lesson.pk)
    assert (lesson.topic, lesson.attendance_taken_at) == ("Drobi", lesson.last_instant)
    page.get_by_role("link", name="5Б, Математика").click()
    expect(page.locator("h1")).to_have_text("5Б, Математика")


def test_on_a_phone_nothing_overflows(world, open_as, tmp_path):
    outage = filled.outage(world, (23, 8), (24, 19))
    address = f"/temp-journals/outages/{outage.pk}/"
    page = open_as("teacher", "/temp-journals/", viewport={"width": 390, "height": 844})
    for path in (
        "/temp-journals/",
        address,
        f"{address}transfer/",
        f"{address}transfer/{world.maths.pk}/",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    paper = filled.filled_maths(world)
    sheet = paper.sheet(world.maths)
    sheet["B20"], sheet["E20"], sheet["D9"] = "Длиннофамильная-Незнамова Александра", "4", "7"
    file = tmp_path / "5А.xlsx"
    file.write_bytes(paper.content())
    page.goto(f"{address}transfer/")
    page.get_by_label("Заполненный файл XLSX").set_input_files(file)
    page.get_by_role("button", name="Загрузить").click()
    page.get_by_label("Строка 20").select_option("Петрова Пелагея")
    page.get_by_role("button", name="Проверить исправленное ещё раз").click()
    expect(page.get_by_label("Строка 20")).to_have_value(str(world.petrova.pk))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
