"""What a file is, by its content: a name can say anything."""

import codecs
import re

HEAD = 4_096  # Bytes that are looked at.
UNKNOWN = "application/octet-stream"
TEXT = "text/plain"

_BEGINNINGS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), content_type)
    for pattern, content_type in (
        (rb"\x89PNG\r\n\x1a\n", "image/png"),
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"GIF8[79]a", "image/gif"),
        (rb"RIFF....WEBP", "image/webp"),
        (rb"....ftypavi[fs]", "image/avif"),
        (rb"....ftyp(qt  )", "video/quicktime"),
        (rb"....ftyp(M4A |M4B )", "audio/mp4"),
        (rb"....ftyp(isom|iso[2-9]|mp4[12]|avc1|M4V |dash|MSNV|3gp[4-9])", "video/mp4"),
        (rb"\x1a\x45\xdf\xa3.{0,64}webm", "video/webm"),
        (rb"OggS.{24,80}theora", "video/ogg"),
        (rb"OggS", "audio/ogg"),
        (rb"ID3[\x02-\x04]|\xff[\xfb\xf3\xf2]", "audio/mpeg"),
        (rb"RIFF....WAVE", "audio/wav"),
        (rb"fLaC", "audio/flac"),
        (rb"%PDF-", "application/pdf"),
        (rb"PK\x03\x04", "application/zip"),
        (rb"\x1f\x8b\x08", "application/gzip"),
    )
)
# What no text has, but for tabs and ends of lines and pages.
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def content_type_of(head: bytes) -> str:
    """Of a file that begins like this, HEAD bytes of it or all. HTML, SVG and the like are text."""
    for beginning, content_type in _BEGINNINGS:
        if beginning.match(head):
            return content_type
    return TEXT if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    if not head or _CONTROLS.search(head):
        return False
    try:
        # The last character may be cut off.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True
