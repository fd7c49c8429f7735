"""Bare Django views: the same middleware, session and user as ours, and nothing else of ours."""

from django.db import connection
from django.http import HttpResponse, JsonResponse

from school.compiled import preparing_cursor

from .models import Row

PAGE = {"queries": [], "body": b""}


def page(request):
    """The same SQL, prepared where ours is, its rows fetched as tuples, the same bytes
    ready-made."""
    with connection.cursor() as plain, preparing_cursor() as preparing:
        for sql, params in PAGE["queries"]:
            cursor = preparing if isinstance(params, list) else plain
            cursor.execute(sql, params)
            cursor.fetchall()
    return HttpResponse(PAGE["body"])


def bare(request):
    """Nothing but the session, the user and the same bytes ready-made."""
    assert request.user.is_authenticated
    return HttpResponse(PAGE["body"])


def insert(request):
    """An authenticated POST that does one INSERT."""
    Row.objects.create(work=request.POST["lesson"], student=request.POST["student"], value=5)
    return JsonResponse({"ok": True})
