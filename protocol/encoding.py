"""JSON as it goes over the wire, and the one form of its timestamps."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter

import msgspec


class Timestamp(datetime):
    """A time in UTC that is encoded as RFC 3339 with milliseconds: 2025-10-03T03:00:00.000Z.

    A type of its own, because msgspec writes a datetime with microseconds, or without a fraction
    where it has none. They are made by `timestamp`.

    Attributes:
        rfc3339: the text on the wire.
    """

    rfc3339: str


@lru_cache(maxsize=64)  # All messages of a batch have the same.
def timestamp(moment: datetime) -> Timestamp:
    """An aware time, of any time zone, as one for the wire."""
    moment = moment.astimezone(UTC)
    stamp = Timestamp.combine(moment.date(), moment.timetz())
    # Now and not when it is asked for: a cached property takes a lock.
    stamp.rfc3339 = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return stamp


def optional_timestamp(moment: datetime | None) -> Timestamp | None:
    """The same of a time that may not be there."""
    return timestamp(moment) if moment else None


# attrgetter: a function in Python would cost 70 ns for each message, of 700 in all.
_encoder = msgspec.json.Encoder(enc_hook=attrgetter("rfc3339"))

# A view, or a list of views, as JSON. The method itself: a call around it costs another 40 ns.
encode_json: Callable[[object], bytes] = _encoder.encode
