"""Reads of the temporary journals."""
