"""The list of late entries, and their excuses (2.5–2.8, 4.2)."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from attendance.actions.documents import receive_document
from attendance.models import AbsenceDocument
from journals.actions.entries import save_field
from journals.actions.review import excuse
from journals.actions.watch import sweep
from journals.models import LateEntry
from school.actions.lessons import schedule_lesson
from tests.world import day, queries_of


@pytest.fixture
def browser(world, login):
    sweep()
    return login(world.deputy)


def page(browser, **asked):
    return browser.get("/review/late/", asked).context


def told(browser, **asked):
    return [
        (line.told.about, line.told.place[:5], line.told.what, line.who)
        for line in page(browser, **asked)["lines"]
    ]


def test_it_works(world, browser):
    found = page(browser, subject=world.english.subject_id)["lines"]
    assert sorted(line.told.what for line in found) == ["домашнее задание", "присутствие", "тема"]
    assert {line.who for line in found} == {"Англичанова\xa0А."}
    homework = next(line for line in found if line.told.what == "домашнее задание")
    assert homework.how_late == "на 21 ч 50 мин"  # due at 14:10 the day before
    assert homework.told.url == (
        f"/journals/{world.english.pk}/?lesson={world.english_lesson.pk}"
        f"#homework-{world.english_lesson.pk}"
    )


def test_it_is_the_substitutes_duty(world, browser):
    found = told(browser, teacher=world.substitute.pk)
    assert {(journal, date, who) for journal, date, _, who in found} == {
        ("5А, Математика", "24.11", "Заменова\xa0З.")
    }
    dates = {date for _, date, _, _ in told(browser, teacher=world.teacher.pk)}
    assert dates == {"05.11", "23.11"}  # the 24th is not hers


def test_a_work_without_marks_is_named(world, browser, noon):
    save_field(world.maths, world.today_lesson.pk, "works", "", str(world.answer.pk))
    noon.shift(24 * 3600)
    sweep()
    found = [what for _, date, what, _ in told(browser, kind="marks") if date == "25.11"]
    assert found == ["отметки за работу: Ответ на уроке"]


def test_states(world, browser, noon):
    entry = LateEntry.objects.get(lesson=world.english_lesson, kind="topic")
    save_field(world.english, world.english_lesson.pk, "topic", "", "Глагол")
    subject = world.english.subject_id
    assert len(told(browser, subject=subject)) == 2
    assert [what for *_, what, _ in told(browser, subject=subject, state="settled")] == ["тема"]
    assert len(told(browser, subject=subject, state="")) == 3
    excuse([entry.pk], world.deputy, "сбой сети")
    assert told(browser, subject=subject, state="settled") == []
    assert len(told(browser, subject=subject, state="excused")) == 1
    assert len(told(browser, subject=subject, state="nonsense")) == 3


def test_a_period(world, browser):
    assert told(browser, period=world.quarters[0].pk) == []
    assert told(browser, period=world.quarters[1].pk) == told(browser)


def test_excusing_what_was_chosen(world, browser):
    chosen = list(LateEntry.objects.filter(lesson=world.lesson).values_list("pk", flat=True))
    address = f"/review/late/?subject={world.maths.subject_id}"
    answer = browser.post(address, {"entry": chosen, "excuse": "болела"}, follow=True)
    assert answer.redirect_chain[0][0] == address  # back to the same choice
    assert "Извинено записей: 3" in answer.content.decode()
    for entry in LateEntry.objects.filter(pk__in=chosen):
        assert (entry.excuse, entry.excused_by) == ("болела", world.deputy)
    assert LateEntry.objects.exclude(pk__in=chosen).exclude(excuse="").count() == 0
    trace = LateEntry.history.filter(id=chosen[0]).first()
    assert (trace.excuse, trace.history_user) == ("болела", world.deputy)

    browser.post(address, {"entry": chosen[:1], "withdraw": "1", "excuse": ""})
    entry = LateEntry.objects.get(pk=chosen[0])
    assert (entry.excuse, entry.excused_by, entry.excused_at) == ("", None, None)
    assert LateEntry.objects.filter(pk__in=chosen).exclude(excuse="").count() == 2


def test_an_excuse_outlives_the_entry_made_late(world, browser, noon):
    entry = LateEntry.objects.get(lesson=world.lesson, kind="topic")
    excuse([entry.pk], world.deputy, "болела")
    noon.shift(60)
    save_field(world.maths, world.lesson.pk, "topic", "", "Дроби")
    entry.refresh_from_db()
    assert (entry.excuse, entry.settled_at is None) == ("болела", False)


def test_without_a_comment_nothing_is_excused_and_the_choice_stays(world, browser):
    chosen = LateEntry.objects.filter(lesson=world.lesson).first().pk
    html = browser.post("/review/late/", {"entry": [chosen], "excuse": "  "}).content.decode()
    assert "Обязательное поле" in html
    assert f'value="{chosen}" aria-label' in html
    assert html.count(" checked") == 1
    assert not LateEntry.objects.exclude(excuse="").exists()


@pytest.mark.parametrize("gone", [True, False])
def test_that_nothing_was_excused_is_no_success(world, browser, gone):
    """Of two leaders the second comes too late, or the duty is gone meanwhile."""
    entry = LateEntry.objects.filter(lesson=world.lesson).first()
    excuse([entry.pk], world.director, "болела")
    if gone:
        LateEntry.objects.filter(pk=entry.pk).delete()
    sent = {"entry": [entry.pk], "excuse": "болела"}
    page = browser.post("/review/late/", sent, follow=True)
    assert "Извинено записей" not in page.content.decode()
    (told,) = page.context["messages"]
    assert (told.level_tag, "Ничего не извинено" in told.message) == ("warning", True)


def test_that_no_excuse_was_withdrawn_is_no_success(world, browser):
    entry = LateEntry.objects.filter(lesson=world.lesson).first()
    sent = {"entry": [entry.pk], "withdraw": "1", "excuse": ""}
    (told,) = browser.post("/review/late/", sent, follow=True).context["messages"]
    assert (told.level_tag, "Снимать нечего" in told.message) == ("warning", True)


def test_without_a_choice_the_comment_stays(world, browser):
    html = browser.post("/review/late/", {"excuse": "болела"}).content.decode()
    assert "Сначала отметьте строки" in html
    assert 'value="болела"' in html


@pytest.mark.parametrize(
    ("entry", "status"),
    [("0", 302), ("999999999", 302), ("-1", 404), ("x", 404), ("9" * 30, 404), ("²", 404)],
)
def test_a_key_of_nothing(world, browser, entry, status):
    answer = browser.post("/review/late/", {"entry": [entry], "excuse": "болела"})
    assert answer.status_code == status
    assert not LateEntry.objects.exclude(excuse="").exists()


def test_withdrawing_nothing(world, browser):
    html = browser.post("/review/late/", {"withdraw": "1", "excuse": ""}).content.decode()
    assert "Сначала отметьте строки" in html


def test_a_comment_too_long_is_told(world, browser):
    chosen = LateEntry.objects.first().pk
    html = browser.post("/review/late/", {"entry": [chosen], "excuse": "я" * 501}).content.decode()
    assert "не более 500 символов" in html
    assert not LateEntry.objects.exclude(excuse="").exists()


def test_by_weeks(world, browser, noon):
    noon.shift(60)
    save_field(world.maths, world.early_lesson.pk, "topic", "", "Дроби")
    weeks = page(browser, state="", subject=world.maths.subject_id)["weeks"]
    assert [(week.monday, week.total, week.open) for week in weeks] == [
        (day(11, 2), 3, 2),
        (day(11, 9), 0, 0),  # a week without one has its place
        (day(11, 16), 0, 0),
        (day(11, 23), 12, 12),
    ]
    assert (weeks[0].total_height, weeks[3].total_height) == (25, 100)
    excuse([LateEntry.objects.filter(settled_at=None).first().pk], world.deputy, "сбой")
    excused = page(browser, state="excused")["weeks"]
    assert [(week.total, week.open) for week in excused] == [(1, 0)]  # nobody waits for it


def test_to_take_away(world, browser):
    entry = LateEntry.objects.get(lesson=world.lesson, kind="topic")
    excuse([entry.pk], world.deputy, "=1+1")
    response = browser.get("/review/late/", {"format": "xlsx", "state": "excused"})
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(response.content)).active]
    assert rows[0][-3] == "Извинено"
    assert rows[1][:3] == ["5А, Математика", "Матвеева М. М.", "23.11, 2-й"]
    assert rows[1][-3:-1] == ["'=1+1", "Завучева З. З."]
    assert len(rows) == 2


def test_queries_do_not_grow(world, browser):
    few = queries_of(browser, "/review/late/")
    for number in range(2, 7):
        made = schedule_lesson(world.maths, day(11, 19), number + 1)
        save_field(world.maths, made.pk, "works", "", str(world.test.pk))
    sweep()
    assert queries_of(browser, "/review/late/") <= few + 1 <= 19


def test_a_reason_is_the_class_teachers_duty(world, browser):
    document = AbsenceDocument(student=world.ivanov, kind="medical", reason="б")
    document.received_on = document.starts_on = document.ends_on = day(11, 19)
    document.entered_by = world.class_teacher
    receive_document(document)
    sweep()
    asked = {"kind": "reason", "state": ""}
    assert [about for about, *_ in told(browser, **asked)] == ["Иванов Иван, 5А"]
    assert told(browser, teacher=world.class_teacher.pk, **asked) == told(browser, **asked)
    assert told(browser, teacher=world.class_teacher_b.pk, **asked) == []


def test_a_number_of_entries_has_its_verb(world, browser):
    LateEntry.objects.exclude(lesson=world.english_lesson).delete()
    one, *others = LateEntry.objects.all()
    html = browser.get("/review/late/").content.decode()
    assert f"<small>{len(others) + 1} ждут</small>" in html
    LateEntry.objects.exclude(pk=one.pk).delete()
    assert "<small>1 ждёт</small>" in browser.get("/review/late/").content.decode()
