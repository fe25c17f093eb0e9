"""Messages that have been kept for long enough are gone: by every route, and from the disk."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from models import AuditEntry, Draft, Message, Reaction, RoomChange, User
from models.database import atomically
from models.expired_messages import PART, delete_part, forget_facts, rooms_with_rows
from models.retention import RaiseFloor, due_rooms, expired_upto, set_for_server
from models.room import Room
from models.room_change import EXPIRED
from tests.messages.test_erasure import are_gone
from tests.support.databases import PostgresDatabases
from tests.support.doing import do, edit, pin, react, reply
from tests.support.factories import MakePerson, StartServer
from tests.support.frames import barrier, check
from tests.support.person import Person
from tests.support.tables import opened, people, room_of
from tests.support.talk import Talk, talk

SECRET = "quince"  # In all that expires. What was reported with it stays for those who judge.
GONE = "plum-quince"
OLD = range(1, 5)
REPLY, FRESH = 5, 6


async def test_what_has_expired_is_gone_everywhere(
    person: MakePerson, server: StartServer, database_url: str, postgres: PostgresDatabases
) -> None:
    two = await talk(
        person, on=await server(DATABASE_URL=database_url, RATE_LIMITS="off"), read="manual"
    )
    await say(two)
    await age(database_url, two.room, max(OLD))
    await ask_first(two)
    before = (await two.alice.changes(two.room))["change"]
    await confirm(two)
    for chat in (two.a, two.b):
        told = check(await chat.expect("room_rules", what="history_kept"))
        assert (told["change"], told["retention_days"]) == (before + 1, 30)
        told = check(await chat.expect("expired"))
        assert (told["upto"], told["change"]) == (max(OLD), before + 2)
    await nothing_is_left(two)
    await resumed(two, before)
    await are_gone([GONE], "kept", database_url, postgres)
    await rows_are_gone(two, database_url)


async def say(two: Talk) -> None:
    """Four old messages with all that hangs on them, a reply to one, and another one."""
    await two.a.say(f"{GONE} as it was first")
    await edit(two.a, f"{SECRET} again")
    await two.b.say(f"{SECRET} @{two.alice.username}")
    await reply(two.b, f"{GONE} in the thread", 1)
    await two.a.say(f"{GONE} pinned")
    await pin(two.b, 4)
    await react(two.b, message_id=1)
    report = {"category": "spam", "text": "look"}
    path = f"/api/rooms/{two.room}/messages/2/report"
    assert (await two.alice.http.post(path, json=report)).is_success
    await reply(two.a, "kept", 3)
    await two.b.say("fresh")
    draft = {"message": "not sent", "reply_to": 2}
    answer = await two.alice.http.put(f"/api/rooms/{two.room}/draft", json=draft)
    assert answer.is_success
    await barrier(two.a, two.b)


async def age(database_url: str, room: int, upto: int) -> None:
    """Let messages up to this one be 40 days old and more, each later than the one before."""
    long_ago = datetime.now(UTC) - timedelta(days=80)
    async with opened(database_url):
        for message in await Message.filter(room_id=room, number__lte=upto):
            at = long_ago + timedelta(days=min(message.number, 40))
            await Message.filter(id=message.id).update(created_at=at)


async def put(who: Person, path: str, **rule: Any) -> httpx.Response:
    """Set it."""
    return await who.http.put(path, json=rule)


async def ask_first(two: Talk) -> None:
    """Owners alone; what takes nothing away needs no confirmation."""
    path = f"/api/rooms/{two.room}/retention"
    assert (await put(two.bob, path, days=30)).json()["code"] == "not_owner"
    assert (await two.bob.http.get(path)).json()["code"] == "not_owner"
    for days in (0, 3_651):
        assert (await put(two.alice, path, days=days)).json()["code"] == "bad_field"
    assert (await put(two.alice, path, days=90)).status_code == 204
    await two.a.expect("room_rules", retention_days=90)
    await two.b.expect("room_rules", retention_days=90)
    assert (await put(two.alice, path, days=None)).status_code == 204
    await two.a.expect("room_rules", retention_days=None)
    await two.b.expect("room_rules", retention_days=None)


async def confirm(two: Talk) -> None:
    """Only who has been told what will go."""
    path = f"/api/rooms/{two.room}/retention"
    found = (await two.alice.http.get(path, params={"days": 30})).json()
    oldest = datetime.fromisoformat(found.pop("oldest"))
    assert timedelta(days=78) < datetime.now(UTC) - oldest < timedelta(days=80)
    is_over = {"state": "done", "progress": 0, "total": 0}
    assert found == {"days": None, "server_days": None, "count": 4, **is_over}
    refused = await put(two.alice, path, days=30)
    assert (refused.status_code, refused.json()["code"]) == (409, "retention_unconfirmed")
    assert (await put(two.alice, path, days=30, sure=True)).status_code == 204


async def nothing_is_left(two: Talk) -> None:
    """By its number it has expired; nothing leads to it, and nothing is asked of it any more."""
    alice, room = two.alice, two.room
    base = f"/api/rooms/{room}"
    paths = [f"{base}/messages/{each}" for each in OLD]
    paths += [f"{base}/messages/1/versions", f"{base}/messages/1/thread"]
    for path in paths:
        answer = await alice.http.get(path)
        assert (answer.status_code, answer.json()["code"]) == (410, "expired"), path
    assert (await alice.http.get(f"{base}/messages/99")).json()["code"] == "not_found"
    kept, fresh = await alice.messages(room)
    assert (kept["message_id"], fresh["message_id"]) == (REPLY, FRESH)
    assert kept["reply_to"]["is_expired"] is kept["reply_to"]["is_unseen"] is True
    assert (kept["reply_to"]["user_id"], kept["reply_to"]["username"]) == (0, "")
    assert (await alice.http.get(f"{base}/pins")).json() == {"messages": []}
    thread = (await alice.http.get(f"{base}/messages/{REPLY}/thread")).json()
    assert (thread["root"]["message_id"], thread["messages"]) == (REPLY, [])
    for refused in (
        await edit(two.a, "late", 1),
        await react(two.b, message_id=2),
        await pin(two.b, 3),
        await do(two.a, "delete_message", 1),
        await reply(two.b, "late", 4),
    ):
        assert refused["code"] == "expired"
    detail = await alice.room(room)
    assert (detail["floor"], detail["history_from"]) == (max(OLD), REPLY)
    assert detail["retention_days"] == 30
    page = (await alice.http.get(f"/rooms/{room}/?at=2")).text
    assert SECRET not in page
    assert "This message has expired" in page or "Срок хранения этого сообщения истёк" in page
    assert len((await alice.http.get(f"{base}/reports")).json()["reports"]) == 1


async def resumed(two: Talk, before: int) -> None:
    """Who was away is told what has gone, and of the rest."""
    changes = (await two.bob.changes(two.room, since=0))["changes"]
    assert SECRET not in str(changes)
    assert [each["upto"] for each in changes if each["type"] == "expired"] == [max(OLD)]
    back = await two.bob.connect(two.room, since=before - 1, read="manual")
    *missed, ready = await back.frames_until("ready")
    assert (check(ready)["floor"], ready["history_from"]) == (max(OLD), max(OLD) + 1)
    assert [each["change"] for each in missed if each["type"] == "expired"] == [before + 2]
    after = await two.bob.connect(two.room, after=0, read="manual")
    *missed, _ = await after.frames_until("ready")
    assert [each["message_id"] for each in missed] == [REPLY, FRESH]
    await two.a.send({"type": "mark_read", "message_id": 0, "digest": 1})
    assert (await two.a.expect("messages_marked_read"))["digest"]["first"] == REPLY
    (room,) = [each for each in await two.alice.rooms() if each["id"] == two.room]
    assert (room["unread_count"], room["mention_count"]) == (1, 0)


async def rows_are_gone(two: Talk, database_url: str) -> None:
    """Of all tables; the act is in the log."""
    async with opened(database_url):
        assert await Message.filter(room_id=two.room).count() == 2
        assert not await Reaction.filter(room_id=two.room).exists()
        facts = RoomChange.filter(room_id=two.room, number__isnull=False)
        assert not await facts.exists()
        assert (await Draft.get(membership__user_id=two.alice.id)).reply_to is None
        acts = await AuditEntry.filter(action="room_history_kept").order_by("id")
        assert [each.details for each in acts] == ['{"days":90}', "{}", '{"days":30}']


async def test_servers_rule_is_for_conversations_too(
    person: MakePerson, server: StartServer
) -> None:
    """It wants an administrator; rooms that keep less stay as they are; the last message goes."""
    on = await server()
    alice, bob = await person("alice", on=on), await person("bob", on=on)
    direct = await alice.direct(bob)
    await alice.post(direct, "old")
    await age(on.database_url, direct, 1)
    refused = await put(alice, f"/api/rooms/{direct}/retention", days=1)
    assert refused.json()["code"] == "forbidden"
    path = "/api/admin/retention"
    assert (await put(bob, path, days=30)).json()["code"] == "not_admin"
    assert (await alice.http.get(path, params={"days": 30})).json()["count"] == 1
    assert (await put(alice, path, days=30)).json()["code"] == "retention_unconfirmed"
    chat, lobby = await bob.connect(direct), await bob.lobby()
    assert (await put(alice, path, days=30, sure=True)).status_code == 204
    await chat.expect("expired", upto=1)
    item = (await lobby.expect("room_changed"))["room"]
    assert (item["id"], item["unread_count"], "last_message" in item) == (direct, 0, False)
    assert (await alice.post(direct, "new"))["message_id"] == 2
    assert [each["message_id"] for each in await bob.messages(direct)] == [2]
    await without_scripts(alice)


async def without_scripts(admin: Person) -> None:
    """The page of the server: what is typed wrong comes back."""
    for typed in ("x", "0", "99999"):
        answer = await admin.http.post("/admin/retention", data={"days": typed})
        assert answer.status_code == 422, typed
    answer = await admin.http.post("/admin/retention", data={"days": ""})
    assert answer.status_code == 303
    assert (await admin.http.get("/api/admin/retention")).json()["days"] is None


async def test_many_go_in_parts(database_url: str) -> None:
    """Each a transaction of its own; what is found twice is done once, and only by its rule."""
    async with opened(database_url):
        anna, boris = await people("anna", "boris")
        room = await room_of(anna, boris)
        old, now = datetime.now(UTC) - timedelta(days=50), datetime.now(UTC)
        count = 2 * PART + 10
        await Message.bulk_create(
            Message(
                room_id=room,
                author_id=anna.id,
                number=number,
                revision=number,
                change=number,
                body="x",
                created_at=old if number < count else now,
            )
            for number in range(1, count + 1)
        )
        await Room.filter(id=room).update(revision=count, change=count)
        assert [due async for each in due_rooms(None) for due in each] == []
        await Room.filter(id=room).update(retention_days=30)
        ((due,),) = [each async for each in due_rooms(60)]
        upto = await expired_upto(room, due.days)
        assert (due.days, upto) == (30, count - 1)
        assert await run(RaiseFloor(room, upto, days=20)) is False  # It is 30 meanwhile.
        done = await asyncio.gather(*(run(RaiseFloor(room, upto, due.days)) for _ in range(2)))
        assert sorted(done) == [False, True]
        assert await RoomChange.filter(room_id=room, kind=EXPIRED).count() == 1
        assert await rooms_with_rows() == [(room, upto)]
        assert await forget_facts(room, upto, 0) is None
        assert [await delete_part(room, upto) for _ in range(3)] == [True, True, False]
        assert await Message.filter(room_id=room).count() == 1
        assert await rooms_with_rows() == []
        assert (await Room.get(id=room)).last_message_at is None  # As it was.
        await User.filter(id=anna.id).update(server_role=User.ADMIN)
        await set_for_server(5, anna.id)
        await set_for_server(5, anna.id)
        assert await AuditEntry.filter(action="setting_changed").count() == 1


async def run(command: RaiseFloor) -> bool:
    """In a transaction, as the journal does."""
    is_raised, _ = await atomically(command.store)
    return is_raised
