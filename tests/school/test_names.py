"""One order of people's names everywhere, and what they are called in one list."""

import ast
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from school import namesakes
from school.models import Student, StudentCard, User
from school.models.history import create_with_history
from school.queries.people import by_name
from school.rules.names import PersonName, look_alike, sorting_name, told_apart
from tests import world as worlds
from tests.world import day

# As they stand in a list.
IN_ORDER = [
    ("Абрамов", "Адам", ""),
    ("ван", "Анна", ""),
    ("ван Дейк", "Антон", ""),
    ("Ван-Дейк", "Борис", ""),
    ("ван дер Ваальс", "Ян", ""),
    ("Ванин", "Артём", ""),
    ("де ла Крус", "Хуан", ""),
    ("Деев", "Иван", ""),
    ("ёжиков", "Егор", ""),
    ("Ежов", "Андрей", ""),
    ("Елкин", "Борис", ""),
    ("Ёлкин", "Вадим", ""),
    ("Е\u0308лкин", "Глеб", ""),
    ("Жуков", "Захар", ""),
    ("Зухра", "", ""),
    ("Зухра", "Анна", ""),
    ("Иванов", "Иван", ""),
    ("иванов", "ИВАН", "Иванович"),
    ("Иванов", "Иван", "Петрович"),
    ("Иванов", "Иванна", ""),
    ("Иванова", "Анна", ""),
    ("Нечаев", "Пётр", ""),
    ("О'Коннор", "Анна", ""),
    ("О\u2019Коннор", "Борис", ""),
    ("О\u02bcКоннор", "Вадим", ""),
    ("Оконов", "Анна", ""),
    ("Петров-Водкин", "Кузьма", ""),
    ("Петрова", "Анна", ""),
    ("Cидоров", "Антон", ""),  # of which the first letter is Latin
    ("Сидоров", "Борис", ""),
    ("Яковлев", "Яков", "Яковлевич"),
]
LETTERS = "абеёийопяАБЕЁИЙОПЯabcABCxyäßı0'\u2019\u02bc- \u00a0\u0308\u0301.(𐐀"
NAMES = st.tuples(st.text(LETTERS, max_size=8), st.text(LETTERS, max_size=4), st.just(""))


def test_the_order():
    shuffled = sorted(IN_ORDER, key=lambda name: name[::-1])
    assert sorted(shuffled, key=lambda name: sorting_name(*name)) == IN_ORDER


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Семёнов", "семенов"),
        ("О'Коннор", "О\u02bcКоннор"),
        ("Петров-Водкин", "Петров\u2013Водкин"),
        ("Иванов\u200b", " Иванов"),
        ("Cидоров", "Сидоров"),
    ],
)
def test_what_looks_alike_is_equal(one, other):
    assert sorting_name(one) == sorting_name(other)


def _stored(names):
    """The people as the database sorts them, and as Python does; nothing stays."""
    with transaction.atomic():
        people = [
            User(username=f"u{n}", last_name=last, first_name=first, patronymic=patronymic)
            for n, (last, first, patronymic) in enumerate(names)
        ]
        User.objects.bulk_create(people)
        found = User.objects.filter(pk__in=[one.pk for one in people])
        in_database = list(found.order_by("sort_name", "pk").values_list("pk", flat=True))
        backwards = list(found.order_by("-sort_name", "-pk").values_list("pk", flat=True))
        by_python = sorted(people, key=lambda one: (sorting_name(*one.name), one.pk))
        transaction.set_rollback(True)
    assert backwards == in_database[::-1]
    return in_database, [one.pk for one in by_python]


def test_the_databases_sort_as_python_does(db):
    in_database, by_python = _stored(IN_ORDER[::-1] + IN_ORDER)
    assert in_database == by_python


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(NAMES, max_size=12))
def test_whatever_the_names(db, names):
    in_database, by_python = _stored(names)
    assert in_database == by_python


# --- what people are sorted by follows their names ---


@pytest.fixture
def person(db):
    return worlds.user("person", "Ёлкин", "Иван")


def _is_kept(person, *names):
    stored = User.objects.get(pk=person.pk)
    assert stored.name == names
    assert stored.sort_name == sorting_name(*names)


def test_saved(person):
    _is_kept(person, "Ёлкин", "Иван", "")
    person.last_name = "Дубов"
    person.save()
    _is_kept(person, "Дубов", "Иван", "")


def test_saved_in_part(person):
    person.patronymic = "Ильич"
    person.save(update_fields=["patronymic"])
    _is_kept(person, "Ёлкин", "Иван", "Ильич")


def test_saved_as_loaded_in_part(person):
    found = User.objects.only("first_name").get(pk=person.pk)
    found.first_name = "Илья"
    found.save()
    _is_kept(person, "Ёлкин", "Илья", "")


