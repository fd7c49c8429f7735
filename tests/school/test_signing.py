"""PAdES signatures: pyHanko's own validator accepts them, and a changed byte is detected (4.1)."""

import datetime
from io import BytesIO

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from school import signing
from school.printing.draw import render_pdf

# Of files, alike on every database.
pytestmark = pytest.mark.any_database

PASSWORD = "key-of-tests"
HOW = {"reason": "Заверен", "place": "Школа № 1", "password": PASSWORD}


def make_key(folder, *, begins=None, days=30, signs=True, commits=True):
    """(path of a self-signed PKCS#12, its certificate); valid from `begins`, default yesterday; its
    key usage is what it `signs` and `commits` to."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Директорова Дина")])
    begins = begins or timezone.now() - datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=signs,
                content_commitment=commits,
                key_cert_sign=True,
                crl_sign=True,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "director.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"director", key, certificate, None, BestAvailableEncryption(PASSWORD.encode())
        )
    )
    return path, certificate


def verify(pdf, certificate):
    """pyHanko's word on the one signature of a PDF, trusting only that certificate."""
    root = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    context = ValidationContext(trust_roots=[root], allow_fetching=False)
    return signature, validate_pdf_signature(signature, context)


@pytest.fixture
def key(tmp_path, settings):
    path, certificate = make_key(tmp_path)
    settings.SIGNING_KEY = str(path)
    return certificate


@pytest.fixture(scope="module")
def pdf():
    return render_pdf("school/print/base.html", {}, variant="pdf/a-2u")


def test_the_signature_is_valid_and_covers_everything(pdf, key):
    signed = signing.sign_pdf(pdf, reason="Заверен журнал 5А", place="Школа № 1", password=PASSWORD)
    signature, status = verify(signed, key)
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    said = signature.sig_object
    assert said["/SubFilter"] == "/ETSI.CAdES.detached"
    assert (said["/Reason"], said["/Location"]) == ("Заверен журнал 5А", "Школа № 1")
    assert "Директорова Дина" in said["/Name"]


def test_one_changed_byte_is_detected(pdf, key):
    signed = bytearray(signing.sign_pdf(pdf, **HOW))
    at = signed.index(b"WeasyPrint")
    signed[at] ^= 1
    _, status = verify(bytes(signed), key)
    assert not status.intact
    assert not status.bottom_line


def test_a_strange_certificate_is_not_trusted(pdf, key, tmp_path_factory):
    signed = signing.sign_pdf(pdf, **HOW)
    _, other = make_key(tmp_path_factory.mktemp("other"))
    assert not verify(signed, other)[1].trusted


@pytest.mark.parametrize("broken", ["password", "file"])
def test_a_key_that_does_not_open_is_told(pdf, key, settings, tmp_path, broken):
    how = dict(HOW)
    if broken == "password":
        how["password"] = "another"
    else:
        settings.SIGNING_KEY = str(tmp_path / "missing.p12")
    with pytest.raises(signing.SigningError, match="не открывается") as raised:
        signing.sign_pdf(pdf, **how)
    assert isinstance(raised.value, signing.WrongPassword) == (broken == "password")


def test_a_key_that_has_expired_does_not_sign(pdf, tmp_path, settings):
    begins = timezone.now() - datetime.timedelta(days=40)
    path, _ = make_key(tmp_path, begins=begins, days=30)
    settings.SIGNING_KEY = str(path)
    with pytest.raises(signing.SigningError, match="сегодня им подписать нельзя"):
        signing.sign_pdf(pdf, **HOW)


@pytest.mark.parametrize(
    ("signs", "commits", "may"),
    [(True, True, True), (True, False, True), (False, True, True), (False, False, False)],
)
def test_a_certificate_must_be_for_signing(tmp_path, settings, pdf, signs, commits, may):
    """One for encryption, or of an authority, gives no right to sign (RFC 5280, 4.2.1.3)."""
    path, _ = make_key(tmp_path, signs=signs, commits=commits)
    settings.SIGNING_KEY = str(path)
    if may:
        signing.check_key(PASSWORD)
        assert signing.sign_pdf(pdf, **HOW)
    else:
        for sign in (lambda: signing.check_key(PASSWORD), lambda: signing.sign_pdf(pdf, **HOW)):
            with pytest.raises(signing.SigningError, match="не для подписи"):
                sign()
