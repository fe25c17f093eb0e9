"""A stranger's first words are a request: until it is accepted, they learn nothing by it."""

from typing import Any

import pytest

from tests.support.chat import Chat, Frame
from tests.support.factories import MakePerson
from tests.support.frames import barrier, check
from tests.support.person import Person
from tests.support.server import Server

HIDDEN = {"is_online": False, "last_seen": None, "is_presence_hidden": True}


@pytest.fixture(params=["apart", "together"])
async def strangers(
    request: pytest.FixtureRequest,
    person: MakePerson,
    nodes: list[Server],
    shared_server: Server,
) -> tuple[Person, Person]:
    """Eve and bob, who have nothing to do with each other: on one server, and on two."""
    here, there = nodes if request.param == "apart" else [shared_server] * 2
    return await person("eve", on=here), await person("bob", on=there)


async def say(person: Person, room: int, word: str) -> None:
    """Accept or decline a request."""
    answer = await person.http.post(f"/api/rooms/{room}/{word}")
    assert (answer.status_code, answer.content) == (204, b"")


def seen_of(details: dict[str, Any], person: Person) -> dict[str, Any]:
    """Return what a room says of somebody's presence and reading."""
    (member,) = [each for each in details["members"] if each["id"] == person.id]
    names = ("is_online", "last_seen", "is_presence_hidden", "last_read")
    return {name: member[name] for name in names if name in member}


def about(frames: list[Frame], person: Person) -> list[Frame]:
    """Return the frames about somebody."""
    return [frame for frame in frames if frame.get("user_id") == person.id]


async def settled(lobby: Chat) -> list[Frame]:
    """Return what comes before the answer to a `ping` sent now."""
    await lobby.send({"type": "ping"})
    return (await lobby.frames_until("pong"))[:-1]


async def test_request_comes_with_its_first_message(strangers: tuple[Person, Person]) -> None:
    eve, bob = strangers
    lobby = await bob.lobby()
    room = await eve.direct(bob, accepted=False)
    assert [each["id"] for each in await eve.rooms()] == [room]
    assert await bob.rooms() == []
    await eve.post(room, "hello there")
    asked = check(await lobby.expect("room_joined"))["room"]
    assert (asked["id"], asked["is_request"], asked["unread_count"]) == (room, True, 1)
    assert await bob.rooms() == [asked]
    assert (await bob.room(room))["is_request"] is True
    assert [frame for frame in lobby.seen if frame.get("room_id") == room] == []


async def test_stranger_learns_nothing_until_it_is_accepted(
    strangers: tuple[Person, Person],
) -> None:
    """Not of presence, the last visit, typing and reading; on no path. Then all of it."""
    eve, bob = strangers
    room = await eve.direct(bob, accepted=False)
    hall, chat = await eve.lobby(), await eve.connect(room, read="manual")
    await chat.say("are you there?")
    lobby, reading = await bob.lobby(), await bob.connect(room, read="manual")
    await reading.expect("ready")
    for frame in ({"type": "typing", "is_typing": True}, {"type": "mark_read"}):
        await reading.send(frame)
    await reading.expect("messages_marked_read", message_id=1)
    await bob.http.post(f"/rooms/{room}/read")
    assert (await bob.rooms())[0]["unread_count"] == 0

    late = await eve.connect(room, after=0, read="manual")
    await late.expect("ready")
    (item,) = await eve.rooms()
    assert {name: item["partner"][name] for name in HIDDEN} == HIDDEN
    assert seen_of(await eve.room(room), bob) == {**HIDDEN, "last_read": 0}
    assert [each["is_read"] for each in await eve.messages(room)] == [False]
    assert [each["is_read"] for each in late.of("chat_message")] == [False]
    await lobby.close()
    await reading.close()
    lobby, reading = await bob.lobby(), await bob.connect(room, read="manual")
    await reading.expect("ready")
    told = [*hall.seen, *await settled(hall), *await barrier(chat, late), *chat.seen, *late.seen]
    assert about(told, bob) == []

    await say(bob, room, "accept")
    assert check(await chat.expect("messages_read", user_id=bob.id))["message_id"] == 1
    await late.expect("user_status", user_id=bob.id, is_online=True)
    changed = await hall.expect("room_changed")
    assert changed["room"]["partner"]["is_online"] is True
    assert seen_of(await eve.room(room), bob)["last_read"] == 1
    assert [each["is_read"] for each in await eve.messages(room)] == [True]
    await reading.send({"type": "typing", "is_typing": True})
    await chat.expect("typing_indicator", user_id=bob.id)


@pytest.mark.parametrize("door", ["socket", "api", "opening"])
async def test_answering_accepts(strangers: tuple[Person, Person], door: str) -> None:
    eve, bob = strangers
    room = await eve.direct(bob, accepted=False)
    await eve.post(room, "hello there")
    hall = await eve.lobby()
    here = await bob.connect(room)
    if door == "socket":
        await here.say("hello")
    elif door == "api":
        await bob.post(room, "hello")
    else:
        assert await bob.direct(eve, accepted=False) == room
    changed = (await hall.expect("room_changed"))["room"]
    assert "is_presence_hidden" not in changed["partner"]
    (item,) = await bob.rooms()
    assert "is_request" not in item


