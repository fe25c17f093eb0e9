"""Who has left a room or was removed stays out of it, until they and the owners want otherwise."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.chat import Chat
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.factories import MakePerson, StartServer
from tests.support.frames import barrier, check
from tests.support.nodes import running
from tests.support.person import Person
from tests.support.server import Server
from tests.support.talk import Talk, talk


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
async def node(
    folder: Path,
    sqlite: SqliteDatabases,
    postgres: PostgresDatabases,
    request: pytest.FixtureRequest,
) -> AsyncIterator[Server]:
    """A server on each kind of database, for all tests here."""
    url = sqlite.fresh() if request.param == "sqlite" else await postgres.fresh()
    async with running(folder, DATABASE_URL=url) as server:
        yield server


@pytest.fixture
async def two(person: MakePerson, node: Server) -> Talk:
    """Alice, who owns a room, and bob, on each kind of database."""
    return await talk(person, on=node, read="manual")


async def add(actor: Person, room: int, other: Person) -> httpx.Response:
    """POST somebody into a room."""
    path = f"/api/rooms/{room}/members"
    return await actor.http.post(path, json={"username": other.username})


async def say(person: Person, room: int, word: str) -> httpx.Response:
    """Accept or decline what one is asked about a room."""
    return await person.http.post(f"/api/rooms/{room}/{word}")


def code(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the code of an error."""
    return answer.status_code, answer.json()["code"]


async def told(lobby: Chat) -> dict[str, Any]:
    """Wait for the next item that a lobby tells of."""
    return dict(check(await lobby.expect("room_changed"))["room"])


async def test_removal_stands_until_an_owner_undoes_it(two: Talk, person: MakePerson) -> None:
    carol = await person("carol", on=two.alice.server)
    await two.alice.add_member(two.room, carol)
    await two.alice.remove_member(two.room, carol.id)
    assert code(await add(two.bob, two.room, carol)) == (403, "removed_by_owner")
    assert await carol.rooms() == []
    # The owner undoes it, and it is carol's to say whether she comes.
    assert (await add(two.alice, two.room, carol)).status_code == 202
    assert await carol.refused(two.room) == 403
    assert (await say(carol, two.room, "accept")).status_code == 204
    # Now carol has not been removed.
    await carol.remove_member(two.room, carol.id)
    assert (await add(two.bob, two.room, carol)).status_code == 202


async def test_who_comes_back_goes_on_where_they_had_got_to(two: Talk) -> None:
    """Their read mark, of which others have been told, is what it was."""
    for text in ("one", "two"):
        await two.alice.post(two.room, text)
    await two.b.send({"type": "mark_read"})
    await two.b.expect("messages_marked_read", message_id=2)
    await two.bob.remove_member(two.room, two.bob.id)
    # Whoever is not there is not mentioned.
    await two.alice.post(two.room, f"three @{two.bob.username}")
    await two.alice.invite(two.room, two.bob)
    item = next(each for each in await two.bob.rooms() if each["id"] == two.room)
    assert (item["last_read"], item["unread_count"], item["mention_count"]) == (2, 1, 0)
    # Each time anew.
    await two.bob.http.post(f"/rooms/{two.room}/read")
    await two.alice.remove_member(two.room, two.bob.id)
    await two.alice.invite(two.room, two.bob)
    item = next(each for each in await two.bob.rooms() if each["id"] == two.room)
    assert (item["last_read"], item["unread_count"]) == (3, 0)


async def test_nobody_is_brought_back_but_by_their_own_will(two: Talk) -> None:
    lobby = await two.bob.lobby()
    await two.bob.remove_member(two.room, two.bob.id)
    await lobby.expect("room_left", room_id=two.room)
    invited = await add(two.alice, two.room, two.bob)
    person = {"id": two.bob.id, "username": two.bob.username, "is_invited": True}
    assert (invited.status_code, invited.json()) == (202, person)
    asked = await told(lobby)
    assert asked["id"] == two.room
    assert asked["invited_by"] == {
        "id": two.alice.id,
        "username": two.alice.username,
        "display_name": "",
    }
    assert await two.bob.rooms() == [asked]
    # Being asked is not being there: not for what is said, nor by any other door.
    await two.alice.post(two.room, "not for bob yet")
    assert await two.bob.refused(two.room) == 403
    assert len((await two.alice.room(two.room))["members"]) == 1
    assert code(await add(two.alice, two.room, two.bob)) == (409, "already_invited")

    assert (await say(two.bob, two.room, "accept")).status_code == 204
    await lobby.expect("room_joined")
    assert lobby.of("room_activity") == []
    assert check(await two.a.expect("member_joined"))["member"]["id"] == two.bob.id
    (item,) = await two.bob.rooms()
    assert "invited_by" not in item
    assert (await say(two.bob, two.room, "accept")).status_code == 204, "also the second time"


