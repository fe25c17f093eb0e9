"""PROXY_HOPS: what is believed of the headers that proxies add."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

import logs
from blueprints.proxies import _seen_by_proxies, _warn_of_a_proxy
from tests.support.databases import SqliteDatabases
from tests.support.factories import MakePerson, StartServer
from tests.support.nodes import running
from tests.support.server import Server

GUESSES = 40  # More than one address has for one name.


@pytest.fixture(scope="module")
async def behind_two(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server behind two proxies, with limits by address."""
    settings = {"PROXY_HOPS": "2", "RATE_LIMITS": "on", "DATABASE_URL": sqlite.fresh()}
    async with running(folder, **settings) as server:
        yield server


def test_a_proxy_that_is_not_counted_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_warned", set())
    forwarded = [(b"x-forwarded-for", b"203.0.113.7")]
    with capture_logs() as lines:
        _warn_of_a_proxy({"type": "lifespan"})
        _warn_of_a_proxy({"headers": [], "client": ("127.0.0.1", 1)})
        # Anybody can write the header.
        _warn_of_a_proxy({"headers": forwarded, "client": ("1.1.1.1", 1)})
        _warn_of_a_proxy({"headers": forwarded, "client": None})
        assert lines == []
        for peer in ("127.0.0.1", "10.0.0.2", "::1"):
            _warn_of_a_proxy({"headers": forwarded, "client": (peer, 1)})
    assert [line["event"] for line in lines] == ["proxy_not_counted"]


async def statuses(server: Server, forwarded: str, name: str = "nobody") -> set[int]:
    """Guess again and again, with this X-Forwarded-For; {n} is the try's number."""
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as web:
        return {
            (
                await web.post(
                    "/api/session",
                    json={"username": name.format(n=n), "password": "guess guess"},
                    headers={"X-Forwarded-For": forwarded.format(n=n)} if forwarded else {},
                )
            ).status_code
            for n in range(GUESSES)
        }


async def test_requests_work_after_handshakes(server: StartServer, person: MakePerson) -> None:
    """A handshake leaves nothing behind that later requests would stumble over."""
    node = await server(PROXY_HOPS="1")
    alice = await person("alice", on=node)
    room = await alice.create_room()
    assert await alice.refused(room + 1) == 403
    await (await alice.connect(room)).expect("ready")
    assert (await alice.http.get(f"/rooms/{room}/")).status_code == 200
    await (await alice.connect(room)).expect("ready")


async def test_each_address_has_its_own_limit(behind_two: Server) -> None:
    """As the outer proxy writes it; what stands before is the client's own."""
    assert await statuses(behind_two, "198.51.100.{n}, 10.0.0.1", "nobody{n}") == {401}


@pytest.mark.parametrize(
    "forged",
    [
        "198.51.100.{n}, 203.0.113.7, 10.0.0.1",
        "198.51.100.{n}",  # Too few: somebody is past a proxy.
        "198.51.100.{n},",
        "not-an-address-{n}, 10.0.0.1",
        "{n}, 10.0.0.1",
        "",
    ],
)
async def test_client_cannot_choose_its_address(behind_two: Server, forged: str) -> None:
    assert 429 in await statuses(behind_two, forged)


async def test_without_proxies_nothing_is_believed(server: StartServer) -> None:
    node = await server(RATE_LIMITS="on")
    assert 429 in await statuses(node, "198.51.100.{n}, 10.0.0.1")


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        (["6.6.6.6, 203.0.113.7, 10.0.0.1"], "203.0.113.7"),
        (["6.6.6.6", "203.0.113.7", "10.0.0.1"], "203.0.113.7"),
        (["6.6.6.6", "203.0.113.7, 10.0.0.1"], "203.0.113.7"),
        (["6.6.6.6"], None),
        (["6.6.6.6, "], None),
        ([", ,6.6.6.6,"], None),
        (["nonsense, 10.0.0.1"], None),
        ([], None),
    ],
)
def test_address_is_what_the_outer_of_two_proxies_saw(
    lines: list[str], address: str | None
) -> None:
    headers = [(b"x-forwarded-for", line.encode()) for line in lines]
    seen = _seen_by_proxies({"type": "http", "headers": headers}, 2)
    assert seen == ({"client": (address, 0)} if address else {})


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7:5000 ", "203.0.113.7"),
        ("2001:DB8::7", "2001:db8::7"),
        ("[2001:db8::7]:5000", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("unknown", None),
        ("203.0.113.7 ; x", None),
    ],
)
def test_how_proxies_write_addresses(value: str, address: str | None) -> None:
    headers = [(b"x-forwarded-for", b"1.1.1.1"), (b"X-Forwarded-For", value.encode())]
    seen = _seen_by_proxies({"type": "http", "headers": headers}, 1)
    assert seen == ({"client": (address, 0)} if address else {})


@pytest.mark.parametrize(
    ("said", "hops", "scheme"),
    [
        (["https"], 1, "https"),
        (["http", "https"], 1, "https"),
        (["http, https"], 1, "https"),
        (["https", "http"], 2, "https"),
        (["https"], 2, "https"),  # The inner one has it from the outer, or writes it anew.
        (["HTTPS"], 1, "https"),
        (["wss"], 1, "https"),
        (["gopher"], 1, None),
        ([], 1, None),
    ],
)
def test_scheme_that_proxies_tell(said: list[str], hops: int, scheme: str | None) -> None:
    headers = [(b"x-forwarded-proto", each.encode()) for each in said]
    for kind, expected in (
        ("http", scheme),
        ("websocket", scheme and scheme.replace("http", "ws")),
    ):
        seen = _seen_by_proxies({"type": kind, "headers": headers}, hops)
        assert seen.get("scheme") == expected
