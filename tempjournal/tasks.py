"""Celery tasks of the temporary journals."""

from celery import shared_task

from .actions import packets, transfer
from .actions.heartbeat import beat


@shared_task
def make_packet():
    """Every ten minutes from early morning on: the day's packet, once."""
    packets.make_packet()


@shared_task
def forget_uploads():
    """Each night: filled files that nobody looks at any more."""
    transfer.forget_uploads()


@shared_task
def heartbeat():
    """Each minute: a sign of life; after a pause an outage is proposed."""
    beat()
