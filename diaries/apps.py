from django.apps import AppConfig


class DiariesConfig(AppConfig):
    name = "diaries"
    verbose_name = "Дневники"

    def ready(self):
        from django.db.models.signals import post_delete, post_save

        from school.actions.days import days_changed
        from school.models import Enrolment, Journal, Period, School

        from .actions.applications import follow_calendar, follow_enrolment, follow_journal

        for signal in (post_save, post_delete):
            signal.connect(follow_enrolment, sender=Enrolment)
            signal.connect(follow_journal, sender=Journal)
            for model in (Period, School):
                signal.connect(follow_calendar, sender=model)
        days_changed.connect(follow_calendar)
