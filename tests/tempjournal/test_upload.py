"""A filled file: preview, correction, transfer, once (3.2)."""

import datetime
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.models import Absence
from journal_site.celery import app as celery_app
from journals.actions.entries import save_cell, save_field
from journals.models import LateEntry, Mark
from school.models import Lesson, PeriodLock, Student
from tempjournal import tasks
from tempjournal.actions.outages import record_outage
from tempjournal.actions.transfer import correct_upload, remove_upload
from tempjournal.models import TemporaryJournal, Transfer, Upload
from tempjournal.queries.outages import lessons_inside
from tempjournal.views import transfer as views
from tests import world as worlds
from tests.tempjournal.conftest import outage as made
from tests.tempjournal.filled import Paper, filled_maths, outage, send

# Of pages, alike on every database; the queries behind them have tests on both.
pytestmark = pytest.mark.any_database


@pytest.fixture
def broken(world):
    return outage(world)


def uploaded(client, broken, paper):
    """(address of the preview, the page)."""
    answer = send(client, broken, paper.content())
    assert answer.status_code == 302, answer.content.decode()
    return answer.url, client.get(answer.url).content.decode()


def boxes(page):
    """{name: (value, is checked)} of what can be chosen."""
    found = re.findall(
        r'<input type="checkbox" name="([^"]+)" value="([^"]*)"( checked)? [^>]*>', page
    )
    return {name: (unescape(value), bool(checked)) for name, value, checked in found}


def chosen(page):
    return {name: value for name, (value, checked) in boxes(page).items() if checked}


def counts(page):
    part = page.split('class="counts"')[1].split("</ul>")[0]
    return [int(number) for number in re.findall(r"<b>(\d+)</b>", part)]


def apply(client, url, data):
    return client.post(url, data | {"apply": ""})


def page_after(client, url, data):
    """What a browser shows after the answer, which Back and F5 do not send again."""
    answer = client.post(url, data)
    assert answer.status_code == 302
    return client.get(answer.url).content.decode()


def marks(lesson):
    found = Mark.objects.filter(work__lesson=lesson).order_by("student__user__last_name", "pk")
    return [f"{mark.student.user.last_name} {mark.value.text}" for mark in found]


def everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Mark, Absence, Lesson, Transfer, Mark.history.model, Lesson.history.model)
    ]


def test_it_works(world, login, broken):
    client = login(world.teacher)
    url, page = uploaded(client, broken, filled_maths(world))
    assert counts(page) == [5, 0, 0, 0]
    assert not Mark.objects.exists()
    answer = apply(client, url, chosen(page))
    assert answer.status_code == 302
    assert marks(world.lesson) == ["Иванов 5"]
    assert marks(world.substituted) == ["Иванов 4", "Иванов 5"]
    assert Absence.objects.get().student == world.petrova
    lesson = Lesson.objects.get(pk=world.lesson.pk)
    assert (lesson.topic, lesson.homework) == ("Сложение дробей", "§ 12")
    summary = client.get(answer.url).content.decode()
    assert "Записано: 5" in summary
    assert f"/journals/{world.maths.pk}/" in summary


def test_the_papers_time_counts_for_the_lesson_and_the_typists_for_the_transfer(
    world, login, broken
):
    client = login(world.teacher)
    url, page = uploaded(client, broken, filled_maths(world))
    apply(client, url, chosen(page))
    lesson = Lesson.objects.get(pk=world.lesson.pk)
    assert lesson.topic_entered_at == lesson.homework_entered_at == lesson.last_instant
    assert lesson.attendance_taken_at == lesson.last_instant
    assert not LateEntry.objects.filter(object_id=lesson.pk, kind="topic", settled_at=None).exists()
    made = Transfer.objects.get(lesson=lesson)
    assert (made.made_by, made.source, made.made_at) == (world.teacher, "xlsx", worlds.NOON)
    assert made.entries == 4  # that attendance was taken follows
    assert sum(one.entries for one in Transfer.objects.all()) == 5


