"""Who teaches what to whom: the workload and the curriculum, as matrices and as lists."""

import json

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from attendance.refusals import Refused
from school import access
from school.answers import refusals_as_json
from school.converters import is_key, key
from school.queries.calendar import year_to_plan

from ..actions.people import create_employee
from ..actions.taking_back import take_back
from ..actions.workload import ASKED, CONFLICT, SAME, SAVED, Edit
from ..blocks import MOST_CELLS, lay_out, rows_of
from ..forms_of_workload import EmployeeForm
from ..matrices import CLASS, PARTS, PLAN, TEACHER, WAYS, Matrix, lacking, parts_of
from ..queries.workload import workload

MOST_TEXT = 400_000  # signs of a pasted block
TOO_MUCH = f"Это слишком много для одной вставки: больше {MOST_CELLS} клеток. Загрузите файлом."


@require_http_methods(["GET", "POST"])
def page(request):
    """A matrix, or of one class or teacher a list of fields; a block may be pasted as a text."""
    access.admin(request.user)
    year = year_to_plan(timezone.localdate())
    load = year and workload(year)
    if not (load and load.classes and load.subjects):
        return render(request, "setup/workload.html", {"year": year, "load": load})
    shown = _Shown(request, load)
    if request.method == "POST":
        return shown.pasted() if "block" in request.POST else shown.listed()
    return shown.answer()


class _Shown:
    """What the address asks for."""

    def __init__(self, request, load):
        self.request, self.load = request, load
        asked = request.GET
        self.by = asked.get("by", CLASS)
        if self.by not in WAYS:
            raise Http404
        self.parts = parts_of(load.classes)
        self.part = _part(self.parts, asked.get("part"))
        self.only = key(asked["only"]) if asked.get("only") else None
        classes = self.parts[self.part] if self.only is None else load.classes
        self.matrix = Matrix(load, self.by, classes)
        if self.only is not None and self.only not in self._of_only():
            raise Http404

    def _of_only(self):
        return {one.key: one.name for one in self._heads()}

    def _heads(self):
        return self.matrix.rows if self.by == TEACHER else self.matrix.columns

    def url(self, **changed):
        asked = {"by": self.by, "part": self.part, "only": self.only} | changed
        return f"{reverse('setup_workload')}?{urlencode({k: v for k, v in asked.items() if v})}"

    def answer(self, lines=None, block="", told=""):
        request, matrix = self.request, self.matrix
        context = {
            "year": self.load.year,
            "load": self.load,
            "by": self.by,
            "part": self.part,
            "ways": [
                (self.url(by=by, only=None), title, by == self.by) for by, title in WAYS.items()
            ],
            "tabs": [
                (self.url(part=part, only=None), part, part == self.part, lacking(self.load, found))
                for part, found in self.parts.items()
            ],
            "matrix": matrix,
            "heads": [(self.url(only=one.key), one.name) for one in self._heads()],
            "only": self.only and self._of_only()[self.only],
            "whole": self.url(only=None),
            "deed": request.GET.get("deed", ""),
            "told": told,
            "pasted": block,
        }
        if self.only is not None:
            context["lines"] = self.lines() if lines is None else lines
        return render(request, "setup/workload.html", context)

    def _cells(self):
        """[(name, cell)] of the one class or teacher."""
        if self.by == TEACHER:
            return [(one.name, (self.only, one.key)) for one in self.matrix.columns]
        return [(one.name, (one.key, self.only)) for one in self.matrix.rows]

    def lines(self, sent=None, written=None):
        """[{name, field, text, was, error, instead}]"""
        found = []
        for name, cell in self._cells():
            text, field = self.matrix.text(cell), f"{cell[0]}-{cell[1]}"
            line = {"name": name, "field": field, "text": text, "was": text}
            cell_key = self.matrix.key(cell)
            state = written and written.states.get(cell_key)
            if state in (ASKED, CONFLICT):
                line["text"] = sent[f"text-{field}"]
                line["error"] = (
                    written.asked[cell_key].told
                    if state == ASKED
                    else f"Тем временем здесь стало «{text or 'пусто'}». Сохраните ещё раз, если "
                    "верно ваше."
                )
                line["instead"] = state == ASKED and written.asked[cell_key].instead
            found.append(line)
        return found

    def listed(self):
        """The fields of one class or teacher."""
        if self.only is None:
            raise Http404
        sent, edits = self.request.POST, []
        for _, cell in self._cells():
            field = f"{cell[0]}-{cell[1]}"
            if (text := sent.get(f"text-{field}")) is not None:
                was = sent.get(f"was-{field}", "")
                if text.strip() != was:
                    edits.append(Edit(self.matrix.key(cell), text[:500], was))
        written = self._write(edits)
        if written is None:
            return redirect(self.url())
        self._tell(written)
        if written.asked or written.count(CONFLICT):
            self.matrix = Matrix(workload(self.load.year), self.by, self.matrix.classes)
            return self.answer(self.lines(sent, written))
        return redirect(self.url(deed=written.deed if written.count(SAVED) else ""))

    def pasted(self):
        """A block of text with its heads."""
        text = self.request.POST["block"][:MOST_TEXT]
        laid, matrix = _laid(self.matrix, text, None)
        if not laid.by_heads:
            told = (
                "Не видно, где в этом блоке что: скопируйте его вместе со строкой классов сверху и "
                "столбцом слева."
            )
            return self.answer(block=text, told=told)
        if len(laid.texts) > MOST_CELLS:
            return self.answer(block=text, told=TOO_MUCH)
        self.matrix = matrix
        written = self._write([Edit(matrix.key(cell), its) for cell, its in laid.texts.items()])
        if written is None:
            return redirect(self.url())
        self._tell(written)
        for cell_key, asked in list(written.asked.items())[:20]:
            label = matrix.label(matrix.cell_of(cell_key))
            messages.warning(self.request, f"{label}: {asked.told}")
        if laid.unknown:
            messages.warning(self.request, f"Не узнали: {', '.join(laid.unknown[:10])}.")
        return redirect(self.url(deed=written.deed if written.count(SAVED) else ""))

    def _write(self, edits):
        try:
            return self.matrix.write(self.load.year, edits, self.request.user)
        except Refused as error:
            messages.error(self.request, str(error))
            return None

    def _tell(self, written):
        messages.success(self.request, told_of(written))


