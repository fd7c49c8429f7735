from django.urls import path

from .views import (
    checklist,
    groups,
    lessons,
    new_year,
    people,
    questions,
    structure,
    workload,
)

urlpatterns = [
    path("setup/", checklist.index, name="setup"),
    path("setup/questions/", questions.questions, name="setup_questions"),
    path("setup/year/", structure.year, name="setup_year"),
    path("setup/bells/", structure.bells, name="setup_bells"),
    path("setup/subjects/", structure.subjects, name="setup_subjects"),
    path("setup/people/", people.people, name="setup_people"),
    path("setup/accounts/", people.logins, name="setup_accounts"),
    path("setup/classes/", structure.classes, name="setup_classes"),
    path("setup/workload/", workload.page, name="setup_workload"),
    path("setup/workload/cells/", workload.cells, name="setup_workload_cells"),
    path("setup/workload/employee/", workload.new_employee, name="setup_new_employee"),
    path("setup/take-back/", workload.back, name="setup_take_back"),
    path("setup/groups/", groups.page, name="setup_groups"),
    path("setup/groups/place/", groups.place, name="setup_group_place"),
    path("setup/timetable/", lessons.timetable, name="setup_timetable"),
    path("setup/lessons/", lessons.lessons, name="setup_lessons"),
    path("setup/new-year/", new_year.page, name="setup_new_year"),
    path("desk/programmes/", people.programmes, name="programmes"),
]