def test_history_says_where_it_comes_from(world, login, broken):
    client = login(world.teacher)
    url, page = uploaded(client, broken, filled_maths(world))
    apply(client, url, chosen(page))
    origin = "из временного журнала, сбой 23.11.2026 09:00"
    for model in (Mark, Absence, Lesson):
        newest = model.history.order_by("-history_id").first()
        assert newest.history_change_reason == origin, model
        assert newest.history_user == world.teacher
        assert newest.history_address == "127.0.0.1"


def test_the_outages_journal_is_counted_anew(world, login):
    broken = outage(world, (23, 9), (23, 12))  # one lesson
    client = login(world.teacher)
    url, page = uploaded(client, broken, filled_maths(world))
    assert "урок не во время сбоя" in page
    apply(client, url, chosen(page))
    assert broken.temporary_journals.get(journal=world.maths).transferred_at == worlds.NOON


def test_attendance_is_taken_where_everybody_was_there(world, login, broken):
    client = login(world.teacher)
    url, page = uploaded(client, broken, Paper(world.maths).write(world.lesson, "Дроби"))
    apply(client, url, chosen(page))
    assert Lesson.objects.get(pk=world.lesson.pk).attendance_taken_at
    assert not Lesson.objects.get(pk=world.substituted.pk).attendance_taken_at


def test_a_second_press_changes_nothing(world, login, broken):
    client = login(world.teacher)
    url, page = uploaded(client, broken, filled_maths(world))
    data = chosen(page)
    apply(client, url, data)
    before = everything()
    answer = apply(client, url, data)
    assert answer.status_code == 302
    assert everything() == before


def test_a_second_upload_of_the_file_changes_nothing(world, login, broken):
    client = login(world.teacher)
    url, page = uploaded(client, broken, filled_maths(world))
    apply(client, url, chosen(page))
    before = everything()
    url, page = uploaded(client, broken, filled_maths(world))
    assert counts(page) == [0, 5, 0, 0]
    assert boxes(page) == {}
    assert "Переносить нечего" in page
    apply(client, url, {"0-D9": "5"})
    assert everything() == before


def test_a_sheet_that_was_not_filled_has_no_row_in_the_result(world, login, broken):
    client = login(world.teacher)
    paper = Paper(world.maths, world.maths_b).mark(world.lesson, world.ivanov, "5")
    url, page = uploaded(client, broken, paper)
    summary = client.get(apply(client, url, chosen(page)).url).content.decode()
    assert "5А, Математика" in summary
    assert "5Б, Математика" not in summary


def test_two_sheets_of_one_journal_are_told_apart(world, login, broken):
    client = login(world.teacher)
    paper = Paper(world.maths, world.maths_b).mark(world.lesson, world.ivanov, "5")
    paper.mark(world.lesson_b, world.sidorov, "4")
    copy = paper.book.copy_worksheet(paper.sheet(world.maths))
    copy.title, copy["E9"] = "Копия", "4"  # and D9 once more
    url, page = uploaded(client, broken, paper)
    assert re.findall(r"5[АБ], Математика(?: <small>(.*)</small>)?</h2>", page) == [
        "лист «5А Математика»",
        "",
        "лист «Копия»",
    ]
    summary = client.get(apply(client, url, chosen(page)).url).content.decode()
    assert "<small>лист «Копия»</small>" in summary
    assert "Записано: 3" in summary
    assert sum(one.entries for one in Transfer.objects.all()) == 3


def test_lessons_after_the_outage_have_no_empty_column(world, login, broken):
    paper = filled_maths(world)
    _, page = uploaded(login(world.teacher), broken, paper)
    columns = re.findall(r'<th scope="col">(\d\d\.\d\d)<small>', page)
    assert columns == ["23.11", "24.11", "25.11"]
    paper.sheet(world.maths)["G9"] = "4"
    _, page = uploaded(login(world.teacher), broken, paper)
    assert len(re.findall(r'<th scope="col">(\d\d\.\d\d)<small>', page)) == 4


def test_every_box_is_named(world, login, broken):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "3")
    _, page = uploaded(login(world.teacher), broken, filled_maths(world))
    assert re.findall(r'aria-label="([^"]*)">', page.split('class="filled"')[1])[:3] == [
        "Иванов Иван, 23.11: 5 вместо 3",
        "Иванов Иван, 24.11: 4/5",
        "Петрова Пелагея, 23.11: н",
    ]
    assert 'aria-label="что пройдено, 23.11: Сложение дробей"' in page


