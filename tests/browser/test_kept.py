"""Who is writing, and what is not lost: two people at one laptop, a killed browser, a cut line."""

import pytest
from playwright.sync_api import expect

from journals.actions.entries import save_cell, save_field
from journals.actions.grades import GradeEntry, save_grades
from journals.actions.review import answer_remark, make_remark
from journals.models import Mark, PeriodGrade, Remark
from school.models import Lesson

from .conftest import log_in
from .test_journeys import cell, leaving, marks_of, saved

# What a page does with what is typed; two people on every database are in test_journeys.
pytestmark = pytest.mark.any_database


@pytest.fixture
def grid(world):
    return f"/journals/{world.maths.pk}/"


def type_mark(page, student, lesson, text):
    cell(page, student, lesson).click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def light(page):
    return page.locator("#light")


def cut(page):
    """The line to the server is dead for what is saved; pages still come."""
    page.route("**/cells/", lambda route: route.abort())
    page.route("**/fields/", lambda route: route.abort())


def mend(page):
    page.unroute("**/cells/")
    page.unroute("**/fields/")


def try_again(page):
    """As when the line comes back, or the person presses «Повторить сейчас»."""
    page.evaluate("dispatchEvent(new Event('online'))")


def agree(page):
    """To every question of the browser."""
    page.on("dialog", lambda dialog: dialog.accept())


def switch(page, username):
    page.goto("/login/?switch=1")
    log_in(page, username)


# --- who is writing (5.4) ---


def test_another_person_in_a_second_tab_is_not_written_under(world, grid, open_as):
    page = open_as("teacher", grid)
    other = page.context.new_page()
    other.goto("/")
    other.get_by_role("button", name="Выйти").click()
    log_in(other, "classteacher")

    type_mark(page, world.ivanov, world.lesson, "2")
    expect(page.locator(".bar .unsaved")).to_contain_text("вошёл другой человек")
    expect(light(page)).to_have_text("Не сохранено: 1")
    assert marks_of(world.ivanov) == []
    other.goto(grid)  # she sees nothing of it
    expect(cell(other, world.ivanov, world.lesson)).to_have_text("")
    expect(light(other)).to_have_text("Всё сохранено")

    other.get_by_role("button", name="Выйти").click()
    told = other.locator("main")
    expect(told).to_contain_text("В этом браузере есть несохранённые записи")
    for name in ("Матвеева", "5А", "Иванов"):
        expect(told).not_to_contain_text(name)
    log_in(other, "teacher")
    expect(light(other)).to_have_text("Всё сохранено")
    assert marks_of(world.ivanov) == ["2"]
    assert {row.history_user for row in Mark.history.all()} == {world.teacher}


def test_who_may_not_write_there_makes_the_page_give_nothing_up(world, grid, open_as):
    page = open_as("teacher", grid)
    page.context.clear_cookies(name="sessionid")
    for student, text in ((world.ivanov, "5"), (world.petrova, "4")):
        type_mark(page, student, world.lesson, text)
    type_mark(page, world.ivanov, world.today_lesson, "3")
    expect(page.locator(".bar .unsaved")).to_contain_text("Сеанс окончен")
    other = page.context.new_page()
    other.goto("/login/")
    log_in(other, "parent")
    page.get_by_role("button", name="Показать").wait_for()
    try_again(page)  # tried once more, as another
    expect(page.locator(".bar .unsaved")).to_contain_text("вошёл другой человек")
    expect(light(page)).to_have_text("Не сохранено: 3")

    switch(other, "teacher")
    expect(light(other)).to_have_text("Всё сохранено")
    assert marks_of(world.ivanov) == ["5", "3"]
    assert marks_of(world.petrova) == ["4"]


