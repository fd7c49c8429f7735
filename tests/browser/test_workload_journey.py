"""The workload is pasted with mistakes that are mended by keys, taken back; groups are ticked."""

import pytest
from playwright.sync_api import expect

from school.models import Employee, GroupMembership, Journal, Subject, TeachingAssignment, User
from setup.actions.workload import Edit, write_classes
from setup.queries.groups import groups_of
from setup.queries.workload import workload
from tests.world import user

pytestmark = pytest.mark.any_database

PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const told = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", told));
}"""


@pytest.fixture
def setting_up(world):
    world.history = Subject.objects.create(name="История", short_name="Ист.")
    world.music = Subject.objects.create(name="Музыка", short_name="Муз.")
    for login, name in (("ezhova", "Ежова"), ("zhukov", "Жуков"), ("kalinina", "Калинина")):
        Employee.objects.create(user=user(login, name, "Алла", "Дмитриевна"))
    return world


def cell(page, subject, school_class):
    return page.locator(f"#c-{subject.pk}-{school_class.pk}")


def texts(w, subject):
    load = workload(w.year)
    return [load.text((one.pk, subject.pk)) for one in (w.a5, w.b5)]


def test_a_paste_with_mistakes_is_mended_by_keys_and_taken_back(setting_up, open_as):
    w = setting_up
    page = open_as("admin", "/setup/workload/", viewport={"width": 1366, "height": 768})
    cell(page, w.history, w.a5).click()
    page.evaluate(PASTE, "Калинена 2\tЕжова 2 / Жуков 2")
    question = page.locator("#workload .question")
    expect(question).to_contain_text("5А, История: Сотрудника «Калинена» нет. Похоже: Калинина")
    expect(cell(page, w.history, w.b5)).to_contain_text("Жуков")
    assert texts(w, w.history) == ["", "Ежова 2 / Жуков 2"]
    page.keyboard.press("Enter")
    expect(question).to_be_hidden()
    expect(page.locator("#workload .state")).to_contain_text("Записано: 1")
    assert texts(w, w.history)[0] == "Калинина 2"
    # Another block, with two mistakes: F8 goes from one to the next.
    cell(page, w.music, w.a5).click()
    page.evaluate(PASTE, "Щукин 1\tКалинина 30")
    expect(question).to_contain_text("Сотрудника «Щукин» нет")
    expect(question).to_contain_text("ещё ошибок: 1")
    page.keyboard.press("F8")
    expect(question).to_contain_text("5Б, Музыка: 30 ч.")
    page.keyboard.press("F8")
    question.get_by_role("button", name="Новый сотрудник").click()
    question.get_by_label("Имя").fill("Иван")
    question.get_by_role("button", name="Добавить").click()
    expect(cell(page, w.music, w.a5)).to_contain_text("Щукин")
    expect(question).to_contain_text("30 ч.")
    assert User.objects.get(last_name="Щукин").employee
    cell(page, w.music, w.b5).focus()
    page.keyboard.press("Escape")
    # Each deed goes back as it came.
    for _ in range(3):
        page.keyboard.press("Control+z")
        expect(page.locator("#workload .state")).to_contain_text("Возвращено")
        page.locator("#workload .state").evaluate("one => { one.textContent = '' }")
    assert not Journal.objects.filter(subject__in=[w.history, w.music]).exists()
    expect(cell(page, w.history, w.b5)).to_have_text("")


def test_a_cell_is_typed_and_somebody_else_was_first(setting_up, open_as):
    w = setting_up
    page = open_as("admin", "/setup/workload/")
    cell(page, w.history, w.a5).click()
    page.keyboard.press("F2")
    page.keyboard.type("калинина 2")
    page.keyboard.press("Enter")
    expect(page.locator("#workload .state")).to_contain_text("Записано: 1")
    assert TeachingAssignment.objects.get(journal__subject=w.history).hours == 2
    write_classes(w.year, [Edit((w.b5.pk, w.history.pk), "Ежова 2")], w.admin)
    cell(page, w.history, w.b5).click()
    page.keyboard.press("F2")
    page.keyboard.type("Жуков 2")
    page.keyboard.press("Enter")
    question = page.locator("#workload .question")
    cell(page, w.history, w.b5).focus()
    expect(question).to_contain_text("тем временем здесь стало «Ежова 2», вы писали «Жуков 2»")
    question.get_by_role("button", name="Записать моё").click()
    expect(page.locator("#workload .state")).to_contain_text("Записано: 1")
    assert texts(w, w.history) == ["Калинина 2", "Жуков 2"]


def test_groups_are_ticked_and_parted_at_once(setting_up, open_as):
    w = setting_up
    write_classes(w.year, [Edit((w.a5.pk, w.history.pk), "Ежова 2 / Жуков 2")], w.admin)
    first, second = [one.group for one in groups_of(w.year).splits[w.a5.pk][-1].columns]
    page = open_as("admin", f"/setup/groups/?class={w.a5.pk}")

    def tick(student, group):
        return page.locator(f"input[name=t][value='{student.pk}-{group}']")

    tick(w.ivanov, first).check()
    expect(page.locator("#ticks .state")).to_contain_text("сохранено")
    assert GroupMembership.objects.get(group=first).student == w.ivanov
    tick(w.ivanov, first).focus()
    page.keyboard.press("2")
    expect(tick(w.ivanov, first)).not_to_be_checked()
    expect(page.locator(f"[data-count='{second}']")).to_have_text("1")
    assert GroupMembership.objects.get(group=second).student == w.ivanov
    page.get_by_role("button", name="Поделить всё, что делит нагрузка").click()
    expect(page.get_by_role("button", name="Вернуть как было")).to_be_visible()
    assert groups_of(w.year).wanting(w.a5.pk) == 0
    page.get_by_role("button", name="Вернуть как было").click()
    expect(page.locator("main")).to_contain_text("Возвращено как было")
    assert groups_of(w.year).wanting(w.a5.pk) == 2


def test_on_a_phone_one_class_is_a_list(setting_up, open_as):
    w = setting_up
    page = open_as("admin", "/setup/workload/", viewport={"width": 390, "height": 844})
    page.locator(".only-narrow a", has_text="5А").click()
    page.get_by_label("История").fill("Калинина 2")
    page.get_by_role("button", name="Записать").click()
    expect(page.locator("main")).to_contain_text("Записано: 1")
    assert texts(w, w.history)[0] == "Калинина 2"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
