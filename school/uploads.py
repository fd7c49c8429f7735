"""Files that people send."""

from tempfile import SpooledTemporaryFile

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

MB = 1024 * 1024
MOST_BYTES = 5 * MB  # of what is kept as it was sent: a scan, a paper
MOST_IN_MEMORY = MB
MOST_TAKEN, MOST_TAKEN_AT_ONCE = 20 * MB, 60 * MB  # of any file, of all files of a request


def too_big(file, most=MOST_BYTES):
    """Why a file that was sent is refused for its size: Russian, None if it is not."""
    if file.size <= most:
        return None if file.is_whole else "Вместе файлы слишком велики: пришлите их по частям."
    size = f"{file.size / MB:.1f}".replace(".", ",")
    return f"Файл больше {most // MB} МБ: в нём {size} МБ. Уменьшите его."


class LimitedUploadHandler(FileUploadHandler):
    """Keeps at most MOST_TAKEN bytes of a file and MOST_TAKEN_AT_ONCE of a request, little of it in
    memory; the rest is let go by as it comes in. The file says its whole `size`, and whether it
    `is_whole`, so that a form can refuse it and keep what else was typed."""

    taken = 0  # of the files before

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.file = SpooledTemporaryFile(max_size=MOST_IN_MEMORY)  # noqa: SIM115  # the request's
        self.kept = 0
        self.limit = min(MOST_TAKEN, MOST_TAKEN_AT_ONCE - self.taken)

    def receive_data_chunk(self, raw_data, start):
        chunk = raw_data[: max(self.limit - start, 0)]
        self.file.write(chunk)
        self.kept += len(chunk)

    def file_complete(self, file_size):
        self.file.seek(0)
        self.taken += self.kept
        made = InMemoryUploadedFile(
            file=self.file,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
        made.is_whole = self.kept == file_size
        return made
