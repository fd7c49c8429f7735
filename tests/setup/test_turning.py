"""What classes and pupils become, and how teaching goes on, without a database."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setup.teaching_on import JournalOn, OldGroup, OldTeaching, teaching_on
from setup.turning import (
    ClassName,
    OldClass,
    OldPupil,
    Said,
    lines,
    said_targets,
    turn,
    usual_new,
    usual_targets,
)


def name(text):
    digits = text.rstrip("АБВГ")
    return ClassName(int(digits), text[len(digits) :])


def names(text):
    return tuple(name(one) for one in text.split(", ")) if text else ()


def school(**pupils):
    """OldClasses of {«c5А»: how many}; the pupils of the class n are n * 100 + 1, …"""
    return [
        OldClass(
            pk,
            name(key[1:]),
            [OldPupil(pk * 100 + n, f"Ученик {pk}.{n}") for n in range(1, count + 1)],
            teacher=pk + 1000,
        )
        for pk, (key, count) in enumerate(pupils.items(), start=1)
    ]


@pytest.mark.parametrize(
    ("old", "there", "becomes"),
    [
        ("0А", "0А", "1А"),
        ("1Б", "1Б", "2Б"),
        ("4А", "4А, 5А", "5А"),
        ("5А", "5А", "6А"),
        ("9А", "9А, 9Б, 10А", "10А"),  # asked who goes on
        ("9Б", "9А, 9Б, 10А", "10А"),  # the only tenth there is
        ("9Б", "9Б, 10А, 10Б", "10Б"),
        ("9А", "8А, 9А", ""),  # a school of nine years
        ("10А", "10А", "11А"),
        ("11А", "10А, 11А", ""),
        ("11А", "11А, 12А", "12А"),  # adapted programmes
        ("12А", "12А", ""),
    ],
)
def test_what_a_class_usually_becomes(old, there, becomes):
    assert usual_targets(name(old), names(there)) == names(becomes)


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("6А", "6А"),
        ("6а, 6 б", "6А, 6Б"),
        ("6A", "6А"),  # a Latin letter
        ("5А", "5А"),  # the same once more
        ("выпуск", ""),
        ("", ""),
    ],
)
def test_what_is_said_of_a_class(text, becomes):
    assert said_targets(text, name("5А")) == (names(becomes), "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("7А", "5А не может стать 7А."),
        ("6А, 6а", "6А стоит дважды."),
        ("шестой", "Это не класс: шестой."),
        ("6А, 13Б", "Это не класс: 13Б."),
    ],
)
def test_what_cannot_be_said_of_a_class(text, why):
    targets, told = said_targets(text, name("5А"))
    assert (targets, why in told) == ((), True)


@pytest.mark.parametrize(
    ("there", "new"),
    [("1А, 1Б, 2А", "1А, 1Б"), ("0А, 1А", "0А"), ("5А, 6А", ""), ("", "")],
)
def test_which_classes_usually_begin(there, new):
    assert usual_new(names(there)) == new


@pytest.mark.parametrize(
    ("said", "field", "why"),
    [
        (Said(new="1А, 1А"), "new", "1А стоит дважды"),
        (Said(new="6А"), "new", "6А не новый: им становится 5А"),
        (Said(new="первый"), "new", "Это не класс"),
        (Said(pupils={101: "6В"}), "pupil-101", "Класса 6В в новом году нет"),
        (Said(pupils={101: "8А"}), "pupil-101", "Из 5А в 8А не переходят"),
        (Said(classes={1: "9А"}), "class-1", "5А не может стать 9А"),
        (Said(classes={4: "10А"}), "class-4", "Отметьте, кто идёт в 10А"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(said, field, why):
    made = turn(school(c5А=3, c5Б=2, c7А=2, c9А=2), said)
    assert list(made.problems) == [field]
    assert why in made.problems[field]
    assert all(one.to is None or one.to in made.names for one in made.pupils)


def test_a_class_splits_by_its_list_and_who_is_said_otherwise_goes_elsewhere():
    made = turn(school(c5А=5), Said(classes={1: "6А, 6Б"}, pupils={105: "6А", 101: ""}))
    assert [str(one.to or "") for one in made.pupils] == ["", "6А", "6А", "6Б", "6А"]
    assert made.classes[0].is_split
    assert (made.leaving, made.repeating) == (1, 0)


def test_after_the_ninth_only_who_is_ticked_goes_on():
    made = turn(school(c9А=3, c9Б=2, c10А=4), Said(pupils={101: "10А", 202: "10А"}))
    assert {one.pk: str(one.to) for one in made.pupils if one.was.number == 9 and one.to} == {
        101: "10А",
        202: "10А",
    }
    assert not made.problems


def test_a_repeater_sits_with_who_comes_from_below():
    made = turn(school(c4А=2, c5А=2), Said(pupils={201: "5А"}))
    assert made.sizes == {name("5А"): 3, name("6А"): 1}
    assert [one.pk for one in made.classes[1].repeating] == [201]


def test_only_unlike_classes_are_open():
    classes = school(c1А=1, c1Б=1, c2А=1, c3А=1, c5А=2, c6А=1)
    made = turn(classes, Said(pupils={501: ""}))
    told = [[str(one.old.name) for one in line.turns] for line in lines(made.classes)]
    assert told == [["1А", "1Б", "2А", "3А"], ["5А"], ["6А"]]


NUMBERS = st.sampled_from(["c1А", "c4А", "c4Б", "c5А", "c5Б", "c6А", "c9А", "c9Б", "c10А", "c11А"])
TEXTS = st.sampled_from(["", "выпуск", "5А", "5А, 5Б", "6А", "6А, 6Б, 6В", "7А", "10А", "2А", "x"])


@given(
    st.dictionaries(NUMBERS, st.integers(0, 4), max_size=6),
    st.dictionaries(st.integers(1, 6), TEXTS),
    st.dictionaries(
        st.integers(1, 6).flatmap(lambda k: st.integers(k * 100 + 1, k * 100 + 4)), TEXTS
    ),
    TEXTS,
)
def test_whatever_is_said_each_pupil_is_in_one_class_or_leaves(there, classes, pupils, new):
    old = school(**there)
    made = turn(old, Said(classes, pupils, new))
    assert sorted(one.pk for one in made.pupils) == sorted(p.pk for one in old for p in one.pupils)
    assert sum(made.sizes.values()) + made.leaving == len(made.pupils)
    for one in made.pupils:
        assert one.to is None or (one.to in made.names and one.to.number - one.was.number in (0, 1))


# --- teaching ---

MATHS, RUSSIAN, ENGLISH, ALGEBRA = 1, 2, 3, 4
SUBJECTS = {
    MATHS: "Математика",
    RUSSIAN: "Русский язык",
    ENGLISH: "Английский язык",
    ALGEBRA: "Алгебра",
}
FIVE, UNMARKED = 11, 12


def journal(subject, *teachers, scale=FIVE, kind="quarter", hours=None, exam=False):
    return JournalOn(subject, scale, kind, exam, None, tuple((one, hours) for one in teachers))


def own(pk, *journals):
    return OldGroup(pk * 10, "", "class", pk, {}, journals)


def subgroup(pk, called, members, *journals):
    return OldGroup(pk, called, "subgroup", None, members, journals)


def old(*groups, curriculum=None, gone=(), kinds=("quarter", "half_year")):
    return OldTeaching(groups, curriculum or {}, SUBJECTS, frozenset(gone), frozenset(kinds))


def taught(teaching, text):
    """{subject: teachers} of a new class's own journals."""
    its = next(one for one in teaching.classes if one.name == name(text))
    return {one.subject: [teacher for teacher, _ in one.teachers] for one in its.journals}


