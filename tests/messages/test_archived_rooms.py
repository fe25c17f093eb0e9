"""A room that an administrator has archived: everybody reads on, nobody writes."""

from typing import Any

import httpx
import pytest

from models import AuditEntry, Membership, Post, Refusal, Room
from models.administered_rooms import SetArchived
from models.database import atomically
from models.message_commands import DeleteMessage, EditMessage, MessageCommand, PinMessage, React
from models.room_change import latest
from models.sql.message_changes import change_messages
from models.sql.message_store import store
from tests.support.factories import StartServer
from tests.support.frames import check
from tests.support.person import Person
from tests.support.tables import opened, people, room_of

CREATED = httpx.codes.CREATED


async def test_members_are_told_and_read_on(server: StartServer) -> None:
    node = await server()
    async with Person(node) as admin, Person(node) as owner, Person(node) as late:
        for each, name in ((admin, "admin"), (owner, "owner"), (late, "late")):
            await each.register(name)
            await each.login()
        room = await owner.create_room(late)
        chat, lobby = await owner.connect(room), await late.lobby()
        await chat.say("before")
        path = f"/api/admin/rooms/{room}"
        done = await admin.http.patch(path, json={"is_archived": True, "reason": "old"})
        assert done.json()["is_archived"] is True
        told = check(await chat.expect("room_archived", is_archived=True))
        assert (told["change"], told["by"]) == (2, admin.id)
        await lobby.expect("room_changed")
        await chat.send({"type": "chat_message", "message": "after", "client_id": "1"})
        assert (await chat.expect("error"))["code"] == "room_archived"
        page = await owner.http.get(f"/rooms/{room}/")
        assert 'autocomplete="off" hidden>' in page.text
        assert (await owner.room(room))["is_archived"] is True
        assert [each["message"] for each in await late.messages(room)] == ["before"]
        await admin.http.patch(path, json={"is_archived": True})  # Nothing: it is so already.
        await admin.http.patch(path, json={"is_archived": False})
        await chat.expect("room_archived", is_archived=False, change=3)
        assert "is_archived" not in await owner.room(room)
        await chat.say("after")
        frames = (await late.changes(room, since=1))["changes"]
        assert [(each["type"], each["change"]) for each in frames] == [
            ("room_archived", 3),
            ("chat_message", 4),
        ]
        events = await owner.http.get(f"/api/rooms/{room}/messages?events=on")
        assert [each["what"] for each in events.json()["events"]] == ["archived", "unarchived"]


async def test_nothing_is_stored_but_deletions(database_url: str) -> None:
    async with opened(database_url):
        anna, admin = await people("anna", "admin")
        room = await room_of(anna)
        (stored,) = await store([Post(room, anna.id, "anna", "hello", "1")])
        assert not isinstance(stored, Refusal)
        with pytest.raises(Refusal, match="not_admin"):
            await archive(room, admin.id)
        await type(admin).filter(id=admin.id).update(server_role="admin")
        await archive(room, admin.id)
        (refused,) = await store([Post(room, anna.id, "anna", "more", "2")])
        (repeated,) = await store([Post(room, anna.id, "anna", "hello", "1")])
        assert isinstance(refused, Refusal)
        assert refused.code == "room_archived"
        assert not isinstance(repeated, Refusal)
        member = await Membership.of(anna.id, room)
        assert member.room.is_archived
        commands: list[MessageCommand] = [
            EditMessage(**about(room, anna.id), body="other"),
            React(**about(room, anna.id), emoji="❤️", is_on=True),
            PinMessage(**about(room, anna.id), is_pinned=True),
            DeleteMessage(**about(room, anna.id)),
        ]
        results = await change_messages(commands)
        codes = [each.code if isinstance(each, Refusal) else each.kind for each in results]
        assert codes == ["room_archived", "room_archived", "room_archived", "deleted"]
        assert [each.kind for each in await latest(room, 0, 99, 64)] == ["archived"]
        acts = [(each.action, each.room_id) for each in await AuditEntry.all()]
        assert acts == [("room_archived", room)]


def about(room: int, user_id: int) -> dict[str, Any]:
    """What commands to the first message of a room have in common."""
    return {"room_id": room, "user_id": user_id, "username": "anna", "message_id": 1}


async def archive(room: int, actor_id: int) -> None:
    """As the journal does."""
    assert (await Room.get(id=room)).archived_at is None
    await atomically(SetArchived(room, actor_id, is_archived=True).store)