def test_the_counts_agree_with_their_nouns(world, login, broken):
    paper = Paper(world.maths).mark(world.lesson, world.ivanov, "5")
    _, page = uploaded(login(world.teacher), broken, paper)
    assert "<b>1</b> новая запись: запишется" in page
    paper.mark(world.lesson, world.petrova, "5").mark(world.substituted, world.ivanov, "4")
    _, page = uploaded(login(world.teacher), broken, paper)
    assert "<b>3</b> новые записи: запишутся" in page


def test_a_dash_says_nothing_and_is_asked_about(world, login, broken):
    paper = Paper(world.maths).mark(world.lesson, world.ivanov, "-")
    url, page = uploaded(login(world.teacher), broken, paper)
    assert counts(page) == [0, 0, 0, 1]
    assert "«-» клетку не стирает" in unescape(page)
    mended = page_after(login(world.teacher), url, chosen(page) | {"t-0-D9": "", "check": ""})
    assert counts(mended) == [0, 0, 0, 0]


def test_what_differs_stays_unless_it_is_chosen(world, login, broken):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "3")
    client = login(world.teacher)
    url, page = uploaded(client, broken, filled_maths(world))
    assert counts(page) == [4, 0, 1, 0]
    assert boxes(page)["0-D9"] == ("3", False)
    assert re.search(r"<s>3</s> → <b>5</b>", page)
    apply(client, url, chosen(page))
    assert marks(world.lesson) == ["Иванов 3"]
    url, page = uploaded(client, broken, filled_maths(world))
    apply(client, url, {"0-D9": "3"})
    assert marks(world.lesson) == ["Иванов 5"]


def test_what_is_not_chosen_stays_out(world, login, broken):
    client = login(world.teacher)
    url, _ = uploaded(client, broken, filled_maths(world))
    apply(client, url, {"0-D9": ""})
    assert marks(world.lesson) == ["Иванов 5"]
    assert marks(world.substituted) == []
    summary = client.get(url).content.decode()
    assert "Записано: 1" in summary
    assert "E9" in summary  # what is left is told


def test_nothing_chosen_is_not_the_end_of_the_file(world, login, broken):
    client = login(world.teacher)
    url, _ = uploaded(client, broken, filled_maths(world))
    assert "Ничего не выбрано" in page_after(client, url, {"apply": ""})
    assert Upload.objects.get().applied_at is None


def test_a_wrong_cell_is_corrected_in_the_preview(world, login, broken):
    client = login(world.teacher)
    paper = filled_maths(world).mark(world.substituted, world.petrova, "7")
    url, page = uploaded(client, broken, paper)
    assert counts(page) == [5, 0, 0, 1]
    assert "Нет такой отметки: «7»" in unescape(page)
    assert 'name="t-0-E10" value="7"' in page
    still = page_after(client, url, chosen(page) | {"t-0-E10": "8", "check": ""})
    assert counts(still) == [5, 0, 0, 1]
    assert 'name="t-0-E10" value="8"' in still
    mended = page_after(client, url, chosen(page) | {"t-0-E10": "4", "check": ""})
    assert counts(mended) == [6, 0, 0, 0]
    assert boxes(mended)["0-E10"] == ("", True)
    assert not Mark.objects.exists()
    apply(client, url, chosen(mended))
    assert marks(world.substituted) == ["Иванов 4", "Иванов 5", "Петрова 4"]


@pytest.mark.parametrize("text", ["5.0", "5,0", "5,", "\u200b5\u00a0"])
def test_a_correction_says_what_the_same_text_in_the_file_says(world, login, broken, text):
    client = login(world.teacher)
    paper = Paper(world.maths).mark(world.lesson, world.ivanov, "7")
    url, _ = uploaded(client, broken, paper)
    page = page_after(client, url, {"t-0-D9": text, "check": ""})
    assert counts(page) == [1, 0, 0, 0]
    apply(client, url, chosen(page))
    assert marks(world.lesson) == ["Иванов 5"]


