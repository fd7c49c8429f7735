"""Celery tasks of the diaries."""

from celery import shared_task

from . import actions


@shared_task
def request_weeks_batch():
    """From Friday noon on, every quarter of an hour: the week's reports after the last lesson."""
    actions.request_weeks_batch()


@shared_task
def draw_waiting_batches():
    """When one was requested, and every five minutes for one whose worker died."""
    actions.draw_waiting_batches()
