from django.urls import path

from . import views

urlpatterns = [
    path("classes/<int:pk>/", views.school_class, name="school_class"),
]
