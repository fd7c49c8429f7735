"""Who may do what (design, section 4; 2.3–2.11, 4.1–4.6).

What a person holds is told by `rights`. Every view begins with one function of this file, which
returns the object with the person's rights to it or raises Http404: what a person may not see does
not exist for them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.http import Http404
from django.utils import timezone

from .compiled import Compiled, Given
from .models import (
    Enrolment,
    GroupMembership,
    Journal,
    Lesson,
    Parenthood,
    SchoolClass,
    SchoolYear,
    Student,
    TeachingAssignment,
    User,
)
from .models.dated import overlapping
from .queries.belonging import classes_of_groups
from .queries.people import students_with_class
from .rights import CardRights, JournalRights, Rights, rights
from .rules.spans import Span, covers


def journal(user: User, pk: int) -> tuple[Journal, JournalRights]:
    """(Journal with group, its year, and subject, JournalRights). Http404 if not to be seen."""
    held = rights(user)
    found = next(iter(_journals.instances(pk=pk)), None)
    if found is None:
        raise Http404
    granted = _journal_rights(held, found)
    if not granted.sees_something:
        raise Http404
    return found, granted


@Compiled
def _journals() -> QuerySet[Journal]:
    found = Journal.objects.filter(pk=Given("pk"))
    return found.select_related("group__year", "subject")


def _journal_rights(held: Rights, found: Journal) -> JournalRights:
    if found.pk in held.ids("write_journal"):
        return JournalRights(sees_all=True, writes_all=True)
    seen: dict[str, set[int]] = defaultdict(set)
    pupils, taken = held.ids("write_student"), held.ids("write_lesson")
    if pupils or taken:
        own_pupils = GroupMembership.objects.filter(group=found.group_id, student__in=pupils)
        own_lessons = Lesson.objects.filter(pk__in=taken, journal=found).order_by()
        former = _former_pupils(held).filter(school_class=found.group.school_class_id)
        for kind, pk in own_pupils.values_list(Value("rows"), "student").union(
            own_lessons.values_list(Value("lessons"), "pk"),
            former.values_list(Value("former"), "student"),
        ):
            seen[kind].add(pk)
    return _partial_rights(held, found, **seen)


def _former_pupils(held: Rights) -> QuerySet[Enrolment]:
    """The Enrolments that have ended, in other classes of the same year, of the pupils whom a class
    teacher leads: what was written of them before they came (2.4)."""
    led = SchoolClass.objects.filter(pk__in=held.ids("lead_class"))
    found = Enrolment.objects.filter(
        ends_on__lt=timezone.localdate(),
        student__in=held.ids("write_student"),
        school_class__year__in=led.values("year"),
    )
    return found.exclude(school_class__in=held.ids("lead_class")).order_by()


def _partial_rights(
    held: Rights,
    found: Journal,
    rows: Iterable[int] = (),
    lessons: Iterable[int] = (),
    former: Iterable[int] = (),
) -> JournalRights:
    return JournalRights(
        sees_all=held.is_leader or found.pk in held.ids("view_journal"),
        writes_all=False,
        rows=frozenset(rows),
        lessons=frozenset(lessons),
        former=frozenset(former),
    )


def several_journals(user: User, keys: Iterable[int]) -> dict[int, tuple[Journal, JournalRights]]:
    """{id: (Journal with group and subject, JournalRights)} of those of the ids `keys` that are
    journals the person may open; at most four queries beside the rights."""
    held = rights(user)
    seen = journals(user).filter(pk__in=keys).select_related("group", "subject")
    found = {one.pk: one for one in seen}
    partial = {one.pk: one for one in seen if one.pk not in held.ids("write_journal")}
    rows: dict[int, set[int]] = defaultdict(set)
    lessons: dict[int, set[int]] = defaultdict(set)
    former: dict[int | None, set[int]] = defaultdict(set)
    pupils, taken = held.ids("write_student"), held.ids("write_lesson")
    if partial and pupils:
        groups = [one.group_id for one in partial.values()]
        for its_class, student in _former_pupils(held).values_list("school_class", "student"):
            former[its_class].add(student)
        own_pupils = GroupMembership.objects.filter(group__in=groups, student__in=pupils)
        for group, student in own_pupils.values_list("group", "student"):
            rows[group].add(student)
    if partial and taken:
        own_lessons = Lesson.objects.filter(pk__in=taken, journal__in=partial).order_by()
        for its_journal, pk in own_lessons.values_list("journal", "pk"):
            lessons[its_journal].add(pk)
    return {
        pk: (
            one,
            _partial_rights(
                held,
                one,
                rows[one.group_id],
                lessons[pk],
                former.get(one.group.school_class_id, ()),
            )
            if pk in partial
            else JournalRights(sees_all=True, writes_all=True),
        )
        for pk, one in found.items()
    }


def journals(user: User, lessons: QuerySet[Lesson] | None = None) -> QuerySet[Journal]:
    """The journals a person may open, each maybe in part. With `lessons`, a queryset, what he has
    as a substitute alone counts only with one of these."""
    held = rights(user)
    if held.is_leader:
        return Journal.objects.all()
    former = _former_pupils(held).filter(school_class=OuterRef("group__school_class"))
    return _own_journals(held, "view_journal", lessons, Exists(former))


def written_journals(user: User, lessons: QuerySet[Lesson] | None = None) -> QuerySet[Journal]:
    """The journals a person may write in, each maybe in part; `lessons` as above."""
    return _own_journals(rights(user), "write_journal", lessons)


def _own_journals(
    held: Rights, codename: str, lessons: QuerySet[Lesson] | None, *more: Exists
) -> QuerySet[Journal]:
    lessons = Lesson.objects.all() if lessons is None else lessons
    own: Any = (
        Q(pk__in=held.ids(codename))
        | Exists(
            GroupMembership.objects.filter(
                group=OuterRef("group"), student__in=held.ids("write_student")
            )
        )
        | Exists(lessons.filter(journal=OuterRef("pk"), pk__in=held.ids("write_lesson")))
    )
    for one in more:
        own |= one
    return Journal.objects.filter(own)


def whole_journal(user: User, pk: int) -> tuple[Journal, JournalRights]:
    """(Journal with group and subject, JournalRights) for who sees all of it: a print or a file in
    the archive can't be cut to rows and columns. Http404 for others."""
    found, granted = journal(user, pk)
    if not granted.sees_all:
        raise Http404
    return found, granted


