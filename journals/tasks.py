"""Celery tasks of the journals."""

from celery import shared_task

from .actions.watch import sweep


@shared_task
def watch():
    """Every five minutes: what became overdue."""
    sweep()
