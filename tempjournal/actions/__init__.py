"""Writes of the temporary journals: one function for each thing that a person, or the app itself,
does."""
