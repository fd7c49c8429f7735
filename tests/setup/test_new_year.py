"""The next school year is prepared by two, opened in one deed, and taken back."""

import datetime

import pytest
import time_machine
from django.apps import apps
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journals.actions.entries import save_cell
from school.actions.days import declare_days
from school.models import (
    BellSchedule,
    BellUse,
    CurriculumHours,
    DayOverride,
    Employee,
    Enrolment,
    GroupMembership,
    Journal,
    Lesson,
    Period,
    SchoolClass,
    SchoolYear,
    Student,
    TeachingAssignment,
    TeachingGroup,
)
from school.projection import sync
from school.rights import rights
from setup.actions.new_year import (
    DraftEdit,
    TurnRefused,
    changes_of,
    open_year,
    say,
    seal,
    take_year_back,
    values,
    way_back,
)
from setup.models import YearDraft
from setup.queries.groups import unseated
from setup.queries.new_year import following_year, new_year, year_to_turn
from tests.world import TODAY, lesson, pupil, statements, user

AUGUST = datetime.datetime(2027, 8, 25, 9, tzinfo=datetime.UTC)
FIRST = datetime.date(2027, 9, 1)


def said(w, today=TODAY, **fields):
    """Says {field: text} as one page would; returns what was refused."""
    stands = values(new_year(today))
    named = {
        name.replace("_", "-", 1) if name not in stands else name: text
        for name, text in fields.items()
    }
    return say(
        [DraftEdit(one, stands.get(one, ""), text) for one, text in named.items()], w.admin, today
    )


def opened(w, today=TODAY):
    draft = open_year(w.admin, seal(new_year(today)), today)
    return draft, following_year(w.year)


def facts():
    """All facts of the school app and the drafts apart, {model: rows}."""
    return {
        model: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_app_config("school").get_models()
        if not model._meta.model_name.startswith("historical") and model.__name__ != "User"
    }


def of_the_old_year(w):
    """What must stay as it is."""
    return [
        list(model.objects.filter(**{way: w.year}).order_by("pk").values())
        for model, way in (
            (Period, "year"),
            (SchoolClass, "year"),
            (TeachingGroup, "year"),
            (Journal, "group__year"),
            (TeachingAssignment, "journal__group__year"),
            (GroupMembership, "group__year"),
            (Lesson, "journal__group__year"),
        )
    ]


def places(year):
    return {
        one.student.user.last_name: str(one.school_class)
        for one in Enrolment.objects.filter(school_class__year=year)
    }


def test_a_year_is_opened_from_this_one(world):
    before = of_the_old_year(world)
    draft, year = opened(world)
    assert (year.starts_on, year.ends_on) == (FIRST, datetime.date(2028, 5, 26))
    assert [one.starts_on for one in year.periods.all()][:2] == [FIRST, datetime.date(2027, 11, 1)]
    assert places(year) == {
        "Иванов": "6А",
        "Петрова": "6А",
        "Особый": "6А",
        "Сидоров": "6Б",
        "Новиков": "6Б",
    }
    assert {
        (one.journal.group.name, one.journal.subject.name, one.teacher.last_name)
        for one in TeachingAssignment.objects.filter(journal__group__year=year)
    } == {
        ("6А", "Математика", "Матвеева"),
        ("6А", "Русский язык", "Руссова"),
        ("6Б", "Математика", "Матвеева"),
        ("6 англ. 1", "Английский язык", "Англичанова"),
        ("Особый О., инд. план", "Математика", "Матвеева"),
    } - {("Особый О., инд. план", "Математика", "Матвеева")}
    assert SchoolClass.objects.get(year=year, letter="Б").class_teacher == world.class_teacher_b
    assert of_the_old_year(world) == before
    ended = Enrolment.objects.filter(
        school_class__year=world.year, ends_on=datetime.date(2027, 8, 31)
    )
    assert ended.count() == 5
    assert draft.applied_by == world.admin
    told = SchoolYear.history.get(id=year.pk)
    assert (told.history_change_reason, told.history_user) == (
        "новый учебный год 2027/28",
        world.admin,
    )
    assert sync() == (0, 0)


