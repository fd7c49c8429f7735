"""The transfer by hand: a page of the paper as a spreadsheet, in the paper's own order (3.2)."""

from functools import partial

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from journals.queries.grid import grid
from journals.queries.register import Span
from journals.views.journal import answer_cell, answer_field, answers_json
from school import access
from school.models import Lesson
from school.queries.locks import is_closed as is_closed_at
from school.queries.outages import standing_outages, transfer_due

from ..actions.hand import transfer_cell, transfer_field
from ..queries.outages import lessons_inside
from ..queries.transfers import paper_pages


def _page(user, pk, journal_pk):
    """(Outage, Journal, JournalRights, the journal's Lessons inside the outage). Http404 where
    there are none, or the journal is not to be seen."""
    journal, granted = access.journal(user, journal_pk)
    outage = get_object_or_404(standing_outages(), pk=pk)
    lessons = lessons_inside(outage).filter(journal=journal)
    lessons = [one for one in lessons if granted.sees_lesson(one.pk)]
    if not lessons:
        raise Http404
    return outage, journal, granted, lessons


@require_GET
def by_hand(request, pk, journal_pk):
    outage, journal, granted, lessons = _page(request.user, pk, journal_pk)
    there = Lesson.objects.filter(pk__in=[one.pk for one in lessons])
    is_closed = not there.filter(~is_closed_at(timezone.now())).exists()
    span = Span(lessons[0].date, lessons[-1].date)
    inside = {lesson.pk for lesson in lessons}
    drawn = grid(journal, span, granted, is_closed=is_closed, only=inside)
    own = access.journals(request.user, lessons_inside(outage))
    pages = paper_pages(outage, own)
    place = [one.pk for one in pages].index(journal.pk)
    return render(
        request,
        "tempjournal/by_hand.html",
        {
            "outage": outage,
            "journal": journal,
            "register": drawn,
            "sheet": f"{journal.pk}-{outage.pk}",
            "is_closed": is_closed,
            "number": place + 1,
            "count": len(pages),
            "previous": pages[place - 1] if place else None,
            "next": pages[place + 1] if place + 1 < len(pages) else None,
            "due": transfer_due(outage),
        },
    )


@require_POST
@answers_json
def save_cell(request, pk, journal_pk):
    outage, journal, granted, _ = _page(request.user, pk, journal_pk)
    save = partial(transfer_cell, outage, request.user)
    return answer_cell(request, journal, granted, save)


@require_POST
@answers_json
def save_field(request, pk, journal_pk):
    outage, journal, granted, _ = _page(request.user, pk, journal_pk)
    save = partial(transfer_field, outage, request.user)
    return answer_field(request, journal, granted, save)
