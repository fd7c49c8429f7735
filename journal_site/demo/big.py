"""In which lessons there is a big work: seldom two of a class on one day."""

from collections import defaultdict

from school.models import Lesson

EVERY = 13  # lessons of a journal
HEEDLESS = 9  # one journal of so many asks nobody else


def big_lessons(journals):
    """The ids of the lessons of journals (with group) that have a big work, wherever in the year:
    always the same, and not the first of a day."""
    journals = sorted(journals, key=lambda one: one.pk)
    of_journal = defaultdict(list)
    rows = Lesson.objects.filter(journal__in=journals, cancelled="").order_by("date", "number")
    for journal, *lesson in rows.values_list("journal", "pk", "date", "number"):
        of_journal[journal].append(lesson)
    taken, found = set(), set()
    for journal in journals:
        place = journal.group.school_class_id or f"group {journal.group_id}"
        heeds = journal.pk % HEEDLESS != 0
        wait = journal.pk % EVERY
        for pk, day, number in of_journal[journal.pk]:
            wait -= 1
            if wait >= 0 or number == 1 or (heeds and (place, day) in taken):
                continue
            found.add(pk)
            taken.add((place, day))
            wait = EVERY - 1
    return found
