"""The way to a diary."""

import pytest

# Of pages and rights, alike on every database; the queries behind them have tests on both.
pytestmark = pytest.mark.any_database


def names(client, **asked):
    return [str(student) for student in client.get("/diary/", asked).context["students"]]


def test_it_works(world, login):
    assert login(world.ivanov.user).get("/diary/").url == f"/diary/{world.ivanov.pk}/#today"
    assert login(world.other_parent).get("/diary/").url == f"/diary/{world.petrova.pk}/#today"
    assert login(world.parent).get("/diary/").status_code == 302


def test_a_class_teacher_chooses_among_own_pupils(world, login):
    assert names(login(world.class_teacher)) == ["Иванов Иван", "Особый Осип", "Петрова Пелагея"]


def test_leaders_choose_among_all_and_search(world, login):
    client = login(world.deputy)
    assert len(names(client)) == 5  # who left is in no class any more
    assert names(client, q="ив") == ["Иванов Иван"]
    assert names(client, q="семён сид") == ["Сидоров Семён"]
    assert names(client, q="нет такого") == []


def test_a_class_teacher_who_is_a_parent_sees_both(world, login):
    from school.models import Parent, Parenthood

    parent = Parent.objects.create(user=world.class_teacher)
    Parenthood.objects.create(parent=parent, student=world.sidorov)
    assert "Сидоров Семён" in names(login(world.class_teacher))
    home = login(world.class_teacher).get("/")
    assert [str(child) for child in home.context["children"]] == ["Сидоров Семён"]