def told_of(written):
    """«Записано: 34, без изменений: 2, спрашиваем: 2»"""
    counts = [
        ("Записано", written.count(SAVED)),
        ("без изменений", written.count(SAME)),
        ("не понято", written.count(ASKED)),
        ("изменено другим", written.count(CONFLICT)),
    ]
    told = ", ".join(f"{word}: {count}" for word, count in counts if count or word == "Записано")
    return f"{told}."


def _part(parts, asked):
    if asked in parts:
        return asked
    if asked in PARTS or asked is None:
        return "5-9" if "5-9" in parts else next(iter(parts))
    raise Http404


def _laid(matrix, text, at):
    """(the block laid out, the matrix it is of): one that names teachers and classes is the
    teachers', whichever is shown."""
    block = rows_of(text)
    rows, columns = ([one.key for one in heads] for heads in (matrix.rows, matrix.columns))
    laid = lay_out(block, rows, columns, matrix.find_row, matrix.find_column, at)
    if laid.by_heads or matrix.by == PLAN:
        return laid, matrix
    other = Matrix(matrix.load, CLASS if matrix.by == TEACHER else TEACHER, matrix.classes)
    turned = lay_out(block, [], [], other.find_row, other.find_column, None)
    return (turned, other) if turned.by_heads and turned.texts else (laid, matrix)


answers_json = refusals_as_json("Такой клетки нет: откройте страницу ещё раз.")


@require_POST
@answers_json
def cells(request):
    """Texts for cells as the script sends them: `cells` [[row, column, text, was], …], or a `block`
    put on the cell `at`, with what was `seen` in each."""
    access.admin(request.user)
    year, matrix = _asked(request)
    sent = request.POST
    try:
        if "block" in sent:
            laid, written_in, edits = _edits_of_block(matrix, sent)
        else:
            laid, written_in, edits = None, matrix, _edits_of_cells(matrix, sent)
        if len(edits) > MOST_CELLS:
            return JsonResponse({"message": TOO_MUCH}, status=422)
        written = written_in.write(year, edits, request.user)
    except Refused as error:
        return JsonResponse({"message": str(error)}, status=422)
    after = Matrix(workload(year), matrix.by, matrix.classes)
    answer = _answer(after, matrix, {matrix.cell_of(edit.key) for edit in edits})
    answer |= _became(written, written_in, edits)
    if laid:
        answer |= {
            "outside": laid.outside,
            "unknown": laid.unknown,
            "turned": written_in.by != matrix.by,
        }
    return JsonResponse(answer)


