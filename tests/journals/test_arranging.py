"""The lessons of a teacher who is away, arranged in one deed and undone as one."""

import datetime

import pytest
from django.utils import timezone

from attendance.refusals import Refused
from journals.actions.arranging import CANCELLED, NotArranged, arrange, undo
from journals.actions.entries import save_field
from journals.actions.locks import lock_period
from journals.actions.watch import sweep
from journals.models import LateEntry, LessonWork
from journals.queries.arranging import arranging
from school.actions.joining import join_lessons
from school.actions.lessons import cancel_lesson, move_lesson, restore_lesson, substitute
from school.actions.teacher_absences import change_absence, version
from school.models import ArrangedLesson, Arrangement, Lesson, Substitution, TeacherAbsence
from school.queries.teaching import holders_of
from school.rights import rights
from school.rules.candidates import CANCEL, LATER, Choice, Deed
from tests import world as worlds
from tests.school.test_teacher_absences import plain, recorded
from tests.world import TODAY, day, statements

ILLNESS = "illness"
TOMORROW = day(11, 26)
FRIDAY = day(11, 27)


@pytest.fixture
def w(world):
    """Tomorrow the teacher has 5А twice and 5Б, and the class teacher Russian in 5А between."""
    world.second = worlds.lesson(world.maths, TOMORROW, world.slots[1])
    world.third = worlds.lesson(world.maths_b, TOMORROW, world.slots[2])
    world.fifth = worlds.lesson(world.maths, TOMORROW, world.slots[4])
    world.russian_2 = worlds.lesson(world.russian, TOMORROW, world.slots[2])
    return world


def takes(person):
    return Choice(Deed.SUBSTITUTE, person.pk)


def page(w, *days, said=None):
    return arranging(w.teacher, days or (TOMORROW,), timezone.now(), said)


def proposed(w, *days):
    return {line.lesson.pk: line.chosen for line in page(w, *days).open}


def done(w, said, days=(TOMORROW,), person=None, **fields):
    return arrange(w.teacher, days, said, person or w.deputy, ILLNESS, **fields)


def all_three(w):
    return {
        w.second.pk: takes(w.class_teacher),
        w.third.pk: takes(w.class_teacher_b),
        w.fifth.pk: CANCEL,
    }


def refused(w, said, days=(TOMORROW,), kind=ILLNESS, **fields):
    """What is told; nothing was written."""
    before = state()
    with pytest.raises(NotArranged) as error:
        arrange(w.teacher, days, said, w.deputy, kind, **fields)
    assert state() == before
    return {pk: plain(text) for pk, text in error.value.told.items()}


def state():
    return (
        Substitution.objects.count(),
        TeacherAbsence.objects.count(),
        Arrangement.objects.count(),
        Lesson.objects.exclude(cancelled="").count(),
        Lesson.objects.exclude(joined_to=None).count(),
    )


def again(lesson):
    return Lesson.objects.get(pk=lesson.pk)


# --- what the page reads ---


def test_the_lessons_of_the_days_and_what_is_proposed(w):
    found = page(w, TOMORROW, FRIDAY)
    assert [(one.lesson.date.day, one.lesson.number) for one in found.open] == [
        (26, 2),
        (26, 3),
        (26, 5),
        (27, 2),
    ]
    # Who has the third lesson in 5А is in school for the second one; for the fifth nobody is, and
    # it is the last of 5А.
    assert proposed(w)[w.second.pk] == takes(w.class_teacher)
    assert proposed(w)[w.fifth.pk] == CANCEL
    fifth = found.open[2]
    assert (fifth.nobody_is_there, fifth.leaves_at) == (True, datetime.time(11, 40))
    assert found.unrecorded == [(TOMORROW, FRIDAY)]


def test_who_is_busy_or_away_is_no_candidate(w):
    recorded(w, w.english_teacher, TOMORROW)
    third = page(w).open[1]
    names = {plain(one.name) for one in third.answer.free}
    assert "Руссова Р. Р." not in names  # teaches Russian then
    assert "Англичанова А." not in names
    assert "Матвеева М. М." not in names
    assert "Бэшкина Б." in names


def test_the_load_counts_the_week_and_the_choices_above(w):
    said = {w.second.pk: takes(w.substitute), w.third.pk: takes(w.substitute)}
    found = page(w, said=said)
    loads = [
        next((one.base, one.hours) for one in (*line.shown, *line.more) if one.choice == its)
        for line, its in zip(found.open, [takes(w.substitute)] * 3, strict=True)
    ]
    assert loads == [(1, 1), (1, 2), (1, 3)]  # she has stood in on Tuesday


