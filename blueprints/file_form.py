"""A form with one file, as browsers send it (multipart/form-data): its fields first, then the file,
which is read while it comes and never lies in memory.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import NamedTuple

from quart import request

from models import Refusal

# All that comes before the file: names, and the text of a message.
HEAD_MAX = 64 << 10
ABOUT_MAX = 4 << 10  # What is said of one field.
SECONDS = 30.0  # How long all of that may take, and then each part of the file.
_BOUNDARY = re.compile(r'multipart/form-data;.*?boundary="?([^";,\s]{1,70})"?', re.IGNORECASE)
_NAME = re.compile(rb'[; ]name="([^"]*)"')
_FILE_NAME = re.compile(rb'[; ]filename="([^"]*)"')
# As browsers write them in the names of fields and files.
_ESCAPES = {"%22": '"', "%0D": "\r", "%0A": "\n"}


class FileForm(NamedTuple):
    """What was sent. `name` is "" where no file was chosen; `size` in bytes."""

    fields: dict[str, str]
    name: str
    size: int
    content: AsyncIterator[bytes]


async def file_form(most: int) -> FileForm:
    """The form of the request, whose file has at most so many bytes, or some more.

    Raises:
        Refusal: bad_content_type, bad_request, length_required, request_timeout, too_large.
    """
    found = _BOUNDARY.match(request.headers.get("Content-Type", ""))
    if found is None:
        raise Refusal("bad_content_type", expected="multipart/form-data")
    if request.content_length is None:
        raise Refusal("length_required")
    if request.content_length > most + HEAD_MAX:
        raise Refusal("too_large")
    mark = b"--" + found[1].encode("latin-1", "replace")
    head = _Head(mark)
    try:
        async with asyncio.timeout(SECONDS):
            fields, name = await head.read()
    except TimeoutError:
        raise Refusal("request_timeout") from None
    # Behind the file there is the end of the form, and nothing else.
    overhead = head.size + len(mark) + len("\r\n--\r\n")
    size = max(0, request.content_length - overhead)
    return FileForm(fields, name, size, _content(head.rest, size))


class _Head:
    """What is before the bytes of the file, while it comes. Each byte of it is looked at once."""

    def __init__(self, mark: bytes) -> None:
        self.data = bytearray()
        self._mark = mark
        self._at = 0

    async def read(self) -> tuple[dict[str, str], str]:
        """The fields, and the name of the file, whose first bytes are in `rest` then.

        Raises:
            Refusal: bad_request, where no file comes, or too late; request_timeout.
        """
        fields: dict[str, str] = {}
        await self._upto(self._mark, is_here=True)
        while True:
            await self._upto(b"\r\n", is_here=True)
            about = await self._upto(b"\r\n\r\n", most=ABOUT_MAX)
            if _FILE_NAME.search(about):
                return fields, _text(_FILE_NAME, about)
            # Two bytes earlier: an empty one has no line of its own.
            self._at -= 2
            content = await self._upto(b"\r\n" + self._mark)
            fields[_text(_NAME, about)] = content[2:].decode(errors="replace")

    @property
    def size(self) -> int:
        """In bytes."""
        return self._at

    @property
    def rest(self) -> bytes:
        """What has come behind it."""
        return bytes(self.data[self._at :])

    async def _upto(self, mark: bytes, *, is_here: bool = False, most: int = HEAD_MAX) -> bytes:
        """What is before the next mark, behind which it goes on then; nothing, if it `is_here`."""
        begin = seen = self._at
        most = len(mark) if is_here else most
        while (end := self.data.find(mark, seen)) < 0:
            seen = max(begin, len(self.data) - len(mark) + 1)
            part = await _next() if len(self.data) <= HEAD_MAX else b""
            if not part or seen - begin > most:
                raise Refusal("bad_request", problem="form")
            self.data += part
        if end - begin > (0 if is_here else most):
            raise Refusal("bad_request", problem="form")
        self._at = end + len(mark)
        return bytes(self.data[begin:end])


async def _next() -> bytes:
    try:
        async with asyncio.timeout(SECONDS):
            return await anext(aiter(request.body), b"")
    except TimeoutError:
        raise Refusal("request_timeout") from None


def _text(pattern: re.Pattern[bytes], about: bytes) -> str:
    found = pattern.search(about)
    text = found[1].decode(errors="replace") if found else ""
    for escape, character in _ESCAPES.items():
        text = text.replace(escape, character)
    return text


async def _content(beginning: bytes, size: int) -> AsyncIterator[bytes]:
    left = size
    part = beginning
    while left > 0:
        yield part[:left]
        left -= len(part)
        if left > 0 and not (part := await _next()):
            return
