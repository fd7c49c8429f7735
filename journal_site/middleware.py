"""What every request passes: the log-in, whose page it comes from, the headers of its answer."""

import datetime
from urllib.parse import urlsplit

from django.contrib.auth import logout, middleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from school.rights import rights
from school.rules.entering import SHARED_IDLE, idle_limit

from .models import LoginSession
from .queries.log_ins import idle_minutes
from .sessions import ENTRY

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Who logs in says with the password who it is, and whoever asks to be logged out shall be.
FOR_ANYBODY = frozenset({"login", "second_step", "logout", "admin:logout"})
# What a page asks for by itself, again and again: nobody has done anything.
OF_ITSELF = frozenset({"desk_today", "certify_all"})
A_MINUTE = datetime.timedelta(minutes=1)
WRITTEN_COOKIE = "written"


def security_headers(get_response):
    """Set a content security policy that allows no inline script or style, and keep what a person
    saw out of caches: after a logout on a shared laptop the «back» button shows nothing."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


class IdleMiddleware:
    """A session ends when its owner has done nothing for as long as `entering.idle_limit` says;
    what the row says of his last deed is at most a minute old. Stands before all that asks who it
    is. No query while there is nothing to write."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not request.user.is_authenticated or request.session.seen_at is None:
            return
        now = timezone.now()
        idle = now - request.session.seen_at
        if idle >= SHARED_IDLE and _is_over(request, idle):
            logout(request)
        elif idle >= A_MINUTE and request.resolver_match.view_name not in OF_ITSELF:
            LoginSession.objects.filter(pk=request.session.session_key).update(seen_at=now)


def _is_over(request, idle):
    held = rights(request.user)
    is_shared = request.session.get(ENTRY, {}).get("is_shared", False)
    limit = idle_limit(held.is_school_staff or held.is_admin, is_shared, idle_minutes())
    return limit is not None and idle >= limit


class LoginRequiredMiddleware(middleware.LoginRequiredMiddleware):
    """Nothing without an account (5.1). A script whose session ended is told so, not redirected; a
    form comes back to the page it was sent from, which keeps what was typed."""

    def handle_no_permission(self, request, view_func):
        if not request.accepts("text/html"):
            return JsonResponse({"message": "Сеанс окончен. Войдите снова."}, status=401)
        if request.method in SAFE_METHODS:
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(_page_of_form(request))


def _page_of_form(request):
    """The address, within this site, of the page that the browser says it sends a form from."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return request.path
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


class DrawnForMiddleware:
    """A page writes only under the name of the person for whom it was drawn (5.4): at a shared
    laptop another may have logged in since, in another tab. 401 as for a session that has ended.

    A form says whose it is by `{% csrf_token %}`, a script by the header X-Drawn-For. Stands before
    the check of the CSRF token, which a log-in renews: the words of this one are the true ones.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if request.method in SAFE_METHODS or not request.user.is_authenticated:
            return None
        if request.resolver_match.view_name in FOR_ANYBODY:
            return None
        if _drawn_for(request) == str(request.user.pk):
            return None
        if request.accepts("text/html"):
            return render(request, "registration/another_person.html", status=401)
        message = "Сейчас в этом браузере вошёл другой человек: под его именем это не записано."
        return JsonResponse({"message": message, "reason": "another_person"}, status=401)


def _drawn_for(request):
    try:
        return request.headers.get("X-Drawn-For") or request.POST.get("drawn_for")
    except UnreadablePostError:  # the browser went away while it was sending
        return ""


def refuse_other_charsets(get_response):
    """Addresses and forms are in UTF-8: what says that it is not is not read as if it were."""

    def middleware(request):
        if request.content_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
            raise BadRequest("What is sent here must be in UTF-8.")
        return get_response(request)

    return middleware


def tell_what_was_written(get_response):
    """A form whose texts the browser keeps until they are written names them (`draft`, a random
    word). Written is what leads on to another page: the cookie lets the script forget them."""

    def middleware(request):
        response = get_response(request)
        if request.method == "POST" and 300 <= response.status_code < 400:
            draft = request.POST.get("draft", "")
            if request.user.is_authenticated and draft.isascii() and draft.isalnum():
                response.set_cookie(WRITTEN_COOKIE, draft, max_age=24 * 3600, samesite="Lax")
        return response

    return middleware
