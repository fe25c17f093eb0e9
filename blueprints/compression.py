"""Pages and the answers of the API, compressed for the site's own pages alone.

They have secrets beside words that others may choose, and over TLS the length of a compressed
answer tells the one from the other, to whoever can make a browser ask for it a thousand times
(BREACH). No other site can: what it asks for comes with another `Sec-Fetch-Site`, and is left as it
is. And each length is a random one: docs/decisions/0014-compressed-for-own-pages.md.
"""

import gzip
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from io import BytesIO

import brotli
from quart import Quart, Response, request
from werkzeug.datastructures import Accept

from blueprints.accept_headers import accepted
from cooperative import in_slices

CONTENT_TYPES = frozenset({"text/html", "application/json"})
# What an open page asks for by itself, each time that others write to its reader: with their words
# in it, beside those of other rooms. They would choose both the words and how often.
ASKED_FOR_BY_OTHERS = frozenset({"activity.entries"})
LENGTH_MIN = 1_400  # What fits into one packet stays one.
# 118 KB of a room become 14, in 1.4 ms of CPU; 6 takes 1.6 ms for 1 % less, 4 takes 1 ms for 10 %
# more.
BROTLI_QUALITY = 5
LEVEL = 7  # Of gzip, for browsers without TLS: 16 KB in 2.2 ms.
PART = 16 << 10  # Bytes that are compressed at a time: a page of changes may have megabytes.
PADDING_MAX = 100  # As in Django's GZipMiddleware, after "Heal the BREACH" (IEEE 2022).


def init_app(app: Quart) -> None:
    app.after_request(compress)


async def compress(response: Response) -> Response:
    """Compress what is long enough, for who may be answered so."""
    if response.mimetype not in CONTENT_TYPES or request.endpoint == "static":
        return response
    response.vary.update(("Accept-Encoding", "Sec-Fetch-Site"))
    if not _is_own_page() or not (encoding := _encoding()):
        return response
    body = await response.get_data(as_text=False)
    if len(body) >= LENGTH_MIN:
        padding = secrets.randbelow(PADDING_MAX + 1)
        response.set_data(await ENCODERS[encoding](body, padding))
        response.headers["Content-Encoding"] = encoding
    return response


def _encoding() -> str | None:
    """The first of ours that the browser takes."""
    taken = accepted("Accept-Encoding", Accept)
    return next((each for each in ENCODERS if taken[each]), None)


def _is_own_page() -> bool:
    """Whether a page of this site asks, by its scripts or by a link, and because its reader does:
    the browser says the first, and no page can make it say otherwise.
    """
    return (
        request.method == "GET"
        and request.headers.get("Sec-Fetch-Site") == "same-origin"
        and request.endpoint not in ASKED_FOR_BY_OTHERS
    )


async def _brotli(body: bytes, padding: int) -> bytes:
    encoder = brotli.Compressor(brotli.MODE_TEXT, BROTLI_QUALITY)
    packed = [encoder.process(part) async for part in _parts(body)]
    return b"".join((*packed, encoder.flush(), _skipped(padding), encoder.finish()))


def _skipped(count: int) -> bytes:
    """A block of so many bytes, up to 256, that nobody reads (RFC 7932, 9.2), where one byte of a
    stream has ended: a flag for more, its kind, a length of one byte, and the length less one.
    """
    if not count:
        return b""
    return (0b01_0_11_0 | count - 1 << 6).to_bytes(2, "little") + b"a" * count


async def _gzip(body: bytes, padding: int) -> bytes:
    packed = BytesIO()
    # The file's name, which nobody reads, is the padding.
    with gzip.GzipFile("a" * padding, "wb", LEVEL, packed, mtime=0) as file:
        async for part in _parts(body):
            file.write(part)
    return packed.getvalue()


async def _parts(body: bytes) -> AsyncIterator[bytes]:
    async for start in in_slices(range(0, len(body), PART)):
        yield body[start : start + PART]


ENCODERS: Mapping[str, Callable[[bytes, int], Awaitable[bytes]]] = {"br": _brotli, "gzip": _gzip}
