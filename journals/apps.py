from django.apps import AppConfig


class JournalsConfig(AppConfig):
    name = "journals"
    verbose_name = "Журналы"

    def ready(self):
        from school.kept import EXAM_GRADED_IN, JOURNALS_OF
        from school.queries.cards import CARD_GRADES

        from . import deadlines
        from .queries import kept, years

        JOURNALS_OF.extend([kept.journals_with_marks, kept.journals_with_grades])
        EXAM_GRADED_IN.append(kept.has_exam_grades)
        CARD_GRADES.append(years.grades_of_years)
        deadlines.follow_facts()
