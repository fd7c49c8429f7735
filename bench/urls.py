from django.urls import include, path

from . import floors

urlpatterns = [
    path("floor/page/", floors.page),
    path("floor/bare/", floors.bare),
    path("floor/insert/", floors.insert),
    path("", include("journal_site.urls")),
]
