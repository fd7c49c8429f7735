"""What the pages of an import have in common: which import, what was said, what its buttons do."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect

from school import access

from .. import answers as answering
from .. import preview
from ..actions.applying import start_writing
from ..actions.preparing import prepare
from ..actions.uploading import answer, ask_again, drop
from ..models import Import
from ..refusals import CHANGED_SINCE
from ..tasks import write_imports

MOST_OF_AN_ANSWER, MOST_OF_A_KEY = 500, 1000


def an_import(request, pk):
    """The Import, for who sets the school up."""
    access.admin(request.user)
    return get_object_or_404(Import.objects.select_related("continues", "brought_by"), pk=pk)


def is_open(one):
    return one.state in (Import.State.ASKING, Import.State.FAILED)


def gone(request, refused):
    """Back to where files are dropped, told why."""
    messages.error(request, str(refused))
    return redirect("imports")


def said(post):
    """{key: answer} of the fields «a:KEY», or «t:KEY» where something else was typed there; of a
    box that stands on the page («box») and is not ticked «no». A field that is still as it was
    drawn («w:KEY») says nothing."""
    found = {name[2:]: _text(value) for name, value in post.items() if name[:2] == "a:"}
    found |= {name[2:]: _text(value) for name, value in post.items() if name[:2] == "t:" and value}
    drawn = {name[2:]: value for name, value in post.items() if name[:2] == "w:"}
    ticked = {*post.getlist("ticked")}
    found |= {key: "" if key in ticked else answering.NO for key in post.getlist("box")}
    return {
        key: value
        for key, value in found.items()
        if len(key) <= MOST_OF_A_KEY and not (key in drawn and value.split() == drawn[key].split())
    }


def _text(value):
    return value.strip()[:MOST_OF_AN_ANSWER]


def decide(request, one):
    """What the buttons of a page that shows a Review do. Nothing is written that was not shown:
    what is answered anew, by this page or another one's, is shown first."""
    post = request.POST
    if "drop" in post:
        drop(one)
        messages.info(request, "Ничего не записано.")
        return redirect("imports")
    prepare(one)
    is_current = str(one.version) == post.get("version")
    told = preview.news(said(post) | _turned(post, one), one.answers)
    answer(one, told, request.user, remember="remember" in post)
    if key := post.get("again", ""):
        ask_again(key[:MOST_OF_A_KEY], one)
    elif "write" in post:
        return _write(request, one, is_current, told)
    return redirect(request.get_full_path())


def _turned(post, one):
    """The answer that turns round what is paired by order."""
    key = post.get("swap", "")[:MOST_OF_A_KEY]
    return {key: "" if one.answers.get(key) else "1"} if key.startswith("swap:") else {}


def _write(request, one, is_current, told):
    prepare(one)
    if not is_current:
        messages.warning(request, CHANGED_SINCE)
    elif not all(map(preview.is_seen, told)):
        messages.info(request, "Ответы учтены. Посмотрите, что получилось, и запишите.")
    else:
        start_writing(one, request.user, one.version)
        let_worker_know()
        return redirect("import_report", one.pk)
    return redirect(request.get_full_path())


def let_worker_know():
    """Without a broker the import waits for the minute's look."""
    transaction.on_commit(write_imports.delay, robust=True)
