"""What our protocols tell the TCP connection beyond Hypercorn's own events."""

from dataclasses import dataclass

from hypercorn.events import Event


@dataclass(frozen=True)
class Linger(Event):
    """A lingering close (RFC 9112, 9.6): close, but read on for `seconds` and throw away what
    still comes. Closed with something unread, the connection would be reset, and the reset can
    overtake the last that was said.

    `is_sending`: the peer is known to be in the middle of sending something.
    """

    seconds: float
    is_sending: bool = True
