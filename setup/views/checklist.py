"""What is left of setting the school up, and where it is done."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from school import access

from ..addresses import address
from ..checklist import checklist
from ..queries.checklist import standing


@require_GET
def index(request):
    """The whole list; it leads through, and every page can be opened at any time."""
    access.admin(request.user)
    return render(request, "setup/index.html", checklist_page())


def checklist_page():
    """What the templates of the checklist are drawn from: the Checklist, and each Item with the
    address of its page."""
    found = checklist(standing(timezone.localdate()))
    lines = [(one, address(one.page)) for one in found.items]
    return {"checklist": found, "lines": lines, **links()}


def links():
    """The addresses that stand under every page of the set-up, «» of what is not there."""
    return {
        "imports_url": address("imports"),
        "new_year_url": address("setup_new_year"),
    }