def test_what_is_taken_back_is_as_before_and_the_draft_stays(world):
    said(world, **{f"pupil-{world.ivanov.pk}": ""})
    before = facts()
    draft, _ = opened(world)
    assert way_back(draft) == ""
    take_year_back(draft, world.admin)
    assert facts() == before
    again = new_year(TODAY)
    assert again.draft.pk != draft.pk
    assert again.said.pupils == {world.ivanov.pk: ""}
    assert sync() == (0, 0)
    second, _ = opened(world)
    assert second.origin == "новый учебный год 2027/28, 2-й раз"
    take_year_back(second, world.admin)
    assert facts() == before


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.sampled_from(["a5", "b5"]), st.sampled_from(["6А", "6А, 6Б", "6В", "выпуск", "5А", "x"])
    ),
    st.dictionaries(
        st.sampled_from(["ivanov", "petrova", "special", "sidorov", "newcomer", "gone"]),
        st.sampled_from(["", "6А", "6Б", "6В", "5А", "7А"]),
    ),
    st.sampled_from(["", "1А, 1Б", "5А", "5А, 5А"]),
)
def test_whatever_is_said_is_opened_whole_and_taken_back_whole(world, classes, pupils, new):
    fields = {f"class-{getattr(world, one).pk}": text for one, text in classes.items()}
    fields |= {f"pupil-{getattr(world, one).pk}": text for one, text in pupils.items()}
    with transaction.atomic():
        said(world, **fields, new=new)
        _opened_and_taken_back(world)
        transaction.set_rollback(True)


def _opened_and_taken_back(world):
    found, before = new_year(TODAY), facts()
    if found.turn.problems:
        with pytest.raises(TurnRefused, match="исправьте отмеченное"):
            opened(world)
        assert facts() == before
        return
    draft, year = opened(world)
    going = {one.pk: str(one.to) for one in found.turn.pupils if one.to}
    rows = Enrolment.objects.filter(school_class__year=year)
    assert {one.student_id: str(one.school_class) for one in rows} == going
    assert rows.count() == len(going)
    assert len(going) + found.turn.leaving == 5
    assert way_back(draft) == ""
    take_year_back(draft, world.admin)
    assert facts() == before


def test_in_august_the_old_year_is_still_written(world):
    with time_machine.travel(AUGUST, tick=False):
        today = AUGUST.date()
        assert year_to_turn(today) == world.year
        draft, _ = opened(world, today)
        saved = save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "5")
        assert saved.cell.text == "5"
        held = rights(world.class_teacher)
        assert world.ivanov.pk in held.ids("write_student")  # still theirs, till the eve
        assert way_back(draft) == ""  # what is written in the old year bears on nothing of the new
        take_year_back(draft, world.admin)
        assert following_year(world.year) is None


def test_who_left_in_summer_does_not_come(world):
    Enrolment.objects.filter(student=world.petrova).update(ends_on=datetime.date(2027, 6, 20))
    Enrolment.objects.filter(student=world.sidorov).update(ends_on=world.year.ends_on)
    with time_machine.travel(AUGUST, tick=False):
        found = new_year(AUGUST.date())
    names = {one.name for one in found.turn.pupils}
    assert "Петрова Пелагея" not in names
    assert "Сидоров Семён" in names  # whose place was ended with the year


def test_on_the_first_of_september_the_new_year_goes_on(world):
    draft, year = opened(world)
    with time_machine.travel(datetime.datetime(2027, 9, 1, 9, tzinfo=datetime.UTC), tick=False):
        sync()
        today = FIRST
        assert new_year(today).draft == draft  # still shown, with its way back
        assert way_back(draft) == ""
    assert year_to_turn(datetime.date(2027, 12, 1)) == year


def test_a_year_that_was_begun_by_hand_is_filled_and_goes_back_to_that(world):
    starts_on = datetime.date(2027, 8, 30)
    made = SchoolYear.objects.create(starts_on=starts_on, ends_on=datetime.date(2028, 5, 31))
    Period.objects.create(
        year=made,
        kind="quarter",
        number=1,
        starts_on=starts_on,
        ends_on=datetime.date(2027, 10, 24),
    )
    before = facts()
    draft, year = opened(world)
    assert year == made
    assert draft.starts_on == starts_on
    assert year.periods.count() == 1
    assert Enrolment.objects.filter(school_class__year=year, starts_on=starts_on).count() == 5
    take_year_back(draft, world.admin)
    assert facts() == before


