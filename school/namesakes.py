"""How people are called in one list, so that no two of them look alike there. Out of a list a
person has the full name. Nothing is asked of the database as long as there are no namesakes."""

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from .models import Enrolment, Student
from .models.dated import on_day
from .rules.names import look_alike, told_apart


def pupils(names):
    """{student id: name} of the pupils of one list, {student id: PersonName}: «Иванов Иван»; of
    namesakes with the patronymic; where that is the same or missing, with the birth date; then the
    class; and at last the code that temporary journals have, which is the same in every list."""
    return pupils_of_each({None: names})[None]


def pupils_of_each(lists):
    """{list: the same} of {list: {student id: PersonName}}; one query at most."""
    listed = {key: {pk: one.listed for pk, one in names.items()} for key, names in lists.items()}
    alike = {key: look_alike(texts) for key, texts in listed.items()}
    if not any(alike.values()):
        return listed
    known = _known(set().union(*alike.values()))
    return {
        key: told_apart(
            {
                pk: _forms(lists[key][pk], pk, *known[pk]) if pk in alike[key] else (text,)
                for pk, text in texts.items()
            }
        )
        for key, texts in listed.items()
    }


def pupils_in_full(names):
    """The same where everybody has the full name; namesakes are called as in other lists."""
    told = pupils(names)
    full = {pk: one.full if told[pk] == one.listed else told[pk] for pk, one in names.items()}
    return told_apart({pk: (text, f"{text} ({_code(pk)})") for pk, text in full.items()})


def students(found):
    """{id: name} of the Students (with users loaded) of one list, as `pupils` has them."""
    return pupils(_names(found))


def students_in_full(found):
    return pupils_in_full(_names(found))


def out_of_list(found):
    """{id: full name} of Students where each stands alone: a page's head, a paper that is handed
    out. Who has a namesake in the school, now or of before, is told apart from him all the same;
    where it is known of them that none `has_namesake`, nothing is asked."""
    if not any(getattr(one, "has_namesake", True) for one in found):
        return {one.pk: one.user.full_name for one in found}
    alike = Student.objects.filter(user__sort_name__in={one.user.sort_name for one in found})
    return students_in_full(alike.select_related("user"))


def staff(people):
    """{id: name} of the Users of one list, teachers and leaders: «Иванова А. П.», of namesakes the
    full name, then with a code."""
    return staff_names({one.pk: one.name for one in people})


def staff_names(names):
    """The same of {id: PersonName}."""
    return told_apart({pk: (one.short, *_in_full(pk, one)) for pk, one in names.items()})


def in_full(names):
    """{key: full name} of the people of one list, of namesakes with a code; {key: PersonName}."""
    return told_apart({pk: _in_full(pk, one) for pk, one in names.items()})


def _in_full(pk, name):
    return name.full, f"{name.full} ({_code(pk)})"


def _names(found):
    return {one.pk: one.user.name for one in found}


def _forms(name, pk, born_on, class_name):
    born = f" ({born_on:%d.%m.%Y})" if born_on else ""
    more = f" ({', '.join(filter(None, (born_on and f'{born_on:%d.%m.%Y}', class_name)))})"
    more = more if born_on or class_name else ""
    with_patronymic = name.full if name.patronymic else f"{name.full}{born}"
    coded = f"{name.full} ({_code(pk)})"
    return name.listed, with_patronymic, f"{name.full}{born}", f"{name.full}{more}", coded


def _code(pk):
    return f"код {pk}"


def _known(found):
    """{student id: (birth date or None, today's class or «»)}"""
    enrolled = Enrolment.objects.filter(on_day(timezone.localdate()), student=OuterRef("pk"))
    rows = Student.objects.filter(pk__in=found).values_list(
        "pk",
        "card__born_on",
        Subquery(enrolled.values("school_class__number")),
        Subquery(enrolled.values("school_class__letter")),
    )
    return {
        pk: (born_on, "" if number is None else f"{number}{letter}")
        for pk, born_on, number, letter in rows
    }
