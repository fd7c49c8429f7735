"""Groups: who sits where, ways to part a class, moves where lessons were held."""

import pytest
from django.urls import reverse

from attendance.refusals import Refused
from school.models import (
    CurriculumHours,
    Enrolment,
    GroupMembership,
    PeriodLock,
    SchoolYear,
    Subject,
    TeachingGroup,
)
from school.projection import sync
from setup.actions.groups import NOT_BY_ADMIN, Move, place, split_up
from setup.actions.taking_back import take_back
from setup.actions.workload import Edit, write_classes
from setup.queries.groups import groups_of, unseated
from setup.splitting import Way
from tests.world import FIRST, TODAY, day, lesson, pupil, queries_of


@pytest.fixture
def w(world):
    world.history = Subject.objects.create(name="История", short_name="Ист.")
    text = "Матвеева 3 / Руссова 3"
    write_classes(world.year, [Edit((world.a5.pk, world.history.pk), text)], world.admin)
    world.groups = list(TeachingGroup.objects.filter(journals__subject=world.history))
    world.anna = pupil("anna", "Аннина", "Анна", world.a5)
    return world


def split_of(w, school_class=None):
    found = groups_of(w.year).splits[(school_class or w.a5).pk]
    return next(one for one in found if w.history.pk in one.subjects)


def members(group):
    return [row.student for row in group.memberships.filter(ends_on=None).order_by("student")]


def move(w, student, to, was=None):
    moves = [Move(student.pk, split_of(w).key, was and was.pk, to and to.pk)]
    return place(w.year, w.a5, moves, w.admin)


def test_groups_of_one_subject_stand_together_and_others_apart(w):
    splits = groups_of(w.year).splits[w.a5.pk]
    assert [one.title for one in splits] == ["Английский язык", "История"]
    assert [one.title for one in splits[1].columns] == ["1 гр.", "2 гр."]
    assert [one.is_needed for one in splits] == [False, True]


def test_who_is_in_none_is_wanting(w):
    groups = groups_of(w.year)
    assert groups.wanting(w.a5.pk) == 4
    assert groups.wanting(w.b5.pk) == 0
    move(w, w.anna, w.groups[0])
    assert groups_of(w.year).wanting(w.a5.pk) == 3


def test_the_checklist_and_the_page_of_groups_tell_of_the_same_pupils(w, login):
    """Nobody has to be in the one group of a subject that the curriculum does not have."""
    client = login(w.admin)

    def told():
        groups = groups_of(w.year)
        page = client.get(reverse("setup_groups"), {"class": w.a5.pk}).content.decode()
        listed = client.get(reverse("setup")).content.decode()
        for name, count in unseated(w.year).items():
            assert f"{name}: без группы {count}" in listed
        assert page.count("class=wanting") == groups.wanting(w.a5.pk)
        return unseated(w.year), groups.wanting(w.a5.pk)

    assert told() == ({"5А История": 4}, 4)
    for student in (w.anna, w.ivanov):
        move(w, student, w.groups[0])
    assert told() == ({"5А История": 2}, 2)
    CurriculumHours.objects.create(school_class=w.a5, subject=w.english.subject, hours=3)
    both, wanting = told()
    assert both["5А Английский язык"] == wanting == 3


def test_who_has_an_individual_plan_of_the_subject_is_not_wanting(w):
    plan = TeachingGroup.objects.create(kind="individual", year=w.year, name="План")
    plan.journals.create(subject=w.history, scale=w.five)
    GroupMembership.objects.create(group=plan, student=w.special, starts_on=FIRST)
    assert groups_of(w.year).wanting(w.a5.pk) == 3


def test_a_tick_is_since_the_year_began_and_in_history(w):
    placed = move(w, w.anna, w.groups[0])
    row = w.groups[0].memberships.get()
    assert (row.starts_on, row.ends_on) == (FIRST, None)
    assert row.history.get().history_change_reason == placed.deed
    assert sync() == (0, 0)


def test_who_came_later_is_there_since_then(w):
    Enrolment.objects.filter(student=w.anna).update(starts_on=day(11, 9))
    move(w, w.anna, w.groups[0])
    assert w.groups[0].memberships.get().starts_on == day(11, 9)


def test_without_lessons_a_pupil_is_simply_elsewhere(w):
    move(w, w.anna, w.groups[0])
    move(w, w.anna, w.groups[1], was=w.groups[0])
    assert not w.groups[0].memberships.exists()
    assert members(w.groups[1]) == [w.anna]
    move(w, w.anna, None, was=w.groups[1])
    assert not w.groups[1].memberships.exists()


def test_somebody_else_was_first(w):
    move(w, w.anna, w.groups[0])
    placed = move(w, w.anna, w.groups[1])
    assert len(placed.moved_meanwhile) == 1
    assert members(w.groups[0]) == [w.anna]


def test_a_group_of_another_class_is_none(w):
    with pytest.raises(Refused):
        place(w.year, w.b5, [Move(w.sidorov.pk, 1, None, w.groups[0].pk)], w.admin)


@pytest.fixture
def running(w):
    """Lessons were held in both groups; Аннина and Иванов sit in the first, Петрова in the
    second."""
    for student, group in ((w.anna, 0), (w.ivanov, 0), (w.petrova, 1)):
        GroupMembership.objects.create(group=w.groups[group], student=student, starts_on=FIRST)
    w.held = [lesson(one.journals.get(), day(11, 23), w.slots[5]) for one in w.groups]
    return w


