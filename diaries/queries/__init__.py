"""Reads of the diaries and the printed weekly reports."""
