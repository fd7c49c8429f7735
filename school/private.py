"""Files that no address of the site leads to: a view that has checked the right hands them out."""

import os

from django.conf import settings
from django.core.files.storage import FileSystemStorage


class PrivateFiles(FileSystemStorage):
    """Under settings.PRIVATE_DIR, as it is when a file is asked for."""

    @property
    def base_location(self):
        return settings.PRIVATE_DIR

    @property
    def location(self):
        return os.path.abspath(self.base_location)


def private_files():
    """The storage of private files."""
    return PrivateFiles()
