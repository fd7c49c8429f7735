from django.urls import path

from .views import forms, hand, outages, transfer

urlpatterns = [
    path("temp-journals/", forms.index, name="temp_journals"),
    path("temp-journals/form.pdf", forms.form_pdf, name="temp_journal_form"),
    path("temp-journals/day.pdf", forms.day_pdf, name="temp_journal_day"),
    path("temp-journals/form.xlsx", forms.form_xlsx, name="temp_journal_sheets"),
    path(
        "temp-journals/packets/<str:day>/<str:name>/",
        forms.packet_file,
        name="temp_journal_packet_file",
    ),
    path("temp-journals/register/", outages.register, name="outage_register"),
    path("temp-journals/register.pdf", outages.register_pdf, name="outage_register_pdf"),
    path("temp-journals/outages/new/", outages.new_outage, name="new_outage"),
    path("temp-journals/outages/<key:pk>/", outages.outage, name="outage"),
    path("temp-journals/outages/<key:pk>/edit/", outages.edit_outage, name="edit_outage"),
    path("temp-journals/outages/<key:pk>/dismiss/", outages.dismiss_outage, name="dismiss_outage"),
    path("temp-journals/outages/<key:pk>/transfer/", transfer.transfer, name="transfer"),
    path(
        "temp-journals/outages/<key:pk>/transfer/uploads/<key:upload_pk>/",
        transfer.uploaded,
        name="uploaded",
    ),
    path(
        "temp-journals/outages/<key:pk>/transfer/uploads/<key:upload_pk>/remove/",
        transfer.remove_upload,
        name="remove_upload",
    ),
    path(
        "temp-journals/outages/<key:pk>/transfer/<key:journal_pk>/",
        hand.by_hand,
        name="transfer_by_hand",
    ),
    path(
        "temp-journals/outages/<key:pk>/transfer/<key:journal_pk>/done/",
        transfer.declare,
        name="declare_transferred",
    ),
    path(
        "temp-journals/outages/<key:pk>/transfer/<key:journal_pk>/cells/",
        hand.save_cell,
        name="transfer_cell",
    ),
    path(
        "temp-journals/outages/<key:pk>/transfer/<key:journal_pk>/fields/",
        hand.save_field,
        name="transfer_field",
    ),
]
