"""The temporary journals before they are needed: what to do, the packet, the form (Appendix 1)."""

import datetime
from dataclasses import replace

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.views.decorators.http import require_GET

from school import access
from school.answers import pdf_response
from school.converters import key
from school.models import School
from school.printing.draw import draw
from school.queries.calendar import year_of
from school.rights import rights
from school.rules.overrides import each_day
from school.xlsx import XLSX
from school.years import chosen_year

from .. import day_printing, printing
from ..actions.folders import misplaced
from ..actions.packets import packet_folder
from ..form import WHOLE_SCHOOL, file_name, sheet_name, sheets_worth_having, worth_having
from ..forms import MINE, DayForm, PaperForm
from ..queries import packets
from ..queries.day_sheets import day_sheet, day_sheets
from ..queries.outage_lines import outage_lines
from ..queries.packets import (
    class_journals,
    classes_of,
    lessons_on,
    packet_addresses,
    packet_days,
    packet_due,
)
from ..xlsx import write
from .transfer import rights_in


@require_GET
def index(request):
    return _home(request)


def _home(request, form=None, status=200, day_form=None):
    """The home page; `form` or `day_form` is one whose errors are to be seen on it."""
    packet = packets.packets().first()
    is_leader = rights(request.user).is_leader
    own = None if is_leader else rights_in(request.user, access.journals(request.user))
    # Before the first packet the days are those it would be for.
    days = _days(packet) if packet else packet_days(timezone.localdate())
    left_out = _left_out(request.user, packet) if packet else []
    context = {
        "is_leader": is_leader,
        "outages": outage_lines(timezone.now(), own),
        "packet": packet,
        "is_due": packet_due() is not None,
        "misplaced": misplaced() if is_leader else "",
        "is_renamed": bool(is_leader and packet and packet.folder_name != packet.day.isoformat()),
        "is_unmailed": bool(is_leader and packet and not packet.mailed_at and packet_addresses()),
        "own_days": days if days and _own(request.user, days).exists() else None,
        "files": _files(request.user, packet) if packet else [],
        "left_out": left_out,
        "still_tried": any(one.will_be_tried for one in left_out),
        "form": form or _form(request, None),
        "day_form": day_form or _day_form(request, None, days),
        "years": chosen_year(request, access.years(request.user)),
    }
    return render(request, "tempjournal/index.html", context, status=status)


def _form(request, data):
    years = chosen_year(request, access.years(request.user))
    classes = access.paper_classes(request.user).filter(year=years.year)
    writes = years.is_present and access.written_journals(request.user).exists()
    return PaperForm(data, years=years, classes=classes, writes=writes)


def _day_form(request, data, days=None):
    classes = access.paper_classes(request.user).filter(year=year_of(timezone.localdate()))
    return DayForm(data, classes=classes, day=next(iter(days or ()), None))


def _days(packet):
    return packet.first_day, packet.last_day


def _own(user, days):
    """The journals a person writes in on some days (first, last)."""
    return access.written_journals(user, lessons_on(*days))


def _classes(user, days):
    """The classes whose temporary journals of some days (first, last) a person may take."""
    return access.paper_classes(user, lessons_on(*days))


def _files(user, packet):
    """[(«5А», [(name of a file, «PDF» or the day of a sheet)])] of a packet that a person may take,
    that of the whole school first."""
    folder = packet_folder(packet)
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    found = [("Вся школа", None)] if rights(user).is_leader else []
    classes = _classes(user, _days(packet)).filter(year=year_of(packet.first_day))
    found += [(str(one), one) for one in classes]
    offered = [(title, _offered(one, packet)) for title, one in found]
    return [
        (title, [file for file in files if file[0] in there])
        for title, files in offered
        if any(name in there for name, _ in files)
    ]


def _offered(school_class, packet):
    """[(name, what it is)] of the files that a packet can have of a class, without one of the whole
    school."""
    full = [(WHOLE_SCHOOL, "PDF")]
    if school_class:
        full = [(file_name(school_class, kind), kind.upper()) for kind in ("pdf", "xlsx")]
    return full + [(sheet_name(day, school_class), day) for day in each_day(*_days(packet))]


def _left_out(user, packet):
    """The LeftOuts of a packet whose files a person might take."""
    found = packets.left_out(packet)
    seen = set(_classes(user, _days(packet)).values_list("pk", flat=True)) if found else ()
    return [one for one in found if one.school_class_id in seen]


@require_GET
def packet_file(request, day, name):
    """A file of a packet, for who may take that class's. Its name is compared, not opened: only
    what the packet's own folder lists is a file of it."""
    access.school_staff(request.user)
    try:
        day = datetime.date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    packet = get_object_or_404(packets.packets(), day=day)
    names = [name for _, named in _files(request.user, packet) for name, _ in named]
    if name not in names:
        raise Http404
    file = (packet_folder(packet) / name).open("rb")
    return FileResponse(file, as_attachment=True, filename=f"{packet.day}-{name}")


