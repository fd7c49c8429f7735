from django.apps import AppConfig


class DiariesConfig(AppConfig):
    name = "diaries"
    verbose_name = "Дневники"

    def ready(self):
        from . import deadlines

        deadlines.register()
