from django.apps import AppConfig
from django.contrib.admin import apps as admin


class JournalSiteConfig(AppConfig):
    name = "journal_site"
    default = True

    def ready(self):
        from . import first_login  # noqa: F401  # it hears who logs in


class JournalAdminConfig(admin.AdminConfig):
    default = False
    default_site = "journal_site.admin.JournalAdminSite"
