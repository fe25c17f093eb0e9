"""What has happened in a room, beside pages of its messages: in its place, and never too much."""

from typing import Any

from models import Room, User
from models.queries.room_events import room_events
from models.room_change import OWNER, RENAMED, RoomChange
from models.sql.message_store import store
from models.stored_message import Post
from tests.support.doing import edit
from tests.support.factories import MakePerson
from tests.support.person import Person
from tests.support.tables import opened, people, room_of
from tests.support.talk import talk

EVENTS = 50


async def page(somebody: Person, room_id: int, **query: int) -> list[tuple[int, str]]:
    """(the message that it stands behind, what) of the events of a page of messages."""
    path = f"/api/rooms/{room_id}/messages"
    answer = await somebody.http.get(path, params={"events": "on", **query})
    events: list[dict[str, Any]] = answer.json()["events"]
    return [(event["after"], event["what"]) for event in events]


async def test_each_page_has_what_stands_behind_its_messages(person: MakePerson) -> None:
    two = await talk(person)
    carol, room = await person("carol"), two.room
    await two.alice.rename_room(room, "Attic")
    await two.a.say("one")
    await two.alice.add_member(room, carol)
    await two.a.say("two")
    await two.alice.set_role(room, carol.id, "owner")
    await two.alice.set_role(room, carol.id, "member")
    await two.a.say("three")
    await carol.remove_member(room, carol.id)
    # An edit changes a message's number, and not its place.
    await edit(two.a, "1", message_id=1)
    first, joined = (0, "renamed"), (1, "joined")
    roles, left = [(2, "owner"), (2, "member")], (3, "left")
    assert await page(two.bob, room) == [first, joined, *roles, left]
    assert await page(two.bob, room, limit=2) == [*roles, left]
    assert await page(two.bob, room, before=3) == [first, joined, *roles]
    assert await page(two.bob, room, before=2) == [first, joined]
    assert await page(two.bob, room, after=1) == [joined, *roles, left]
    assert await page(two.bob, room, after=3) == [left]
    # Behind what there is not yet stands what is behind the last message.
    assert await page(two.bob, room, after=2**40) == [left]
    assert "events" not in (await two.bob.http.get(f"/api/rooms/{room}/messages")).json()


async def test_it_says_who_did_what_to_whom(person: MakePerson) -> None:
    anna, boris = await person("anna"), await person("boris")
    room_id = await anna.create_room()
    await anna.add_member(room_id, boris)
    await anna.remove_member(room_id, boris.id)
    path = f"/api/rooms/{room_id}/messages"
    joined, removed = (await anna.http.get(path, params={"events": "on"})).json()["events"]
    assert joined.pop("timestamp") <= removed.pop("timestamp")
    names = {"display_name": ""}
    who = {
        "person": {"id": boris.id, "username": boris.username, **names},
        "actor": {"id": anna.id, "username": anna.username, **names},
    }
    assert joined == {"change": 1, "what": "joined", "after": 0, **who}
    assert removed == {"change": 2, "what": "removed", "after": 0, **who}


async def test_frames_say_by_whom(person: MakePerson) -> None:
    two = await talk(person)
    carol = await person("carol")
    await two.alice.add_member(two.room, carol)
    await two.alice.set_role(two.room, two.bob.id, "owner")
    await two.bob.remove_member(two.room, carol.id)
    await two.bob.rename_room(two.room, "Attic")
    by = {
        "member_joined": two.alice.id,
        "member_role": two.alice.id,
        "member_left": two.bob.id,
        "room_renamed": two.bob.id,
    }
    for type_, user_id in by.items():
        assert (await two.a.expect(type_))["by"] == user_id
    frames = (await two.bob.changes(two.room, since=0))["changes"]
    assert {frame["type"]: frame["by"] for frame in frames} == {
        name: user_id for name, user_id in by.items() if name != "member_joined"
    }


async def test_of_very_much_the_latest_is_read(database_url: str) -> None:
    async with opened(database_url):
        anna, boris = await people("anna", "boris")
        room_id = await room_of(anna, boris)
        await store([Post(room_id, anna.id, "anna", "one")])
        await churn(room_id, anna, boris, 1_000)
        found = await room_events(room_id, 0, 1, EVENTS)
        assert [event.change for event in found] == list(range(952, 1_002))
        assert {(event.after, event.kind) for event in found} == {(1, OWNER), (1, RENAMED)}
        assert {event.person and event.person.username for event in found} == {None, "boris"}
        # In front of the message there is nothing.
        assert await room_events(room_id, 0, 0, EVENTS) == []


async def churn(room_id: int, actor: User, person: User, count: int) -> None:
    """Let so many things happen in a room that has one message."""
    changes = [
        RoomChange(
            room_id=room_id,
            change=number,
            kind=RENAMED if number % 2 else OWNER,
            actor_id=actor.id,
            user_id=None if number % 2 else person.id,
        )
        for number in range(2, count + 2)
    ]
    await RoomChange.bulk_create(changes, batch_size=500)
    await Room.filter(id=room_id).update(change=count + 1)
