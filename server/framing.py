"""WebSocket frames as bytes (RFC 6455), for the way past the library: see server/__init__.py."""

from collections.abc import Iterator

TEXT = 0x81  # Final, not compressed.
BINARY, CLOSE, PING, PONG = 0x82, 0x88, 0x89, 0x8A
MASKED = 0x80
SHORT = 125  # The longest payload whose length fits into the second byte.

_SHORT_FRAMES = frozenset({TEXT, BINARY, CLOSE, PING, PONG})

_last_text: tuple[bytes, bytes] = (b"", b"\x81\x00")
_last_texts: tuple[list[bytes], bytes] = ([], b"")


def encode_text(payload: bytes) -> bytes:
    """A text frame as a server sends it. It has no mask: one frame serves a whole room, and the
    hub hands the same payload to one connection after the other, so the last one is remembered.
    """
    global _last_text  # noqa: PLW0603
    last, frame = _last_text
    if payload is not last:
        frame = _header(len(payload)) + payload
        _last_text = payload, frame
    return frame


def encode_texts(payloads: list[bytes]) -> bytes:
    """The same for several frames, which are never changed afterwards."""
    global _last_texts  # noqa: PLW0603
    last, frames = _last_texts
    if payloads is not last:
        frames = b"".join([_header(len(payload)) + payload for payload in payloads])
        _last_texts = payloads, frames
    return frames


def _header(size: int) -> bytes:
    if size <= SHORT:
        return bytes((TEXT, size))
    if size < 1 << 16:
        return bytes((TEXT, 126)) + size.to_bytes(2, "big")
    return bytes((TEXT, 127)) + size.to_bytes(8, "big")


class FrameParser:
    """Parses what a client sends into frames. `rest` is the beginning of one whose end has not come
    yet. After something that is not for us `gave_up`: `rest` and all that follows is the library's.
    """

    __slots__ = ("gave_up", "rest")

    def __init__(self) -> None:
        self.gave_up = False
        self.rest = b""

    def parse(self, data: bytes) -> Iterator[str | bytes]:
        """Yield text messages that came in one frame (as str) and short frames of other kinds
        (whole, as bytes), in order. Whoever stops in between has lost the rest.
        """
        data = self.rest + data if self.rest else data
        start, size = 0, len(data)
        while size - start >= 2:
            first, head, length = data[start], start + 2, data[start + 1] - MASKED
            if length == 126 and first == TEXT:
                if size < start + 4:
                    break
                head, length = start + 4, int.from_bytes(data[start + 2 : start + 4], "big")
                self.gave_up = length <= SHORT  # It would have fitted into one byte.
            else:
                # A part of a message, a reserved bit or opcode; no mask; longer than is needed.
                self.gave_up = first not in _SHORT_FRAMES or not 0 <= length <= SHORT
            end = head + 4 + length
            if self.gave_up or end > size:
                break
            yield _message_or_frame(data, start, head, end)
            start = end
        self.rest = data[start:]


def _message_or_frame(data: bytes, start: int, head: int, end: int) -> str | bytes:
    if data[start] == TEXT:
        try:
            return _unmask(data[head : head + 4], data[head + 4 : end]).decode()
        except UnicodeDecodeError:
            pass  # The library knows what is to be done about it.
    return data[start:end]


def _unmask(mask: bytes, payload: bytes) -> bytes:
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    plain = int.from_bytes(payload, "little") ^ int.from_bytes(key, "little")
    return plain.to_bytes(size, "little")
