"""Broadcast within one process."""

from realtime.broadcast import Listener, Recovered


class Bus:
    """What several MemoryBroadcasts of one process share. A server has one on each bus: there is
    nobody else to notify. Tests put several on one.
    """

    def __init__(self) -> None:
        self.members: list[MemoryBroadcast] = []


class MemoryBroadcast:
    """See Broadcast for the contract."""

    lossy = False
    dropped = 0
    published = 0
    connected = True

    def __init__(self, bus: Bus | None = None) -> None:
        self.bus = bus or Bus()
        self._channels: set[str] = set()
        self._listener: Listener | None = None

    @property
    def has_peers(self) -> bool:
        return len(self.bus.members) > 1

    async def start(self, listener: Listener, recovered: Recovered) -> None:  # noqa: ARG002
        self._listener = listener
        self.bus.members.append(self)

    async def stop(self) -> None:
        self._listener = None
        self.bus.members.remove(self)

    async def subscribe(self, channel: str) -> None:
        self._channels.add(channel)

    async def unsubscribe(self, channel: str) -> None:
        self._channels.discard(channel)

    def publish(self, channel: str, payload: bytes) -> None:
        for member in self.bus.members:
            if member is not self:
                member.hear(channel, payload)

    def hear(self, channel: str, payload: bytes) -> None:
        if channel in self._channels and self._listener:
            self._listener(channel, payload)
