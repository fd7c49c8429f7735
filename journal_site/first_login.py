"""What has to be done before anything else opens: a password of one's own, and the agreements."""

from django.http import JsonResponse
from django.shortcuts import redirect
from django.utils import timezone

from school.queries.agreements import asked

ASKED = "asked"  # of a session: whether its person has something to agree to
PASSWORD_PAGES = frozenset({"first_password", "check_password"})
AGREEMENT_PAGES = frozenset({"agreements", "on_paper"})
FOR_ANYBODY = frozenset(
    {
        "login",
        "second_step",
        "logout",
        "admin:logout",
        "health",
        "forgotten",
        "reset_password",
        "stop_digest",
    }
)


def ask_at_log_in(request, user, **kwargs):
    """Who is at work when a text is published is asked the next time, not between two marks."""
    request.session[ASKED] = bool(asked(user, timezone.localdate()))


def first_page(request):
    """The name of the page that stands before all others for who is logged in; None where none
    does. No query: the password came with the person, the rest with the session."""
    if not request.user.has_usable_password():
        return "first_password"
    return "agreements" if request.session.get(ASKED) else None


class FirstThingsFirst:
    """Stands behind the log-in: leads to the `first_page` whoever has one, a script is told so."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not request.user.is_authenticated or not (page := first_page(request)):
            return None
        own = PASSWORD_PAGES if page == "first_password" else AGREEMENT_PAGES
        if request.resolver_match.view_name in own | FOR_ANYBODY:
            return None
        if request.accepts("text/html"):
            return redirect(page)
        told = "Сначала придумайте свой пароль и ответьте о согласиях: обновите страницу."
        return JsonResponse({"message": told}, status=401)
