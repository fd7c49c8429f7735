"""What is written of attendance, for what has to stay because of it (`school.kept`)."""

from .queries import journals_with_absences

JOURNALS_OF = [journals_with_absences]
