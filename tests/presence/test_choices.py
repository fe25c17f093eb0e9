"""What people choose to be seen as: away, not to be disturbed, or not at all; and their status."""

import asyncio
from typing import Any

import pytest

from tests.support.factories import MakePerson
from tests.support.frames import barrier, check
from tests.support.person import Person
from tests.support.talk import Talk, talk


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Alice and bob in a room of the shared server."""
    return await talk(person)


async def choose(person: Person, **choices: object) -> dict[str, Any]:
    """PATCH /api/profile; return the answer."""
    answer = await person.http.patch("/api/profile", json=choices)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def member(viewer: Person, room: int, person: Person) -> dict[str, Any]:
    """Return somebody as another member sees them."""
    members = (await viewer.room(room))["members"]
    found: dict[str, Any] = next(each for each in members if each["id"] == person.id)
    return found


async def test_away_is_told_while_somebody_is_there(two: Talk) -> None:
    await choose(two.bob, presence="away")
    told = await two.a.expect("user_changed", user_id=two.bob.id)
    assert told["presence"] == "away"
    shown = await member(two.alice, two.room, two.bob)
    assert (shown["is_online"], shown["presence"]) == (True, "away")
    await two.b.close()
    gone = await two.a.expect("user_status", user_id=two.bob.id, is_online=False)
    assert "presence" not in gone
    assert "presence" not in await member(two.alice, two.room, two.bob)
    await choose(two.bob, presence="dnd")
    assert await barrier(two.a) == [], "nobody is told of who is not there"
    await two.bob.connect(two.room)
    back = await two.a.expect("user_status", user_id=two.bob.id, is_online=True)
    assert back["presence"] == "dnd"


async def test_status_is_told_and_ends(two: Talk) -> None:
    status = {"emoji": "\N{HOT BEVERAGE}", "text": " At \n lunch ", "clears": "30m"}
    mine = (await choose(two.bob, status=status))["status"]
    assert mine == {"emoji": "\N{HOT BEVERAGE}", "text": "At lunch", "until": mine["until"]}
    told = await two.a.expect("user_changed", user_id=two.bob.id)
    assert told["status"] == mine
    assert (await member(two.alice, two.room, two.bob))["status"] == mine
    assert (await choose(two.bob, status=None))["status"] is None
    assert "status" not in await two.a.expect("user_changed", user_id=two.bob.id)


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({"status": {"text": "x" * 101}}, "bad_status"),
        ({"status": {"text": "a\u202eb"}}, "bad_status"),
        ({"status": {"emoji": "no"}}, "bad_emoji"),
        ({"status": {"text": "x", "clears": "tomorrow"}}, "bad_field"),
        ({"presence": "gone"}, "bad_field"),
    ],
)
async def test_choices_that_there_are_not(
    choice: dict[str, Any], code: str, person: MakePerson
) -> None:
    anna = await person("anna")
    answer = await anna.http.patch("/api/profile", json=choice)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_hiding_looks_like_going(two: Talk) -> None:
    """By every way on which others could learn that somebody is there."""
    room, bob, alice = two.room, two.bob, two.alice
    await alice.post(room, "before")
    await two.b.send({"type": "mark_read"})
    await two.a.expect("messages_read", user_id=bob.id, message_id=1)
    await two.b.send({"type": "typing", "is_typing": True})
    await two.a.expect("typing_indicator", is_typing=True)
    await choose(bob, presence="hidden")
    await two.a.expect("typing_indicator", is_typing=False)
    gone = check(await two.a.expect("user_status", user_id=bob.id))
    assert gone["is_online"] is False
    went = await member(alice, room, bob)
    assert went["is_online"] is False
    assert went["last_seen"] is not None
    assert {"presence", "is_presence_hidden"}.isdisjoint(went)
    await alice.post(room, "after")
    await two.a.expect("chat_message")
    # Everything that is done by being there.
    await two.b.send({"type": "typing", "is_typing": True})
    await two.b.send({"type": "mark_read"})
    await two.b.expect("messages_marked_read", message_id=2)
    tab = await bob.connect(room)
    await tab.expect("ready")
    await bob.http.get("/rooms/")
    await tab.close()
    newcomer = await alice.connect(room)
    greeted = await barrier(newcomer)
    assert [each for each in greeted if each.get("user_id") == bob.id] == []
    own = [each for each in await barrier(two.a) if each.get("user_id") == bob.id]
    assert own == []
    assert await member(alice, room, bob) == went
    messages = (await alice.http.get(f"/api/rooms/{room}/messages")).json()["messages"]
    assert [each["is_read"] for each in messages] == [True, False]
    readers = (await alice.http.get(f"/api/rooms/{room}/messages/2/readers")).json()["readers"]
    assert readers == []
    await choose(bob, presence="auto")
    back = await two.a.expect("user_status", user_id=bob.id)
    assert back["is_online"] is True
    assert (await member(alice, room, bob))["last_read"] == 2


async def test_hidden_from_the_start(two: Talk, person: MakePerson) -> None:
    """Somebody who comes hidden is never told online: in rooms, in conversations, to newcomers."""
    carol = await person("carol")
    await choose(carol, presence="hidden")
    await two.alice.add_member(two.room, carol)
    direct = await carol.http.post("/api/direct", json={"username": two.alice.username})
    talk_id = direct.json()["id"]
    await carol.post(talk_id, "hello")
    await two.alice.http.post(f"/api/rooms/{talk_id}/accept")
    chat, private = await carol.connect(two.room), await carol.connect(talk_id)
    await asyncio.gather(chat.expect("ready"), private.expect("ready"))
    mine = await two.alice.connect(talk_id)
    told = await barrier(mine, two.a)
    assert [
        each for each in told if each.get("user_id") == carol.id and each.get("is_online")
    ] == []
    rooms = (await two.alice.http.get("/api/rooms")).json()["rooms"]
    (partner,) = [each["partner"] for each in rooms if each["id"] == talk_id]
    assert (partner["is_online"], partner["last_seen"]) == (False, None)
    assert partner.get("is_presence_hidden") is None
    assert (await member(two.alice, two.room, carol))["last_seen"] is None
    await chat.close()
    await private.close()
    assert (await member(two.alice, two.room, carol))["last_seen"] is None


async def test_pages_show_what_was_chosen(two: Talk) -> None:
    """Without scripts: forms of the profile, and the list of people."""
    http = two.bob.http
    saved = await http.post("/profile/presence", data={"presence": "away"})
    assert saved.status_code == 303
    status = {"emoji": "", "text": "In <b>Paris</b>", "clears": "today"}
    assert (await http.post("/profile/status", data=status)).status_code == 303
    page = (await http.get("/profile")).text
    assert "In &lt;b&gt;Paris&lt;/b&gt;" in page
    room = (await two.alice.http.get(f"/rooms/{two.room}/")).text
    assert "In &lt;b&gt;Paris&lt;/b&gt;</span>" in room
    assert "нет на месте" in room
    await http.post("/profile/status", data={"clear": "true"})
    assert "Paris" not in (await two.alice.http.get(f"/rooms/{two.room}/")).text
    wrong = await http.post("/profile/status", data={"text": "x" * 101})
    assert wrong.status_code == 422
    assert "100" in wrong.text
