"""What server/ adds: draining, no compression, dead peers cut, and cutting itself."""

import asyncio
import time
import zlib
from pathlib import Path
from typing import Self

import pytest

from tests.resilience.conftest import OpenRaw, WriteConfig
from tests.support.factories import MakePerson, StartServer
from tests.support.locks import locked
from tests.support.person import Person
from tests.support.process import MIB, memory, sockets, workers
from tests.support.proxy import Proxy
from tests.support.raw import FIN, RSV1, TEXT, Raw
from tests.support.server import ROOT, Server
from tests.support.talk import talk
from tests.support.waiting import DEADLINE, deadline

STOP_SECONDS = 5.0
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"


def _bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (packer.compress(bytes(size)) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]


BOMB = _bomb(60_000_000)
BOMB_GROWTH = 20 * MIB


async def crowd(person: MakePerson, server: Server, size: int) -> tuple[list[Person], int]:
    """Return so many people in one room of this server."""
    people = [await person(f"p{number}-", on=server) for number in range(size)]
    return people, await people[0].create_room(*people[1:])


@pytest.mark.parametrize("count", [1, 2])
async def test_everybody_is_sent_elsewhere_before_the_end(
    server: StartServer, person: MakePerson, redis_url: str, count: int
) -> None:
    """going_away, then 1012, from every worker; and the process ends."""
    node = await server("--workers", str(count), REDIS_URL=redis_url)
    people, room = await crowd(person, node, 3)
    assert len(workers(node)) == count
    chats = [await people[0].connect(room)]
    while len(chats) < 12 or not all(sockets(worker, node) > 3 for worker in workers(node)):
        assert len(chats) < 200, "the workers do not share the connections"
        chats.append(await people[len(chats) % 3].connect(room))
    for chat in chats:
        await chat.expect("ready")
    began = time.monotonic()
    async with deadline(STOP_SECONDS, "the server to end, with sockets open"):
        await node.stop()
    assert {await chat.closed() for chat in chats} == {1012}
    assert all(len(chat.of("going_away")) == 1 for chat in chats)
    delays = {chat.of("going_away")[0]["retry_after_ms"] for chat in chats}
    assert len(delays) > 1, "they would all come back at once"
    assert time.monotonic() - began < STOP_SECONDS


async def test_request_that_outlasts_the_end_is_cut_off_without_a_stack_trace(
    server: StartServer, raw: OpenRaw, config: WriteConfig
) -> None:
    """A body that never comes whole: `server` looks for stack traces in the log."""
    node = await server("--config", config(graceful_timeout=0.2))
    peer = await raw(node)
    head = f"POST /api/session HTTP/1.1\r\nHost: 127.0.0.1:{node.port}\r\nContent-Length: 100\r\n"
    peer.writer.write(f"{head}Content-Type: application/json\r\n\r\n{{".encode())
    await peer.writer.drain()
    async with Person(node) as somebody:  # Answered after it: the other one is being read.
        assert (await somebody.http.get("/healthz")).is_success
    await node.stop()
    await peer.reader.read()  # To the end of the connection.
    assert "Traceback" not in node.log()


async def test_nobody_is_let_in_while_the_last_messages_are_stored(
    server: StartServer, person: MakePerson, raw: OpenRaw, sqlite_url: str
) -> None:
    """A locked database makes the end take long enough to look at it."""
    node = await server(DATABASE_URL=sqlite_url)
    two = await talk(person, on=node)
    early = await raw(node)
    with locked(sqlite_url):
        await two.a.send({"type": "chat_message", "message": "the last", "client_id": "id"})
        await two.a.send({"type": "mystery", "client_id": "later"})
        await two.a.expect("error", client_id="later")
        stopping = asyncio.create_task(node.stop())
        await two.b.expect("going_away")
        # Hypercorn may have cut the connection already, for it was idle.
        assert await early.handshake(two.bob, f"/ws/chat/{two.room}/") in {0, 503}
    answer = await two.a.expect("message_sent", client_id="id")
    assert (await two.a.closed(), await two.b.closed()) == (1012, 1012)
    await stopping
    await node.start()
    assert [m["message_id"] for m in await two.alice.messages(two.room)] == [answer["message_id"]]


async def test_peers_that_answer_nothing_do_not_delay_the_end(
    server: StartServer, person: MakePerson, raw: OpenRaw
) -> None:
    """One has gone silent, one has a full window, one has only connected."""
    node = await server()
    people, room = await crowd(person, node, 2)
    silent, full = await raw(node), await raw(node, window=4096)
    assert await silent.handshake(people[0], f"/ws/chat/{room}/") == 101
    assert await full.handshake(people[0], f"/ws/chat/{room}/") == 101
    await raw(node)
    speaker = await people[1].connect(room)
    for _ in range(400):  # The kernel keeps some three megabytes for a peer that takes none.
        await speaker.say("ж" * 4000)
    async with deadline(STOP_SECONDS, "the server to end, among silent peers"):
        await node.stop()
    assert "CancelledError" not in node.log()


