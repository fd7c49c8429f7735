"""Files that somebody sends, looked at before any library opens them: packages of members, text."""

import zipfile
from enum import Enum, auto

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of Office before 2007, and what is encrypted
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # in such a file: one of after 2007, locked

_ENCRYPTED_MEMBER = 1
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Fault(Enum):
    TOO_BIG = auto()
    LOCKED = auto()
    DAMAGED = auto()


class PackageError(ValueError):
    """A package that is not unpacked; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.name)
        self.fault = fault


def members(
    package: zipfile.ZipFile, most_members: int, most_unpacked: int
) -> dict[str, zipfile.ZipInfo]:
    """{name: ZipInfo}, if they are no more and unfold to no more bytes than they may, and none is
    locked or packed as no office program packs. PackageError."""
    found = package.infolist()
    # A member gives no more than it declares: zipfile stops there.
    if len(found) > most_members or sum(one.file_size for one in found) > most_unpacked:
        raise PackageError(Fault.TOO_BIG)
    if any(one.flag_bits & _ENCRYPTED_MEMBER for one in found):
        raise PackageError(Fault.LOCKED)
    # bzip2 and LZMA give more at once than is asked of them.
    if any(one.compress_type not in _PACKED for one in found):
        raise PackageError(Fault.DAMAGED)
    return {one.filename: one for one in found}


def as_text(content: bytes, most: int | None = None) -> str | None:
    """A text file as browsers and spreadsheets write it (UTF-8, Windows-1251, UTF-16 that says so),
    or its first `most` bytes; None of any other."""
    start = content[:most]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start.decode("utf-16", errors="replace")
    if b"\0" in start:
        return None
    try:
        return start.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Cut in the middle of a letter, or Windows's own encoding.
        is_cut = len(start) < len(content) and error.start > len(start) - 4
        text = start.decode("utf-8-sig" if is_cut else "cp1251", errors="replace")
        shown = text.replace("\r", "").replace("\n", "").replace("\t", "")
        return text if shown.isprintable() else None
