"""Files that no address of the site leads to: a view that has checked the right hands them out."""

from django.core.files.storage import storages


def private_files():
    """The storage of private files, under settings.PRIVATE_DIR."""
    return storages["private"]
