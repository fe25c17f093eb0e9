"""All messages of one person removed at once: one change, whatever it was that they had said."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest

from models import AuditEntry, Job, Message
from models.database import atomically
from models.job import REMOVAL
from models.membership import Membership
from models.queries.unseen_changes import unseen_changes
from models.removal import RemoveMessages
from models.removal_job import RemovalOrder
from models.sql.message_store import store
from models.stored_message import Post
from tests.support.commands import edit as edit_command
from tests.support.commands import run
from tests.support.doing import DELETED, delete, edit, pin, react, reply, where
from tests.support.factories import MakePerson, StartServer
from tests.support.frames import barrier, check
from tests.support.person import Person
from tests.support.server import Server
from tests.support.tables import opened, people, room_of
from tests.support.talk import Talk, talk
from tests.support.waiting import eventually


@pytest.fixture
async def two(person: MakePerson, each_server: Server) -> Talk:
    """Alice, who owns a room, and bob, on each kind of database."""
    return await talk(person, on=each_server, read="manual")


async def remove(actor: Person, room: int, user_id: int, **how: Any) -> httpx.Response:
    """POST it."""
    return await actor.http.post(f"/api/rooms/{room}/members/{user_id}/messages/remove", json=how)


async def test_one_change_takes_everything(two: Talk) -> None:
    """Texts, versions, mentions, reactions, pins, quotes; one frame, one line, and the sum."""
    alice, bob, room = two.alice, two.bob, two.room
    await two.b.say(f"plum @{alice.username}")
    await two.a.say("kept")
    await two.b.say("gone before")
    await delete(two.b, 3)
    await reply(two.b, "secret", 2)
    await edit(two.b, "other secret", 4)
    await reply(two.a, "an answer", 4)
    await react(two.a, message_id=1)
    await pin(two.a, 1)
    await barrier(two.a, two.b)
    before = (await alice.changes(room))["change"]
    lobby = await alice.lobby()
    assert (await remove(bob, room, alice.id)).json()["code"] == "not_owner"
    answer = await remove(alice, room, bob.id, reason="  Spam ")
    assert (answer.status_code, answer.json()) == (200, {"count": 2})
    frame = check(await two.a.expect("messages_removed"))
    assert check(await two.b.expect("messages_removed")) == frame
    assert frame == {
        "type": "messages_removed",
        "room_id": room,
        "of": bob.id,
        "by": alice.id,
        "ranges": [[1, 1], [4, 4]],
        "count": 2,
        "reason": "Spam",
        "change": before + 1,
    }
    messages = await alice.messages(room)
    assert [each.get("is_deleted", False) for each in messages] == [True, False, True, True, False]
    assert [each["change"] for each in messages if each.get("deleted_by")] == [before + 1] * 2
    assert messages[0]["message"] == messages[4]["reply_to"]["message"] == DELETED
    assert not {"html", "mentions", "reactions", "is_pinned", "reply_to"} & messages[0].keys()
    assert (await bob.http.get(where(room, 4, "/versions"))).json() == {"versions": []}
    assert (await bob.http.get(f"/api/rooms/{room}/pins")).json() == {"messages": []}
    assert (await alice.http.get("/api/mentions")).json()["messages"] == []
    assert (await lobby.expect("room_changed"))["room"]["mention_count"] == 0
    # Again nothing is left to do, and nobody is told.
    assert (await remove(alice, room, bob.id)).json() == {"count": 0}
    assert (await alice.changes(room))["change"] == before + 1
    await agrees(two)
    await told_of(two)


async def agrees(two: Talk) -> None:
    """The sum of the server is that of the messages it sends."""
    await two.a.send({"type": "mark_read", "message_id": 5, "digest": 1})
    digest = (await two.a.expect("messages_marked_read"))["digest"]
    messages = await two.alice.messages(two.room)
    assert digest["sum"] == sum(each["change"] for each in messages)


async def told_of(two: Talk) -> None:
    """A line stands in the room, and the one concerned reads what and why, until they have."""
    page = f"/api/rooms/{two.room}/messages?after=0&events=on"
    events = (await two.bob.http.get(page, headers={"accept-language": "en"})).json()["events"]
    (line,) = [each for each in events if each["what"] == "messages_removed"]
    assert (line["count"], line["reason"], line["after"]) == (2, "Spam", 5)
    assert "deleted 2 messages of" in line["text"]
    (notice,) = (await two.bob.http.get("/api/notices")).json()["notices"]
    assert (notice["room_name"], notice["count"], notice["reason"]) == ("Kitchen", 2, "Spam")
    home = await two.bob.http.get("/rooms/", headers={"accept-language": "en"})
    assert "2 messages of yours were deleted by moderation" in home.text
    await two.bob.http.post(f"/notices/{notice['id']}/noticed")
    assert (await two.bob.http.get("/api/notices")).json() == {"notices": []}
    assert (await two.alice.http.get("/api/notices")).json() == {"notices": []}


async def test_whoever_was_away_is_told_of_it_as_one(two: Talk) -> None:
    """Also of what was posted and removed meanwhile; and of far more than is resumed singly."""
    alice, bob, room = two.alice, two.bob, two.room
    await two.b.say("known")
    await barrier(two.a, two.b)
    since = (await alice.changes(room))["change"]
    await two.b.say("new")
    await edit(two.b, "known, edited", 1)
    await bob.remove_member(room, bob.id)
    assert (await remove(alice, room, bob.id)).json() == {"count": 2}
    frames = (await alice.changes(room, since=since))["changes"]
    assert [each["type"] for each in frames] == [
        "chat_message",
        "message_changed",
        "member_left",
        "messages_removed",
    ]
    assert [each["change"] for each in frames] == [since + number for number in (1, 2, 3, 4)]
    assert [each.get("what", "") for each in frames[:2]] == ["", "deleted"]
    assert all(each["is_deleted"] and each["message"] == DELETED for each in frames[:2])
    last = (await alice.rooms())[0]
    assert "last_message" not in last


async def test_since_you_left_counts_it(database_url: str) -> None:
    """Once, also where one of them had been edited before it was removed."""
    async with opened(database_url):
        anna, boris, vera = await people("anna", "boris", "vera")
        room_id = await room_of(anna, boris, vera)
        await store([Post(room_id, boris.id, "boris", text) for text in ("one", "two", "three")])
        await (await Membership.of(vera.id, room_id)).mark_read(None)
        await run(edit_command(room_id, boris, "one, edited", 1))
        owner = await Membership.of(anna.id, room_id)
        await atomically(RemoveMessages(room_id, boris.id, anna.id, owner).store)
        unseen = await unseen_changes(await Membership.of(vera.id, room_id))
        assert (unseen.edits, unseen.deletions, unseen.deleted_count) == ([], [], 3)
        assert [(each.shown_name, each.count) for each in unseen.removals] == [("boris", 3)]
        assert not await unseen_changes(await Membership.of(anna.id, room_id))


async def test_since_a_moment_only(two: Talk) -> None:
    await two.b.say("before")
    moment = datetime.now(UTC).isoformat()
    await two.b.say("after")
    removed = await remove(two.alice, two.room, two.bob.id, since=moment)
    assert removed.json() == {"count": 1}
    texts = [each["message"] for each in await two.alice.messages(two.room)]
    assert texts == ["before", DELETED]
    assert (await two.alice.rooms())[0]["last_message"]["message"] == "before"
    bad = await remove(two.alice, two.room, two.bob.id, since="2030-01-01T00:00:00")
    assert bad.json()["code"] == "bad_field"
    assert (await remove(two.alice, two.room, 2**62)).status_code == 404
    direct = await two.alice.direct(two.bob)
    assert (await remove(two.alice, direct, two.bob.id)).json()["code"] == "forbidden"


async def test_an_administrator_removes_everywhere(
    person: MakePerson, server: StartServer, database_url: str
) -> None:
    """The first account of a server is its administrator's."""
    node = await server(DATABASE_URL=database_url)
    admin, anna, boris = [await person(name, on=node) for name in ("admin", "anna", "boris")]
    rooms = [await anna.create_room(boris), await anna.direct(boris)]
    for room in rooms:
        await boris.post(room, "spam")
    path = f"/api/admin/people/{boris.id}/messages/remove"
    assert (await anna.http.post(path, json={})).json()["code"] == "not_admin"
    answer = await admin.http.post(path, json={"reason": "Adverts"})
    assert answer.json() == {"count": 2, "rooms": 2}
    for room in rooms:
        assert (await anna.messages(room))[0]["message"] == DELETED
    (notice,) = (await boris.http.get("/api/notices")).json()["notices"]
    assert (notice["room_name"], notice["count"], notice["reason"]) == ("", 2, "Adverts")
    async with opened(database_url):
        rows = await AuditEntry.filter(action="messages_removed").order_by("room_id")
        assert [(row.user_id, row.room_id, row.reason) for row in rows] == [
            (boris.id, room, "Adverts") for room in sorted(rooms)
        ]