def test_classes_made_by_hand_are_not_doubled(world):
    year = SchoolYear.objects.create(starts_on=FIRST, ends_on=datetime.date(2028, 5, 31))
    SchoolClass.objects.create(year=year, number=6, letter="А")
    assert new_year(TODAY).is_taken
    with pytest.raises(TurnRefused, match="уже заведены"):
        open_year(world.admin, "", TODAY)


# --- two at once ---


def test_of_two_who_say_something_of_one_class_the_second_is_told(world):
    other = user("admin2", "Вторая", "Вера")
    name = f"class-{world.a5.pk}"
    assert say([DraftEdit(name, "6А", "6В")], other, TODAY) == {}
    refused = say([DraftEdit(name, "6А", "6Г"), DraftEdit("new", "", "1А")], world.admin, TODAY)
    assert refused == {name: "Тем временем здесь изменили: «6В» (Вторая\xa0В.)."}
    found = new_year(TODAY)
    assert values(found)[name] == "6В"
    assert found.draft.new_classes == "1А"  # the rest is written
    assert say([DraftEdit(name, "6А", "6В")], world.admin, TODAY) == {}  # both meant the same


def test_what_was_not_shown_is_not_opened(world):
    seen = seal(new_year(TODAY))
    said(world, **{f"pupil-{world.ivanov.pk}": ""})
    with pytest.raises(TurnRefused, match="Показанное изменилось"):
        open_year(world.admin, seen, TODAY)
    assert following_year(world.year) is None
    seen = seal(new_year(TODAY))
    pupil("late", "Поздний", "Пётр", world.a5)  # a pupil came meanwhile
    with pytest.raises(TurnRefused, match="Показанное изменилось"):
        open_year(world.admin, seen, TODAY)


def test_it_is_opened_once(world):
    seen = seal(new_year(TODAY))
    open_year(world.admin, seen, TODAY)
    with pytest.raises(TurnRefused, match="уже открыл"):
        open_year(world.admin, seen, TODAY)
    with pytest.raises(TurnRefused, match="черновик больше не меняют"):
        say([DraftEdit("new", "", "1А")], world.admin, TODAY)


def test_what_is_said_as_usual_needs_no_row(world):
    name = f"pupil-{world.ivanov.pk}"
    said(world, **{name: "", f"class-{world.b5.pk}": "выпуск"})
    draft = YearDraft.objects.get()
    assert (draft.pupils.count(), draft.classes.count()) == (1, 1)
    said(world, **{name: "6А", f"class-{world.b5.pk}": "6б"})
    assert (draft.pupils.count(), draft.classes.count()) == (0, 0)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("starts_on", "2027-05-31", "кончается 31.05.2027"),
        ("starts_on", "2027-02-30", "Это не дата"),
        ("ends_on", "2027-10-01", "от четырёх месяцев"),
        ("ends_on", "2029-05-26", "от четырёх месяцев"),
        ("new", "1А, 1А", "1А стоит дважды"),
        ("new", "6А", "6А не новый"),
        ("class-999999", "6А", "уже нет"),
        ("drop", "1", "уже нет"),
    ],
)
def test_wrong_input_is_told_at_its_place(world, name, text, why):
    refused = said(world, **{name: text})
    assert why in refused[name]
    assert not YearDraft.objects.exists()


def test_other_days_move_periods(world):
    assert said(world, starts_on="2027-08-30", ends_on="2028-05-31") == {}
    _, year = opened(world)
    spans = list(year.periods.order_by("starts_on"))
    assert (spans[0].starts_on, spans[-1].ends_on) == (
        datetime.date(2027, 8, 30),
        datetime.date(2028, 5, 31),
    )
    assert (
        Enrolment.objects.filter(
            school_class__year=year, starts_on=datetime.date(2027, 8, 30)
        ).count()
        == 5
    )


def test_a_form_tells_of_each_field_what_stood_in_it():
    sent = {
        "was-class-1": "6А",
        "class-1": "6Б",
        "was-class-2": "6В",
        "class-2": "6В ",
        "was-pupil-3": "10А",
        "x": "1",
    }
    assert changes_of(sent) == [DraftEdit("class-1", "6А", "6Б"), DraftEdit("pupil-3", "10А", "")]


# --- the way back ---


