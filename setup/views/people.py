"""People: pupils, parents, staff; who can log in; programmes."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from school import access
from school.actions.slips import make_slips, new_passwords
from school.converters import key
from school.models import SchoolClass
from school.queries.calendar import year_to_plan

from ..listings.people import Parents, Pupils, Staff
from ..listings.programmes import Programmes
from ..queries.accounts import ACCOUNTS, account, accounts
from .listings import ListTab, chosen, listing_page

PEOPLE_TABS = [
    ListTab("pupils", "Ученики"),
    ListTab("parents", "Родители", "Ребёнка пишут так: «Иванов Иван, 5А»."),
    ListTab("staff", "Сотрудники"),
]
LISTINGS = {"pupils": Pupils, "parents": Parents, "staff": Staff}
WITHOUT = {"parents": "без родителей", "class": "не зачислены в класс"}


@require_http_methods(["GET", "POST"])
def people(request):
    """Searched, changed and added by rows; nothing of a pupil's card but the birth date."""
    access.admin(request.user)
    today, tab = timezone.localdate(), chosen(request, PEOPLE_TABS)
    year = year_to_plan(today)
    day = max(today, year.starts_on) if year else today
    listing = LISTINGS[tab.key](day, request.GET, year, request.POST or None)
    context = {
        "title": "Люди",
        "tabs": PEOPLE_TABS,
        "tab": tab,
        "page": listing.page,
        "without": WITHOUT.get(listing.without, "") if tab.key != "staff" else "",
    }
    return listing_page(request, listing, "setup/people.html", context)


@sensitive_variables("password", "passwords")
@require_http_methods(["GET", "POST"])
def logins(request):
    """Who can log in and who can't yet; the password of a new slip is shown once, to be told."""
    access.admin(request.user)
    tab = chosen(request, [ListTab(key, title) for key, title in ACCOUNTS.items()])
    given = password = None
    if request.method == "POST":
        given = account(key(request.POST.get("user", "")))
        if not given.has_usable_password() or "sure" in request.POST:
            passwords = new_passwords([given])
            make_slips(passwords, request.user)
            password = passwords[given.pk]
    asked = request.GET.get("q", "").strip()[:100]
    page, locked = accounts(
        tab.key, asked, "locked" in request.GET, request.GET.get("page"), timezone.localdate()
    )
    context = {
        "tabs": [ListTab(key, title) for key, title in ACCOUNTS.items()],
        "tab": tab,
        "page": page,
        "locked": locked,
        "given": given,
        "password": password,
    }
    return render(request, "setup/accounts.html", context)


# As the federal adapted programmes number them: what a list offers, anything else may be typed.
VARIANTS = [
    *(
        f"АООП НОО, вариант {one}"
        for one in ("5.1", "5.2", "6.1", "6.2", "7.1", "7.2", "8.1", "8.2")
    ),
    *(f"АООП ООО, вариант {one}" for one in ("5.1", "5.2", "6.1", "7", "8.1")),
    *(f"АООП УО, вариант {one}" for one in ("1", "2")),
    "СИПР",
]


@require_http_methods(["GET", "POST"])
def programmes(request):
    """The leaders' page: the programmes of a class's pupils."""
    access.lead(request.user)
    year = year_to_plan(timezone.localdate())
    classes = list(SchoolClass.objects.filter(year=year).select_related("year"))
    asked = request.GET.get("class", "")
    found = next((one for one in classes if str(one.pk) == asked), None)
    if found is None:
        if asked:
            messages.info(request, "Этого класса в этом учебном году нет.")
            return redirect("programmes")
        return render(request, "setup/programmes.html", {"classes": classes})
    listing = Programmes(found, request.POST or None)
    context = {
        "title": f"Программы, {found}",
        "classes": classes,
        "found": found,
        "variants": VARIANTS,
    }
    return listing_page(request, listing, "setup/programmes.html", context)
