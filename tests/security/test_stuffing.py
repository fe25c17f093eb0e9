"""Nobody fills up what is somebody else's: rooms count against who makes them, and limits hold."""

import asyncio
import logging
from contextlib import suppress

import httpx
import pytest

from models import Membership, Refusal, Room
from models.new_room import CHUNK, users_named
from models.queries.user_rooms import memberships_of
from tests.support.allowance import Allowance
from tests.support.archive import crowd
from tests.support.factories import MakePerson, StartServer
from tests.support.person import Person
from tests.support.server import Server
from tests.support.tables import opened, people

AT_ONCE = 30


def codes(answers: list[httpx.Response]) -> list[tuple[int, str]]:
    """Return status and code of those that were refused."""
    return [(a.status_code, a.json()["code"]) for a in answers if a.status_code >= 400]


async def make_room(maker: Person, members: list[str], name: str = "Room") -> httpx.Response:
    """POST /api/rooms."""
    return await maker.http.post("/api/rooms", json={"name": name, "members": members})


@pytest.fixture
async def small(server: StartServer, database_url: str) -> Server:
    """A server on which one person makes five rooms, and a room has four people."""
    settings = {"MAX_ROOMS_PER_USER": "5", "MAX_MEMBERS_PER_ROOM": "4"}
    if database_url.startswith("postgres"):
        # So many are there from the start that what is asked at the same time is done so.
        database_url += "&minsize=8&maxsize=8"
    return await server(DATABASE_URL=database_url, **settings)


async def test_rooms_count_against_their_maker_alone_and_once(
    small: Server, person: MakePerson
) -> None:
    """Thirty at a time, in each of which is somebody who can still make their own."""
    eve, bob = await person("eve", on=small), await person("bob", on=small)
    answers = await asyncio.gather(*(make_room(eve, [bob.username]) for _ in range(AT_ONCE)))
    assert codes(list(answers)) == [(422, "too_many_rooms")] * (AT_ONCE - 5)
    assert len(await bob.rooms()) == 5
    for _ in range(5):
        await bob.create_room()
    mallory = await person("mallory", on=small)
    room = await mallory.create_room()
    await mallory.add_member(room, bob)
    # Whoever leaves what they have made has made it still.
    for each in await eve.rooms():
        await eve.remove_member(each["id"], eve.id)
    assert codes([await make_room(eve, [])]) == [(422, "too_many_rooms")]


async def test_places_in_a_room_are_taken_once(small: Server, person: MakePerson) -> None:
    alice = await person("alice", on=small)
    others = [await person("guest", on=small) for _ in range(6)]
    room = await alice.create_room()
    path = f"/api/rooms/{room}/members"
    answers = await asyncio.gather(
        *(alice.http.post(path, json={"username": each.username}) for each in others * 5)
    )
    refused = codes(list(answers))
    assert len(refused) == AT_ONCE - 3
    assert {code for _, code in refused} == {"too_many_members", "already_a_member"}
    assert len((await alice.room(room))["members"]) == 4


async def test_conversations_are_limited_by_who_opens_them(
    small: Server, person: MakePerson
) -> None:
    eve = await person("eve", on=small)
    others = [await person("guest", on=small) for _ in range(6)]
    answers = await asyncio.gather(
        *(
            eve.http.post("/api/direct", json={"username": each.username})
            for each in others
            for _ in range(5)
        )
    )
    assert len(await eve.rooms()) == 5
    assert {code for _, code in codes(list(answers))} == {"too_many_rooms"}
    await others[0].create_room(others[1])


async def test_a_name_a_thousand_times_is_looked_up_once(small: Server, person: MakePerson) -> None:
    alice, bob = await person("alice", on=small), await person("bob", on=small)
    names = [bob.username, bob.username.upper(), alice.username] * 333
    made = await make_room(alice, names)
    assert made.status_code == 201, made.text
    assert [each["id"] for each in made.json()["members"]] == [alice.id, bob.id]
    # Too many are not looked up at all: that nobody is called so does not even come up.
    refused = await make_room(alice, [f"nobody{number}" for number in range(3_000)])
    assert codes([refused]) == [(422, "too_many_members")]
    unknown = await make_room(alice, [bob.username, "nobody.at.all", "\0", "x" * 4_000])
    assert codes([unknown]) == [(422, "unknown_user")]


