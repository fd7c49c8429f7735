"""The Celery application: Redis where REDIS_URL is set, else a folder as the broker."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "journal_site.settings")

# What comes round in five minutes need not wait for a worker that was away for a week.
EACH_TIME = {"expires": 300}
# Nor is a sign of life one that was asked for while nobody lived.
AT_ONCE = {"expires": 30}

app = Celery("journal_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # Dated facts begin and end at midnight; the projection of rights follows them.
    "sync-access": {"task": "school.tasks.sync_access", "schedule": crontab(hour=0, minute=1)},
    "heartbeat": {
        "task": "tempjournal.tasks.heartbeat",
        "schedule": crontab(),
        "options": AT_ONCE,
    },
    "watch": {
        "task": "journals.tasks.watch",
        "schedule": crontab(minute="*/5"),
        "options": EACH_TIME,
    },
    # Each looks again and again for whom a letter is due; nobody gets a day's letter twice.
    "teacher-digests": {
        "task": "journal_site.tasks.teacher_digests",
        "schedule": crontab(minute="*/5"),
        "options": EACH_TIME,
    },
    # Somebody waits for what comes of it.
    "reminders": {
        "task": "journal_site.tasks.reminders",
        "schedule": crontab(),
        "options": AT_ONCE,
    },
    "leader-digests": {
        "task": "journal_site.tasks.leader_digests",
        "schedule": crontab(hour="7-9", minute="*/5"),
        "options": EACH_TIME,
    },
    "leader-changes": {
        "task": "journal_site.tasks.leader_changes",
        "schedule": crontab(minute="*/5"),
        "options": EACH_TIME,
    },
    "new-devices": {
        "task": "journal_site.tasks.new_devices",
        "schedule": crontab(minute="*/5"),
        "options": EACH_TIME,
    },
    "old-log-ins": {
        "task": "journal_site.tasks.old_log_ins",
        "schedule": crontab(hour=3, minute=50),
    },
    # Early, so that it is there before the first lesson; later, if the server was away then.
    "temporary-journals": {
        "task": "tempjournal.tasks.make_packet",
        "schedule": crontab(hour="5-23", minute="*/10"),
        "options": {"expires": 600},
    },
    "old-uploads": {
        "task": "tempjournal.tasks.forget_uploads",
        "schedule": crontab(hour=3, minute=40),
    },
    # Somebody waits; and one whose worker was killed is gone on with, or begun anew.
    "certifying": {
        "task": "journals.tasks.certify_journals",
        "schedule": crontab(),
        "options": AT_ONCE,
    },
    "imports": {"task": "setup.tasks.write_imports", "schedule": crontab(), "options": AT_ONCE},
    "old-imports": {
        "task": "setup.tasks.forget_files",
        "schedule": crontab(hour=3, minute=45),
    },
    # A Friday's print that was missed is made up for at the weekend.
    "weekly-reports": {
        "task": "diaries.tasks.request_weeks_batch",
        "schedule": crontab(day_of_week="fri,sat,sun", hour="12-23", minute="*/15"),
    },
    "report-batches": {
        "task": "diaries.tasks.draw_waiting_batches",
        "schedule": crontab(minute="*/5"),
    },
}
