"""Rules, reads, writes and rights say of which types they take and give what: mypy checks that it
is so, and here it is seen that it is said, for of what is not said mypy checks nothing."""

import ast
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.any_database

ROOT = Path(settings.BASE_DIR)
APPS = ("school", "attendance", "journals", "tempjournal", "diaries", "setup", "journal_site")
TYPED = {"access", "actions", "queries", "rights", "rules"}
SAYS_NOTHING = {"dict", "frozenset", "list", "object", "set", "tuple"}


def modules():
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text())


def typed_modules():
    for path, tree in modules():
        if Path(path.parts[1]).stem in TYPED:
            yield path, tree


def public(nodes):
    return [one for one in nodes if not getattr(one, "name", "_").startswith("_")]


def untyped(tree):
    """The names of the public functions of a module, and of the public methods of its public
    classes, that leave a type unsaid."""
    for node in public(tree.body):
        if isinstance(node, ast.FunctionDef) and not is_typed(node):
            yield node.name
        if isinstance(node, ast.ClassDef):
            for one in public(node.body):
                if isinstance(one, ast.FunctionDef) and not is_typed(one, is_method=True):
                    yield f"{node.name}.{one.name}"


def vague(tree):
    """The names of the fields whose type says nothing."""
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
    found = {path.as_posix(): list(untyped(tree)) for path, tree in typed_modules()}
    assert len(found) > 50
    assert {path: names for path, names in found.items() if names} == {}


def test_every_field_says_what_it_holds():
    found = {path.as_posix(): list(vague(tree)) for path, tree in modules()}
    assert len(found) > 200
    assert {path: names for path, names in found.items() if names} == {}


def test_mypy_looks_at_all_of_it():
    files = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["files"]

    def is_checked(path):
        return not {path.as_posix(), *map(Path.as_posix, path.parents)}.isdisjoint(files)

    assert [path for path, tree in typed_modules() if tree.body and not is_checked(path)] == []
