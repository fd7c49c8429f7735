"""Files that people send."""

from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

MOST_BYTES = 5 * 1024 * 1024


def too_big(file):
    """Why a file that was sent is refused for its size: Russian, None if it is not."""
    if file.size <= MOST_BYTES:
        return None
    size = f"{file.size / 1024 / 1024:.1f}".replace(".", ",")
    return f"Файл больше 5 МБ: в нём {size} МБ. Уменьшите его."


class LimitedUploadHandler(FileUploadHandler):
    """Keeps at most MOST_BYTES of a file, in memory; the rest is let go by as it comes in. The
    file says its whole `size`, so that a form can refuse it and keep what else was typed."""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.file = BytesIO()

    def receive_data_chunk(self, raw_data, start):
        self.file.write(raw_data[: max(MOST_BYTES - start, 0)])

    def file_complete(self, file_size):
        self.file.seek(0)
        return InMemoryUploadedFile(
            file=self.file,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
