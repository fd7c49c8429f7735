"""What has to be done before anything else opens: a password of one's own, the agreements, the
second step of log-ins where one is required."""

from dataclasses import dataclass

from django.http import JsonResponse
from django.shortcuts import redirect
from django.utils import timezone

from school.queries.agreements import asked

from .login_actions import SETS_FACTOR

ASKED = "asked"  # of a session: whether its person has something to agree to
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


@dataclass(frozen=True)
class FirstPage:
    """A page that stands before all others: its name, the views that are open meanwhile, and what
    a script is told, with which status."""

    name: str
    views: frozenset[str]
    told: str
    status: int
    has_menu: bool = False


_FIRST = "Сначала придумайте свой пароль и ответьте о согласиях: обновите страницу."
PASSWORD = FirstPage("first_password", frozenset({"first_password", "check_password"}), _FIRST, 401)
AGREEMENTS = FirstPage("agreements", frozenset({"agreements", "on_paper"}), _FIRST, 401)
FACTOR = FirstPage(
    "second_factor",
    frozenset({"second_factor", "second_factor_qr"}),
    "Сначала включите второй шаг при входе: «Мои входы».",
    403,
    has_menu=True,
)


def ask_at_log_in(request, user, **kwargs):
    """Who is at work when a text is published is asked the next time, not between two marks."""
    request.session[ASKED] = bool(asked(user, timezone.localdate()))


def first_page(request):
    """The FirstPage of who is logged in; None where none is left. No query: the password came with
    the person, the rest with the session."""
    if not request.user.has_usable_password():
        return PASSWORD
    if request.session.get(ASKED):
        return AGREEMENTS
    return FACTOR if SETS_FACTOR in request.session else None


class FirstThingsFirst:
    """Stands behind the log-in: leads to the `first_page` whoever has one, a script is told so."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not request.user.is_authenticated or not (page := first_page(request)):
            return None
        if request.resolver_match.view_name in page.views | FOR_ANYBODY:
            return None
        if request.accepts("text/html"):
            return redirect(page.name)
        return JsonResponse({"message": page.told}, status=page.status)
