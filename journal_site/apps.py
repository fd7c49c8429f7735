from django.apps import AppConfig
from django.contrib.admin import apps as admin


class JournalSiteConfig(AppConfig):
    name = "journal_site"
    default = True


class JournalAdminConfig(admin.AdminConfig):
    default = False
    default_site = "journal_site.admin.JournalAdminSite"
