"""How a cell, a column's head and a row of the grid look, where the first load and the answer to a
save draw them with the same functions, and a journal's row in the review. Strings are joined here
because a template loop over 30 × 40 cells is nine times as slow, and escaped by Python's function
because Django's, which is the same, first looks for lazy texts. With templates the review took 208
ms of CPU for 600 journals instead of 130, and a page of the grid with 42 lessons, its right-hand
page alone from one, 16.8 instead of 12.1."""

from functools import lru_cache
from html import escape

from django.utils.dates import MONTHS_3
from django.utils.safestring import mark_safe

from .cells import DEBT


@lru_cache(maxsize=10_000)
def cell_html(text, writable=True, attends=True, absent=False, void=False):
    """One `<td>`. Classes: `x` the pupil does not belong to the journal that day, `r` not for this
    person to write, `a` an absence, `d` a debt, `v` it counts nowhere, for the lesson is cancelled.
    `text` is escaped. Few different ones are ever drawn."""
    found = {
        "x": not attends,
        "r": not writable,
        "a": absent,
        "d": DEBT in text and not void,
        "v": void and text,
    }
    classes = [name for name, holds in found.items() if holds]
    if not classes:
        return f"<td>{escape(text)}</td>"
    return f'<td class="{" ".join(classes)}">{escape(text)}</td>'


def head_html(lesson, url, works, work_ids, *, writable, today):
    """The `<th>` of a lesson: day, month, its kind where that is not the usual one, its works; safe
    html. `works` are Works, `work_ids` the ids of their types, as the field of works has them. What
    works are about is told of the chosen cell; control works stand out. Class `twice`: another
    lesson of the journal is on that day, and the number says which this is."""
    classes = [
        name
        for name, holds in (
            ("now", lesson.date == today),
            ("future", lesson.date > today),
            ("cancelled", lesson.cancelled),
            ("taken", lesson.attendance_taken_at),
            ("ro", not writable),
            ("twice", lesson.shares_its_day),
        )
        if holds
    ]
    nth = f'<small class="nth">{lesson.number}-й ур.</small>' if lesson.shares_its_day else ""
    kind = f'<small class="kind">{escape(lesson.kind_short)}</small>' if lesson.kind_short else ""
    return mark_safe(
        f'<th scope="col" data-lesson="{lesson.pk}" data-date="{lesson.date}"'
        f' data-number="{lesson.number}" data-works="{work_ids}" class="{" ".join(classes)}">'
        f'<a href="{url}">{lesson.date.day}<small>{_month(lesson.date.month)}</small>'
        f"{nth}{kind}</a>"
        f"{_works_html(works)}</th>"
    )


def _works_html(works):
    named = " ".join(
        f"<b>{escape(work.short_name)}</b>" if work.is_control else escape(work.short_name)
        for work in works
    )
    about = f' data-about="{escape(_about(works))}"' if any(work.title for work in works) else ""
    return f'<span class="works"{about}>{named}</span>'


def _about(works):
    """What works are about, as far as it is said."""
    return "; ".join(work.title for work in works if work.title)


@lru_cache
def _month(number):
    return str(MONTHS_3[number])


ONE_LINE = 18  # letters of a name that fit


def row_html(number, name, student_id, average, cells, others="", *, left):
    """A pupil's `<tr>` of ready-made `cells`; safe html. Class `long`: the name takes two lines,
    for what would be cut off may be what tells him from another. `others` are his marks in other
    places."""
    long = " class=long" if len(name) > ONE_LINE else ""
    told = f"<small>{escape(others)}</small>" if others else ""
    return mark_safe(
        f'<tr data-student="{student_id}"{" class=left" if left else ""}>'
        f'<th scope="row"{long}><b>{number}</b> {escape(name)}{told}</th>'
        f'<td class="avg">{average}</td>{"".join(cells)}</tr>'
    )


