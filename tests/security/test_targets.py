"""Hosts and paths that are none are refused, and are no failure of ours."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hosts import is_name
from tests.deployment.test_hosts import HANDSHAKE, ask
from tests.support.databases import SqliteDatabases
from tests.support.nodes import running
from tests.support.server import Server

HOSTS = ["a..b", "x" * 64, "x" * 64 + ".com:80", ".", "...", ".a", "a..:8000"]


@pytest.fixture(scope="module", params=["", "chat.example.org"], ids=["any", "allowed"])
async def site(
    request: pytest.FixtureRequest, folder: Path, sqlite: SqliteDatabases
) -> AsyncIterator[Server]:
    """A server that goes by any name, and one that goes by some."""
    settings = {"DATABASE_URL": sqlite.fresh(), "ALLOWED_HOSTS": request.param}
    async with running(folder, **settings) as server:
        yield server
        assert "Traceback" not in server.log()


@pytest.mark.parametrize("host", HOSTS)
async def test_host_that_is_no_name(site: Server, host: str) -> None:
    for path in ("/login", "/api/session", "/static/css/base.css", "/nothing", "http://[/"):
        status, answer = await ask(site, path, f"Host: {host}")
        assert (status, "bad_host" in answer or "http" in path) == (400, True), (path, answer)
    for path in ("/ws/", "/ws/chat/1/"):
        status, answer = await ask(site, path, f"Host: {host}", *HANDSHAKE)
        assert (status, "bad_host" in answer) == (400, True), answer
    assert (await ask(site, "/healthz", f"Host: {host}"))[0] == 200


@pytest.mark.parametrize("target", ["http://[", "http://[/x", "?x", "//["])
async def test_target_that_is_no_path(site: Server, target: str) -> None:
    status, answer = await ask(site, target, "Host: chat.example.org")
    assert status in {400, 404}, answer
    status, answer = await ask(site, target, "Host: chat.example.org", *HANDSHAKE)
    assert status in {400, 404}, answer


async def test_whole_address_is_understood(site: Server) -> None:
    for target, status in [
        ("http://chat.example.org/login", 200),
        ("http://chat.example.org", 303),
    ]:
        assert (await ask(site, target, "Host: chat.example.org"))[0] == status


@pytest.mark.parametrize("host", ["", "x" * 63 + ".com", "a.b.", "[::1]:8000", "my_app:80", "a"])
def test_names_that_can_be(host: str) -> None:
    assert is_name(host) == (host != "")
