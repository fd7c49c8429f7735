"""The projection of the facts into django-guardian's object permissions (design, section 4).

`expected` says what the facts of a school-local day give, `sync` writes it down and `follow_facts`
syncs whom a changed fact concerns. It is read by `rights`.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Model, QuerySet
from django.db.models.signals import post_delete, post_save, pre_save
from django.utils import timezone
from guardian.models import UserObjectPermission

from .models import (
    Enrolment,
    GroupMembership,
    Journal,
    Lesson,
    Parent,
    Parenthood,
    Role,
    SchoolClass,
    Student,
    Substitution,
    TeachingAssignment,
    TeachingGroup,
    User,
)
from .models.dated import meets, on_day

# codename: model. Guardian's rows hold nothing else.
PERMISSIONS = {
    "view_journal": Journal,
    "write_journal": Journal,
    "write_lesson": Lesson,
    "write_student": Student,
    "view_diary": Student,
    "lead_class": SchoolClass,
    "stand_in_class": SchoolClass,
    "stand_in_student": Student,
}


Grant = tuple[int, str, int]  # user id, codename, object id


def expected(users: Iterable[User], today: datetime.date) -> set[Grant]:
    """{(user id, codename, object id)} that the facts give these users on a school-local day."""
    granted: set[Grant] = set()

    def grant(rows: Iterable[tuple[int, int]], *codenames: str) -> None:
        granted.update((user, name, pk) for user, pk in rows for name in codenames)

    # Who has taught in a journal reads what came of it; only writing ends with the assignment.
    assigned = TeachingAssignment.objects.filter(starts_on__lte=today, teacher__in=users)
    grant(assigned.values_list("teacher", "journal"), "view_journal")
    grant(assigned.filter(on_day(today)).values_list("teacher", "journal"), "write_journal")

    led = SchoolClass.objects.filter(class_teacher__in=users)
    grant(led.values_list("class_teacher", "pk"), "lead_class")
    grant(
        Journal.objects.filter(group__school_class__class_teacher__in=users).values_list(
            "group__school_class__class_teacher", "pk"
        ),
        "view_journal",
        "write_journal",
    )
    grant(_journals_of_one_class(led), "view_journal", "write_journal")
    grant(
        Enrolment.objects.filter(on_day(today), school_class__class_teacher__in=users).values_list(
            "school_class__class_teacher", "student"
        ),
        "write_student",
        "view_diary",
    )

    acting = Role.objects.filter(kind=Role.Kind.DEPUTY, user__in=users)
    deputies = list(acting.values_list("user", flat=True).distinct())
    if deputies:
        bare = SchoolClass.objects.filter(class_teacher=None).values_list("pk", flat=True)
        pupils = Enrolment.objects.filter(on_day(today), school_class__class_teacher=None)
        for deputy in deputies:
            grant([(deputy, pk) for pk in bare], "stand_in_class")
            grant(
                [(deputy, pk) for pk in pupils.values_list("student", flat=True)],
                "stand_in_student",
            )

    grant(Student.objects.filter(user__in=users).values_list("user", "pk"), "view_diary")
    grant(
        Parenthood.objects.filter(parent__user__in=users).values_list("parent__user", "student"),
        "view_diary",
    )
    grant(
        Substitution.objects.filter(teacher__in=users).values_list("teacher", "lesson"),
        "write_lesson",
    )
    return granted


def _journals_of_one_class(led: QuerySet[SchoolClass]) -> Iterator[tuple[int, int]]:
    """(class teacher, journal) of the subgroups and individual plans with pupils of one class only,
    for the classes in `led`."""
    classes = defaultdict(set)
    rows = (
        GroupMembership.objects.filter(
            meets("student__enrolments__"),
            group__year__in=led.values("year"),
            student__enrolments__school_class__year=F("group__year"),
        )
        .values_list("group", "student__enrolments__school_class")
        .distinct()
    )
    for group, its_class in rows:
        classes[group].add(its_class)
    leaders = dict(led.values_list("pk", "class_teacher"))
    for group, pk in Journal.objects.filter(group__in=list(classes)).values_list("group", "pk"):
        if len(classes[group]) == 1 and (leader := leaders.get(*classes[group])):
            yield leader, pk


def projected(users: Iterable[User]) -> dict[Grant, int]:
    """{(user id, codename, object id): guardian's row id} as it is written down."""
    rows = UserObjectPermission.objects.filter(user__in=users).values_list(
        "user", "permission__codename", "object_pk", "pk"
    )
    return {(user, codename, int(pk)): row for user, codename, pk, row in rows}


@transaction.atomic
def sync(users: Iterable[int] | None = None) -> tuple[int, int]:
    """Make the projection of these users (default: everybody) equal to the facts of today, and note
    that it is of today.

    Returns (rows added, rows removed). Of two at once for the same person the second waits until
    the facts that the first has seen are seen by all, and so writes what holds last.
    """
    people = User.objects.all() if users is None else User.objects.filter(pk__in=users)
    # Not against those who only refer to the account (KEY SHARE): writing goes on meanwhile.
    list(people.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    today = timezone.localdate()
    written = projected(people)
    facts = expected(people, today)
    permissions = {
        permission.codename: permission
        for permission in Permission.objects.filter(
            codename__in=PERMISSIONS, content_type__app_label="school"
        )
    }
    types = {
        codename: ContentType.objects.get_for_model(model)
        for codename, model in PERMISSIONS.items()
    }
    missing = sorted(facts - written.keys())
    UserObjectPermission.objects.bulk_create(
        [
            UserObjectPermission(
                user_id=user,
                permission=permissions[codename],
                content_type=types[codename],
                object_pk=str(pk),
            )
            for user, codename, pk in missing
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )
    surplus = [row for key, row in written.items() if key not in facts]
    for start in range(0, len(surplus), 500):
        UserObjectPermission.objects.filter(pk__in=surplus[start : start + 500]).delete()
    people.exclude(rights_as_of=today).update(rights_as_of=today)
    return len(missing), len(surplus)


# --- following the facts ---


def _class_teachers(years: Iterable[int]) -> set[int]:
    """And the deputies, who act where a class has none."""
    classes = SchoolClass.objects.filter(year__in=years, class_teacher__isnull=False)
    return set(classes.values_list("class_teacher", flat=True)) | _deputies()


def _deputies() -> set[int]:
    return set(Role.objects.filter(kind=Role.Kind.DEPUTY).values_list("user", flat=True))


# model: the ids of the users whose rights a row of it bears on
_CONCERNED = {
    TeachingAssignment: lambda fact: {fact.teacher_id},
    Substitution: lambda fact: {fact.teacher_id},
    SchoolClass: lambda fact: {fact.class_teacher_id} - {None} | _deputies(),
    Role: lambda fact: {fact.user_id},
    Student: lambda fact: {fact.user_id},
    Parent: lambda fact: {fact.user_id},
    Parenthood: lambda fact: {fact.parent.user_id},
    # A pupil who comes or goes can mix a subgroup or unmix it, for every class teacher in it.
    Enrolment: lambda fact: _class_teachers([fact.school_class.year_id]),
    TeachingGroup: lambda fact: _class_teachers([fact.year_id]),
    GroupMembership: lambda fact: _class_teachers([fact.group.year_id]),
    Journal: lambda fact: _class_teachers([fact.group.year_id]),
}


def _before_change(
    sender: type[Model], instance: Model, raw: bool = False, **kwargs: object
) -> None:
    stored = (
        None
        if raw or instance.pk is None
        else sender._default_manager.filter(pk=instance.pk).first()
    )
    concerned = _CONCERNED[sender](stored) if stored else set()
    instance._concerned_before = concerned  # type: ignore[attr-defined]  # no column


def _after_change(
    sender: type[Model], instance: Model, raw: bool = False, **kwargs: object
) -> None:
    if not raw:
        before: set[int] = getattr(instance, "_concerned_before", set())
        sync(sorted(before | _CONCERNED[sender](instance)))


def follow_facts() -> None:
    """Sync whoever is concerned whenever a fact is saved or deleted, by an action or in the
    administrator's site. Bulk writes send no signals: their callers call `sync`."""
    for model in _CONCERNED:
        pre_save.connect(_before_change, sender=model)
        post_save.connect(_after_change, sender=model)
        post_delete.connect(_after_change, sender=model)
