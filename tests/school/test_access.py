"""Rights by facts (design, section 4), each fact changed and asked again."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.http import Http404
from guardian.models import UserObjectPermission

from school import access
from school.actions.lessons import substitute
from school.actions.pupils import move_to_class
from school.models import Parenthood, Student, TeachingAssignment, User
from school.projection import sync
from school.tasks import sync_access
from tests import world as worlds
from tests.world import TODAY, day

ONE_DAY = datetime.timedelta(days=1)


def fresh(user):
    """The person as the next request has it."""
    return User.objects.get(pk=user.pk)


def rights_in(user, journal):
    """JournalRights, or None for a 404."""
    try:
        return access.journal(fresh(user), journal.pk)[1]
    except Http404:
        return None


def sees_diary(user, student):
    try:
        access.diary(fresh(user), student.pk)
    except Http404:
        return False
    return True


def test_it_works(world):
    assert rights_in(world.teacher, world.maths).writes_all
    assert rights_in(world.teacher, world.russian) is None
    assert sees_diary(world.parent, world.ivanov)
    assert not sees_diary(world.parent, world.petrova)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "reads", "writes"),
    [
        (day(9, 1), None, True, True),
        (day(9, 1), TODAY, True, True),
        (TODAY, None, True, True),
        (day(9, 1), TODAY - ONE_DAY, True, False),
        (TODAY + ONE_DAY, None, False, False),
    ],
)
def test_an_assignment_lets_write_while_it_lasts_and_read_ever_since(
    world, starts_on, ends_on, reads, writes
):
    worlds.assign(world.other_teacher, world.russian, starts_on, ends_on)
    granted = rights_in(world.other_teacher, world.russian)
    assert bool(granted and granted.sees_all) == reads
    assert bool(granted and granted.writes_all) == writes


def test_writing_ends_with_the_day(world, noon):
    row = world.maths.assignments.get(teacher=world.teacher)
    row.ends_on = TODAY
    row.save()
    assert rights_in(world.teacher, world.maths).writes_all
    noon.shift(ONE_DAY)
    sync_access()
    granted = rights_in(world.teacher, world.maths)
    assert granted.sees_all
    assert not granted.writes_all


def test_a_new_class_teacher_takes_over(world):
    world.a5.class_teacher = world.english_teacher
    world.a5.save()
    assert rights_in(world.class_teacher, world.maths) is None
    assert rights_in(world.class_teacher, world.russian).writes_all  # still teaches it
    assert rights_in(world.english_teacher, world.maths).writes_all
    assert sees_diary(world.english_teacher, world.petrova)
    assert not sees_diary(world.class_teacher, world.petrova)


def test_a_moved_pupil_goes_to_the_new_class_teacher(world):
    move_to_class(world.petrova, world.b5, TODAY)
    assert not sees_diary(world.class_teacher, world.petrova)
    assert sees_diary(world.class_teacher_b, world.petrova)


def test_a_mixed_subgroup_is_written_row_by_row(world):
    granted = rights_in(world.class_teacher, world.english)
    assert granted.rows == {world.ivanov.pk}
    assert not granted.writes_lesson(world.english_lesson.pk)
    # Without the pupil of 5Б it is a journal of 5А.
    world.subgroup.memberships.get(student=world.sidorov).delete()
    assert rights_in(world.class_teacher, world.english).writes_all
    assert rights_in(world.class_teacher_b, world.english) is None


def test_a_parenthood_taken_back(world):
    Parenthood.objects.get(parent__user=world.parent, student=world.ivanov).delete()
    assert not sees_diary(world.parent, world.ivanov)
    assert sees_diary(world.parent, world.sidorov)


def test_a_substitution_taken_back(world):
    assert rights_in(world.substitute, world.maths).lessons == {world.substituted.pk}
    world.substituted.substitution.delete()
    assert rights_in(world.substitute, world.maths) is None


def test_one_person_holds_the_union(world):
    """A class teacher who stands in for the subgroup's teacher, and is a parent."""
    substitute(world.english_lesson, world.class_teacher)
    granted = rights_in(world.class_teacher, world.english)
    assert granted.writes_cell(world.english_lesson.pk, world.sidorov.pk)
    assert granted.rows == {world.ivanov.pk}


def test_sync_access_mends_what_was_tampered_with(world, capsys):
    stolen = UserObjectPermission.objects.create(
        user=world.other_parent,
        permission=Permission.objects.get(codename="view_diary"),
        content_type=ContentType.objects.get_for_model(Student),
        object_pk=str(world.ivanov.pk),
    )
    UserObjectPermission.objects.filter(user=world.teacher).delete()
    assert sees_diary(world.other_parent, world.ivanov)
    call_command("sync_access")
    assert capsys.readouterr().out == "Прав добавлено: 4, снято: 1.\n"
    assert not UserObjectPermission.objects.filter(pk=stolen.pk).exists()
    assert rights_in(world.teacher, world.maths).writes_all
    assert not sees_diary(world.other_parent, world.ivanov)


def test_a_bulk_write_is_found_by_sync(world):
    TeachingAssignment.objects.filter(teacher=world.teacher).update(teacher=world.substitute)
    assert sync() == (4, 4)
    assert rights_in(world.substitute, world.maths).writes_all
    assert rights_in(world.teacher, world.maths) is None
