from django.urls import path

from . import views

urlpatterns = [
    path("journals/", views.index, name="journals"),
    path("journals/work-types/", views.work_types, name="work_types"),
    path("journals/<key:pk>/", views.grid, name="grid"),
    path("journals/<key:pk>/cells/", views.save_cell, name="save_cell"),
    path("journals/<key:pk>/cells/history/", views.cell_history, name="cell_history"),
    path("journals/<key:pk>/fields/", views.save_field, name="save_field"),
    path("journals/<key:pk>/lessons/<key:lesson_pk>/", views.lesson, name="lesson"),
]
