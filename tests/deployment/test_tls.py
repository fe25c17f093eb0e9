"""TLS ended by Hypercorn itself: the command of docs/deployment.md."""

import asyncio
import re
import shlex
import ssl
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from h2.connection import H2Connection
from h2.events import PingAckReceived

from tests.support.databases import SqliteDatabases
from tests.support.factories import MakePerson, OpenTab
from tests.support.fronts import block
from tests.support.guest import Guest
from tests.support.person import Person
from tests.support.server import PYTHON, ROOT, Server
from tests.support.tls import Certificate
from tests.support.waiting import DEADLINE, deadline


class SecureServer(Server):
    """A server that is started as the document says, with a certificate of its own."""

    def __init__(self, folder: Path, database_url: str) -> None:
        super().__init__(folder, {"DATABASE_URL": database_url})
        self.certificate = Certificate.make(folder)
        self.certfile = self.certificate.certfile

    def _command(self) -> list[str]:
        text = block("docs/deployment.md", "sh").replace("\\\n", " ")
        for printed, ours in (
            (".venv/bin", Path(PYTHON).parent),
            ("hypercorn.toml", ROOT / "hypercorn.toml"),
            ("0.0.0.0:8443", f"127.0.0.1:{self.port}"),
            ("fullchain.pem", self.certificate.certfile),
            ("privkey.pem", self.certificate.keyfile),
        ):
            assert text.count(printed) == 1, text
            text = text.replace(printed, str(ours))
        return shlex.split(text)


@pytest.fixture
async def secure(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[SecureServer]:
    """A server that speaks https alone."""
    server = SecureServer(Path(tempfile.mkdtemp(dir=folder)), sqlite.fresh())
    await server.start()
    yield server
    await server.stop()
    assert "Traceback" not in server.log(), server.log()


async def test_pages_api_and_sockets(secure: SecureServer, person: MakePerson) -> None:
    alice = await person("alice", on=secure)
    given = {(cookie.name, cookie.secure) for cookie in alice.http.cookies.jar}
    assert given == {("__Host-beseda", True), ("beseda_device", True)}
    room = await alice.create_room()
    for origin in (secure.url, None):
        chat = await alice.connect(room, origin=origin)
        await chat.expect("ready")
        await chat.say("over wss")
    plain = secure.url.replace("https", "http")
    assert await alice.refused(room, origin=plain) == 403
    page = await alice.http.get("/rooms/")
    assert "strict-transport-security" in page.headers


@pytest.mark.parametrize("http2", [True, False])
async def test_alpn_chooses_the_version(secure: SecureServer, http2: bool) -> None:
    trust = secure.tls or True
    async with httpx.AsyncClient(base_url=secure.url, http2=http2, verify=trust) as web:
        for path in ("/login", "/healthz", "/static/css/base.css"):
            answer = await web.get(path)
            assert answer.http_version == ("HTTP/2" if http2 else "HTTP/1.1")
            assert answer.status_code == 200
        refused = await web.post("/api/session", json={}, headers={"Origin": "http://x.example"})
        assert refused.status_code == 403


async def test_chat_in_a_browser_over_http2(
    secure: SecureServer, person: MakePerson, tab: OpenTab
) -> None:
    """Chromium opens its sockets in the HTTP/2 connection of the page where that is offered. A
    restart closes them, and the page comes back.
    """
    alice = await person("alice", on=secure)
    room = await alice.create_room()
    window = await tab(secure, ignore_https_errors=True)
    guest = await Guest.of(window, alice)
    await guest.enter(room)
    version = "performance.getEntriesByType('navigation')[0].nextHopProtocol"
    assert await guest.page.evaluate(version) == "h2"
    await guest.say("before")
    await guest.sees("before")
    window.allow("ERR_CONNECTION_|WebSocket connection to|Failed to load resource")
    await secure.restart()
    await guest.online()
    await guest.say("after")
    await guest.sees("after")
    assert await guest.texts() == ["before", "after"]


@pytest.mark.parametrize("http2", [True, False])
async def test_idle_client_does_not_hold_up_a_restart(secure: SecureServer, http2: bool) -> None:
    """It reads nothing, and so never agrees to the end of its connection."""
    trust = secure.tls or True
    async with httpx.AsyncClient(base_url=secure.url, http2=http2, verify=trust) as idle:
        assert (await idle.get("/login")).status_code == 200
        await secure.stop()  # Has a deadline; TLS by itself waits three times as long.
        await secure.start()


async def test_reset_stream_does_not_hold_up_a_restart(secure: SecureServer) -> None:
    """So browsers end a WebSocket over HTTP/2; what is left is an idle connection."""
    trust = ssl.create_default_context(cafile=secure.certfile)
    trust.set_alpn_protocols(["h2"])
    reader, writer = await asyncio.open_connection("127.0.0.1", secure.port, ssl=trust)
    peer = H2Connection()
    peer.initiate_connection()
    about = {"method": "POST", "path": "/api/session", "scheme": "https", "authority": "127.0.0.1"}
    peer.send_headers(1, [(f":{name}", value) for name, value in about.items()])
    peer.reset_stream(1)
    peer.ping(b"are you?")
    writer.write(peer.data_to_send())
    async with deadline(DEADLINE, "the answer to the ping"):
        while not any(
            isinstance(event, PingAckReceived)
            for event in peer.receive_data(await reader.read(1 << 16))
        ):
            pass
    await secure.stop()  # Without a connection cut in the middle, which the log would tell of.
    writer.transport.abort()
    await secure.start()


async def test_plain_http_is_not_spoken(secure: SecureServer) -> None:
    async with Person(secure) as nobody:
        with pytest.raises(httpx.TransportError):
            await nobody.http.get(re.sub("^https", "http", secure.url))
