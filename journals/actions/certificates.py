"""Certification of a journal by the director (4.1)."""

import datetime
import hashlib
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from attendance.refusals import Refused
from school import access, signing
from school.actions.holding import hold
from school.models import Journal, Period, School, User
from school.printing.draw import ARCHIVED
from school.rights import JournalRights

from ..models import Certificate
from ..printing import book_pdf
from ..queries import book as journals_book
from ..queries.book import Book, contents
from ..queries.certificates import certified_periods


class AlreadyCertified(Refused):
    """Nothing was changed since the `certificate`."""

    def __init__(self, certificate: Certificate) -> None:
        at = f"{timezone.localtime(certificate.certified_at):%d.%m.%Y в %H:%M}"
        who = certificate.certified_by.short_name
        super().__init__(f"Журнал за этот период уже заверен: {who}, {at}.")
        self.certificate = certificate


class KeyRefused(Refused):
    """The key can't sign: nor will it sign another journal."""


@dataclass(frozen=True)
class Prepared:
    """A journal that may be certified, as it said at the instant `began` (UTC)."""

    journal: Journal
    granted: JournalRights
    period: Period
    person: User
    began: datetime.datetime
    book: Book


@sensitive_variables("key_password")
def certify(
    journal: Journal,
    granted: JournalRights,
    period: Period,
    person: User,
    key_password: str = "",
) -> Certificate:
    """Archive the journal (with group and subject) of a closed period as PDF/A, signed where a key
    is configured with its password; `granted` is the person's JournalRights. Returns the
    Certificate.

    Refused: the period is not closed or the journal open for corrections; it is certified already
    and nothing was changed since; something is changed meanwhile; the key can't sign. Drawing takes
    seconds in which nobody must wait for a lock: so it comes first, and the transaction after it
    asks again.
    """
    prepared = prepare(journal, granted, period, person)
    pdf = book_pdf(prepared.book, variant=ARCHIVED, certifier=person)
    return keep(prepared, pdf, key_password)


def prepare(
    journal: Journal, granted: JournalRights, period: Period, person: User, lacks: str = ""
) -> Prepared:
    """What is to be drawn and then kept; Refused as `certify` says, and with what a journal lacks
    to be certified together with others."""
    began = timezone.now()
    _refuse_uncertifiable(journal, period, began)
    if lacks:
        raise Refused(f"{lacks.capitalize()}.")
    book = journals_book.book(journal, period, granted)
    return Prepared(journal, granted, period, person, began, book)


@sensitive_variables("key_password")
def keep(prepared: Prepared, pdf: bytes, key_password: str = "") -> Certificate:
    """Sign and archive the PDF/A of what was prepared; Refused as `certify` says."""
    journal, period, person = prepared.journal, prepared.period, prepared.person
    is_signed = signing.is_configured()
    if is_signed:
        pdf = _signed(pdf, f"{journal}, {period}", key_password)
    certificate = Certificate(
        journal=journal,
        period=period,
        certified_by=person,
        certified_at=prepared.began,
        sha256=hashlib.sha256(pdf).hexdigest(),
        is_signed=is_signed,
        contents=contents(prepared.book),
        # Nobody else may certify (4.1): that it is his own is marked.
        self_judged=bool(
            access.own_journals(person, [journal.pk], (period.starts_on, period.ends_on))
        ),
    )
    certificate._history_user = person  # type: ignore[attr-defined]  # a worker has no request
    # The file comes before its row: a row without a file would be worse than a file without a row.
    certificate.file.save(f"{journal.pk}-{period.pk}.pdf", ContentFile(pdf), save=False)
    try:
        _keep_certificate(certificate, prepared.granted)
    except BaseException:
        certificate.file.storage.delete(certificate.file.name)  # type: ignore[arg-type]  # saved above
        raise
    return certificate


@sensitive_variables("key_password")
def _signed(pdf, what, key_password):
    try:
        reason = f"Заверен электронный журнал: {what}"
        place = School.objects.get().name
        return signing.sign_pdf(pdf, reason=reason, place=place, password=key_password)
    except signing.SigningError as error:
        raise KeyRefused(str(error)) from error


@transaction.atomic
def _keep_certificate(certificate, granted):
    hold([certificate.journal_id])
    _refuse_uncertifiable(certificate.journal, certificate.period, timezone.now())
    book = journals_book.book(certificate.journal, certificate.period, granted)
    if contents(book) != certificate.contents:
        raise Refused("Пока журнал заверяли, в нём что-то изменили: проверьте и заверьте снова.")
    certificate.save()


def _refuse_uncertifiable(journal, period, now):
    place = next(one for one in certified_periods(journal, now) if one.period == period)
    if not place.is_locked:
        raise Refused(f"{period}: период не закрыт. Сначала закройте его, потом заверяйте журнал.")
    if place.open_until:
        until = f"{timezone.localtime(place.open_until):%d.%m.%Y %H:%M}"
        raise Refused(f"Журнал открыт для исправлений до {until}: заверить можно после этого.")
    if place.standing:
        raise AlreadyCertified(place.standing)
