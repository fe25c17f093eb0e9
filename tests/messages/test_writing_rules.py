"""Slow mode, and rooms where only owners write: refused, told, resumed, stored."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from models import AuditEntry, LastPost, Membership, Post, Refusal, StoredMessage, User
from models.database import atomically
from models.room_rules import SetRules
from models.sql.message_store import store
from tests.support.factories import MakePerson
from tests.support.frames import check
from tests.support.person import Person
from tests.support.server import Server
from tests.support.tables import opened, people, room_of
from tests.support.talk import Talk, talk


@pytest.fixture
async def two(person: MakePerson, each_server: Server) -> Talk:
    """Alice, who owns a room, and bob, on each kind of database."""
    return await talk(person, on=each_server, read="manual")


async def rule(actor: Person, room: int, **rules: Any) -> httpx.Response:
    """PATCH the rules of a room."""
    return await actor.http.patch(f"/api/rooms/{room}", json=rules)


def code(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the code of an error."""
    return answer.status_code, answer.json()["code"]


async def test_slow_mode_lets_members_wait(two: Talk) -> None:
    alice, bob, room = two.alice, two.bob, two.room
    for bad in ({"slow_seconds": -1}, {"slow_seconds": 21_601}, {"writers": "kings"}, {}):
        assert code(await rule(alice, room, **bad)) == (422, "bad_field")
    assert code(await rule(bob, room, slow_seconds=60)) == (403, "not_owner")
    answer = await rule(alice, room, slow_seconds=60)
    assert (answer.status_code, answer.json()["slow_seconds"]) == (200, 60)
    told = check(await two.b.expect("room_rules"))
    assert (told["what"], told["slow_seconds"], told["writers"]) == ("slowed", 60, "members")
    assert told["by"] == alice.id
    first = await bob.post(room, "one", "a")
    await two.b.send({"type": "chat_message", "message": "two", "client_id": "b"})
    refused = check(await two.b.expect("error", client_id="b"))
    assert refused["code"] == "slow_mode"
    assert 50 < refused["retry_after"] <= 60
    path = f"/api/rooms/{room}/messages"
    answer = await bob.http.post(path, json={"message": "two"})
    assert code(answer) == (429, "slow_mode")
    assert int(answer.headers["Retry-After"]) > 50
    # The same again is answered as ever, and is no new message; an edit is none either.
    assert (await bob.post(room, "one", "a"))["message_id"] == first["message_id"]
    edited = await bob.http.patch(f"{path}/{first['message_id']}", json={"message": "1"})
    assert edited.status_code == httpx.codes.OK
    # Without JavaScript what was typed stays in the form.
    page = await bob.http.post(f"/rooms/{room}/", data={"message": "typed", "client_id": "c"})
    assert page.status_code == httpx.codes.TOO_MANY_REQUESTS
    assert ">\ntyped</textarea>" in page.text
    # Owners are free of it, and so is everybody without it.
    for text in ("x", "y"):
        await alice.post(room, text)
    assert (await rule(alice, room, slow_seconds=0)).status_code == httpx.codes.OK
    assert check(await two.b.expect("room_rules"))["what"] == "unslowed"
    await bob.post(room, "two")


async def test_leaving_and_coming_back_is_no_way_around(two: Talk) -> None:
    await rule(two.alice, two.room, slow_seconds=3600)
    await two.bob.post(two.room, "one")
    await two.bob.remove_member(two.room, two.bob.id)
    await two.alice.invite(two.room, two.bob)
    path = f"/api/rooms/{two.room}/messages"
    answer = await two.bob.http.post(path, json={"message": "two"})
    assert code(answer) == (429, "slow_mode")


async def test_where_only_owners_write(two: Talk) -> None:
    alice, bob, room = two.alice, two.bob, two.room
    mine = await bob.post(room, "before")
    path = f"/api/rooms/{room}/messages"
    assert (await rule(alice, room, writers="owners")).json()["writers"] == "owners"
    assert code(await bob.http.post(path, json={"message": "x"})) == (403, "owners_only")
    one = f"{path}/{mine['message_id']}"
    assert code(await bob.http.patch(one, json={"message": "x"})) == (403, "owners_only")
    assert (await bob.http.put(f"{one}/reactions/👍")).status_code == httpx.codes.NO_CONTENT
    assert (await bob.http.delete(one)).status_code == httpx.codes.NO_CONTENT
    await alice.post(room, "news")
    page = (await bob.http.get(f"/rooms/{room}/")).text
    assert "Only owners write in this room" in page or "пишут только владельцы" in page
    await alice.set_role(room, bob.id, "owner")
    await bob.post(room, "mine too")
    direct = await alice.direct(bob)
    assert code(await rule(alice, direct, writers="owners")) == (403, "forbidden")


async def test_rules_are_resumed_once_and_stand_in_the_timeline(two: Talk) -> None:
    since = (await two.alice.changes(two.room))["change"]
    await rule(two.alice, two.room, slow_seconds=30, writers="owners")
    await two.alice.rename_room(two.room, "Other")
    await rule(two.alice, two.room, slow_seconds=30, writers="members")
    frames = (await two.bob.changes(two.room, since=since))["changes"]
    assert [(each["type"], each["change"]) for each in frames] == [
        ("room_renamed", since + 3),
        ("room_rules", since + 4),
    ]
    assert (frames[1]["slow_seconds"], frames[1]["writers"]) == (30, "members")
    chat = await two.bob.connect(two.room, since=since)
    resumed = await chat.frames_until("ready")
    assert [each["change"] for each in resumed if each["type"].startswith("room_")] == [
        since + 3,
        since + 4,
    ]
    answer = await two.bob.http.get(f"/api/rooms/{two.room}/messages?events=on")
    whats = [each["what"] for each in answer.json()["events"]]
    assert whats[-4:] == ["slowed", "owners_write", "renamed", "members_write"]


async def test_of_many_at_once_one_is_stored(database_url: str) -> None:
    async with opened(database_url):
        anna, boris = await people("anna", "boris")
        slow, plain = await room_of(anna, boris), await room_of(anna, boris)
        owner = await Membership.of(anna.id, slow)
        rules, changes = await atomically(SetRules(owner, 10).store)
        assert (rules.slow_seconds, [each.kind for each in changes]) == (10, ["slowed"])
        assert (await atomically(SetRules(owner, 10).store))[1] == []
        batches = [store(posts(boris, slow, plain)) for _ in range(4)]
        found = [each for batch in await asyncio.gather(*batches) for each in batch]
        stored = [each[0] for each in found if not isinstance(each, Refusal)]
        assert [each.room_id for each in stored].count(slow) == 1
        assert [each.room_id for each in stored].count(plain) == 8
        assert {each.code for each in found if isinstance(each, Refusal)} == {"slow_mode"}
        assert isinstance(stored[0], StoredMessage)
        (last,) = await LastPost.all()
        await LastPost.all().update(posted_at=last.posted_at - timedelta(seconds=10))
        assert not isinstance((await store(posts(boris, slow, plain)))[0], Refusal)
        # A clock that was ahead keeps nobody waiting for longer than the pause.
        await LastPost.all().update(posted_at=datetime.now(UTC) + timedelta(days=1))
        refused = (await store(posts(boris, slow, plain)))[0]
        assert isinstance(refused, Refusal)
        assert refused.retry_after == 10
        assert [each.action for each in await AuditEntry.all()] == ["room_slowed"]


def posts(author: User, slow: int, plain: int) -> list[Post]:
    """Two messages for each room."""
    return [
        Post(room, author.id, author.username, f"{number}")
        for room in (slow, plain)
        for number in range(2)
    ]
