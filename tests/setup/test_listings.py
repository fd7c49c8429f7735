"""Pages of many rows: what is typed, pasted, refused and told, over HTTP."""

import datetime

import pytest
from django.utils import timezone

from journals.actions.entries import save_cell
from journals.models import WorkType
from school.models import (
    BellSlot,
    BellUse,
    DayOverride,
    Employee,
    Enrolment,
    GradeScale,
    GradeValue,
    Lesson,
    Parenthood,
    Period,
    SchoolClass,
    SchoolYear,
    Student,
    StudentCard,
    Subject,
    TeachingGroup,
    User,
)
from tests.world import day, user


@pytest.fixture
def browser(world, login):
    return login(world.admin)


def sent(page, *, only=None):
    """What a browser would send of the page as it was opened: {name: value}."""
    data = {"rows": []}
    for row in page.context["listing"].rows:
        if only and row.key not in only:
            continue
        data["rows"].append(row.prefix)
        for cell in row:
            if cell.field.disabled:
                continue
            value = cell.value()
            shown = cell.field.widget.format_value(value) if value is not None else ""
            if isinstance(value, bool):
                if value:
                    data[cell.html_name] = "on"
            else:
                data[cell.html_name] = value if hasattr(cell.field, "choices") else shown or ""
            if data.get(cell.html_name) is None and not isinstance(value, bool):
                data[cell.html_name] = ""
            if row.key:
                hidden = cell.field.hidden_widget().format_value(
                    cell.field.prepare_value(row.initial.get(cell.name))
                )
                data[cell.html_initial_name] = hidden or ""
    return data


def row_of(page, **wanted):
    """The row that holds these values."""
    for row in page.context["listing"].rows:
        if all(row.initial.get(name) == value for name, value in wanted.items()):
            return row
    raise LookupError(wanted)


def new_rows(*rows):
    """{name: value} of new rows, each {field: value}."""
    data = {"rows": [f"n{place}" for place in range(len(rows))]}
    for place, row in enumerate(rows):
        data |= {f"n{place}-{name}": value for name, value in row.items()}
    return data


def text(page):
    return page.content.decode()


# --- what every page does ---


def test_what_is_opened_and_sent_back_changes_nothing(world, browser):
    """Of every page: sent as it stands nothing is written, not even a row of history."""
    StudentCard.objects.create(student=world.ivanov, born_on=day(9, 1).replace(year=2015))
    histories = [
        model.history
        for model in (Period, BellSlot, BellUse, Subject, GradeValue, WorkType, User, Student)
    ]
    before = [history.count() for history in histories]
    for path in (
        *("year/", "year/?tab=days", "year/?tab=years", "bells/", "bells/?tab=uses"),
        *("subjects/", "subjects/?tab=scales", "subjects/?tab=works", "classes/"),
        *("people/", "people/?tab=parents", "people/?tab=staff"),
    ):
        url = f"/setup/{path}"
        answer = browser.post(url, sent(browser.get(url)), follow=True)
        assert "Ничего не изменилось" in text(answer), path
    assert [history.count() for history in histories] == before


def test_right_rows_are_written_and_wrong_ones_stay_as_typed(world, browser):
    data = new_rows(
        {"name": "Астрономия", "abbreviation": "Астр"},
        {"name": "Черчение", "abbreviation": "1234"},
        {"name": "математика"},
    )
    page = browser.post("/setup/subjects/", data)
    assert "Записано строк: 1" in text(page)
    assert "Не записано строк: 2" in text(page)
    assert "Только буквы, не больше 4" in text(page)
    assert "Такой предмет уже есть" in text(page)
    assert 'value="Черчение"' in text(page)
    assert 'value="1234"' in text(page)
    assert Subject.objects.filter(name="Астрономия", short_name="Астрономия").exists()
    assert not Subject.objects.filter(name="Черчение").exists()
    # And what was put right goes in from there.
    data = sent(page) | {"n1-name": "Черчение", "n1-abbreviation": "Черч", "n2-name": ""}
    browser.post("/setup/subjects/", data, follow=True)
    assert Subject.objects.get(name="Черчение").abbreviation == "Черч"


