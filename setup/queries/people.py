"""People as the secretary sees them, and how one who was typed is found."""

import datetime
from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Prefetch, QuerySet

from school import namesakes
from school.models import Parenthood, SchoolClass, SchoolYear, Student, User
from school.queries.people import find_students, staff, students_with_class
from school.rules.texts import tidy

from .checklist import present_pupils


def pupils(day: datetime.date) -> QuerySet[Student]:
    """The pupils who are in the school on a school-local day or are to be, with `class_name`, card
    and parents, in the order of the classes."""
    parents = Parenthood.objects.select_related("parent__user").order_by("pk")
    found = students_with_class(present_pupils(day), day).select_related("card")
    return found.prefetch_related(Prefetch("parenthood_set", parents))


def called_staff() -> dict[int, str]:
    """{user id: how he is called among the staff}, in the order of the alphabet; one query, and one
    more where there are namesakes."""
    found = staff().filter(is_active=True).order_by("sort_name", "pk")
    return namesakes.staff(found)


def find_staff(text: str, called: Mapping[int, str]) -> list[int]:
    """The ids of the staff who are meant by a text: as they are called in the list, by the full
    name, with initials, or by the last name alone; one query."""
    names = defaultdict(set)
    for user in User.objects.filter(pk__in=called):
        for form in (called[user.pk], user.full_name, user.short_name, user.last_name):
            names[_plain(form)].add(user.pk)
    return sorted(names[_plain(text)])


def _plain(text):
    return tidy(text).replace(".", " ").replace(" ", "")


def find_child(text: str, day: datetime.date) -> list[Student]:
    """The pupils who are meant by «Иванов Иван, 5А»: whose whole name it is, if there are such."""
    found = list(find_students(students_with_class(present_pupils(day), day), text, day)[:10])
    named = [one for one in found if tidy(one.user.full_name) in tidy(text)]
    return named or found


def classes_of(year: SchoolYear | None) -> dict[tuple[int, str], SchoolClass]:
    """{(number, letter): SchoolClass} of a year; one query."""
    found = SchoolClass.objects.filter(year=year)
    return {(one.number, one.letter): one for one in found}
