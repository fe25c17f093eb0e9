"""HTTP/2: what holds for a connection holds for a stream, and one stream costs no other."""

import itertools
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from h2.settings import SettingCodes

from server.closing import CLOSE_SECONDS
from tests.security.peers.conftest import OpenPeer
from tests.support.frames_raw import PING, TEXT, close, frame
from tests.support.http2 import Answer, Peer, TlsServer
from tests.support.person import Person
from tests.support.waiting import DEADLINE, deadline, eventually

FLOOD = 20_000
# That server ends idle connections while httpx still counts on them.
NUMBERS = itertools.count(1)  # Of people: that server serves several tests.
ONE_BY_ONE = httpx.Limits(max_keepalive_connections=0)
LATE = frame(TEXT, '{"type": "chat_message", "message": "late"}')


@pytest.fixture
async def alice(impatient_tls: TlsServer) -> AsyncIterator[Person]:
    """Somebody with a login there."""
    person = Person(impatient_tls)
    trust = impatient_tls.certificate.trust()
    await person.http.aclose()
    person.http = httpx.AsyncClient(
        base_url=impatient_tls.url, trust_env=False, verify=trust, limits=ONE_BY_ONE
    )
    await person.register(f"alice{next(NUMBERS)}")
    await person.login()
    yield person
    await person.close()


class Socket:
    """A WebSocket on one stream (RFC 8441)."""

    def __init__(self, peer: Peer, alice: Person, path: str) -> None:
        self.peer = peer
        wanted = ((":protocol", "websocket"), ("sec-websocket-version", "13"))
        self.stream = peer.request("CONNECT", path, *wanted, ("cookie", alice.cookie), ends=False)
        self.answer: Answer = peer.answers[self.stream]

    async def send(self, data: bytes) -> None:
        """Send these bytes as far as the windows allow, reading meanwhile."""
        async with deadline(DEADLINE, "the window"):
            while data and not self.answer.is_ended:
                size = min(self.peer.h2.local_flow_control_window(self.stream), 16_000, len(data))
                if size:
                    self.peer.h2.send_data(self.stream, data[:size])
                    data = data[size:]
                    await self.peer.flush()
                else:
                    await self.peer.take()

    async def until(self, part: bytes) -> None:
        """Read until this has come."""
        async with deadline(DEADLINE, f"{part!r}"):
            await self.peer.flush()
            while part not in self.answer.body:
                assert not self.answer.is_ended, self.answer
                await self.peer.take()


async def test_file_in_both_directions(alice: Person) -> None:
    """It is longer than what waits for a peer, and than what is read of it at once."""
    assert isinstance(alice.server, TlsServer)
    room, data = await alice.create_room(), bytes(range(256)) * 4_100
    async with httpx.AsyncClient(
        base_url=alice.server.url,
        trust_env=False,
        verify=alice.server.certificate.trust(),
        http2=True,
        cookies=alice.http.cookies,
    ) as http:
        sent = await http.post(f"/api/rooms/{room}/files?name=a", content=data)
        assert (sent.http_version, sent.status_code) == ("HTTP/2", 201)
        found = await http.get(sent.json()["url"])
        assert (found.http_version, found.content == data) == ("HTTP/2", True)


async def _open(alice: Person, peer: OpenPeer) -> tuple[Socket, int]:
    """Connect to a new room, and wait until all greetings are over."""
    assert isinstance(alice.server, TlsServer)
    room = await alice.create_room()
    socket = Socket(await peer(alice.server), alice, f"/ws/chat/{room}/")
    await socket.until(b'"ready"')
    await socket.send(frame(TEXT, '{"type": "mark_read"}'))
    await socket.until(b'"messages_marked_read"')
    return socket, room


def _code(answer: Answer) -> int:
    """Return the code of the close frame at the end; it has a reason of less than 126 bytes."""
    start = answer.body.rindex(b"\x88")
    assert start + 2 + answer.body[start + 1] == len(answer.body), "something after the close frame"
    return int.from_bytes(answer.body[start + 2 : start + 4])


async def _works(peer: Peer) -> bool:
    return (await peer.answer(peer.request("GET", "/healthz"))).status == 200


async def test_flood_is_ended(peer: OpenPeer, alice: Person) -> None:
    socket, room = await _open(alice, peer)
    await socket.send(frame(PING) * FLOOD)
    answer = await socket.peer.answer(socket.stream)
    assert _code(answer) == 4029
    assert answer.body.count(b"\x8a\x00") < FLOOD / 10
    assert await _works(socket.peer)
    await alice.post(room, "nobody has felt anything")


@pytest.mark.parametrize(
    ("data", "code"),
    [(frame(3), 1002), (frame(TEXT, "x" * 65537), 1009), (frame(TEXT, b"\xff"), 1007)],
    ids=["reserved", "too large", "no UTF-8"],
)
async def test_broken_frames(peer: OpenPeer, alice: Person, data: bytes, code: int) -> None:
    socket, room = await _open(alice, peer)
    await socket.send(data + LATE)
    assert _code(await socket.peer.answer(socket.stream)) == code
    assert await _works(socket.peer)
    assert await alice.messages(room) == []