def kept_journals(user: User) -> QuerySet[Journal]:
    """The journals a person keeps as a whole and so answers for, all of them for the leaders."""
    held = rights(user)
    if held.is_leader:
        return Journal.objects.all()
    return Journal.objects.filter(pk__in=held.ids("write_journal"))


def answers_for(user: User, journal_id: int, lesson_id: int | None) -> bool:
    """Whether a person answers the administration about a journal, or about one of its lessons
    (else None): who keeps it, and who took that lesson as a substitute."""
    held = rights(user)
    return journal_id in held.ids("write_journal") or lesson_id in held.ids("write_lesson")


def lesson(user: User, journal_pk: int, lesson_pk: int) -> tuple[Lesson, JournalRights]:
    """(Lesson with journal and kind, JournalRights). Http404 if not to be seen."""
    its_journal, granted = journal(user, journal_pk)
    lessons = Lesson.objects.select_related("kind")
    found = lessons.filter(pk=lesson_pk, journal=its_journal).first()
    if found is None or not granted.sees_lesson(found.pk):
        raise Http404
    found.journal = its_journal
    return found, granted


def diary(user: User, student_pk: int) -> tuple[Student, Sequence[Student]]:
    """(Student whose diary it is, with `has_namesake`; the person's own diaries: of oneself and
    one's children); one query beside the rights. Http404 unless the diary is one of those, of a
    pupil whose class the person leads, or the person leads the school."""
    held = rights(user)
    alike = User.objects.filter(student__isnull=False, sort_name=OuterRef("user__sort_name"))
    rows = students_with_class(Student.objects.all(), timezone.localdate()).annotate(
        is_own=_is_own(user), has_namesake=Exists(alike.exclude(pk=OuterRef("user")))
    )
    own, found = [], None
    for student in rows.filter(Q(pk=student_pk) | Q(is_own=True)):
        if student.is_own:
            own.append(student)
        if student.pk == student_pk:
            found = student
    if found is None or not (held.is_leader or student_pk in held.ids("view_diary")):
        raise Http404
    return found, own


