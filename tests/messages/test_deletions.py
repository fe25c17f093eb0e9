"""A deletion: who may, what is left, and what the lists of rooms make of it."""

import pytest

from tests.support.doing import DELETED, delete, edit, pin, react, reply, told, where
from tests.support.factories import MakePerson
from tests.support.frames import barrier, check
from tests.support.person import Person
from tests.support.talk import Talk, talk


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Two people who are connected."""
    return await talk(person, read="manual")


async def test_tombstone(two: Talk) -> None:
    """Nothing but the number, who said it and when, and that it is deleted."""
    await two.b.say("question")
    posted = await reply(two.a, f"**secret** @{two.bob.username} @all", 1, client_id="p")
    await react(two.b, message_id=2)
    await pin(two.b, 2)
    await edit(two.a, f"**other secret** @{two.bob.username} @all", 2)
    done = await delete(two.a, 2, client_id="d")
    frame = await told(two, "message_changed", what="deleted")
    tombstone = {
        "message_id": 2,
        "message": DELETED,
        "user_id": two.alice.id,
        "username": two.alice.username,
        "timestamp": posted["timestamp"],
        "is_read": False,
        "change": 6,
        "client_id": "p",
        "is_deleted": True,
        "thread": 1,
    }
    by = {"what": "deleted", "by": two.alice.id}
    assert frame == {"type": "message_changed", **tombstone, **by}
    assert done == {"type": "done", "change": 6, "client_id": "d"}
    shown = {"type": "chat_message", **tombstone}
    answer = await two.bob.http.get(where(two.room, 2))
    assert (answer.status_code, answer.json()) == (200, shown)
    assert (await two.bob.messages(two.room))[1] == shown
    assert (await two.bob.http.get(f"/api/rooms/{two.room}/pins")).json() == {"messages": []}
    assert (await two.bob.http.get(where(two.room, 2, "/versions"))).json() == {"versions": []}


async def test_deleting_again_is_done_alone(two: Talk) -> None:
    await two.a.say("a")
    await delete(two.a, client_id="d")
    for client_id in ("d", "other"):
        assert (await delete(two.a, client_id=client_id))["change"] == 2
        assert two.a.skipped == []
    assert (await delete(two.b))["code"] == "not_author"


async def test_client_id_twice_fails_nobody(two: Talk) -> None:
    """Of two deletions with one client_id the second is a repetition: nothing is deleted."""
    await two.a.say("a")
    await two.a.say("b")
    for message_id in (1, 2):
        await two.a.send({"type": "delete_message", "message_id": message_id, "client_id": "d"})
    await two.b.say("c")
    done = [await two.a.expect("done") for _ in range(2)]
    await barrier(two.a, two.b)
    # The message that was said meanwhile may have been stored first, or between.
    assert done[0]["change"] > done[1]["change"] == 2
    assert {frame["code"] for frame in two.a.of("error")} == {"unknown_type"}, "barriers alone"
    found = [message.get("is_deleted") for message in await two.bob.messages(two.room)]
    assert found == [True, None, None]


async def test_owner_deletes_what_others_said(two: Talk) -> None:
    await two.b.say("bob's")
    await two.a.say("alice's")
    assert (await delete(two.b, 2))["code"] == "not_author"
    assert (await delete(two.a, 1))["change"] == 3
    frame = await told(two, "message_changed", what="deleted")
    assert (frame["user_id"], frame["by"]) == (two.bob.id, two.alice.id)
    shown = [each.get("deleted_by") for each in await two.bob.messages(two.room)]
    assert shown == [frame["deleted_by"], None] == [two.alice.id, None]
    await two.alice.set_role(two.room, two.bob.id, "owner")
    assert (await delete(two.b, 2))["type"] == "done"


async def test_in_a_direct_conversation_each_deletes_their_own(person: MakePerson) -> None:
    alice, bob = await person("alice"), await person("bob")
    room = await alice.direct(bob)
    await alice.post(room, "a")
    await bob.post(room, "b")
    for one, other, mine, theirs in ((alice, bob, 1, 2), (bob, alice, 2, 1)):
        assert (await one.http.delete(where(room, theirs))).json()["code"] == "not_author"
        assert (await one.http.delete(where(room, mine))).status_code == 204
        assert (await other.messages(room))[mine - 1]["is_deleted"] is True


async def test_repeated_post_is_answered_with_the_tombstone(two: Talk) -> None:
    sent = await two.a.say("a **secret**", "p")
    await delete(two.a)
    await two.a.send({"type": "chat_message", "message": "a **secret**", "client_id": "p"})
    again = check(await two.a.expect("message_sent"))
    assert again == {**{key: sent[key] for key in sent if key != "html"}, "message": DELETED}
    answer = await two.alice.post(two.room, "a **secret**", "p")
    assert answer == again
    assert len(await two.bob.messages(two.room)) == 1


async def test_quotes_show_the_tombstone(two: Talk) -> None:
    await two.a.say("a secret")
    await reply(two.b, "yes", 1)
    await delete(two.a)
    quote = {
        "message_id": 1,
        "user_id": two.alice.id,
        "username": two.alice.username,
        "message": DELETED,
        "is_deleted": True,
    }
    assert (await two.bob.http.get(where(two.room, 2))).json()["reply_to"] == quote
    await edit(two.b, "oh yes", 2)
    assert (await told(two, "message_changed", message_id=2))["reply_to"] == quote
    chat = await two.alice.connect(two.room, since=0, read="manual")
    frames = (await chat.frames_until("ready"))[:-1]
    assert "a secret" not in str(frames)


async def listed(somebody: Person, room: int) -> dict[str, object]:
    """Return the room as it is in somebody's list."""
    return next(each for each in await somebody.rooms() if each["id"] == room)


async def test_deleted_is_not_unread(two: Talk) -> None:
    for text in ("a", "b", "c"):
        await two.a.say(text)
    assert (await listed(two.bob, two.room))["unread_count"] == 3
    await delete(two.a, 2)
    await delete(two.a, 3)
    room = await listed(two.bob, two.room)
    assert (room["unread_count"], room["last_read"], room["revision"]) == (1, 0, 3)
    await two.b.settled()
    assert (await listed(two.bob, two.room))["last_read"] == 3


async def test_last_message_at_is_that_of_the_one_before(two: Talk) -> None:
    times = [(await two.a.say(text))["timestamp"] for text in ("a", "b", "c")]
    for message_id, left in ((2, times[2]), (3, times[0]), (1, None)):
        await delete(two.a, message_id)
        assert (await listed(two.bob, two.room))["last_message_at"] == left
    sent = await two.a.say("d")
    assert (await listed(two.bob, two.room))["last_message_at"] == sent["timestamp"]


async def test_unread_beyond_leaves_out_the_deleted(person: MakePerson) -> None:
    alice, bob = await person("alice"), await person("bob")
    first, second = await alice.create_room(bob), await alice.create_room(bob)
    for _ in range(2):
        await alice.post(first, "a")
    await alice.post(second, "b")
    assert (await alice.http.delete(where(first))).status_code == 204
    page = (await bob.http.get("/api/rooms?limit=1")).json()
    assert (page["rooms"][0]["id"], page["unread_beyond"]) == (second, 1)