def test_a_form_of_another_person_comes_back_to_its_owner(world, open_as):
    path = f"/review/remarks/new/?journal={world.maths.pk}"
    page = open_as("deputy", path)
    page.get_by_label("Замечание").fill("Мало отметок")
    other = page.context.new_page()
    switch(other, "director")
    agree(page)
    page.locator("form.sheet button.main").click()
    expect(page.locator("h1")).to_have_text("Сейчас вошёл другой человек")
    expect(page.locator("main")).to_contain_text("Набранное хранится в этом браузере")
    assert not Remark.objects.exists()
    page.goto(path)  # as the director: nothing of it
    expect(page.get_by_label("Замечание")).to_have_value("")
    switch(page, "deputy")
    page.goto(path)
    expect(page.get_by_label("Замечание")).to_have_value("Мало отметок")
    page.locator("form.sheet button.main").click()
    page.wait_for_url(lambda url: "/new/" not in url)
    assert Remark.objects.get().author == world.deputy
    page.goto(path)  # it is written: nothing comes back
    expect(page.get_by_label("Замечание")).to_have_value("")


def test_an_ended_session_is_told_where_something_is_asked_for(world, grid, open_as):
    """Not as a page of log-in inside of the history's dialog."""
    page = open_as("teacher", grid)
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("F4")
    expect(page.locator(".bar .state")).to_have_text(
        "Историю сейчас не открыть: сеанс окончен, войдите снова."
    )
    expect(page.locator("dialog#history")).to_be_hidden()


# --- told everywhere ---


def test_what_is_not_saved_is_told_on_every_page_and_sent_from_there(world, grid, open_as):
    page = open_as("teacher", grid)
    cut(page)
    type_mark(page, world.ivanov, world.lesson, "4")
    expect(light(page)).to_have_text("Не сохранено: 1")
    agree(page)
    page.goto("/")
    expect(light(page)).to_have_text("Не сохранено: 1")
    strip = page.locator("p.unsaved")
    expect(strip).to_contain_text("Не сохранено: 1 · 5А, Математика")
    page.keyboard.press("F8")
    way = page.get_by_role("dialog").get_by_role("link")
    expect(way).to_have_text("Иванов Иван, 23.11.2026")
    way.press("Enter")
    page.wait_for_url(lambda url: grid in url)
    expect(cell(page, world.ivanov, world.lesson)).to_be_focused()
    expect(cell(page, world.ivanov, world.lesson)).to_have_text("4")
    page.goto("/account/")
    page.get_by_role("button", name="Повторить сейчас").wait_for()
    mend(page)
    try_again(page)
    expect(light(page)).to_have_text("Всё сохранено")
    expect(strip).to_be_hidden()
    assert marks_of(world.ivanov) == ["4"]


def test_refused_and_contested_ones_are_counted_and_reached_in_one_key(world, grid, open_as):
    page = open_as("teacher", grid)
    save_cell(world.maths, world.lesson.pk, world.petrova.pk, "", "3")
    type_mark(page, world.ivanov, world.lesson, "6")
    expect(light(page)).to_have_text("Не сохранено: 1")
    type_mark(page, world.petrova, world.lesson, "5")
    expect(light(page)).to_have_text("Не сохранено: 2")
    cell(page, world.ivanov, world.today_lesson).click()
    page.keyboard.press("F8")
    expect(cell(page, world.ivanov, world.lesson)).to_be_focused()
    page.keyboard.press("F8")
    expect(cell(page, world.petrova, world.lesson)).to_be_focused()
    page.get_by_role("button", name="Оставить «3»").click()
    expect(light(page)).to_have_text("Не сохранено: 1")
    agree(page)
    page.goto("/")  # a refused one is told there too, and may be taken away
    light(page).click()
    expect(page.get_by_role("dialog")).to_contain_text("Нет такой отметки")
    page.get_by_role("button", name="Убрать").click()
    expect(light(page)).to_have_text("Всё сохранено")


def test_logging_out_with_something_unsaved_asks_first(world, grid, open_as):
    page = open_as("teacher", grid)
    cut(page)
    type_mark(page, world.ivanov, world.lesson, "4")
    expect(light(page)).to_have_text("Не сохранено: 1")
    asked = leaving(page)
    page.get_by_role("button", name="Выйти").click()
    assert asked == ["confirm"]
    expect(page.locator("table.grid")).to_be_visible()


def test_one_tab_tells_the_other(world, grid, open_as):
    page = open_as("teacher", grid)
    cut(page)
    type_mark(page, world.ivanov, world.lesson, "4")
    expect(light(page)).to_have_text("Не сохранено: 1")
    other = page.context.new_page()
    other.goto("/")  # whose line is not cut
    expect(light(other)).to_have_text("Всё сохранено")
    expect(light(page)).to_have_text("Всё сохранено")
    assert marks_of(world.ivanov) == ["4"]


