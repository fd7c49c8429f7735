"""Celery tasks of the site."""

from celery import shared_task

from . import actions, login_actions


@shared_task
def teacher_digests():
    """Every five minutes: to whoever has held the day's last lesson."""
    actions.send_teacher_digests()


@shared_task
def reminders():
    """Every minute: to the teachers whom a leader has just reminded of their journals."""
    actions.send_reminders()


@shared_task
def leader_changes():
    """Every five minutes: to the directors, who leads the school by now."""
    actions.send_leader_changes()


@shared_task
def leader_digests():
    """Every five minutes of the morning: to the director and the deputies."""
    actions.send_leader_digests()


@shared_task
def send_way_back(known_by):
    """At once: to whoever has forgotten the password, if that login or address is known."""
    actions.send_way_back(known_by)


@shared_task
def new_devices():
    """Every five minutes: to whose account somebody has logged in from a new device."""
    actions.send_new_devices()


@shared_task
def old_log_ins():
    """Every night: what the journal of log-ins need not keep any more."""
    login_actions.forget_old_events()
