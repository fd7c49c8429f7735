from django.apps import AppConfig
from django.urls import register_converter


class SchoolConfig(AppConfig):
    name = "school"
    verbose_name = "Школа"

    def ready(self):
        from . import access, converters

        access.follow_facts()
        register_converter(converters.KeyConverter, "key")
