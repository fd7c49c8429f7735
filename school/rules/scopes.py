"""Of whom something speaks: of the school, of a parallel, of a class. Pure."""

from typing import NamedTuple


class Scope(NamedTuple):
    """A class (id), all classes of a parallel (its number), or, with neither, the whole school."""

    parallel: int | None = None
    school_class: int | None = None

    def narrowness(self, place: "Place") -> int | None:
        """How closely it speaks of a class: 2 of itself, 1 of its parallel, 0 of the whole school;
        None not at all. The closest word holds."""
        if self.school_class is not None:
            return 2 if self.school_class == place.school_class else None
        if self.parallel is not None:
            return 1 if self.parallel == place.parallel else None
        return 0


class Place(NamedTuple):
    """A class (id) and its parallel, of which is asked; neither: of what is of no class."""

    parallel: int | None = None
    school_class: int | None = None
