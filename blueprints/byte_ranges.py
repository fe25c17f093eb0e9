"""Which bytes of something are asked for (RFC 9110, 14)."""

import re
from typing import NamedTuple

# Numbers of more digits are of nothing that there is.
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class ByteRange(NamedTuple):
    """From `first` on, those from `end` on not among them."""

    first: int
    end: int


def asked_range(header: str, size: int) -> ByteRange | None:
    """What the header asks for, of so many bytes; None: all. Several ranges at once are answered
    with all: nobody needs them, and thousands of them would cost as many answers. An empty one asks
    for what is not there.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return ByteRange(max(0, size - int(found[2])), size)
    first, end = int(found[1]), int(found[2]) + 1 if found[2] else size
    if found[2] and end <= first:
        return None
    return ByteRange(min(first, size), min(end, size))
