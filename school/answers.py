"""What views of every app answer with."""

from functools import wraps

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.http import content_disposition_header


def pdf_response(content, name):
    """A PDF to be looked at, kept as `name`.pdf."""
    headers = {"Content-Disposition": content_disposition_header(False, f"{name}.pdf")}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def refusals_as_json(missing):
    """Refusals of `access` as JSON with a Russian message, for a script to tell; `missing` is that
    of what is not there."""

    def decorator(view):
        @wraps(view)
        def wrapped(request, *args, **kwargs):
            try:
                return view(request, *args, **kwargs)
            except (Http404, ObjectDoesNotExist):
                return JsonResponse({"message": missing}, status=404)
            except PermissionDenied:
                return JsonResponse({"message": "Сюда вам писать нельзя."}, status=403)

        return wrapped

    return decorator
