"""What follows from who takes a lesson and from where it stands: the lessons that are joined to it,
and which absence its substitution is for. In the caller's transaction, who holds the journals."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from ..models import Lesson, Substitution
from ..models.history import update_with_history
from ..queries.teacher_absences import absences_behind
from ..queries.teaching import teachers_of, teachers_of_lessons
from ..rules.joins import together
from .holding import lessons_to_change


def link_absences(substitutions: QuerySet[Substitution]) -> None:
    """Let each Substitution of a queryset point to the absence of who would have taught the lesson;
    four queries."""
    behind = absences_behind(substitutions)
    rows = list(substitutions.only("pk", "absence").order_by("pk"))
    changed = [row for row in rows if row.absence_id != behind[row.pk]]
    for row in changed:
        row.absence_id = behind[row.pk]
    Substitution.objects.bulk_update(changed, ["absence"], batch_size=1000)


def follow_places(lessons: Collection[int] | None = None) -> None:
    """When lessons (ids, None: any) have got another place: those that are at one time no more are
    joined no longer, and their substitutions point to the absences of their hours. Whom a join had
    named goes on standing in: the lesson keeps its substitution wherever it goes."""
    joined = Lesson.objects.filter(joined_to__isnull=False)
    if lessons is not None:
        joined = joined.filter(Q(pk__in=lessons) | Q(joined_to__in=lessons))
        link_absences(Substitution.objects.filter(lesson__in=lessons))
    found = list(joined.select_related("joined_to").order_by("pk"))
    apart = [one for one in found if not _meet(one, one.joined_to)]
    if not apart:
        return
    heirs: dict[int | None, Lesson] = {}
    for one in apart:
        left, one.joined_to = one.joined_to_id, None
        heir = heirs.setdefault(left, one)
        # Where the host alone has gone, the others are still taken together.
        if heir is not one and _meet(one, heir):
            one.joined_to = heir
    update_with_history(Lesson, apart, ["joined_to"])


def _meet(one, other):
    return together(one.date, one.hour, other.date, other.hour)


def follow_taker(lesson: Lesson) -> None:
    """When somebody else takes a Lesson: those that are joined to it are his as well, and it is
    joined no longer to one that another takes."""
    lessons_to_change.send(Lesson)
    guests = list(Lesson.objects.filter(joined_to=lesson.pk).order_by("pk"))
    asked = Q(pk=lesson.pk) | Q(joined_to=lesson.pk) | Q(joined=lesson.pk)
    takers = teachers_of_lessons(Lesson.objects.filter(asked))
    own = takers.get(lesson.pk, [])
    if lesson.joined_to_id and not {*own} & {*takers.get(lesson.joined_to_id, [])}:
        part(lesson)
    for guest in guests:
        if {*own} & {*takers.get(guest.pk, [])}:
            continue
        if len(own) == 1:
            let_take(guest, own[0])
        else:
            part(guest)


def part(lesson: Lesson) -> None:
    """A Lesson is joined no longer."""
    lesson.joined_to = None
    lesson.save(update_fields=["joined_to"])


def let_take(lesson: Lesson, teacher: int, reason: str = "") -> None:
    """A teacher (user's id) takes a Lesson: by a substitution, unless it is his own anyway."""
    there = Substitution.objects.filter(lesson=lesson)
    row = there.first()
    regular = teachers_of([lesson.journal_id], lesson.date).get(lesson.journal_id, [])
    if teacher in {one.pk for one in regular}:
        if row and row.teacher_id != teacher:
            row.delete()
    elif row is None or row.teacher_id != teacher:
        row = row or Substitution(lesson=lesson)
        row.teacher_id, row.reason = teacher, reason
        row.save()
        link_absences(there)
