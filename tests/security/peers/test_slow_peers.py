"""Peers that do not send what they have begun, or do not take what they have asked for."""

import asyncio
import json
import tomllib

import pytest

from blueprints.api.bodies import BODY_SECONDS
from server.tcp import SEND_SECONDS
from tests.resilience.conftest import OpenRaw
from tests.security.peers.conftest import SECONDS, OpenPeer
from tests.support.http2 import TlsServer, cut, tls
from tests.support.process import MIB, memory, sockets, workers
from tests.support.raw import Raw
from tests.support.server import ROOT, Server
from tests.support.waiting import DEADLINE, deadline, eventually

JSON = "Content-Type: application/json\r\n"
REQUEST = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


def test_the_real_numbers() -> None:
    """The servers of these tests have smaller ones."""
    assert (BODY_SECONDS, SEND_SECONDS) == (10, 10)
    settings = tomllib.loads((ROOT / "hypercorn.toml").read_text())
    assert settings["keep_alive_timeout"] == settings["ssl_handshake_timeout"] == 10


@pytest.mark.parametrize("trickles", [False, True], ids=["stops", "trickles"])
@pytest.mark.parametrize("before", [b"", REQUEST], ids=["first", "second"])
async def test_head_that_never_ends(
    impatient: Server, raw: OpenRaw, before: bytes, trickles: bool
) -> None:
    """The time is for the whole of it; a connection that has been answered gets no more."""
    peer = await raw(impatient)
    peer.writer.write(before)
    if before:
        await peer.reader.readuntil(b"\r\n\r\n")
    peer.writer.write(b"GET /login HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    end = asyncio.create_task(peer.gone())
    while trickles and not end.done():
        peer.writer.write(b"x")
        await asyncio.wait({end}, timeout=SECONDS / 5)
    await end


async def _answer(raw: Raw) -> tuple[int, bytes]:
    """Return status and body; AssertionError unless the connection ends after it."""
    async with deadline(DEADLINE, "an answer and the end"):
        head, _, body = (await raw.reader.read()).partition(b"\r\n\r\n")
    assert b"\r\nconnection: close" in head.lower()
    return int(head.split()[1]), body


@pytest.mark.parametrize(
    ("path", "head"),
    [
        ("/api/session", f"{JSON}Content-Length: 40\r\n"),
        ("/api/session", f"{JSON}Transfer-Encoding: chunked\r\n"),
        ("/api/users", f"{JSON}Content-Length: 40\r\n"),
        ("/login", f"{FORM}Content-Length: 40\r\n"),
    ],
    ids=["login", "login in chunks", "registration", "the form"],
)
async def test_body_that_never_comes(impatient: Server, raw: OpenRaw, path: str, head: str) -> None:
    """408, also where the limits want to know the name in it."""
    peer = await raw(impatient)
    peer.writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode())
    status, body = await _answer(peer)
    assert status == 408
    if path.startswith("/api/"):
        assert json.loads(body)["code"] == "request_timeout"


async def test_body_that_trickles(impatient: Server, raw: OpenRaw) -> None:
    """The time is for the whole of it."""
    peer = await raw(impatient)
    peer.writer.write(
        f"POST /api/session HTTP/1.1\r\nHost: x\r\n{JSON}Content-Length: 40\r\n\r\n".encode()
    )
    answer = asyncio.create_task(_answer(peer))
    while not answer.done():
        peer.writer.write(b" ")
        await asyncio.wait({answer}, timeout=0.2)
    assert (await answer)[0] == 408


async def _let_go(server: Server, before: int) -> None:
    async def is_so() -> bool:
        return sum(sockets(each, server) for each in workers(server)) <= before

    await eventually(is_so, "the connection to be given up")


async def test_answers_that_nobody_reads(impatient: Server, raw: OpenRaw) -> None:
    """A thousand requests in one go, and nothing is read: the second is not even begun before the
    first has been taken.
    """
    before = sum(sockets(each, impatient) for each in workers(impatient))
    used, logged = memory(impatient), len(impatient.log())
    peers = [await raw(impatient, window=4096) for _ in range(5)]
    for peer in peers:
        peer.writer.write(b"GET /login HTTP/1.1\r\nHost: x\r\n\r\n" * 1000)

    async def are_cut() -> bool:
        # Others have used the server before: their sockets may have been counted, too.
        return impatient.log()[logged:].count("an answer is not taken") == len(peers)

    await eventually(are_cut, "all of them to be cut")
    await _let_go(impatient, before)
    assert memory(impatient) - used < 20 * MIB