def test_what_is_taken_together_is_asked_once(w):
    guest = worlds.lesson(w.maths_b, TOMORROW, w.slots[1])
    join_lessons(guest, w.second, w.teacher)
    found = page(w).open
    assert [one.lesson.number for one in found] == [2, 3, 5]
    assert [one.journal for one in found[0].guests] == [w.maths_b]


def test_what_is_taken_together_is_one_hour(w):
    """The class teacher has Russian on both days, and takes English together with one of it."""
    english = worlds.lesson(w.english, TOMORROW, w.slots[2])
    join_lessons(english, w.russian_2, w.class_teacher)
    (her,) = [one for one in page(w).open[0].shown if one.choice == takes(w.class_teacher)]
    assert her.base == 2


def test_a_lesson_of_the_same_subject_and_parallel_may_be_joined(w):
    worlds.assign(w.other_teacher, w.maths_b, starts_on=TOMORROW)
    w.maths_b.assignments.filter(teacher=w.teacher).delete()
    host = worlds.lesson(w.maths_b, TOMORROW, w.slots[1])
    (option,) = [one for one in page(w).open[0].shown if one.choice.deed is Deed.JOIN]
    assert option.choice == Choice(Deed.JOIN, w.other_teacher.pk, host.pk)
    assert option.pupils == 4  # of 5А two, one has a plan of his own; of 5Б two


def test_lessons_that_are_settled_are_told_and_not_asked(w):
    substitute(w.third, w.class_teacher_b)
    worlds.assign(w.english_teacher, w.maths)
    found = page(w)
    assert not found.open
    assert [plain(one.settled) for one in found.lines] == [
        "ведёт Англичанова А.",
        "замена уже назначена: Бэшкина Б.",
        "ведёт Англичанова А.",
    ]


def test_who_stands_in_and_is_away_too_is_no_answer(w):
    substitute(w.third, w.class_teacher_b)
    recorded(w, w.class_teacher_b, TOMORROW)
    assert w.third.pk in proposed(w)


def test_of_a_day_with_a_recorded_absence_the_lessons_in_it(w):
    recorded(w, w.teacher, TOMORROW, from_lesson=3)
    found = page(w)
    assert [one.lesson.number for one in found.open] == [3, 5]
    assert found.unrecorded == []


def test_a_fixed_number_of_queries(w):
    def made(*days):
        with statements() as sent:
            page(w, *days)
        return len(sent)

    few = made(TOMORROW)
    for number in (0, 3, 5, 6):
        worlds.lesson(w.maths, TOMORROW, w.slots[number])
        worlds.lesson(w.english, TOMORROW, w.slots[number])
    assert made(TOMORROW, FRIDAY) == few <= 30


# --- the deed ---


def test_all_is_done_at_once(w):
    made = done(w, all_three(w))
    takers = dict(Substitution.objects.values_list("lesson", "teacher"))
    assert takers[w.second.pk] == w.class_teacher.pk
    assert takers[w.third.pk] == w.class_teacher_b.pk
    assert again(w.fifth).cancelled == CANCELLED
    absence = TeacherAbsence.objects.get()
    assert (absence.starts_on, absence.ends_on, absence.kind) == (TOMORROW, TOMORROW, ILLNESS)
    assert absence.recorded_by == w.deputy
    assert Substitution.objects.get(lesson=w.second).absence == absence
    deeds = dict(made.lessons.values_list("lesson", "deed"))
    assert deeds == {w.second.pk: "substitute", w.third.pk: "substitute", w.fifth.pk: "cancel"}
    assert w.second.pk in rights(w.class_teacher).ids("write_lesson")


def test_days_apart_are_absences_of_their_own(w):
    done(w, proposed(w, day(11, 23), TOMORROW, FRIDAY), days=(day(11, 23), TOMORROW, FRIDAY))
    spans = TeacherAbsence.objects.values_list("starts_on", "ends_on")
    assert list(spans) == [(day(11, 23), day(11, 23)), (TOMORROW, FRIDAY)]


def test_an_absence_that_stands_is_not_recorded_twice(w):
    recorded(w, w.teacher, TOMORROW)
    arrange(w.teacher, (TOMORROW,), all_three(w), w.deputy)  # no reason is asked
    assert TeacherAbsence.objects.count() == 1


def test_what_is_decided_later_stays_open(w):
    done(w, all_three(w) | {w.third.pk: LATER})
    assert list(proposed(w)) == [w.third.pk]