def page_line_html(lesson, url, homework, planned, work_ids, works, *, writable, now, may_untake):
    """A lesson's `<tr>` of the right-hand page: date, what was covered, homework, works,
    attendance, which `may_untake` says may still be taken back; safe html. `planned` is a
    plans.Place, whose line is shown in empty fields; `works` are Works; `now` is local. Class
    `ahead`: the lesson has not begun yet."""
    substitute = f"<small>замена: {escape(lesson.substitute)}</small>" if lesson.substitute else ""
    kind = f"<small>{escape(lesson.kind_short)}</small>" if lesson.kind_short else ""
    when = (
        f'<th scope="row"><a href="{url}">{lesson.date.day} {_month(lesson.date.month)}</a>'
        f"<small>{lesson.number}-й урок</small>"
        f"{kind}{substitute}</th>"
    )
    if lesson.cancelled:
        return mark_safe(
            f'<tr data-lesson="{lesson.pk}" class="cancelled">{when}'
            f'<td colspan="4">Урок отменён: {escape(lesson.cancelled)}</td></tr>'
        )
    label = f"{lesson.date.day} {_month(lesson.date.month)}"
    if lesson.shares_its_day:
        label += f", {lesson.number}-й урок"
    names = escape(" ".join(work.short_name for work in works))
    if writable:
        offered = plan_texts(planned)
        topic = _textarea("topic", f"Тема, {label}", lesson.topic, offered["topic"])
        topic += offered["note"]
        task = _textarea("homework", f"Домашнее задание, {label}", homework, offered["homework"])
        names = names or "выбрать"
        kinds = f'<button type="button" data-field="works" data-was="{work_ids}">{names}</button>'
    else:
        topic, task, kinds = escape(lesson.topic), escape(homework), names
    kinds += f'<small class="about">{escape(_about(works))}</small>'
    taken = bool(lesson.attendance_taken_at)
    present = _attendance_html(lesson, taken, writable, now, may_untake)
    is_ahead = (lesson.date, lesson.starts_at) > (now.date(), now.time())
    return mark_safe(
        f'<tr data-lesson="{lesson.pk}"{" class=ahead" if is_ahead else ""}>{when}<td>{topic}</td>'
        f"<td>{task}</td><td>{kinds}</td>"
        f'<td data-field="attendance"{" class=taken" if taken else ""}>{present}</td></tr>'
    )


def _attendance_html(lesson, taken, writable, now, may_untake):
    """What stands, or is to be pressed, where a lesson's attendance is noted."""
    if lesson.date > now.date():
        return ""
    if taken:
        untake = ' <button type="button" class="plain untake">вернуть</button>'
        return f"отмечено{untake if writable and may_untake else ''}"
    if writable:
        return '<button type="button">все были</button>'
    return "не отмечено" if lesson.owes_attendance else ""


def _textarea(field, label, text, planned):
    """`data-plan` is what Enter takes into the empty field (2.7); shown as its placeholder."""
    plan = f' data-plan="{escape(planned)}" placeholder="{escape(planned)}"' if planned else ""
    return (
        f'<textarea rows="1" data-field="{field}" aria-label="{label}"{plan}>'
        f"{escape(text)}</textarea>"
    )


def plan_texts(place):
    """What the plan offers in the fields of a lesson by its plans.Place, and the `note` of a topic
    «вне плана» with what binds it to the next line, safe html."""
    title = place.line.title if place.line else ""
    homework = place.line.homework if place.line and not place.is_off else ""
    note = ""
    if place.is_off:
        deed = (
            f' <button type="button" class="plain bind">это № {place.number} плана: '
            f"{escape(title)} <kbd>F9</kbd></button>"
            if place.line
            else ""
        )
        note = f"вне плана{deed}"
    return {
        "topic": title,
        "homework": homework,
        "note": mark_safe(f'<small class="off-plan">{note}</small>'),
    }


def hints_html(hints):
    """What the norms say beside a field: queries.norm_hints.Hints' sentences of it; safe html."""
    told = (f'<span class="norm-hint {one.sign}">{escape(one.text)}</span>' for one in hints)
    return mark_safe("".join(told))


def review_row_html(line, remark_url):
    """The `<tr>` of a queries.review.ReviewLine; safe html."""
    rates = (line.attendance_rate, line.topic_rate, line.homework_rate)
    marks = "—" if line.marks_per_pupil is None else str(line.marks_per_pupil).replace(".", ",")
    late_now = f'<b class="late">{line.late_now}</b>' if line.late_now else "0"
    return mark_safe(
        f'<tr><th scope="row"><a href="{line.url}">{escape(line.journal.group.name)}</a></th>'
        f"<td>{escape(line.journal.subject.name)}</td><td>{escape(line.teachers) or '—'}</td>"
        f'<td class="number">{line.held}</td>{"".join(map(_rate_html, rates))}'
        f'<td class="number">{marks}</td>{_lag_html(line)}<td class="number">{late_now}</td>'
        f'<td class="number">{line.late}</td><td><a href="{remark_url}"'
        f' aria-label="Замечание: {escape(str(line.journal))}">замечание</a></td></tr>'
    )


def _lag_html(line):
    if line.lag is None:
        return '<td class="number">—</td>'
    short = " short" if line.lag > 0 else ""
    return f'<td class="number{short}"><a href="{line.url}plan/">{line.lag}</a></td>'


def _rate_html(rate):
    if rate is None:
        return '<td class="number">—</td>'
    return f'<td class="number{" short" if rate < 100 else ""}">{rate}</td>'
