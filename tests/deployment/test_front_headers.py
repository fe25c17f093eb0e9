"""What the printed nginx passes on: seen by a server that notes what it is asked."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.deployment.conftest import README, WHOLE
from tests.support.fronts import Front
from tests.support.server import Server
from tests.support.waiting import DEADLINE, deadline

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Passed(NamedTuple):
    """A proxy, and the heads of the requests that it has passed on."""

    front: Front
    heads: list[str]


@pytest.fixture(params=[README, WHOLE])
async def passed(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Passed]:
    """The nginx of each document, before servers that answer 200 to everything."""
    heads: list[str] = []

    async def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode().lower())
        writer.write(ANSWER)
        writer.close()

    nodes = [Server(tmp_path, {}) for _ in range(1 if request.param == README else 2)]
    noting = [await asyncio.start_server(note, "127.0.0.1", node.port) for node in nodes]
    front = Front.nginx(tmp_path, request.param, nodes)
    await front.start()
    yield Passed(front, heads)
    await front.stop()
    for each in noting:
        each.close()


async def told(passed: Passed, *lines: str) -> dict[str, str]:
    """Send a GET with these header lines; return the headers that come out behind the proxy."""
    front = passed.front
    reader, writer = await asyncio.open_connection("127.0.0.1", front.port, ssl=front.tls)
    head = ("GET / HTTP/1.1", f"Host: 127.0.0.1:{front.port}", *lines, "", "")
    writer.write("\r\n".join(head).encode())
    async with deadline(DEADLINE, "an answer"):
        assert b" 200 " in await reader.readline()
    writer.transport.abort()
    found = [line.partition(": ") for line in passed.heads[-1].splitlines()[1:] if line]
    assert len({name for name, _, _ in found}) == len(found), "each header once"
    return {name: value for name, _, value in found}


async def test_host_keeps_its_port(passed: Passed) -> None:
    assert (await told(passed))["host"] == f"127.0.0.1:{passed.front.port}"


async def test_websocket_is_the_only_upgrade(passed: Passed) -> None:
    for asked in ("websocket", "WebSocket"):
        headers = await told(passed, "Connection: Upgrade", f"Upgrade: {asked}")
        assert (headers["upgrade"], headers["connection"]) == ("websocket", "upgrade")
    for asked in ("h2c", "h2c, websocket", "websocket, h2c", "TLS/1.3", ""):
        headers = await told(passed, "Connection: Upgrade, HTTP2-Settings", f"Upgrade: {asked}")
        assert "upgrade" not in headers, asked
        assert "connection" not in headers, asked


async def test_address_is_appended(passed: Passed) -> None:
    for forged in ([], ["X-Forwarded-For: 6.6.6.6"], ["X-Forwarded-For: 6.6.6.6, 7.7.7.7"]):
        headers = await told(passed, *forged)
        assert headers["x-forwarded-for"].rpartition(" ")[2] == "127.0.0.1"


async def test_scheme_and_host_are_not_the_clients(passed: Passed) -> None:
    headers = await told(passed, "X-Forwarded-Proto: gopher", "X-Forwarded-Host: evil.example")
    assert headers["x-forwarded-proto"] == ("https" if passed.front.certificate else "http")
    assert "x-forwarded-host" not in headers