async def test_close_and_what_follows(peer: OpenPeer, alice: Person) -> None:
    socket, room = await _open(alice, peer)
    await socket.send(frame(TEXT, '{"type": "chat_message", "message": "said"}'))
    await socket.until(b'"message_sent"')
    await socket.send(close() + LATE)
    answer = await socket.peer.answer(socket.stream)
    assert _code(answer) == 1000
    await alice.post(room, "afterwards")
    assert [each["message"] for each in await alice.messages(room)] == ["said", "afterwards"]
    assert await _works(socket.peer)


async def test_close_that_is_not_answered(peer: OpenPeer, alice: Person) -> None:
    socket, _ = await _open(alice, peer)
    await alice.logout()
    answer = await socket.peer.answer(socket.stream, within=5 * CLOSE_SECONDS)
    assert _code(answer) == 4401
    assert await _works(socket.peer)


async def test_end_of_a_stream_without_a_close(peer: OpenPeer, alice: Person) -> None:
    """It is what the end of a TCP connection is elsewhere: Hypercorn kept the socket for ever."""
    socket, room = await _open(alice, peer)
    socket.peer.h2.end_stream(socket.stream)
    await socket.peer.answer(socket.stream)
    await _told(alice, room)
    assert await _works(socket.peer)


async def _told(alice: Person, room: int) -> None:
    async def is_so() -> bool:
        lines = alice.server.log().splitlines()
        return any('"disconnected"' in line and f'"room":{room},' in line for line in lines)

    await eventually(is_so, "the connection to leave its room")


async def test_body_after_the_answer(peer: OpenPeer, impatient_tls: TlsServer) -> None:
    """It cost the whole connection, with a stack trace."""
    one = await peer(impatient_tls)
    stream = one.request("POST", "/nowhere", ends=False)
    one.h2.send_data(stream, b"x" * 1000)
    await one.flush()
    while not one.answers[stream].status:
        await one.take()
    if not one.answers[stream].is_ended:
        one.h2.send_data(stream, b"x" * 1000)
    assert (await one.answer(stream)).status == 404
    assert await _works(one)


async def test_data_while_the_close_frame_waits(alice: Person, peer: OpenPeer) -> None:
    """The socket has left its room, and its stream is still there until the peer takes the rest."""
    socket, room = await _open(alice, peer)
    await _let_take(socket, 0)
    await socket.send(frame(3))
    await _told(alice, room)
    await socket.send(LATE)
    await _let_take(socket, 65535)
    assert _code(await socket.peer.answer(socket.stream)) == 1002
    assert await _works(socket.peer)


async def _let_take(socket: Socket, window: int) -> None:
    socket.peer.h2.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: window})
    await socket.peer.flush()


async def test_too_large(peer: OpenPeer, alice: Person, impatient_tls: TlsServer) -> None:
    one = await peer(impatient_tls)
    fields = (("cookie", alice.cookie), ("content-type", "application/json"))
    stream = one.request("POST", "/api/rooms", *fields, ends=False)
    await one.flush()
    for _ in range(20):
        if not one.answers[stream].is_ended and one.h2.local_flow_control_window(stream) > 8000:
            one.h2.send_data(stream, b"x" * 8000)
            await one.flush()
        if one.answers[stream].status or one.h2.local_flow_control_window(stream) <= 8000:
            await one.take()
        if one.answers[stream].is_ended:
            break
    answer = await one.answer(stream)
    assert answer.status == 413
    assert json.loads(answer.body)["code"] == "too_large"
    assert await _works(one)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/é"), ("GÉT", "/"), ("GET", "")], ids=["path", "method", "none"]
)
async def test_requests_that_are_none(
    peer: OpenPeer, impatient_tls: TlsServer, method: str, path: str
) -> None:
    """`impatient_tls` looks for stack traces in its log."""
    one = await peer(impatient_tls)
    stream = one.request(method, path)
    answer = await one.answer(stream)
    assert answer.status in {0, 400, 404}
    other = await peer(impatient_tls)
    assert await _works(other)


@pytest.mark.parametrize(
    ("host", "path"),
    [("a..b", "/login"), ("x", "http://["), ("x", "?x")],
    ids=["host", "address", "query"],
)
async def test_hosts_and_paths_that_are_none(
    peer: OpenPeer, impatient_tls: TlsServer, host: str, path: str
) -> None:
    """`impatient_tls` looks for stack traces in its log."""
    one = await peer(impatient_tls)
    fields = [(":method", "GET"), (":path", path), (":scheme", "https"), (":authority", host)]
    one.h2.send_headers(1, fields, end_stream=True)
    one.answers[1] = Answer()
    assert (await one.answer(1)).status == 400
    assert await _works(one)
