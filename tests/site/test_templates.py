"""What holds for every template."""

import re
from pathlib import Path

from django.conf import settings

DRAWN_IN_PYTHON = ("journals/cells.py", "tempjournal/cells.py")


def test_nothing_is_told_to_a_mouse_alone():
    """A phone and a keyboard show no `title`."""
    files = [path for path in Path(settings.BASE_DIR, "templates").rglob("*") if path.is_file()]
    files += [Path(settings.BASE_DIR, path) for path in DRAWN_IN_PYTHON]
    assert [path.name for path in files if re.search(r"\stitle=", path.read_text())] == []
