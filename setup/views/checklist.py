"""What is left of setting the school up, and where it is done."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from school import access

from ..checklist import checklist
from ..queries.checklist import standing


@require_GET
def index(request):
    """The whole list; it leads through, and every page can be opened at any time."""
    access.admin(request.user)
    return render(request, "setup/index.html", checklist_page())


def checklist_page():
    """What the templates of the checklist are drawn from: the Checklist, each Item with the address
    of its page, and what groups leave open."""
    today = timezone.localdate()
    stands = standing(today)
    found = checklist(stands)
    lines = [(one, reverse(one.page)) for one in found.items]
    return {"checklist": found, "lines": lines, "unseated": stands.unseated}
