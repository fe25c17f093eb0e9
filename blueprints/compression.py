"""Pages and the answers of the API, compressed for the site's own pages alone.

They have secrets beside words that others may choose, and over TLS the length of a compressed
answer tells the one from the other, to whoever can make a browser ask for it a thousand times
(BREACH). No other site can: what it asks for comes with another `Sec-Fetch-Site`, and is left as it
is. And each length is a random one: docs/decisions/0014-compressed-for-own-pages.md.
"""

import gzip
import secrets
from io import BytesIO

from quart import Quart, Response, request
from werkzeug.datastructures import Accept

from blueprints.accept_headers import accepted
from cooperative import in_slices

CONTENT_TYPES = frozenset({"text/html", "application/json"})
# What an open page asks for by itself, each time that others write to its reader: with their words
# in it, beside those of other rooms. They would choose both the words and how often.
ASKED_FOR_BY_OTHERS = frozenset({"activity.entries"})
LENGTH_MIN = 1_400  # What fits into one packet stays one.
# 139 KB of a room become 15, in 1.2 ms of CPU; level 3 takes 0.5 ms and makes 17.
LEVEL = 7
PART = 16 << 10  # Bytes that are compressed at a time: a page of changes may have megabytes.
PADDING_MAX = 100  # As in Django's GZipMiddleware, after "Heal the BREACH" (IEEE 2022).


def init_app(app: Quart) -> None:
    app.after_request(compress)


async def compress(response: Response) -> Response:
    """Compress what is long enough, for who may be answered so."""
    if response.mimetype not in CONTENT_TYPES or request.endpoint == "static":
        return response
    response.vary.update(("Accept-Encoding", "Sec-Fetch-Site"))
    if not _is_own_page() or not accepted("Accept-Encoding", Accept)["gzip"]:
        return response
    body = await response.get_data(as_text=False)
    if len(body) >= LENGTH_MIN:
        response.set_data(await _compressed(body))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _is_own_page() -> bool:
    """Whether a page of this site asks, by its scripts or by a link, and because its reader does:
    the browser says the first, and no page can make it say otherwise.
    """
    return (
        request.method == "GET"
        and request.headers.get("Sec-Fetch-Site") == "same-origin"
        and request.endpoint not in ASKED_FOR_BY_OTHERS
    )


async def _compressed(body: bytes) -> bytes:
    # The file's name, which nobody reads, is the padding.
    name = "a" * secrets.randbelow(PADDING_MAX + 1)
    packed = BytesIO()
    with gzip.GzipFile(name, "wb", LEVEL, packed, mtime=0) as file:
        async for start in in_slices(range(0, len(body), PART)):
            file.write(body[start : start + PART])
    return packed.getvalue()
