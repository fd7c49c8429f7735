from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from . import desk_views as desk
from . import factor_views as factor
from . import first_views as first
from . import login_views as log_ins
from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("own/", views.own_day, name="own_day"),
    path("login/", log_ins.Login.as_view(), name="login"),
    path("login/code/", log_ins.second_step, name="second_step"),
    path("login/forgotten/", first.forgotten, name="forgotten"),
    path("login/reset/<uidb64>/<token>/", first.ResetPassword.as_view(), name="reset_password"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("account/", views.account, name="account"),
    path("account/first/", first.first_password, name="first_password"),
    path("account/first/check/", first.check_password, name="check_password"),
    path("account/agreements/", first.agreements, name="agreements"),
    path("account/on-paper/", first.on_paper, name="on_paper"),
    path("account/sessions/", log_ins.sessions, name="sessions"),
    path("account/second-factor/", factor.second_factor, name="second_factor"),
    path("account/second-factor/qr.svg", factor.qr, name="second_factor_qr"),
    path("setup/accounts/log/", log_ins.log, name="log_ins"),
    path("setup/accounts/rules/", log_ins.rules, name="login_rules"),
    path("account/digest/<str:token>/", views.stop_digest, name="stop_digest"),
    path("leaders/", views.leaders, name="leaders"),
    path("desk/", desk.index, name="desk"),
    path("desk/today/", desk.today, name="desk_today"),
    path("desk/ask/", desk.ask, name="ask_about_pupil"),
    path("desk/remind/", desk.remind, name="remind_teachers"),
    path("desk/absent.pdf", desk.absent_pdf, name="absent_pdf"),
    path("desk/kitchen.pdf", desk.kitchen_pdf, name="kitchen_pdf"),
    path("health/", views.health, name="health"),
    path("admin/", admin.site.urls),
    path("", include("school.urls")),
    path("", include("attendance.urls")),
    path("", include("journals.urls")),
    path("", include("diaries.urls")),
    path("", include("tempjournal.urls")),
    path("", include("setup.urls")),
]

handler400 = "journal_site.views.bad_request"
handler403 = "journal_site.views.forbidden"
handler404 = "journal_site.views.not_found"