def _became(written, matrix, edits):
    """What became of each of the edits, by the names of the matrix's cells."""
    texts = {edit.key: edit.text for edit in edits}
    names = {key: _name(matrix.cell_of(key)) for key in written.states}
    return {
        "deed": written.deed if written.count(SAVED) else "",
        "told": told_of(written),
        "saved": written.count(SAVED),
        "typed": {name: texts[key] for key, name in names.items()},
        "conflicts": {
            names[key]: texts[key] for key, state in written.states.items() if state == CONFLICT
        },
        "asked": {
            names[key]: {
                "label": matrix.label(matrix.cell_of(key)),
                "text": texts[key],
                "told": asked.told,
                "instead": asked.instead,
                "proposal": asked.proposal,
                "word": asked.word,
            }
            for key, asked in written.asked.items()
        },
    }


def _name(cell):
    return f"{cell[0]}-{cell[1]}"


def _asked(request):
    """(the year, the Matrix that the script shows)"""
    year = year_to_plan(timezone.localdate())
    if year is None:
        raise Http404
    load, by = workload(year), request.POST.get("by")
    parts = parts_of(load.classes)
    if by not in WAYS or request.POST.get("part") not in parts:
        raise Http404
    return year, Matrix(load, by, parts[request.POST["part"]])


def _answer(matrix, before, touched=()):
    """What the matrix shows by now that is not as it was `before`, and the cells `touched`."""
    rows, columns = matrix.rows, matrix.columns
    names = [(one.key, other.key) for one in rows for other in columns]
    shown = {cell: matrix.html(cell) for cell in names}
    return {
        "cells": {
            _name(cell): html
            for cell, html in shown.items()
            if cell in touched or html != before.html(cell)
        },
        "feet": {str(one.key): matrix.sum_of_column(one.key) for one in columns},
        "planned": dict(zip((str(one.key) for one in columns), matrix.planned_feet, strict=True)),
        "sums": {str(one.key): matrix.sum_of_row(one.key) for one in rows}
        if matrix.by == TEACHER
        else {},
        "lacking": {
            part: lacking(matrix.load, found)
            for part, found in parts_of(matrix.load.classes).items()
        },
        "at": f"{timezone.localtime():%H:%M}",
    }


def _edits_of_cells(matrix, sent):
    try:
        rows = json.loads(sent.get("cells", ""))
        found = [(int(row), int(column), str(text), str(was)) for row, column, text, was in rows]
    except (ValueError, TypeError):
        raise Http404 from None
    known = {one.key for one in matrix.rows}, {one.key for one in matrix.columns}
    if not all(row in known[0] and column in known[1] for row, column, *_ in found):
        raise Http404
    return [Edit(matrix.key((row, column)), text[:500], was) for row, column, text, was in found]


def _edits_of_block(matrix, sent):
    at = sent.get("at", "").split("-")
    if not (len(at) == 2 and all(map(is_key, at))):
        raise Http404
    try:
        seen = json.loads(sent.get("seen", "{}"))
    except ValueError:
        raise Http404 from None
    laid, written_in = _laid(matrix, sent["block"][:MOST_TEXT], (int(at[0]), int(at[1])))
    edits = [
        Edit(
            written_in.key(cell),
            text[:500],
            seen.get(_name(cell)) if written_in is matrix and isinstance(seen, dict) else None,
        )
        for cell, text in laid.texts.items()
    ]
    return laid, written_in, edits


@require_POST
def back(request):
    """A deed is taken back: for the script, or from the page's own button."""
    access.admin(request.user)
    wants_json = not request.accepts("text/html")
    year, matrix = _asked(request) if "by" in request.POST else (None, None)
    try:
        take_back(request.POST.get("deed", "")[:100], request.user)
    except Refused as error:
        if wants_json:
            return JsonResponse({"message": str(error)}, status=422)
        messages.error(request, str(error))
    else:
        if wants_json:
            if matrix is None:
                return JsonResponse({})
            after = Matrix(workload(year), matrix.by, matrix.classes)
            return JsonResponse(_answer(after, matrix))
        messages.success(request, "Возвращено как было.")
    return redirect(_safe(request.POST.get("next", "")))


def _safe(path):
    """Back to a page of these, not to wherever the form says."""
    pages = [reverse("setup_workload"), reverse("setup_groups")]
    return path if any(path.startswith(one) for one in pages) else pages[0]


@require_POST
@answers_json
def new_employee(request):
    """A cell named somebody who is not there yet."""
    access.admin(request.user)
    form = EmployeeForm(request.POST)
    if not form.is_valid():
        told = " ".join(text for errors in form.errors.values() for text in errors)
        return JsonResponse({"message": told}, status=422)
    try:
        made = create_employee(form.cleaned_data)
    except ValidationError as refused:
        return JsonResponse({"message": " ".join(refused.messages)}, status=422)
    return JsonResponse({"id": made.user.pk, "name": made.user.full_name})
