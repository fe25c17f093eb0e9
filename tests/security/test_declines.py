"""A no counts: neither another room nor a new one, nor the end of the old one, is a way around."""

import httpx
import pytest

from tests.security.test_leaving import add, code, say
from tests.support.factories import MakePerson
from tests.support.person import Person
from tests.support.server import Server
from tests.support.talk import Talk, talk

DECLINED = (409, "invitation_declined")


@pytest.fixture
async def two(person: MakePerson, each_server: Server) -> Talk:
    """Alice, who owns a room, and bob, on each kind of database."""
    return await talk(person, on=each_server, read="manual")


async def new_room(actor: Person, *others: Person) -> httpx.Response:
    """POST a room with these people in it."""
    names = [each.username for each in others]
    return await actor.http.post("/api/rooms", json={"name": "another", "members": names})


async def decline(two: Talk) -> None:
    """Let bob leave alice's room, and say no to her invitation."""
    await two.bob.remove_member(two.room, two.bob.id)
    assert (await add(two.alice, two.room, two.bob)).status_code == 202
    assert (await say(two.bob, two.room, "decline")).status_code == 204


async def test_no_room_is_a_way_around_a_no(two: Talk, person: MakePerson) -> None:
    carol = await person("carol", on=two.alice.server)
    other = await two.alice.create_room(carol)
    await decline(two)
    # The invitation is gone with its room; the no is not.
    assert (await two.alice.http.delete(f"/api/rooms/{two.room}")).status_code == 204
    for refused in (
        await new_room(two.alice, carol, two.bob),
        await add(two.alice, other, two.bob),
    ):
        assert code(refused) == DECLINED
        assert two.bob.username in refused.json()["message"]
    assert await two.bob.rooms() == []
    # It was said to alice alone.
    await carol.add_member(other, two.bob)
    assert (await new_room(two.alice, carol)).status_code == 201


async def test_coming_in_by_another_is_no_yes_to_who_was_declined(
    two: Talk, person: MakePerson
) -> None:
    carol = await person("carol", on=two.alice.server)
    await two.alice.add_member(two.room, carol)
    await decline(two)
    assert (await add(carol, two.room, two.bob)).status_code == 202
    assert (await say(two.bob, two.room, "accept")).status_code == 204
    assert code(await new_room(two.alice, two.bob)) == DECLINED


async def test_owner_does_not_put_back_whom_they_have_removed(two: Talk) -> None:
    """They would see again and again whether somebody is there who never gets to leave."""
    await two.alice.remove_member(two.room, two.bob.id)
    assert (await add(two.alice, two.room, two.bob)).status_code == 202
    members = (await two.alice.room(two.room))["members"]
    assert [each["id"] for each in members] == [two.alice.id]
    assert await two.bob.refused(two.room) == 403
    assert (await say(two.bob, two.room, "decline")).status_code == 204
    assert code(await add(two.alice, two.room, two.bob)) == DECLINED
