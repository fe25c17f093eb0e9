"""After a close frame nothing more is said, the room is left at once, and the connection ends."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.closing import CLOSE_SECONDS
from tests.resilience.conftest import OpenRaw
from tests.support.databases import SqliteDatabases
from tests.support.exchange import Exchange
from tests.support.factories import MakePerson
from tests.support.frames_raw import PING, TEXT, close, frame
from tests.support.nodes import running
from tests.support.process import sockets, workers
from tests.support.raw import Raw
from tests.support.server import Server
from tests.support.talk import Talk, talk
from tests.support.waiting import DEADLINE, deadline, eventually

PLACES = 6
SAID = frame(TEXT, '{"type": "chat_message", "message": "said"}')
LATE = frame(TEXT, '{"type": "chat_message", "message": "late"}')
# What makes the server close, and the code.
ENDS = {
    "too large": (frame(TEXT, "x" * 65537), 1009),
    "reserved opcode": (frame(3), 1002),
    "no UTF-8": (frame(TEXT, b"\xff"), 1007),
    "its own close": (close(), 1000),
}


@pytest.fixture(scope="module")
async def node(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server of these tests alone: they count its connections."""
    places = str(PLACES)
    async with running(
        folder, DATABASE_URL=sqlite.fresh(), MAX_CONNECTIONS_PER_USER=places
    ) as server:
        yield server


async def _silent(two: Talk, raw: OpenRaw, end: bytes) -> Raw:
    """Connect as bob in a third tab, send these bytes, and answer nothing."""
    peer = await raw(two.alice.server)
    assert await peer.handshake(two.bob, f"/ws/chat/{two.room}/") == 101
    peer.send(TEXT, b'{"type": "mark_read"}')
    while b"messages_marked_read" not in (await peer.frame())[1]:
        pass  # What was there before.
    peer.writer.write(end)
    return peer


async def _is_let_go(server: Server, before: int) -> None:
    """Wait until the server holds no more connections than before; it must not take long."""

    async def is_so() -> bool:
        return sum(sockets(each, server) for each in workers(server)) <= before

    # The old way took 40 to 60 s.
    await eventually(is_so, "the connection to be given up", 5 * CLOSE_SECONDS)


@pytest.mark.parametrize(("end", "code"), ENDS.values(), ids=ENDS.keys())
async def test_nothing_after_a_close_frame(
    node: Server, person: MakePerson, raw: OpenRaw, end: bytes, code: int
) -> None:
    two = await talk(person, on=node)
    before = sum(sockets(each, node) for each in workers(node))
    peer = await _silent(two, raw, end)
    assert await peer.closed() == code
    await two.a.say("nobody else hears this")
    peer.writer.write(LATE + frame(PING))
    async with deadline(DEADLINE, "the end"):
        assert await peer.reader.read() == b""
    await _is_let_go(node, before)
    assert [each["message"] for each in await two.alice.messages(two.room)] == [
        "nobody else hears this"
    ]


@pytest.mark.parametrize("end", [each for each, _ in ENDS.values()], ids=ENDS.keys())
async def test_room_is_left_at_once(end: bytes) -> None:
    """Before the close frame goes out, which a peer with a full window does not take."""
    exchange = await Exchange.of([SAID, end])
    assert exchange.sent()[1] is not None
    assert exchange.was_gone


async def test_room_is_left(node: Server, person: MakePerson, raw: OpenRaw) -> None:
    two = await talk(person, on=node)
    carol = await person("carol", on=node)
    await two.alice.add_member(two.room, carol)
    peer = await raw(node, window=4096)
    assert await peer.handshake(carol, f"/ws/chat/{two.room}/") == 101
    await two.a.expect("user_status", user_id=carol.id, is_online=True)
    peer.send(TEXT, b"x" * 65537)
    await two.a.expect("user_status", user_id=carol.id, is_online=False)


