"""Files that people send: how much of them is kept."""

import pytest

from school import uploads
from school.uploads import LimitedUploadHandler, too_big

pytestmark = pytest.mark.any_database


def sent(handler, name, data):
    """A file as a request brings it, in two chunks."""
    handler.new_file("files", name, "text/csv", len(data))
    half = len(data) // 2
    handler.receive_data_chunk(data[:half], 0)
    handler.receive_data_chunk(data[half:], half)
    return handler.file_complete(len(data))


@pytest.fixture
def handler(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_TAKEN", 10)
    monkeypatch.setattr(uploads, "MOST_TAKEN_AT_ONCE", 15)
    return LimitedUploadHandler()


def test_it_works(handler):
    file = sent(handler, "a.csv", b"0123456789")
    assert (file.read(), file.size, too_big(file)) == (b"0123456789", 10, None)


def test_of_a_file_that_is_too_big_no_more_is_kept(handler):
    file = sent(handler, "a.csv", b"0123456789abcdef")
    assert (file.read(), file.size) == (b"0123456789", 16)
    assert "Файл больше 0 МБ" in too_big(file, 10)


def test_of_many_files_no_more_is_kept_than_of_one_request(handler):
    sent(handler, "a.csv", b"0123456789")
    fits, not_whole = sent(handler, "b.csv", b"01234"), sent(handler, "c.csv", b"0")
    assert too_big(fits) is None
    assert not_whole.read() == b""
    assert "Вместе файлы слишком велики" in too_big(not_whole)
