"""The site that puts the apps together.

Settings, addresses, middleware and Celery's hours; the home page of each role (`queries`), digests
and other letters (`letters`), the administrator's site, and the school of the demo (`demo`).
Imports from everything, and nothing imports from it.
"""

from .celery import app as celery_app

__all__ = ["celery_app"]
