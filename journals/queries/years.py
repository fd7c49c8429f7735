"""A pupil's grades of whole school years, for his personal card (4.4)."""

from collections import defaultdict

from school.models import SchoolYear, Student
from school.queries.cards import CardGrades
from school.rules.texts import alphabetical

from ..models import PeriodGrade

KIND = PeriodGrade.Kind
TITLES = {KIND.YEAR: "Год", KIND.EXAM: "Экзамен", KIND.FINAL: "Итоговая"}


def grades_of_years(student: Student) -> list[CardGrades]:
    """CardGrades of a pupil, one for each SchoolYear with a grade of the year, an exam or a final
    one, newest first; a column for each kind that there is, that of the year always; one query."""
    rows = PeriodGrade.objects.filter(student=student, kind__in=TITLES).order_by("pk")
    rows = rows.select_related("year", "subject", "value")
    years: dict[SchoolYear, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        years[row.year][row.subject.name][row.kind] = row.text
    return [
        _table(year, years[year])
        for year in sorted(years, key=lambda one: one.starts_on, reverse=True)
    ]


def _table(year, subjects):
    given = {kind for texts in subjects.values() for kind in texts} | {KIND.YEAR}
    kinds = [kind for kind in TITLES if kind in given]
    return CardGrades(
        year,
        [TITLES[kind] for kind in kinds],
        [
            (subject, [subjects[subject].get(kind, "") for kind in kinds])
            for subject in sorted(subjects, key=alphabetical)
        ],
    )
