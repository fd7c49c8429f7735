"""Writes of the journals: one function for each thing that a person does."""
