from django.apps import AppConfig


class SchoolConfig(AppConfig):
    name = "school"
    verbose_name = "Школа"

    def ready(self):
        from . import access

        access.follow_facts()