def test_teachers_go_along_and_subjects_are_those_of_the_parallel():
    made = turn(school(c6А=1, c7А=1), Said())
    there = old(
        own(1, journal(MATHS, 50), journal(RUSSIAN, 51)),
        own(2, journal(ALGEBRA, 52), journal(RUSSIAN, 53)),
    )
    teaching = teaching_on(made, there)
    assert taught(teaching, "7А") == {ALGEBRA: [], RUSSIAN: [51]}  # there was no algebra in 6А
    assert taught(teaching, "8А") == {ALGEBRA: [52], RUSSIAN: [53]}  # no eighth to take it from
    assert [one.teacher for one in teaching.classes] == [1001, 1002]
    assert teaching.untaught == 1


def test_after_the_fourth_subject_teachers_begin():
    made = turn(school(c4А=1, c5А=1), Said())
    there = old(
        own(1, journal(MATHS, 50), journal(ENGLISH, 60)),
        own(2, journal(MATHS, 70), journal(ENGLISH, 60)),
    )
    teaching = teaching_on(made, there)
    assert taught(teaching, "5А") == {MATHS: [], ENGLISH: [60]}  # who teaches it there already
    assert teaching.classes[0].teacher is None


def test_who_has_left_does_not_go_along():
    teaching = teaching_on(
        turn(school(c5А=1), Said()), old(own(1, journal(MATHS, 50)), gone=[50, 1001])
    )
    assert taught(teaching, "6А") == {MATHS: []}
    assert teaching.classes[0].teacher is None


