"""Files that come in keep their whole name: Django's own handlers cut it at 255 characters, and its parser refuses the
whole form, with all that was typed, where the name of one file takes more than a thousand bytes (340 of Japanese).
"""

from typing import Any

from django.core.files import uploadhandler
from django.core.files.uploadedfile import UploadedFile
from django.http import multipartparser

multipartparser.MAX_TOTAL_HEADER_SIZE = 4 * 1024


class _WholeName(uploadhandler.FileUploadHandler):
    def file_complete(self, file_size: int) -> Any:
        file: UploadedFile | None = super().file_complete(file_size)
        if file is not None:
            file.whole_name = self.file_name
        return file


class InMemory(_WholeName, uploadhandler.MemoryFileUploadHandler):
    pass


class OnDisk(_WholeName, uploadhandler.TemporaryFileUploadHandler):
    pass
