from django.urls import path

from . import views

urlpatterns = [
    path("classes/<key:pk>/", views.school_class, name="school_class"),
]