# --- kept from the first letter ---


def test_a_killed_browser_loses_no_mark_and_no_more_than_the_last_letters(world, grid, laptop):
    page = laptop.open("teacher", grid)
    cut(page)
    type_mark(page, world.ivanov, world.lesson, "4")
    expect(light(page)).to_have_text("Не сохранено: 1")
    cell(page, world.petrova, world.lesson).click()
    page.keyboard.type("3")  # not entered
    page.wait_for_timeout(500)
    laptop.kill()
    assert marks_of(world.ivanov) == []

    page = laptop.open("teacher", grid)
    expect(cell(page, world.ivanov, world.lesson)).to_have_text("4")
    saved(page)
    assert marks_of(world.ivanov) == ["4"]
    left = cell(page, world.petrova, world.lesson)
    expect(left).to_have_text("3")
    expect(light(page)).to_have_text("Не сохранено: 1")
    assert marks_of(world.petrova) == []  # nobody has entered it
    page.keyboard.press("F8")
    expect(left).to_be_focused()
    page.get_by_role("button", name="Сохранить «3»").click()
    saved(page)
    assert marks_of(world.petrova) == ["3"]
    expect(light(page)).to_have_text("Всё сохранено")


def test_a_killed_browser_brings_a_half_written_topic_back(world, grid, laptop):
    field = f'[data-lesson="{world.lesson.pk}"] textarea[data-field="topic"]'
    page = laptop.open("teacher", grid)
    page.locator(field).click()
    page.keyboard.type("Сложение др")
    page.wait_for_timeout(500)
    laptop.kill()
    page = laptop.open("teacher", grid)
    topic = page.locator(field)
    expect(topic).to_have_value("Сложение др")
    assert Lesson.objects.get(pk=world.lesson.pk).topic == ""
    topic.click()
    page.keyboard.press("End")
    page.keyboard.type("обей")
    topic.blur()
    saved(page)
    assert Lesson.objects.get(pk=world.lesson.pk).topic == "Сложение дробей"


def test_a_draft_over_what_another_has_written_since_asks(world, grid, open_as):
    page = open_as("teacher", grid)
    cell(page, world.ivanov, world.lesson).click()
    page.keyboard.type("4")
    page.wait_for_timeout(300)
    other = page.context.new_page()  # the first tab stays as it is: its cell is still open
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "2")
    other.goto(grid)
    target = cell(other, world.ivanov, world.lesson)
    expect(target).to_have_text("4")
    target.click()
    other.get_by_role("button", name="Сохранить «4»").click()
    expect(other.get_by_role("button", name="Оставить «2»")).to_be_visible()
    assert marks_of(world.ivanov) == ["2"]


def test_a_mark_half_corrected_when_the_page_is_left_is_no_conflict(world, grid, open_as):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "5")
    page = open_as("teacher")
    agree(page)
    page.goto(grid)
    cell(page, world.ivanov, world.lesson).click()
    page.keyboard.press("F2")
    page.keyboard.press("Backspace")
    page.keyboard.type("4")
    page.go_back()
    page.goto(grid)
    expect(light(page)).to_have_text("Всё сохранено")
    assert marks_of(world.ivanov) == ["4"]


# --- the lesson's page ---


@pytest.fixture
def lesson_path(world):
    return f"/journals/{world.maths.pk}/lessons/{world.lesson.pk}/"


