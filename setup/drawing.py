"""How a cell of the workload looks, on the page and in the answer to a save. Joined in Python: a
template over 25 × 24 cells takes ten times as long (see `journals.drawing`)."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from html import escape

from django.utils.safestring import SafeString, mark_safe

from .queries.groups import Groups, Pupil, Split
from .queries.workload import Key, Workload
from .workload_cells import NOBODY, Part, told_hours


def class_cell(load: Workload, key: Key) -> str:
    """The inside of a cell (class, subject)."""
    parts = load.parts(key)
    if not parts:
        return '<i class="lack">нет учителя</i>' if load.lacks_teacher(key) else ""
    beside = {
        name
        for place in load.places(key)
        for one in place.classes
        if one != key[0] and (name := load.class_names.get(one))
    }
    joint = f"<small>вместе с {escape(', '.join(sorted(beside)))}</small>" if beside else ""
    return "".join(map(_part_html, parts)) + joint


def _part_html(part: Part) -> str:
    label = f"<small>{escape(part.label)}:</small> " if part.label else ""
    if not part.taught:
        return f'<span class="part"><i class="lack">{label}{NOBODY}</i></span>'
    return "".join(
        f'<span class="part"><span>{label if not number else ""}{escape(one.who)}</span>'
        f"<b>{told_hours(one.hours)}</b></span>"
        for number, one in enumerate(part.taught)
    )


def class_marks(load: Workload, key: Key) -> str:
    """The classes of a cell: `out` not in the curriculum, `lacks` without a teacher."""
    if load.lacks_teacher(key):
        return "lacks"
    is_out = key[0] in load.planned_classes and key not in load.plan and not load.text(key)
    return "out" if is_out else ""


def teacher_cell(text: str) -> str:
    return "".join(
        f'<span class="part"><span>{escape(one)}</span></span>' for one in text.split(", ") if one
    )


def td(cell: str, text: str, inside: str, marks: str, label: str) -> str:
    """A cell: its key, the text that is typed for it, what is shown, its classes."""
    kind = f' class="{marks}"' if marks else ""
    return (
        f'<td id="c-{cell}" data-text="{escape(text)}" aria-label="{escape(label)}"{kind}>'
        f"{inside}</td>"
    )


def foot(hours: Decimal, planned: Decimal | None) -> str:
    """The hours of a class beside those of the curriculum; where they differ that is said."""
    told = told_hours(hours)
    if planned is not None and planned != hours:
        return f'<b class="over">{told} <span title="не столько, сколько в плане">⚠</span></b>'
    return told


def body(
    rows: Iterable[tuple[int, str, str]],
    columns: Iterable[int],
    cell: Callable[[int, int], str],
) -> SafeString:
    """The `<tr>`s of a matrix: rows are (key, head, more in the head as safe html)."""
    keys = list(columns)
    return mark_safe(
        "".join(
            f'<tr data-row="{row}"><th scope="row">{escape(name)}{more}</th>'
            f"{''.join(cell(row, column) for column in keys)}</tr>"
            for row, name, more in rows
        )
    )


def ticks_body(groups: Groups, school_class: int, refused: Mapping[int, str]) -> SafeString:
    """The `<tr>`s of a class's pupils with a tick for each group."""
    splits = groups.splits[school_class]
    rows = []
    for number, pupil in enumerate(groups.pupils.get(school_class, ()), start=1):
        wants = {one.key for one in splits if groups.wants(pupil, one)}
        cells = "".join(_ticks(groups, pupil, one, one.key in wants) for one in splits)
        rows.append(
            f'<tr data-student="{pupil.student.pk}"{" class=wanting" if wants else ""}>'
            f'<th scope="row"><b>{number}</b> {escape(pupil.name)}</th>{cells}</tr>'
        )
    return mark_safe("".join(rows))


def _ticks(groups: Groups, pupil: Pupil, split: Split, is_wanting: bool) -> str:
    chosen = pupil.group_in(split)
    found = []
    for place, column in enumerate(split.columns):
        is_on = column.group == chosen
        marks = [
            name
            for name, holds in (("begins", not place), ("on", is_on), ("none", is_wanting))
            if holds
        ]
        value = f"{pupil.student.pk}-{column.group}"
        seat = pupil.seats.get(column.group)
        since = (
            f"<small>с {seat.starts_on:%d.%m}</small>"
            if seat and is_on and seat.starts_on > groups.load.day
            else ""
        )
        was = f'<input type="hidden" name="was" value="{value}">' if is_on else ""
        label = escape(f"{pupil.name}, {split.title}, {column.title}")
        found.append(
            f'<td class="{" ".join(marks)}" data-split="{split.key}"><label>'
            f'<input type="checkbox" name="t" value="{value}" aria-label="{label}"'
            f"{' checked' if is_on else ''}></label>{since}{was}</td>"
        )
    return "".join(found)
