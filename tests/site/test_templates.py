"""What holds for every template."""

import re
from pathlib import Path

import pytest
from django.conf import settings

# Of pages and rights, alike on every database; the queries behind them have tests on both.
pytestmark = pytest.mark.any_database

DRAWN_IN_PYTHON = ("journals/drawing.py", "tempjournal/drawing.py")


# A template or a text in Python that puts a full stop behind initials.
TWO_STOPS = re.compile(r"""(short_name|\bwho)( \|[^}]*)?\s*\}+(</\w+>)*\.(\s|"|'|<|$)""")


def test_initials_end_a_sentence_themselves():
    """«Попова Н. Б..» nobody writes."""
    base = Path(settings.BASE_DIR)
    files = [path for path in (base / "templates").rglob("*") if path.is_file()]
    apps = ("school", "attendance", "journals", "diaries", "tempjournal", "setup", "journal_site")
    files += [path for app in apps for path in (base / app).rglob("*.py")]
    assert [
        str(path.relative_to(base)) for path in files if TWO_STOPS.search(path.read_text())
    ] == []


def test_nothing_is_told_to_a_mouse_alone():
    """A phone and a keyboard show no `title`."""
    files = [path for path in Path(settings.BASE_DIR, "templates").rglob("*") if path.is_file()]
    files += [Path(settings.BASE_DIR, path) for path in DRAWN_IN_PYTHON]
    assert [path.name for path in files if re.search(r"\stitle=", path.read_text())] == []
