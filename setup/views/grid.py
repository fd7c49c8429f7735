"""A timetable's grid as it was read, in the file's own shape: what is asked is answered once for
all its cells."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from school.tables.reading import read_tables

from .. import grid_page, preview
from ..actions.preparing import prepare
from ..actions.uploading import all_answers, files_of
from ..batch import Kind
from ..queries.words import told_words
from ..reading.grid import shown
from ..reading.recognising import GRID
from ..refusals import ImportRefused
from .deciding import an_import, gone, is_open
from .previews import decided

TABS = ("all", "questions", "clashes", "load")


@require_http_methods(["GET", "POST"])
def grid(request, pk):
    one = an_import(request, pk)
    if not is_open(one):
        return redirect("import_report", pk)
    if request.method == "POST":
        return decided(request, one)
    try:
        found, review = prepare(one)
        sheets = [sheet for sheet in found.sheets if sheet.what == GRID]
        if not sheets:
            return redirect("import_preview", pk)
        keys = [sheet.key for sheet in sheets]
        asked = request.GET.get("sheet", "")
        sheet = sheets[keys.index(asked) if asked in keys else 0]
        table = _table(one, sheet)
    except ImportRefused as refused:
        return gone(request, refused)
    answers = all_answers(one)
    context = _drawn(request, sheet, shown(table, answers), review, answers)
    context |= {"one": one, "sheets": list(zip(keys, sheets, strict=True)), "review": review}
    context |= {"bar": preview.bar(review), "days": preview.days(answers, review)}
    context |= {"words": told_words(one.answers, preview.words_said(one.answers))}
    context["is_alone"] = set(found.batch.rows) <= {Kind.TIMETABLE}
    return render(request, "setup/import/grid.html", context)


def _table(one, sheet):
    """The Table that was read as that sheet."""
    data = dict(files_of(one))[sheet.file]
    return next(its for its in read_tables(sheet.file, data) if its.sheet == sheet.sheet)


def _drawn(request, sheet, rows, review, answers):
    at = (sheet.file, sheet.sheet)
    marks = grid_page.marks(review, rows, at)
    asked = grid_page.questions_of(review, at)
    clashes = grid_page.clash_lines(review)
    unloaded = grid_page.not_in_load(review)
    counted = grid_page.counts(rows, marks)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "all"
    chosen = request.GET.get("cell", "")
    query = {"sheet": sheet.key}
    return {
        "sheet": sheet,
        "key": sheet.key,
        "tab": tab,
        "counts": counted,
        "questions": [preview.question_line(one, answers.get(one.key, "")) for one in asked],
        "asked_cells": len(marks.asked),
        "clashes": clashes,
        "unloaded": unloaded,
        "letters": grid_page.letters_of(rows),
        "rows": grid_page.draw(rows, marks, query, chosen) if tab == "all" else (),
        "chosen": grid_page.chosen_cell(rows, marks, chosen),
        "lessons": sum(one.kind is Kind.TIMETABLE for one in review.written()),
    }