def test_a_debt_on_paper(world, login, broken):
    """«.» is one; what «5.» means is asked, and «нб» is «н»."""
    client = login(world.teacher)
    paper = Paper(world.maths).mark(world.lesson, world.ivanov, ".")
    paper.mark(world.lesson, world.petrova, "5.").mark(world.substituted, world.ivanov, "нб")
    url, page = uploaded(client, broken, paper)
    assert counts(page) == [2, 0, 0, 1]
    assert "Непонятна точка в «5.»" in unescape(page)
    page = page_after(client, url, chosen(page) | {"t-0-D10": "5/.", "check": ""})
    apply(client, url, chosen(page))
    found = Mark.objects.filter(work__lesson=world.lesson).order_by("student__user__last_name")
    assert [mark.value and mark.value.text for mark in found] == [None, "5", None]
    assert Absence.objects.get(lesson=world.substituted).reason == "н"


def test_an_invisible_sign_in_a_name_is_no_other_pupil(world, login, broken):
    paper = Paper(world.maths).mark(world.lesson, world.ivanov, "5")
    paper.sheet(world.maths)["B9"] = "Иванов\u200b\u00a0Иван"
    _, page = uploaded(login(world.teacher), broken, paper)
    assert counts(page) == [1, 0, 0, 0]


def test_a_topic_that_is_corrected_stays_as_it_was_typed(world, login, broken):
    client = login(world.teacher)
    url, _ = uploaded(client, broken, Paper(world.maths).write(world.lesson, "5" * 501))
    page = page_after(client, url, {"t-0-N9": "5.", "check": ""})
    apply(client, url, chosen(page))
    assert Lesson.objects.get(pk=world.lesson.pk).topic == "5."


def test_checking_again_keeps_what_was_chosen(world, login, broken):
    client = login(world.teacher)
    paper = filled_maths(world).mark(world.substituted, world.petrova, "7")
    url, _ = uploaded(client, broken, paper)
    page = page_after(client, url, {"0-D9": "", "t-0-E10": "4", "check": ""})
    assert chosen(page) == {"0-D9": "", "0-E10": ""}
    _, page = uploaded(client, broken, paper)
    assert len(chosen(page)) == 6  # as it comes, with what was corrected before


def test_a_correction_is_looked_at_before_it_is_transferred(world, login, broken):
    client = login(world.teacher)
    paper = filled_maths(world).mark(world.substituted, world.petrova, "7")
    url, page = uploaded(client, broken, paper)
    page = page_after(client, url, chosen(page) | {"t-0-E10": "4", "apply": ""})
    assert not Mark.objects.exists()
    assert boxes(page)["0-E10"] == ("", True)


def test_wrong_ones_do_not_hold_up_the_rest(world, login, broken):
    client = login(world.teacher)
    paper = filled_maths(world).mark(world.substituted, world.petrova, "7")
    url, page = uploaded(client, broken, paper)
    assert apply(client, url, chosen(page) | {"t-0-E10": "7"}).status_code == 302
    assert marks(world.lesson) == ["Иванов 5"]
    assert "Нет такой отметки" in client.get(url).content.decode()


def test_a_date_is_taken_for_marks_only_when_it_is_confirmed(world, login, broken):
    client = login(world.teacher)
    paper = Paper(world.maths).mark(world.lesson, world.ivanov, worlds.day(5, 4))
    url, page = uploaded(client, broken, paper)
    assert counts(page) == [0, 0, 0, 1]
    assert 'name="t-0-D9" value="4/5"' in page
    assert '<input type="checkbox" name="y-0-D9"' in page
    page = page_after(client, url, {"t-0-D9": "4/5", "check": ""})  # as it stands
    assert counts(page) == [0, 0, 0, 1]
    page = page_after(client, url, {"t-0-D9": "4/5", "y-0-D9": "1", "check": ""})
    assert counts(page) == [1, 0, 0, 0]


def test_somebody_wrote_meanwhile(world, login, broken):
    """Nothing is transferred; the cell is shown as it is now, the rest stays chosen."""
    client = login(world.teacher)
    url, page = uploaded(client, broken, filled_maths(world))
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "3")
    before = everything()
    again = page_after(client, url, chosen(page) | {"apply": ""})
    assert everything() == before
    assert "Ничего не перенесено" in again
    assert boxes(again)["0-D9"] == ("3", False)
    assert chosen(again).keys() == chosen(page).keys() - {"0-D9"}
    assert "D9: в журнале теперь 3, на бумаге 5" in again
    assert apply(client, url, chosen(again) | {"0-D9": "3"}).status_code == 302
    assert marks(world.lesson) == ["Иванов 5"]


