"""What leaders did about matters of their own, because nobody else could (4.2). The register is the
histories': it says so too of what was withdrawn or made undone since."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from school.models import Journal, Unlock, User
from school.queries.calendar import days_span

from ..models import Certificate, LateEntry, Remark
from .duties import duties


@dataclass(frozen=True)
class SelfJudged:
    """A deed that a person (User) did about himself: `key` names it for ever, `at` is UTC;
    `journal` is None where it is about none, `why` what he wrote, or «»."""

    key: str
    at: datetime.datetime
    person: User
    deed: str
    journal: Journal | None
    why: str


def self_judged(first: datetime.date, last: datetime.date) -> list[SelfJudged]:
    """The SelfJudgeds of the school-local days first … last, newest first; six queries."""
    span = days_span(first, last)
    rows = [
        (kind, row, by, deed, why)
        for kind, found in (
            ("excuse", _excuses),
            ("unlock", _unlocks),
            ("remark", _remarks),
            ("certificate", _certificates),
        )
        for row, by, deed, why in found(span)
    ]
    people = User.objects.in_bulk({by for _, _, by, _, _ in rows})
    journals = Journal.objects.select_related("group", "subject").in_bulk(
        {row.journal_id for _, row, *_ in rows} - {None}
    )
    made = [
        SelfJudged(
            f"own-{kind}-{row.history_id}",
            row.history_date,
            people[by],
            deed,
            journals.get(row.journal_id),
            why,
        )
        for kind, row, by, deed, why in rows
    ]
    return sorted(made, key=lambda one: (one.at, one.key), reverse=True)


def _marked(model, span):
    return model.history.filter(self_judged=True, history_date__range=span)


def _excuses(span):
    names = {kind: duty.name for kind, duty in duties().items()}
    for row in _marked(LateEntry, span).filter(history_type="~"):
        due = f"{timezone.localtime(row.due_at):%d.%m.%Y}"
        deed = f"извинена просроченная запись «{names[row.kind]}», срок {due}"
        yield row, row.excused_by_id, deed, row.excuse


def _unlocks(span):
    for row in _marked(Unlock, span).filter(history_type="+"):
        yield row, row.made_by_id, "открыт журнал закрытого периода", row.reason


def _remarks(span):
    """Without its text: that is what he was told, no reason of his, and may name a pupil, whom no
    letter names."""
    for row in _marked(Remark, span).filter(history_type="~"):
        made = f"{timezone.localtime(row.made_at):%d.%m.%Y}"
        yield row, row.closed_by_id, f"закрыто замечание от {made}", ""


def _certificates(span):
    for row in _marked(Certificate, span).filter(history_type="+"):
        yield row, row.certified_by_id, "заверен журнал", ""
