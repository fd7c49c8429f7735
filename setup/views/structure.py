"""Years, bells, subjects and classes: pages of many rows."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from school import access
from school.queries.calendar import year_to_plan

from ..actions.classes import create_classes
from ..class_names import class_names
from ..listings.bells import Slots, Uses
from ..listings.classes import Classes
from ..listings.subjects import Subjects, Values, Works
from ..listings.years import Days, Periods, Years
from .listings import ListTab, chosen, listing_page, shown

SUBJECT_TABS = [
    ListTab("subjects", "Предметы", "Пустые сокращения составятся из названия."),
    ListTab(
        "scales",
        "Шкалы",
        "Новое название шкалы заводит новую. С баллами отметка входит в средний балл. Чем уже "
        "пользуются, меняют с будущего дня: впишите его в «Изменение с».",
    ),
    ListTab(
        "works",
        "Виды работ",
        "Вес в среднем балле, учебных дней на отметки, от кого их ждут. Чем уже пользуются, "
        "меняют с будущего дня: впишите его в «Изменение с».",
    ),
]
YEAR_TABS = [
    ListTab("periods", "Периоды", "Дни между периодами — каникулы."),
    ListTab("days", "Особые дни", "Новые — для всей школы; классам их записывают руководители."),
    ListTab("years", "Годы"),
]
BELL_TABS = [
    ListTab("slots", "Звонки", "Новое название заводит ещё одно расписание звонков."),
    ListTab(
        "uses",
        "Когда какие",
        "Сказанное об одном дне важнее всего; класс важнее параллели, параллель важнее школы.",
    ),
]


@require_http_methods(["GET", "POST"])
def year(request):
    access.admin(request.user)
    today, data = timezone.localdate(), request.POST or None
    found, tab = year_to_plan(today), chosen(request, YEAR_TABS)
    if found is None:
        tab = YEAR_TABS[-1]
    if tab.key == "years":
        listing = Years(data)
    else:
        listing = Periods(found, data) if tab.key == "periods" else Days(found, today, data)
    tabs = YEAR_TABS if found else [tab]
    context = {"title": "Учебный год", "state": found or "", "tabs": tabs, "tab": tab}
    return listing_page(request, listing, "setup/listing.html", context)


@require_http_methods(["GET", "POST"])
def bells(request):
    access.admin(request.user)
    tab, data = chosen(request, BELL_TABS), request.POST or None
    listing = Slots(data) if tab.key == "slots" else Uses(year_to_plan(timezone.localdate()), data)
    context = {"title": "Звонки", "tabs": BELL_TABS, "tab": tab}
    return listing_page(request, listing, "setup/listing.html", context)


@require_http_methods(["GET", "POST"])
def subjects(request):
    access.admin(request.user)
    tab = chosen(request, SUBJECT_TABS)
    listing = {"subjects": Subjects, "scales": Values, "works": Works}[tab.key](
        request.POST or None
    )
    context = {"title": "Предметы, шкалы, работы", "tabs": SUBJECT_TABS, "tab": tab}
    return listing_page(request, listing, "setup/listing.html", context)


@require_http_methods(["GET", "POST"])
def classes(request):
    """Rows of classes with their class teachers; new ones by one line as well."""
    access.admin(request.user)
    found = year_to_plan(timezone.localdate())
    if found is None:
        messages.info(request, "Сначала заведите учебный год.")
        return redirect("setup_year")
    line, wrong = request.POST.get("line", ""), []
    if "make" in request.POST:
        names, wrong = class_names(line)
        if not wrong:
            made = create_classes(found, names)
            told = f"Заведены: {', '.join(map(str, made))}." if made else "Все эти классы уже есть."
            messages.success(request, told)
            return redirect("setup_classes")
    is_listing = request.method == "POST" and "make" not in request.POST
    listing = Classes(found, request.POST if is_listing else None)
    context = {
        "title": "Классы",
        "state": found,
        "line": line,
        "wrong": wrong,
        "staff": listing.staff.values(),
    }
    if "make" in request.POST:
        return shown(request, listing, "setup/classes.html", context)
    return listing_page(request, listing, "setup/classes.html", context)
