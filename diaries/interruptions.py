"""Whose due instants follow a changed time without access (3.2)."""

from .actions import follow_interruptions

FOLLOWERS = [follow_interruptions]
