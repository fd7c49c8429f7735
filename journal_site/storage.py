"""How scripts and styles are served."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleStorage(CompressedManifestStaticFilesStorage):
    """What a script imports has its hash in the name too: one that has changed is fetched anew, and
    a page and what it imports share one instance of a module."""

    support_js_module_import_aggregation = True