async def test_slow_reader_is_served(impatient: Server, raw: OpenRaw) -> None:
    """As long as it takes something. The kernel holds megabytes for it, and takes nothing new from
    us for a long time, while the peer takes from the kernel.
    """
    peer = await raw(impatient, window=4096)
    peer.writer.write(b"GET /login HTTP/1.1\r\nHost: x\r\n\r\n" * 900)
    loop = asyncio.get_running_loop()
    slow_until, answers, last = loop.time() + 3 * SECONDS, 0, b""
    async with deadline(60, "all the answers"):
        while answers < 900:
            data = await peer.reader.read(8192)
            assert data, f"cut after {answers} answers"
            answers += (last + data).count(b"HTTP/1.1 200") - last.count(b"HTTP/1.1 200")
            last = data[-11:]
            if loop.time() < slow_until:
                await asyncio.sleep(0.05)


async def test_disconnected_with_a_request_waiting(impatient: Server, raw: OpenRaw) -> None:
    """The second request waited for the end of the first, which nobody told any more."""
    before = sum(sockets(each, impatient) for each in workers(impatient))
    for _ in range(20):
        peer = await raw(impatient, window=4096)
        peer.writer.write(b"GET /login HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
        await peer.reader.read(1)
        peer.abort()
    await _let_go(impatient, before)


@pytest.mark.parametrize("asks", [False, True], ids=["nothing", "once"])
async def test_connection_on_which_nothing_is_asked(
    impatient: Server, raw: OpenRaw, asks: bool
) -> None:
    peer = await raw(impatient)
    if asks:
        peer.writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 200 " in await peer.reader.readline()
    await peer.gone()


async def test_tls_handshake_that_never_ends(impatient_tls: TlsServer, raw: OpenRaw) -> None:
    peer = await raw(impatient_tls)
    peer.writer.write(b"\x16\x03\x01")
    await peer.gone()


async def test_tls_peer_that_does_not_agree_to_the_end(impatient_tls: TlsServer) -> None:
    """The event loop waits 30 s for its answer."""
    before = sum(sockets(each, impatient_tls) for each in workers(impatient_tls))
    context = impatient_tls.certificate.trust()
    _, writer = await tls(impatient_tls, context)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    await _let_go(impatient_tls, before)
    await cut(writer)


@pytest.mark.parametrize("greets", [True, False])
async def test_http2_that_says_nothing(
    peer: OpenPeer, impatient_tls: TlsServer, greets: bool
) -> None:
    context = impatient_tls.certificate.trust()
    context.set_alpn_protocols(["h2"])
    if greets:
        await (await peer(impatient_tls)).gone()
        return
    reader, writer = await tls(impatient_tls, context)
    async with deadline(DEADLINE, "the end of a connection that says nothing"):
        while await reader.read(1000):
            pass
    await cut(writer)


async def test_http2_streams_that_never_end(peer: OpenPeer, impatient_tls: TlsServer) -> None:
    """408 for each, and then the connection is idle."""
    one = await peer(impatient_tls)
    kind = ("content-type", "application/json")
    streams = [one.request("POST", "/api/session", kind, ends=False) for _ in range(20)]
    assert {(await one.answer(stream)).status for stream in streams} == {408}
    await one.gone()


async def test_http2_without_a_window(peer: OpenPeer, impatient_tls: TlsServer) -> None:
    """Everything is asked for and nothing taken: the streams are ended, and cost little."""
    used = memory(impatient_tls)
    one = await peer(impatient_tls, window=0)
    streams = [one.request("GET", "/login") for _ in range(90)]
    answers = [await one.answer(stream) for stream in streams]
    assert {(answer.status, answer.error) for answer in answers} == {(200, 8)}
    assert memory(impatient_tls) - used < 20 * MIB
    await one.gone()


async def test_http2_that_reads_nothing(peer: OpenPeer, impatient_tls: TlsServer) -> None:
    """The window is wide open, and the connection full."""
    before = sum(sockets(each, impatient_tls) for each in workers(impatient_tls))
    one = await peer(impatient_tls, window=1 << 30)
    one.h2.increment_flow_control_window(1 << 30)
    one.writer.transport.pause_reading()  # type: ignore[attr-defined]
    for _ in range(8):
        for _ in range(90):
            one.request("GET", "/login")
        await one.flush()
    await _let_go(impatient_tls, before)