def test_a_lesson_is_joined(w):
    worlds.assign(w.other_teacher, w.maths_b, starts_on=TOMORROW)
    w.maths_b.assignments.filter(teacher=w.teacher).delete()
    host = worlds.lesson(w.maths_b, TOMORROW, w.slots[1])
    joining = Choice(Deed.JOIN, w.other_teacher.pk, host.pk)
    made = done(w, {w.second.pk: joining, w.fifth.pk: CANCEL})
    assert again(w.second).joined_to == host
    assert Substitution.objects.get(lesson=w.second).teacher == w.other_teacher
    undo(made.pk, w.deputy)
    assert again(w.second).joined_to is None
    assert not Substitution.objects.filter(lesson=w.second).exists()


def test_lessons_that_are_taken_together_go_together(w):
    guest = worlds.lesson(w.maths_b, TOMORROW, w.slots[1])
    join_lessons(guest, w.second, w.teacher)
    made = done(w, all_three(w))
    assert Substitution.objects.get(lesson=guest).teacher == w.class_teacher
    undo(made.pk, w.deputy)
    assert not Substitution.objects.filter(lesson__in=[guest, w.second]).exists()
    assert again(guest).joined_to == w.second
    made = done(w, all_three(w) | {w.second.pk: CANCEL})
    assert again(guest).cancelled == CANCELLED
    undo(made.pk, w.deputy)
    assert again(guest).cancelled == ""


def test_who_stood_in_and_is_away_is_replaced_and_put_back(w):
    substitute(w.russian_2, w.teacher, "по договорённости")
    Lesson.objects.filter(pk=w.third.pk).delete()
    said = {w.second.pk: CANCEL, w.fifth.pk: CANCEL, w.russian_2.pk: takes(w.class_teacher_b)}
    made = done(w, said)
    assert Substitution.objects.get(lesson=w.russian_2).teacher == w.class_teacher_b
    undo(made.pk, w.deputy)
    row = Substitution.objects.get(lesson=w.russian_2)
    assert (row.teacher, row.reason) == (w.teacher, "по договорённости")


def test_what_its_author_has_recorded_stays_his(w):
    """The first lesson of today was held: the absence begins after it."""
    save_field(w.maths, w.today_lesson.pk, "attendance", "", "все")
    late = worlds.lesson(w.maths_b, TODAY, w.slots[6])
    found = page(w, TODAY)
    assert [one.lesson for one in found.open] == [late]
    assert "урок остаётся за автором записи" in found.lines[0].settled
    done(w, {late.pk: takes(w.class_teacher_b)}, days=(TODAY,))
    absence = TeacherAbsence.objects.get()
    assert (absence.starts_on, absence.first_number) == (TODAY, 3)
    assert not Substitution.objects.filter(lesson=w.today_lesson).exists()


def test_a_topic_written_ahead_is_no_record(w):
    save_field(w.maths, w.second.pk, "topic", "", "Дроби")
    assert w.second.pk in proposed(w)


def test_nothing_is_proposed_for_a_lesson_that_is_over(w):
    assert proposed(w, TODAY) == {w.today_lesson.pk: LATER}


def test_the_substitute_owes_and_the_absent_one_does_not(w):
    done(w, all_three(w))
    after = timezone.now() + datetime.timedelta(days=3)
    sweep(after)
    late = LateEntry.objects.filter(lesson__in=[w.second, w.third, w.fifth])
    told = {one.lesson_id for one in late}
    assert told == {w.second.pk, w.third.pk}
    pairs = set(late.values_list("lesson", "due_at"))
    holders = {pk for found in holders_of(pairs, after.date()).values() for pk in found}
    assert holders == {w.class_teacher.pk, w.class_teacher_b.pk}


# --- what is against it ---


def test_a_candidate_who_was_taken_meanwhile(w):
    said = all_three(w)
    other = worlds.lesson(w.english, TOMORROW, w.slots[2])
    substitute(other, w.class_teacher_b)
    told = refused(w, said)
    assert set(told) == {w.third.pk}
    assert told[w.third.pk].startswith("Бэшкина Б. уже занят(а): 5 англ. 1, Английский язык, наз")
    assert told[w.third.pk].endswith("только что.")


def test_a_lesson_that_somebody_has_arranged_meanwhile(w):
    said = all_three(w)
    substitute(w.third, w.english_teacher)
    told = refused(w, said)
    assert "замена уже назначена: Англичанова А." in told[w.third.pk]


def test_a_lesson_that_was_moved_away_meanwhile(w):
    said = all_three(w)
    move_lesson(again(w.third), FRIDAY, 5)
    assert "больше нет" in refused(w, said)[w.third.pk]


