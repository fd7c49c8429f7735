"""Electronic signatures of PDFs (4.1)."""

from io import BytesIO

from django.conf import settings
from django.utils import timezone


class SigningError(Exception):
    """The configured key can't sign; the text is Russian, for the person who wanted to."""


def is_configured():
    return bool(settings.SIGNING_KEY)


def sign_pdf(pdf, *, reason, place):
    """The PDF (bytes) with a PAdES signature (B-B) of the PKCS#12 key settings.SIGNING_KEY over all
    that stood in it. SigningError when the key can't be opened or is not valid today."""
    # Imported here: what a web worker that never signs is spared.
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigSeedSubFilter

    signer = _signer(signers.SimpleSigner)
    metadata = signers.PdfSignatureMetadata(
        field_name="Director",
        reason=reason,
        location=place,
        name=signer.subject_name,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
    )
    signed = BytesIO()
    signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), metadata, signer, output=signed)
    return signed.getvalue()


def _signer(kind):
    signer = kind.load_pkcs12(
        settings.SIGNING_KEY, passphrase=settings.SIGNING_KEY_PASSWORD.encode()
    )
    if signer is None:  # pyHanko has logged why
        raise SigningError(
            "Ключ электронной подписи не открывается: проверьте файл SIGNING_KEY и его пароль."
        )
    certificate = signer.signing_cert
    if not certificate.not_valid_before <= timezone.now() <= certificate.not_valid_after:
        raise SigningError(
            f"Сертификат электронной подписи действует с {certificate.not_valid_before:%d.%m.%Y} "
            f"по {certificate.not_valid_after:%d.%m.%Y}: сегодня им подписать нельзя."
        )
    return signer
