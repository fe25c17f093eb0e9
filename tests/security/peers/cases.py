"""What a client may send, and what it may not: the server cases of the Autobahn test suite that
are about framing (1), pings (2), reserved bits (3), opcodes (4), fragments (5), UTF-8 (6) and
closing (7), and some of our own. The suite itself needs Python 2.
"""

from dataclasses import dataclass, field

from tests.support.frames_raw import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    close,
    frame,
    message,
)


@dataclass(frozen=True)
class Case:
    """`data` is sent; `heard` are the messages that the application is given, `pongs` what is
    answered to pings, `code` the close code. Where nothing is wrong the peer closes with 1000.
    """

    data: bytes
    heard: list[str | bytes] = field(default_factory=list)
    pongs: list[bytes] = field(default_factory=list)
    code: int = 1000


def good(data: bytes, *heard: str | bytes, pongs: tuple[bytes, ...] = ()) -> Case:
    """All of it is allowed."""
    return Case(data + close(), list(heard), list(pongs))


def bad(data: bytes, *heard: str | bytes, pongs: tuple[bytes, ...] = (), code: int = 1002) -> Case:
    """It breaks the protocol in the end; what follows is not looked at."""
    after = frame(TEXT, "too late") + frame(PING, "late")
    return Case(data + after, list(heard), list(pongs), code)


def text(payload: str) -> bytes:
    """Return a text in one frame."""
    return frame(TEXT, payload)


HELLO = "Hello-µ@ßöäüàá-UTF-8!!"
KOSME = "κόσμε"
SIZES = (0, 125, 126, 127, 128, 65535, 65536)

FRAMING = {
    **{f"1.1 text of {size}": good(text("*" * size), "*" * size) for size in SIZES},
    **{
        f"1.2 binary of {size}": good(frame(BINARY, b"\xfe" * size), b"\xfe" * size)
        for size in SIZES
    },
    "masked with zeros": good(frame(TEXT, "x", mask=bytes(4)), "x"),
    "unmasked text": bad(frame(TEXT, "x", mask=None)),
    "unmasked empty text": bad(frame(TEXT, mask=None)),
    "unmasked ping": bad(frame(PING, mask=None)),
    "unmasked close": bad(frame(CLOSE, mask=None)),
    "unmasked, after a text": bad(text("x") + frame(TEXT, "y" * 200, mask=None), "x"),
    "125 in two bytes": bad(frame(TEXT, "x" * 125, size=2)),
    "0 in two bytes": bad(frame(TEXT, size=2)),
    "0 in two bytes, a part": bad(frame(TEXT, size=2, fin=False)),
    "65535 in eight bytes": bad(frame(TEXT, "x" * 65535, size=8)),
    "length with the highest bit": bad(frame(TEXT, length=1 << 63, size=8)),
    "larger than is taken": bad(text("x" * 65537), code=1009),
    "larger than is taken, in parts": bad(message("x" * 40_000, "x" * 40_000), code=1009),
    "larger than is taken, said so": bad(
        frame(BINARY, b"x" * 70_000, length=1 << 62, size=8), code=1009
    ),
}