def test_who_was_first_is_told_and_what_was_typed_stays(world, browser):
    url = "/setup/subjects/"
    page = browser.get(url)
    row = row_of(page, name="Математика")
    subject = Subject.objects.get(name="Математика")
    subject.short_name = "Мат-ка"
    subject.save()
    data = sent(page) | {f"{row.prefix}-short_name": "Матем."}
    page = browser.post(url, data)
    assert "Тем временем здесь записали «Мат-ка»" in text(page)
    assert 'value="Матем."' in text(page)
    subject.refresh_from_db()
    assert subject.short_name == "Мат-ка"
    name = f"initial-{row.prefix}-short_name"
    browser.post(url, data | {name: page.context["listing"].data[name]}, follow=True)
    subject.refresh_from_db()
    assert subject.short_name == "Матем."


def test_what_another_changed_beside_it_is_left(world, browser):
    """Two secretaries with the same page open, each in another field of one row."""
    url = "/setup/subjects/"
    page = browser.get(url)
    row = row_of(page, name="Математика")
    Subject.objects.filter(name="Математика").update(short_name="Мат-ка")
    browser.post(url, sent(page) | {f"{row.prefix}-abbreviation": "Мтм"}, follow=True)
    subject = Subject.objects.get(name="Математика")
    assert (subject.short_name, subject.abbreviation) == ("Мат-ка", "Мтм")


def test_a_row_that_is_gone_is_told(world, browser):
    url = "/setup/subjects/"
    gone = Subject.objects.create(name="Лишний", short_name="Лишн")
    page = browser.get(url)
    row = row_of(page, name="Лишний")
    gone.delete()
    page = browser.post(url, sent(page) | {f"{row.prefix}-short_name": "Л"})
    assert "эту строку убрали" in text(page)


def test_a_pasted_block_is_shown_first(world, browser):
    block = "Астрономия\tАстрон.\tАстр\n\nЧерчение;Черч.\n\tбез названия"
    page = browser.post("/setup/subjects/", {"rows": [], "block": block, "take": ""})
    assert "Прочитано, но ещё не записано" in text(page)
    assert not Subject.objects.filter(name="Астрономия").exists()
    assert "Обязательное поле" in text(page)
    page = browser.post("/setup/subjects/", sent(page))
    assert Subject.objects.get(name="Астрономия").abbreviation == "Астр"
    assert Subject.objects.get(name="Черчение").short_name == "Черч."
    assert "Не записано строк: 1" in text(page)


def test_a_block_of_thousands_is_no_page(world, browser):
    block = "\n".join(f"Предмет {number}" for number in range(10_000))
    page = browser.post("/setup/subjects/", {"rows": [], "block": block, "take": ""})
    assert "Больше 60 строк за раз не принимаем" in text(page)
    assert "Предмет 9999" in text(page)


def test_what_is_used_is_not_taken_away(world, browser):
    url = "/setup/subjects/"
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "5")
    page = browser.get(url)
    maths, unused = row_of(page, name="Математика"), Subject.objects.create(name="Лишний")
    page = browser.get(url)
    data = sent(page) | {f"{maths.prefix}-remove": "on", f"r{unused.pk}-remove": "on"}
    page = browser.post(url, data)
    assert "убрать нельзя" in text(page)
    assert "отмет" not in text(page).lower()
    assert Subject.objects.filter(name="Математика").exists()
    assert not Subject.objects.filter(name="Лишний").exists()


# --- the year ---


def test_periods_are_moved_one_after_another(world, browser):
    """The first goes where the second stood: judged in an order in which none is in the way."""
    url = "/setup/year/"
    page = browser.get(url)
    first, second = (row_of(page, kind="quarter", number=number) for number in (1, 2))
    data = sent(page) | {
        f"{first.prefix}-ends_on": "05.11.2026",
        f"{second.prefix}-starts_on": "16.11.2026",
    }
    browser.post(url, data, follow=True)
    spans = Period.objects.order_by("number").values_list("starts_on", "ends_on")
    assert spans[0] == (day(9, 1), day(11, 5))
    assert spans[1] == (day(11, 16), day(12, 30))


