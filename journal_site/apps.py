from django.apps import AppConfig
from django.contrib.admin import apps as admin


class JournalSiteConfig(AppConfig):
    name = "journal_site"
    default = True

    def ready(self):
        from axes.signals import user_locked_out
        from django.contrib.auth.signals import user_logged_in, user_login_failed

        from . import first_login, login_actions

        user_logged_in.connect(first_login.ask_at_log_in)
        user_logged_in.connect(login_actions.note_entry)
        user_login_failed.connect(login_actions.note_failure)
        user_locked_out.connect(login_actions.note_lock)


class JournalAdminConfig(admin.AdminConfig):
    default = False
    default_site = "journal_site.admin.JournalAdminSite"
