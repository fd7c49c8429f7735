"""Electronic signatures of PDFs (4.1)."""

from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

# What a certificate's key usage calls the right to sign documents; either is enough.
FOR_SIGNING = {"digital_signature", "non_repudiation"}


class SigningError(Exception):
    """The configured key can't sign; the text is Russian, for the person who wanted to."""


class WrongPassword(SigningError):
    """The key does not open with what was typed."""


def is_configured():
    return bool(settings.SIGNING_KEY)


@sensitive_variables("password")
def check_key(password):
    """SigningError when the key does not open with this password, is not valid today or is not for
    signing."""
    # Imported here, as below: what a web worker that never signs is spared.
    from pyhanko.sign import signers

    _signer(signers.SimpleSigner, password)


@sensitive_variables("password")
def sign_pdf(pdf, *, reason, place, password):
    """The PDF (bytes) with a PAdES signature (B-B) of the PKCS#12 key settings.SIGNING_KEY over all
    that stood in it. The key's password is what its owner has typed: it is kept nowhere.
    SigningError when the key can't be opened, is not valid today or is not for signing."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigSeedSubFilter

    signer = _signer(signers.SimpleSigner, password)
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


@sensitive_variables("password")
def _signer(kind, password):
    try:
        key = Path(settings.SIGNING_KEY).read_bytes()
    except OSError as error:
        raise SigningError(
            "Ключ электронной подписи не открывается: администратору надо проверить файл, "
            "указанный в SIGNING_KEY."
        ) from error
    try:
        signer = kind.load_pkcs12_data(key, other_certs=[], passphrase=password.encode())
    except ValueError as error:
        raise WrongPassword("Ключ электронной подписи не открывается этим паролем.") from error
    certificate = signer.signing_cert
    if not certificate.not_valid_before <= timezone.now() <= certificate.not_valid_after:
        raise SigningError(
            f"Сертификат электронной подписи действует с {certificate.not_valid_before:%d.%m.%Y} "
            f"по {certificate.not_valid_after:%d.%m.%Y}: сегодня им подписать нельзя."
        )
    usage = certificate.key_usage_value  # one that does not say is for anything (RFC 5280)
    if usage is not None and usage.native.isdisjoint(FOR_SIGNING):
        raise SigningError(
            "Сертификат выдан не для подписи документов: в его назначении (key usage) нет ни "
            "электронной подписи, ни неотрекаемости. Администратору нужен сертификат для подписи."
        )
    return signer