async def test_a_removal_everywhere_goes_on_after_a_kill(
    person: MakePerson, server: StartServer, database_url: str
) -> None:
    """One room was done by a process that is no more; the author is told once, of all of it."""
    node = await server(DATABASE_URL=database_url)
    admin, anna, boris = [await person(name, on=node) for name in ("admin", "anna", "boris")]
    rooms = [await anna.create_room(boris), await anna.create_room(boris)]
    for room in rooms:
        await boris.post(room, "spam")
    assert (await anna.http.get("/api/admin/jobs")).json()["code"] == "not_admin"
    async with opened(database_url):
        order = RemovalOrder(admin.id, "Adverts")
        payload = msgspec.json.encode(order).decode()
        over = datetime.now(UTC) - timedelta(seconds=1)
        # A process that has died holds it still, for as long as its lease lasts.
        job = await Job.create(
            kind=REMOVAL,
            user_id=boris.id,
            payload=payload,
            state=Job.RUNNING,
            holder="gone",
            lease_until=over + timedelta(hours=1),
        )
        about = rooms[0], boris.id, admin.id, None, "Adverts"
        await atomically(RemoveMessages(*about, is_told=False).store)
        assert (await admin.http.get(f"/admin/people/{boris.id}")).text.count("data-progress=") == 1
        page = (await admin.http.get("/admin/jobs")).text
        assert 'data-kind="removal"' in page
        await Job.filter(id=job.id).update(lease_until=over)

    async def is_done() -> bool:
        shown = (await admin.http.get(f"/api/admin/jobs/{job.id}")).json()
        return bool(shown["state"] == "done")

    await eventually(is_done, "the job to be over")
    for room in rooms:
        assert (await anna.messages(room))[0]["message"] == DELETED
    (notice,) = (await boris.http.get("/api/notices")).json()["notices"]
    assert (notice["count"], notice["reason"]) == (2, "Adverts")
    listed = (await admin.http.get("/api/admin/jobs")).json()["jobs"]
    assert [(each["kind"], each["user_id"]) for each in listed] == [("removal", boris.id)]


