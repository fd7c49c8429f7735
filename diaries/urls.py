from django.urls import path

from .views import reports, timetable, week

urlpatterns = [
    path("timetable/", timetable.own_timetable, name="own_timetable"),
    path("diary/", week.index, name="diary"),
    path("diary/<key:student_pk>/", week.week, name="diary_week"),
    path("diary/<key:student_pk>/grades/", week.grades, name="diary_grades"),
    path("diary/<key:student_pk>/week.pdf", reports.week_pdf, name="diary_week_pdf"),
    path("reports/weekly/", reports.register, name="weekly_reports"),
    path("reports/weekly/print/", reports.print_batch, name="print_reports"),
    path("reports/weekly/<key:pk>/", reports.batch, name="report_batch"),
    path("reports/weekly/<key:pk>.pdf", reports.batch_pdf, name="report_batch_pdf"),
    path("reports/weekly/applications/", reports.applications, name="print_applications"),
    path(
        "reports/weekly/applications/<key:pk>/withdraw/",
        reports.withdraw,
        name="withdraw_application",
    ),
]
