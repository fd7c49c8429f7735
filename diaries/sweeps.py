"""What is brought up to date before the watch looks for what is overdue."""

from .actions.applications import keep_up

BEFORE = [keep_up]
