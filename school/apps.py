from django.apps import AppConfig
from django.urls import register_converter


class SchoolConfig(AppConfig):
    name = "school"
    verbose_name = "Школа"

    def ready(self):
        from . import converters, kept
        from .projection import follow_facts

        follow_facts()
        kept.keep_what_is_written()
        register_converter(converters.KeyConverter, "key")
