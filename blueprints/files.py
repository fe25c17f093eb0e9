"""The files of messages, as they are fetched. Whether whoever asks sees them is asked each time."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote

import structlog
from quart import Blueprint, Response, request

from blueprints.byte_ranges import ByteRange, asked_range
from blueprints.context import login_required, require_actor, services
from services.files import StoredFile

log = structlog.get_logger(__name__)
blueprint = Blueprint("files", __name__, url_prefix="/files")

# A film over a slow line. Whoever takes nothing is cut much earlier.
SECONDS = 6 * 3600.0
# What browsers show and play without running anything of it; all others they save.
SHOWN = frozenset(
    {
        *("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"),
        *("video/mp4", "video/webm", "video/ogg", "video/quicktime"),
        *("audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/flac"),
        "text/plain",
        # By the browser's viewer, a program of its own, which shows them in a sandbox too.
        "application/pdf",
    }
)
# Kept by the browser alone, and shown when we have said each time that it is as it was.
HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
# Everything but these is written as %XX in the name of a file (RFC 8187).
_ATTRIBUTE = "!#$&+-.^_`|~"


@blueprint.get("/<int:file_id>/<name>")
@login_required
async def show(file_id: int, name: str) -> Response:  # noqa: ARG001 - for people's eyes alone
    """All of it, or the bytes that are asked for."""
    is_thumbnail = request.args.get("thumbnail") == "on"
    actor = await require_actor()
    stored = await services().files.shown(actor, file_id, is_thumbnail=is_thumbnail)
    tag = f'"{stored.key}"'
    if _is_known(tag):
        return Response(b"", 304, headers={**HEADERS, "ETag": tag})
    # Of another file than the one that they have a part of, all is sent.
    is_same = request.headers.get("If-Range", tag) == tag
    asked = asked_range(request.headers.get("Range", ""), stored.size) if is_same else None
    if asked and asked.first == asked.end:
        return Response(b"", 416, headers={**HEADERS, "Content-Range": f"bytes */{stored.size}"})
    return _answer(stored, tag, asked, "image/webp" if is_thumbnail else None)


def _answer(
    stored: StoredFile, tag: str, asked: ByteRange | None, content_type: str | None
) -> Response:
    part = asked or ByteRange(0, stored.size)
    content_type = content_type or str(stored.file.content_type)
    body = b"" if request.method == "HEAD" else _read(stored, part)
    response = Response(body, 206 if asked else 200, headers={**HEADERS, "ETag": tag})
    response.headers["Content-Type"] = (
        f"{content_type}; charset=utf-8" if content_type == "text/plain" else content_type
    )
    response.headers["Content-Length"] = str(part.end - part.first)
    response.headers["Content-Disposition"] = disposition(
        str(stored.file.name), is_shown=content_type in SHOWN
    )
    if asked:
        response.headers["Content-Range"] = f"bytes {part.first}-{part.end - 1}/{stored.size}"
    response.timeout = SECONDS
    return response


async def _read(stored: StoredFile, part: ByteRange) -> AsyncIterator[bytes]:
    """What is sent. Where the storage fails in between, nothing can be said any more: the request
    ends as one that was broken off, and with it the connection.
    """
    try:
        async for each in stored.read(*part):
            yield each
    except OSError as error:
        log.warning("file_not_read", file=stored.file.id, error=str(error))
        raise asyncio.CancelledError from None


def disposition(name: str, *, is_shown: bool) -> str:
    """How it is shown, and what it is called: once in letters that every client reads."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    kind = "inline" if is_shown else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_ATTRIBUTE)}"


def _is_known(tag: str) -> bool:
    known = request.headers.get("If-None-Match", "")
    return known.strip() == "*" or tag in (
        each.strip().removeprefix("W/") for each in known.split(",")
    )