def test_the_lessons_page_saves_each_field(world, lesson_path, open_as):
    page = open_as("teacher", lesson_path)
    page.get_by_label("Что пройдено на уроке").fill("Дроби")
    page.get_by_label("Домашнее задание").fill("-")
    page.get_by_label("Первый вид работы").select_option("Контрольная работа")
    page.get_by_label("Отсутствующие отмечены").check()
    page.get_by_label("Иванов Иван").fill("5")
    page.get_by_label("Петрова Пелагея").fill("6")
    expect(light(page)).to_have_text("Не сохранено: 6")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator("main")).to_contain_text("Нет такой отметки: «6»")
    expect(page.get_by_label("Петрова Пелагея")).to_have_value("6")
    expect(light(page)).to_have_text("Не сохранено: 1")
    lesson = Lesson.objects.get(pk=world.lesson.pk)
    assert (lesson.topic, lesson.no_homework) == ("Дроби", True)
    assert lesson.attendance_taken_at
    mark = Mark.objects.get()
    assert (mark.student, mark.value.text, mark.work.work_type) == (world.ivanov, "5", world.test)
    page.get_by_label("Петрова Пелагея").fill("3")
    page.get_by_role("button", name="Сохранить").click()
    expect(light(page)).to_have_text("Всё сохранено")
    assert marks_of(world.petrova) == ["3"]
    page.get_by_label("Отсутствующие отмечены").uncheck()  # a slip of the finger
    page.get_by_role("button", name="Сохранить").click()
    expect(light(page)).to_have_text("Всё сохранено")
    assert Lesson.objects.get(pk=world.lesson.pk).attendance_taken_at is None


def test_the_lessons_page_outlives_its_session(world, lesson_path, open_as):
    page = open_as("teacher", lesson_path)
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Что пройдено на уроке").fill("Дроби")
    page.get_by_label("Иванов Иван").fill("5")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator("p.unsaved")).to_contain_text("Сеанс окончен")
    agree(page)
    page.goto(lesson_path)  # to the log-in, and back
    log_in(page, "teacher")
    expect(page.get_by_label("Что пройдено на уроке")).to_have_value("Дроби")
    expect(page.get_by_label("Иванов Иван")).to_have_value("5")
    expect(light(page)).to_have_text("Всё сохранено")
    assert marks_of(world.ivanov) == ["5"]
    assert Lesson.objects.get(pk=world.lesson.pk).topic == "Дроби"


def test_the_lessons_page_asks_keeps_and_sends(world, lesson_path, open_as):
    page = open_as("teacher", lesson_path)
    asked = leaving(page)
    page.get_by_label("Что пройдено на уроке").fill("Дроби")
    page.get_by_role("link", name="Журналы", exact=True).click()
    expect(page.get_by_label("Что пройдено на уроке")).to_have_value("Дроби")
    assert asked == ["beforeunload"]
    cut(page)
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator(".bar")).to_contain_text("Набранное не пропадёт и отправится само")
    mend(page)
    try_again(page)
    expect(light(page)).to_have_text("Всё сохранено")
    assert Lesson.objects.get(pk=world.lesson.pk).topic == "Дроби"


def test_a_colleague_was_first_on_the_lessons_page(world, lesson_path, open_as):
    page = open_as("teacher", lesson_path)
    save_field(world.maths, world.lesson.pk, "topic", "", "Доли")
    page.get_by_label("Иванов Иван").fill("5")
    page.get_by_role("button", name="Сохранить").click()
    expect(light(page)).to_have_text("Всё сохранено")  # the topic was left alone
    page.get_by_label("Что пройдено на уроке").fill("Дроби")
    page.get_by_role("button", name="Сохранить").click()
    page.get_by_role("button", name="Поставить «Дроби»").click()
    expect(light(page)).to_have_text("Всё сохранено")
    assert Lesson.objects.get(pk=world.lesson.pk).topic == "Дроби"


# --- other forms ---


def test_grades_come_back_over_what_stood_there_then(world, open_as):
    """Another has given a grade meanwhile: it is not overwritten unseen."""
    path = f"/journals/{world.maths.pk}/grades/"
    page = open_as("teacher", path)
    field = page.locator(f'input[name="p{world.quarters[0].pk}-{world.ivanov.pk}"]')
    field.fill("4")
    expect(light(page)).to_have_text("Не сохранено: 1")
    entry = GradeEntry(f"p{world.quarters[0].pk}", world.ivanov.pk, "", "5", True)
    save_grades(world.maths, world.class_teacher, [entry])
    agree(page)
    page.goto("/")
    expect(page.locator("p.unsaved")).to_contain_text("5А, Математика: оценки")
    page.goto(path)
    expect(field).to_have_value("4")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator("main")).to_contain_text("здесь стало: «5»")
    assert PeriodGrade.objects.get().value.text == "5"


