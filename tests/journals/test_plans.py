"""The plan of a journal (КТП, 2.7): what lessons gave, its lines written, its page."""

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from attendance.refusals import Refused
from journals.actions import plans as actions
from journals.actions.entries import save_field
from journals.actions.plans import PlanChanged
from journals.models import GivenTopic, PlannedTopic
from journals.plans import PlanLine
from journals.queries import plans as queries
from journals.queries.free_hours import free_hours
from journals.queries.plan_page import plan_page, shift_page
from school.actions.lessons import cancel_lesson, restore_lesson
from school.models import Lesson, PeriodLock
from tests import world as worlds
from tests.world import day, queries_of

ADD, SUBTRACT = "Сложение дробей", "Вычитание дробей"


def topic(lesson, text):
    lesson.refresh_from_db()
    save_field(lesson.journal, lesson.pk, "topic", lesson.topic, text)


def gave(lesson):
    """The title of the line that a lesson gave, None where it gave none."""
    found = GivenTopic.objects.filter(lesson=lesson).select_related("line").first()
    return found and found.line.title


def titles(journal):
    return [line.title for line in queries.plan_lines(journal.pk)]


def state(journal):
    return queries.state(queries.plan_lines(journal.pk))


def planned(journal, *lines):
    """The journal's plan becomes these lines, PlanLines or titles."""
    PlannedTopic.objects.filter(journal=journal).delete()
    made = [PlanLine(one) if isinstance(one, str) else one for one in lines]
    actions.replace(journal, state(journal), made)
    return queries.plan_lines(journal.pk)


def next_of(lesson):
    place = queries.places(lesson.journal_id)[lesson.pk]
    return place.line and place.line.title


# --- which line a lesson gave ---


def test_a_topic_that_is_the_next_line_gave_it(world):
    topic(world.early_lesson, "сложение дробей.")
    assert gave(world.early_lesson) == ADD
    topic(world.lesson, ADD)
    assert next_of(world.substituted) == SUBTRACT  # both hours are given


def test_a_topic_of_ones_own_is_off_the_plan_until_it_is_bound(world):
    topic(world.early_lesson, "Беседа о дробях")
    assert gave(world.early_lesson) is None
    assert queries.places(world.maths.pk)[world.early_lesson.pk].is_off
    assert next_of(world.lesson) == ADD
    assert actions.bind_lesson(world.maths, world.early_lesson.pk) == 1
    assert gave(world.early_lesson) == ADD
    world.early_lesson.refresh_from_db()
    assert world.early_lesson.topic == "Беседа о дробях"
    actions.unbind_lesson(world.maths, world.early_lesson.pk)
    assert gave(world.early_lesson) is None


def test_after_the_second_of_a_title_comes_the_third_line(world):
    errors = "Работа над ошибками"
    planned(world.maths, errors, errors, "Умножение")
    topic(world.early_lesson, errors)
    topic(world.lesson, errors)
    assert next_of(world.substituted) == "Умножение"
    topic(world.substituted, errors)  # once more by hand: not the next line
    assert gave(world.substituted) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{ADD}. Решение задач", ADD),  # the teacher's own words beside the line's
        ("", None),
        ("Беседа", None),
        (SUBTRACT, None),  # another line's title, which is not the next
    ],
)
def test_a_topic_that_is_edited(world, text, line):
    topic(world.early_lesson, ADD)
    topic(world.early_lesson, text)
    assert gave(world.early_lesson) == line


def test_what_was_bound_stays_bound_when_its_text_is_mended(world):
    topic(world.early_lesson, "Беседа о дробых")
    actions.bind_lesson(world.maths, world.early_lesson.pk)
    topic(world.early_lesson, "Беседа о дробях")
    assert gave(world.early_lesson) == ADD


