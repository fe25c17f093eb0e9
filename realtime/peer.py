"""Who is at the other end of a connection, as far as it is known."""

from collections.abc import Callable
from typing import NamedTuple, Protocol


class Traffic(Protocol):
    """What a connection has cost; see server/traffic.py."""

    @property
    def sent(self) -> int: ...
    @property
    def received(self) -> int: ...
    @property
    def waiting(self) -> int: ...
    @property
    def round_trip_ms(self) -> float: ...


class Peer(NamedTuple):
    """`since` is in seconds since 1970; `agent` is what the client calls itself; `traffic` asks
    what it has cost, None where nobody knows.
    """

    address: str
    agent: str
    since: float
    traffic: Callable[[], Traffic | None]


UNKNOWN = Peer("-", "", 0.0, lambda: None)
