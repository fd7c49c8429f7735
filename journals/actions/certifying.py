"""Certify many journals in one deed (4.1).

The director asks, a worker does it in no transaction but that of each journal: it claims the deed,
and each journal that is done is its sign of life. One whose worker was killed is gone on with by
another: a journal that was certified just before stands certified. Whoever wants it stopped writes
that down, and the worker stops after the journals that it is drawing.
"""

import datetime
import logging
from collections import deque
from collections.abc import Iterator, Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from attendance.refusals import Refused
from school import sealing, signing
from school.models import Journal, Period, User
from school.models.history import originating
from school.printing import pool
from school.rights import rights

from ..models import Certifying, CertifyingLine
from ..printing import book_html
from ..queries.certificates import WHOLE
from ..queries.certifying import unready
from .certificates import AlreadyCertified, KeyRefused, Prepared, keep, prepare

logger = logging.getLogger(__name__)

KEY_LASTS = datetime.timedelta(hours=12)  # how long a key's password waits for a worker
ORIGIN = "заверение нескольких журналов"


@sensitive_variables("key_password")
def start_certifying(
    period: Period, journals: Sequence[Journal], person: User, key_password: str = ""
) -> Certifying:
    """Let a worker certify journals of a closed period for the director. Refused: the period is not
    closed, there are none, or others are being certified just now."""
    if not journals:
        raise Refused("Выберите классы, журналы которых заверяете.")
    if not Period.objects.filter(pk=period.pk, lock__isnull=False).exists():
        raise Refused(f"{period}: период не закрыт. Сначала закройте его, потом заверяйте.")
    sealed = sealing.seal(key_password) if signing.is_configured() else ""
    try:
        with transaction.atomic():
            made = Certifying.objects.create(period=period, asked_by=person, sealed_key=sealed)
            CertifyingLine.objects.bulk_create(
                CertifyingLine(certifying=made, journal=one) for one in journals
            )
    except IntegrityError as error:
        raise Refused("Журналы уже заверяются: дождитесь конца или остановите.") from error
    return made


def stop_certifying(person: User) -> bool:
    """Stop the deed that is not finished; what is certified stays. Returns whether there was one to
    stop."""
    return bool(
        Certifying.objects.filter(finished_at=None, stopped_by=None).update(stopped_by=person)
    )


def certify_waiting() -> int:
    """Go on with what no living worker does; returns how many deeds were finished."""
    finished = 0
    for one in Certifying.objects.unclaimed().filter(finished_at=None).order_by("pk"):
        if one.claim(finished_at=None):
            finished += _certify(one)
    return finished


def _certify(one):
    """Do a claimed deed; returns whether it was finished here."""
    error = ""
    try:
        if not rights(one.asked_by).is_director:
            raise Refused("Заверяет директор (4.1): кто начал заверение, больше не директор.")
        key_password = _key_password(one)
        with originating(ORIGIN):
            is_mine = one.renew(started_at=timezone.now()) and _certify_lines(one, key_password)
        if not is_mine:
            return False
    except Refused as refused:
        error = str(refused)
    except Exception:
        logger.exception("%s not certified", one)
        error = "Заверить не удалось. Что заверено, то остаётся; начните заверение ещё раз."
    return one.renew(finished_at=timezone.now(), error=error[:500], sealed_key="")


def _key_password(one):
    if not signing.is_configured():
        return ""
    if not one.sealed_key or one.asked_at + KEY_LASTS < timezone.now():
        raise KeyRefused("Пароль ключа больше не хранится: начните заверение ещё раз.")
    try:
        return sealing.unseal(one.sealed_key)
    except sealing.Unsealable as error:
        raise KeyRefused("Пароль ключа не прочесть: начните заверение ещё раз.") from error


@sensitive_variables("key_password")
def _certify_lines(one, key_password):
    """Certify what is not done yet; False once another worker has the deed."""
    drawn: deque[tuple[CertifyingLine, Prepared | Refused]] = deque()
    for pdf in pool.draw_all(_jobs(one, drawn), "school.printing.archived"):
        line, prepared = drawn.popleft()
        _settle(line, prepared, pdf, key_password)
        if not one.renew():
            return False
    return True


def _jobs(one: Certifying, drawn: deque) -> Iterator[str | Refused]:
    """For each line that is not done what its book is drawn from, or why it is not certified; what
    it is about is put at the end of `drawn`."""
    shown = ("certifying", "journal__group__year", "journal__subject")
    lines = list(one.lines.filter(done_at=None).select_related(*shown))
    now = timezone.now()
    journals = [line.journal for line in lines]
    lacking = {it.journal.pk: it.why for it in unready(one.period, journals, now)}
    for line in lines:
        if Certifying.objects.filter(pk=one.pk, stopped_by__isnull=False).exists():
            return
        job, prepared = _prepared(one, line, lacking.get(line.journal_id, ""))
        drawn.append((line, prepared))
        yield job


def _prepared(one, line, lacking):
    try:
        prepared = prepare(line.journal, WHOLE, one.period, one.asked_by, lacking)
        return book_html(prepared.book, certifier=one.asked_by), prepared
    except Refused as refused:
        return refused, refused


@sensitive_variables("key_password")
def _settle(line, prepared, pdf, key_password):
    """Write down what became of a journal."""
    try:
        if isinstance(prepared, Refused):
            raise prepared
        if isinstance(pdf, Exception):
            logger.error("%s not drawn", line.journal, exc_info=pdf)
            raise Refused("Напечатать не удалось: заверьте этот журнал отдельно.")
        line.certificate = keep(prepared, pdf, key_password)
    except AlreadyCertified as already:
        line.certificate = already.certificate
        # Of one that was killed after the certificate and before this line it is the deed's own.
        line.was_certified = already.certificate.certified_at < line.certifying.asked_at
    except KeyRefused:
        raise
    except Refused as refused:
        line.refusal = str(refused)[:500]
    line.done_at = timezone.now()
    line.save(update_fields=["certificate", "was_certified", "refusal", "done_at"])
