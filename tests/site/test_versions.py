"""What marks, averages and grades are read with is never changed once it could be used: a change is
a new version from a day on."""

import datetime
import re

import pytest
from django.urls import reverse

from attendance.refusals import Refused
from journals.actions.entries import save_cell, save_field
from journals.models import LessonWork, Mark, WorkType
from journals.queries import book
from journals.queries.cell import scale_values
from journals.queries.grade_book import grade_book
from journals.queries.register import register
from school import kept
from school.models import GradeValue, GradingRule, Lesson, PeriodLock
from school.rights import JournalRights
from tests import world as worlds
from tests.site.test_admin import form_of
from tests.world import TODAY, day

# Of pages and their forms; the queries behind them have tests on both databases.
pytestmark = pytest.mark.any_database

TOMORROW = TODAY + datetime.timedelta(days=1)
EVERYTHING = JournalRights(sees_all=True, writes_all=True)


@pytest.fixture
def marked(world):
    """Иванов has «5» for an answer and «2» for a test, which weighs three."""
    test = f"{world.answer.pk} {world.test.pk}"
    save_field(world.maths, world.lesson.pk, "works", "", test)
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "5/2")
    return world


def average(w):
    rows = register(w.maths, w.quarters[1], EVERYTHING).rows
    return next(row.average for row in rows if row.attendee.student_id == w.ivanov.pk)


def contents(w):
    return book.contents(book.book(w.maths, w.quarters[1], EVERYTHING))


class Page:
    def __init__(self, login, w, name, pk):
        self.client = login(w.admin)
        self.url = reverse(f"admin:{name}_change", args=[pk])
        self.data = form_of(self.client.get(self.url))

    def send(self, **changed):
        return self.client.post(self.url, self.data | changed)

    def row(self, name, text):
        """The prefix of the inline row in whose field stands a text."""
        return next(
            key.removesuffix(f"-{name}")
            for key, value in self.data.items()
            if key.endswith(f"-{name}") and value == text
        )


def scale_page(login, w, scale=None):
    return Page(login, w, "school_gradescale", (scale or w.five).pk)


def texts(w, on):
    return list(scale_values(w.maths, on))


def test_a_value_in_use_is_not_renamed(marked, login):
    before, page = contents(marked), scale_page(login, marked)
    row = page.row("text", "2")
    for day_from in ("", "25.11.2026", "01.09.2026"):
        answer = page.send(**{f"{row}-text": "2-", f"{row}-changes_from": day_from})
        assert answer.status_code == 200
        assert "Этим уже пользуются" in answer.content.decode()
    answer = page.send(**{f"{row}-points": "5"})
    assert "Этим уже пользуются" in answer.content.decode()
    assert contents(marked) == before
    assert "2" in texts(marked, TODAY)


def test_from_a_day_on_there_is_another(marked, login):
    PeriodLock.objects.create(period=marked.quarters[1], locked_by=marked.deputy)
    before, page = contents(marked), scale_page(login, marked)
    row = page.row("text", "2")
    sent = {f"{row}-text": "2-", f"{row}-points": "1", f"{row}-changes_from": "26.11.2026"}
    assert page.send(**sent).status_code == 302
    assert contents(marked) == before
    assert average(marked) == "2,75"
    assert ("2" in texts(marked, TODAY), "2-" in texts(marked, TODAY)) == (True, False)
    assert ("2" in texts(marked, TOMORROW), "2-" in texts(marked, TOMORROW)) == (False, True)
    old, new = GradeValue.objects.filter(scale=marked.five, text__startswith="2").order_by("pk")
    assert (old.ends_on, new.starts_on, new.points) == (TODAY, TOMORROW, 1)
    assert (old.history.count(), new.history.count()) == (2, 1)
    page = scale_page(login, marked)
    answer = page.send(**{f"{page.row('text', '2')}-text": "3-"})
    assert "прежнее значение" in answer.content.decode()


def test_what_the_day_has_is_typed(marked, login, noon):
    page = scale_page(login, marked)
    row = page.row("text", "2")
    page.send(**{f"{row}-text": "2-", f"{row}-changes_from": "26.11.2026"})
    noon.move_to(datetime.datetime(2026, 11, 27, 9, tzinfo=datetime.UTC))
    lesson = marked.future_lesson  # of 27 November
    save_cell(marked.maths, lesson.pk, marked.ivanov.pk, "", "2-")
    with pytest.raises(Exception, match="Нет такой отметки"):
        save_cell(marked.maths, lesson.pk, marked.petrova.pk, "", "2")
    # The earlier lesson goes on with what it had.
    save_cell(marked.maths, marked.lesson.pk, marked.petrova.pk, "", "2")
    save_cell(marked.maths, marked.lesson.pk, marked.ivanov.pk, "5/2", "4/2")
    assert {mark.value.text for mark in Mark.objects.filter(work__lesson=marked.lesson)} == {
        "4",
        "2",
    }


