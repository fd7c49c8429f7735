"""Celery tasks of the diaries."""

from celery import shared_task

from .actions import batches


@shared_task
def request_weeks_batch():
    """From Friday noon on, every quarter of an hour: the week's reports after the last lesson."""
    batches.request_weeks_batch()


@shared_task
def draw_waiting_batches():
    """When one was requested, and every five minutes for one whose worker died."""
    batches.draw_waiting_batches()
