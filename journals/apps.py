from django.apps import AppConfig


class JournalsConfig(AppConfig):
    name = "journals"
    verbose_name = "Журналы"

    def ready(self):
        from . import deadlines

        deadlines.follow_facts()
