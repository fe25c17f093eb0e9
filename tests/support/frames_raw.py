"""Frames as bytes, the forbidden ones too (RFC 6455, section 5.2)."""

from itertools import cycle

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MASK = b"\x37\xfa\x21\x3d"
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def frame(
    opcode: int,
    payload: bytes | str = b"",
    *,
    fin: bool = True,
    rsv: int = 0,
    mask: bytes | None = MASK,
    length: int | None = None,
    size: int | None = None,
) -> bytes:
    """Return one frame of a client. `rsv` is 0 to 7; `size` is the number of bytes that the length
    takes, 0, 2 or 8, the least by default; `length` what it says.
    """
    payload = payload.encode() if isinstance(payload, str) else payload
    length = len(payload) if length is None else length
    if size is None:
        size = 0 if length < 126 else 2 if length < 1 << 16 else 8
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    second = (0x80 if mask else 0) | {0: length, 2: 126, 8: 127}[size]
    head = bytes((first, second)) + (length.to_bytes(size, "big") if size else b"")
    if mask is None:
        return head + payload
    return head + mask + bytes(a ^ b for a, b in zip(payload, cycle(mask), strict=False))


def close(code: int | None = 1000, reason: bytes | str = b"") -> bytes:
    """Return a close frame."""
    reason = reason.encode() if isinstance(reason, str) else reason
    return frame(CLOSE, b"" if code is None else code.to_bytes(2, "big") + reason)


def message(*parts: bytes | str, opcode: int = TEXT) -> bytes:
    """Return a message in so many frames."""
    last = len(parts) - 1
    return b"".join(
        frame(CONTINUATION if number else opcode, part, fin=number == last)
        for number, part in enumerate(parts)
    )