def test_a_cancelled_lesson_gives_nothing_and_its_line_is_taken_over(world):
    planned(world.maths, ADD, SUBTRACT)
    topic(world.early_lesson, ADD)
    cancel_lesson(world.early_lesson, "сбой")
    assert next_of(world.lesson) == ADD
    topic(world.lesson, ADD)
    restore_lesson(Lesson.objects.get(pk=world.early_lesson.pk))
    assert gave(world.early_lesson) is None  # another gave it
    assert gave(world.lesson) == ADD


def test_a_cancelled_lesson_that_takes_place_after_all_has_given_its_line(world):
    planned(world.maths, ADD, SUBTRACT)
    topic(world.early_lesson, ADD)
    cancel_lesson(world.early_lesson, "сбой")
    restore_lesson(Lesson.objects.get(pk=world.early_lesson.pk))
    assert queries.places(world.maths.pk)[world.early_lesson.pk].is_given


def test_who_gave_what_is_in_history(world, login):
    client = login(world.teacher)
    save = {"lesson": world.lesson.pk, "field": "topic", "was": "", "text": ADD}
    assert client.post(f"/journals/{world.maths.pk}/fields/", save).status_code == 200
    made = GivenTopic.history.get(lesson=world.lesson.pk)
    assert (made.history_type, made.history_user) == ("+", world.teacher)


@pytest.mark.parametrize(
    ("why", "prepare"),
    [
        ("тем", lambda w: None),
        ("уже", lambda w: topic(w.lesson, ADD)),
        ("не осталось", lambda w: (planned(w.maths), topic(w.lesson, "Своя"))),
        ("закрыт", lambda w: (topic(w.lesson, "Своя"), _close(w))),
    ],
)
def test_what_can_not_be_bound(world, why, prepare):
    prepare(world)
    with pytest.raises(Refused, match=why if why != "не осталось" else "нет плана|не осталось"):
        actions.bind_lesson(world.maths, world.lesson.pk)


def _close(w):
    PeriodLock.objects.create(period=w.quarters[1], locked_by=w.deputy)


# --- lines ---


def test_a_line_is_put_behind_another_and_days_keep_their_places(world):
    one, two = planned(
        world.maths, PlanLine("А", planned_on=day(11, 5)), PlanLine("Б", planned_on=day(11, 23))
    )
    actions.add_line(world.maths, state(world.maths), PlanLine("В"), one.pk)
    assert titles(world.maths) == ["А", "В", "Б"]
    actions.change_line(world.maths, state(world.maths), one, two.pk)
    found = [(line.title, line.planned_on) for line in queries.plan_lines(world.maths.pk)]
    assert found == [("В", None), ("Б", day(11, 5)), ("А", day(11, 23))]


def test_lines_change_places(world):
    found = planned(world.maths, *"АБВ")
    actions.reorder(world.maths, state(world.maths), [line.pk for line in reversed(found)])
    assert titles(world.maths) == ["В", "Б", "А"]
    positions = PlannedTopic.objects.filter(journal=world.maths).values_list("position", flat=True)
    assert sorted(positions) == [1, 2, 3]


def test_what_was_given_stands(world):
    one, two, three = planned(world.maths, *"АБВ")
    topic(world.early_lesson, "А")
    drawn = state(world.maths)
    for deed in (
        lambda: actions.reorder(world.maths, drawn, [two.pk, one.pk, three.pk]),
        lambda: actions.remove_line(world.maths, drawn, one.pk),
        lambda: actions.change_line(world.maths, drawn, one._replace(title="Я"), None),
        lambda: actions.shift_plan(world.maths, drawn, [one.pk]),
    ):
        with pytest.raises(Refused, match="Данные темы"), transaction.atomic():
            deed()
    assert titles(world.maths) == ["А", "Б", "В"]
    actions.reorder(world.maths, drawn, [one.pk, three.pk, two.pk])
    assert titles(world.maths) == ["А", "В", "Б"]


