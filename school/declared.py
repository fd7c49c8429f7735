"""What apps declare for one beneath them, which asks for it: no list is filled from afar."""

from functools import cache
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule


@cache
def declared(module, name):
    """The members of the lists `name` in the modules `module` of all apps that have one, in the
    order in which the apps are installed; looked for on the disk once in a process."""
    modules = [
        import_module(f"{app.name}.{module}")
        for app in apps.get_app_configs()
        if module_has_submodule(app.module, module)
    ]
    return tuple(one for found in modules for one in getattr(found, name, ()))