def test_a_period_that_overlaps_is_told_at_its_row(world, browser):
    data = new_rows(
        {"kind": "quarter", "number": "5", "starts_on": "1.5.2027", "ends_on": "31.05.2027"},
        {"kind": "half_year", "number": "1", "starts_on": "01.09.2025", "ends_on": "30.12.2025"},
    )
    page = browser.post("/setup/year/", data)
    assert "Сроки пересекаются с другой записью" in text(page)
    assert "Этот день не в учебном году 2026/2027" in text(page)
    assert Period.objects.count() == 4


def test_a_new_year_and_its_exams(world, browser):
    url = "/setup/year/?tab=years"
    data = new_rows({"starts_on": "01.09.2027", "ends_on": "26.05.2028"})
    browser.post(url, data, follow=True)
    assert SchoolYear.objects.filter(starts_on=datetime.date(2027, 9, 1)).exists()
    data = new_rows({"starts_on": "01.09.2026", "ends_on": "26.05.2027"})
    assert "Сроки пересекаются" in text(browser.post(url, data))


def test_days_cancel_their_lessons(world, browser):
    url = "/setup/year/?tab=days"
    lesson = Lesson.objects.filter(date__gt=day(11, 25)).order_by("date").first()
    asked = f"{lesson.date:%d.%m.%Y}"
    browser.post(url, new_rows({"kind": "off", "starts_on": asked, "reason": "мороз"}), follow=True)
    lesson.refresh_from_db()
    assert lesson.cancelled == "мороз"
    page = browser.get(url)
    row = row_of(page, reason="мороз")
    browser.post(url, sent(page) | {f"{row.prefix}-remove": "on"}, follow=True)
    lesson.refresh_from_db()
    assert not lesson.cancelled
    assert not DayOverride.objects.exists()


# --- bells ---


def test_bells_that_move_take_their_lessons_along(world, browser):
    url = "/setup/bells/"
    page = browser.get(url)
    data = sent(page)
    for row in page.context["listing"].rows:
        if row.key:
            start = datetime.datetime.combine(day(9, 1), row.initial["starts_at"])
            end = datetime.datetime.combine(day(9, 1), row.initial["ends_at"])
            later = datetime.timedelta(minutes=20)
            data[f"{row.prefix}-starts_at"] = f"{start + later:%H.%M}"
            data[f"{row.prefix}-ends_at"] = f"{end + later:%H:%M}"
    was = Lesson.objects.filter(date__gt=day(11, 25)).order_by("pk").first()
    page = browser.post(url, data, follow=True)
    assert "Записано строк: 7. Изменилось время" in text(page)
    now = Lesson.objects.get(pk=was.pk)
    assert now.starts_at > was.starts_at


def test_bells_ring_in_order(world, browser):
    data = new_rows(
        {"schedule": "Суббота", "number": "1", "starts_at": "9:00", "ends_at": "9:35"},
        {"schedule": "Суббота", "number": "3", "starts_at": "8.00", "ends_at": "8.35"},
        {"schedule": "суббота", "number": "2", "starts_at": "9:45", "ends_at": "10:20"},
    )
    page = browser.post("/setup/bells/", data)
    assert "звонки идут по порядку" in text(page)
    assert BellSlot.objects.filter(schedule__name="Суббота").count() == 2


@pytest.mark.parametrize(
    ("whom", "of_whom"), [("", "вся школа"), ("5", "5-е классы"), ("5а", "5А")]
)
def test_whose_bells(world, browser, whom, of_whom):
    name = BellUse.objects.get().schedule.name
    data = new_rows({"schedule": name, "whom": whom, "weekday": "6", "starts_on": "01.09.2026"})
    browser.post("/setup/bells/?tab=uses", data, follow=True)
    assert BellUse.objects.get(weekday=6).of_whom == of_whom


def test_bells_that_nobody_knows(world, browser):
    data = new_rows({"schedule": "Какие-то", "whom": "9Ю", "starts_on": "01.09.2026"})
    page = browser.post("/setup/bells/?tab=uses", data)
    assert "Звонков «Какие-то» нет" in text(page)


