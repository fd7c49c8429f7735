"""The secretary of a new school: six questions, classes and people typed and pasted, on a computer
and on a phone."""

import pytest
import time_machine
from playwright.sync_api import expect

from school.models import Enrolment, Parenthood, Role, School, SchoolClass, Student, Subject, User
from tests import world as worlds

from .conftest import box_of
from .test_phone import PHONE

pytestmark = pytest.mark.any_database


@pytest.fixture
def world(transactional_db):
    """Nothing but the secretary."""
    with time_machine.travel(worlds.NOON, tick=True):
        person = worlds.user("secretary", "Лапин", "Игорь", "Сергеевич")
        Role.objects.create(user=person, kind=Role.Kind.ADMIN)
        yield


PASTE = """(field, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const options = {clipboardData: data, bubbles: true, cancelable: true};
  field.dispatchEvent(new ClipboardEvent("paste", options));
}"""


def paste(field, text):
    """As soon as the script is there."""
    field.wait_for()
    field.page.wait_for_load_state()
    field.evaluate(PASTE, text)


def written(page, count):
    expect(page.locator(".message.success")).to_have_text(f"Записано строк: {count}.")


def answer(page):
    page.get_by_label("Как называется школа").fill("Школа-интернат № 7")
    page.get_by_label("Какие есть классы").fill("5А, 5Б")
    page.get_by_role("button", name="Показать, что запишем").click()
    expect(page.get_by_role("heading", name="Запишем")).to_be_visible()
    assert not School.objects.exists()
    page.get_by_role("button", name="Записать").click()
    expect(page.get_by_text("готово 4 из 10")).to_be_visible()


def new_field(page, label, place=0):
    """A field of a new row."""
    return page.locator("tr.new").nth(place).get_by_label(label, exact=True)


def test_from_nothing_to_people(open_as):
    page = open_as("secretary")
    page.get_by_role("link", name="Начать").click()
    answer(page)
    page.get_by_role("link", name="Продолжить: люди").click()

    # A list out of a spreadsheet: more rows than the page has, one of them wrong.
    pupils = ["Жуков\tЗахар\tИльич\t5А\t03.04.2015\tм", "Ежова\tЕва\t\t5Я\t05.06.2015\tж"]
    pupils += [f"Ученик{chr(1072 + n)}\tПётр\t\t5б\t01.02.2015\tм" for n in range(4)]
    paste(new_field(page, "Фамилия"), "\n".join(pupils))
    expect(page.get_by_role("button", name="Записать 6")).to_be_visible()
    page.get_by_role("button", name="Записать 6").click()
    written(page, 5)
    expect(page.get_by_text("Класса «5Я» нет")).to_be_visible()
    assert Enrolment.objects.filter(school_class__letter="Б").count() == 4

    # F8 goes to what is wrong; it is put right there.
    expect(page.get_by_role("button", name="Записать 1")).to_be_visible()  # the script is there
    page.keyboard.press("F8")
    assert page.evaluate("document.activeElement.value") == "5Я"
    page.keyboard.type("5А")
    page.get_by_role("button", name="Записать 1").click()
    written(page, 1)
    assert Student.objects.count() == 6

    page.get_by_role("link", name="Сегодня").click()
    page.get_by_role("link", name="Люди").first.click()
    page.get_by_role("link", name="Сотрудники").click()
    expect(page.get_by_role("link", name="Сотрудники")).to_have_attribute("aria-current", "page")
    page.wait_for_load_state()
    new_field(page, "Фамилия").fill("Калинина")
    new_field(page, "Имя").fill("Алла")
    new_field(page, "Имя").press("Enter")
    page.keyboard.type("Пётр")
    new_field(page, "Фамилия", 1).fill("Жуков")
    page.get_by_role("button", name="Записать 2").click()
    written(page, 2)

    page.get_by_role("link", name="Школа").first.click()
    page.get_by_role("link", name="Назначить: классы").click()
    page.locator("tr").filter(has=page.locator('input[type=text][value="5А"]')).get_by_label(
        "Классный руководитель"
    ).fill("калинина")
    page.get_by_role("button", name="Записать 1").click()
    written(page, 1)
    assert SchoolClass.objects.get(letter="А").class_teacher.last_name == "Калинина"

    # Who has no parents yet gets one.
    page.get_by_role("link", name="Школа").first.click()
    page.get_by_role("link", name="Показать 6: люди").click()
    page.get_by_role("link", name="Вписать им родителей").click()
    row = page.locator("tr").filter(has_text="Жуков Захар Ильич, 5А")
    row.get_by_label("Фамилия").fill("Жукова")
    row.get_by_label("Телефон").fill("8 913 555-01-24")
    page.get_by_role("button", name="Записать 1").click()
    written(page, 1)
    assert Parenthood.objects.get().parent.user.phone == "+79135550124"


