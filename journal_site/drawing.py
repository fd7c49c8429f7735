"""The desk's grid as HTML: 25 classes × 8 hours, joined in Python, for it is drawn anew every
minute by each who leads (a template takes several times as long)."""

from functools import cache
from html import escape  # what Django's does, without asking of each text whether it is a lazy one

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from school.rules.parts import part_of
from school.rules.told import Told

from .queries.desk.page import Desk


def grid(desk: Desk) -> SafeString:
    """The table of a Desk: a class a row, a lesson's number a column."""
    return mark_safe(
        f'<table class="hours"><caption class="visually-hidden">Классы и уроки</caption>'
        f"<thead><tr>{_head(desk)}</tr></thead><tbody>{_body(desk)}</tbody></table>"
    )


def _head(desk):
    cells = [
        '<th scope="col">Класс</th>',
        '<th scope="col" class="number"><abbr title="учеников нет">Нет</abbr></th>',
    ]
    return "".join([*cells, *map(_column, desk.columns)])


def _column(one):
    told = f"{one.starts_at:%H:%M}".lstrip("0")
    if one.has_begun:
        taken, on_paper, owing = one.attendance
        told += f" · ✓ {taken}" + (f" ▤ {on_paper}" if on_paper else "") + f" из {owing}"
    elif one.minutes is not None and one.minutes < 100:
        told += f" · {one.minutes} мин"
    now = ' class="now" aria-current="time"' if one.is_now else ""
    return f'<th scope="col"{now}><b>{one.number}</b> <small>{told}</small></th>'


def _body(desk):
    part, lines = None, []
    for row in desk.rows:
        one = row.school_class
        its_part = part_of(one.number)
        begins = ' class="part"' if part is not None and its_part != part else ""
        part = its_part
        url = _address("school_class").format(one.pk)
        cells = "".join(
            _cell(one, cell, column) for cell, column in zip(row.cells, desk.columns, strict=True)
        )
        lines.append(
            f'<tr{begins}><th scope="row"><a href="{url}">{escape(one.name)}</a></th>'
            f"{_away(desk, one)}{cells}</tr>"
        )
    return "".join(lines)


def _away(desk, one):
    """Nothing is said of a class before attendance was taken but what documents say."""
    number = len(desk.pupils.away[one.pk])
    if not (number or one.pk in desk.pupils.taken):
        return '<td class="number"><span class="visually-hidden">ещё не отмечено</span></td>'
    missing = any(pupil.where.is_missing for pupil in desk.pupils.away[one.pk])
    sign = '<b class="unknown">?<span class="visually-hidden"> есть неизвестные</span></b> '
    many = " many" if one.pk in desk.many else ""
    return f'<td class="number{many}">{sign if missing else ""}{number}</td>'


def _cell(school_class, cell, column):
    if cell is None:
        return '<td class="none"></td>'
    lesson, told = cell.lesson, cell.told
    texts = " · ".join(
        [
            f"<span>{escape(subject)}</span> <small>{escape(names)}</small>"
            for subject, names in cell.texts
        ]
    )
    sign = f"<i>{told.sign}</i> " if told.sign else ""
    words = f'<span class="visually-hidden">{told.words}</span>' if told.words else ""
    taken = '<em>✓<span class="visually-hidden"> записано</span></em>' if cell.is_taken else ""
    if told == Told.CANCELLED:
        texts, words = f"<s>{texts}</s>", "<small>отменён</small>"
    title = escape("; ".join([f"{subject} {names}" for subject, names in cell.texts]))
    url = _address("lesson").format(lesson.journal, lesson.pk)
    look = f' class="{told}"' if told else ""
    return (
        f'<td{look} id="h-{school_class.pk}-{column.number}"><a href="{url}" title="{title}">'
        f"{sign}{texts} {words}{taken}</a></td>"
    )


@cache
def _address(name):
    """The address of that name with places for its keys: `reverse` for each cell took a third of
    the page's time."""
    keys = {"school_class": (1,), "lesson": (1, 2)}[name]
    url = reverse(name, args=keys)
    for key in keys:
        url = url.replace(f"/{key}/", "/{}/", 1)
    return url
