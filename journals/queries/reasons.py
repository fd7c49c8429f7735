"""What late entries say of documents about absences (2.9)."""

from django.urls import reverse

from attendance.models import AbsenceDocument
from school.models import Enrolment
from school.models.dated import overlapping
from school.rules import covers, span

from .late import Told


def tell_of_documents(entries):
    """{key: Told} of LateEntries of the kind «reason»; two queries. The duty is the class teacher's
    of the class where the pupil was when the document was received."""
    documents = AbsenceDocument.objects.select_related("student__user").in_bulk(
        [entry.object_id for entry in entries]
    )
    classes = _classes_then(documents)
    told = {}
    for entry in entries:
        document = documents[entry.object_id]
        school_class = classes.get(document.pk)
        about, holders, url = document.student.user.list_name, [], reverse("home")
        if school_class:
            about = f"{about}, {school_class}"
            holders = [school_class.class_teacher_id] if school_class.class_teacher_id else []
            url = reverse("class_attendance", args=[school_class.pk])
        place = f"документ от {document.received_on:%d.%m}"
        told[entry.pk] = Told(about, place, "причина пропуска", holders, url)
    return told


def _classes_then(documents):
    """{document id: SchoolClass} on the day each of {id: document} was received."""
    students = {document.student_id for document in documents.values()}
    days = {document.received_on for document in documents.values()}
    if not days:
        return {}
    enrolments = Enrolment.objects.filter(student__in=students).select_related("school_class")
    return {
        pk: one.school_class
        for one in overlapping(enrolments, min(days), max(days))
        for pk, document in documents.items()
        if one.student_id == document.student_id
        and covers([span(one.starts_on, one.ends_on)], document.received_on)
    }
