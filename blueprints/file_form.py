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
SECONDS = 30.0  # How long each part of it may take.
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
    head, beginning = await _head(mark)
    fields, name = _fields(head, mark)
    # Behind the file there is the end of the form, and nothing else.
    overhead = len(head) + len(mark) + len("\r\n--\r\n")
    size = max(0, request.content_length - overhead)
    return FileForm(fields, name, size, _content(beginning, size))


async def _head(mark: bytes) -> tuple[bytes, bytes]:
    """What is before the bytes of the file, and those of them that have come with it."""
    data = b""
    while True:
        begin = _FILE_NAME.search(data)
        end = data.find(b"\r\n\r\n", begin.end()) + 4 if begin else 3
        if end > 3:
            break
        part = await _next()
        if len(data) > HEAD_MAX or not part or not data.startswith(mark[: len(data)]):
            raise Refusal("bad_request", problem="form")
        data += part
    return data[:end], data[end:]


async def _next() -> bytes:
    try:
        async with asyncio.timeout(SECONDS):
            return await anext(aiter(request.body), b"")
    except TimeoutError:
        raise Refusal("request_timeout") from None


def _fields(head: bytes, mark: bytes) -> tuple[dict[str, str], str]:
    fields: dict[str, str] = {}
    *parts, last = (b"\r\n" + head).split(b"\r\n" + mark + b"\r\n")[1:] or [b""]
    for part in parts:
        about, _, content = part.partition(b"\r\n\r\n")
        fields[_text(_NAME, about)] = content.decode(errors="replace")
    return fields, _text(_FILE_NAME, last)


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
