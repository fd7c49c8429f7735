"""What is written in the journals, for what has to stay because of it (`school.kept`)."""

from .cells import CODES, NOT_THERE
from .queries.kept import (
    has_exam_grades,
    has_grades,
    has_grades_of_others,
    journals_with_grades,
    journals_with_marks,
    works_of_lessons,
)

JOURNALS_OF = [journals_with_marks, journals_with_grades]
EXAM_GRADED_IN = [has_exam_grades]
GRADED_IN = [has_grades]
PERIODS_GRADED_IN = [has_grades_of_others]
PLANNED_IN = [works_of_lessons]
NO_MARKS = [*CODES, NOT_THERE]  # what a cell says of an absence
