"""Files are brought; what each sheet is, and what its columns are, is said."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from school import access
from school.uploads import MOST_TAKEN, too_big

from .. import preview
from ..actions.preparing import read
from ..actions.uploading import add_files, answer, ask_again, bring, drop, known_words
from ..models import Import
from ..queries.words import told_words
from ..reading.files import FORMS, SKIP
from ..reading.recognising import GRID
from ..refusals import ImportRefused
from .deciding import MOST_OF_A_KEY, an_import, gone, is_open, said

EARLIER = 20
PASTED = "вставленная таблица.txt"


@require_http_methods(["GET", "POST"])
def imports(request):
    """Where files are dropped; what was brought before."""
    access.admin(request.user)
    if request.method == "POST" and (sent := _sent(request)):
        try:
            return redirect("import", bring(sent, request.user).pk)
        except ImportRefused as refused:
            messages.error(request, str(refused))
    earlier = Import.objects.select_related("brought_by", "continues")
    earlier = earlier.prefetch_related("files", "continues__files")[:EARLIER]
    known = known_words()
    context = {"earlier": earlier, "words": told_words(known, sorted(known))}
    context["pasted"] = request.POST.get("pasted", "")
    return render(request, "setup/import/index.html", context)


@require_POST
def forget_word(request):
    """What was answered once and remembered is asked again."""
    access.admin(request.user)
    ask_again(request.POST.get("key", "")[:MOST_OF_A_KEY])
    messages.info(request, "Забыто: в следующий раз спросим.")
    return redirect("imports")


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


@require_http_methods(["GET", "POST"])
def sheets(request, pk):
    """What each sheet is taken for; what is to be said of it."""
    one = an_import(request, pk)
    if not is_open(one):
        return redirect("import_report", pk)
    pasted = ""
    try:
        if request.method == "POST":
            pasted = request.POST.get("pasted", "")
            if response := _answer_sheets(request, one):
                return response
        found = read(one)
    except ImportRefused as refused:
        return gone(request, refused)
    context = {"one": one, "sheets": found.sheets, "forms": FORMS.items(), "pasted": pasted}
    context |= {"unknown": sum(len(sheet.unknown) for sheet in found.sheets)}
    context |= {"grids": any(sheet.what == GRID for sheet in found.sheets), "grid": GRID}
    return render(request, "setup/import/sheets.html", {**context, "skip": SKIP})


def _answer_sheets(request, one):
    if "drop" in request.POST:
        drop(one)
        messages.info(request, "Ничего не записано.")
        return redirect("imports")
    if request.FILES or "pasted" in request.POST:
        sent = _sent(request)
        try:
            add_files(one, sent)
        except ImportRefused as refused:
            if not is_open(one):
                raise
            messages.error(request, str(refused))
            return None
    answer(one, preview.news(said(request.POST), one.answers), request.user)
    return redirect("import_onward" if "onward" in request.POST else "import", one.pk)


@require_http_methods(["GET", "POST"])
def heads(request, pk):
    """Columns that nobody knows are assigned; three rows as understood are the proof."""
    one = an_import(request, pk)
    if not is_open(one):
        return redirect("import_report", pk)
    try:
        if request.method == "POST":
            return _answer_heads(request, one)
        found = read(one)
    except ImportRefused as refused:
        return gone(request, refused)
    lists = [sheet for sheet in found.sheets if sheet.columns and not sheet.error]
    asked = [sheet for sheet in lists if sheet.unknown]
    shown = next((sheet for sheet in lists if sheet.key == request.GET.get("sheet")), None)
    shown = shown or (asked or lists or [None])[0]
    if shown is None:
        return redirect("import_preview", pk)
    rows = preview.read_as(shown, found.batch)
    context = {"one": one, "sheet": shown, "lists": [(its.key, its) for its in lists]}
    others = [sheet for sheet in asked if sheet is not shown]
    context |= {"key": shown.key, "rows": rows, "left": len(others), "skip": SKIP}
    return render(request, "setup/import/heads.html", context)


def _answer_heads(request, one):
    told = preview.news(said(request.POST), one.answers)
    answer(one, told, request.user, remember="remember" in request.POST)
    if "again" in request.POST:
        return redirect(request.get_full_path())
    return redirect(following(one), one.pk)


def following(one):
    """The name of the page on which the next thing is to be answered."""
    found = read(one).sheets
    if any(sheet.unknown for sheet in found):
        return "import_heads"
    is_grid_alone = any(sheet.what == GRID for sheet in found) and not any(
        sheet.columns for sheet in found
    )
    return "import_grid" if is_grid_alone else "import_preview"


@require_GET
def onward(request, pk):
    """On to what is to be answered next."""
    one = an_import(request, pk)
    try:
        return redirect(following(one), pk) if is_open(one) else redirect("import_report", pk)
    except ImportRefused as refused:
        return gone(request, refused)
