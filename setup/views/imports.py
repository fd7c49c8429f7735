"""Files are brought, answered about, looked at, written, taken back."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from school import access
from school.uploads import MOST_TAKEN, too_big
from school.xlsx import XLSX, xlsx_response

from .. import answers as answering
from .. import preview
from ..actions.applying import start_writing
from ..actions.preparing import prepare, read
from ..actions.progress import ask_to_stop, progress
from ..actions.undoing import refusal, start_undoing
from ..actions.uploading import add_files, all_answers, answer, bring, drop
from ..changes import State
from ..exported import exported
from ..models import Import
from ..queries.standing import standing, year_to_set_up
from ..reading.files import FORMS, SKIP
from ..records import Kind
from ..refusals import CHANGED_SINCE, ImportRefused
from ..tasks import write_imports
from ..workbooks import template, written
from .checklist import links

ON_A_PAGE = 50
EARLIER = 20
SEEN = ("take:", "same:", "gone:")  # answers whose outcome the page has shown already
PASTED = "вставленная таблица.txt"


@require_http_methods(["GET", "POST"])
def imports(request):
    """Where files are dropped; what was brought before."""
    access.admin(request.user)
    if request.method == "POST" and (sent := _sent(request)):
        return _bring(request, sent)
    earlier = Import.objects.select_related("brought_by").prefetch_related("files")
    return render(request, "setup/import/index.html", {"earlier": earlier[:EARLIER], **links()})


def _sent(request):
    """[(name, bytes)] of the files and the pasted block that can be taken; the others are told."""
    found = []
    for file in request.FILES.getlist("files"):
        if refused := too_big(file, MOST_TAKEN):
            messages.error(request, f"«{file.name}»: {refused}")
        else:
            found.append((file.name, file.read()))
    if pasted := request.POST.get("pasted", "").strip("\r\n"):
        found.append((PASTED, pasted.encode()))
    if not found and not request.FILES:
        messages.error(request, "Выберите файлы или вставьте таблицу.")
    return found


def _bring(request, sent):
    try:
        made = bring(sent, request.user)
    except ImportRefused as refused:
        messages.error(request, str(refused))
        return redirect("imports")
    return redirect("import", made.pk)


def _import(request, pk):
    access.admin(request.user)
    return get_object_or_404(Import.objects.select_related("continues", "brought_by"), pk=pk)


@require_http_methods(["GET", "POST"])
def sheets(request, pk):
    """What each sheet is taken for; what is to be said of it."""
    one = _import(request, pk)
    if one.state not in (Import.State.ASKING, Import.State.FAILED):
        return redirect("import_report", pk)
    if request.method == "POST":
        return _answer_sheets(request, one)
    try:
        found = read(one)
    except ImportRefused as refused:
        return _gone(request, refused)
    unknown = sum(len(sheet.unknown) for sheet in found.sheets)
    context = {"one": one, "sheets": found.sheets, "forms": FORMS.items(), "unknown": unknown}
    return render(request, "setup/import/sheets.html", {**context, "skip": SKIP, **links()})


def _answer_sheets(request, one):
    try:
        if (request.FILES or request.POST.get("pasted")) and (sent := _sent(request)):
            add_files(one, sent)
        answer(one, _said(request.POST), request.user)
        if "drop" in request.POST:
            drop(one)
            messages.info(request, "Ничего не записано.")
            return redirect("imports")
    except ImportRefused as refused:
        messages.error(request, str(refused))
    return redirect("import", one.pk)


def _gone(request, refused):
    messages.error(request, str(refused))
    return redirect("imports")


def _said(post):
    """{key: answer} of the fields «a:KEY»; of a box that stands on the page («box») and is not
    ticked «no»."""
    said = {name[2:]: value.strip()[:500] for name, value in post.items() if name[:2] == "a:"}
    ticked = {*post.getlist("ticked")}
    said |= {key: "" if key in ticked else answering.NO for key in post.getlist("box")}
    return {key: value for key, value in said.items() if len(key) <= 1000}


@require_http_methods(["GET", "POST"])
def heads(request, pk):
    """Columns that nobody knows are assigned; three rows as understood are the proof."""
    one = _import(request, pk)
    if request.method == "POST":
        return _answer_heads(request, one)
    try:
        found = read(one)
    except ImportRefused as refused:
        return _gone(request, refused)
    lists = [sheet for sheet in found.sheets if sheet.columns and not sheet.error]
    asked = [sheet for sheet in lists if sheet.unknown]
    shown = next((sheet for sheet in lists if _key(sheet) == request.GET.get("sheet")), None)
    shown = shown or (asked or lists or [None])[0]
    if shown is None:
        return redirect("import_preview", pk)
    rows = preview.read_as(shown, found.batch)
    context = {"one": one, "sheet": shown, "lists": [(_key(its), its) for its in lists]}
    context |= {"key": _key(shown), "rows": rows, "left": len(asked)}
    return render(request, "setup/import/heads.html", {**context, **links()})


def _key(sheet):
    return f"{sheet.file}|{sheet.sheet}"


def _answer_heads(request, one):
    try:
        answer(one, _said(request.POST), request.user, remember="remember" in request.POST)
    except ImportRefused as refused:
        messages.error(request, str(refused))
        return redirect("import_heads", one.pk)
    if "again" in request.POST:
        return redirect(request.get_full_path())
    left = any(sheet.unknown for sheet in read(one).sheets)
    return redirect(
        "import_heads" if left and "done" not in request.POST else "import_preview", one.pk
    )


@dataclass(frozen=True)
class Asked:
    """What an address of the preview asks for."""

    kind: Kind | None
    tab: str

    @classmethod
    def of(cls, request):
        asked = request.GET.get("kind", "")
        return cls(Kind(asked) if asked in set(Kind) else None, request.GET.get("tab", ""))


@require_http_methods(["GET", "POST"])
def show(request, pk):
    """What would change, by tabs; what is wrong is mended in its place."""
    one = _import(request, pk)
    if one.state not in (Import.State.ASKING, Import.State.FAILED):
        return redirect("import_report", pk)
    try:
        if request.method == "POST" and (response := _deed(request, one)):
            return response
        _, review = prepare(one)
    except ImportRefused as refused:
        return _gone(request, refused)
    asked = Asked.of(request)
    found = preview.tabs(review, asked.kind)
    keys = [tab.key for tab in found]
    tab = asked.tab if asked.tab in keys else preview.first_tab(found)
    lines, page = _lines(review, asked.kind, tab, all_answers(one), request.GET.get("page"))
    context = {"one": one, "review": review, "tabs": found, "tab": tab, "page": page}
    context |= {"lines": lines, "kind": asked.kind, "kinds": preview.kinds(review)}
    context |= {"bar": preview.bar(review), "form": f"setup/import/_{tab or 'nothing'}.html"}
    context |= {"days": preview.days(one.answers, review)}
    return render(request, "setup/import/preview.html", {**context, **links()})


def _lines(review, kind, tab, answers, number):
    """(the lines of a page of a tab, the page)."""
    if tab == State.WRONG:
        draw, found = preview.wrong_line, preview.wrong(review, kind)
    elif tab == preview.QUESTIONS:
        found = review.questions

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


def _deed(request, one):
    """What the buttons of the preview do; None where the page is only to be drawn again."""
    post = request.POST
    said, version = _said(post), int(post.get("version") or 0)
    if "drop" in post:
        drop(one)
        messages.info(request, "Ничего не записано.")
        return redirect("imports")
    prepare(one)
    is_seen = one.version == version
    answer(one, said, request.user, remember="remember" in post)
    if "write" not in post:
        return redirect(request.get_full_path())
    prepare(one)
    # What the boxes of the page itself say was seen; what comes of a mended cell was not.
    if not is_seen or (one.version != version and not all(map(_is_seen, said))):
        messages.warning(request, CHANGED_SINCE)
        return redirect(request.get_full_path())
    start_writing(one, request.user, one.version)
    _let_worker_know()
    return redirect("import_report", one.pk)


def _is_seen(key):
    return key.startswith(SEEN)


def _let_worker_know():
    """Without a broker the import waits for the minute's look."""
    transaction.on_commit(write_imports.delay, robust=True)


