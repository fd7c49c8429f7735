"""The leaders' page of substitutions, its list and its book; and who learns of it at once."""

import pytest
from django.core import mail
from django.urls import reverse

from journal_site.actions import send_teacher_digests
from journals.actions.arranging import CANCELLED
from school.actions.lessons import cancel_lesson, substitute
from school.models import Arrangement, Lesson, Subject, Substitution, TeacherAbsence
from school.queries.substitution_book import book, day_list
from tests import world as worlds
from tests.journals.test_arranging import TOMORROW, w  # noqa: F401  a fixture
from tests.pdf import pages, words
from tests.school.test_teacher_absences import plain, recorded
from tests.world import TODAY, day, queries_of

# Of pages and rights, alike on every database; the queries behind them have tests on both.
pytestmark = pytest.mark.any_database

URL = "/desk/substitutions/"


@pytest.fixture
def deputy(w, login):  # noqa: F811
    return login(w.deputy)


def address(w, *days):  # noqa: F811
    asked = "".join(f"&day={one}" for one in days or (TOMORROW,))
    return f"{URL}?teacher={w.teacher.pk}{asked}"


def text_of(pdf):
    return " ".join(words("".join(pages(pdf, "-raw"))))


def text(response):
    return plain(response.content.decode())


def sent(w, **changed):  # noqa: F811
    return {
        "kind": "illness",
        f"lesson_{w.second.pk}": f"t{w.class_teacher.pk}",
        f"lesson_{w.third.pk}": f"t{w.class_teacher_b.pk}",
        f"lesson_{w.fifth.pk}": "cancel",
    } | changed


def test_a_deputy_arranges_and_takes_it_back(w, deputy):  # noqa: F811
    page = text(deputy.get(address(w)))
    assert "Матвеева М. М. · 3 урока, 1 день" in page
    assert "свободных нет" in page  # for the fifth
    assert "5А уходит в 11:40" in page
    assert "<span>Руссова Р. Р.</span> <small><span>русс</span> · " in page
    assert '<span class="load">2→3 ч</span>' in page
    page = text(deputy.post(address(w), sent(w), follow=True))
    assert "Решить сейчас" in page  # back on the desk, where he began
    assert "Готово: Матвеева М. М.: 2 замены, 1 отмена." in page
    undo = reverse("undo_substitutions", args=[Arrangement.objects.get().pk])
    assert f'action="{undo}"' in page
    page = text(deputy.post(undo, follow=True))
    assert "всё снова как было" in page
    assert not Substitution.objects.filter(lesson__date=TOMORROW).exists()
    assert "отменено 25.11 12:00: Завучева З. З." in page


def test_the_order_that_is_told_is_the_one_that_is_kept(w, deputy):  # noqa: F811
    """Whoever is in school goes before who would come for it, be it his subject or not."""
    worlds.assign(w.other_teacher, w.maths_b)  # has no lesson that day
    worlds.lesson(w.russian, TOMORROW, w.slots[0])
    page = text(deputy.get(address(w)))
    assert "порядок: уже в школе, тот же предмет," in page
    assert page.index("Руссова Р. Р.</span>") < page.index("придёт к")


def test_a_subject_is_called_alike_everywhere(w, deputy):  # noqa: F811
    Subject.objects.filter(pk=w.russian.subject_id).update(abbreviation="ОБЗР")
    assert "<span>ОБЗР</span> · " in text(deputy.get(address(w)))


def test_what_is_proposed_can_be_sent_as_it_stands(w, deputy):  # noqa: F811
    """Without a script the form is whole: a way is chosen for each lesson."""
    page = deputy.get(address(w)).content.decode()
    assert page.count(" checked>") == 1 + 3  # the day, and one for each lesson


def test_a_candidate_who_was_taken_is_told_and_the_rest_stays(w, deputy):  # noqa: F811
    substitute(worlds.lesson(w.english, TOMORROW, w.slots[2]), w.class_teacher_b)
    page = text(deputy.post(address(w), sent(w)))
    assert "3-й, 5Б:</b> Бэшкина Б. уже занят(а)" in page
    assert "Ничего не записано, ваш выбор сохранён." in page
    assert not Arrangement.objects.exists()
    assert f'value="t{w.class_teacher.pk}"' in page
    assert 'value="illness" form="arrange" required checked' in page


def test_of_an_absence_without_lessons_nobody_else_is_told(w, deputy):  # noqa: F811
    page = text(deputy.post(address(w, "2026-11-29"), {"kind": "illness"}, follow=True))
    assert "отсутствие записано. Видят это только руководители." in page
    assert "это уже видят" not in page


def test_a_button_that_is_pressed_twice_does_it_once(w, deputy, login):  # noqa: F811
    for _ in range(2):
        page = text(deputy.post(address(w), sent(w), follow=True))
        assert "Готово: Матвеева М. М.: 2 замены, 1 отмена." in page
    assert Arrangement.objects.count() == 1
    changed = sent(w) | {f"lesson_{w.fifth.pk}": f"t{w.class_teacher.pk}"}
    assert "Ничего не записано" in text(deputy.post(address(w), changed))
    assert "Ничего не записано" in text(login(w.director).post(address(w), sent(w)))


