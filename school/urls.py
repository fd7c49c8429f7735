from django.urls import path

from . import views

urlpatterns = [
    path("desk/days/", views.days, name="days"),
    path("desk/days/<key:pk>/", views.own_days, name="own_days"),
    path("classes/<key:pk>/", views.school_class, name="school_class"),
    path("students/<key:pk>/card/", views.card, name="card"),
    path("students/<key:pk>/health/", views.health, name="health_record"),
]
