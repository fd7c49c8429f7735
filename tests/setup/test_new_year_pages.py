"""The page of the next school year: what it says, saves, opens and takes back."""

import datetime
import re

import pytest
import time_machine

from school.models import CurriculumHours, Enrolment, Role, SchoolClass, SchoolYear
from setup.models import YearDraft
from tests.world import TODAY, log_in, pupil, queries_of, user

URL = "/setup/new-year/"
AUGUST = datetime.datetime(2027, 8, 25, 9, tzinfo=datetime.UTC)


@pytest.fixture
def office(login, world):
    """The administrator's browser."""
    return login(world.admin)


def text_of(office, query=""):
    return office.get(URL + query).content.decode()


def form(office, query="", **typed):
    """What the form of the page sends, with what was typed into it."""
    text = text_of(office, query)
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text))
    sent |= dict(re.findall(r'id="((?:class|new)[^"]*)" name="[^"]+" value="([^"]*)"', text))
    checked = r'name="((?:pupil|group)-\d+)" value="([^"]+)" checked'
    sent |= dict(re.findall(checked, text))
    for name, options in re.findall(r'<select id="([^"]+)".*?>(.*?)</select>', text, re.DOTALL):
        sent[name] = next(iter(re.findall(r'value="([^"]*)" selected', options)), "")
    return {name: text for name, text in (sent | typed).items() if text is not None}


def test_nothing_changes_before_it_is_opened(office):
    text = text_of(office)
    assert "Новый учебный год: 2027/28" in text
    assert "До «Открыть» не меняется ничего" in text
    assert 'value="6А"' in text
    assert 'value="6Б"' in text
    assert "<b>Остаётся: 5</b>, выбывает: 0, повторно: 0" in text
    assert not YearDraft.objects.exists()


def test_what_is_typed_is_saved_and_opened_in_one_deed(office, world):
    name = f"class-{world.b5.pk}"
    answer = office.post(URL, form(office, **{name: "6В, 6Г"}), follow=True)
    text = answer.content.decode()
    assert "черновик сохранён" in text
    assert "делится" in text
    assert "5Б: кто куда" in text
    assert f'id="pupil-{world.sidorov.pk}"' in text
    answer = office.post(URL, form(office) | {"open": ""}, follow=True)
    text = answer.content.decode()
    assert "Открыт 2027/28 учебный год." in text
    assert "классов: 3, учеников: 5, групп: " in text
    assert "Вернуть как было" in text
    names = {str(one) for one in SchoolClass.objects.filter(year__starts_on__year=2027)}
    assert names == {"6А", "6В", "6Г"}


def test_a_box_that_is_off_is_said_as_well(office, world):
    world.a5.number = 9
    world.a5.save()
    SchoolClass.objects.create(year=world.year, number=10, letter="А")
    name = f"pupil-{world.ivanov.pk}"
    assert "Отметьте, кто идёт в 10А" in text_of(office)
    assert "Отмечены те, кто идёт в 10А: 0" in text_of(office)
    text = office.post(URL, form(office, **{name: "10А"}), follow=True).content.decode()
    assert "Отмечены те, кто идёт в 10А: 1" in text
    text = office.post(URL, form(office, **{name: None}), follow=True).content.decode()
    assert "Отмечены те, кто идёт в 10А: 0" in text


def test_what_is_wrong_stays_as_it_was_typed(office, world):
    name = f"class-{world.a5.pk}"
    text = office.post(URL, form(office, **{name: "8А"}, new="1А")).content.decode()
    assert "5А не может стать 8А" in text
    assert f'name="{name}" value="8А"' in text
    assert YearDraft.objects.get().new_classes == "1А"  # the rest is saved
    assert not YearDraft.objects.get().classes.exists()


def test_what_another_has_said_meanwhile_is_not_overwritten(office, world, login):
    name = f"class-{world.a5.pk}"
    mine = form(office, **{name: "6В"})
    other = user("admin2", "Вторая", "Вера")
    Role.objects.create(user=other, kind=Role.Kind.ADMIN)
    client = login(other)
    client.post(URL, form(client, **{name: "6Г"}))
    text = office.post(URL, mine).content.decode()
    assert "Тем временем здесь изменили: «6Г»" in text
    assert f'name="was-{name}" value="6Г"' in text  # sent once more it holds


