"""What a scan may be: by its content, never by its name (2.9)."""

from io import BytesIO

import pytest
from PIL import Image

from attendance import rules
from tests.world import SCAN

pytestmark = pytest.mark.any_database


def picture(kind, size=(60, 40)):
    file = BytesIO()
    Image.radial_gradient("L").resize(size).save(file, kind)
    return file.getvalue()


JPEG, PNG = picture("JPEG", (600, 400)), picture("PNG")


@pytest.mark.parametrize(("content", "kind"), [(SCAN, "pdf"), (JPEG, "jpg"), (PNG, "png")])
def test_its_type(content, kind):
    assert rules.scan_type(content) == kind


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Это не PDF"),
        (b"MZ\x90\x00", "Это не PDF"),
        (b"<html><script>alert(1)</script>", "Это не PDF"),
        (b"PK\x03\x04 a document of Word", "Это не PDF"),
        (picture("GIF"), "Это не PDF"),
        (b"%PDF-1.7 and then nothing", "PDF обрывается"),
        (SCAN[:-10], "PDF обрывается"),
        (b"%PDF-1.4\nMZ<script>\n%%EOF", "PDF не открывается"),
        (JPEG[: len(JPEG) // 2], "JPEG повреждена"),
        (b"\xff\xd8\xff and no picture", "JPEG повреждена"),
        (PNG[:-30], "PNG повреждена"),
        (PNG[:60] + bytes([PNG[60] ^ 255]) + PNG[61:], "PNG повреждена"),
        (b"\x89PNG\r\n\x1a\n", "PNG повреждена"),
    ],
)
def test_refused(content, told):
    with pytest.raises(rules.ScanError, match=told):
        rules.scan_type(content)


def huge(kind, **options):
    file = BytesIO()
    Image.new("L", (8000, 5001)).save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    "content", [huge("JPEG", progressive=True), huge("PNG")], ids=["JPEG", "PNG"]
)
def test_too_many_points(content):
    """Few bytes may unfold into a memory full of them."""
    with pytest.raises(rules.ScanError, match="больше 40 миллионов точек"):
        rules.scan_type(content)


def test_a_large_page_is_taken():
    file = BytesIO()
    Image.new("L", (4961, 7016)).save(file, "JPEG")  # A4, 600 dpi
    assert rules.scan_type(file.getvalue()) == "jpg"
