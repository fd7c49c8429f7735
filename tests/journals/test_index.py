"""The list of journals."""

import pytest

from school.models import Journal, Subject
from tests.world import queries_of


def names(client, **asked):
    lines = client.get("/journals/", asked).context["lines"]
    return [str(line.journal) for line in lines]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("teacher", ["5А, Математика", "5Б, Математика"]),
        (
            "class_teacher",
            [
                "5А, Математика",
                "5А, Русский язык",
                "5 англ. 1, Английский язык",
                "Особый О., инд. план, Математика",
            ],
        ),
        ("substitute", ["5А, Математика"]),
        ("english_teacher", ["5 англ. 1, Английский язык"]),
        ("parent", []),
        ("admin", []),
    ],
)
def test_each_has_own_journals(world, login, who, seen):
    assert names(login(getattr(world, who))) == seen


def test_leaders_have_all_and_narrow_them(world, login):
    client = login(world.director)
    assert len(names(client)) == 5
    assert names(client, school_class=world.b5.pk) == [
        "5Б, Математика",
        "5 англ. 1, Английский язык",
    ]
    assert names(client, subject=world.english.subject_id) == ["5 англ. 1, Английский язык"]
    assert names(client, teacher=world.teacher.pk) == ["5А, Математика", "5Б, Математика"]
    assert len(names(client, teacher="nonsense")) == 5


def test_a_part_of_a_journal_is_called_so(world, login):
    html = login(world.substitute).get("/journals/").content.decode()
    assert "частично" in html
    assert "частично" not in login(world.teacher).get("/journals/").content.decode()


def test_lessons_held_do_not_count_the_cancelled(world, login):
    line = login(world.teacher).get("/journals/").context["lines"][0]
    assert line.lessons_held == 4


def test_queries_do_not_grow(world, login):
    client = login(world.director)
    few = queries_of(client, "/journals/")
    for n in range(30):
        subject = Subject.objects.create(name=f"Предмет {n}")
        Journal.objects.create(group=world.subgroup, subject=subject, scale=world.five)
    assert queries_of(client, "/journals/") == few <= 12
