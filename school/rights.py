"""What a person holds: the rights that follow from the facts, and what they come to in one
journal or personal card (design, section 4).

The facts are roles, assignments, class teachers, parenthoods, pupils' accounts and substitutions,
as they hold today (school-local). `projection.sync` writes them out as django-guardian's object
permissions; a changed fact syncs the people it touches at once, `school.tasks.sync_access`
everybody after midnight. It holds for the day it was made on: on another day whoever asks first is
synced before he is answered, so that rights begin and end with their day although no task ran.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet, Value
from django.utils import timezone
from guardian.models import UserObjectPermission

from .compiled import Compiled, Given
from .models import Parent, Role, SchoolClass, Student, TeachingAssignment, User
from .models.dated import on_day
from .projection import sync
from .queries.calendar import year_of

LEADERS = {Role.Kind.DIRECTOR, Role.Kind.DEPUTY}

MADE_TODAY = "made today"  # said beside codenames and roles: the projection is of today


class Rights:
    """What one person may do; one query, made when first asked for. A person's first question of a
    school-local day makes the projection anew, unless it was made today."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def _granted(self) -> dict[str, set[int]]:
        """{codename or role: keys of objects}; a role has none."""
        granted = self._ask()
        if MADE_TODAY not in granted:
            sync([self.user.pk])
            granted = self._ask()
        return granted

    def _ask(self) -> dict[str, set[int]]:
        granted = defaultdict(set)
        for name, pk in _all_granted(user=self.user.pk, today=timezone.localdate()):
            granted[name].add(int(pk or 0))
        return granted

    def ids(self, codename: str) -> frozenset[int]:
        """Keys of the objects on which the person holds a permission of the projection."""
        return frozenset(self._granted.get(codename, ()))

    @property
    def is_leader(self) -> bool:
        """Director or deputy: sees every journal and diary (2.10)."""
        return not LEADERS.isdisjoint(self._granted)

    @property
    def is_director(self) -> bool:
        return Role.Kind.DIRECTOR in self._granted

    @property
    def writes_journals(self) -> bool:
        """As assigned, as a class teacher or as a substitute."""
        return bool(self.ids("write_journal") or self.ids("write_lesson"))

    @property
    def is_school_staff(self) -> bool:
        """Writes journals, leads a class or leads the school."""
        return self.writes_journals or bool(self.ids("lead_class")) or self.is_leader

    @property
    def is_admin(self) -> bool:
        return Role.Kind.ADMIN in self._granted or self.user.is_superuser


@Compiled
def _all_granted() -> QuerySet[UserObjectPermission, tuple[str, str]]:
    objects = UserObjectPermission.objects.filter(user=Given("user"))
    roles = Role.objects.filter(user=Given("user"))
    made_today = User.objects.filter(pk=Given("user"), rights_as_of=Given("today"))
    return objects.values_list("permission__codename", "object_pk").union(
        roles.values_list("kind", Value("")),
        made_today.values_list(Value(MADE_TODAY), Value("")),
    )


def rights(user: User) -> Rights:
    """The person's Rights, kept for the request."""
    kept: Rights | None = getattr(user, "_journal_rights", None)
    if kept is None:
        kept = user._journal_rights = Rights(user)  # type: ignore[attr-defined]  # no column
    return kept


def role_names(user: User) -> list[str]:
    """The person's roles as Russian words, for the account page."""
    held = rights(user)
    names = [role.get_kind_display() for role in Role.objects.filter(user=user)]
    if held.ids("lead_class"):
        led = SchoolClass.objects.filter(class_teacher=user, year=year_of(timezone.localdate()))
        if led:
            names.append(f"Классный руководитель ({', '.join(map(str, led))})")
    if TeachingAssignment.objects.filter(on_day(timezone.localdate()), teacher=user).exists():
        names.append("Учитель-предметник")
    if Student.objects.filter(user=user).exists():
        names.append("Ученик")
    if Parent.objects.filter(user=user).exists():
        names.append("Родитель")
    return names


@dataclass(frozen=True)
class JournalRights:
    """What a person may see and write in one journal, down to rows (pupils) and columns (lessons).

    `rows` are the pupils a class teacher leads in a mixed subgroup, `lessons` those a substitute
    takes; both are seen and written cell by cell beside what `sees_all` and `writes_all` give.
    `former` are the pupils a class teacher leads now who were in this class before: their rows are
    seen, not written.
    """

    sees_all: bool
    writes_all: bool
    rows: frozenset[int] = frozenset()
    lessons: frozenset[int] = frozenset()
    former: frozenset[int] = frozenset()

    @property
    def sees_rows(self) -> bool:
        """Whole rows, and be it those of some pupils."""
        return self.sees_all or bool(self.rows or self.former)

    @property
    def sees_something(self) -> bool:
        return self.sees_rows or bool(self.lessons)

    def sees_lesson(self, lesson_id: int) -> bool:
        return self.sees_rows or lesson_id in self.lessons

    def sees_student(self, student_id: int) -> bool:
        return bool(self.lessons) or self.sees_row(student_id)

    def sees_cell(self, lesson_id: int, student_id: int) -> bool:
        return lesson_id in self.lessons or self.sees_row(student_id)

    def writes_cell(self, lesson_id: int, student_id: int) -> bool:
        return self.writes_all or lesson_id in self.lessons or student_id in self.rows

    @property
    def sees_grades(self) -> bool:
        """Grades of periods and of the year; a substitute has nothing to do with them."""
        return self.sees_rows

    def sees_row(self, student_id: int) -> bool:
        """All that stands in the pupil's row."""
        return self.sees_all or student_id in self.rows or student_id in self.former

    def writes_row(self, student_id: int) -> bool:
        """A pupil's grades of periods and of the year (2.4, 4.4)."""
        return self.writes_all or student_id in self.rows

    def writes_lesson(self, lesson_id: int) -> bool:
        """Topic, homework, works and «все присутствуют»."""
        return self.writes_all or lesson_id in self.lessons

    def writes_in_lesson(self, lesson_id: int) -> bool:
        """Anything of it, and be it the cells of some pupils."""
        return self.writes_lesson(lesson_id) or bool(self.rows)


@dataclass(frozen=True)
class CardRights:
    """What a person may do with a pupil's personal card: the class teacher writes it, where there
    is none a deputy, the leaders see it; health is for the class teacher and the director alone
    (4.4)."""

    writes: bool
    sees_health: bool


def leaders() -> QuerySet[User]:
    """The Users who lead the school and can log in, the longest known first."""
    return User.objects.filter(is_active=True, roles__kind__in=LEADERS).distinct().order_by("pk")
