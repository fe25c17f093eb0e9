"""Nobody takes all the places: of connections, of accounts, in the queue for the processor."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest
from quart import Quart
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from app import create_app
from blueprints.rate_limits import HASHING_MAX, hashing_slot
from config import Settings
from models import Refusal, passwords
from models.fair_queue import FairQueue, requester
from tests.support.factories import StartServer
from tests.support.person import PASSWORD, Person, unique
from tests.support.server import Server
from tests.support.waiting import DEADLINE, eventually


async def lobby(person: Person, address: str) -> ClientConnection:
    """Open a socket as a client at this address; InvalidStatus when refused."""
    return await connect(
        f"{person.server.ws_url}/ws/",
        additional_headers={"Cookie": person.cookie, "X-Forwarded-For": address},
        proxy=None,
        open_timeout=DEADLINE,
    )


async def somebody(server: Server, address: str) -> Person:
    """Somebody who registers and logs in from this address."""
    person = Person(server)
    person.http.headers["X-Forwarded-For"] = address
    await person.register(unique("somebody"))
    await person.login()
    return person


@pytest.mark.parametrize(
    ("settings", "most"),
    [({}, 4), ({"MAX_CONNECTIONS_PER_ADDRESS": "3"}, 3)],
    ids=["half of all", "as set"],
)
async def test_two_accounts_at_one_address_do_not_take_all_places(
    server: StartServer, settings: dict[str, str], most: int
) -> None:
    node = await server(RATE_LIMITS="on", PROXY_HOPS="1", MAX_CONNECTIONS="8", **settings)
    # One /64: it has an address for each connection.
    eve, mallory = [await somebody(node, f"2001:db8::{number}") for number in (1, 2)]
    sockets = []
    for number in range(most):
        person = (eve, mallory)[number % 2]
        sockets.append(await lobby(person, f"2001:db8::{number + 16}"))
    for person in (eve, mallory):
        with pytest.raises(InvalidStatus) as refusal:
            await lobby(person, "2001:db8::99")
        assert refusal.value.response.status_code == 503
        assert b'"too_many_connections"' in (refusal.value.response.body or b"")
        assert refusal.value.response.headers["Retry-After"]
    sockets.append(await lobby(eve, "198.51.100.1"))
    # A place that is left is free again.
    await sockets.pop(0).close()

    async def let_in() -> bool:
        try:
            sockets.append(await lobby(mallory, "2001:db8::99"))
        except InvalidStatus:
            return False
        return True

    await eventually(let_in, "the place to be free")
    for socket in sockets:
        await socket.close()
    await eve.close()
    await mallory.close()


def test_an_address_has_half_of_the_places() -> None:
    assert Settings().connections_per_address == 5_000
    assert Settings(max_connections=1).connections_per_address == 1
    given = Settings.from_environment({"MAX_CONNECTIONS_PER_ADDRESS": "7"})
    assert given.connections_per_address == 7


async def test_accounts_of_one_address_are_few(server: StartServer) -> None:
    """Twenty, and then one each three minutes, by page or API; refusals do not count."""
    node = await server(RATE_LIMITS="on", PROXY_HOPS="1")

    async def register(client: httpx.AsyncClient, number: int, address: str) -> int:
        body = {"username": unique("new."), "password": PASSWORD}
        headers = {"X-Forwarded-For": address}
        if number % 2:
            return (await client.post("/api/users", json=body, headers=headers)).status_code
        client.cookies.clear()
        return (await client.post("/register", data=body, headers=headers)).status_code

    async with httpx.AsyncClient(base_url=node.url, trust_env=False, timeout=DEADLINE) as client:
        for _ in range(10):
            weak = {"username": unique("new."), "password": "password"}
            headers = {"X-Forwarded-For": "2001:db8::1"}
            answer = await client.post("/api/users", json=weak, headers=headers)
            assert answer.status_code == 422
        statuses = [await register(client, n, f"2001:db8::{n}") for n in range(25)]
        # Two more, should these take six minutes.
        assert 20 <= statuses.count(201) + statuses.count(303) <= 22, statuses
        assert statuses[-1] == 429
        assert await register(client, 1, "198.51.100.1") == 201


async def test_queue_for_the_processor_has_an_end() -> None:
    """Whoever comes when it is full is refused at once, and it empties again."""
    release = asyncio.Event()
    loop = asyncio.get_running_loop()

    def work() -> None:
        asyncio.run_coroutine_threadsafe(release.wait(), loop).result(DEADLINE)

    waiting = [asyncio.create_task(passwords.in_thread(work)) for _ in range(passwords.WAITING_MAX)]
    await asyncio.sleep(0)
    with pytest.raises(Refusal, match="overloaded") as refusal:
        await passwords.is_hash_of(passwords.NOBODYS_HASH, "x")
    assert refusal.value.retry_after
    release.set()
    await asyncio.gather(*waiting)
    assert not await passwords.is_hash_of(passwords.NOBODYS_HASH, "x")


async def test_one_address_does_not_fill_the_queue(server: StartServer) -> None:
    """While it sends all that it may at once, somebody elsewhere logs in."""
    node = await server(RATE_LIMITS="on", PROXY_HOPS="1")
    honest = await somebody(node, "192.0.2.1")
    async with httpx.AsyncClient(
        base_url=node.url,
        trust_env=False,
        timeout=DEADLINE,
        limits=httpx.Limits(max_connections=200),
        headers={"X-Forwarded-For": "198.51.100.1"},
    ) as flood:
        guesses = [
            asyncio.create_task(
                flood.post("/api/session", json={"username": f"name{n}", "password": "x"})
            )
            for n in range(110)
        ]
        await asyncio.wait(guesses, return_when=asyncio.FIRST_COMPLETED)
        await honest.login()
        answers = await asyncio.gather(*guesses)
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[401] >= 20, statuses
    assert statuses[503] + statuses[401] == 110
    for answer in answers:
        if answer.status_code == 503:
            assert answer.json()["code"] == "overloaded"
            assert int(answer.headers["Retry-After"]) >= 1
    await honest.close()


async def test_addresses_take_turns() -> None:
    """Whoever comes last waits for one of each of the others, and not for all of them."""
    turns, order = FairQueue(1), []

    async def work(address: str) -> None:
        requester.set(address)
        async with turns:
            order.append(address)
            await asyncio.sleep(0)

    names = ["flood"] * 6 + ["other", "other", "honest"]
    tasks = [asyncio.create_task(work(name)) for name in names]
    await asyncio.sleep(0)
    tasks[3].cancel()  # Who gives up holds up nobody.
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order == ["flood", "flood", "other", "honest", "flood", "other", "flood", "flood"]
    async with turns:
        order.clear()


@contextlib.asynccontextmanager
async def asking(app: Quart, address: str) -> AsyncIterator[None]:
    """Be in a request from this address."""
    async with app.test_request_context("/") as context:
        context.request.remote_addr = address
        yield


async def test_places_of_an_address_in_the_queue() -> None:
    app = create_app(Settings(secret_key="0123456789abcdef"))
    with contextlib.ExitStack() as held:
        async with asking(app, "2001:db8::1"):
            for _ in range(HASHING_MAX):
                held.enter_context(hashing_slot())
        async with asking(app, "2001:db8::2"):
            with pytest.raises(Refusal, match="overloaded"):
                held.enter_context(hashing_slot())
        async with asking(app, "192.0.2.1"):
            held.enter_context(hashing_slot())
            # They are given back in the context of a request.
            held.close()
    async with asking(app, "2001:db8::2"):
        with hashing_slot():
            pass
