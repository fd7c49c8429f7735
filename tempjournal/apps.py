from django.apps import AppConfig


class TempjournalConfig(AppConfig):
    name = "tempjournal"
    verbose_name = "Временные журналы"

    def ready(self):
        from django.core import checks
        from django.db.models.signals import post_delete, post_save

        from journals import marking
        from school.actions.days import days_changed
        from school.models import Lesson, School

        from .actions.outages import follow_days, follow_lesson, follow_week, follow_works

        for signal in (post_save, post_delete):
            signal.connect(follow_lesson, sender=Lesson)
        days_changed.connect(follow_days)
        post_save.connect(follow_week, sender=School)
        marking.changed.connect(follow_works)
        checks.register(packets_have_a_place)


def packets_have_a_place(app_configs, **kwargs):
    """System check: the packets of temporary journals have a folder of their own."""
    from django.core.checks import Error

    from .actions.folders import misplaced

    why = misplaced()
    return [Error(why, id="tempjournal.E001")] if why else []
