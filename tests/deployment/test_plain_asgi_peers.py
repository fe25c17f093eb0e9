"""PLAIN_ASGI=on: one slow or greedy peer costs the others nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from quart import Quart, websocket

from blueprints.sockets.handler import current_websocket
from blueprints.sockets.transport import init_plain_asgi, receive
from realtime.inbox import INCOMING
from tests.resilience.conftest import OpenRaw, raw
from tests.support.factories import MakePerson
from tests.support.server import Server
from tests.support.talk import talk
from tests.support.waiting import deadline

__all__ = ["raw"]


async def test_slow_reader_holds_up_nobody(plain: Server, person: MakePerson, raw: OpenRaw) -> None:
    """Bob takes nothing: alice and carol feel none of it, and he is out after ten seconds."""
    alice, bob, carol = [await person(name, on=plain) for name in ("alice", "bob", "carol")]
    room = await alice.create_room(bob, carol)
    a, c = await alice.connect(room), await carol.connect(room)
    slow = await raw(plain, window=4096)
    assert await slow.handshake(bob, f"/ws/chat/{room}/") == 101
    await a.expect("user_status", user_id=bob.id, is_online=True)
    for number in range(400):  # The kernel keeps some three megabytes for a peer that takes none.
        await a.say(f"{number}" + "ж" * 3900)
    while len(c.of("chat_message")) < 400:
        await c.next()
    await a.expect("user_status", user_id=bob.id, is_online=False)
    await a.say("without bob")
    await c.expect("chat_message", message="without bob")


async def test_flood_does_not_hold_up_others(plain: Server, person: MakePerson) -> None:
    two = await talk(person, on=plain)
    frame = '{"type": "mystery", "client_id": "x"}'
    flood = asyncio.gather(*(two.b.send_raw(frame) for _ in range(3_000)))
    for number in range(20):
        await two.a.say(f"{number}")
    await flood
    async with deadline(20, "an answer to each frame"):
        while len(two.b.of("error")) < 3_000:
            await two.b.next()


class Peer:
    """An ASGI server's side of one WebSocket, whose peer sends as fast as it is read."""

    def __init__(self) -> None:
        self.received = 0
        self.is_gone = False
        self.is_accepted = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        """Return the next message: a text, as servers send it that leave `bytes` out."""
        self.received += 1
        await asyncio.sleep(0)
        if self.received == 1:
            return {"type": "websocket.connect"}
        if self.is_gone:
            return {"type": "websocket.disconnect", "code": 1005}
        return {"type": "websocket.receive", "text": f"{self.received}"}

    async def send(self, event: dict[str, Any]) -> None:
        """Take what the application sends."""
        if event["type"] == "websocket.accept":
            self.is_accepted.set()

    async def asked_for(self) -> int:
        """Return how many messages the application has asked for in a thousand turns."""
        for _ in range(1_000):
            await asyncio.sleep(0)
        return self.received - 1


SCOPE: dict[str, Any] = {
    "type": "websocket",
    "path": "/",
    "query_string": b"",
    "scheme": "ws",
    "headers": [(b"host", b"localhost")],
    "http_version": "1.1",
    "asgi": {"spec_version": "2.3", "version": "3.0"},
}


@asynccontextmanager
async def reading(app: Quart) -> AsyncIterator[tuple[Peer, asyncio.Semaphore]]:
    """Connect a peer to an application that takes a message for each release of the semaphore."""
    peer, may_read = Peer(), asyncio.Semaphore(0)

    @app.websocket("/")
    async def read() -> None:
        await websocket.accept()
        while True:
            await may_read.acquire()
            await receive(current_websocket())

    connection = asyncio.create_task(app(SCOPE, peer.receive, peer.send))  # type: ignore[arg-type]
    await peer.is_accepted.wait()
    try:
        yield peer, may_read
    finally:
        peer.is_gone = True
        may_read.release()
        await connection


async def test_messages_are_read_ahead_up_to_a_bound() -> None:
    """Quart's own queue takes all that comes."""
    async with reading(Quart(__name__)) as (peer, _):
        assert await peer.asked_for() > 10 * INCOMING
    app = Quart(__name__)
    init_plain_asgi(app)
    async with reading(app) as (peer, may_read):
        for taken in range(3):
            # One more is in the hand of the middleware, which waits for room.
            assert await peer.asked_for() == taken + INCOMING + 1
            may_read.release()
