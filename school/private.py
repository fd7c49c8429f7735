"""Files that no address of the site leads to: a view that has checked the right hands them out."""

from django.conf import settings
from django.core.files.storage import FileSystemStorage


def private_files():
    """Their storage, under settings.PRIVATE_DIR."""
    return FileSystemStorage(location=settings.PRIVATE_DIR)
