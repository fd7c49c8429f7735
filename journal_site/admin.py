"""The administrator's site: accounts, structure, settings. Nobody else learns that it exists."""

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from school.admin_base import called
from school.rights import rights


class Choices(AutocompleteJsonView):
    """What a form of the administrator's offers."""

    def get_queryset(self):
        """Whose names come with each row are read with all of them."""
        found, related = super().get_queryset(), self.model_admin.list_select_related
        return found.select_related(*related) if related else found

    def serialize_result(self, obj, to_field_name):
        return super().serialize_result(obj, to_field_name) | {"text": called(obj)}


class JournalAdminSite(admin.AdminSite):
    site_header = "Электронный журнал: администрирование"
    site_title = "Администрирование"
    index_title = "Учётные записи, структура, настройки"

    def has_permission(self, request):
        """For all but an administrator these addresses do not exist (design, section 4)."""
        if not request.user.is_authenticated:
            return False
        if not rights(request.user).is_admin:
            raise Http404
        return True

    def autocomplete_view(self, request):
        return Choices.as_view(admin_site=self)(request)

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        """One log-in for everybody; who has done that already goes on."""
        if self.has_permission(request):
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next", reverse("admin:index")))
