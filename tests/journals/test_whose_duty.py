"""A duty is that of who could do it (2.5–2.9): successors, those who led a class then, deputies."""

import datetime
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from attendance.actions.documents import receive_document
from attendance.models import Absence, AbsenceDocument
from journal_site.queries.digests import overdue_before
from journals.actions.entries import save_cell, save_field
from journals.actions.watch import sweep
from journals.models import LateEntry
from school import access
from school.models import (
    Lesson,
    Role,
    SchoolClass,
    Substitution,
    TeachingAssignment,
    User,
)
from school.queries.teaching import held_by, holders_of, with_duty_days
from school.rights import Rights
from school.rules.days import duty_day
from tests import world as worlds
from tests.world import TODAY, assign, day

DAY = datetime.timedelta(days=1)


def at(text, date=TODAY):
    """That local time of a day."""
    return timezone.make_aware(datetime.datetime.combine(date, datetime.time.fromisoformat(text)))


@pytest.fixture
def handed_over(world):
    """Mathematics of 5А goes from Матвеева to Англичанова on Wednesday, the 25th. A test of Monday
    is due on Thursday."""
    save_field(world.maths, world.lesson.pk, "works", "", str(world.test.pk))
    own = TeachingAssignment.objects.get(teacher=world.teacher, journal=world.maths)
    own.ends_on = day(11, 24)
    own.save()
    assign(world.english_teacher, world.maths, day(11, 25))


def late_of(client, teacher="", **asked):
    lines = client.get("/review/late/", {"teacher": teacher, "state": ""} | asked).context["lines"]
    return {(line.entry.kind, line.told.place[:5], line.who) for line in lines}


def todo(client):
    found = client.get("/").context
    return {
        (one.date, todo.name)
        for one in (*found["lessons"], *found["gaps"])
        for todo in one.todo
        if one.journal.subject.name == "Математика" and str(one.journal.group) == "5А"
    }


# --- the rule ---


@pytest.mark.parametrize(
    ("lesson", "due", "today", "expected"),
    [
        (20, 20, 25, 20),  # its day
        (20, 27, 25, 25),  # still to be done
        (20, 23, 25, 23),  # long due
        (20, None, 25, 25),
        (27, 27, 25, 27),  # to come
        (27, None, 25, 27),
    ],
)
def test_the_day_that_says_whose_it_is(lesson, due, today, expected):
    due = due and day(11, due)
    assert duty_day(day(11, lesson), due, day(11, today)) == day(11, expected)


def test_the_database_answers_as_the_rule_does(world, noon):
    """Who is found by the filter is who is named, whatever the days of the assignments."""
    TeachingAssignment.objects.filter(journal=world.maths).delete()
    people = [world.teacher, world.other_teacher, world.english_teacher]
    days = [day(11, n) for n in (3, 5, 6, 23, 24, 25, 27)]
    for person, (first, last) in zip(
        people, [(days[0], days[1]), (days[2], days[4]), (days[5], None)], strict=True
    ):
        assign(person, world.maths, first, last)
    for lesson, kind in product(Lesson.objects.filter(journal=world.maths), ("topic", "homework")):
        for number, due_on in enumerate(days):
            LateEntry.objects.create(
                kind=kind,
                object_id=lesson.pk * 100 + number,
                journal=world.maths,
                lesson=lesson,
                due_at=at("23:59", due_on),
                found_at=worlds.NOON,
            )
    entries = LateEntry.objects.select_related("lesson")
    named = holders_of({(one.lesson_id, one.due_at) for one in entries}, TODAY)
    dated = with_duty_days(entries, "due_at", TODAY)
    for person in [*people, world.substitute]:
        found = set(dated.filter(held_by(person)).values_list("pk", flat=True))
        assert found == {one.pk for one in entries if person.pk in named[one.lesson_id, one.due_at]}
    assert len({tuple(found) for found in named.values()}) > 4


# --- a successor ---


def test_marks_due_after_the_assignment_are_the_successors(world, handed_over, login, noon):
    assert (day(11, 23), "отметки: Контрольная работа") in todo(login(world.english_teacher))
    assert todo(login(world.teacher)) == set()
    noon.move_to(at("10:00", day(11, 27)))
    sweep()
    deputy = login(world.deputy)
    marks = ("marks", "23.11", "Англичанова\xa0А.")
    assert late_of(deputy, kind="marks") == {marks}
    assert late_of(deputy, world.english_teacher.pk, kind="marks") == {marks}
    assert late_of(deputy, world.teacher.pk, kind="marks") == set()