def test_somebody_wrote_the_same_meanwhile(world, login, broken):
    client = login(world.teacher)
    paper = Paper(world.maths).mark(world.substituted, world.ivanov, "4")
    url, page = uploaded(client, broken, paper.mark(world.lesson, world.ivanov, "5"))
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "5")
    save_cell(world.maths, world.substituted.pk, world.ivanov.pk, "", "3")
    again = page_after(client, url, chosen(page) | {"apply": ""})
    assert "E9: в журнале теперь 3" in again
    assert "D9: в журнале теперь" not in again
    assert counts(again) == [0, 1, 1, 0]


def test_of_two_teachers_with_one_journal_the_second_is_told(world, login, broken):
    worlds.assign(world.other_teacher, world.maths, worlds.TODAY)
    first, second = login(world.teacher), login(world.other_teacher)
    one = Paper(world.maths).mark(world.lesson, world.ivanov, "5")
    other = Paper(world.maths).mark(world.lesson, world.ivanov, "2")
    other.mark(world.lesson, world.petrova, "4")
    first_url, first_page = uploaded(first, broken, one)
    second_url, second_page = uploaded(second, broken, other)
    apply(first, first_url, chosen(first_page))
    page = page_after(second, second_url, chosen(second_page) | {"apply": ""})
    assert "Ничего не перенесено" in page
    assert marks(world.lesson) == ["Иванов 5"]


def test_a_period_closed_meanwhile(world, login, broken):
    client = login(world.teacher)
    url, page = uploaded(client, broken, filled_maths(world))
    PeriodLock.objects.create(period=world.quarters[1], locked_by=world.deputy)
    answer = page_after(client, url, chosen(page) | {"apply": ""})
    assert counts(answer) == [0, 0, 0, 5]
    assert "закрыта" in answer
    assert 'name="t-' not in answer  # another text would not help
    assert not Mark.objects.exists()


TWO_LINES = "стр. 5, № 1\nупр. 6"


def as_browsers_send(data):
    return {name: text.replace("\n", "\r\n") for name, text in data.items()}


def test_homework_of_several_lines_keeps_them_while_it_is_corrected(world, login, broken):
    client = login(world.teacher)
    paper = Paper(world.maths).write(world.lesson, "Дроби", TWO_LINES + "!" * 2000)
    url, page = uploaded(client, broken, paper)
    assert counts(page) == [1, 0, 0, 1]
    assert "Не больше 2000 знаков" in page
    (name, text), *others = re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)<', page)
    assert (text.rstrip("!"), others) == (TWO_LINES, [])
    data = as_browsers_send({name: TWO_LINES, "check": ""})
    page = page_after(client, url, data)
    assert counts(page) == [2, 0, 0, 0]
    assert apply(client, url, as_browsers_send(chosen(page))).status_code == 302
    assert Lesson.objects.get(pk=world.lesson.pk).homework == TWO_LINES


def test_homework_of_several_lines_that_stands_there_has_not_changed(world, login, broken):
    save_field(world.maths, world.lesson.pk, "homework", "", TWO_LINES)
    client = login(world.teacher)
    url, page = uploaded(client, broken, Paper(world.maths).write(world.lesson, None, "§ 12"))
    data = as_browsers_send({name: value for name, (value, _) in boxes(page).items()})
    page = page_after(client, url, data | {"check": ""})
    assert "Изменилось, пока вы смотрели" not in page
    assert list(boxes(page).values()) == [(TWO_LINES, True)]
    assert apply(client, url, data).status_code == 302
    assert Lesson.objects.get(pk=world.lesson.pk).homework == "§ 12"


