"""The administrator's pages: accounts, structure, settings. Rights follow what is saved here by
themselves (`projection.follow_facts`); marks, topics and attendance are not to be reached from
here. Whatever is imported is registered."""

from . import calendar, lessons, people, structure

__all__ = ["calendar", "lessons", "people", "structure"]
