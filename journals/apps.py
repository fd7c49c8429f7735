from django.apps import AppConfig


class JournalsConfig(AppConfig):
    name = "journals"
    verbose_name = "Журналы"

    def ready(self):
        from .actions.following import follow_facts
        from .actions.rescheduling import follow_schedules

        follow_facts()
        follow_schedules()
