from django.urls import path

from .views import checklist, lessons, people, questions, structure

urlpatterns = [
    path("setup/", checklist.index, name="setup"),
    path("setup/questions/", questions.questions, name="setup_questions"),
    path("setup/year/", structure.year, name="setup_year"),
    path("setup/bells/", structure.bells, name="setup_bells"),
    path("setup/subjects/", structure.subjects, name="setup_subjects"),
    path("setup/people/", people.people, name="setup_people"),
    path("setup/accounts/", people.logins, name="setup_accounts"),
    path("setup/classes/", structure.classes, name="setup_classes"),
    path("setup/timetable/", lessons.timetable, name="setup_timetable"),
    path("setup/lessons/", lessons.lessons, name="setup_lessons"),
    path("desk/programmes/", people.programmes, name="programmes"),
]
