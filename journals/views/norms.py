"""The leaders' page of the norms of homework and of control works."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from school import access
from school.converters import monday_asked
from school.rights import rights
from school.rules.days import week_key
from school.rules.spans import ONE_DAY

from ..queries.norms import norm_page


@require_GET
def norms(request):
    access.lead(request.user)
    page = norm_page(monday_asked(request))
    only = "only" in request.GET
    before, after = (page.monday + n * ONE_DAY for n in (-7, 7))
    context = {
        "page": page,
        "rows": [row for row in page.rows if row.is_exceeding] if only else page.rows,
        "only": only,
        "key": week_key(page.monday),
        "before": before,
        "before_key": week_key(before),
        "after": after,
        "after_key": week_key(after),
        "is_admin": rights(request.user).is_admin,
        "printed_at": timezone.localtime(),
    }
    return render(request, "journals/norms.html", context)