async def test_compression_is_not_offered(person: MakePerson) -> None:
    alice = await person("alice")
    chat = await alice.connect(await alice.create_room())
    assert chat.socket.request is not None
    assert chat.socket.response is not None
    assert "permessage-deflate" in chat.socket.request.headers["Sec-WebSocket-Extensions"]
    assert "Sec-WebSocket-Extensions" not in chat.socket.response.headers


async def test_compression_bomb_fills_nothing(
    server: StartServer, person: MakePerson, raw: OpenRaw
) -> None:
    """60 MB in a frame of 60 KB, compressed although nobody agreed to it."""
    node = await server()
    two = await talk(person, on=node)
    before = memory(node)
    bomber = await raw(node)
    assert await bomber.handshake(two.bob, f"/ws/chat/{two.room}/", DEFLATE) == 101
    bomber.send(TEXT, BOMB, FIN | RSV1)
    assert await bomber.closed() == 1002
    await two.a.say("alice has felt nothing")
    assert memory(node) - before < BOMB_GROWTH


async def test_dead_peer_is_cut_and_a_slow_request_is_not(
    server: StartServer, person: MakePerson, raw: OpenRaw, config: WriteConfig
) -> None:
    """A peer behind a network that loses everything: no goodbye, no reset, no pong."""
    node = await server("--config", config(websocket_ping_interval=1))
    two = await talk(person, on=node)
    async with Proxy(node.port) as network:
        carol = await person("carol", on=node)
        await two.alice.add_member(two.room, carol)
        carols = await raw(node, port=network.port)
        assert await carols.handshake(carol, f"/ws/chat/{two.room}/") == 101
        await two.a.expect("user_status", user_id=carol.id, is_online=True)
        async with SlowPost(two.bob, f"/api/rooms/{two.room}/messages") as slow:
            network.stall()
            began = time.monotonic()
            await two.a.expect("user_status", user_id=carol.id, is_online=False)
            assert time.monotonic() - began > 1, "it was not cut but closed"
            assert await slow.finish() == 201
        # The living, who have answered every ping, are still there.
        await two.a.say("still here")
        await two.b.expect("chat_message", message="still here")
        network.open()
        await carols.gone()


class SlowPost:
    """A POST of a message that stops in the middle, until `finish`."""

    def __init__(self, person: Person, path: str) -> None:
        body = b'{"message": "slow"}'
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{person.server.port}\r\n"
            f"Cookie: {person.cookie}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.server = person.server
        self.begin, self.end = head.encode() + body[:9], body[9:]

    async def __aenter__(self) -> Self:
        self.raw = await Raw.open(self.server)
        self.raw.writer.write(self.begin)
        return self

    async def finish(self) -> int:
        """Send the rest; return the HTTP status, or 0 when the connection has been closed."""
        self.raw.writer.write(self.end)
        async with deadline(DEADLINE, "the answer to a slow request"):
            line = await self.raw.reader.readline()
        return int(line.split()[1]) if line else 0

    async def __aexit__(self, *_: object) -> None:
        self.raw.abort()


@pytest.fixture
def without(tmp_path: Path) -> str:
    """The import path of an app that Hypercorn serves as it would serve any other."""
    (tmp_path / "app.py").write_text(
        "import runpy\n"
        "import server\n"
        "server.install = lambda on_shutdown: None\n"
        f"app = runpy.run_path({str(ROOT / 'app.py')!r})['app']\n"
    )
    return f"{tmp_path}:{ROOT}"


async def test_each_point_is_needed(
    server: StartServer, person: MakePerson, raw: OpenRaw, config: WriteConfig, without: str
) -> None:
    """Without server/: were this to fail, something could be thrown away."""
    node = await server("--config", config(websocket_ping_interval=1), PYTHONPATH=without)
    node.may_log_tracebacks = True
    two = await talk(person, on=node)
    assert two.a.socket.response is not None
    assert "Sec-WebSocket-Extensions" in two.a.socket.response.headers
    bomber, dead = await raw(node), await raw(node)
    before = memory(node)
    assert await bomber.handshake(two.bob, f"/ws/chat/{two.room}/", DEFLATE) == 101
    assert await dead.handshake(two.bob, f"/ws/chat/{two.room}/") == 101
    bomber.send(TEXT, BOMB, FIN | RSV1)
    assert await bomber.closed() == 1009
    assert memory(node) - before > BOMB_GROWTH
    stopping = asyncio.create_task(node.stop())
    assert await two.a.closed(within=10) != 1012
    assert two.a.of("going_away") == []
    dead.abort()
    await stopping