def test_a_class_teachers_paper_confirms_the_reason(world, login, broken):
    """2.9; another's leaves it open."""
    worlds.assign(world.class_teacher, world.maths)
    for person in (world.teacher, world.class_teacher):
        client = login(person)
        paper = Paper(world.maths).mark(world.lesson, world.petrova, "уп")
        paper.mark(world.substituted, world.petrova, "б")
        name = "0-D10" if person == world.teacher else "0-E10"
        url, page = uploaded(client, broken, paper)
        apply(client, url, {name: boxes(page)[name][0]})
    confirmed = Absence.objects.order_by("lesson__date").values_list("reason", "confirmed_by")
    assert list(confirmed) == [("уп", None), ("б", world.class_teacher.pk)]


def test_after_a_month_the_file_is_forgotten_and_not_what_was_transferred(
    world, login, broken, noon
):
    client = login(world.teacher)
    url, page = uploaded(client, broken, filled_maths(world))
    apply(client, url, chosen(page))
    noon.move_to(worlds.NOON + datetime.timedelta(days=29))
    tasks.forget_uploads()
    assert login(world.teacher).get(url).status_code == 200
    noon.move_to(worlds.NOON + datetime.timedelta(days=31))
    tasks.forget_uploads()
    assert login(world.teacher).get(url).status_code == 404
    assert Transfer.objects.exists()
    called = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}
    assert tasks.forget_uploads.name in called


def test_files_that_wait_are_listed_and_can_be_removed(world, login, broken, noon):
    client, page = login(world.teacher), f"/temp-journals/outages/{broken.pk}/transfer/"
    for name in "old", "first", "second", "third", "last":
        send(client, broken, filled_maths(world).content(), f"{name}.xlsx")
    Upload.objects.filter(name="old.xlsx").update(
        uploaded_at=worlds.NOON - datetime.timedelta(days=8)
    )

    def listed():
        return re.findall(r">(\w+)\.xlsx</a>", client.get(page).content.decode())

    assert listed() == ["last", "third", "second"]
    mistaken, applied = (Upload.objects.get(name=f"{one}.xlsx") for one in ("last", "third"))
    url = f"{page}uploads/{applied.pk}/"
    apply(client, url, chosen(client.get(url).content.decode()))
    assert client.post(f"{page}uploads/{mistaken.pk}/remove/").status_code == 302
    assert client.post(f"{url}remove/").status_code == 403
    assert not Upload.objects.filter(pk=mistaken.pk).exists()
    assert Upload.objects.filter(pk=applied.pk).exists()
    assert listed() == ["second", "first"]


# --- who may ---


def test_the_preview_is_the_uploaders_alone(world, login, broken):
    url, _ = uploaded(login(world.teacher), broken, filled_maths(world))
    for person in (world.class_teacher, world.director, world.deputy, world.parent):
        assert login(person).get(url).status_code == 404
        assert login(person).post(url, {"0-D9": "", "apply": ""}).status_code == 404
    assert not Mark.objects.exists()


def test_leaders_do_not_transfer(world, login, broken):
    answer = send(login(world.deputy), broken, filled_maths(world).content())
    assert answer.status_code == 403
    assert not Upload.objects.exists()


def test_a_journal_of_another_teacher_is_as_one_that_does_not_exist(world, login, broken):
    paper = Paper(world.maths, world.russian)
    paper.mark(world.lesson, world.ivanov, "5").mark(world.russian_lesson, world.ivanov, "5")
    client = login(world.teacher)
    _, page = uploaded(client, broken, paper)
    assert counts(page) == [1, 0, 0, 0]
    assert "Русский язык</b>: журнала с таким кодом нет или он не ваш" in page
    paper.sheet(world.russian)["D3"] = 999_999
    _, other = uploaded(client, broken, paper)
    assert "Русский язык</b>: журнала с таким кодом нет или он не ваш" in other


