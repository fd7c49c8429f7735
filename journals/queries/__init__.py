"""Reads of the journals."""