def test_a_cards_text_is_asked_about_but_not_kept(world, open_as):
    path = f"/students/{world.ivanov.pk}/card/"
    page = open_as("classteacher", path)
    asked = leaving(page)
    page.get_by_label("Адрес").fill("Тайная улица, 5")
    page.get_by_role("link", name="Журналы", exact=True).click()
    assert asked == ["beforeunload"]
    kept = page.evaluate(
        """new Promise((done) => {
          const opening = indexedDB.open("journal", 1);
          opening.onsuccess = () => {
            const all = opening.result.transaction("entries").objectStore("entries").getAll();
            all.onsuccess = () => done(JSON.stringify(all.result));
          };
        })"""
    )
    assert "Тайная" not in kept


# --- typing on while something is on its way ---


def test_the_answer_to_an_earlier_text_leaves_a_newer_one_alone(world, grid, open_as):
    page = open_as("teacher", grid)
    topic = page.locator(f'tr[data-lesson="{world.lesson.pk}"] textarea[data-field="topic"]')
    cut(page)
    topic.fill("Дроби")
    topic.press("Enter")
    expect(light(page)).to_have_text("Не сохранено: 1")
    topic.click()
    page.keyboard.press("End")
    page.keyboard.type(" и доли")
    try_again(page)  # tried again, and it fails again
    page.wait_for_timeout(500)
    expect(topic).to_have_value("Дроби и доли")
    mend(page)
    try_again(page)
    saved(page)
    expect(topic).to_have_value("Дроби и доли")
    assert Lesson.objects.get(pk=world.lesson.pk).topic == "Дроби"
    topic.press("Enter")
    expect(light(page)).to_have_text("Всё сохранено")
    assert Lesson.objects.get(pk=world.lesson.pk).topic == "Дроби и доли"


def test_so_it_does_on_the_lessons_page(world, lesson_path, open_as):
    page = open_as("teacher", lesson_path)
    topic = page.get_by_label("Что пройдено на уроке")
    cut(page)
    topic.fill("Дроби")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator(".bar")).to_contain_text("Набранное не пропадёт")
    topic.fill("Дроби и доли")
    mend(page)
    try_again(page)
    saved(page)
    expect(topic).to_have_value("Дроби и доли")
    page.get_by_role("button", name="Сохранить").click()
    expect(light(page)).to_have_text("Всё сохранено")
    assert Lesson.objects.get(pk=world.lesson.pk).topic == "Дроби и доли"


def test_a_lost_answer_makes_nobody_a_stranger_to_himself(world, grid, open_as):
    """«4.5» stands there as «4/5»: the teacher is asked about nothing."""
    page = open_as("teacher", grid)

    def lose(route):
        route.fetch()  # it arrives, and is written
        route.abort()

    page.route("**/cells/", lose)
    type_mark(page, world.ivanov, world.lesson, "4.5")
    expect(light(page)).to_have_text("Не сохранено: 1")
    assert marks_of(world.ivanov) == ["4", "5"]
    mend(page)
    type_mark(page, world.ivanov, world.lesson, "3")
    expect(light(page)).to_have_text("Всё сохранено")
    assert marks_of(world.ivanov) == ["3"]


def test_what_another_window_has_sent_is_known_without_being_told(world, grid, open_as):
    """Where no window can speak to another, as on iPads before iOS 15.4."""
    page = open_as("teacher")
    page.context.add_init_script("delete window.BroadcastChannel")
    page.goto(grid)
    cut(page)
    type_mark(page, world.ivanov, world.lesson, "4")
    expect(light(page)).to_have_text("Не сохранено: 1")
    other = page.context.new_page()
    other.goto("/")
    expect(light(other)).to_have_text("Всё сохранено")
    try_again(page)
    expect(light(page)).to_have_text("Всё сохранено")
    expect(cell(page, world.ivanov, world.lesson)).to_have_text("4")
    mend(page)
    type_mark(page, world.ivanov, world.lesson, "5")
    expect(light(page)).to_have_text("Всё сохранено")
    assert marks_of(world.ivanov) == ["5"]


