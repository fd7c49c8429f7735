from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from . import views
from .forms import LoginForm

urlpatterns = [
    path("", views.home, name="home"),
    path(
        "login/",
        LoginView.as_view(authentication_form=LoginForm, redirect_authenticated_user=True),
        name="login",
    ),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("account/", views.account, name="account"),
    path("health/", views.health, name="health"),
    path("admin/", admin.site.urls),
    path("", include("school.urls")),
    path("", include("attendance.urls")),
    path("", include("journals.urls")),
    path("", include("diaries.urls")),
    path("", include("tempjournal.urls")),
]
