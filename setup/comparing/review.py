"""Batch × what stands × answers → the review. Pure, and the same for the same three."""

from collections.abc import Collection, Mapping

from ..batch import Batch, Kind
from ..changes import Review
from ..queries.standing import Standing
from .context import Comparison
from .lengths import leave_out_too_long
from .people import compare_parents, compare_pupils, compare_staff
from .plans import compare_plans
from .structure import (
    NO_YEAR,
    compare_bells,
    compare_classes,
    compare_curriculum,
    compare_periods,
    compare_subjects,
    year_ref,
)
from .teaching import Teaching, compare_groups, compare_workload
from .timetable import compare_timetable
from .words import Words

OF_A_YEAR = (
    Kind.CLASSES,
    Kind.PUPILS,
    Kind.PARENTS,
    Kind.CURRICULUM,
    Kind.WORKLOAD,
    Kind.GROUPS,
    Kind.TIMETABLE,
    Kind.PLAN,
)


def compare(
    batch: Batch,
    standing: Standing,
    answers: Mapping[str, str],
    kinds: Collection[Kind] = (),
) -> Review:
    """What the rows of `kinds` (none: of all) would change, in the order in which it is written.
    The same review comes of the same batch, standing and answers."""
    rows = {kind: batch.rows[kind] for kind in Kind if kind in batch.rows}
    if kinds:
        rows = {kind: its for kind, its in rows.items() if kind in kinds}
    comparison = Comparison(Batch(rows=rows, gone=batch.gone), standing, answers)
    comparison.review.take(batch)
    leave_out_too_long(comparison)
    words = Words(comparison)
    compare_subjects(comparison, words)
    compare_periods(comparison)
    compare_bells(comparison)
    compare_staff(comparison, words)
    if year_ref(comparison) is not None:
        compare_classes(comparison, words)
        pupils = compare_pupils(comparison, words)
        compare_parents(comparison, pupils, words)
        compare_curriculum(comparison, words)
        teaching = Teaching(comparison, words)
        compare_workload(comparison, words, teaching)
        compare_groups(comparison, words, teaching, pupils)
        compare_timetable(comparison, words, teaching)
        compare_plans(comparison, words, teaching)
    elif any(comparison.rows(kind) for kind in OF_A_YEAR):
        comparison.review.notes.append(NO_YEAR)
    words.tell_questions()
    order = list(Kind)
    comparison.review.changes.sort(key=lambda change: order.index(change.kind))
    return comparison.review