def test_what_was_due_before_stays_with_who_had_it(world, handed_over, login):
    sweep()
    deputy, asked = login(world.deputy), {"kind": "topic", "subject": world.maths.subject_id}
    topic = ("topic", "23.11", "Матвеева\xa0М.\xa0М.")
    assert topic in late_of(deputy, world.teacher.pk, **asked)
    assert late_of(deputy, world.english_teacher.pk, **asked) == set()
    assert (day(11, 23), "тема") not in todo(login(world.english_teacher))


def test_where_nobody_follows_it_stays_with_who_held_the_lesson(world, login, noon):
    save_field(world.maths, world.lesson.pk, "works", "", str(world.test.pk))
    TeachingAssignment.objects.filter(journal=world.maths).update(ends_on=day(11, 24))
    noon.move_to(at("10:00", day(11, 27)))
    sweep()
    assert ("marks", "23.11", "Матвеева\xa0М.\xa0М., Посторонняя\xa0П.") in late_of(
        login(world.deputy), kind="marks"
    )


def test_a_substitutes_duty_stays_hers(world, handed_over, login, noon):
    save_field(world.maths, world.substituted.pk, "works", "", str(world.test.pk))
    name = (day(11, 24), "отметки: Контрольная работа")
    assert name in todo(login(world.substitute))
    assert name not in todo(login(world.english_teacher))


def test_the_letter_and_the_counts_follow(world, handed_over, noon):
    noon.move_to(at("07:30", day(11, 27)))
    sweep()
    entries = LateEntry.objects.filter(kind="marks")
    LateEntry.objects.exclude(pk__in=entries).delete()
    assert [(one.name, one.undone) for one in overdue_before(day(11, 27)).teachers] == [
        ("Англичанова\xa0А.", 1)
    ]


# --- a class teacher ---


@pytest.fixture
def late_reason(world):
    """A paper about Иванов, received on the 19th, due on the 23rd, entered today."""

    def made(student=None):
        document = AbsenceDocument(student=student or world.ivanov, kind="medical", reason="б")
        document.received_on = document.starts_on = document.ends_on = day(11, 19)
        document.entered_by = world.class_teacher
        receive_document(document)
        sweep()
        return document

    return made


def led(school_class, *changes):
    """Write a class's history anew: (teacher, instant) one after the other, the last holds."""
    SchoolClass.history.filter(id=school_class.pk).delete()
    for teacher, instant in changes:
        school_class.class_teacher = teacher
        school_class._history_date = instant
        school_class.save()
    del school_class._history_date


@pytest.mark.parametrize(
    ("changes", "who"),
    [
        ([("class_teacher", "1"), ("class_teacher_b", "24")], "Руссова\xa0Р.\xa0Р."),
        ([("class_teacher", "1"), ("class_teacher_b", "20")], "Бэшкина\xa0Б."),  # could still do it
        ([("class_teacher", "1"), (None, "24")], "Руссова\xa0Р.\xa0Р."),
        ([("class_teacher", "1"), (None, "20")], "заместитель директора"),
        ([(None, "1"), ("class_teacher", "24")], "заместитель директора"),
        ([("class_teacher_b", "24"), ("class_teacher", "25")], "Бэшкина\xa0Б."),  # none before
    ],
)
def test_a_late_reason_stays_with_who_led_the_class_then(world, late_reason, login, changes, who):
    led(
        world.a5,
        *[(name and getattr(world, name), at("09:00", day(11, int(on)))) for name, on in changes],
    )
    late_reason()
    deputy = login(world.deputy)
    assert late_of(deputy, kind="reason") == {("reason", "докум", who)}
    for person in (world.class_teacher, world.class_teacher_b):
        own = late_of(deputy, person.pk, kind="reason")
        assert bool(own) is (person.short_name == who)


def test_a_class_without_a_history_is_its_present_teachers(world, late_reason, login):
    SchoolClass.history.all().delete()
    late_reason()
    deputy = login(world.deputy)
    assert late_of(deputy, world.class_teacher.pk, kind="reason") == late_of(deputy, kind="reason")
    assert len(late_of(deputy, kind="reason")) == 1


