"""The Celery application: Redis where REDIS_URL is set, else a folder as the broker."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "journal_site.settings")

app = Celery("journal_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # Dated facts begin and end at midnight; the projection of rights follows them.
    "sync-access": {"task": "school.tasks.sync_access", "schedule": crontab(hour=0, minute=1)},
    "watch": {"task": "journals.tasks.watch", "schedule": crontab(minute="*/5")},
}
