from django.urls import path

from .views import papers

urlpatterns = [
    path("temp-journals/", papers.index, name="temp_journals"),
    path("temp-journals/form.pdf", papers.form_pdf, name="temp_journal_form"),
    path(
        "temp-journals/packets/<str:day>/<str:name>/",
        papers.packet_file,
        name="temp_journal_packet_file",
    ),
]
