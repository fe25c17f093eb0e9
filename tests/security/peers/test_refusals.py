"""Whoever is refused in the middle of a request gets to read why, and may go on sending a while."""

import asyncio
import contextlib
import re
import socket

import pytest

from tests.support.factories import MakePerson
from tests.support.person import Person
from tests.support.server import Server
from tests.support.waiting import DEADLINE, deadline, eventually

JSON = "Content-Type: application/json\r\n"
LARGE = 3_000_000
# More than is taken, so that all of these have been answered by then.
FIRST = 140_000


class Sender:
    """A client that reads nothing before it has sent everything."""

    def __init__(self, server: Server) -> None:
        self.address = ("127.0.0.1", server.port)
        self.socket = socket.socket()
        self.socket.setblocking(False)

    async def exchange(self, head: str, body: bytes) -> bytes:
        """Send the head and a part of the body, wait until the answer is there, send the rest,
        and return the answer, to the end of the connection. A server that has closed by now
        answers the rest with a reset, and the answer is lost.
        """
        loop = asyncio.get_running_loop()
        async with deadline(DEADLINE, "the answer to what is still being sent"), self:
            await loop.sock_connect(self.socket, self.address)
            await loop.sock_sendall(self.socket, head.encode() + b"\r\n" + body[:FIRST])
            await eventually(self._has_come, "an answer")
            for start in range(FIRST, len(body), 100_000):
                await loop.sock_sendall(self.socket, body[start : start + 100_000])
                await asyncio.sleep(0.001)
            answer = bytearray()
            while data := await loop.sock_recv(self.socket, 1 << 16):
                answer += data
        return bytes(answer)

    async def __aenter__(self) -> None:
        """The connection is closed at the end."""

    async def __aexit__(self, *_: object) -> None:
        self.socket.close()

    async def _has_come(self) -> bool:
        try:
            seen = self.socket.recv(1 << 16, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        return b"HTTP/1.1 4" in seen or b"HTTP/1.1 3" in seen


def _head(person: Person, path: str, *, more: str = "", method: str = "POST") -> str:
    return (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{person.server.port}\r\n{JSON}"
        f"Cookie: {person.cookie}\r\n{more}"
    )


LENGTH = f"Content-Length: {LARGE}\r\n"
CHUNKED = "Transfer-Encoding: chunked\r\n"
CHUNKS = b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n"


@pytest.mark.parametrize(
    ("path", "more", "body", "status"),
    [
        ("/api/rooms", LENGTH, b"x" * LARGE, 413),
        ("/api/rooms", CHUNKED, CHUNKS * 40, 413),
        ("/api/rooms", f"{LENGTH}Expect: 100-continue\r\n", b"x" * LARGE, 413),
        ("/api/rooms", f"{LENGTH}Origin: https://evil.example\r\n", b"x" * LARGE, 403),
        ("/api/nowhere", LENGTH, b"x" * LARGE, 404),
        ("/api/rooms/1/mute", LENGTH, b"x" * LARGE, 405),
    ],
    ids=["too large", "in chunks", "asked before", "foreign", "nowhere", "no such method"],
)
async def test_refusal_arrives(
    person: MakePerson, path: str, more: str, body: bytes, status: int
) -> None:
    alice = await person("alice")
    answer = await Sender(alice.server).exchange(_head(alice, path, more=more), body)
    answer = answer.removeprefix(answer[: answer.index(b"HTTP/1.1 4")])  # 100 Continue.
    head, _, text = answer.partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status
    assert b"\r\nconnection: close" in head.lower()
    assert text.startswith(b'{"type":"error"')


async def test_without_a_login(person: MakePerson) -> None:
    alice = await person("alice")
    head = _head(alice, "/api/rooms", more=LENGTH).replace("Cookie", "X")
    assert b" 401 " in await Sender(alice.server).exchange(head, b"x" * LARGE)
    head = _head(alice, "/rooms/new", more=LENGTH).replace("Cookie", "X")
    assert b" 303 " in await Sender(alice.server).exchange(head, b"x" * LARGE)


async def test_what_has_no_end_is_not_read_for_ever(person: MakePerson) -> None:
    """Bounded in bytes."""
    alice = await person("alice")
    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        await Sender(alice.server).exchange(_head(alice, "/api/rooms", more=CHUNKED), CHUNKS * 2000)


async def test_what_trickles_is_not_read_for_ever(person: MakePerson) -> None:
    """Nor in seconds."""
    alice = await person("alice")
    reader, writer = await asyncio.open_connection("127.0.0.1", alice.server.port)
    writer.write(f"{_head(alice, '/api/rooms', more=LENGTH)}\r\n".encode())
    gone = asyncio.create_task(_until_reset(writer))
    async with deadline(DEADLINE, "the end of one who goes on sending"):
        assert b" 413 " in await reader.read()
        await gone
    writer.close()


async def _until_reset(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)


async def test_whole_requests_keep_their_connection(person: MakePerson) -> None:
    """A refusal of what has come to its end closes nothing."""
    alice = await person("alice")
    for _ in range(3):
        for path, data, status in (
            ("/api/rooms", b"{", 400),
            ("/api/rooms", b"[]", 422),
            ("/api/rooms", b"x" * 60_000, 400),
        ):
            answer = await alice.http.post(path, content=data)
            assert (answer.status_code, answer.headers.get("connection")) == (status, None)


async def test_login_that_is_too_large(limited: Server) -> None:
    """The limits ask for the name in it once more, when the answer is there."""
    async with Person(limited) as nobody:
        for path in ("/api/session", "/api/users"):
            answer = await nobody.http.post(
                path, content=b"x" * 70_000, headers={"Content-Type": "application/json"}
            )
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


TO_CHUNKS = b"Transfer-Encoding: chunked\r\n\r\n"
BROKEN: dict[str, tuple[bytes, set[int]]] = {
    "nonsense": (b"\x00\x01\x02\r\n\r\n", {400}),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", {400}),
    "two hosts": (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", {400}),
    "two lengths": (
        b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        {400},
    ),
    "length and chunks": (
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n" + TO_CHUNKS + b"0\r\n\r\n",
        {303, 405},
    ),
    "negative length": (b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", {400}),
    "endless length": (
        b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 40 + b"\r\n\r\n",
        {400, 413},
    ),
    "other coding": (
        b"POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
        {400, 501},
    ),
    "bad size of a chunk": (
        b"POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n",
        {400},
    ),
    "endless size of a chunk": (
        b"POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"f" * 40
        + b"\r\n",
        {400},
    ),
    "NUL in a header": (b"GET / HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n", {400}),
    "NUL in the path": (b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", {400}),
    "NUL, escaped": (b"GET /rooms/%00 HTTP/1.1\r\nHost: x\r\n\r\n", {404}),
    "no UTF-8, escaped": (b"GET /rooms/%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n", {404}),
    "space in a name": (b"GET / HTTP/1.1\r\nHost: x\r\nX A: b\r\n\r\n", {400}),
    "folded": (b"GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n  c\r\n\r\n", {303, 400}),
    "huge header": (b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"b" * 70_000, {431}),
    "many headers": (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 5000, {431}),
    "long path": (b"GET /" + b"x" * 70_000, {431}),
    "other version": (b"GET / HTTP/3.0\r\nHost: x\r\n\r\n", {400, 505}),
    "star": (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", {404}),
    "whole address": (b"GET http://x/nowhere HTTP/1.1\r\nHost: x\r\n\r\n", {404}),
    "no path": (b"GET nowhere HTTP/1.1\r\nHost: x\r\n\r\n", {404}),
    "tunnel": (b"CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n", {404, 405}),
    "odd host": (b"GET /nowhere HTTP/1.1\r\nHost: \xff[\r\n\r\n", {400, 404}),
    "odd cookie": (b"GET /rooms/ HTTP/1.1\r\nHost: x\r\nCookie: \xff=\xfe; beseda=\r\n\r\n", {303}),
}


@pytest.mark.parametrize(("data", "statuses"), BROKEN.values(), ids=BROKEN.keys())
async def test_broken_requests(shared_server: Server, data: bytes, statuses: set[int]) -> None:
    """They get an answer, and leave no stack trace: `shared_server` looks at its log."""
    reader, writer = await asyncio.open_connection("127.0.0.1", shared_server.port)
    writer.write(data)
    async with deadline(DEADLINE, "an answer to a broken request"):
        line = await reader.readline()
    writer.close()
    assert line.startswith(b"HTTP/1.1 "), line
    assert int(line.split()[1]) in statuses, line


async def test_requests_in_one_go_are_answered_in_order(shared_server: Server) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", shared_server.port)
    writer.write(
        b"GET /login HTTP/1.1\r\nHost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
        b"POST /api/rooms HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    async with deadline(DEADLINE, "four answers"):
        answers = await reader.read()
    assert re.findall(rb"HTTP/1.1 (\d+)", answers) == [b"200", b"404", b"401", b"200"]
    writer.close()
