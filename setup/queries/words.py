"""Answers that were given, as people read them."""

from collections.abc import Iterable, Mapping

from school.models import Subject, User
from school.rules.names import PersonName

from ..answers import NEW, NO, NONE, SKIP, YES
from ..batch import Kind
from ..reading.heads import choices
from ..reading.lesson_text import NO_LESSON

_TOLD = {
    NEW: "новое",
    SKIP: "не загружать",
    NONE: "без учителя",
    NO_LESSON: "не берём",
    NO: "нет",
    YES: "да",
    "weeks": "по неделям",
    "groups": "по группам",
    "rooms": "кабинеты",
    "all": "общий",
    "teacher": "учитель",
    "group": "группа",
    "room": "кабинет",
    "subject": "часть названия",
    "1": "наоборот",
}


def told_words(answers: Mapping[str, str], keys: Iterable[str]) -> list[tuple[str, str, str]]:
    """(key, what it is about, what was answered) of some answers; two queries at most."""
    found = [(key, answers[key]) for key in keys]
    subjects = _named(found, "subject:", dict(Subject.objects.values_list("pk", "name")))
    users = _named(found, "teacher:", _teachers(found))
    return [
        (key, _about(key), subjects.get(key) or users.get(key) or _told(key, value))
        for key, value in found
    ]


def _named(found, prefix, names):
    of_kind = ((key, value) for key, value in found if key.startswith(prefix) and value.isdecimal())
    return {key: names.get(int(value), "") for key, value in of_kind}


def _teachers(found):
    keys = [int(value) for key, value in found if key.startswith("teacher:") and value.isdecimal()]
    rows = User.objects.filter(pk__in=keys).values_list(
        "pk", "last_name", "first_name", "patronymic"
    )
    return {pk: PersonName(*name).full for pk, *name in rows}


def _about(key):
    """«матем.» of «subject:матем.», «л/д» of «head:pupils:л/д»."""
    return key.rsplit(":", 1)[-1] or key


def _told(key, value):
    if key.startswith("head:"):
        what = key.split(":")[1]
        fields = dict(choices(Kind(what))) if what in set(Kind) else {}
        return fields.get(value) or _TOLD.get(value, value)
    return _TOLD.get(value, value)