@require_GET
def wrong_rows(request, pk):
    """The rows that are not taken, to be mended in a spreadsheet."""
    one = _import(request, pk)
    try:
        _, review = prepare(one)
    except ImportRefused as refused:
        return _gone(request, refused)
    rows = []
    for problem in review.problems:
        place, column = problem.place, preview.wrong_line(problem).column
        where = (place.source.file, place.source.sheet, place.row, column)
        rows.append((*where, problem.written, problem.why, problem.way_out))
    named = ["Файл", "Лист", "Строка", "Столбец", "Написано", "Почему не берём", "Что сделать"]
    return xlsx_response("errors", named, rows)


@require_GET
def report(request, pk):
    """How far the worker is; then what was written, for ever."""
    one = _import(request, pk)
    if one.state == Import.State.ASKING:
        return redirect("import_preview", pk)
    told = "" if one.is_waiting or one.state != Import.State.WRITTEN else refusal(one)
    lines = Paginator(one.report.get("lines", []), ON_A_PAGE).get_page(request.GET.get("page"))
    counts = [
        (preview.KINDS.get(kind, "файлы"), [(preview.TITLES[state], its[state]) for state in its])
        for kind, its in one.report.get("counts", {}).items()
    ]
    further = one.continued.filter(state=Import.State.ASKING).first()
    context = {"one": one, "progress": progress(one), "refusal": told, "page": lines}
    context |= {"counts": counts, "further": further, "states": preview.TITLES}
    template = "_progress" if "part" in request.GET else "report"
    return render(request, f"setup/import/{template}.html", {**context, **links()})


@require_POST
def undo(request, pk):
    one = _import(request, pk)
    try:
        start_undoing(one, request.user)
    except ImportRefused as refused:
        messages.error(request, str(refused))
    else:
        _let_worker_know()
    return redirect("import_report", pk)


@require_POST
def stop(request, pk):
    ask_to_stop(_import(request, pk))
    return redirect("import_report", pk)


@require_GET
def template_xlsx(request):
    """The blank workbook, with an example of each row and a sheet that explains."""
    access.admin(request.user)
    return _workbook("obrazec", template())


@require_GET
def export(request):
    """The school as it stands, in the same workbook."""
    access.admin(request.user)
    rows = exported(standing(year_to_set_up(timezone.localdate())))
    return _workbook(f"school-{timezone.localdate():%Y-%m-%d}", written(rows))


def _workbook(name, data):
    disposition = f'attachment; filename="{name}.xlsx"'
    return HttpResponse(data, content_type=XLSX, headers={"Content-Disposition": disposition})
