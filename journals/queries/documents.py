"""What late entries say of documents about absences (2.9)."""

from collections.abc import Collection

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from attendance.models import AbsenceDocument
from school import namesakes
from school.models import SchoolClass, User
from school.models.dated import on_day
from school.queries.teaching import class_teacher_at

from ..models import LateEntry
from .duty import Told


def tell(entries: Collection[LateEntry]) -> dict[int, Told]:
    """{key: Told} of LateEntries of the kind «reason»; four queries. The duty is the class
    teacher's of the class where the pupil was when the document was received: of who was that when
    the reason was due. Where nobody was, a deputy answers."""
    documents = AbsenceDocument.objects.select_related("student__user").in_bulk(
        [entry.object_id for entry in entries]
    )
    then = {
        pk: (school_class, leader)
        for pk, school_class, leader in _with_leaders()
        .filter(pk__in=documents)
        .values_list("pk", _CLASS, "leader")
    }
    names = namesakes.students([document.student for document in documents.values()])
    classes = SchoolClass.objects.in_bulk({school_class for school_class, _ in then.values()})
    leaders = {leader for _, leader in then.values()}
    known = set(User.objects.filter(pk__in=leaders).values_list("pk", flat=True))
    told = {}
    for entry in entries:
        document = documents[entry.object_id]
        about, holders, url = names[document.student_id], [], reverse("home")
        if document.pk in then:
            school_class, leader = then[document.pk]
            about = f"{about}, {classes[school_class]}"
            holders = [leader] if leader in known else []
            url = reverse("class_attendance", args=[school_class])
        place = f"документ от {document.received_on:%d.%m}"
        said = (about, place, "причина пропуска", holders, url, "заместитель директора")
        told[entry.pk] = Told(*said)
    return told


def held_by(teacher: int, entries: QuerySet[LateEntry]) -> Q:
    documents = _with_leaders().filter(leader=teacher, pk__in=entries.values("object_id"))
    return Q(object_id__in=documents.values("pk"))


_CLASS = "student__enrolments__school_class"


def _with_leaders():
    """The AbsenceDocuments, each with the pupil's class on the day it was received (_CLASS) and who
    led that when the reason was due (`leader`, a user id or NULL)."""
    that_day = on_day(F("received_on"), "student__enrolments__")
    found = AbsenceDocument.objects.filter(that_day).order_by()
    return found.annotate(leader=class_teacher_at("reason_due_at", _CLASS))
