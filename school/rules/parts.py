"""The parts of the school: primary, middle and upper classes. Pure."""

PARTS = {"1-4": range(5), "5-8": range(5, 9), "9-11": range(9, 13)}  # their parallels


def part_of(parallel: int) -> str:
    """The one of PARTS in which a parallel is."""
    return next(part for part, parallels in PARTS.items() if parallel in parallels)
