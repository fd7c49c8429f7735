"""How production names scripts: by their content's hash, also where one imports another."""

import re

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

pytestmark = pytest.mark.any_database

IMPORT = re.compile(r'(?:from|import)\s*"(\.[^"]*)"')


@pytest.fixture
def collected(settings, tmp_path):
    """Our own static files as production has them; without the administrator's, for speed."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "journal_site.storage.ModuleStorage"},
    }
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_a_script_imports_others_by_names_with_hashes(collected):
    seen, todo = set(), [collected / staticfiles_storage.stored_name("js/grid/index.js")]
    while todo:
        script = todo.pop()
        seen.add(script)
        for name in IMPORT.findall(script.read_text()):
            imported = (script.parent / name).resolve()
            assert re.search(r"\.[0-9a-f]{12}\.js$", imported.name), f"{script.name}: {name}"
            assert imported.is_file()
            if imported not in seen:
                todo.append(imported)
    names = {path.relative_to(collected).as_posix().split(".")[0] for path in seen}
    assert {"js/grid/moving", "js/grid/page", "js/dom", "js/saves"} <= names