def test_after_lessons_a_pupil_goes_tomorrow(running):
    w = running
    assert move(w, w.anna, w.groups[1], was=w.groups[0]).count == 1
    assert w.groups[0].memberships.get(student=w.anna).ends_on == TODAY
    assert w.groups[1].memberships.get(student=w.anna).starts_on == day(11, 26)
    # The page already shows where he goes.
    (anna,) = [one for one in groups_of(w.year).pupils[w.a5.pk] if one.student == w.anna]
    assert anna.group_in(split_of(w)) == w.groups[1].pk


def test_after_lessons_into_a_group_that_nobody_is_in(running):
    w = running
    text = "Матвеева 3 / Руссова 3 / Англичанова 3"
    write_classes(w.year, [Edit((w.a5.pk, w.history.pk), text)], w.admin)
    third = TeachingGroup.objects.get(name="5А История: 3 группа")
    assert move(w, w.anna, third, was=w.groups[0]).count == 1
    assert third.memberships.get().starts_on == day(11, 26)


def test_a_refusal_tells_nothing_of_what_stands_in_journals(running):
    w = running
    PeriodLock.objects.create(period=w.quarters[1], locked_by=w.deputy)
    placed = move(w, w.anna, w.groups[1], was=w.groups[0])
    assert list(placed.refused.values()) == [NOT_BY_ADMIN]
    assert members(w.groups[0]) == [w.ivanov, w.anna]


@pytest.mark.parametrize("way", list(Way))
def test_a_class_is_parted_and_that_is_taken_back(w, way):
    w.ivanov.sex, w.anna.sex = "m", "f"
    w.ivanov.save(), w.anna.save()
    before = list(GroupMembership.objects.values_list())
    placed = split_up(w.year, w.admin, way)
    expected = {
        Way.ALPHABET: [[w.ivanov, w.anna], [w.petrova, w.special]],
        Way.SEX: [[w.anna], [w.ivanov]],
        Way.LAST_YEAR: [[], []],
    }
    assert [members(one) for one in w.groups] == expected[way]
    if placed.count:
        take_back(placed.deed, w.admin)
    assert list(GroupMembership.objects.values_list()) == before


def test_as_in_the_year_before(w):
    former = SchoolYear.objects.create(starts_on="2025-09-01", ends_on="2026-05-31")
    for number, student in ((2, w.anna), (1, w.petrova)):
        group = TeachingGroup.objects.create(
            kind="subgroup", year=former, name=f"4А История: {number} группа"
        )
        group.journals.create(subject=w.history, scale=w.five)
        GroupMembership.objects.create(group=group, student=student, starts_on="2025-09-01")
    split_up(w.year, w.admin, Way.LAST_YEAR)
    assert [members(one) for one in w.groups] == [[w.petrova], [w.anna]]


def test_the_page_ticks_and_parts(w, login):
    client = login(w.admin)
    url = f"/setup/groups/?class={w.a5.pk}"
    html = client.get(url).content.decode()
    assert "нет в группе" in html
    ticks = {"t": [f"{w.anna.pk}-{w.groups[0].pk}", f"{w.ivanov.pk}-{w.groups[1].pk}"]}
    client.post(url, ticks | {"was": [f"{w.ivanov.pk}-{w.subgroup.pk}"]})
    assert members(w.groups[0]) == [w.anna]
    assert members(w.groups[1]) == [w.ivanov]
    answer = client.post(url, {"all": "1", "way": "alphabet"}, follow=True)
    assert "2 места записаны" in answer.content.decode()
    assert groups_of(w.year).wanting(w.a5.pk) == 0
    deed = answer.context["deed"]
    client.post("/setup/take-back/", {"deed": deed, "next": url})
    assert groups_of(w.year).wanting(w.a5.pk) == 2
    two = [f"{w.petrova.pk}-{one.pk}" for one in w.groups]
    assert "отмечены две группы" in client.post(url, {"t": two}, follow=True).content.decode()
    assert client.post(url, {"all": "1", "way": "x"}).status_code == 404
    assert client.get("/setup/groups/?class=999999").status_code == 404


def test_the_script_saves_a_tick(w, login):
    client = login(w.admin)
    sent = {
        "class": w.a5.pk,
        "student": w.anna.pk,
        "split": split_of(w).key,
        "was": "",
        "text": w.groups[0].pk,
    }
    headers = {"accept": "application/json"}
    url = "/setup/groups/place/"
    answer = client.post(url, sent, headers=headers).json()
    assert answer["text"] == str(w.groups[0].pk)
    assert answer["counts"][str(w.groups[0].pk)] == 1
    assert answer["wanting"][str(w.a5.pk)] == 3
    other = client.post(url, sent | {"text": w.groups[1].pk}, headers=headers)
    assert other.status_code == 409
    assert other.json()["text"] == str(w.groups[0].pk)
    assert client.post(url, sent | {"student": "x"}, headers=headers).status_code == 404
    assert client.post(url, sent | {"split": 999}, headers=headers).status_code == 422


def test_queries_of_the_page_do_not_grow_with_pupils(w, login):
    client = login(w.admin)
    few = queries_of(client, "/setup/groups/")
    for n in range(6):
        pupil(f"more{n}", f"Ещё{n}", "Имя", w.a5)
    split_up(w.year, w.admin, Way.ALPHABET)
    assert queries_of(client, f"/setup/groups/?class={w.a5.pk}") == few
