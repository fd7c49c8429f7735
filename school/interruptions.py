"""Times without access to the system, for whoever computes due instants (3.2).

The app that computes what follows from them is above: after each change it sends `changed`, so that
what was computed before follows.
"""

from django.dispatch import Signal

# Functions that bring up to date, at an instant, what follows from an interruption still on.
KEEPERS = []

# Sent with `first` and `last`, the school-local days on which a due instant may have moved.
changed = Signal()


def keep_up(now):
    """Before anybody looks for what is overdue: during an interruption that is still on nothing
    is."""
    for keeper in KEEPERS:
        keeper(now)
