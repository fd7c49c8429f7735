"""What is to stand in a cell: a table of cases, whoever writes it (design, section 6)."""

import datetime
from dataclasses import replace

import pytest

from attendance.refusals import Refused
from journals.cells import (
    Cell,
    CellFacts,
    decide_cell,
    missing_works,
    parse_cell,
    refuse_too_many,
)
from journals.queries.cell import Work
from journals.refusals import Conflict

FIVE = ("5", "4", "3", "2", "осв")
USUAL = CellFacts(FIVE, datetime.date(2026, 11, 23), closed=lambda: None, attends=True)
BY_DOCUMENT = replace(USUAL, documented=True, confirmed=True)
BY_HAND = replace(USUAL, confirmed=True)
CLOSED = replace(USUAL, closed=lambda: Refused("Урок отменён."))
STRANGER = replace(USUAL, attends=False)


def paper(facts):
    return replace(facts, on_paper=True)


def decide(facts, present, was, typed):
    """The text that is to stand, or the exception."""
    present, typed = parse_cell(present, FIVE), parse_cell(typed, FIVE)
    try:
        return decide_cell(present, was, typed, facts).text
    except (Conflict, Refused) as error:
        return type(error)


@pytest.mark.parametrize(
    ("facts", "present", "was", "typed", "found"),
    [
        # What was typed stands.
        (USUAL, "", "", "5", "5"),
        (USUAL, "4", "4", "4/5", "4/5"),
        (USUAL, "4", "4", "", ""),
        (USUAL, "н", "н", "оп/4", "оп/4"),
        # `was` may be spelled as it was typed.
        (USUAL, "4/5", "4,5", "4", "4"),
        (USUAL, "н", " Y ", "4", "4"),
        # Somebody was first; the same text of both is none.
        (USUAL, "4", "", "5", Conflict),
        (USUAL, "4", "3", "", Conflict),
        (USUAL, "4", "чушь", "5", Conflict),
        (USUAL, "5", "", "5", "5"),
        # Nobody has looked what stands there: a paper that is read (3.2).
        (paper(USUAL), "4", None, "5", "5"),
        (USUAL, "4", None, "5", Conflict),
        # A document has put its reason for what was typed before; the save comes again (2.9).
        (BY_DOCUMENT, "б", "", "н", "б"),
        (BY_DOCUMENT, "б/4", "", "н/4", "б/4"),
        (BY_DOCUMENT, "б/4", "", "н/5", Conflict),
        (BY_DOCUMENT, "б", "", "4", Conflict),
        (BY_DOCUMENT, "б/4", "", "4", Conflict),
        (BY_HAND, "б", "", "н", Conflict),
        # Whether who types it may say another reason is decided by the reason's own rule (2.9).
        (BY_HAND, "б", "б", "н", "н"),
        # «н» on paper knows less than the class teacher (2.9, 3.2).
        (paper(BY_HAND), "уп", "уп", "н", "уп"),
        (paper(BY_HAND), "уп", "", "н", "уп"),
        (paper(BY_HAND), "уп", None, "н/4", "уп/4"),
        (paper(BY_HAND), "уп", "уп", "нп", "нп"),
        (paper(BY_HAND), "уп", "уп", "", ""),
        (paper(USUAL), "уп", "уп", "н", "н"),
        # A cancelled lesson, one in a closed period (4.2), one to come.
        (CLOSED, "", "", "5", Refused),
        (CLOSED, "5", "5", "", Refused),
        (CLOSED, "5", "4", "5", "5"),
        (CLOSED, "5", "4", "3", Conflict),  # who was late learns that first
        # Who does not belong there has no mark and no absence; a stray one can go (2.3).
        (STRANGER, "", "", "5", Refused),
        (STRANGER, "5", "5", "н", Refused),
        (STRANGER, "5", "5", "", ""),
        (STRANGER, "5", "5", "5", "5"),
    ],
)
def test_what_is_to_stand(facts, present, was, typed, found):
    assert decide(facts, present, was, typed) == found


def test_a_conflict_tells_what_stands_there():
    with pytest.raises(Conflict) as conflict:
        decide_cell(Cell("н", ("4",)), "", Cell("", ("5",)), USUAL)
    assert conflict.value.present == "н/4"


def test_a_refusal_is_the_lessons_own():
    with pytest.raises(Refused, match="Урок отменён"):
        decide_cell(Cell(), "", Cell("н"), CLOSED)
    with pytest.raises(Refused, match=r"23\.11\.2026 ученик здесь не учился"):
        decide_cell(Cell(), "", Cell("н"), STRANGER)


class Kind:
    def __init__(self, pk):
        self.pk = pk


USUAL_KINDS = [Kind(1), Kind(2), Kind(3)]


@pytest.mark.parametrize(
    ("named", "marks", "missing"),
    [
        ([], 0, []),
        ([], 1, [1]),
        ([], 2, [1, 2]),
        ([7], 1, []),
        ([7], 2, [1]),  # 2.7: what the teacher has named comes first
        ([1], 2, [2]),  # no kind twice
        ([2, 7], 1, []),
        ([7], 9, [1, 2, 3]),  # as far as there are any
    ],
)
def test_missing_works(named, marks, missing):
    works = [Work(pk, 1, pk, "", "", 1, "asked", None) for pk in named]
    assert [one.pk for one in missing_works(USUAL_KINDS, works, marks)] == missing


def test_too_many_marks():
    refuse_too_many(2, 2)
    with pytest.raises(Refused, match="Отметок 3, а видов работ на уроке 2"):
        refuse_too_many(3, 2)
