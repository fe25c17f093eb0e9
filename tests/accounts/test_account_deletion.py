"""Accounts are deleted: what goes, what stays, and who is told."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from models import AuditEntry, Draft, NameKey, Room, User
from models.account_erasure import free_old_names
from tests.support.doing import react
from tests.support.factories import MakePerson, StartServer
from tests.support.frames import barrier
from tests.support.person import PASSWORD, Person
from tests.support.second_factor import let_pass
from tests.support.server import Server, quart
from tests.support.tables import opened
from tests.support.waiting import eventually

NAME = "Deleted account"
DELETED = "Message deleted"


async def erase(person: Person, messages: str = "keep") -> httpx.Response:
    """Delete one's own account."""
    return await person.http.post("/api/profile/delete", json={"messages": messages})


async def is_out(other: Person, room: int, who: Person) -> None:
    """Wait until somebody is in a room no more."""

    async def is_gone() -> bool:
        return who.id not in {each["id"] for each in (await other.room(room))["members"]}

    await eventually(is_gone, "the end of a membership")


@pytest.fixture
async def node(server: StartServer, database_url: str) -> Server:
    """On each kind of database."""
    return await server(DATABASE_URL=database_url, LOCALE="en")


async def test_account_is_gone_and_its_words_stay(
    person: MakePerson, node: Server, database_url: str
) -> None:
    """Or not. Rooms get an owner; what is left has no name, no login, and is nobody to write to."""
    admin = await person("admin", on=node)
    anna, boris, vera = [await person(name, on=node) for name in ("anna", "boris", "vera")]
    room = await anna.create_room(boris, vera)
    direct = await anna.direct(boris)
    await anna.post(room, "stays")
    await boris.post(room, f"hello @{anna.username}")
    await anna.post(direct, "in private")
    mine, theirs = await anna.connect(room), await boris.connect(room)
    await react(mine, message_id=2)
    await barrier(mine, theirs)
    await anna.http.put(f"/api/rooms/{room}/draft", json={"message": "draft", "reply_to": None})
    assert (await erase(admin)).json()["code"] == "last_administrator"
    assert (await erase(anna, "all")).json()["code"] == "bad_field"
    assert (await erase(anna)).status_code == httpx.codes.NO_CONTENT
    await mine.closed()
    await is_out(boris, room, anna)
    await theirs.expect("member_left")
    members = {each["id"]: each["role"] for each in (await boris.room(room))["members"]}
    assert members == {boris.id: "owner", vera.id: "member"}
    first, second = await boris.messages(room)
    assert (first["message"], first["display_name"]) == ("stays", NAME)
    assert first["username"] == f"deleted-{anna.id}"
    assert second["message"] == f"hello @{anna.username}"
    assert "reactions" not in second
    assert [each["message"] for each in await boris.messages(direct)] == ["in private"]
    refused = await boris.http.post(f"/api/rooms/{direct}/messages", json={"message": "there?"})
    assert refused.json()["code"] == "room_archived"
    await nobody_is_there(node, admin, boris, anna, room)
    async with opened(database_url):
        await nothing_is_left(anna)


async def nobody_is_there(
    node: Server, admin: Person, boris: Person, anna: Person, room: int
) -> None:
    """Not to be found, to be added, to log in, to be given back, or to be imitated."""
    async with httpx.AsyncClient(base_url=node.url) as stranger:
        who = {"username": anna.username, "password": PASSWORD}
        assert (await stranger.post("/api/session", json=who)).json()["code"] == "bad_credentials"
        again = await stranger.post("/api/users", json=who)
        assert again.json()["code"] == "username_taken"
    for name in (anna.username, f"deleted-{anna.id}"):
        added = await boris.http.post(f"/api/rooms/{room}/members", json={"username": name})
        assert added.json()["code"] == "unknown_user"
    found = (await boris.http.get("/api/people", params={"q": "deleted"})).json()
    assert anna.username not in json.dumps(found)
    assert f"deleted-{anna.id}" not in json.dumps(found)
    for method, path in (("PATCH", ""), ("POST", "/reset"), ("POST", "/delete")):
        body = {"state": "active"} if method == "PATCH" else {"messages": "keep"}
        asked = await admin.http.request(method, f"/api/admin/people/{anna.id}{path}", json=body)
        assert asked.json()["code"] == "not_found", path


async def nothing_is_left(anna: Person) -> None:
    """But what messages refer to; and after 30 days the name can be had again."""
    left = await User.get(id=anna.id)
    assert (left.state, left.display_name, left.has_password) == ("deleted", NAME, False)
    assert not await Draft.all().exists()
    (entry,) = await AuditEntry.filter(action="account_deleted")
    assert (entry.actor_id, entry.user_id) == (anna.id, anna.id)
    assert await NameKey.filter(user_id=anna.id, display_of=0).exists()
    await free_old_names()
    assert await NameKey.filter(user_id=anna.id, display_of=0).exists()
    await User.filter(id=anna.id).update(state_until=datetime(2026, 1, 1, tzinfo=UTC))
    await free_old_names()
    assert not await NameKey.filter(user_id=anna.id, display_of=0).exists()
    assert await User.free_username(anna.username) == anna.username


async def test_messages_go_too_where_they_say_so(
    person: MakePerson, server: StartServer, sqlite_url: str
) -> None:
    """In rooms that they have left as well; a room without others goes; by an administrator, and
    at the command line.
    """
    node = await server(DATABASE_URL=sqlite_url, LOCALE="en")
    admin, anna, boris = [await person(name, on=node) for name in ("admin", "anna", "boris")]
    room, left = await boris.create_room(anna), await boris.create_room(anna)
    alone, direct = await anna.create_room(), await anna.direct(boris)
    for place in (room, left, alone, direct):
        await anna.post(place, "secret")
    await boris.post(room, "stays")
    await anna.remove_member(left, anna.id)
    path = f"/api/admin/people/{anna.id}/delete"
    asked: dict[str, Any] = {"messages": "delete", "reason": "Asked by letter"}
    assert (await boris.http.post(path, json=asked)).json()["code"] == "not_admin"
    let_pass(node, boris)
    assert (await erase(boris)).json()["code"] == "confirmation_required"
    assert (await admin.http.post(path, json=asked)).status_code == httpx.codes.NO_CONTENT
    await is_out(boris, room, anna)

    async def is_deleted() -> bool:
        return [each["message"] for each in await boris.messages(direct)] == [DELETED]

    await eventually(is_deleted, "the end of the messages")
    texts = [each["message"] for each in await boris.messages(room)]
    assert texts == [DELETED, "stays"]
    (tombstone,) = await boris.messages(left)
    assert (tombstone["message"], tombstone["display_name"]) == (DELETED, NAME)
    assert anna.username not in json.dumps(tombstone)
    done = await quart(f"admin delete {boris.username} --messages keep", node.folder, node.settings)
    assert done == (0, "")
    async with opened(sqlite_url):
        assert not await Room.filter(id=alone).exists()
        reasons = await AuditEntry.filter(action="account_deleted").order_by("id")
        assert [(each.actor_id, each.user_id, each.reason) for each in reasons] == [
            (admin.id, anna.id, "Asked by letter"),
            (None, boris.id, ""),
        ]

        async def has_ended() -> bool:
            return not await Room.filter(kind="room").exists()

        await eventually(has_ended, "the end of the rooms")