def test_what_was_changed_since_is_not_told_as_done(w, deputy):  # noqa: F811
    deputy.post(address(w), sent(w))
    substitute(w.second, w.other_teacher)
    assert "Ничего не записано" in text(deputy.post(address(w), sent(w)))


def test_an_absence_without_lessons_is_recorded_once_by_two_presses(w, deputy):  # noqa: F811
    for _ in range(2):
        page = text(deputy.post(address(w, "2026-11-29"), {"kind": "illness"}, follow=True))
        assert "отсутствие записано. Видят" in page
    assert Arrangement.objects.count() == TeacherAbsence.objects.count() == 1
    assert "Ни о чём не решено" not in page


def test_without_a_reason_nothing_is_written(w, deputy):  # noqa: F811
    page = text(deputy.post(address(w), sent(w, kind="")))
    assert "Укажите причину отсутствия" in page
    assert not TeacherAbsence.objects.exists()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("teacher=999999", "Выберите корректный вариант"),
        ("teacher=", "Обязательное поле"),
        ("teacher={teacher}&day=2026-13-45", "Такого дня нет."),
        ("teacher={teacher}&day=nonsense", "Такого дня нет."),
        ("teacher={teacher}&from=2026-11-26&until=2026-11-25", "Последний день раньше первого."),
        ("teacher={teacher}&from=2026-09-01&until=2026-11-25", "Не больше 31 дней за один раз."),
        ("teacher={teacher}&day=2026-09-01&day=2026-11-25", "Не больше 31 дней за один раз."),
        ("teacher={teacher}&day=2001-01-01", "01.01.2001 не входит в учебный год 2026/2027."),
        ("teacher={teacher}&from=2099-12-30&until=2099-12-31", "30.12.2099 не входит в учебный"),
    ],
)
def test_what_makes_no_sense_is_told_beside_it(w, deputy, asked, told):  # noqa: F811
    assert told in text(deputy.get(f"{URL}?{asked.format(teacher=w.teacher.pk)}"))


def test_no_absence_is_recorded_outside_the_year(w, deputy):  # noqa: F811
    for asked in ("2001-01-01", "2027-07-01", "2099-12-31"):
        deputy.post(address(w, asked), {"kind": "illness"})
    assert not TeacherAbsence.objects.exists()


@pytest.mark.parametrize("asked", ["teacher=&day=2026-11-25", "teacher={teacher}&until=2026-11-24"])
def test_a_faulty_address_hides_nobody_who_is_away(w, deputy, asked):  # noqa: F811
    deputy.post(address(w), sent(w))
    recorded(w, w.class_teacher, TOMORROW)
    page = text(deputy.get(f"{URL}?{asked.format(teacher=w.teacher.pk)}"))
    assert "все учителя на месте" not in page
    assert "без замены" in page
    assert "2 замены, 1 отмена" in page  # with what was arranged


def test_a_teacher_alone_asks_for_the_next_day_with_lessons(w, deputy):  # noqa: F811
    assert "Среда, 25 ноября" in text(deputy.get(f"{URL}?teacher={w.teacher.pk}"))
    page = text(deputy.get(f"{URL}?teacher={w.teacher.pk}&from=2026-11-26&until=2026-11-27"))
    assert "4 урока, 2 дня" in page


def test_the_page_without_a_teacher_says_for_whom_somebody_is_wanted(w, deputy):  # noqa: F811
    assert "все учителя на месте" in text(deputy.get(URL))
    recorded(w, w.teacher, TOMORROW)
    page = text(deputy.get(URL))
    assert "3 без замены" in page
    assert f"?teacher={w.teacher.pk}&amp;from=2026-11-26&amp;until=2026-11-26" in page


def test_the_page_makes_no_more_queries_for_more_lessons(w, deputy):  # noqa: F811
    few = queries_of(deputy, address(w))
    for number in (0, 3, 5, 6):
        worlds.lesson(w.maths, TOMORROW, w.slots[number])
    assert queries_of(deputy, address(w)) == few


# --- who learns of it ---


def test_the_substitute_the_class_and_the_pupils_see_it(w, deputy, login):  # noqa: F811
    home = login(w.class_teacher_b)
    assert "Замены впереди" not in text(home.get("/"))
    deputy.post(address(w), sent(w))
    page = text(home.get("/"))
    assert "Замены впереди" in page
    assert "чт, 26 ноя" in page
    week = f"/diary/{w.ivanov.pk}/?week=2026-W48"
    page = text(login(w.ivanov.user).get(week))
    assert "Замена: Руссова Р. Р." in page
    assert f"урока нет: {CANCELLED}" in page
    assert "болезнь" not in page


