"""Celery tasks of the school."""

import logging

from celery import shared_task

from .projection import sync

logger = logging.getLogger(__name__)


@shared_task
def sync_access():
    """Nightly: rights that began or ended with the day; whatever else differed is mended too."""
    added, removed = sync()
    logger.warning("rights: %s added, %s removed", added, removed)
