"""Peers that are hostile, broken or slow: they cost the others nothing."""

import asyncio
import contextlib
import json
import socket
from typing import Self

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.resilience.conftest import OpenRaw, WriteConfig
from tests.support.factories import MakePerson, StartServer
from tests.support.load import Audience
from tests.support.person import Person
from tests.support.process import MIB, descriptors, memory
from tests.support.raw import BINARY, FIN, TEXT, Raw, request
from tests.support.server import Server
from tests.support.talk import talk
from tests.support.waiting import deadline, eventually


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("parts", [1, 64])
async def test_two_megabytes_are_too_many(
    shared_server: Server, person: MakePerson, raw: OpenRaw, opcode: int, parts: int
) -> None:
    """In one frame, or in many that belong together."""
    alice = await person("alice")
    room = await alice.create_room()
    before = memory(shared_server)
    peer = await raw(shared_server)
    assert await peer.handshake(alice, f"/ws/chat/{room}/") == 101
    size = 2 * MIB // parts
    for part in range(parts):
        flags = FIN if part == parts - 1 else 0
        peer.send(0 if part else opcode, b"x" * size, flags)
    assert await peer.closed() == 1009
    assert memory(shared_server) - before < 10 * MIB


async def test_slow_handshakes_are_dropped(
    server: StartServer, person: MakePerson, raw: OpenRaw, config: WriteConfig
) -> None:
    """A hundred connections that never end their request, a byte at a time."""
    node = await server("--config", config(keep_alive_timeout=3))
    two = await talk(person, on=node)
    before = descriptors(node)
    peers = [await raw(node) for _ in range(100)]
    head = request(two.bob, f"/ws/chat/{two.room}/")

    async def trickle(peer: Raw) -> None:
        gone = asyncio.create_task(peer.gone(within=10))
        for byte in head[:-2]:
            if gone.done():
                break
            peer.writer.write(bytes([byte]))
            await asyncio.wait({gone}, timeout=0.25)
        await gone

    async with deadline(30, "slow handshakes to be dropped"):
        dropping = asyncio.gather(*(trickle(peer) for peer in peers))
        while not dropping.done():
            await two.a.say("meanwhile")
            await two.b.expect("chat_message")
            await asyncio.wait({dropping}, timeout=0.2)
        await dropping

    async def is_clean() -> bool:
        return descriptors(node) <= before + 2

    await eventually(is_clean, "their sockets to be closed")


async def test_flood_of_a_peer_that_reads_nothing(
    server: StartServer, person: MakePerson, raw: OpenRaw
) -> None:
    """It is closed, its memory is given back, and the others' messages come through as ever."""
    node = await server(RATE_LIMITS="on")
    two = await talk(person, on=node)
    eve = await person("eve", on=node)
    await two.alice.add_member(two.room, eve)
    before = memory(node)
    flooders = [await raw(node, window=4096) for _ in range(3)]
    frame = json.dumps({"type": "chat_message", "message": "x" * 1000}).encode()
    for peer in flooders:
        assert await peer.handshake(eve, f"/ws/chat/{two.room}/") == 101

    async def flood(peer: Raw) -> None:
        with contextlib.suppress(ConnectionError):
            for _ in range(20_000):
                peer.send(TEXT, frame)
                await peer.writer.drain()

    floods = [asyncio.create_task(flood(peer)) for peer in flooders]
    async with deadline(40, "the flooders to be closed"):
        while not all(each.done() for each in floods):
            await two.a.say("meanwhile")
            await two.b.expect("chat_message", user_id=two.alice.id)
            await asyncio.wait(floods, timeout=0.2)
    assert memory(node) - before < 30 * MIB
    await two.a.expect("user_status", user_id=eve.id, is_online=False, within=15)


class Sleeper:
    """Somebody who stops reading: a small window, and a library that waits for its caller."""

    def __init__(self, person: Person, room: int) -> None:
        self.person = person
        self.path = f"{person.server.ws_url}/ws/chat/{room}/?read=manual"
        self.seen: list[int] = []

    async def __aenter__(self) -> Self:
        """Connect and fall asleep."""
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.setblocking(False)
        address = ("127.0.0.1", self.person.server.port)
        await asyncio.get_running_loop().sock_connect(sock, address)
        headers = {"Cookie": self.person.cookie}
        self.socket = await connect(
            self.path, sock=sock, additional_headers=headers, ping_interval=None, max_queue=1
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self.socket.transport.abort()

    async def wake(self) -> int:
        """Read what has been kept for it, to the end; return the close code."""
        async with deadline(20, "the end of what was kept"):
            with contextlib.suppress(ConnectionClosed):
                while True:
                    frame = json.loads(await self.socket.recv())
                    if frame["type"] == "chat_message":
                        self.seen.append(frame["message_id"])
        assert self.socket.close_code is not None
        return self.socket.close_code


async def test_stalled_reader_in_a_busy_room(
    server: StartServer, person: MakePerson, raw: OpenRaw
) -> None:
    """One of many is asleep: the others talk on past what it can hold, and it can come back.

    How little it costs them is measured in benchmarks/.
    """
    node = await server()
    people = [await person(f"p{number}-", on=node) for number in range(5)]
    room = await people[0].create_room(*people[1:])
    speaker, *listeners = [await each.connect(room, read="manual") for each in people[:4]]
    crowd = Audience([await raw(node) for _ in range(20)])
    for peer in crowd:
        assert await peer.handshake(people[1], f"/ws/chat/{room}/?read=manual") == 101
    before, open_before = memory(node), descriptors(node)
    last = 0
    async with crowd, Sleeper(people[4], room) as sleeper, deadline(60, "the sleeper's end"):
        while not _is_cut(node, people[4]):
            last = (await speaker.say("ж" * 3900))["message_id"]
            for chat in listeners:
                await chat.expect("chat_message", message_id=last)
            assert memory(node) - before < 20 * MIB
        code = await sleeper.wake()
    assert code in {4008, 1006}
    assert sleeper.seen == list(range(1, 1 + len(sleeper.seen)))
    unheard = last - len(sleeper.seen)
    assert unheard > 50, "the others had to wait for it"

    async def is_let_go() -> bool:
        return descriptors(node) <= open_before

    await eventually(is_let_go, "the sleeper's socket to be closed")
    back = await people[4].connect(room, after=len(sleeper.seen), read="manual")
    frames = await back.frames_until("ready")
    resumed = [frame["message_id"] for frame in frames if frame["type"] == "chat_message"]
    assert sleeper.seen + resumed == list(range(1, last + 1))


def _is_cut(node: Server, person: Person) -> bool:
    gone = [line for line in node.log().splitlines() if '"disconnected"' in line]
    return any(json.loads(line)["user"] == person.id for line in gone)
