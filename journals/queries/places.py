"""The journals of one pupil, as his diary and his card name them."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from school.models import Journal
from school.rules.texts import alphabetical


class JournalPlace(NamedTuple):
    """Where a journal stands among a pupil's: `school_class` is the id of the class whose own it
    is, None of a subgroup's or an individual plan's."""

    subject: str
    school_class: int | None
    group: str


def place_columns(way: str) -> list[str]:
    """What `values_list` takes to give a JournalPlace; `way` leads to the journal."""
    return [f"{way}subject__name", f"{way}group__school_class", f"{way}group__name"]


def journal_place(journal: Journal) -> JournalPlace:
    """That of a Journal with group and subject."""
    group = journal.group
    return JournalPlace(journal.subject.name, group.school_class_id, group.name)


def journal_names(places: Mapping[int, JournalPlace]) -> dict[int, str]:
    """{journal id: name} of a pupil's journals, {journal id: JournalPlace}, in order: the subject,
    and where he has several journals of it the group beside it. Each journal is a line by itself:
    two averages made one would stand in no journal (2.11)."""
    times = Counter(place.subject for place in places.values())

    def order(journal):
        place = places[journal]
        is_part = place.school_class is None
        return alphabetical(place.subject), is_part, alphabetical(place.group), journal

    return {
        journal: f"{subject}, {group}" if times[subject] > 1 else subject
        for journal in sorted(places, key=order)
        for subject, _, group in [places[journal]]
    }
