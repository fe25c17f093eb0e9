"""Notifications between processes."""

from collections.abc import Awaitable, Callable
from typing import Protocol

Listener = Callable[[str, bytes], None]
Recovered = Callable[[], Awaitable[None]]


class Broadcast(Protocol):
    """Carries small payloads to the other processes. Memory and Redis both keep this contract,
    and tests/processes/test_broadcast.py holds both to it:

    - at most once: what is published while a peer is away is lost to it, and nobody is told;
    - in order, for each channel and publisher;
    - never back to the publisher;
    - `publish` neither waits nor raises: a message is stored before it is published, and a broken
      carrier must not make its sender believe otherwise. It is bounded: the surplus is dropped;
    - once `subscribe` has returned, everything published afterwards is heard. If the carrier is
      away it returns all the same; the subscription is made when the carrier is back, and
      `recovered` is called then, because something may have been missed;
    - `subscribe` and `unsubscribe` may be repeated; the last call wins.
    """

    #: Whether a payload can be lost. If so, somebody has to compare heads from time to time.
    lossy: bool
    #: Payloads given up so far, and those that the carrier has taken.
    dropped: int
    published: int

    @property
    def connected(self) -> bool: ...

    @property
    def has_peers(self) -> bool:
        """Whether anybody may hear what is published."""

    async def start(self, listener: Listener, recovered: Recovered) -> None:
        """Begin to listen. `listener(channel, payload)` must not block and must not raise."""

    async def stop(self) -> None:
        """Send what is waiting, as far as that is possible within a second, and end."""

    async def subscribe(self, channel: str) -> None: ...

    async def unsubscribe(self, channel: str) -> None: ...

    def publish(self, channel: str, payload: bytes) -> None: ...
