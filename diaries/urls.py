from django.urls import path

from . import views

urlpatterns = [
    path("diary/", views.index, name="diary"),
    path("diary/<key:student_pk>/", views.week, name="diary_week"),
    path("diary/<key:student_pk>/grades/", views.grades, name="diary_grades"),
]