async def test_ten_thousand_are_one_change(database_url: str) -> None:
    """A few statements, in a transaction that is soon over; nothing of it goes back and forth."""
    async with opened(database_url):
        anna, boris = await people("anna", "boris")
        room_id = await room_of(anna, boris)
        both = (boris, anna)
        for start in range(0, 20_000, 500):
            posts = [Post(room_id, both[n % 2].id, "x", f"n{n}") for n in range(start, start + 500)]
            await store(posts)
        owner = await Membership.of(anna.id, room_id)
        command = RemoveMessages(room_id, boris.id, anna.id, owner, "", datetime.now(UTC))
        assert (await atomically(command.store))[0].count == 0
        command = RemoveMessages(room_id, boris.id, anna.id, owner)
        began = datetime.now(UTC)
        removed, changes = await atomically(command.store)
        assert datetime.now(UTC) - began < timedelta(seconds=5)
        assert removed.count == 10_000
        (change,) = changes
        assert change.removal is not None
        assert change.removal.ranges == [(1, 19_999)]
        assert await Message.filter(room_id=room_id, author_id=boris.id, body="").count() == 10_000
        assert not await Message.filter(room_id=room_id, author_id=anna.id, body="").exists()
        (entry,) = await AuditEntry.filter(action="messages_removed")
        assert entry.details == '{"messages":10000}'


async def test_what_owners_do_to_others_is_in_the_audit_log(two: Talk) -> None:
    """Not what people do to their own; and by the room's id alone."""
    alice, bob, room = two.alice, two.bob, two.room
    await two.b.say("bob's")
    await two.a.say("alice's")
    await delete(two.a, 2)
    await delete(two.a, 1)
    await delete(two.a, 1)
    await alice.rename_room(room, "Other")
    async with opened(two.alice.server.database_url):
        rows = await AuditEntry.filter(room_id=room).order_by("id")
        assert [(row.action, row.actor_id, row.user_id, row.details) for row in rows] == [
            ("message_deleted", alice.id, bob.id, '{"message":1}'),
            ("room_renamed", alice.id, None, "{}"),
        ]
