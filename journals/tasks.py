"""Celery tasks of the journals."""

from celery import shared_task

from . import deadlines


@shared_task
def watch():
    """Every five minutes: what became overdue."""
    deadlines.sweep()
