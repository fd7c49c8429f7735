"""What an import would change, by tabs; what is wrong is mended in its place."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from .. import preview
from ..actions.preparing import prepare
from ..actions.uploading import all_answers
from ..batch import Kind
from ..changes import State
from ..queries.words import told_words
from ..refusals import ImportRefused
from .deciding import an_import, decide, gone, is_open

ON_A_PAGE = 50


@dataclass(frozen=True)
class PreviewAddress:
    """What an address of the preview asks for."""

    kind: Kind | None
    tab: str

    @classmethod
    def of(cls, request):
        asked = request.GET.get("kind", "")
        return cls(Kind(asked) if asked in set(Kind) else None, request.GET.get("tab", ""))


@require_http_methods(["GET", "POST"])
def show(request, pk):
    one = an_import(request, pk)
    if not is_open(one):
        return redirect("import_report", pk)
    if request.method == "POST":
        return decided(request, one)
    try:
        found, review = prepare(one)
    except ImportRefused as refused:
        return gone(request, refused)
    asked = PreviewAddress.of(request)
    tabs = preview.tabs(review, asked.kind)
    tab = asked.tab if asked.tab in [its.key for its in tabs] else preview.first_tab(tabs)
    answers = all_answers(one)
    lines, page = _lines(review, asked.kind, tab, answers, request.GET.get("page"))
    context = {"one": one, "review": review, "tabs": tabs, "tab": tab, "page": page}
    context |= {"lines": lines, "kind": asked.kind, "kinds": preview.kinds(review)}
    context |= {"bar": preview.bar(review), "form": f"setup/import/_{tab or 'nothing'}.html"}
    context |= {"days": preview.days(answers, review), "words": _words(one)}
    context |= {"gridded": preview.has_grid(found)}
    return render(request, "setup/import/preview.html", context)


def decided(request, one):
    """The answer to a press of one of the buttons; what is refused is told on the page itself."""
    try:
        return decide(request, one)
    except ImportRefused as refused:
        messages.error(request, str(refused))
        return redirect("import", one.pk)


def _words(one):
    return told_words(one.answers, preview.words_said(one.answers))


def _lines(review, kind, tab, answers, number):
    """(the lines of a page of a tab, the page)."""
    if tab == State.WRONG:
        draw, found = preview.wrong_line, preview.wrong(review, kind)
    elif tab == preview.QUESTIONS:
        found = review.asked

        def draw(its):
            return preview.question_line(its, answers.get(its.key, ""))
    elif tab == State.SIMILAR:
        found = preview.changes(review, kind, State.SIMILAR)

        def draw(its):
            return preview.similar_line(its, answers.get(f"same:{its.key}", ""))
    elif tab == preview.CLASHES:
        draw, found = str, review.clashes
    else:
        draw, found = (lambda its: its), preview.changes(review, kind, State(tab)) if tab else []
    page = Paginator(found, ON_A_PAGE).get_page(number)
    return [draw(its) for its in page.object_list], page
