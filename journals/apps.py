from django.apps import AppConfig


class JournalsConfig(AppConfig):
    name = "journals"
    verbose_name = "Журналы"

    def ready(self):
        from .actions.following import follow_facts
        from .actions.holders import follow_holders
        from .actions.kinds import follow_kinds
        from .actions.rescheduling import follow_schedules

        follow_facts()
        follow_holders()
        follow_kinds()
        follow_schedules()