@require_GET
def form_pdf(request):
    """The form of a class or of one's own journals for some weeks, or the blank one."""
    access.school_staff(request.user)
    asked = _asked(request)
    if asked is None:
        blank = draw(printing.blank_form(School.objects.first()))
        return pdf_response(blank, "временный-журнал-бланк")
    form = _form(request, request.GET)
    if form.is_valid() and (found := _papers(form, asked, request.user)):
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
        html = printing.form(School.objects.first(), *found, first, last)
        return pdf_response(draw(html), _name(asked, first))
    return _home(request, form, status=400)


@require_GET
def form_xlsx(request):
    """The same to be filled on a computer; there is no blank one."""
    access.school_staff(request.user)
    asked = _asked(request)
    if asked is None:
        raise Http404
    form = _form(request, request.GET)
    if form.is_valid() and (found := _papers(form, asked, request.user)):
        classes, year, papers = found
        title = write.title(School.objects.first(), classes, year)
        name = f"{_name(asked, form.cleaned_data['first'])}.xlsx"
        headers = {"Content-Disposition": content_disposition_header(True, name)}
        content = write.class_workbook(papers, title)
        return HttpResponse(content, content_type=XLSX, headers=headers)
    return _home(request, form, status=400)


@require_GET
def day_pdf(request):
    """The short form of a day: of a class, or of all that one may take that day."""
    access.school_staff(request.user)
    asked = _asked(request) if request.GET.get("class") else None
    if asked == MINE:
        raise Http404
    form = _day_form(request, request.GET)
    if form.is_valid() and (sheets := _sheets(form, asked, request.user)):
        html = day_printing.day_form(School.objects.first(), sheets[0].school_class.year, sheets)
        whose = get_valid_filename(str(asked)) if asked else "все"
        return pdf_response(draw(html), f"временный-журнал-{whose}-{form.cleaned_data['day']}")
    return _home(request, status=400, day_form=form)


def _sheets(form, asked, user):
    """The DaySheets of a SchoolClass, or of all classes that a person may take, on the day of a
    valid form; none if there is nothing to print, and the form says so."""
    day = form.cleaned_data["day"]
    classes = set(_classes(user, (day, day)).values_list("pk", flat=True))
    if asked and asked.pk not in classes:
        form.add_error(None, f"В этот день вы не ведёте уроков в {asked}.")
        return []
    found = [day_sheet(asked, day)] if asked else day_sheets(day)
    found = sheets_worth_having([one for one in found if one.school_class.pk in classes])
    if not found:
        form.add_error(None, "В этот день нет ни уроков, ни учеников.")
    return found


def _asked(request):
    """The SchoolClass that an address asks for, or MINE, one's own journals; None where it asks
    for neither."""
    if MINE in (request.GET.get("class"), request.GET.get("journals")):
        return MINE
    if "class" in request.GET:
        classes = access.paper_classes(request.user).select_related("year", "class_teacher")
        return get_object_or_404(classes, pk=key(request.GET["class"]))
    return None


def _name(asked, first):
    """What a file of what `_asked` has found is called: «временный-журнал-5А-2026-11-23»."""
    whose = "мои" if asked == MINE else get_valid_filename(str(asked))
    return f"временный-журнал-{whose}-{first}"


def _papers(form, asked, user):
    """(names of classes, SchoolYear, Papers) of what `_asked` has found for the days of a valid
    form; None if there is nothing to print, and the form says so."""
    last = form.cleaned_data["last"]
    days = form.cleaned_data["first"], last
    if asked == MINE:
        year = year_of(last)
        papers = _own_papers(user, year, days)
        classes = classes_of(papers, *days)
    elif _classes(user, days).filter(pk=asked.pk).exists():
        classes, year = [asked], asked.year
        papers = packets.papers(class_journals(asked, *days), *days)
    else:
        form.add_error(None, f"В эти дни вы не ведёте уроков в {asked}.")
        return None
    found = worth_having(papers)
    if not found:
        form.add_error(None, "В эти дни нет ни уроков, ни учеников.")
        return None
    return ", ".join(map(str, classes)), year, found


def _own_papers(user, year, days):
    """The Papers of one's own journals, those of a substitute with the lessons he takes."""
    papers = packets.papers(_own(user, days).filter(group__year=year), *days)
    granted = access.several_journals(user, [paper.journal.pk for paper in papers])
    held = {pk: its_rights for pk, (_, its_rights) in granted.items()}
    return [
        replace(
            paper,
            lessons=[
                lesson
                for lesson in paper.lessons
                if held[paper.journal.pk].writes_in_lesson(lesson.pk)
            ],
        )
        for paper in papers
    ]
