from django.apps import AppConfig


class JournalsConfig(AppConfig):
    name = "journals"
    verbose_name = "Журналы"

    def ready(self):
        from school.kept import EXAM_GRADED_IN, JOURNALS_OF
        from school.models import GradeValue

        from . import cells
        from .actions.following import follow_facts
        from .queries import kept

        JOURNALS_OF.extend([kept.journals_with_marks, kept.journals_with_grades])
        EXAM_GRADED_IN.append(kept.has_exam_grades)
        GradeValue.NOT_THERE.update([*cells.CODES, cells.NOT_THERE])
        follow_facts()
