"""The clock by which the demo's school is built: same arguments, same school, whenever it is."""

import datetime
from contextlib import contextmanager

from django.utils import timezone


@contextmanager
def standing_at(instant):
    """Within it `timezone.now` is the aware instant, for every field and action that asks. It is
    the class that Django asks which is replaced, for fields keep the function itself; of the whole
    process, so only where nothing else runs."""

    class Standing(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return instant.astimezone(tz)

    asked = timezone.datetime
    timezone.datetime = Standing
    try:
        yield
    finally:
        timezone.datetime = asked