def test_written_in_bulk(person):
    others = [User(username="other", last_name="Ясенев", first_name="Ян")]
    create_with_history(User, others)
    _is_kept(others[0], "Ясенев", "Ян", "")
    person.last_name = others[0].last_name = "Дубов"
    User.objects.bulk_update([person, *others], ["last_name"])
    _is_kept(person, "Дубов", "Иван", "")
    _is_kept(others[0], "Дубов", "Ян", "")


def test_updated(person):
    assert User.objects.filter(last_name="Ёлкин").update(last_name="Дубов") == 1
    _is_kept(person, "Дубов", "Иван", "")


def test_loaded_from_before_it_was_kept(person, tmp_path):
    file = tmp_path / "people.json"
    with file.open("w") as stream:
        call_command("dumpdata", "school.User", stdout=stream)
    rows = json.loads(file.read_text())
    for row in rows:
        del row["fields"]["sort_name"]
    User.objects.all().delete()
    file.write_text(json.dumps(rows))
    call_command("loaddata", str(file), verbosity=0)
    _is_kept(person, "Ёлкин", "Иван", "")


def test_the_history_has_names_and_not_their_order(person):
    fields = {field.name for field in User.history.model._meta.get_fields()}
    assert "last_name" in fields
    assert "sort_name" not in fields


# --- nobody sorts by anything else ---

APPS = ("school", "attendance", "journals", "diaries", "tempjournal", "setup", "journal_site")
ROOT = Path(__file__).parents[2]
OF_NAMES = {"last_name", "first_name", "patronymic", "list_name", "full_name", "short_name"}


