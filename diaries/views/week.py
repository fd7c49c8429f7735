"""The diary: for the pupil, his parents, his class teacher and the leaders of the school."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from school import access, namesakes
from school.converters import monday_asked
from school.queries.calendar import period_at, periods
from school.rules.names import told_apart
from school.years import chosen_year

from ..forms import StudentSearch
from ..queries import grades as diaries_grades
from ..queries import week as diaries_week
from ..queries.classes import class_name_of_week, classes_in
from ..queries.coming import coming_works
from ..queries.grades import period_kind_of


@require_GET
def index(request):
    """To the own or first child's diary at once; who may open others chooses."""
    found = access.diaries(request.user)
    search = StudentSearch(request.GET or None)
    students = [s for s in search.narrow(found) if s.class_name or s.is_own]
    own = [student for student in students if student.is_own]
    if own and len(own) == len(students) and not search.is_bound:
        return redirect(f"{reverse('diary_week', args=[own[0].pk])}#today")
    names = namesakes.students_in_full(students)
    for student in students:
        student.name = names[student.pk]
    return render(request, "diaries/index.html", {"students": students, "search": search})


@require_GET
def week(request, student_pk):
    student, children = access.diary(request.user, student_pk)
    years = chosen_year(request, access.diary_years(student))
    monday = monday_asked(request, years.last_day)
    found = diaries_week.week(student, monday)
    context = {
        "student": student,
        "name": namesakes.out_of_list([student])[student.pk],
        "class_name": class_name_of_week(student, monday),
        "children": tabs_of(children),
        "week": found,
        "coming": coming_works(student, timezone.localdate()) if found.is_current else [],
        "years": years.showing(monday) if "week" in request.GET else years,
        "opens_today": "week" not in request.GET,
    }
    return render(request, "diaries/week.html", context)


def tabs_of(children):
    """[(Student, «Анна, 5А»)] of one's own children."""
    called = {one.pk: (one.user.called, one.user.name.listed, str(one)) for one in children}
    titles = told_apart(
        {one.pk: [f"{name}, {one.class_name}" for name in called[one.pk]] for one in children}
    )
    return [(one, titles[one.pk]) for one in children]


@require_GET
def grades(request, student_pk):
    student, children = access.diary(request.user, student_pk)
    years = chosen_year(request, access.diary_years(student))
    year, day = years.year, years.last_day
    found = periods(year and year.pk, period_kind_of(student, day))
    asked = request.GET.get("period")
    period = next((p for p in found if str(p.pk) == asked), None) or period_at(found, day)
    span = (period.starts_on, max(period.starts_on, min(day, period.ends_on))) if period else None
    titles, year_grades = diaries_grades.year_grades(student, found)
    context = {
        "student": student,
        "name": namesakes.out_of_list([student])[student.pk],
        "class_name": span and classes_in([student.pk], *span).get(student.pk),
        "children": tabs_of(children),
        "years": years,
        "titles": titles,
        "year_grades": year_grades,
        "periods": [
            {"period": p, "url": f"?{urlencode({'period': p.pk})}", "current": p == period}
            for p in found
        ],
        "rows": diaries_grades.grades(student, period) if period else [],
    }
    return render(request, "diaries/grades.html", context)
