"""What the journals tell of a pupil on his personal card (4.4)."""

from .queries.years import grades_of_years

# Functions of a Student that return his `school.queries.cards.CardGrades`.
GRADES = [grades_of_years]
