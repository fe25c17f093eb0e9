"""WebSocket frames as bytes (RFC 6455), for the way past the library: see realtime/hypercorn.py."""

TEXT = 0x81  # Final, not compressed.
FINAL = MASKED = 0x80

_framed: tuple[bytes, bytes] = (b"", b"\x81\x00")
_run: tuple[list[bytes], bytes] = ([], b"")


def framed(payload: bytes) -> bytes:
    """A text frame as a server sends it. It has no mask: one frame serves a whole room, and the
    hub hands the same payload to one connection after the other, so the last one is remembered.
    """
    global _framed  # noqa: PLW0603
    last, frame = _framed
    if payload is not last:
        frame = _header(len(payload)) + payload
        _framed = payload, frame
    return frame


def framed_run(payloads: list[bytes]) -> bytes:
    """The same for several frames, which are never changed afterwards."""
    global _run  # noqa: PLW0603
    last, frames = _run
    if payloads is not last:
        frames = b"".join([_header(len(payload)) + payload for payload in payloads])
        _run = payloads, frames
    return frames


def _header(size: int) -> bytes:
    if size < 126:
        return bytes((TEXT, size))
    if size < 1 << 16:
        return bytes((TEXT, 126)) + size.to_bytes(2, "big")
    return bytes((TEXT, 127)) + size.to_bytes(8, "big")


class Cutter:
    """Cuts what a client sends into frames. `rest` is the beginning of one whose end has not come
    yet. After something that is not for us `is_over`: `rest` and all that follows is the library's.
    """

    __slots__ = ("is_over", "rest")

    def __init__(self) -> None:
        self.is_over = False
        self.rest = b""

    def cut(self, data: bytes) -> list[str | bytes]:
        """Text messages that came in one frame (as str) and all other frames (whole, as bytes), in
        order.
        """
        data = self.rest + data if self.rest else data
        frames: list[str | bytes] = []
        start, size = 0, len(data)
        while size - start >= 6:
            head, length = start + 2, data[start + 1] - MASKED
            if length == 126:
                head, length = start + 4, int.from_bytes(data[start + 2 : start + 4], "big")
            if data[start] < FINAL or length < 0 or length == 127:
                # A message in parts; without a mask; longer than is ever needed.
                self.is_over = True
                break
            end = head + 4 + length
            if end > size:
                break
            frames.append(_frame(data, start, head, end))
            start = end
        self.rest = data[start:]
        return frames


def _frame(data: bytes, start: int, head: int, end: int) -> str | bytes:
    if data[start] == TEXT:
        try:
            return _unmasked(data[head : head + 4], data[head + 4 : end]).decode()
        except UnicodeDecodeError:
            pass  # The library knows what is to be done about it.
    return data[start:end]


def _unmasked(mask: bytes, payload: bytes) -> bytes:
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    plain = int.from_bytes(payload, "little") ^ int.from_bytes(key, "little")
    return plain.to_bytes(size, "little")
