"""ALLOWED_HOSTS: under which names the site answers."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from hosts import hosts, is_allowed
from tests.support.databases import SqliteDatabases
from tests.support.factories import StartServer
from tests.support.nodes import running
from tests.support.raw import Raw
from tests.support.scrape import TOKEN
from tests.support.server import Server
from tests.support.waiting import DEADLINE, deadline

GOOD = "chat.example.org"


@pytest.fixture(scope="module")
async def site(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server behind a proxy that goes by one name; 127.0.0.1 is none of its names."""
    async with running(
        folder,
        DATABASE_URL=sqlite.fresh(),
        ALLOWED_HOSTS=f"{GOOD}, .example.net",
        METRICS_TOKEN=TOKEN,
        PROXY_HOPS="1",
    ) as server:
        yield server


async def ask(site: Server, path: str, *headers: str) -> tuple[int, str]:
    """Send a GET with exactly these headers; return the status and the whole answer."""
    raw = await Raw.open(site)
    end = () if "Upgrade: websocket" in headers else ("Connection: close",)
    lines = (f"GET {path} HTTP/1.1", *headers, *end, "", "")
    raw.writer.write("\r\n".join(lines).encode())
    async with deadline(DEADLINE, f"the answer to {path}"):
        head = await raw.reader.readuntil(b"\r\n\r\n")
        size = re.search(rb"content-length: (\d+)", head)
        body = await raw.reader.readexactly(int(size[1])) if size else b""
    raw.abort()
    return int(head.split()[1]), (head + body).decode()


PATHS = ["/login", "/api/session", "/static/css/base.css", "/nothing", "/ws/", "/ws/chat/1/"]
BAD = ["127.0.0.1", "evil.example", f"{GOOD}.evil.example", f"evil{GOOD}", "", "a b", "[::1", "x:y"]
HANDSHAKE = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
)


@pytest.mark.parametrize("path", PATHS)
async def test_wrong_host_is_refused(site: Server, path: str) -> None:
    upgrade = HANDSHAKE if path.startswith("/ws") else ()
    for host in BAD:
        status, answer = await ask(site, path, f"Host: {host}", *upgrade)
        assert status == 400, (host, answer)
    _, answer = await ask(site, path, "Host: evil.example", *upgrade)
    assert "bad_host" in answer
    assert ('"type":"error"' in answer) == path.startswith(("/api", "/ws"))


@pytest.mark.parametrize("host", [GOOD, f"{GOOD}:8443", GOOD.upper(), f"{GOOD}.", "a.example.net"])
async def test_names_of_the_site_are_answered(site: Server, host: str) -> None:
    assert (await ask(site, "/login", f"Host: {host}"))[0] == 200
    assert (await ask(site, "/ws/", f"Host: {host}", *HANDSHAKE))[0] == 401


async def test_forwarded_host_is_not_believed(site: Server) -> None:
    for header in ("X-Forwarded-Host", "x-forwarded-host"):
        bad = await ask(site, "/login", "Host: evil.example", f"{header}: {GOOD}")
        assert bad[0] == 400
        led_on = await ask(site, "/login", f"Host: {GOOD}", f"{header}: evil.example")
        assert led_on[0] == 400
        good = await ask(site, "/login", f"Host: {GOOD}", f"{header}: {GOOD}")
        assert good[0] == 200


async def test_forwarded_host_is_no_origin(server: StartServer) -> None:
    """Without ALLOWED_HOSTS too: it would let a page of any name act as its visitor."""
    node = await server(PROXY_HOPS="1")
    headers = {"Origin": "https://evil.example", "X-Forwarded-Host": "evil.example"}
    async with httpx.AsyncClient(base_url=node.url, trust_env=False) as web:
        answer = await web.post("/api/session", json={}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_probes_ask_by_address(site: Server, path: str) -> None:
    token = f"Authorization: Bearer {TOKEN}"
    assert (await ask(site, path, "Host: 127.0.0.1", token))[0] == 200


async def test_unset_means_any_and_says_so(server: StartServer, site: Server) -> None:
    node = await server()
    assert (await ask(node, "/login", "Host: anything.example"))[0] == 200
    assert node.log().count("any_host_is_answered") == 1
    assert "any_host_is_answered" not in site.log()


@pytest.mark.parametrize(
    ("setting", "host", "fits"),
    [
        ("chat.example.org:8443", "chat.example.org:8443", True),
        ("chat.example.org:8443", "chat.example.org", False),
        ("chat.example.org:443", "chat.example.org", True),
        (".example.org", "example.org", True),
        (".example.org", "a.b.example.org:1", True),
        (".example.org", "badexample.org", False),
        ("[::1]", "[::1]:8000", True),
        ("беседа.рф", "xn--80abjda5e.xn--p1ai", True),
        ("CHAT.example.org", "chat.example.org", True),
    ],
)
def test_what_fits(setting: str, host: str, fits: bool) -> None:
    assert is_allowed(host, hosts(setting)) == fits