def test_what_nobody_can_have_used_is_simply_put_right(marked, login):
    own = worlds.scale("Своя", ("1", 1), ("2", 2))
    page = scale_page(login, marked, own)
    row = page.row("text", "1")
    assert page.send(**{f"{row}-text": "1+", f"{row}-meaning": "good"}).status_code == 302
    value = GradeValue.objects.get(scale=own, text="1+")
    assert value.holds_on(day(9, 1))
    assert value.history.latest().history_user == marked.admin
    page = scale_page(login, marked, own)
    assert page.send(**{f"{page.row('text', '2')}-DELETE": "on"}).status_code == 302
    assert own.values.get() == value


def told_of_value(login, w, text, **changed):
    """The errors that the page of the scale shows when the row of a value is changed."""
    page = scale_page(login, w)
    row = page.row("text", text)
    html = page.send(**{f"{row}-{name}": value for name, value in changed.items()}).content.decode()
    return re.findall(r'<ul class="errorlist[^>]*>(.+?)</ul>', html, re.DOTALL)


@pytest.mark.parametrize(
    "changed", [{"title": "иное"}, {"points": "9"}, {"ends_on": "24.11.2026"}, {"DELETE": "on"}]
)
def test_no_answer_tells_whether_a_value_was_given(marked, login, changed):
    """Marks are not the administrator's to see: nobody has «1», somebody has «2»."""
    given, other = (told_of_value(login, marked, text, **changed) for text in "21")
    assert given == other != []


def test_a_scale_that_a_journal_has_had_stays_what_it_was(world, login):
    own = worlds.scale("Своя", ("1", 1))
    for scale in (own, world.five):
        world.russian.scale = scale
        world.russian.save()
    page = scale_page(login, world, own)
    answer = page.send(**{f"{page.row('text', '1')}-points": "2"})
    assert "Этим уже пользуются" in answer.content.decode()
    path = reverse("admin:school_gradescale_delete", args=[own.pk])
    assert kept.IN_USE in page.client.post(path, {"post": "yes"}).content.decode()


def test_a_scale_of_journals_gets_a_value(world, login):
    page = scale_page(login, world)
    place = page.data["values-TOTAL_FORMS"]
    sent = {"text": "6", "title": "шесть", "points": "6", "scale": world.five.pk, "position": "9"}
    sent = {f"values-{place}-{name}": value for name, value in sent.items()}
    sent["values-TOTAL_FORMS"] = int(place) + 1
    assert page.send(**sent).status_code == 302
    assert "6" in texts(world, TODAY)
    page = scale_page(login, world)
    assert page.send(**{f"{page.row('text', '1')}-ends_on": "25.11.2026"}).status_code == 302
    assert ("1" in texts(world, TODAY), "1" in texts(world, TOMORROW)) == (True, False)


def test_no_answer_tells_whether_a_kind_of_works_was_named(marked, login):
    """Tests are named for a lesson, work in class is not."""
    for kind in (marked.test, marked.classwork):
        page = Page(login, marked, "journals_worktype", kind.pk)
        assert "Этим уже пользуются" in page.send(weight="7").content.decode()
        path = reverse("admin:journals_worktype_delete", args=[kind.pk])
        assert kept.IN_USE in page.client.post(path, {"post": "yes"}).content.decode()
        kind.refresh_from_db()


def test_a_kind_of_works_without_lessons_is_put_right(world, login):
    late = WorkType.objects.create(name="Иное", short_name="И", starts_on=day(11, 25))
    Lesson.objects.filter(date__gte=day(11, 25)).delete()
    page = Page(login, world, "journals_worktype", late.pk)
    assert page.send(weight="2").status_code == 302
    path = reverse("admin:journals_worktype_delete", args=[late.pk])
    page.client.post(path, {"post": "yes"})
    assert not WorkType.objects.filter(pk=late.pk).exists()


