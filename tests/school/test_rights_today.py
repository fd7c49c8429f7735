"""Rights begin and end with their day although the nightly task did not run."""

import datetime
import threading

import pytest
from django.db import connection

from journals.models import Mark
from school.models import Enrolment, GroupMembership, User
from school.projection import expected, projected
from school.rights import rights
from tests import world as worlds
from tests.world import TODAY, day

THREE_DAYS = datetime.timedelta(days=3)


def grid(journal):
    return f"/journals/{journal.pk}/"


def post(client, lesson, student, text="5"):
    data = {"lesson": lesson.pk, "student": student.pk, "was": "", "text": text}
    return client.post(f"/journals/{lesson.journal_id}/cells/", data)


def end(row, last_day=TODAY):
    row.ends_on = last_day
    row.save()


def test_an_assignment_that_ended_writes_nothing(world, login, noon):
    teacher = login(world.teacher)
    end(world.maths.assignments.get(teacher=world.teacher))
    assert teacher.get(grid(world.maths)).status_code == 200
    noon.shift(THREE_DAYS)
    assert post(teacher, world.lesson, world.ivanov).status_code == 403
    assert not Mark.objects.exists()
    assert teacher.get(grid(world.maths)).status_code == 200  # what he has taught he still reads
    assert teacher.get(grid(world.maths_b)).status_code == 200  # still his


def test_one_that_starts_today_writes(world, login, noon):
    worlds.assign(world.english_teacher, world.maths, TODAY + THREE_DAYS)
    teacher = login(world.english_teacher)
    assert teacher.get(grid(world.maths)).status_code == 404
    noon.shift(THREE_DAYS)
    assert teacher.get(grid(world.maths)).status_code == 200
    assert post(teacher, world.lesson, world.ivanov).status_code == 200
    assert Mark.objects.count() == 1


def test_a_pupil_who_left_is_the_class_teachers_no_more(world, login, noon):
    end(Enrolment.objects.get(student=world.ivanov))
    class_teacher = login(world.class_teacher)
    diary = f"/diary/{world.ivanov.pk}/"
    assert class_teacher.get(diary, follow=True).status_code == 200
    noon.shift(THREE_DAYS)
    assert class_teacher.get(diary, follow=True).status_code == 404
    assert class_teacher.get(f"/students/{world.ivanov.pk}/card/").status_code == 404
    assert post(class_teacher, world.english_lesson, world.ivanov).status_code == 404
    assert not Mark.objects.exists()


def test_a_pupil_who_came_is_the_class_teachers(world, login, noon):
    end(Enrolment.objects.get(student=world.ivanov))
    Enrolment.objects.create(
        student=world.ivanov, school_class=world.b5, starts_on=TODAY + datetime.timedelta(days=1)
    )
    other = login(world.class_teacher_b)
    assert other.get(f"/diary/{world.ivanov.pk}/", follow=True).status_code == 404
    noon.shift(THREE_DAYS)
    assert other.get(f"/diary/{world.ivanov.pk}/", follow=True).status_code == 200


def test_after_a_membership_nothing_is_written_for_the_pupil(world, login, noon):
    end(GroupMembership.objects.get(student=world.ivanov))
    noon.shift(THREE_DAYS)
    later = worlds.lesson(world.english, day(11, 28), world.slots[3])
    answer = post(login(world.class_teacher), later, world.ivanov)
    assert answer.status_code == 422
    assert not Mark.objects.exists()


def test_lists_and_home_ask_the_same(world, login, noon):
    end(world.maths.assignments.get(teacher=world.teacher))
    noon.shift(THREE_DAYS)
    teacher = login(world.teacher)
    page = teacher.get("/journals/").content.decode()
    assert grid(world.maths_b) in page
    assert f'"{grid(world.maths)}' in page
    lessons = {one.journal for one in teacher.get("/").context["gaps"]}
    assert world.maths not in lessons
    assert world.maths_b in lessons


def asked(user):
    """The person's rights as the next request has them."""
    return rights(User.objects.get(pk=user.pk)).ids("write_journal")


def test_once_a_day_and_then_one_query(world, noon, django_assert_num_queries):
    noon.shift(THREE_DAYS)
    asked(world.teacher)
    person = User.objects.get(pk=world.teacher.pk)
    assert person.rights_as_of == TODAY + THREE_DAYS
    assert User.objects.get(pk=world.deputy.pk).rights_as_of == TODAY  # has not asked
    with django_assert_num_queries(1):
        assert rights(person).ids("write_journal")
    assert not person.history.filter(history_type="~").exists()  # nothing of it is history


def test_the_day_is_the_schools(world, noon):
    noon.move_to(datetime.datetime(2026, 11, 25, 20, 59, tzinfo=datetime.UTC))  # 23:59 in Moscow
    end(world.maths.assignments.get(teacher=world.teacher))
    assert world.maths.pk in asked(world.teacher)
    noon.shift(60)
    assert world.maths.pk not in asked(world.teacher)


@pytest.mark.django_db(transaction=True)
def test_several_at_once(transactional_db, noon):
    """Three tabs of one teacher in the morning, while the administrator ends an assignment."""
    w = worlds.stands()
    row = w.maths.assignments.get(teacher=w.teacher)
    raised = []
    for days in range(1, 6):
        noon.shift(datetime.timedelta(days=1))
        gate = threading.Barrier(4)

        def run(deed, gate=gate):
            try:
                gate.wait()
                deed()
            except Exception as error:
                raised.append(error)
            finally:
                connection.close()

        ends_on = TODAY if days % 2 else None
        deeds = [lambda: asked(w.teacher)] * 3 + [lambda ends_on=ends_on: end(row, ends_on)]
        threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not raised
        person = User.objects.filter(pk=w.teacher.pk)
        today = TODAY + datetime.timedelta(days=days)
        assert projected(person).keys() == expected(person, today)
        assert (w.maths.pk in asked(w.teacher)) == (ends_on is None)