async def test_who_has_left_is_seen_no_more(two: Talk, person: MakePerson) -> None:
    """They come and go elsewhere, and the room that they were in hears nothing of it."""
    carol = await person("carol", on=two.alice.server)
    other = await carol.create_room(two.bob)
    witness = await carol.connect(other)
    await witness.expect("user_status", user_id=two.bob.id, is_online=True)
    await two.bob.remove_member(two.room, two.bob.id)
    assert await two.b.closed() == 4403
    await witness.expect("user_status", user_id=two.bob.id, is_online=False)
    await two.a.expect("member_left", user_id=two.bob.id)
    chat = await two.bob.connect(other)
    await witness.expect("user_status", user_id=two.bob.id, is_online=True)
    await chat.close()
    await witness.expect("user_status", user_id=two.bob.id, is_online=False)
    left = len(two.a.seen)
    await barrier(two.a)
    assert [frame for frame in two.a.seen[left:] if frame["type"] == "user_status"] == []
    assert [each["id"] for each in (await two.alice.room(two.room))["members"]] == [two.alice.id]


async def test_who_declines_is_left_alone(two: Talk, person: MakePerson) -> None:
    carol = await person("carol", on=two.alice.server)
    await two.alice.add_member(two.room, carol)
    other = await two.alice.create_room(two.bob)
    await two.bob.remove_member(two.room, two.bob.id)
    await two.bob.remove_member(other, two.bob.id)
    lobby = await two.bob.lobby()
    await add(two.alice, two.room, two.bob)
    await told(lobby)
    for _ in range(2):
        assert (await say(two.bob, two.room, "decline")).status_code == 204
    await lobby.expect("room_left", room_id=two.room)
    assert await two.bob.rooms() == []
    for room in (two.room, other):
        assert code(await add(two.alice, room, two.bob)) == (409, "invitation_declined")
    assert code(await say(two.bob, two.room, "accept")) == (403, "not_a_member")
    # Somebody else may ask, once.
    assert (await add(carol, two.room, two.bob)).status_code == 202
    assert (await say(two.bob, two.room, "accept")).status_code == 204


async def test_invitations_go_with_those_who_made_them(two: Talk, person: MakePerson) -> None:
    carol = await person("carol", on=two.alice.server)
    await two.alice.add_member(two.room, carol)
    await two.bob.remove_member(two.room, two.bob.id)
    lobby = await two.bob.lobby()
    await add(carol, two.room, two.bob)
    await told(lobby)
    await two.alice.remove_member(two.room, carol.id)
    await lobby.expect("room_left", room_id=two.room)
    assert code(await say(two.bob, two.room, "accept")) == (403, "not_a_member")
    # An owner takes back what is not answered; a stranger to it does not.
    await add(two.alice, two.room, two.bob)
    path = f"/api/rooms/{two.room}/members/{two.bob.id}"
    assert code(await carol.http.delete(path)) == (403, "not_a_member")
    assert (await two.alice.http.delete(path)).status_code == 204
    assert await two.bob.rooms() == []


async def test_nobody_asks_in_vain_for_ever(two: Talk, person: MakePerson) -> None:
    """Unanswered invitations of one person are fifty at most."""
    carol = await person("carol", on=two.alice.server)
    answers = []
    for _ in range(51):
        room = await two.alice.create_room(carol)
        await carol.remove_member(room, carol.id)
        answers.append(await add(two.alice, room, carol))
    assert [each.status_code for each in answers[:-1]] == [202] * 50
    assert code(answers[-1]) == (422, "too_many_invitations")
    assert len(await carol.rooms()) == 50


async def test_invitation_takes_no_place_until_it_is_accepted(
    server: StartServer, person: MakePerson
) -> None:
    node = await server(MAX_MEMBERS_PER_ROOM="2")
    alice, bob, carol = [await person(name, on=node) for name in ("alice", "bob", "carol")]
    room = await alice.create_room(bob)
    await bob.remove_member(room, bob.id)
    await add(alice, room, bob)
    await alice.add_member(room, carol)
    assert code(await say(bob, room, "accept")) == (422, "too_many_members")
    assert len(await bob.rooms()) == 1, "the invitation stands"
    await alice.remove_member(room, carol.id)
    assert (await say(bob, room, "accept")).status_code == 204
