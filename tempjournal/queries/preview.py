"""What a filled file would do: each of its entries beside what stands in the journals (3.2)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from journals.actions.paper_entries import check_paper
from journals.cells import CellError
from journals.refusals import Unfit
from school.models import User

from .. import filled, rules
from ..models import Upload
from .found import DIFFERS, LEFT, NEW, SAME, WRONG, FoundSheet, Problem
from .resolving import LEFT_OUT, resolve


def preview(
    upload: Upload,
    person: User,
    led: Collection[int],
    chosen: Mapping[str, str] | None = None,
    corrected: Collection[str] = (),
) -> list[FoundSheet]:
    """The FoundSheets of an Upload beside what stands in the journals, a fixed number of queries.
    `led` are the ids of the pupils whose class teacher the person is. What is new is chosen; or,
    when the person has sent the page, what he had `chosen`, {key: text that stood there}, and what
    is right since he `corrected` it (keys). What has changed since he looked is to be chosen anew:
    it is `changed` in its sheet."""
    sheets = resolve(upload, person)
    right = {
        (one.lesson_id, one.place): one
        for sheet in sheets
        for one in sheet.found
        if not one.problem
    }
    checks = check_paper([one.entry(None) for one in right.values()], person, led)
    for key, check in checks.items():
        one = right[key]
        one.present, one.becomes = check.present, check.text
        if check.error is not None:
            one.problem = str(check.error)
            if isinstance(check.error, CellError) and f"«{one.text}»" not in one.problem:
                one.problem = f"«{one.text}»: {one.problem}"
            one.mendable = isinstance(check.error, CellError | Unfit)
        elif one.becomes == one.present:
            one.kind = SAME
        else:
            one.kind = DIFFERS if one.present else NEW
    for sheet in sheets:
        for one in sheet.found:
            if one.problem == LEFT_OUT:
                one.kind = LEFT
            one.chosen = one.kind == NEW
            if chosen is not None and one.key not in corrected:
                one.chosen = one.kind in (NEW, DIFFERS) and chosen.get(one.key) == one.present
                if one.key in chosen and not one.chosen and one.kind in (NEW, DIFFERS):
                    sheet.changed.append(one)
        sheet.problems = _problems(sheet)
    return sheets


def entry_counts(sheets: Iterable[FoundSheet]) -> dict[str, int]:
    """{kind: how many entries of the sheets}."""
    found = Counter(one.kind for sheet in sheets for one in sheet.found)
    return {kind: found[kind] for kind in (NEW, SAME, DIFFERS, WRONG)}


def _problems(sheet):
    """The Problems of a sheet, those that can be mended first; what waits for a Mend is told
    there."""
    alone, alike = [], defaultdict(list)
    for one in sheet.of_kind(WRONG):
        if one.mendable:
            alone.append(one)
        elif not one.unplaced:
            alike[one.problem].append(one)
    found = [Problem(0, one.problem, [one], _about(sheet, one)) for one in alone]
    found += [Problem(0, text, many) for text, many in alike.items()]
    for place, problem in enumerate(found):
        problem.place = place
        for one in problem.found:
            one.problem_place = place
    return found


def _about(sheet, one):
    """«Иванов Иван, 24.11», «что пройдено, 24.11, 3-й урок»; «строка 8, столбец D» of what stands
    in no row of a pupil or no column of a lesson."""
    if isinstance(one.across, str):
        name, lesson = filled.FIELD_NAMES[one.across], sheet.lines[one.down]
        at = f"строка {sheet.data['lines'][one.down]['at']}"
    else:
        name, lesson = sheet.pupil_name(one.down), sheet.lessons[one.across]
        at = f"столбец {sheet.data['lessons'][one.across]['at']}"
    return f"{name}, {rules.lesson_day(lesson) if lesson else at}"