def test_a_paste_is_taken_back_as_a_whole(open_as, world):
    page = open_as("secretary", "/setup/subjects/")
    new_field(page, "Предмет").fill("Химия")
    new_field(page, "Предмет").focus()
    block = "\n".join(f"Предмет {letter}\tП{letter}" for letter in "абвгд")
    paste(new_field(page, "Предмет"), block)
    expect(page.get_by_role("button", name="Записать 5")).to_be_visible()
    expect(new_field(page, "Сокращение", 4)).to_have_value("Пд")
    page.keyboard.press("Control+z")
    expect(new_field(page, "Предмет")).to_have_value("Химия")
    page.get_by_role("button", name="Записать 1").click()
    written(page, 1)
    assert [one.name for one in Subject.objects.all()] == ["Химия"]


def test_what_was_typed_before_the_script_counts(open_as):
    page, held = open_as("secretary", "/setup/"), []
    page.route("**/setup/rows*.js", lambda route: held.append(route))
    page.goto(page.url + "people/?tab=staff", wait_until="commit")
    page.locator('input[type=text][value="Лапин"]').fill("Лапина")
    held[0].continue_()
    page.get_by_role("button", name="Записать 1").click()
    written(page, 1)
    assert User.objects.get().last_name == "Лапина"


def test_two_secretaries(open_as):
    first = open_as("secretary", "/setup/people/?tab=staff")
    second = open_as("secretary", "/setup/people/?tab=staff")
    for page, name in ((first, "Лапина"), (second, "Лапкин")):
        page.locator('input[type=text][value="Лапин"]').fill(name)
        page.get_by_role("button", name="Записать 1").click()
    expect(second.get_by_text("Тем временем здесь записали «Лапина».")).to_be_visible()
    assert User.objects.get().last_name == "Лапина"
    second.get_by_role("button", name="Записать").click()
    written(second, 1)
    assert User.objects.get().last_name == "Лапкин"


@pytest.mark.parametrize("has_script", [True, False])
def test_on_a_phone(open_as, has_script):
    page = open_as("secretary", "/setup/questions/", **PHONE, java_script_enabled=has_script)
    answer(page)
    titles = page.get_by_label("Разделы").get_by_role("link")
    boxes = [box_of(one) for one in titles.all()]
    assert len({box["y"] for box in boxes}) == 1  # one line, nothing under «Ещё»
    page.get_by_role("link", name="Люди").last.click()
    new_field(page, "Фамилия").fill("Жуков")
    new_field(page, "Класс").fill("5А")
    page.get_by_role("button", name="Записать").click()
    written(page, 1)
    for path in PATHS:
        page.goto(path)
        width = box_of(page.locator("html"))["width"]
        assert width <= 390, path
        assert page.locator(".deed-bar .main, main a, main button").first.is_visible()
        if has_script:
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


PATHS = [
    *("/", "/setup/", "/setup/questions/", "/setup/year/", "/setup/year/?tab=days"),
    *("/setup/bells/", "/setup/subjects/?tab=scales", "/setup/subjects/?tab=works"),
    *("/setup/people/", "/setup/people/?tab=parents", "/setup/people/?tab=staff"),
    *("/setup/classes/", "/setup/accounts/", "/setup/timetable/", "/setup/lessons/"),
]


def test_without_a_script_a_block_is_pasted_as_text(open_as):
    page = open_as("secretary", "/setup/subjects/", java_script_enabled=False)
    page.get_by_text("Вставить из таблицы", exact=True).click()
    page.get_by_label("Строки, столбцы по порядку").fill("Химия\tХим.\nФизика;Физ.")
    page.get_by_role("button", name="Разобрать").click()
    expect(page.get_by_text("Прочитано, но ещё не записано")).to_be_visible()
    page.get_by_role("button", name="Записать").click()
    written(page, 2)
    assert Subject.objects.get(name="Физика").short_name == "Физ."
