"""What every request passes: the log-in, and the headers of its answer."""

from django.contrib.auth import middleware
from django.http import JsonResponse

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)


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


class LoginRequiredMiddleware(middleware.LoginRequiredMiddleware):
    """Nothing without an account (5.1). A script whose session ended is told so, not redirected."""

    def handle_no_permission(self, request, view_func):
        if request.accepts("text/html"):
            return super().handle_no_permission(request, view_func)
        return JsonResponse({"message": "Сеанс окончен. Войдите снова."}, status=401)