def test_rows_of_another_class_in_a_mixed_subgroup(world, login, broken):
    english = world.english, world.english_lesson.pk
    save_cell(*english, world.sidorov.pk, "", "3")
    save_field(*english, "topic", "", "Past Perfect")
    paper = Paper(world.english)
    paper.mark(world.english_lesson, world.ivanov, "5")
    paper.mark(world.english_lesson, world.sidorov, "4")
    paper.write(world.english_lesson, "Present Simple")
    client = login(world.class_teacher)
    url, page = uploaded(client, broken, paper)
    assert counts(page) == [1, 0, 0, 2]
    assert "нет права писать сюда" in page
    assert "Past Perfect" not in page  # what stands there is not told
    assert not re.search(r">\s*3\s*<", page)
    apply(client, url, {"0-D9": "", "0-D10": "", "0-H9": ""})
    assert marks(world.english_lesson) == ["Сидоров 3"]
    apply(client, url, {"0-D9": ""})
    assert marks(world.english_lesson) == ["Иванов 5", "Сидоров 3"]
    lesson = Lesson.objects.get(pk=world.english_lesson.pk)
    assert lesson.topic == "Past Perfect"


def test_a_lesson_held_in_two_outages_is_transferred_after_both(world, login):
    """It lasts from 10:00 to 10:40."""
    first, second = made("23 08:00", "23 10:10"), made("23 10:20", "23 12:00")
    for one in (first, second):
        record_outage(one, world.deputy)
    there = TemporaryJournal.objects.filter(journal=world.maths)
    assert there.filter(transferred_at=None).count() == 2
    client = login(world.teacher)
    url, page = uploaded(client, first, filled_maths(world))
    apply(client, url, chosen(page))
    assert set(there.values_list("outage", "transferred_at")) == {
        (first.pk, worlds.NOON),
        (second.pk, worlds.NOON),
    }


def test_of_a_file_that_is_transferred_its_page_stays_when_the_right_is_gone(world, login, broken):
    client = login(world.teacher)
    url, page = uploaded(client, broken, filled_maths(world))
    apply(client, url, chosen(page))
    world.maths.assignments.filter(teacher=world.teacher).delete()  # by mistake it was his
    page = client.get(url).content.decode()
    assert "Записано: 5" in page
    assert '<th scope="row">Математика</th>' in page  # as its sheet is called
    assert reverse("grid", args=[world.maths.pk]) not in page


def test_a_file_removed_in_another_window(world, login, broken, monkeypatch):
    client = login(world.teacher)
    url, page = uploaded(client, broken, filled_maths(world))
    correct = correct_upload

    def removed_meanwhile(upload, *args, **options):
        remove_upload(upload)
        return correct(upload, *args, **options)

    monkeypatch.setattr(views, "correct_upload", removed_meanwhile)
    answer = client.post(url, chosen(page) | {"t-0-D9": "5", "check": ""})
    assert answer.status_code == 404


def test_a_substitute_has_the_lesson_alone(world, login, broken):
    client = login(world.substitute)
    url, page = uploaded(client, broken, filled_maths(world))
    assert counts(page) == [1, 0, 0, 4]
    apply(client, url, chosen(page))
    assert marks(world.substituted) == ["Иванов 4", "Иванов 5"]
    assert Lesson.objects.get(pk=world.substituted.pk).attendance_taken_at


def test_an_outage_that_was_none_has_no_transfer(world, login, broken):
    url, _ = uploaded(login(world.teacher), broken, filled_maths(world))
    broken.dismissed_by, broken.dismissed_at = world.deputy, worlds.NOON
    broken.save()
    assert login(world.teacher).get(url).status_code == 404


# --- queries ---


def test_queries_do_not_grow_with_cells_pupils_and_lessons(world, login, broken):
    client = login(world.class_teacher)

    def asked(url):
        with CaptureQueriesContext(connection) as made:
            assert client.get(url).status_code == 200
        return len(made)

    small, _ = uploaded(client, broken, Paper(world.maths).mark(world.lesson, world.ivanov, "5"))
    asked(small)
    before = asked(small)
    for n in range(20):
        worlds.pupil(f"p{n}", f"Учеников{n}", "Пётр", world.a5)
    paper = Paper(world.maths, world.english, world.russian)
    for one in paper.papers[:2]:
        for lesson in one.journal.lessons.filter(pk__in=lessons_inside(broken)):
            for pk, _ in one.pupils:
                paper.mark(lesson, Student(pk=pk), "5")
    large, page = uploaded(client, broken, paper)
    assert counts(page)[0] > 40
    # The class teacher's rows in a mixed subgroup, and whom he led elsewhere before.
    assert asked(large) <= before + 2
