"""What is brought up to date before the watch looks for what is overdue."""

from .actions.outages import roll_on

BEFORE = [roll_on]