PINGS = {
    "2.1 empty": good(frame(PING), pongs=(b"",)),
    "2.2 text": good(frame(PING, "Hello, world!"), pongs=(b"Hello, world!",)),
    "2.3 binary": good(
        frame(PING, b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff"),
        pongs=(b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff",),
    ),
    "2.4 of 125": good(frame(PING, b"\xfe" * 125), pongs=(b"\xfe" * 125,)),
    "2.5 of 126": bad(frame(PING, b"\xfe" * 126)),
    "2.5 of 65536": bad(frame(PING, b"\xfe" * 65536)),
    "2.7 pong": good(frame(PONG)),
    "2.8 pong with something": good(frame(PONG, "unasked")),
    "2.9 pong and ping": good(frame(PONG, "unasked") + frame(PING, "x"), pongs=(b"x",)),
    "2.10 ten": good(
        b"".join(frame(PING, f"{n}") for n in range(10)),
        pongs=tuple(b"%d" % n for n in range(10)),
    ),
    "pong of 126": bad(frame(PONG, b"\xfe" * 126)),
}

RESERVED = {
    "3.1 text": bad(frame(TEXT, HELLO, rsv=1)),
    "3.2 after a text": bad(text("x") + frame(TEXT, HELLO, rsv=2), "x"),
    "3.3 after a ping": bad(frame(PING) + frame(TEXT, HELLO, rsv=3), pongs=(b"",)),
    "3.4 compressed": bad(frame(TEXT, HELLO, rsv=4)),
    "3.5 binary": bad(frame(BINARY, b"\x00\xff", rsv=5)),
    "3.6 ping": bad(frame(PING, HELLO, rsv=6)),
    "3.7 close": bad(frame(CLOSE, rsv=7)),
    "in a part": bad(frame(TEXT, "x", fin=False) + frame(CONTINUATION, "y", rsv=4)),
    **{
        f"4 opcode {opcode}, {len(payload)}": bad(text("x") + frame(opcode, payload), "x")
        for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
        for payload in ("", "reserved")
    },
}

FRAGMENTS = {
    "5.1 ping": bad(frame(PING, "x", fin=False) + frame(CONTINUATION, "y")),
    "5.2 pong": bad(frame(PONG, "x", fin=False) + frame(CONTINUATION, "y")),
    "close": bad(frame(CLOSE, fin=False)),
    "5.3 text": good(message("one", "two"), "onetwo"),
    "5.3 binary": good(message(b"\x00", b"\xff", opcode=BINARY), b"\x00\xff"),
    "5.6 ping between": good(
        frame(TEXT, "one", fin=False) + frame(PING, "x") + frame(CONTINUATION, "two"),
        "onetwo",
        pongs=(b"x",),
    ),
    "5.9 nothing to continue": bad(frame(CONTINUATION, "x")),
    "5.10 after a text": bad(text("x") + frame(CONTINUATION, "y"), "x"),
    "5.12 nothing to continue, a part": bad(frame(CONTINUATION, "x", fin=False)),
    "5.15 after the last part": bad(message("1", "2") + frame(CONTINUATION, "3", fin=False), "12"),
    "5.17 empty, nothing to continue": bad(frame(CONTINUATION)),
    "5.18 text in a text": bad(frame(TEXT, "1", fin=False) + frame(TEXT, "2")),
    "binary in a text": bad(frame(TEXT, "1", fin=False) + frame(BINARY, "2")),
    "5.19 five parts, pings between": good(
        b"".join(
            (
                frame(TEXT, "1", fin=False) + frame(CONTINUATION, "2", fin=False),
                frame(PING, "x") + frame(CONTINUATION, "3", fin=False),
                frame(CONTINUATION, "4", fin=False) + frame(PING, "y"),
                frame(CONTINUATION, "5"),
            )
        ),
        "12345",
        pongs=(b"x", b"y"),
    ),
    "a text after parts": good(message("1", "2") + text("3") + text("4"), "12", "3", "4"),
    "closed within": Case(frame(TEXT, "1", fin=False) + close() + frame(CONTINUATION, "2")),
}

# 6.5 to 6.22, after Markus Kuhn's list.
VALID = {
    "κόσμε": KOSME,
    "the first of each length": "\x01\x7f\x80\u07ff\u0800\uffff\U00010000\U0010ffff",
    "around the surrogates": "\ud7ff\ue000\ufffd",
    "no characters": "\ufffe\uffff\U0001fffe\U0001ffff\U0010fffe\U0010ffff",
    "a zero": "\0",
    "a byte order mark": "\ufeffx",
}
INVALID = {
    "a surrogate": b"\xed\xa0\x80",
    "a surrogate, edited": "κόσμε".encode() + b"\xed\xa0\x80edited",
    "two surrogates": b"\xed\xa0\x80\xed\xb0\x80",
    "the last surrogate": b"\xed\xbf\xbf",
    "beyond the last": b"\xf4\x90\x80\x80",
    "five bytes": b"\xf8\x88\x80\x80\x80",
    "six bytes": b"\xfc\x84\x80\x80\x80\x80",
    "a continuation": b"\x80",
    "continuations": b"\x80\xbf\x80\xbf",
    "a beginning": b"\xc3 ",
    "beginnings": b"\xe0 \xf0 ",
    "no end": b"\xce\xba\xe1\xbd",
    "no end, of four": b"\xf0\x90\x80",
    "fe": b"\xfe",
    "ff": b"\xff",
    "slash in two": b"\xc0\xaf",
    "slash in three": b"\xe0\x80\xaf",
    "slash in four": b"\xf0\x80\x80\xaf",
    "zero in two": b"\xc0\x80",
    "too long, highest": b"\xc1\xbf",
}


def octets(payload: bytes) -> bytes:
    """Return a text in frames of one byte each."""
    return message(*(payload[n : n + 1] for n in range(len(payload))))


UTF_8 = {
    "6.1.1 empty": good(text(""), ""),
    "6.1.2 empty parts": good(message("", "", ""), ""),
    "6.1.3 empty parts around": good(message("", "middle", ""), "middle"),
    "6.2.2 parts": good(message("Hello-µ@ßöä", "üàá-UTF-8!!"), HELLO),
    **{f"6 {name}": good(text(value), value) for name, value in VALID.items()},
    **{f"6, octets: {name}": good(octets(v.encode()), v) for name, v in VALID.items()},
    **{
        f"6.3 {name}": bad(text("x") + frame(TEXT, data), "x", code=1007)
        for name, data in INVALID.items()
    },
    **{
        f"6.3, octets: {name}": bad(octets(data), code=1007)
        for name, data in INVALID.items()
        if len(data) > 1
    },
    # As soon as it cannot become right any more: the message has no end yet.
    "6.4 at once": bad(frame(TEXT, b"\xce\xba\xed\xa0\x80", fin=False), code=1007),
    "6.4 at once, over parts": bad(
        frame(TEXT, b"\xf4", fin=False) + frame(CONTINUATION, b"\x90", fin=False), code=1007
    ),
    "binary may be anything": good(frame(BINARY, b"\xff\xfe"), b"\xff\xfe"),
}

ALLOWED = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
FORBIDDEN = (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)

CLOSING = {
    "7.1.1 after a text": good(text("x"), "x"),
    "7.1.2 twice": Case(close() + close(1001)),
    "7.1.3 ping after": Case(close() + frame(PING, "x")),
    "7.1.4 text after": Case(close() + text("x")),
    "part after": Case(close() + frame(TEXT, "x", fin=False)),
    "rubbish after": Case(close() + b"\xff" * 40),
    "7.3.1 without a code": Case(close(None), code=1005),
    "7.3.2 one byte": bad(frame(CLOSE, b"x")),
    "7.3.4 reason": Case(close(1000, "Hello World!")),
    "7.3.5 reason of 123": Case(close(1000, "*" * 123)),
    "7.3.6 reason of 124": bad(close(1000, "*" * 124)),
    "7.5.1 reason is no UTF-8": bad(close(1000, b"\xce\xba\xed\xa0\x80"), code=1007),
    **{f"7.7 {code}": Case(close(code), code=code) for code in ALLOWED},
    **{f"7.9 {code}": bad(close(code)) for code in FORBIDDEN},
    **{f"7.9 {code}, with a reason": bad(close(code, "Hello")) for code in FORBIDDEN},
}

CASES = {
    f"{chapter}: {name}": case
    for chapter, cases in {
        "framing": FRAMING,
        "pings": PINGS,
        "reserved": RESERVED,
        "fragments": FRAGMENTS,
        "utf-8": UTF_8,
        "closing": CLOSING,
    }.items()
    for name, case in cases.items()
}
