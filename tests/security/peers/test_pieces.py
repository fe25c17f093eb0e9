"""A body in as many pieces as it has bytes is refused, by whatever protocol it comes."""

import pytest

from server.http_stream import BODY_PARTS
from tests.security.peers.conftest import OpenPeer
from tests.support.http2 import TlsServer
from tests.support.raw import Raw
from tests.support.server import Server
from tests.support.waiting import DEADLINE, deadline

HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    "Transfer-Encoding: chunked\r\n\r\n"
)
BODY = b'{"username": "nobody", "password": "at all"}'


async def _answer(server: Server, path: str, chunks: list[bytes]) -> int:
    raw = await Raw.open(server)
    raw.writer.write(HEAD.format(path=path, port=server.port).encode())
    raw.writer.write(b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks))
    raw.writer.write(b"0\r\n\r\n")
    async with deadline(DEADLINE, "the answer"):
        head = await raw.reader.readuntil(b"\r\n\r\n")
    raw.abort()
    return int(head.split()[1])


@pytest.mark.parametrize("path", ["/api/session", "/login"])
async def test_chunks_of_one_byte(impatient: Server, path: str) -> None:
    """`impatient` looks for stack traces in its log."""
    assert await _answer(impatient, path, [b" "] * (BODY_PARTS + 1)) == 413
    assert await _answer(impatient, path, [b" "] * 20_000) == 413


async def test_as_many_as_a_program_writes(impatient: Server) -> None:
    spaces = [b" "] * (BODY_PARTS - len(BODY))
    chunks = [*spaces, *(BODY[start : start + 1] for start in range(len(BODY)))]
    assert await _answer(impatient, "/api/session", chunks) == 401


async def test_frames_of_a_hundred_bytes(peer: OpenPeer, impatient_tls: TlsServer) -> None:
    """Over HTTP/2 shorter ones are counted by connection."""
    one = await peer(impatient_tls)
    stream = one.request("POST", "/api/session", ends=False)
    async with deadline(DEADLINE, "the answer"):
        while not one.answers[stream].is_ended:
            if one.h2.local_flow_control_window(stream) >= 100:
                one.h2.send_data(stream, b" " * 60 + b" " * 4)
                await one.flush()
            else:
                await one.take()
    assert one.answers[stream].status == 413
    assert (await one.answer(one.request("GET", "/healthz"))).status == 200
