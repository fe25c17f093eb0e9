"""A broadcast between processes that loses, delays, doubles and swaps, as it is told to."""

from realtime.broadcast import Listener, Recovered


class FaultyBus:
    """What is under way between the members. Nothing arrives by itself."""

    def __init__(self) -> None:
        self.members: list[FaultyBroadcast] = []
        self.under_way: list[tuple[FaultyBroadcast, str, bytes]] = []

    def send(self, sender: "FaultyBroadcast", channel: str, payload: bytes) -> None:
        """Take a payload to every other member, later."""
        for member in self.members:
            if member is not sender:
                self.under_way.append((member, channel, payload))

    def deliver(self, which: int) -> None:
        """Let one arrive: any of them, so that they overtake each other."""
        if self.under_way:
            receiver, channel, payload = self.under_way.pop(which % len(self.under_way))
            receiver.hear(channel, payload)

    def double(self, which: int) -> None:
        """Let one arrive, and once more later."""
        if self.under_way:
            receiver, channel, payload = self.under_way[which % len(self.under_way)]
            receiver.hear(channel, payload)

    def drop(self, which: int) -> None:
        """Lose one."""
        if self.under_way:
            self.under_way.pop(which % len(self.under_way))


class FaultyBroadcast:
    """See Broadcast for the contract, of which it keeps as little as it may."""

    lossy = False  # It is; but the heads are compared when the test says so.
    connected = True
    has_peers = True
    dropped = 0
    published = 0

    def __init__(self, bus: FaultyBus) -> None:
        self.bus = bus
        self._channels: set[str] = set()
        self._is_cut = False

    async def start(self, listener: Listener, recovered: Recovered) -> None:
        self._listener = listener
        self.recover = recovered
        self.bus.members.append(self)

    async def stop(self) -> None:
        self.cut()

    def cut(self) -> None:
        """Hear and say nothing more, as a process that is dead."""
        self._is_cut = True
        if self in self.bus.members:
            self.bus.members.remove(self)

    async def subscribe(self, channel: str) -> None:
        self._channels.add(channel)

    async def unsubscribe(self, channel: str) -> None:
        self._channels.discard(channel)

    def publish(self, channel: str, payload: bytes) -> None:
        if not self._is_cut:
            self.bus.send(self, channel, payload)

    def hear(self, channel: str, payload: bytes) -> None:
        """Something has arrived."""
        if channel in self._channels and not self._is_cut:
            self._listener(channel, payload)
