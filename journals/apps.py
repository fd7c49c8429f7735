from django.apps import AppConfig


class JournalsConfig(AppConfig):
    name = "journals"
    verbose_name = "Журналы"

    def ready(self):
        from school.kept import JOURNALS_OF

        from . import deadlines
        from .queries import kept

        JOURNALS_OF.extend([kept.journals_with_marks, kept.journals_with_grades])
        deadlines.follow_facts()