def test_a_weight_leaves_old_averages_alone(marked, login, noon):
    ahead = f"{marked.test.pk}"
    save_field(marked.maths, marked.future_lesson.pk, "works", "", ahead)
    before, page = contents(marked), Page(login, marked, "journals_worktype", marked.test.pk)
    refused = page.send(weight="1", changes_from="")
    assert "Этим уже пользуются" in refused.content.decode()
    assert page.send(weight="1", changes_from="26.11.2026").status_code == 302
    assert (average(marked), contents(marked)) == ("2,75", before)
    old, new = WorkType.objects.filter(short_name="КР").order_by("pk")
    assert (old.weight, new.weight) == (3, 1)
    work = LessonWork.objects.get(lesson=marked.future_lesson)
    assert work.work_type == new
    assert work.history.count() == 2
    noon.move_to(datetime.datetime(2026, 11, 27, 9, tzinfo=datetime.UTC))
    save_cell(marked.maths, marked.future_lesson.pk, marked.ivanov.pk, "", "5")
    assert average(marked) == "3,20"  # (5 + 3·2 + 5) / 5


def test_each_day_offers_its_own_works(marked, login, noon):
    page = Page(login, marked, "journals_worktype", marked.test.pk)
    page.send(name="Контрольная", changes_from="26.11.2026")
    teacher = login(marked.teacher)
    earlier, later = (
        teacher.get(reverse("lesson", args=[marked.maths.pk, one.pk])).content.decode()
        for one in (marked.lesson, marked.future_lesson)
    )
    assert (">Контрольная работа<" in earlier, ">Контрольная<" in earlier) == (True, False)
    assert (">Контрольная работа<" in later, ">Контрольная<" in later) == (False, True)
    new = WorkType.objects.get(name="Контрольная")
    with pytest.raises(Refused, match="такого вида нет"):
        save_field(marked.maths, marked.early_lesson.pk, "works", "", str(new.pk))


def test_the_rule_of_a_period_is_that_of_its_last_day(marked, login):
    rule = GradingRule.objects.get()
    page = Page(login, marked, "school_gradingrule", rule.pk)
    assert "Этим уже пользуются" in page.send(rounds_up_from="0.8").content.decode()
    assert page.send(rounds_up_from="0.8", changes_from="31.12.2026").status_code == 302
    columns = grade_book(marked.maths).columns
    assert [str(one.rule.rounds_up_from) for one in columns if one.period] == [
        "0.50",
        "0.50",
        "0.80",
        "0.80",
    ]


def test_the_leaders_see_it_in_the_history(marked, login):
    page = Page(login, marked, "journals_worktype", marked.test.pk)
    page.send(weight="1", changes_from="26.11.2026")
    found = login(marked.deputy).get(reverse("review_history"), {"person": "Админов"})
    text = found.content.decode()
    assert "Вид работы" in text
    assert "26.11.2026" in text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": "Ответ на уроке"}, "Сроки пересекаются"),
        ({"short_name": "ОТВ"}, "Сроки пересекаются"),
        ({"usual_order": "1"}, "Сроки пересекаются"),
        ({"name": "Ответ на уроке", "changes_from": "27.11.2026"}, "Сроки пересекаются"),
        ({"changes_from": "27.11.2026"}, "Не сказано, что с этого дня меняется"),
    ],
)
def test_what_can_not_stand_is_told_beside_it(marked, login, changed, told):
    page = Page(login, marked, "journals_worktype", marked.test.pk)
    answer = page.send(**changed)
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert WorkType.objects.count() == 3


def test_a_new_kind_needs_a_name_of_its_own(marked, login):
    client = login(marked.admin)
    path = reverse("admin:journals_worktype_add")
    data = form_of(client.get(path)) | {"name": "Другая", "short_name": "КР"}
    assert "Сроки пересекаются" in client.post(path, data).content.decode()
    assert client.post(path, data | {"short_name": "ДР"}).status_code == 302


def test_an_absence_is_no_mark(marked, login):
    page = scale_page(login, marked)
    answer = page.send(**{f"{page.row('text', '1')}-text": "н"})
    assert "Так в клетке записывают пропуск" in answer.content.decode()


def test_what_is_not_in_force_yet_has_its_day(marked, login):
    page = Page(login, marked, "journals_worktype", marked.test.pk)
    page.send(weight="1", changes_from="30.11.2026")
    stale = page.send(weight="2", changes_from="28.11.2026", ends_on="")
    assert "Сроки пересекаются" in stale.content.decode()
    new = WorkType.objects.get(weight=1, name="Контрольная работа")
    page = Page(login, marked, "journals_worktype", new.pk)
    again = page.send(weight="2", changes_from="28.11.2026")
    assert "ещё не действует" in again.content.decode()
    assert page.send(weight="2").status_code == 302
    assert [one.weight for one in WorkType.objects.filter(short_name="КР").order_by("pk")] == [3, 2]