# --- scales and works ---


def test_a_value_in_use_is_changed_from_a_day_on(world, browser):
    url = "/setup/subjects/?tab=scales"
    page = browser.get(url)
    row = row_of(page, scale="Пятибалльная", text="1")
    data = sent(page) | {f"{row.prefix}-title": "единица"}
    page = browser.post(url, data)
    assert "Этим уже пользуются" in text(page)
    data = sent(page) | {f"{row.prefix}-changes_from": "01.12.2026"}
    browser.post(url, data, follow=True)
    titles = GradeValue.objects.filter(scale=world.five, text="1").order_by("starts_on")
    assert [one.title for one in titles] == ["1", "единица"]


def test_a_new_scale_comes_with_its_values(world, browser):
    rows = [
        {"scale": "Уровни", "text": "выс", "title": "высокий", "meaning": "excellent"},
        {"scale": "уровни", "text": "низ", "title": "низкий"},
        {"scale": "Уровни", "text": "Низ!", "title": "так нельзя"},
    ]
    page = browser.post("/setup/subjects/?tab=scales", new_rows(*rows))
    assert "Только строчные русские буквы" in text(page)
    assert GradeScale.objects.get(name="Уровни").values.count() == 2


def test_works(world, browser):
    url = "/setup/subjects/?tab=works"
    new = {"name": "Диктант", "short_name": "ДИК", "weight": "3", "mark_days": "3"}
    browser.post(url, new_rows(new | {"expects": "present", "is_control": "on"}), follow=True)
    assert WorkType.objects.get(name="Диктант").is_control
    page = browser.post(url, new_rows(new | {"expects": "present"}))
    assert "Сроки пересекаются" in text(page)


# --- classes ---


def test_a_line_of_classes(world, browser):
    url = "/setup/classes/"
    page = browser.post(url, {"line": "5А, 6а; 6-Б", "make": ""}, follow=True)
    assert "Заведены: 6А, 6Б." in text(page)
    assert TeachingGroup.objects.filter(kind="class", name="6Б").exists()
    page = browser.post(url, {"line": "7А, седьмой", "make": ""})
    assert "Это не класс: седьмой" in text(page)
    assert 'value="7А, седьмой"' in text(page)
    assert not SchoolClass.objects.filter(number=7).exists()


@pytest.mark.parametrize("called", ["Матвеева Мария Михайловна", "Матвеева М. М.", "матвеева"])
def test_a_class_teacher_by_any_name(world, browser, called):
    browser.post("/setup/classes/", new_rows({"name": "6А", "teacher": called}), follow=True)
    assert SchoolClass.objects.get(number=6).class_teacher == world.teacher


def test_a_class_teacher_whom_nobody_knows(world, browser):
    page = browser.post("/setup/classes/", new_rows({"name": "6А", "teacher": "Иванов Иван"}))
    assert "Сотрудник «Иванов Иван»" in text(page)
    assert not SchoolClass.objects.filter(number=6).exists()


def test_a_class_that_is_renamed_takes_its_group_along(world, browser):
    page = browser.get("/setup/classes/")
    row = row_of(page, name="5Б")
    browser.post("/setup/classes/", sent(page) | {f"{row.prefix}-name": "5в"}, follow=True)
    world.b5.refresh_from_db()
    assert (str(world.b5), world.b5.group.name) == ("5В", "5В")


def test_a_class_with_pupils_stays(world, browser):
    page = browser.get("/setup/classes/")
    row = row_of(page, name="5Б")
    page = browser.post("/setup/classes/", sent(page) | {f"{row.prefix}-remove": "on"})
    assert SchoolClass.objects.filter(pk=world.b5.pk).exists()
    assert "Не записано строк: 1" in text(page)


# --- people ---