def test_who_led_a_class_before_can_be_chosen(world, login):
    led(
        world.a5,
        (world.substitute, at("09:00", day(11, 1))),
        (world.class_teacher, at("09:00", day(11, 24))),
    )
    Substitution.objects.all().delete()
    html = login(world.deputy).get("/review/late/").content.decode()
    assert f'<option value="{world.substitute.pk}">' in html


def test_the_leaders_letter_names_the_deputy(world, late_reason):
    led(world.a5, (None, at("09:00", day(11, 1))))
    late_reason()
    LateEntry.objects.exclude(kind="reason").delete()
    LateEntry.objects.update(due_at=at("23:59", day(11, 24)))
    names = [one.name for one in overdue_before(TODAY).teachers]
    assert names == ["Заместитель директора"]


# --- a deputy acts ---


@pytest.fixture
def bare(world):
    """5А has no class teacher; Иванов was absent on Monday."""
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "н")
    world.a5.class_teacher = None
    world.a5.save()
    return reverse("class_attendance", args=[world.a5.pk])


def say(client, w, url, student=None):
    data = {"student": (student or w.ivanov).pk, "date": "2026-11-23", "reason": "б"}
    return client.post(url, data)


def test_a_deputy_says_why(world, bare, login):
    client = login(world.deputy)
    assert "Принят документ" in client.get(bare).content.decode()
    assert say(client, world, bare).status_code == 302
    absence = Absence.objects.get()
    assert (absence.reason, absence.confirmed_by) == ("б", world.deputy)


def test_a_deputy_takes_the_document(world, bare, login):
    data = {
        "student": world.ivanov.pk,
        "kind": "medical",
        "number": "7",
        "reason": "б",
        "received_on": "2026-11-25",
        "starts_on": "2026-11-23",
        "ends_on": "2026-11-24",
    }
    assert login(world.deputy).post(bare, data).status_code == 302
    assert AbsenceDocument.objects.get().entered_by == world.deputy
    assert Absence.objects.get().reason == "б"


def test_the_new_class_teacher_takes_over(world, bare, login):
    say(login(world.deputy), world, bare)
    world.a5.class_teacher = world.class_teacher
    world.a5.save()
    assert say(login(world.deputy), world, bare).status_code == 403
    assert "Принят документ" not in login(world.deputy).get(bare).content.decode()
    data = {"student": world.ivanov.pk, "date": "2026-11-23", "reason": "уп"}
    login(world.class_teacher).post(bare, data)
    assert Absence.objects.get().reason == "уп"


def test_where_there_is_a_class_teacher_no_deputy_acts(world, login):
    url = reverse("class_attendance", args=[world.b5.pk])
    assert say(login(world.deputy), world, url, world.sidorov).status_code == 403


def test_the_director_and_others_do_not_act(world, bare, login):
    assert say(login(world.director), world, bare).status_code == 403
    assert say(login(world.class_teacher), world, bare).status_code == 404


def test_who_becomes_a_deputy_acts_and_who_is_none_any_more_does_not(world, bare, login):
    role = Role.objects.create(user=world.substitute, kind=Role.Kind.DEPUTY)
    assert say(login(world.substitute), world, bare).status_code == 302
    role.delete()
    assert Rights(User.objects.get(pk=world.substitute.pk)).ids("stand_in_class") == set()


def test_a_deputy_keeps_the_card_but_sees_no_health(world, bare, login):
    client = login(world.deputy)
    url = reverse("card", args=[world.ivanov.pk])
    assert "<form" in client.get(url).content.decode()
    assert client.get(reverse("health_record", args=[world.ivanov.pk])).status_code == 404
    other = login(world.deputy).get(reverse("card", args=[world.sidorov.pk]))
    assert other.context["form"] is None


def test_a_deputy_writes_no_marks(world, bare, login):
    for journal in (world.maths, world.english):
        assert not access.journal(world.deputy, journal.pk)[1].writes_all
        assert not access.journal(world.deputy, journal.pk)[1].rows


def test_the_deputy_is_told(world, bare, login):
    html = login(world.deputy).get("/", follow=True).content.decode()
    assert "У 5А класса нет классного руководителя" in html
    assert "У 5А класса" not in login(world.director).get("/", follow=True).content.decode()
    page = login(world.deputy).get(reverse("class_pupils", args=[world.a5.pk])).content.decode()
    assert "не назначен, отвечает заместитель директора" in page
