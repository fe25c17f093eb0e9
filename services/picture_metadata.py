"""What a picture's file says beside the picture is taken out: the place, the camera, what hides
behind its end. Not a pixel changes, animations stay, and so does the colour profile.

`services/picture_worker.py` runs this file by its path, in a process that imports nothing of ours.
"""

import re
from collections.abc import Callable, Iterator

# What says how the picture looks, by the names of the parts in each kind of file.
PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD pHYs".split()
    + b"acTL fcTL fdAT".split()
)
WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP"))
JPEG_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
PARTS_MAX = 100_000
# The next marker behind the picture's own bytes, in which FF 00 and the restarts are no markers.
_JPEG_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)
_WEBP_HAS_EXIF, _WEBP_HAS_XMP = 0x08, 0x04


def stripped(kind: str, data: bytes) -> bytes:
    """The same picture without what is not needed to show it.

    Raises:
        ValueError: it ends too soon, or is no such file.
    """
    parts = []
    for part in _READERS[kind](data):
        parts.append(part)
        if len(parts) > PARTS_MAX:
            raise ValueError("too many parts")
    return _riff(parts) if kind == "WEBP" else b"".join(parts)


def _jpeg(data: bytes) -> Iterator[bytes]:
    yield _cut(data, 0, 2)
    at = 2
    while True:
        found = _JPEG_MARKER.search(data, at)
        if not found:
            raise ValueError("no end")
        marker = data[found.end() - 1]
        if data[at : found.start()].strip(b"\0"):
            yield data[at : found.start()]
        if marker == 0xD9:
            yield b"\xff\xd9"
            return
        at = found.end() + int.from_bytes(_cut(data, found.end(), 2))
        segment = _cut(data, found.end(), at - found.end())
        if _is_jpeg_kept(marker, segment):
            yield bytes((0xFF, marker)) + segment


def _is_jpeg_kept(marker: int, segment: bytes) -> bool:
    """Whether it belongs to the picture: all but comments, and what applications add."""
    if marker in JPEG_KEPT:
        return segment[2:].startswith(JPEG_KEPT[marker])
    return marker != 0xFE and not 0xE0 <= marker <= 0xEF


def _png(data: bytes) -> Iterator[bytes]:
    yield _cut(data, 0, 8)
    at, name = 8, b""
    while name != b"IEND":
        length = int.from_bytes(_cut(data, at, 4))
        name = _cut(data, at + 4, 4)
        chunk = _cut(data, at, length + 12)
        at += len(chunk)
        if name in PNG_KEPT:
            yield chunk


def _webp(data: bytes) -> Iterator[bytes]:
    end, at = 8 + int.from_bytes(_cut(data, 4, 4), "little"), 12
    if end > len(data):
        raise ValueError("ends too soon")
    while at < end:
        name = _cut(data, at, 4)
        length = int.from_bytes(_cut(data, at + 4, 4), "little")
        chunk = _cut(data, at, 8 + length)
        at += 8 + length + length % 2
        if name == b"VP8X":
            flags = chunk[8] & ~(_WEBP_HAS_EXIF | _WEBP_HAS_XMP)
            chunk = chunk[:8] + bytes((flags,)) + chunk[9:]
        if name in WEBP_KEPT:
            yield chunk + b"\0" * (length % 2)


def _riff(chunks: list[bytes]) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _gif(data: bytes) -> Iterator[bytes]:
    at = 13 + _colours(_cut(data, 0, 13)[10])
    yield _cut(data, 0, at)
    while (introducer := _cut(data, at, 1)) != b";":
        start = at
        if introducer == b",":
            at += 10 + _colours(_cut(data, at, 10)[9]) + 1
        elif introducer == b"!":
            at += 2
        else:
            raise ValueError("no part of a GIF")
        at = _blocks_end(data, at)
        if introducer == b"," or _is_gif_kept(data[start:at]):
            yield data[start:at]
    yield b";"


def _colours(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _blocks_end(data: bytes, at: int) -> int:
    while length := _cut(data, at, 1)[0]:
        at += 1 + length
    return at + 1


def _is_gif_kept(extension: bytes) -> bool:
    """How long a frame is shown; how often all of them are. No comments, no text, no XMP."""
    if extension[1] == 0xFF:
        return extension[3:14] in GIF_LOOPS
    return extension[1] == 0xF9


def _cut(data: bytes, start: int, length: int) -> bytes:
    part = data[start : start + length]
    if len(part) < length:
        raise ValueError("ends too soon")
    return part


_READERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "JPEG": _jpeg,
    "PNG": _png,
    "WEBP": _webp,
    "GIF": _gif,
}