def test_hours_scale_periods_and_exams_are_those_of_the_parallel():
    made = turn(school(c1А=1, c2А=1, c9А=1, c10А=1), Said(pupils={301: "10А"}))
    there = old(
        own(1, journal(MATHS, 50, scale=UNMARKED)),
        own(2, journal(MATHS, 51)),
        own(3, journal(MATHS, 52, exam=True, hours=Decimal(5))),
        own(4, journal(MATHS, 53, kind="half_year")),
        curriculum={2: {MATHS: Decimal(4)}, 4: {MATHS: Decimal(6)}},
    )
    teaching = teaching_on(made, there)
    by_name = {str(one.name): one for one in teaching.classes}
    (second,), (tenth,), (eleventh,) = (by_name[one].journals for one in ("2А", "10А", "11А"))
    assert (second.scale, second.teachers) == (FIVE, ((50, Decimal(4)),))
    assert (tenth.period_kind, tenth.has_exam) == ("half_year", False)
    assert tenth.teachers == ((52, Decimal(6)),)
    assert by_name["10А"].curriculum == {MATHS: Decimal(6)}
    assert eleventh.period_kind == "half_year"


def test_groups_go_along_with_who_goes_along():
    made = turn(school(c5А=4), Said(pupils={101: "", 102: "6А"}))
    members = {101: 1, 102: 1, 103: 1}
    there = old(
        own(1, journal(MATHS, 50)),
        subgroup(90, "5А Английский язык: 1 группа", members, journal(ENGLISH, 60)),
        subgroup(91, "5 англ. 2", {104: 1}, journal(ENGLISH, 61)),
    )
    teaching = teaching_on(made, there)
    assert [(one.name, one.members) for one in teaching.groups] == [
        ("6А Английский язык: 1 группа", (102, 103)),
        ("6 англ. 2", (104,)),
    ]
    assert ENGLISH not in taught(teaching, "6А")
    assert not teaching.unsettled


def test_groups_of_a_class_that_splits_are_parted():
    made = turn(school(c5А=4), Said(classes={1: "6А, 6Б"}))
    group = subgroup(90, "5А Английский язык: 1 группа", {101: 1, 104: 1}, journal(ENGLISH, 60))
    teaching = teaching_on(made, old(own(1, journal(MATHS, 50)), group))
    assert [(one.name, one.members) for one in teaching.groups] == [
        ("6А Английский язык: 1 группа", (101,)),
        ("6Б Английский язык: 1 группа", (104,)),
    ]
    assert [one.teacher for one in teaching.classes] == [1001, None]


def test_classes_that_join_leave_their_groups_to_be_settled():
    made = turn(school(c6А=3, c6Б=3), Said(classes={2: "7А"}))
    there = old(
        subgroup(90, "6А Английский язык: 1 группа", {101: 1}, journal(ENGLISH, 60)),
        subgroup(91, "6А Английский язык: 2 группа", {102: 1}, journal(ENGLISH, 61)),
        subgroup(92, "6Б Английский язык: 1 группа", {201: 2}, journal(ENGLISH, 62)),
        own(1, journal(MATHS, 50)),
        own(2, journal(MATHS, 51)),
    )
    teaching = teaching_on(made, there)
    (unsettled,) = teaching.unsettled
    assert (str(unsettled.name), len(unsettled.groups), unsettled.most) == ("7А", 3, 2)
    assert [one.name for one in teaching.groups][-1] == "7А Английский язык: 3 группа"
    assert taught(teaching, "7А") == {MATHS: []}  # two teachers: whose it is is asked later
    assert not teaching_on(made, there, behind=frozenset([92])).unsettled


def test_groups_of_several_classes_stay_together():
    made = turn(school(c5А=2, c5Б=2), Said(pupils={202: "6А"}))
    there = old(
        subgroup(
            90, "5А, 5Б Английский язык: 1 группа", {101: 1, 201: 2, 202: 2}, journal(ENGLISH, 60)
        ),
    )
    (group,) = teaching_on(made, there).groups
    assert (group.name, group.members) == ("6А, 6Б Английский язык: 1 группа", (101, 201))


def test_an_individual_plan_goes_with_its_pupil():
    plan = OldGroup(90, "Особый О.", "individual", None, {101: 1}, [journal(MATHS, 50)])
    made = turn(school(c5А=2, c6А=2), Said(pupils={101: "5А"}, new="5А"))
    (group,) = teaching_on(made, old(plan)).groups
    assert (group.name, group.members, group.targets) == ("Особый О.", (101,), (name("5А"),))
    assert not teaching_on(turn(school(c5А=2), Said(pupils={101: ""})), old(plan)).groups