def test_a_candidate_who_is_away_by_now(w):
    said = all_three(w)
    recorded(w, w.class_teacher_b, TOMORROW)
    assert "отсутствует" in refused(w, said)[w.third.pk]


def test_each_lesson_is_decided(w):
    said = all_three(w)
    del said[w.third.pk]
    assert set(refused(w, said)) == {w.third.pk}


@pytest.mark.parametrize("kind", ["", "tired"])
def test_a_reason_is_wanted(w, kind):
    assert set(refused(w, all_three(w), kind=kind)) == {None}


def test_who_cancels_a_planned_work_is_asked(w):
    LessonWork.objects.create(lesson=w.fifth, work_type=w.test, position=1)
    assert set(refused(w, all_three(w))) == {w.fifth.pk}
    done(w, all_three(w), without_works={w.fifth.pk})
    assert again(w.fifth).cancelled


def test_a_closed_period_writes_nothing(w):
    lock_period(w.quarters[0].pk, w.deputy)
    lesson = worlds.lesson(w.maths_b, day(10, 5), w.slots[1])
    told = refused(w, {lesson.pk: takes(w.english_teacher)}, days=(day(10, 5),))
    assert "период закрыт" in told[lesson.pk]


# --- undone ---


def test_undone_everything_is_as_before(w):
    before = state()
    made = done(w, all_three(w))
    undo(made.pk, w.director)
    assert not Substitution.objects.filter(lesson__date=TOMORROW).exists()
    assert again(w.fifth).cancelled == ""
    assert TeacherAbsence.objects.get().withdrawn_by == w.director
    made.refresh_from_db()
    assert (made.undone_by, state()[3:]) == (w.director, before[3:])
    assert list(proposed(w)) == [w.second.pk, w.third.pk, w.fifth.pk]


def test_not_twice(w):
    made = done(w, all_three(w))
    undo(made.pk, w.deputy)
    with pytest.raises(Refused, match="уже отменили"):
        undo(made.pk, w.deputy)


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        (lambda w: substitute(again(w.second), w.english_teacher), "этот урок с тех пор изменили"),
        (lambda w: save_field(w.maths, w.second.pk, "topic", "", "Дроби"), "уже есть записи"),
        (lambda w: _ends_later(TeacherAbsence.objects.get()), "Отсутствие с тех пор изменили"),
        (
            lambda w: substitute(again(w.second), w.class_teacher, "договорились"),
            "тех пор изменили",
        ),
        (lambda w: _cancel_anew(again(w.fifth)), "этот урок с тех пор изменили"),
        (
            lambda w: LessonWork.objects.create(lesson=w.second, work_type=w.test, position=1),
            "уже есть записи",
        ),
        (lambda w: _arrange_the_rest(w), "опирается ещё одно назначение"),
    ],
)
def test_what_was_built_on_it_is_not_torn_down(w, noon, deed, told):
    made = done(w, all_three(w))
    noon.shift(60)
    deed(w)
    before = state()
    with pytest.raises(Refused, match=told):
        undo(made.pk, w.deputy)
    assert state() == before


def _cancel_anew(lesson):
    restore_lesson(lesson)
    cancel_lesson(again(lesson), CANCELLED)


def _arrange_the_rest(w):
    """Of a lesson that comes to be after the deed."""
    late = worlds.lesson(w.maths, TOMORROW, w.slots[5])
    done(w, {late.pk: takes(w.class_teacher)}, person=w.director)


def test_what_is_over_is_not_undone(w, noon):
    """Who took the lesson yesterday took it, whatever becomes of the rest."""
    made = done(w, all_three(w) | {w.future_lesson.pk: LATER}, (TOMORROW, FRIDAY))
    noon.shift(datetime.timedelta(days=1))
    with pytest.raises(Refused, match="этот урок уже прошёл"):
        undo(made.pk, w.deputy)
    assert Substitution.objects.get(lesson=w.second).teacher == w.class_teacher


def _ends_later(absence):
    absence.ends_on = FRIDAY
    change_absence(absence, version(absence))


def test_a_topic_that_was_there_before_stands_in_no_ones_way(w, noon):
    save_field(w.maths, w.second.pk, "topic", "", "Дроби")
    noon.shift(60)
    made = done(w, all_three(w))
    undo(made.pk, w.deputy)
    assert again(w.second).topic == "Дроби"


def test_a_lesson_may_be_arranged_again_after_it_was_undone(w):
    undo(done(w, all_three(w)).pk, w.deputy)
    done(w, all_three(w))
    assert ArrangedLesson.objects.filter(lesson=w.second).count() == 2