def _orders(tree):
    """What a module says about orders: arguments of order_by, sorted and sort; Meta.ordering."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in ("order_by", "sorted", "sort"):
                yield from (*node.args, *(one.value for one in node.keywords))
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "ordering":
            yield node.value


def _names_in(node):
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value.rpartition("__")[2].lstrip("-")
        elif isinstance(one, ast.Attribute):
            yield one.attr


@pytest.mark.any_database
def test_nothing_is_sorted_by_names_but_by_their_order():
    files = [file for app in APPS for file in (ROOT / app).rglob("*.py")]
    assert files
    found = [
        f"{file.relative_to(ROOT)}:{order.lineno}"
        for file in files
        for order in _orders(ast.parse(file.read_text()))
        if OF_NAMES & {*_names_in(order)}
    ]
    assert found == []


# --- namesakes in one list ---


@pytest.mark.parametrize(
    ("forms", "told"),
    [
        ({1: ["а"], 2: ["б"]}, {1: "а", 2: "б"}),
        ({1: ["а", "а1"], 2: ["б", "б2"]}, {1: "а", 2: "б"}),
        ({1: ["а", "а1"], 2: ["А", "а2"], 3: ["б", "б3"]}, {1: "а1", 2: "а2", 3: "б"}),
        ({1: ["а", "а", "а1"], 2: ["а", "аа", "а2"]}, {1: "а", 2: "аа"}),
        ({1: ["е", "е1", "е11"], 2: ["ё", "ё1", "ё12"]}, {1: "е11", 2: "ё12"}),
        # a longer form may be somebody's short one
        ({1: ["а", "аб"], 2: ["а", "ав"], 3: ["аб", "аб3"]}, {1: "аб", 2: "ав", 3: "аб3"}),
        ({1: ["а", "а"], 2: ["а", "а"]}, {1: "а", 2: "а"}),
        ({}, {}),
    ],
)
def test_told_apart(forms, told):
    assert told_apart(forms) == told


@given(st.lists(st.lists(st.sampled_from("аб"), min_size=1, max_size=3).map("".join), max_size=6))
def test_with_a_form_of_ones_own_all_are_told_apart(shorts):
    forms = {n: [short, f"{short} ({n})"] for n, short in enumerate(shorts)}
    assert not look_alike(told_apart(forms))


@pytest.mark.parametrize(
    ("name", "full", "listed", "short", "polite"),
    [
        (
            ("Иванова", "Анна", "Петровна"),
            "Иванова Анна Петровна",
            "Иванова Анна",
            "Иванова\u00a0А.\u00a0П.",
            "Анна Петровна",
        ),
        (("Зухра",), *("Зухра",) * 4),
        (("Ли", "Ян"), "Ли Ян", "Ли Ян", "Ли\u00a0Я.", "Ян"),
    ],
)
def test_a_name(name, full, listed, short, polite):
    found = PersonName(*name)
    assert (found.full, found.listed, found.short, found.polite) == (full, listed, short, polite)


def _pupil(world, number, name, school_class, born_on=None):
    student = worlds.pupil(f"n{number}", *name[:2], school_class)
    student.user.patronymic = name[2] if len(name) > 2 else ""
    student.user.save()
    if born_on:
        StudentCard.objects.create(student=student, born_on=born_on)
    return student


IVANOV = ("Иванов", "Иван")
FIRST_OF_MARCH, LAST_OF_MAY = day(3, 1).replace(year=2015), day(5, 31).replace(year=2015)


@pytest.mark.parametrize(
    ("people", "called"),
    [
        ([(IVANOV, "a5", None)], ["Иванов Иван"]),
        (
            [((*IVANOV, "Иванович"), "a5", None), ((*IVANOV, "Петрович"), "a5", None)],
            ["Иванов Иван Иванович", "Иванов Иван Петрович"],
        ),
        (  # whose patronymic is lacking
            [((*IVANOV, "Иванович"), "a5", FIRST_OF_MARCH), (IVANOV, "a5", LAST_OF_MAY)],
            ["Иванов Иван Иванович", "Иванов Иван (31.05.2015)"],
        ),
        (
            [((*IVANOV, "Иванович"), "a5", None), (IVANOV, "a5", None)],
            ["Иванов Иван Иванович", "Иванов Иван"],
        ),
        (
            [
                ((*IVANOV, "Иванович"), "a5", FIRST_OF_MARCH),
                (("иванов", "ИВАН", "Иванович"), "a5", LAST_OF_MAY),
                (("Петров", "Пётр", "Петрович"), "a5", LAST_OF_MAY),
            ],
            [
                "Иванов Иван Иванович (01.03.2015)",
                "иванов ИВАН Иванович (31.05.2015)",
                "Петров Пётр",
            ],
        ),
        ([(IVANOV, "a5", None), (IVANOV, "b5", None)], ["Иванов Иван (5А)", "Иванов Иван (5Б)"]),
        (
            [(IVANOV, "a5", FIRST_OF_MARCH), (IVANOV, "a5", FIRST_OF_MARCH)],
            ["Иванов Иван (код {})", "Иванов Иван (код {})"],
        ),
        ([(("Зухра", ""), "a5", None), (("Зухра", "Анна"), "a5", None)], ["Зухра", "Зухра Анна"]),
    ],
)
def test_pupils_of_one_list(world, people, called, django_assert_max_num_queries):
    found = [
        _pupil(world, n, name, getattr(world, its_class), born_on)
        for n, (name, its_class, born_on) in enumerate(people)
    ]
    found = Student.objects.filter(pk__in=[one.pk for one in found]).select_related("user")
    found = list(found.order_by("pk"))
    with django_assert_max_num_queries(1):
        names = namesakes.students(found)
    assert names == {one.pk: name.format(one.pk) for one, name in zip(found, called, strict=True)}
    assert not look_alike(names)
    assert not look_alike(namesakes.students_in_full(found))


def test_without_namesakes_nothing_is_asked(world, django_assert_num_queries):
    found = list(Student.objects.select_related("user"))
    with django_assert_num_queries(0):
        namesakes.students(found)


def test_teachers_of_one_list(world):
    anna = worlds.user("anna", "Иванова", "Анна", "Петровна")
    alla = worlds.user("alla", "Иванова", "Алла", "Павловна")
    again = worlds.user("again", "Иванова", "Алла", "Павловна")
    assert namesakes.staff([anna, world.teacher]) == {
        anna.pk: "Иванова\u00a0А.\u00a0П.",
        world.teacher.pk: world.teacher.short_name,
    }
    assert namesakes.staff([anna, alla, again]) == {
        anna.pk: "Иванова Анна Петровна",
        **{one.pk: f"Иванова Алла Павловна (код {one.pk})" for one in (alla, again)},
    }


# --- looking for people ---


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        (
            ("О'Коннор", "Анна"),
            ["О'Коннор", "о\u2019коннор", "О\u02bcКоннор", "Коннор", "Оконнор", "о коннор анна"],
        ),
        (("О\u02bcКоннор", "Анна"), ["О'Коннор", "О\u2019Коннор", "Оконнор", "O'Kоннор"]),
        (("О\u2019Коннор", "Анна"), ["О'Коннор", "ОКОННОР", "Анна О`Коннор"]),
        (("де ла Крус", "Хуан"), ["де ла Крус", "Крус", "ДЕ ЛА", "хуан крус"]),
        (("ван Дейк", "Антон"), ["Ван Дейк", "дейк", "ван-дейк"]),
        (("Ван-Дейк", "Антон"), ["ван дейк", "Ван\u2013Дейк"]),
        (("Зухра", ""), ["зухра", "Зух"]),
        (("Ёлкин", "Пётр"), ["елкин петр", "Ёлкин", "Е\u0308лкин"]),
        (("Елкин", "Петр"), ["Ёлкин Пётр"]),
    ],
)
def test_a_name_is_found_however_it_is_typed(db, name, typed):
    person = worlds.user("person", *name)
    worlds.user("other", "Посторонний", "Павел")
    for text in typed:
        assert list(by_name(User.objects.all(), text, "")) == [person], text