def test_a_plan_that_comes_keeps_the_lines_that_stay(world):
    first, _, third = planned(world.maths, "А", "Б", "В")
    topic(world.early_lesson, "А")
    actions.replace(world.maths, state(world.maths), [PlanLine("Г"), PlanLine("В", 2)])
    found = queries.plan_lines(world.maths.pk)
    assert [(line.title, line.hours) for line in found] == [("А", 1), ("Г", 1), ("В", 2)]
    assert (found[0].pk, found[2].pk) == (first.pk, third.pk)
    assert PlannedTopic.history.filter(title="Б", history_type="-").exists()


def test_a_stale_page_is_told_and_nothing_is_written(world):
    planned(world.maths, *"АБ")
    drawn = state(world.maths)
    actions.add_line(world.maths, drawn, PlanLine("В"), None)
    with pytest.raises(PlanChanged):
        actions.add_line(world.maths, drawn, PlanLine("Г"), None)
    assert "Г" not in titles(world.maths)


def test_in_a_closed_year_nothing_is_planned(world):
    from school.models import YearClosing

    for quarter in world.quarters:
        PeriodLock.objects.create(period=quarter, locked_by=world.deputy)
    YearClosing.objects.create(year=world.year, closed_by=world.deputy)
    with pytest.raises(Refused, match="закрыт"):
        actions.add_line(world.maths, state(world.maths), PlanLine("В"), None)


# --- the page ---


def timetabled(w):
    """The lessons of mathematics are of the timetable: that of 20 November was cancelled."""
    for lesson in Lesson.objects.filter(journal=w.maths):
        Lesson.objects.filter(pk=lesson.pk).update(
            planned_on=lesson.date, planned_number=lesson.number
        )


def test_the_page_says_how_far_behind(world, login):
    timetabled(world)
    planned(world.maths, *"АБВГДЕ")
    topic(world.early_lesson, "А")
    topic(world.lesson, "Б")
    topic(world.substituted, "Своя")
    page = plan_page(world.maths)
    assert page.headline == "Отстаём на 2 часа"
    assert (page.given, page.today, page.wanted) == (2, 3, 5)
    assert (page.lessons_left, page.hours_left, page.excess) == (2, 4, 2)
    assert page.lost == ["24.11 вне плана", "20.11 карантин"]
    html = login(world.teacher).get(f"/journals/{world.maths.pk}/plan/").content.decode()
    for told in (
        "Отстаём на 2 часа",
        "не войдут 2",
        "Урок 20.11 отменён",
        "25.11 сегодня",
        "отнести",
    ):
        assert told in html


def test_only_who_writes_the_journal_is_offered_to_change_it(world, login):
    url = f"/journals/{world.maths.pk}/plan/"
    assert "plan_shift" not in (html := login(world.deputy).get(url).content.decode())
    assert "Новая тема" not in html
    assert "Новая тема" in login(world.teacher).get(url).content.decode()


def test_the_page_costs_the_same_however_long_the_plan(world, login):
    client, url = login(world.teacher), f"/journals/{world.maths.pk}/plan/"
    before = queries_of(client, url)
    planned(world.maths, *(f"Тема {number}" for number in range(60)))
    worlds.lesson(world.maths, day(12, 1), world.slots[1])
    assert queries_of(client, url) == before


# --- the deputy's lag ---


def test_the_lag_of_all_journals_is_that_of_each(world):
    timetabled(world)
    planned(world.maths, PlanLine("А", 2), *"БВГДЕ")
    topic(world.early_lesson, "А")
    topic(world.substituted, "Своя")
    keys = [world.maths.pk, world.maths_b.pk]
    found = queries.lags(keys, worlds.TODAY)
    assert (
        found
        == {world.maths.pk: queries.plan(world.maths.pk).lag(worlds.TODAY)}
        == {world.maths.pk: 2}
    )
    actions.shift_plan(world.maths, state(world.maths))
    for number in (4, 5, 19, 20, 22, 23, 24, 25, 26, 27):
        one = day(11, number)
        assert queries.lags(keys, one)[world.maths.pk] == queries.plan(world.maths.pk).lag(one)