def test_pupils_are_pasted_as_a_list_has_them(world, browser):
    block = "Жуков Захар Ильич\t5б\t3.4.2015\tм\tК-17\nЕжова\tЕва\t\t5А\t05/06/2015\tЖ\t"
    page = browser.post("/setup/people/", {"rows": [], "block": block, "take": ""})
    page = browser.post("/setup/people/", sent(page), follow=True)
    assert "Записано строк: 2" in text(page)
    student = Student.objects.get(file_number="К-17")
    assert student.user.full_name == "Жуков Захар Ильич"
    assert student.user.username == "zhukov-z"
    assert not student.user.has_usable_password()
    assert student.card.born_on == datetime.date(2015, 4, 3)
    assert student.sex == "m"
    assert student.enrolments.get().school_class == world.b5
    assert Student.objects.get(user__last_name="Ежова").sex == "f"


def test_nobody_is_doubled(world, browser):
    page = browser.post("/setup/people/", new_rows({"last_name": "Иванов", "first_name": "Иван"}))
    assert "Такой ученик уже есть: Иванов Иван" in text(page)
    StudentCard.objects.create(student=world.ivanov, born_on=datetime.date(2015, 1, 1))
    other = {"last_name": "Иванов", "first_name": "Иван", "born_on": "02.02.2016"}
    browser.post("/setup/people/", new_rows(other), follow=True)
    assert User.objects.filter(student__isnull=False, sort_name=world.ivanov.user.sort_name)[1]


def test_of_a_card_only_the_birth_date_is_the_secretarys(world, browser):
    StudentCard.objects.create(
        student=world.ivanov,
        address="улица Тайная",
        programme="АООП, вариант 7.1",
        notes="заметка",
        contacts="мама 8 913 555-01-24",
    )
    page = browser.get("/setup/people/?q=Иванов")
    for hidden in ("Тайная", "7.1", "заметка", "555-01-24"):
        assert hidden not in text(page)
    row = row_of(page, last_name="Иванов")
    data = sent(page) | {f"{row.prefix}-born_on": "01.02.2015"}
    browser.post("/setup/people/?q=Иванов", data, follow=True)
    card = StudentCard.objects.get(student=world.ivanov)
    assert (card.born_on, card.programme) == (datetime.date(2015, 2, 1), "АООП, вариант 7.1")


def test_a_move_is_the_leaders_and_the_refusal_tells_nothing(world, browser):
    """Whether marks stand there or not, the answer is the same."""
    began = timezone.make_aware(datetime.datetime(2026, 9, 1))
    Enrolment.history.update(history_date=began)
    answers = []
    for mark in ("", "5"):
        if mark:
            save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", mark)
        page = browser.get("/setup/people/?q=Иванов")
        row = row_of(page, last_name="Иванов")
        data = sent(page) | {f"{row.prefix}-class_name": "5Б"}
        answers.append(text(browser.post("/setup/people/?q=Иванов", data)))
    assert "перевод оформляет завуч" in answers[0]
    cut = [answer.partition("<main")[2].partition("csrf")[0] for answer in answers]
    assert cut[0] == cut[1]
    assert world.ivanov.enrolments.get().school_class == world.a5


def test_todays_slip_of_a_class_is_put_right(world, browser):
    Lesson.objects.all().delete()
    new = {"last_name": "Жуков", "first_name": "Захар", "class_name": "5А"}
    browser.post("/setup/people/", new_rows(new), follow=True)
    page = browser.get("/setup/people/?q=Жуков")
    row = row_of(page, last_name="Жуков")
    data = sent(page) | {f"{row.prefix}-class_name": "5Б"}
    browser.post("/setup/people/?q=Жуков", data, follow=True)
    assert Enrolment.objects.get(student__user__last_name="Жуков").school_class == world.b5


def test_a_class_that_is_not_there(world, browser):
    page = browser.post("/setup/people/", new_rows({"last_name": "Жуков", "class_name": "9Я"}))
    assert "Класса «9Я» нет" in text(page)
    assert not User.objects.filter(last_name="Жуков").exists()


