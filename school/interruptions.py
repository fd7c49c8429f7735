"""Times without access to the system, for whoever computes due instants (3.2).

The app that keeps the record of them is above: when it starts it adds its reader, and after each
change it sends `changed`, so that what was computed before follows.
"""

from django.dispatch import Signal

# Functions that return the rules.Interruptions that last into a school-local day or later, in the
# order of time; three queries each at most.
READERS = []

# Functions that bring up to date, at an instant, what follows from an interruption still on.
KEEPERS = []

# Sent with `first` and `last`, the school-local days on which a due instant may have moved.
changed = Signal()


def interruptions_since(day):
    """The rules.Interruptions that can move a due instant of a school-local day or a later one."""
    return [one for reader in READERS for one in reader(day)]


def keep_up(now):
    """Before anybody looks for what is overdue: during an interruption that is still on nothing
    is."""
    for keeper in KEEPERS:
        keeper(now)
