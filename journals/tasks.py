"""Celery tasks of the journals."""

from celery import shared_task

from .actions.certifying import certify_waiting
from .actions.watch import sweep


@shared_task
def watch():
    """Every five minutes: what became overdue."""
    sweep()


@shared_task
def certify_journals():
    """When the director asks, and each minute for a deed whose worker died."""
    certify_waiting()