@pytest.mark.parametrize(
    "dates",
    [
        (None, None, None, None),
        (4, None, None, None),
        (None, 19, None, 24),
        (4, None, 23, None),
        (23, None, 4, None),  # not in order
        (20, 20, None, 23),
        (None, None, None, 30),
    ],
)
def test_the_lag_of_plans_with_dates_on_some_lines(world, dates):
    timetabled(world)
    planned(world.maths, PlanLine("А", 2), PlanLine("Б", 3), "В", PlanLine("Г", 2))
    topic(world.early_lesson, "А")
    for line, number in zip(PlannedTopic.objects.filter(journal=world.maths), dates, strict=True):
        line.planned_on = number and day(11, number)
        line.save()
    for number in (3, 4, 19, 20, 22, 23, 24, 25, 26, 30):
        one = day(11, number)
        own = queries.plan(world.maths.pk).lag(one)
        assert queries.lags([world.maths.pk, world.maths_b.pk], one) == {world.maths.pk: own}


def test_leaders_see_each_journals_lag(world, login):
    timetabled(world)
    planned(world.maths, *"АБВГДЕ")
    html = login(world.deputy).get("/review/").content.decode()
    assert f'href="{reverse("plan", args=[world.maths.pk])}"' in html


# --- «перенести план» ---


def test_the_plan_is_moved_to_the_lessons(world, login):
    timetabled(world)
    planned(world.maths, *"АБВГДЕ")
    topic(world.early_lesson, "А")
    shown = shift_page(world.maths)
    assert [(row.number, row.was, row.becomes) for row in shown.rows] == [
        (2, "20.11", "23.11"),
        (3, "23.11", "24.11"),
        (4, "24.11", "25.11"),
        (5, "25.11", "27.11"),
        (6, "27.11", "не входит"),
    ]
    client, url = login(world.teacher), f"/journals/{world.maths.pk}/plan/shift/"
    assert client.post(url, {"state": shown.page.state, "way": "shift"}).status_code == 302
    assert plan_page(world.maths).headline == "Идём по плану"
    assert [line.planned_on for line in queries.plan_lines(world.maths.pk)][-2:] == [
        day(11, 27),
        None,
    ]


def test_the_plan_is_moved_and_shortened(world, login):
    timetabled(world)
    found = planned(world.maths, "А", "Б", "Повторение", "Г", "Д", "Е")
    topic(world.early_lesson, "А")
    proposed = [line.title for _, line, is_proposed in shift_page(world.maths).spare if is_proposed]
    assert proposed == ["Повторение"]
    url = f"/journals/{world.maths.pk}/plan/shift/"
    sent = {"state": state(world.maths), "way": "shorten", "without": [found[2].pk]}
    assert login(world.teacher).post(url, sent).status_code == 302
    assert titles(world.maths) == ["А", "Б", "Г", "Д", "Е"]
    assert plan_page(world.maths).unfit_in_year == 0


def test_where_one_more_lesson_could_be(world, login):
    """Behind the class's last one or in a window, where its teacher has none either."""
    worlds.lesson(world.russian, day(11, 27), world.slots[3])
    worlds.lesson(world.maths_b, day(11, 27), world.slots[2])
    assert free_hours(world.maths, worlds.TODAY) == [(day(11, 27), 5)]
    html = login(world.teacher).get(f"/journals/{world.maths.pk}/plan/shift/").content.decode()
    assert "Свободные уроки класса: 27.11 5-й" in html


# --- what stays true whatever happens ---


