"""Nobody judges himself (4.2): a leader who teaches does not excuse what he is late with, open a
closed journal of his own or close a remark made to him, as long as another leader is there for whom
it is no own matter. Where there is none he may, and the deed is marked as his judgement of himself.
"""

from django.utils import timezone

from attendance.refusals import Refused
from school import access, namesakes, rights
from school.models import Lesson, User


def judges_himself(person, journal, span=None, holders=()):
    """Whether a person judges himself by a deed about a journal (its key, or None) on the days
    `span` (first, last), or about a duty of the users `holders` (ids). Refused while another leader
    can do it."""
    (others,) = other_judges(person, [(journal, holders)], span)
    if others:
        raise Refused(f"Это ваше собственное дело (4.2). Решает {names(others)}")
    return others is not None


def other_judges(person, matters, span=None):
    """Of each of `matters`, [(journal's key or None, holders)] as above: None where it is not the
    person's own, else the leaders (Users) who can judge it in his place; a fixed number of queries
    for each leader, of whom there are few."""
    matters = [(journal, frozenset(holders)) for journal, holders in matters]
    journals = {journal for journal, _ in matters} - {None}

    def owned_by(leader):
        own = access.own_journals(leader, journals, span)
        return [leader.pk in holders or journal in own for journal, holders in matters]

    is_own = owned_by(person)
    others = [one for one in rights.leaders() if one.pk != person.pk] if any(is_own) else []
    owned = {one: owned_by(one) for one in others}
    return [
        [one for one in others if not owned[one][place]] if own else None
        for place, own in enumerate(is_own)
    ]


def names(leaders):
    """«Директорова Д., Завучева З. или Старшева С.»"""
    *others, last = namesakes.staff(leaders).values()
    return f"{', '.join(others)} или {last}" if others else last


def refuse_own_past(lesson: Lesson, person: User) -> None:
    """Refused where a Lesson has begun and is the leader's own: what is late in it may go with what
    he does, so another one does it (4.2)."""
    if lesson.first_instant < timezone.now():
        judges_himself(person, lesson.journal_id, (lesson.date, lesson.date))
