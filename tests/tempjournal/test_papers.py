"""What a temporary journal is prefilled with."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from school.models import GroupMembership, Journal
from tempjournal import form as paper_rules
from tempjournal.queries import packets
from tempjournal.queries.packets import class_journals, class_papers
from tests import world as worlds
from tests.world import FIRST, day

MONDAY, FRIDAY = day(11, 23), day(11, 27)


def of(journal, first=MONDAY, last=FRIDAY):
    (found,) = packets.papers(Journal.objects.filter(pk=journal.pk), first, last)
    return found


def names(paper):
    return [name for _, name in paper.pupils]


def asked(*days):
    with CaptureQueriesContext(connection) as made:
        packets.papers(Journal.objects.all(), *days)
        class_papers(*days)
    return len(made)


def test_it_works(world):
    paper = of(world.maths)
    assert paper.journal == world.maths
    assert paper.teachers == "Матвеева Мария Михайловна"
    assert paper.pupils == [
        (world.ivanov.pk, "Иванов Иван"),
        (world.petrova.pk, "Петрова Пелагея"),
    ]
    assert [(one.pk, one.date.day, one.number) for one in paper.lessons] == [
        (world.lesson.pk, 23, 2),
        (world.substituted.pk, 24, 2),
        (world.today_lesson.pk, 25, 2),
        (world.future_lesson.pk, 27, 2),
    ]


def test_a_cancelled_lesson_is_left_out(world):
    assert [one.date.day for one in of(world.maths, day(11, 16), FRIDAY).lessons] == [
        23,
        24,
        25,
        27,
    ]


def test_two_lessons_of_a_day_stand_in_their_order(world):
    worlds.lesson(world.maths, MONDAY, world.slots[0])
    found = of(world.maths, MONDAY, MONDAY).lessons
    assert [(one.date, one.number) for one in found] == [(MONDAY, 1), (MONDAY, 2)]


def test_who_has_a_day_in_it_is_in_the_list(world):
    assert names(of(world.maths, day(11, 6), day(11, 6))) == [
        "Иванов Иван",
        "Петрова Пелагея",
        "Ушёл Устин",
    ]
    assert names(of(world.maths_b, day(11, 2), day(11, 8))) == ["Сидоров Семён"]
    assert names(of(world.individual)) == ["Особый Осип"]
    assert names(of(world.english)) == ["Иванов Иван", "Сидоров Семён"]


def test_teachers_are_those_of_the_days(world):
    assert of(world.maths, FIRST, FIRST).teachers == "Матвеева Мария Михайловна, Посторонняя Полина"
    assert of(world.individual).teachers == ""


def test_ё_stands_with_е(world):
    worlds.pupil("yo", "Ёлкина", "Ева", world.a5)
    worlds.pupil("zhe", "Жукова", "Жанна", world.a5)
    assert names(of(world.maths))[:2] == ["Ёлкина Ева", "Жукова Жанна"]


def test_a_class_has_its_subgroups_and_individual_plans(world):
    def journals(school_class, *days):
        return set(class_journals(school_class, *days))

    assert journals(world.a5, MONDAY, FRIDAY) == {
        world.maths,
        world.russian,
        world.english,
        world.individual,
    }
    assert journals(world.b5, MONDAY, FRIDAY) == {world.maths_b, world.english}
    # Иванов changes the class: the subgroup follows him.
    world.ivanov.enrolments.update(ends_on=day(11, 23))
    assert world.english in journals(world.a5, MONDAY, FRIDAY)
    assert world.english not in journals(world.a5, day(11, 24), FRIDAY)


def test_the_whole_school_is_read_as_each_class_is(world):
    world.ivanov.enrolments.update(ends_on=day(11, 23))
    for days in ((MONDAY, FRIDAY), (day(11, 24), FRIDAY), (FIRST, day(12, 30))):
        classes = class_papers(*days)
        assert [str(one) for one, _ in classes] == ["5А", "5Б"]
        for school_class, papers in classes:
            journals = class_journals(school_class, *days)
            assert papers == packets.papers(journals, *days)


def test_it_asks_as_often_for_many_as_for_few(world):
    before = asked(MONDAY, FRIDAY)
    for n in range(12):
        pupil = worlds.pupil(f"more{n}", "Новый", f"Ученик{n}", world.b5)
        GroupMembership.objects.create(group=world.subgroup, student=pupil, starts_on=FIRST)
        for group in (world.plan, world.subgroup):
            subject, _ = type(world.maths.subject).objects.get_or_create(name=f"Предмет {n}")
            journal = Journal.objects.create(group=group, subject=subject, scale=world.five)
            worlds.assign(world.teacher, journal)
            worlds.lesson(journal, MONDAY, world.slots[4])
    assert asked(MONDAY, FRIDAY) == before


def test_a_sheet_without_lessons_is_left_out_unless_all_are(world):
    week = packets.papers(Journal.objects.all(), MONDAY, FRIDAY)
    assert paper_rules.worth_having(week) == [one for one in week if one.lessons] == week
    tuesday = packets.papers(Journal.objects.all(), day(11, 24), day(11, 24))
    assert [one.journal for one in paper_rules.worth_having(tuesday)] == [
        world.maths,
        world.english,
    ]
    sunday = packets.papers(Journal.objects.all(), day(11, 29), day(11, 29))
    assert paper_rules.worth_having(sunday) == sunday
