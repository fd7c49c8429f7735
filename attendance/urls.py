from django.urls import path

from . import views

urlpatterns = [
    path("classes/<key:pk>/attendance/", views.attendance, name="class_attendance"),
    path(
        "classes/<key:pk>/attendance/questions/<key:inquiry_pk>/",
        views.inquiry,
        name="answer_inquiry",
    ),
    path(
        "classes/<key:pk>/attendance/documents/<key:document_pk>/",
        views.document,
        name="absence_document",
    ),
    path(
        "classes/<key:pk>/attendance/documents/<key:document_pk>/scan/",
        views.scan,
        name="absence_scan",
    ),
]
