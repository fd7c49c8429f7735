"""The school's pure rules, by subject; what a migration that has landed imports is found here."""

from .names import PersonName

__all__ = ["PersonName"]
