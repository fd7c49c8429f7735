"""What apps declare for those beneath them is asked for by its name: a slip would be silence."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils.module_loading import module_has_submodule

pytestmark = pytest.mark.any_database

LISTS = {
    "cards": {"GRADES"},
    "duties": {"DUTIES"},
    "histories": {"NAMED", "SOURCES"},
    "interruptions": {"FOLLOWERS"},
    "records": {
        "EXAM_GRADED_IN",
        "GRADED_IN",
        "JOURNALS_OF",
        "NO_MARKS",
        "PERIODS_GRADED_IN",
        "PLANNED_IN",
    },
    "sweeps": {"BEFORE"},
}


@pytest.mark.parametrize("name", LISTS)
def test_every_list_has_a_known_name(name):
    found = [
        import_module(f"{app.name}.{name}")
        for app in apps.get_app_configs()
        if module_has_submodule(app.module, name)
    ]
    assert found
    for module in found:
        lists = {one for one, value in vars(module).items() if isinstance(value, list)}
        assert lists
        assert lists <= LISTS[name], module.__name__