def _is_own(user: User) -> Q:
    return Exists(Parenthood.objects.filter(parent__user=user, student=OuterRef("pk"))) | Exists(
        User.objects.filter(pk=user.pk, student=OuterRef("pk"))
    )


def diaries(user: User) -> QuerySet[Student]:
    """The pupils whose diaries a person may open, each with `class_name` and `is_own`."""
    held = rights(user)
    found = students_with_class(Student.objects.all(), timezone.localdate()).annotate(
        is_own=_is_own(user)
    )
    return found if held.is_leader else found.filter(pk__in=held.ids("view_diary"))


def card(user: User, student_pk: int) -> tuple[Student, CardRights]:
    """(Student with `class_name`, CardRights). Http404 for all but the pupil's class teacher and
    the leaders."""
    held = rights(user)
    leads = student_pk in held.ids("write_student")
    students = students_with_class(Student.objects.filter(pk=student_pk), timezone.localdate())
    found = students.first() if leads or held.is_leader else None
    if found is None:
        raise Http404
    acts = student_pk in held.ids("stand_in_student")
    return found, CardRights(writes=leads or acts, sees_health=leads or held.is_director)


def health(user: User, student_pk: int) -> tuple[Student, CardRights]:
    """The same for those who may see the pupil's health record. Http404 for others."""
    found, granted = card(user, student_pk)
    if not granted.sees_health:
        raise Http404
    return found, granted


def school_class(user: User, pk: int) -> SchoolClass:
    """The SchoolClass, for its class teacher and the leaders. Http404 for others."""
    held = rights(user)
    if held.is_leader or pk in held.ids("lead_class"):
        found = next(iter(_classes.instances(pk=pk)), None)
        if found is not None:
            return found
    raise Http404


@Compiled
def _classes() -> QuerySet[SchoolClass]:
    found = SchoolClass.objects.filter(pk=Given("pk")).order_by()
    return found.select_related("year", "class_teacher")


def slip_class(user: User, pk: int) -> SchoolClass:
    """The SchoolClass to whose pupils and parents the person gives slips for the first log-in: that
    which he leads. Http404 for others; the administrator has a page of his own."""
    if pk not in rights(user).ids("lead_class"):
        raise Http404
    return school_class(user, pk)


def class_attendance(user: User, pk: int) -> tuple[SchoolClass, bool]:
    """(SchoolClass, whether the person corrects the reasons of its absences and keeps the documents
    about them (2.9): its class teacher does, and where there is none a deputy). Http404 but for its
    class teacher and the leaders."""
    held = rights(user)
    return school_class(user, pk), pk in held.ids("lead_class") | held.ids("stand_in_class")


def documented_pupils(user: User, school_class: SchoolClass) -> QuerySet[Student]:
    """The class's pupils whose documents a person may see: the class teacher those of the present
    ones, for they hold what is nobody else's business; the leaders all."""
    held = rights(user)
    found = Student.objects.filter(
        Exists(Enrolment.objects.filter(student=OuterRef("pk"), school_class=school_class))
    )
    return found if held.is_leader else found.filter(pk__in=held.ids("write_student"))


def class_teacher(user: User, student_pk: int) -> User | None:
    """The person as the present class teacher of a pupil, who confirms reasons of absence (2.9), or
    as the deputy who acts where the class has none; None who is neither."""
    return user if student_pk in explained_pupils(user) else None


def explained_pupils(user: User) -> frozenset[int]:
    """The keys of the pupils the reasons of whose absences a person confirms."""
    held = rights(user)
    return held.ids("write_student") | held.ids("stand_in_student")


def stands_in(user: User) -> QuerySet[SchoolClass]:
    """The classes without a class teacher for which the person acts."""
    return SchoolClass.objects.filter(pk__in=rights(user).ids("stand_in_class"))


