"""What a write may be answered with."""


class Refused(Exception):
    """What can't be written, whatever stands there; the text is Russian, for the person typing."""
