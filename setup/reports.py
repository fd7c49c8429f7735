"""The report of an import, kept for ever: plain JSON."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from .batch import Place
from .changes import Change, Review, State
from .comparing.context import whence

COUNTED_ALWAYS = (State.SAME, State.SIMILAR)


def report_of(
    files: Sequence[str],
    review: Review,
    written: Sequence[Change],
    left_out: Mapping[str, str],
    logins: Mapping[str, str],
    notes: Sequence[str],
) -> dict[str, Any]:
    """`left_out` and `logins` are by the keys of changes.

    {"files": [name, …],
    "counts": {kind: {State: number}}: of what is new, changed and gone those that were written,
        «wrong» with those that were left out,
    "lines": [{"kind", "state", "where", "who", "what"}, …] in the order of writing; then what was
        left out, with the state «wrong»,
    "notes": [Russian, …], "clashes": [Russian, …]}"""
    by_key = {change.key: change for change in review.changes}
    lines = [_line(change, _what(change, logins.get(change.key, ""))) for change in written]
    lines += [_line(by_key[key], f"пропущено: {why}", State.WRONG) for key, why in left_out.items()]
    for kind, problem in zip(review.problem_kinds, review.problems, strict=True):
        told = f"пропущено: {problem.why}"
        lines.append(_told(kind or "", State.WRONG, problem.place, problem.written, told))
    lines += [
        _told("", State.WRONG, place, "", f"пропущено, нет ответа: {told}")
        for place, told in review.unanswered
    ]
    return {
        "files": list(files),
        "counts": _counts(review, written, [by_key[key].kind for key in left_out]),
        "lines": lines,
        "notes": [*review.notes, *notes],
        "clashes": review.clashes,
    }


def _counts(
    review: Review, written: Sequence[Change], left_out: Sequence[str]
) -> dict[str, dict[str, int]]:
    """`left_out`: the kinds of the changes that were."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for change in [*written, *(one for one in review.changes if one.state in COUNTED_ALWAYS)]:
        counts[change.kind][change.state] += 1
    for kind in [*left_out, *(one or "" for one in review.problem_kinds)]:
        counts[kind][State.WRONG] += 1
    if review.unanswered:
        counts[""][State.WRONG] += len(review.unanswered)
    return {kind: dict(its) for kind, its in counts.items()}


def _line(change: Change, what: str, state: State | None = None) -> dict[str, str]:
    return _told(change.kind, state or change.state, change.place, change.title, what)


def _told(kind: str, state: State, place: Place | None, who: str, what: str) -> dict[str, str]:
    where = whence(place) if place else ""
    return {"kind": kind, "state": state, "where": where, "who": who, "what": what}


def _what(change: Change, login: str) -> str:
    """«класс 6А → 6Б; № личного дела С-071», «новый; логин guseva-a»."""
    if change.state is State.NEW:
        return "; ".join(filter(None, ("новое", login and f"логин {login}", change.note)))
    if change.state is State.GONE:
        return dict(change.choices).get(change.chosen, change.chosen)
    told = [
        f"{one.label}: {one.was or 'нет'} → {one.becomes}"
        for one in change.differences
        if one.is_taken
    ]
    return "; ".join([*told, *filter(None, [change.note])])