def test_the_digest_tells_of_a_new_substitution_once(w, deputy, noon):  # noqa: F811
    w.class_teacher_b.email = "b@school.example"
    w.class_teacher_b.save()
    today = worlds.lesson(w.maths_b, TODAY, w.slots[0])
    substitute(today, w.class_teacher_b)  # she teaches today: her letter comes afterwards
    written = {"attendance_taken_at": worlds.NOON, "topic_entered_at": worlds.NOON}
    Lesson.objects.filter(pk=today.pk).update(**written, homework_entered_at=worlds.NOON)
    deputy.post(address(w), sent(w))
    send_teacher_digests()
    (letter,) = [one for one in mail.outbox if one.to == ["b@school.example"]]
    assert letter.subject == "Журнал: 1 новая замена"
    assert "ЗАМЕНЫ ВПЕРЕДИ\n\nчетверг, 26 ноября, 3-й урок, 5Б, Математика (замена)" in letter.body
    noon.shift(3600 * 2)
    send_teacher_digests()
    assert len([one for one in mail.outbox if one.to == ["b@school.example"]]) == 1


# --- the list and the book ---


def test_the_list_for_the_wall_says_who_but_never_why(w, deputy):  # noqa: F811
    deputy.post(address(w), sent(w))
    answer = deputy.get(f"{URL}list.pdf?day=2026-11-26")
    page = plain(text_of(answer.content))
    assert "Замены на 26 ноября, четверг" in page
    assert "Ознакомлен" in page
    assert "Матвеева М. М." in page
    assert "Бэшкина Б." in page
    assert "отменён" in page
    assert "5А: 2 урока вместо 3, уроки до 11:40." in page
    assert "5Б: число уроков прежнее." in page
    assert "болезнь" not in page
    assert CANCELLED not in page


def test_the_list_for_the_wall_names_no_pupil(w, deputy):  # noqa: F811
    """An individual plan is called by its pupil."""
    cancel_lesson(worlds.lesson(w.individual, TOMORROW, w.slots[6]), "нет воды")
    page = plain(text_of(deputy.get(f"{URL}list.pdf?day=2026-11-26").content))
    assert "индивидуальный план" in page
    assert "Особый" not in page


def test_a_day_without_changes_prints_that(w, deputy):  # noqa: F811
    answer = deputy.get(f"{URL}list.pdf?day=2026-11-30")
    assert "Замен и отмен на этот день нет." in plain(text_of(answer.content))


def test_the_classes_of_a_subgroup_are_told(w):  # noqa: F811
    cancel_lesson(worlds.lesson(w.english, TOMORROW, w.slots[6]), "нет воды")
    told = [(one.name, one.lessons, one.usual) for one in day_list(TOMORROW).classes]
    assert told == [("5А", 3, 4), ("5Б", 1, 2)]


def test_the_book_sums_the_hours_of_a_month(w, deputy, noon):  # noqa: F811
    deputy.post(address(w), sent(w))
    worlds.assign(w.class_teacher_b, w.maths)
    noon.shift(3600 * 24)
    found = book(TODAY, TOMORROW)
    told = [
        (one.lesson.date.day, one.lesson.number, plain(one.taker), bool(one.absence))
        for one in found.changes
    ]
    # What was cancelled on the 20th had nobody away.
    assert told == [
        (24, 2, "Заменова З.", False),
        (26, 2, "Руссова Р. Р.", True),
        (26, 3, "Бэшкина Б.", True),
        (26, 5, "", True),
    ]
    totals = {plain(one.name): (one.by_subject, one.other, one.joined) for one in found.totals}
    assert totals == {
        "Бэшкина Б.": (1, 0, 0),
        "Заменова З.": (0, 1, 0),
        "Руссова Р. Р.": (0, 1, 0),
    }
    assert found.sum.total == 3
    page = text(deputy.get(f"{URL}book/?month=2026-11"))
    assert "Матвеева М. М., болезнь" in page
    answer = deputy.get(f"{URL}book.pdf?month=2026-11")
    assert "Итого часов за месяц" in plain(text_of(answer.content))


def test_the_book_ends_with_today(w):  # noqa: F811
    substitute(w.third, w.class_teacher_b)
    assert [one.lesson.date for one in book(TODAY, TODAY).changes] == [day(11, 24)]


@pytest.mark.parametrize(
    "asked", ["book/?month=2026-12", "book/?month=x", "book.pdf?month=", "list.pdf?day=x"]
)
def test_no_such_month_or_day(w, deputy, asked):  # noqa: F811
    assert deputy.get(URL + asked).status_code == 404


def test_the_book_makes_no_more_queries_for_more_lessons(w, deputy):  # noqa: F811
    few = queries_of(deputy, f"{URL}book/")
    for number in (0, 3, 5):
        substitute(worlds.lesson(w.maths, TODAY, w.slots[number]), w.class_teacher_b)
    assert queries_of(deputy, f"{URL}book/") == few
