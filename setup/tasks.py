"""Celery tasks of the imports."""

from celery import shared_task

from .actions import applying, undoing, uploading


@shared_task
def write_imports():
    """When one is to be written or taken back, and each minute for one whose worker died."""
    applying.write_waiting()
    undoing.undo_waiting()


@shared_task
def forget_files():
    """Each night: lists of people that nobody needs any more."""
    uploading.forget_files()