async def test_declined_request_is_gone_and_nobody_is_told(
    strangers: tuple[Person, Person],
) -> None:
    eve, bob = strangers
    room = await eve.direct(bob, accepted=False)
    hall, lobby = await eve.lobby(), await bob.lobby()
    chat = await eve.connect(room, read="manual")
    await chat.say("hello there")
    await lobby.expect("room_joined")
    before = [await eve.room(room), await eve.rooms()]
    for _ in range(2):
        await say(bob, room, "decline")
    await lobby.expect("room_left", room_id=room)
    assert await bob.rooms() == []
    assert [await eve.room(room), await eve.rooms()] == before
    # What is said now is stored, and brings nothing back.
    assert (await chat.say("are you ignoring me?"))["message_id"] == 2
    assert await bob.rooms() == []
    later = [*await settled(hall), *await settled(lobby), *hall.seen]
    assert [each for each in later if each["type"] == "room_changed"] == []
    assert about(later, bob) == []
    assert lobby.of("room_activity")[1:] == []
    assert await eve.direct(bob, accepted=False) == room, "asking again changes nothing"
    assert await bob.rooms() == []
    # Who goes there by themselves has thought better of it.
    await bob.direct(eve, accepted=False)
    assert [each["id"] for each in await bob.rooms()] == [room]


@pytest.mark.parametrize("word", ["decline", None])
async def test_stranger_to_whom_nothing_was_visible_is_told_of_no_change(
    person: MakePerson, word: str | None
) -> None:
    """The moment of a block, or of another name, says that somebody is there."""
    eve, bob = await person("eve"), await person("bob")
    room = await eve.direct(bob, accepted=False)
    hall, chat = await eve.lobby(), await eve.connect(room, read="manual")
    await chat.say("hello there")
    lobby = await bob.lobby()
    if word:
        await say(bob, room, word)
    for method in ("PUT", "DELETE", "PUT"):
        answer = await bob.http.request(method, f"/api/blocks/{eve.id}")
        assert answer.status_code == 204
        assert (await lobby.expect("blocks"))["user_ids"] == ([eve.id] if method == "PUT" else [])
    await say(bob, room, "accept")
    await bob.http.patch("/api/profile", json={"display_name": "Bobby"})
    # Whatever the list had to tell of before comes before this.
    own = await eve.create_room()
    assert (await hall.frames_until("room_joined"))[-1]["room"]["id"] == own
    assert [each for each in hall.seen if each["type"] == "room_changed"] == []
    await barrier(chat)
    assert about([*hall.seen, *chat.seen], bob) == []
    assert (await eve.rooms())[1]["partner"]["is_presence_hidden"] is True


async def test_what_was_accepted_is_not_declined(strangers: tuple[Person, Person]) -> None:
    eve, bob = strangers
    room = await eve.direct(bob, accepted=False)
    for one in (eve, bob):
        if one is bob:
            await say(bob, room, "accept")
        refused = await one.http.post(f"/api/rooms/{room}/decline")
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


async def is_request(one: Person, other: Person) -> bool:
    """Whether what `one` says to `other` comes as a request."""
    room = await one.direct(other, accepted=False)
    await one.post(room, "hello")
    (item,) = [each for each in await other.rooms() if each["id"] == room]
    return "is_request" in item


async def test_who_shares_a_room_by_their_own_will_is_no_stranger(person: MakePerson) -> None:
    alice, bob, carol = [await person(name) for name in ("alice", "bob", "carol")]
    room = await alice.create_room(bob, carol)
    # Alice has let them in: to her they are none. Bob has said something among them, to carol.
    assert not await is_request(bob, alice)
    await bob.post(room, "hello all")
    assert not await is_request(carol, bob)


async def test_no_room_is_made_a_way_around(person: MakePerson) -> None:
    eve, mallory, bob = [await person(name) for name in ("eve", "mallory", "bob")]
    # Eve brings bob into a room of hers, where he even says something.
    room = await eve.create_room(bob)
    await bob.post(room, "who are you?")
    assert await is_request(eve, bob)
    # Another account of hers does it: bob has said nothing there.
    other = await eve.create_room(mallory)
    await mallory.add_member(other, bob)
    assert await is_request(mallory, bob)


async def test_invited_by_ones_own_will_is_at_home(person: MakePerson) -> None:
    alice, bob = await person("alice"), await person("bob")
    room = await alice.create_room(bob)
    await bob.remove_member(room, bob.id)
    answer = await alice.http.post(f"/api/rooms/{room}/members", json={"username": bob.username})
    assert answer.status_code == 202
    await say(bob, room, "accept")
    assert not await is_request(alice, bob)


async def told_of(lobby: Chat, message_id: int) -> Frame:
    """Return what the lobby tells of this message, beside others of that moment."""
    while True:
        frame = check(await lobby.expect("room_activity"))
        if message_id in [each for each, _ in frame["messages"]]:
            return frame


async def test_lobby_says_nothing_of_what_a_stranger_says(strangers: tuple[Person, Person]) -> None:
    eve, bob = strangers
    early, own = await bob.lobby(), await eve.lobby()
    room = await eve.direct(bob, accepted=False)
    await eve.post(room, "plum")
    await early.expect("room_joined")
    late = await bob.lobby()
    await eve.post(room, "quince")
    for lobby in (early, late):
        assert "last_message" not in await told_of(lobby, 2)
    assert (await told_of(own, 2))["last_message"]["message"] == "quince"
    assert "plum" not in str([*early.seen, *late.seen])
    await say(bob, room, "accept")
    for lobby in (early, late):
        await lobby.expect("room_changed")
    await eve.post(room, "pear")
    for lobby in (early, late):
        assert (await told_of(lobby, 3))["last_message"]["message"] == "pear"
