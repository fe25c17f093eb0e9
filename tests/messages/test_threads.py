"""Threads: a view of the one timeline, which a reply is in from the moment that it is posted."""

from typing import Any

import pytest

from models.database import fetch
from models.queries.threads import AFTER, BEFORE, reply_counts
from models.sql.message_store import store
from models.stored_message import Post
from tests.messages.test_changes import resumed
from tests.support.doing import DELETED, delete, edit, reply
from tests.support.factories import MakePerson
from tests.support.frames import check
from tests.support.person import Person
from tests.support.tables import opened, people, room_of
from tests.support.talk import Talk, talk


@pytest.fixture
async def two(person: MakePerson) -> Talk:
    """Two people who are connected."""
    return await talk(person, read="manual")


async def thread(somebody: Person, room_id: int, number: int, **query: int) -> dict[str, Any]:
    path = f"/api/rooms/{room_id}/messages/{number}/thread"
    answer = await somebody.http.get(path, params=query)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    for each in (found["root"], *found["messages"]):
        check(each)
    return found


def ids(found: dict[str, Any]) -> list[int]:
    return [each["message_id"] for each in found["messages"]]


async def test_replies_to_replies_are_in_the_thread_of_the_first(two: Talk) -> None:
    await two.a.say("one")
    await two.a.say("two")
    assert (await reply(two.b, "to one", 1))["thread"] == 1
    assert (await reply(two.a, "to that", 3))["thread"] == 1
    assert (await reply(two.a, "to two", 2))["thread"] == 2
    assert (await reply(two.b, "to that again", 4))["thread"] == 1
    # By each of its messages it is the same.
    for number in (1, 3, 4, 6):
        found = await thread(two.bob, two.room, number)
        assert (found["root"]["message_id"], ids(found)) == (1, [3, 4, 6])
        assert found["root"]["replies"] == 3
        assert "thread" not in found["root"]
    assert ids(await thread(two.alice, two.room, 1, limit=2)) == [4, 6]
    # As everywhere, a page has one at least.
    assert ids(await thread(two.alice, two.room, 1, limit=0)) == [6]
    assert [each["message_id"] for each in await two.alice.messages(two.room, limit=0)] == [6]
    assert ids(await thread(two.alice, two.room, 1, before=4)) == [3]
    assert ids(await thread(two.alice, two.room, 1, after=3, limit=1)) == [4]
    alone = await thread(two.alice, two.room, 5)
    assert (alone["root"]["message_id"], ids(alone)) == (2, [5])
    counted = {each["message_id"]: each.get("replies") for each in await two.bob.messages(two.room)}
    assert counted == {1: 3, 2: 1, 3: None, 4: None, 5: None, 6: None}
    threads = [each.get("thread") for each in await two.bob.messages(two.room)]
    assert threads == [None, None, 1, 1, 2, 1]
    assert [each.get("thread") for each in await resumed(two.bob, two.room, 0)] == threads


async def test_what_is_deleted_stays_in_its_thread(two: Talk) -> None:
    await two.a.say("one")
    await reply(two.b, "first", 1)
    await reply(two.a, "second", 2)
    await reply(two.b, "third", 1)
    await delete(two.b, 2)
    changed = [frame for frame in two.b.seen if frame["type"] == "message_changed"][-1]
    assert check(changed)["thread"] == 1
    assert "reply_to" not in changed
    found = await thread(two.bob, two.room, 1)
    assert ids(found) == [2, 3, 4]
    assert (found["messages"][0]["message"], found["messages"][0]["thread"]) == (DELETED, 1)
    assert found["root"]["replies"] == 2
    # A deleted first message leaves its replies, and what is replied to them goes on in the thread.
    await delete(two.a, 1)
    assert (await reply(two.a, "fourth", 4))["thread"] == 1
    found = await thread(two.bob, two.room, 4)
    assert found["root"]["is_deleted"] is True
    assert (ids(found), found["root"]["replies"]) == ([2, 3, 4, 5], 3)
    await edit(two.a, "4th", message_id=5)
    assert (await thread(two.bob, two.room, 1))["messages"][-1]["message"] == "4th"


async def test_only_members_read_it(two: Talk, person: MakePerson) -> None:
    await two.a.say("one")
    path = f"/api/rooms/{two.room}/messages"
    assert (await two.alice.http.get(f"{path}/1/thread")).status_code == 200
    eve = await person("eve")
    for suffix in ("", "api/"):
        address = f"/{suffix}rooms/{two.room}/messages/1/thread"
        assert (await eve.http.get(address)).status_code == 403
    assert (await two.alice.http.get(f"{path}/2/thread")).status_code == 404
    assert (await two.alice.http.get(f"{path}/{2**60}/thread")).status_code == 404


async def test_the_same_post_again_has_the_same_thread(two: Talk) -> None:
    await two.a.say("one")
    body = {"message": "reply", "client_id": "x", "reply_to": 1}
    for _ in range(2):
        (await two.bob.http.post(f"/api/rooms/{two.room}/messages", json=body)).raise_for_status()
    assert ids(await thread(two.bob, two.room, 1)) == [2]


async def test_counting_ends(database_url: str) -> None:
    async with opened(database_url):
        (anna,) = await people("anna")
        room_id = await room_of(anna)
        await store([Post(room_id, anna.id, "anna", "one"), Post(room_id, anna.id, "anna", "two")])
        assert await reply_counts(room_id, [1, 2]) == {}
        await store([Post(room_id, anna.id, "anna", f"{n}", reply_to=1) for n in range(130)])
        await store([Post(room_id, anna.id, "anna", "x", reply_to=3)])
        assert await reply_counts(room_id, [1, 2, 3]) == {1: 100}
        assert await reply_counts(room_id, []) == {}


async def test_a_place_in_a_long_thread_is_found_at_once(sqlite_url: str) -> None:
    async with opened(sqlite_url):
        for sql, sign in ((BEFORE, "<"), (AFTER, ">")):
            plan = str([row[3] for row in await fetch(f"EXPLAIN QUERY PLAN {sql}", 1, 1, 1, 1)])
            assert "USING INDEX message_thread_number" in plan
            assert f"(thread,number){sign}(?,?)" in plan
