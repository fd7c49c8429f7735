from django.urls import path

from . import views, views_reports

urlpatterns = [
    path("diary/", views.index, name="diary"),
    path("diary/<key:student_pk>/", views.week, name="diary_week"),
    path("diary/<key:student_pk>/grades/", views.grades, name="diary_grades"),
    path("diary/<key:student_pk>/week.pdf", views_reports.week_pdf, name="diary_week_pdf"),
    path("reports/weekly/", views_reports.register, name="weekly_reports"),
    path("reports/weekly/print/", views_reports.print_batch, name="print_reports"),
    path("reports/weekly/<key:pk>/", views_reports.batch, name="report_batch"),
    path("reports/weekly/<key:pk>.pdf", views_reports.batch_pdf, name="report_batch_pdf"),
    path("reports/weekly/applications/", views_reports.applications, name="print_applications"),
    path(
        "reports/weekly/applications/<key:pk>/withdraw/",
        views_reports.withdraw,
        name="withdraw_application",
    ),
]
