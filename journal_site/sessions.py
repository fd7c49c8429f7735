"""Sessions whose row says whose they are: Django's own store over a table of ours, which the pages
of log-ins read."""

from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

ENTRY = "entry"  # the key under which a log-in keeps what the row says of it


class SessionStore(DatabaseStore):
    seen_at = None  # when (UTC) its owner last did something, as the row has it

    @classmethod
    def get_model_class(cls):
        return apps.get_model("journal_site", "LoginSession")

    def _get_session_from_db(self):
        row = super()._get_session_from_db()
        if row:
            self.seen_at = row.seen_at
        return row

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        entry = data.get(ENTRY, {})
        row.user_id = data.get(SESSION_KEY)
        row.device = entry.get("device", "")
        row.address = entry.get("address")
        row.is_shared = entry.get("is_shared", False)
        row.seen_at = timezone.now()
        return row
