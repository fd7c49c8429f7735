"""The documents of the tree say what is so."""

import re
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.any_database

ROOT = Path(settings.BASE_DIR)
APPS = ("school", "attendance", "journals", "tempjournal", "diaries", "setup", "journal_site")
PATHS = re.compile(r"`((?:[a-z_]+/)+[\w.]*|[A-Z]\w+\.md|[a-z_]+\.py)(?:: \w+)?`")


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_what_a_document_names_is_there(document):
    text = (ROOT / document).read_text()
    named = {path for path in PATHS.findall(text) if "/" in path and "<" not in path}
    assert len(named) > 3
    here = [path for path in named if path.split("/")[0] not in ("static", "var")]
    missing = [
        path
        for path in here
        if not any((ROOT / base / path).exists() for base in ("", "templates", *APPS))
        and not path.startswith(("print/",))
    ]
    assert missing == []


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_links_lead_somewhere(document):
    text = (ROOT / document).read_text()
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not target.startswith("http"):
            assert ((ROOT / document).parent / target).exists(), target


def test_clauses_that_the_code_cites_are_in_the_regulation():
    stand = set(re.findall(r"^(\d\.\d+)\. ", (ROOT / "docs/regulation.ru.txt").read_text(), re.M))
    cited = {}
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            for line in path.read_text().splitlines():
                for found in re.findall(r"\(((?:[2-5]\.\d+(?:[,–;] ?)?)+)\)", line):
                    for clause in re.findall(r"\d\.\d+", found):
                        cited.setdefault(clause, path)
    assert len(cited) > 15
    assert {clause: path for clause, path in cited.items() if clause not in stand} == {}


@pytest.mark.parametrize("app", APPS)
def test_an_app_says_what_lives_there(app):
    head = (ROOT / app / "__init__.py").read_text()
    assert head.startswith('"""')
    assert 4 <= head.split('"""')[1].count("\n") + 1 <= 8