def school_classes(user: User) -> QuerySet[SchoolClass]:
    """The classes a person leads, or all for the leaders of the school."""
    held = rights(user)
    if held.is_leader:
        return SchoolClass.objects.all()
    return SchoolClass.objects.filter(pk__in=held.ids("lead_class"))


def led_classes(user: User) -> QuerySet[SchoolClass]:
    """The same. Http404 for who leads neither a class, be it of another year, nor the school."""
    if not (rights(user).is_leader or rights(user).ids("lead_class")):
        raise Http404
    return school_classes(user)


def years(user: User) -> QuerySet[SchoolYear]:
    """The SchoolYears of which a person may open a journal or a class, all of them for the leaders;
    a queryset."""
    held = rights(user)
    if held.is_leader:
        return SchoolYear.objects.all()
    own = journals(user).filter(group__year=OuterRef("pk"))
    led = SchoolClass.objects.filter(pk__in=held.ids("lead_class"))
    return SchoolYear.objects.filter(Q(Exists(own)) | Q(pk__in=led.order_by().values("year")))


def diary_years(student: Student) -> QuerySet[SchoolYear]:
    """The SchoolYears in which a pupil was in a class; a queryset."""
    return SchoolYear.objects.filter(
        Exists(Enrolment.objects.filter(student=student, school_class__year=OuterRef("pk")))
    )


def lead(user: User) -> None:
    """Http404 for all but the leaders: the review of all journals is theirs (2.10, 4.1, 4.2)."""
    if not rights(user).is_leader:
        raise Http404


def direct(user: User) -> None:
    """Http404 for all but the director, who certifies and keeps the archive (4.1)."""
    if not rights(user).is_director:
        raise Http404


def own_journals(user: User, journals: Collection[int], span: Span | None = None) -> set[int]:
    """Of journals (keys) those that are a person's own, so that he does not judge what happens in
    them (4.2): in which he may write, and be it a row or a lesson, or which were assigned to him on
    one of the days `span` (first, last); two queries beside the rights."""
    own = set(written_journals(user).filter(pk__in=journals).values_list("pk", flat=True))
    if span:
        assigned = TeachingAssignment.objects.filter(teacher=user, journal__in=journals)
        own |= set(overlapping(assigned, *span).values_list("journal", flat=True))
    return own


def printed_reports(user: User) -> tuple[QuerySet[Student], bool]:
    """(the pupils, with `class_name`, whose printed reports a person may see and hand out; whether
    he registers applications and prints). The leaders have all (2.12), a class teacher has the
    pupils of the class. Http404 for others."""
    held = rights(user)
    if not (held.is_leader or held.ids("lead_class")):
        raise Http404
    found = students_with_class(Student.objects.all(), timezone.localdate())
    if not held.is_leader:
        found = found.filter(pk__in=held.ids("write_student"))
    return found, held.is_leader


def admin(user: User) -> Rights:
    """Rights of who sets the school up. Http404 for anybody else."""
    held = rights(user)
    if not held.is_admin:
        raise Http404
    return held


def school_staff(user: User) -> None:
    """Http404 for all but those who write journals, lead a class or lead the school."""
    if not rights(user).is_school_staff:
        raise Http404


def paper_classes(user: User, lessons: QuerySet[Lesson] | None = None) -> QuerySet[SchoolClass]:
    """The classes whose temporary journals a person may take (3.1): the leaders all, others the
    one they lead and those whose pupils are today in a journal they write in; `lessons` as in
    `written_journals`. Http404 for who is none of the school's staff."""
    school_staff(user)
    held = rights(user)
    if held.is_leader:
        return SchoolClass.objects.all()
    today = timezone.localdate()
    groups = written_journals(user, lessons).order_by().values_list("group", flat=True)
    taught = {
        school_class
        for spans in classes_of_groups(set(groups)).values()
        for school_class, span in spans
        if covers([span], today)
    }
    return SchoolClass.objects.filter(pk__in=taught | held.ids("lead_class"))


def require(allowed: bool) -> None:
    """PermissionDenied (403) for what a person may see but not change."""
    if not allowed:
        raise PermissionDenied
