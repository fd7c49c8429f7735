"""Pages about the school itself."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from . import access, queries


@require_GET
def school_class(request, pk):
    found = access.school_class(request.user, pk)
    context = {
        "school_class": found,
        "pupils": queries.class_list(found, timezone.localdate()),
    }
    return render(request, "school/class.html", context)