def test_who_has_no_parents_is_shown_and_gets_them(world, browser):
    page = browser.get("/setup/people/?without=parents")
    names = {row.initial["last_name"] for row in page.context["listing"].rows if row.key}
    assert names == {"Особый", "Новиков"}
    url = "/setup/people/?tab=parents&without=parents"
    page = browser.get(url)
    row = row_of(page, child="Новиков Никита, 5Б")
    said = {"last_name": "Новикова", "first_name": "Нина", "phone": "8 (913) 555-01-24"}
    data = sent(page) | {f"{row.prefix}-{name}": value for name, value in said.items()}
    browser.post(url, data, follow=True)
    made = Parenthood.objects.get(student=world.newcomer)
    assert made.parent.user.phone == "+79135550124"


def test_one_parent_of_two_children_is_one_person(world, browser):
    said = {"last_name": "Мамина", "first_name": "Мила", "phone": "+79135550124"}
    data = new_rows({"child": "Петрова Пелагея"} | said, {"child": "Новиков, 5Б"} | said)
    browser.post("/setup/people/?tab=parents", data, follow=True)
    parents = {
        one.parent_id for one in Parenthood.objects.filter(parent__user__phone=said["phone"])
    }
    assert len(parents) == 1
    assert Parenthood.objects.filter(parent__in=parents).count() == 2


@pytest.mark.parametrize(
    ("child", "told"),
    [("Неведомов", "Ученика «Неведомов» нет"), ("5А", "Таких несколько")],
)
def test_a_child_that_can_t_be_told(world, browser, child, told):
    data = new_rows({"child": child, "last_name": "Мамина", "first_name": "Мила"})
    assert told in text(browser.post("/setup/people/?tab=parents", data))
    assert not User.objects.filter(last_name="Мамина").exists()


def test_a_parenthood_ends(world, browser):
    url = "/setup/people/?tab=parents&q=Сидоров"
    page = browser.get(url)
    row = row_of(page, child="Сидоров Семён, 5Б")
    browser.post(url, sent(page) | {f"{row.prefix}-remove": "on"}, follow=True)
    assert not Parenthood.objects.filter(student=world.sidorov).exists()


def test_staff_come_and_leave(world, browser):
    url = "/setup/people/?tab=staff"
    new = {"last_name": "Ежова", "first_name": "Ева", "position": "учитель", "phone": "89135550124"}
    browser.post(url, new_rows(new), follow=True)
    employee = Employee.objects.get(user__last_name="Ежова")
    assert (employee.position, employee.user.phone) == ("учитель", "+79135550124")
    assert "Такой сотрудник уже есть" in text(browser.post(url, new_rows(new)))
    page = browser.get(url)
    row = row_of(page, last_name="Ежова")
    browser.post(url, sent(page) | {f"{row.prefix}-left_on": "01.11.2026"}, follow=True)
    shown = browser.get(url).context["listing"].rows
    assert not [one for one in shown if one.initial.get("last_name") == "Ежова"]


def test_a_wrong_phone_is_told(world, browser):
    page = browser.post(
        "/setup/people/?tab=staff", new_rows({"last_name": "Ежова", "phone": "завтра"})
    )
    assert "Так: +79135550124" in text(page)
    assert 'value="завтра"' in text(page)


def test_a_search_by_class(world, browser):
    page = browser.get("/setup/people/?q=5б")
    names = {row.initial["last_name"] for row in page.context["listing"].rows if row.key}
    assert names == {"Сидоров", "Новиков"}


# --- programmes ---


def test_the_deputy_sets_programmes_of_a_class(world, login):
    client = login(world.deputy)
    url = f"/desk/programmes/?class={world.a5.pk}"
    page = client.get(url)
    row = next(one for one in page.context["listing"].rows if one.key == str(world.ivanov.pk))
    client.post(url, sent(page) | {f"{row.prefix}-programme": "АООП, вариант 7.1"}, follow=True)
    card = StudentCard.objects.get(student=world.ivanov)
    assert card.programme == "АООП, вариант 7.1"
    assert card.history.first().history_user == world.deputy
    assert str(world.gone.pk) not in [one.key for one in page.context["listing"].rows]


def test_who_has_left_is_no_teacher_to_pick(world, browser):
    Employee.objects.create(user=user("left", "Ушедшая", "Ульяна"), left_on=day(11, 1))
    assert "Ушедшая" not in text(browser.get("/setup/people/?tab=staff"))