def test_pupils_of_any_class_can_be_opened(office, world):
    assert f"pupil-{world.ivanov.pk}" not in text_of(office)
    query = f"?open={world.a5.pk}"
    assert f"pupil-{world.ivanov.pk}" in text_of(office, query)
    sent = form(office, query, **{f"pupil-{world.ivanov.pk}": ""})
    text = office.post(URL + query, sent, follow=True).content.decode()
    assert "выбывают: Иванов Иван" in text
    assert "Иванов Иван" in text_of(office, "?tab=pupils")
    assert "Петрова" not in text_of(office, "?tab=pupils")
    assert text_of(office, "?open=no")
    assert office.get(f"{URL}?tab=none").status_code == 404


def test_groups_and_days_are_shown(office, world):
    text = text_of(office, "?tab=groups")
    assert "6 англ. 1" in text
    assert "Английский язык: Англичанова А." in text.replace("\xa0", " ")
    sent = form(office, "?tab=groups", **{f"group-{world.subgroup.pk}": None})
    office.post(f"{URL}?tab=groups", sent)
    assert '<span class="faint">не будет</span>' in text_of(office, "?tab=groups")
    text = text_of(office, "?tab=days")
    assert "01.09.2027–24.10.2027" in text
    assert 'value="2027-09-01"' in text


def test_individual_plans_are_not_shown(office, world):
    """Who has one is the deputy's to know: it tells of health. They go on with their pupils."""
    assert world.plan.kind == "individual"
    assert "инд. план" not in text_of(office, "?tab=groups")


def test_it_is_taken_back_and_the_draft_is_there_again(office, world):
    name = f"class-{world.b5.pk}"
    office.post(URL, form(office, **{name: "6В"}))
    office.post(URL, form(office) | {"open": ""})
    text = office.post(URL, {"back": ""}, follow=True).content.decode()
    assert "Возвращено как было" in text
    assert f'name="{name}" value="6В"' in text
    assert not SchoolYear.objects.filter(starts_on__year=2027).exists()
    text = office.post(URL, {"back": ""}, follow=True).content.decode()
    assert "Возвращать нечего" in text


def test_the_way_back_ends_with_the_first_change(office, world):
    office.post(URL, form(office) | {"open": ""})
    six = SchoolClass.objects.get(year__starts_on__year=2027, letter="А")
    pupil("new", "Новенький", "Нил", six, datetime.date(2027, 9, 1))
    text = text_of(office)
    assert "Вернуть нельзя: после открытия года это уже меняли: зачисление" in text
    assert 'name="back"' not in text


def test_in_august_the_page_says_that_the_year_is_being_closed(office, world):
    with time_machine.travel(AUGUST, tick=False):
        log_in(office, world.admin)
        assert "2026/2027 ещё закрывают: это не мешает" in text_of(office)


def test_an_old_page_opens_nothing(office, world):
    sent = form(office) | {"open": ""}
    pupil("late", "Поздний", "Пётр", world.a5)
    text = office.post(URL, sent, follow=True).content.decode()
    assert "Показанное изменилось" in text
    assert not SchoolYear.objects.filter(starts_on__year=2027).exists()


def test_without_a_year_there_is_nothing_to_turn(client, db):
    admin = user("admin", "Админов")
    Role.objects.create(user=admin, kind=Role.Kind.ADMIN)
    log_in(client, admin)
    assert client.get(URL).url == "/setup/year/"


def test_the_checklist_says_who_is_in_no_group(office, world):
    CurriculumHours.objects.create(school_class=world.a5, subject=world.english.subject, hours=3)
    assert "5А Английский язык: без группы 2" in office.get("/setup/").content.decode()
    Enrolment.objects.filter(student__in=[world.petrova, world.special]).update(ends_on=TODAY)
    with time_machine.travel(TODAY + datetime.timedelta(days=1)):
        log_in(office, world.admin)
        assert "5А Английский язык" not in office.get("/setup/").content.decode()


def test_as_many_questions_whatever_the_size(office, world):
    few = queries_of(office, URL), queries_of(office, f"{URL}?tab=groups")
    for n in range(8):
        its = SchoolClass.objects.create(year=world.year, number=7, letter="АБВГДЕЖЗ"[n])
        pupil(f"p{n}", f"Ученик{n}", "У", its)
    assert (queries_of(office, URL), queries_of(office, f"{URL}?tab=groups")) == few
