"""Celery tasks of the temporary journals."""

from celery import shared_task

from . import actions


@shared_task
def make_packet():
    """Every ten minutes from early morning on: the day's packet, once."""
    actions.make_packet()


@shared_task
def forget_uploads():
    """Each night: filled files that nobody looks at any more."""
    actions.forget_uploads()


@shared_task
def heartbeat():
    """Each minute: a sign of life; after a pause an outage is proposed."""
    actions.beat()