def on_top(w, year):
    a6 = SchoolClass.objects.get(year=year, letter="А")
    journal = Journal.objects.get(group__school_class=a6, subject__name="Математика")
    return a6, journal


def _a_pupil_came(w, year):
    pupil("new", "Новенький", "Нил", on_top(w, year)[0], FIRST)


def _a_teacher_was_changed(w, year):
    row = on_top(w, year)[1].assignments.get()
    row.teacher = w.substitute
    row.save()


def _vacations_were_declared(w, year):
    a6 = on_top(w, year)[0]
    days = {"starts_on": datetime.date(2027, 9, 20), "ends_on": datetime.date(2027, 9, 21)}
    declare_days(DayOverride(kind="vacation", school_class=a6, **days))


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        (_a_pupil_came, "это уже меняли: зачисление"),
        (_a_teacher_was_changed, "это уже меняли: нагрузка"),
        (_vacations_were_declared, "это уже меняли: особый день"),
    ],
)
def test_what_was_changed_on_top_is_not_taken_back(world, deed, told):
    draft, year = opened(world)
    deed(world, year)
    before = facts()
    assert told in way_back(draft)
    with pytest.raises(TurnRefused, match="Вернуть нельзя"):
        take_year_back(draft, world.admin)
    assert facts() == before


def test_nobody_is_told_of_marks_when_it_is_too_late(world):
    draft, year = opened(world)
    _, journal = on_top(world, year)
    its = lesson(journal, FIRST, world.slots[1])
    assert way_back(draft) == ""  # lessons by themselves follow
    its.topic, its.topic_entered_at = "Дроби", timezone.now()
    its.save()
    told = way_back(draft)
    assert told.startswith("Вернуть нельзя: после открытия года в журналах уже работали.")
    assert not any(word in told for word in ("отмет", "оцен", "пропус", "Дроби"))


# --- what goes along ---


def test_bells_of_classes_and_hours_go_along(world):
    primary = BellSchedule.objects.create(name="Начальная школа")
    BellUse.objects.create(schedule=primary, school_class=world.a5, starts_on=world.year.starts_on)
    BellUse.objects.create(
        schedule=primary, school_class=world.b5, starts_on=TODAY, only_that_day=True
    )
    CurriculumHours.objects.create(school_class=world.a5, subject=world.maths.subject, hours=5)
    Employee.objects.create(user=world.class_teacher, left_on=datetime.date(2027, 6, 30))
    _, year = opened(world)
    a6, journal = on_top(world, year)
    use = BellUse.objects.get(school_class__year=year)
    assert (use.school_class, use.starts_on, use.schedule) == (a6, FIRST, primary)
    assert a6.curriculum.get().hours == 5
    assert journal.assignments.get().hours == 5
    assert a6.class_teacher is None
    assert not TeachingAssignment.objects.filter(
        journal__group__year=year, teacher=world.class_teacher
    ).exists()


def test_a_group_left_behind_leaves_pupils_to_be_seated(world):
    GroupMembership.objects.create(group=world.subgroup, student=world.petrova, starts_on=TODAY)
    for one in (world.a5, world.b5):
        subject = world.english.subject
        CurriculumHours.objects.create(school_class=one, subject=subject, hours=3)
    _, year = opened(world)
    assert unseated(year) == {"6А Английский язык": 1, "6Б Английский язык": 1}


def test_a_group_can_be_left_behind(world):
    said(world, **{f"group-{world.subgroup.pk}": ""})
    _, year = opened(world)
    assert not TeachingGroup.objects.filter(year=year, name="6 англ. 1").exists()
    assert unseated(year) == {}


def test_reading_asks_as_much_whatever_the_size(world):
    new_year(TODAY)
    with statements() as few:
        new_year(TODAY)
    for n in range(8):
        its = SchoolClass.objects.create(year=world.year, number=7, letter="АБВГДЕЖЗ"[n])
        group = TeachingGroup.objects.create(
            kind="class", year=world.year, name=str(its), school_class=its
        )
        Journal.objects.create(group=group, subject=world.maths.subject, scale=world.five)
        pupil(f"p{n}", f"Ученик{n}", "У", its)
    with statements() as many:
        new_year(TODAY)
    assert len(many) == len(few) <= 22
    assert Student.objects.count() > 10