def test_a_remark_on_one_journal_is_none_on_another(world, open_as):
    path = "/review/remarks/new/?journal="
    page = open_as("deputy", f"{path}{world.maths.pk}")
    page.get_by_label("Замечание").fill("Мало отметок")
    agree(page)
    page.goto(f"{path}{world.russian.pk}")
    expect(page.get_by_label("Замечание")).to_have_value("")
    expect(light(page)).to_have_text("Не сохранено: 1")
    page.goto(f"{path}{world.maths.pk}")
    expect(page.get_by_label("Замечание")).to_have_value("Мало отметок")


def test_an_answer_that_comes_back_overwrites_nobodys(world, open_as):
    made = make_remark(world.maths, None, world.deputy, "Мало отметок")
    page = open_as("teacher", f"/review/remarks/{made.pk}/")
    page.get_by_role("textbox", name="Ответ").fill("Исправлю")
    answer_remark(made.pk, world.class_teacher, "", "Исправила")
    agree(page)
    page.goto("/")
    page.goto(f"/review/remarks/{made.pk}/")
    expect(page.get_by_role("textbox", name="Ответ")).to_have_value("Исправлю")
    page.get_by_role("button", name="Записать ответ").click()
    expect(page.locator("main")).to_contain_text("здесь стало: «Исправила»")
    made.refresh_from_db()
    assert made.answer == "Исправила"


def test_a_full_disk_loses_nothing_that_the_page_holds(world, grid, open_as):
    """The database takes the text and fails to keep it: the page sends it all the same."""
    page = open_as("teacher")
    page.context.add_init_script(
        """
        const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (...args) {
          const asked = put.apply(this, args);
          asked.addEventListener("success", () => this.transaction.abort());
          return asked;
        };
        IDBTransaction.prototype.commit = undefined;
        """
    )
    page.goto(grid)
    type_mark(page, world.ivanov, world.lesson, "4")
    expect(light(page)).to_have_text("Всё сохранено")
    assert marks_of(world.ivanov) == ["4"]


def test_what_is_emptied_while_it_is_saved_stays_empty(world, lesson_path, open_as):
    page = open_as("teacher", lesson_path)
    homework = page.get_by_label("Домашнее задание")
    held = []
    page.route("**/fields/", lambda route: held.append(route))
    homework.fill("ошибка")
    page.get_by_role("button", name="Сохранить").click()
    page.wait_for_timeout(300)
    homework.fill("")
    held[0].continue_()
    saved(page)
    expect(homework).to_have_value("")
    expect(light(page)).to_have_text("Не сохранено: 1")
    page.unroute("**/fields/")
    page.get_by_role("button", name="Сохранить").click()
    expect(light(page)).to_have_text("Всё сохранено")
    assert Lesson.objects.get(pk=world.lesson.pk).homework == ""


def test_a_draft_taken_away_in_the_list_is_gone_from_its_field(world, lesson_path, open_as):
    page = open_as("teacher", lesson_path)
    topic = page.get_by_label("Что пройдено на уроке")
    topic.fill("Дроби")
    light(page).click()
    agree(page)
    page.get_by_role("button", name="Убрать").click()
    expect(light(page)).to_have_text("Всё сохранено")
    expect(topic).to_have_value("")


def test_who_types_before_the_store_is_open_goes_on_typing(world, grid, open_as):
    """An old laptop takes its time to open a database; the cell must not be taken from the hand."""
    page = open_as("teacher")
    page.context.add_init_script(
        """
        const open = IDBFactory.prototype.open;
        IDBFactory.prototype.open = function (...args) {
          const asked = {};
          setTimeout(() => {
            const opening = open.apply(this, args);
            for (const name of ["upgradeneeded", "success", "error"]) {
              opening[`on${name}`] = (event) => {
                asked.result = opening.result;
                asked[`on${name}`]?.(event);
              };
            }
          }, 700);
          return asked;
        };
        """
    )
    page.goto(grid)
    page.keyboard.type("4")
    page.wait_for_timeout(1_000)
    page.keyboard.type("/5")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(light(page)).to_have_text("Всё сохранено")
    assert marks_of(world.ivanov) == ["3", "4", "5"]
