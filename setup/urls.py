from django.urls import path

from .views import checklist, imports, lessons, people, questions, structure

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
    path("import/", imports.imports, name="imports"),
    path("import/template.xlsx", imports.template_xlsx, name="import_template"),
    path("import/school.xlsx", imports.export, name="export_school"),
    path("import/<key:pk>/", imports.sheets, name="import"),
    path("import/<key:pk>/heads/", imports.heads, name="import_heads"),
    path("import/<key:pk>/preview/", imports.show, name="import_preview"),
    path("import/<key:pk>/errors.xlsx", imports.wrong_rows, name="import_errors"),
    path("import/<key:pk>/report/", imports.report, name="import_report"),
    path("import/<key:pk>/undo/", imports.undo, name="undo_import"),
    path("import/<key:pk>/stop/", imports.stop, name="stop_import"),
]