async def test_close_that_is_not_answered(node: Server, person: MakePerson, raw: OpenRaw) -> None:
    """Ours, after a logout. The peer goes on talking as if nothing had happened."""
    two = await talk(person, on=node)
    peer = await _silent(two, raw, b"")
    before = sum(sockets(each, node) for each in workers(node)) - 1
    await two.b.close()
    await two.bob.logout()
    assert await peer.closed() == 4401
    await two.a.say("nobody else hears this")
    peer.writer.write(LATE * 3000 + frame(PING) * 3000)
    async with deadline(DEADLINE, "the end"):
        with contextlib.suppress(ConnectionResetError):  # Cut, after its time.
            assert await peer.reader.read() == b""
    await _is_let_go(node, before)
    assert len(await two.alice.messages(two.room)) == 1


async def test_close_that_is_answered_ends_it(
    node: Server, person: MakePerson, raw: OpenRaw
) -> None:
    """At once, and not by the timer: a browser tells its page only then."""
    two = await talk(person, on=node)
    peer = await _silent(two, raw, b"")
    await two.bob.logout()
    assert await peer.closed() == 4401
    peer.writer.write(SAID * 3 + close(4401))
    async with deadline(CLOSE_SECONDS / 2, "the end of an answered close"):
        assert await peer.reader.read() == b""
    assert await two.alice.messages(two.room) == []


async def test_text_after_the_peers_close_is_not_stored(
    node: Server, person: MakePerson, raw: OpenRaw
) -> None:
    """In the same segment or in parts; what came before is."""
    two = await talk(person, on=node)
    for end in (SAID + close() + LATE, SAID + close() + frame(TEXT, fin=False) + LATE):
        peer = await _silent(two, raw, end)
        assert await peer.closed() == 1000
        await two.a.expect("chat_message", message="said")
    said = [each["message"] for each in await two.alice.messages(two.room)]
    assert said == ["said", "said"]


async def test_handshake_that_is_refused_by_hypercorn_itself(
    node: Server, person: MakePerson, raw: OpenRaw
) -> None:
    """A wrong version, and a frame before the answer: such connections stayed for ever, and the
    second kept its place.
    """
    alice = await person("alice", on=node)
    room = await alice.create_room()
    before = sum(sockets(each, node) for each in workers(node))
    opening = (
        f"GET /ws/chat/{room}/ HTTP/1.1\r\nHost: 127.0.0.1:{node.port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"Cookie: {alice.cookie}\r\nSec-WebSocket-Version: "
    )
    for rest in (b"12\r\n\r\n", *PLACES * (b"13\r\n\r\n" + SAID,)):
        peer = await raw(node)
        peer.writer.write(opening.encode() + rest)
        async with deadline(DEADLINE, "the answer and the end"):
            answer = await peer.reader.read()
        assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 426")), answer
    await _is_let_go(node, before)
    await (await alice.connect(room)).expect("ready")


@pytest.mark.parametrize("end", [each for each, _ in ENDS.values()], ids=ENDS.keys())
async def test_nothing_is_written_past_the_library_either(end: bytes) -> None:
    """The short way to the transport, which knows nothing of close frames."""
    exchange = await Exchange.of([SAID, end])
    assert exchange.stream is not None
    sent = len(exchange.out)
    assert exchange.stream.write(b"{}"), "it is not to be queued either"
    assert exchange.stream.write_run([b"{}", b"{}"])
    await exchange.stream.drain_and_write(b"{}")
    assert len(exchange.out) == sent


async def test_many_who_close_and_stay(node: Server, person: MakePerson, raw: OpenRaw) -> None:
    """Their connections are given up together, and nothing of them is left in the log."""
    two = await talk(person, on=node)
    before = sum(sockets(each, node) for each in workers(node))
    peers = await asyncio.gather(*(_silent(two, raw, close()) for _ in range(PLACES - 1)))
    assert {await peer.closed() for peer in peers} == {1000}
    await _is_let_go(node, before)
