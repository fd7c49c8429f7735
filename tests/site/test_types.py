"""Rules, reads, writes and rights say of which types they take and give what: mypy checks that it
is so, and here it is seen that it is said, for of what is not said mypy checks nothing."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.any_database

ROOT = Path(settings.BASE_DIR)
APPS = ("school", "attendance", "journals", "tempjournal", "diaries", "journal_site")
TYPED = {"access", "actions", "queries", "rights", "rules"}
SAYS_NOTHING = {"dict", "frozenset", "list", "object", "set", "tuple"}

# What is still to be typed.
TO_COME = {
    "diaries/queries/week.py",
    "journals/queries/grade_book.py",
    "journals/queries/grades_page.py",
    "journals/queries/grid.py",
    "journals/queries/lesson_page.py",
    "journals/queries/register.py",
    "journals/queries/summary_grades.py",
    "school/actions/cards.py",
    "school/actions/days.py",
    "school/actions/holding.py",
    "school/actions/lessons.py",
    "school/actions/pupils.py",
    "school/actions/refusals.py",
    "school/actions/versions.py",
    "school/rights.py",
}


def modules():
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if Path(path.relative_to(ROOT / app).parts[0]).stem in TYPED:
                yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def public(nodes):
    return [one for one in nodes if not getattr(one, "name", "_").startswith("_")]


def untyped(tree):
    """The names of the public functions of a module, and of the public methods of its public
    classes, that leave a type unsaid; of the fields whose type says nothing."""
    for node in public(tree.body):
        if isinstance(node, ast.FunctionDef) and not is_typed(node):
            yield node.name
        if isinstance(node, ast.ClassDef):
            for one in public(node.body):
                if isinstance(one, ast.FunctionDef) and not is_typed(one, is_method=True):
                    yield f"{node.name}.{one.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for one in node.body:
                if isinstance(one, ast.AnnAssign) and ast.unparse(one.annotation) in SAYS_NOTHING:
                    yield f"{node.name}.{ast.unparse(one.target)}"


def is_typed(function, *, is_method=False):
    its = function.args
    own = [*its.posonlyargs, *its.args][is_method and not is_static(function) :]
    taken = [*own, *its.kwonlyargs, *filter(None, (its.vararg, its.kwarg))]
    return function.returns is not None and all(one.annotation for one in taken)


def is_static(function):
    return "staticmethod" in map(ast.unparse, function.decorator_list)


def test_what_is_public_says_its_types():
    found = {path: list(untyped(tree)) for path, tree in modules()}
    assert len(found) > 50
    unsaid = {path: names for path, names in found.items() if names}
    assert {path: names for path, names in unsaid.items() if path not in TO_COME} == {}
    assert sorted(unsaid) == sorted(TO_COME), "typed by now: to be taken out of TO_COME"


def test_mypy_looks_at_all_of_it():
    its = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    left_out = re.compile("|".join(its["exclude"]))

    def is_checked(path):
        above = {path, *(one.as_posix() for one in Path(path).parents)}
        return not above.isdisjoint(its["files"]) and not left_out.search(path)

    unseen = {path for path, tree in modules() if tree.body and not is_checked(path)}
    assert unseen - TO_COME == set()