async def test_names_are_looked_up_in_few_queries(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(database_url):
        alice, bob = await people("alice", "bob")
        crowd = await people(*(f"guest{number}" for number in range(CHUNK + 1)))
        caplog.set_level(logging.DEBUG, "tortoise.db_client")

        async def queries(names: list[str], most: int = 1_000) -> tuple[list[int], int]:
            caplog.clear()
            found: list[int] = []
            with suppress(Refusal):
                found = [user.id for user in await users_named(names, most)]
            return found, sum("SELECT" in each.getMessage() for each in caplog.records)

        assert await queries(["bob", "BOB", "alice", " bob "] * 333) == ([bob.id, alice.id], 1)
        ids = [user.id for user in crowd]
        assert await queries([user.username for user in crowd]) == (ids, 2)
        assert await queries([f"nobody{number}" for number in range(3_000)]) == ([], 0)
        assert await queries(["x" * 4_000, "\0"]) == ([], 0)


async def test_making_rooms_and_letting_in_is_limited_by_person(
    server: StartServer, person: MakePerson
) -> None:
    """By whichever door, and whichever login."""
    node = await server(RATE_LIMITS="on", MAX_MEMBERS_PER_ROOM="4")
    eve, bob = await person("eve", on=node), await person("bob", on=node)
    elsewhere = await eve.at(node)
    allowance = Allowance()
    for _ in range(15):
        assert (await make_room(eve, [])).status_code == 201
        form = await elsewhere.http.post("/rooms/new", data={"name": "x", "members": ""})
        assert form.status_code == 303
    made = 30
    while not (refused := codes([limited := await make_room(eve, [])])):
        made += 1
    assert made <= allowance.most(30, 30)
    assert refused == [(429, "rate_limited")]
    assert 1 <= int(limited.headers["retry-after"]) <= 30
    await bob.create_room()
    # As many people at once as a room takes.
    paths = [f"/api/rooms/{room['id']}/members" for room in (await eve.rooms())[:30]]
    allowance = Allowance()
    answers = await asyncio.gather(
        *(eve.http.post(path, json={"username": bob.username}) for path in paths)
    )
    refused = codes(list(answers))
    assert 4 <= len(answers) - len(refused) <= allowance.most(4, 2)
    assert set(refused) == {(429, "rate_limited")}
    await elsewhere.close()


async def test_first_words_are_limited_by_person(
    server: StartServer, person: MakePerson, sqlite_url: str
) -> None:
    node = await server(DATABASE_URL=sqlite_url, RATE_LIMITS="on")
    eve = await person("eve", on=node)
    await crowd(sqlite_url, await eve.create_room(), 60)
    names = [f"guest{number:04}" for number in range(60)]
    allowance = Allowance()
    answers = await asyncio.gather(
        *(eve.http.post("/api/direct", json={"username": name}) for name in names)
    )
    refused = codes(list(answers))
    assert 30 <= len(names) - len(refused) <= allowance.most(30, 30)
    assert set(refused) == {(429, "rate_limited")}
    begun = next(n for n, each in zip(names, answers, strict=True) if each.is_success)
    again = await eve.http.post("/api/direct", json={"username": begun})
    assert again.status_code == 200, "what has begun is opened as often as one likes"


async def test_somebody_in_very_many_rooms_is_read_in_parts(database_url: str) -> None:
    """Being let in is not limited: what reads it for the lobby does not hold up the others."""
    async with opened(database_url):
        alice, victim, bob = await people("alice", "victim", "bob")
        rooms = [Room(name="x") for _ in range(2_345)]
        await Room.bulk_create(rooms, batch_size=500)
        ids = sorted([each.id for each in await Room.all()])
        await Membership.bulk_create(
            [Membership(room_id=each, user_id=victim.id) for each in ids], batch_size=500
        )
        await Membership.create(room_id=ids[0], user_id=alice.id)
        await Membership.create(room_id=ids[-1], user_id=bob.id)
        parts = [part async for part in memberships_of([bob.id, victim.id, alice.id])]
    assert max(map(len, parts)) <= 1_000
    rest = (0, False, 0)
    expected = [(alice.id, ids[0], *rest), *((victim.id, each, *rest) for each in ids)]
    assert [place for part in parts for place in part] == [*expected, (bob.id, ids[-1], *rest)]
