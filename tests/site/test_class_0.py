"""A preparatory class is class 0: nowhere does its number count for none."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from journals.queries.lists import in_class_order
from school import namesakes
from school.models import Journal, SchoolClass, Student, TeachingGroup
from school.queries.people import students_with_class
from tests import world as worlds
from tests.site.test_admin import form_of, send
from tests.world import TODAY

ADD = "/admin/school/schoolclass/add/"


@pytest.fixture
def preparatory(world, login):
    """0А, made by the administrator, with a class teacher, a pupil, and a lesson today."""
    browser = login(world.admin)
    form = form_of(browser.get(ADD))
    form |= {"year": world.year.pk, "number": 0, "letter": "А"}
    send(browser, ADD, form | {"class_teacher": world.substitute.pk})
    world.a0 = SchoolClass.objects.get(number=0)
    world.beginner = worlds.pupil("beginner", "Нулёв", "Назар", world.a0)
    group = TeachingGroup.objects.create(
        kind="class", year=world.year, name="0А", school_class=world.a0
    )
    world.letters = Journal.objects.create(
        group=group, subject=world.maths.subject, scale=world.five
    )
    worlds.assign(world.teacher, world.letters)
    worlds.lesson(world.letters, TODAY, world.slots[0])
    return world


def test_what_it_is_called(preparatory, login):
    assert str(preparatory.a0) == "0А"
    assert "0 — подготовительный класс" in login(preparatory.admin).get(ADD).content.decode()
    with pytest.raises(ValidationError, match="12"):
        SchoolClass(year=preparatory.year, number=13, letter="А").full_clean()


def test_it_comes_first(preparatory, login):
    first = SchoolClass.objects.create(year=preparatory.year, number=1, letter="А")
    tenth = SchoolClass.objects.create(year=preparatory.year, number=10, letter="А")
    wanted = [preparatory.a0, first, preparatory.a5, preparatory.b5, tenth]
    assert list(SchoolClass.objects.all()) == wanted
    journals = Journal.objects.select_related("group", "subject")
    assert in_class_order(journals)[0] == preparatory.letters
    leader = login(preparatory.deputy)
    assert leader.get("/diary/").context["students"][0] == preparatory.beginner
    lines = leader.get("/journals/").context["lines"]
    assert lines[0].journal == preparatory.letters


@pytest.mark.parametrize("text", ["0А", "0 а", "0A", "0"])
def test_it_is_found(preparatory, login, text):
    SchoolClass.objects.create(year=preparatory.year, number=10, letter="А")
    browser = login(preparatory.admin)
    found = browser.get("/admin/school/schoolclass/", {"q": text}).context["cl"].result_list
    assert list(found) == [preparatory.a0]


def test_a_pupil_is_told_with_it(preparatory):
    found = students_with_class(Student.objects.all(), TODAY).get(pk=preparatory.beginner.pk)
    assert (found.class_number, found.class_name) == (0, "0А")
    namesake = worlds.pupil("namesake", "Нулёв", "Назар", preparatory.a5)
    names = namesakes.students_in_full([preparatory.beginner, namesake])
    assert names[preparatory.beginner.pk] == "Нулёв Назар (0А)"


def test_its_pages_open(preparatory, login):
    grid = f"/journals/{preparatory.letters.pk}/"
    page = login(preparatory.teacher).get(grid)
    assert page.status_code == 200
    assert "0А" in page.content.decode()
    assert "Нулёв" in page.content.decode()
    teacher = login(preparatory.substitute)
    summary = f"/classes/{preparatory.a0.pk}/summary/?period={preparatory.quarters[1].pk}"
    for path in (f"/classes/{preparatory.a0.pk}/pupils/", summary):
        html = teacher.get(path).content.decode()
        assert "0А" in html, path
        assert "Нулёв" in html, path
    diary = login(preparatory.beginner.user).get(f"/diary/{preparatory.beginner.pk}/")
    assert "0А" in diary.content.decode()
    assert "Математика" in diary.content.decode()


def test_a_change_of_it_is_told(preparatory, login, noon):
    noon.shift(datetime.timedelta(minutes=1))
    preparatory.a0.number = 1
    preparatory.a0.save()
    page = login(preparatory.deputy).get("/review/history/", {"kind": "класс"})
    told = [(one.field, one.was, one.now) for one in page.context["lines"][0].changes]
    assert told == [("параллель", "0", "1")]
