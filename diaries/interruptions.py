"""Whose due instants follow a changed time without access (3.2)."""

from .actions.applications import follow_interruptions

FOLLOWERS = [follow_interruptions]