class Plans(RuleBasedStateMachine):
    """Topics typed, bound and cleared, lessons cancelled and restored, lines put in, moved, taken
    out: no line is given beyond its hours, and what was given keeps its order."""

    world = None

    @initialize()
    def begin(self):
        GivenTopic.objects.all().delete()
        Lesson.objects.filter(journal=self.world.maths).update(
            topic="", topic_entered_at=None, cancelled=""
        )
        planned(self.world.maths, PlanLine("А", 2), "Б", "А", "В")
        self.lessons = list(Lesson.objects.filter(journal=self.world.maths).order_by("date"))
        self.order = []

    lesson = st.integers(0, 5)

    @rule(at=lesson, text=st.sampled_from(["А", "Б", "В", "Своя", "", "А и Б"]))
    def type(self, at, text):
        self.attempt(lambda: topic(self.lessons[at], text))

    @rule(at=lesson)
    def take_the_next(self, at):
        place = queries.places(self.world.maths.pk).get(self.lessons[at].pk)
        if place and place.line:
            self.attempt(lambda: topic(self.lessons[at], place.line.title))

    @rule(at=lesson, is_bound=st.booleans())
    def bind(self, at, is_bound):
        deed = actions.bind_lesson if is_bound else actions.unbind_lesson
        self.attempt(lambda: deed(self.world.maths, self.lessons[at].pk))

    @rule(at=lesson)
    def cancel_or_restore(self, at):
        found = Lesson.objects.get(pk=self.lessons[at].pk)
        self.attempt(
            lambda: restore_lesson(found) if found.cancelled else cancel_lesson(found, "сбой")
        )

    @rule(title=st.sampled_from("АБВГ"), after=st.integers(0, 8))
    def insert(self, title, after):
        lines = queries.plan_lines(self.world.maths.pk)
        behind = lines[after].pk if after < len(lines) else None
        self.edit(lambda drawn: actions.add_line(self.world.maths, drawn, PlanLine(title), behind))

    @rule(order=st.randoms(use_true_random=False))
    def move(self, order):
        keys = [line.pk for line in queries.plan_lines(self.world.maths.pk)]
        order.shuffle(keys)
        self.edit(lambda drawn: actions.reorder(self.world.maths, drawn, keys))

    @rule(at=st.integers(0, 8))
    def remove(self, at):
        lines = queries.plan_lines(self.world.maths.pk)
        if at < len(lines):
            self.edit(lambda drawn: actions.remove_line(self.world.maths, drawn, lines[at].pk))

    @rule()
    def shift(self):
        self.edit(lambda drawn: actions.shift_plan(self.world.maths, drawn))

    def edit(self, deed):
        """What was given stands before it and after it alike."""
        before = self.given_lines()
        self.attempt(lambda: deed(state(self.world.maths)))
        assert self.given_lines() == before

    def given_lines(self):
        followed = queries.plan(self.world.maths.pk).followed
        return [(line.pk, line.title) for line in followed.lines if followed.given(line)]

    @staticmethod
    def attempt(deed):
        try:
            with transaction.atomic():
                deed()
        except Refused:
            pass

    @invariant()
    def no_line_is_given_beyond_its_hours(self):
        for line in PlannedTopic.objects.all():
            assert line.given.count() <= line.hours

    @invariant()
    def positions_are_places(self):
        found = PlannedTopic.objects.filter(journal=self.world.maths).order_by("position")
        positions = list(found.values_list("position", flat=True))
        assert positions == list(range(1, len(positions) + 1))

    @invariant()
    def what_a_lesson_gave_has_a_topic(self):
        assert not GivenTopic.objects.filter(lesson__topic="").exists()

    @precondition(lambda self: self.world is not None)
    @invariant()
    def sums_say_what_each_says(self):
        key, today = self.world.maths.pk, worlds.TODAY
        lines = queries.plan_lines(key)
        if lines:
            assert queries.lags([key], today)[key] == queries.plan(key).lag(today)


def test_whatever_happens(world):
    timetabled(world)
    Plans.world = world
    case = settings(
        max_examples=25,
        stateful_step_count=15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run = Plans.TestCase
    run.settings = case
    run("runTest").runTest()
