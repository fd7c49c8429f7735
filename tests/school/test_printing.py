"""A print is made of its own text alone."""

import pytest

from school.printing.draw import draw
from tests.pdf import pages

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    "url", ["http://evil.example/x.png", "file:///etc/passwd", "data:image/png;base64,AA", "x.png"]
)
def test_what_it_would_load_is_left_out_and_told(url, caplog):
    text = pages(draw(f'<p>Отметки</p><img src="{url}"><link rel="stylesheet" href="{url}">'))
    assert "Отметки" in text[0]
    if url != "x.png":  # a relative address has nothing to be relative to
        assert any("disallowed protocol" in record.getMessage() for record in caplog.records)
