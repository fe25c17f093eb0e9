"""Bans from rooms: by no door in, told to whom they concern, over when they end or are lifted."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from models import AuditEntry, Membership, RoomBan, User
from models.admission import AcceptInvitation, Join
from models.banning import Ban
from models.database import atomically
from models.room_ban import bans_of_room
from tests.support.chat import Frame
from tests.support.factories import MakePerson
from tests.support.frames import check
from tests.support.person import Person
from tests.support.server import Server
from tests.support.tables import opened, people, room_of
from tests.support.talk import Talk, talk
from tests.support.waiting import eventually


@pytest.fixture
async def two(person: MakePerson, each_server: Server) -> Talk:
    """Alice, who owns a room, and bob, on each kind of database."""
    return await talk(person, on=each_server, read="manual")


async def ban(actor: Person, room: int, user_id: int, **how: Any) -> httpx.Response:
    """PUT a ban."""
    return await actor.http.put(f"/api/rooms/{room}/bans/{user_id}", json=how)


async def add(actor: Person, room: int, other: Person) -> tuple[int, str]:
    """POST somebody into a room; return the status, and the code of an error."""
    path = f"/api/rooms/{room}/members"
    return code(await actor.http.post(path, json={"username": other.username}))


def code(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the code of an error."""
    return answer.status_code, answer.json().get("code", "") if answer.content else ""


async def test_who_is_banned_comes_in_by_no_door(two: Talk, person: MakePerson) -> None:
    alice, bob, room = two.alice, two.bob, two.room
    carol = await person("carol", on=alice.server)
    await alice.add_member(room, carol)
    lobby = await bob.lobby()
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert code(await ban(bob, room, alice.id)) == (403, "not_owner")
    assert (await ban(alice, room, bob.id, reason=" Spam,  again ", until=until)).status_code == 204
    assert await two.b.closed() == 4403
    assert two.b.socket.close_reason == "banned"
    await lobby.expect("room_left", room_id=room)
    assert check(await two.a.expect("member_left", user_id=bob.id))["by"] == alice.id
    # Whoever asks is told why, and nothing of the room.
    for path in ("", "/messages", "/changes", "/messages/1"):
        answer = await bob.http.get(f"/api/rooms/{room}{path}")
        assert code(answer) == (403, "room_banned_until")
        assert answer.json()["message"].endswith("Spam, again")
    assert await bob.refused(room) == 403
    for other in (alice, carol):
        assert await add(other, room, bob) == (403, "member_banned")
    (own,) = (await bob.http.get("/api/bans")).json()["bans"]
    assert (own["room_id"], own["room_name"], own["reason"]) == (room, "Kitchen", "Spam, again")
    assert own["by"]["id"] == alice.id
    page = await bob.http.get("/rooms/")
    assert "Spam, again" in page.text
    await bob.http.post(f"/rooms/{room}/ban/noticed")
    assert "Spam, again" not in (await bob.http.get("/rooms/")).text
    # Lifted, an owner invites, and nobody else: it was a removal too.
    assert code(await carol.http.get(f"/api/rooms/{room}/bans")) == (403, "not_owner")
    (listed,) = (await alice.http.get(f"/api/rooms/{room}/bans")).json()["bans"]
    assert listed["person"]["id"] == bob.id
    lifted = f"/api/rooms/{room}/bans/{bob.id}"
    assert code(await carol.http.delete(lifted)) == (403, "not_owner")
    assert (await alice.http.delete(lifted)).status_code == 204
    assert code(await alice.http.delete(lifted)) == (404, "not_found")
    assert code(await bob.http.get(f"/api/rooms/{room}")) == (403, "not_a_member")
    assert await add(carol, room, bob) == (403, "removed_by_owner")
    await alice.invite(room, bob)
    assert (await bob.room(room))["role"] == "member"


async def test_nor_by_an_invitation_a_request_or_an_export(person: MakePerson) -> None:
    """Who was an owner, too; and their lobby hears nothing of the room."""
    alice, bob, carol = [await person(name) for name in ("alice", "bob", "carol")]
    room = await alice.create_room(bob)
    await alice.set_role(room, bob.id, "owner")
    file = await exported(bob, room)
    lobby = await bob.lobby()
    assert (await ban(alice, room, bob.id)).status_code == 204
    await lobby.expect("room_left", room_id=room)
    told = len(lobby.seen)
    banned = 403, "room_banned"
    link = (await alice.http.post("/api/invites", json={"room_id": room})).json()
    by_link = await bob.http.post("/api/invites/accept", json={"token": link["token"]})
    assert code(by_link) == banned
    assert 'data-code="room_banned"' in (await bob.http.post(f"/invite/{link['token']}")).text
    made = await alice.http.patch(f"/api/rooms/{room}", json={"visibility": "public"})
    assert made.is_success, made.text
    assert code(await bob.http.post(f"/api/rooms/{room}/join")) == banned
    assert 'data-code="room_banned"' in (await bob.http.post(f"/rooms/public/{room}/")).text
    assert code(await bob.http.get(file)) == banned
    assert code(await bob.http.post(f"/api/rooms/{room}/export")) == banned
    for somebody, note in ((bob, "let me back"), (carol, "new here")):
        path = f"/api/rooms/{room}/requests"
        assert (await somebody.http.post(path, json={"note": note})).status_code == 202
    await eventually(lambda: notes(alice, room), "the request of who is not banned")
    assert await notes(alice, room) == ["new here"]
    await alice.post(room, f"not for @{bob.username}")
    await alice.rename_room(room, "Garden")
    other = await alice.create_room(bob)
    assert (await lobby.expect("room_joined"))["room"]["id"] == other
    assert [each for each in lobby.seen[told:] if room in ids_in(each)] == []
    assert all(each["id"] != room for each in await bob.rooms())


async def exported(owner: Person, room: int) -> str:
    """Let an owner export the room; return where the file is."""
    job = (await owner.http.post(f"/api/rooms/{room}/export")).json()["id"]

    async def is_there() -> bool:
        return (await owner.http.get(f"/api/jobs/{job}/file")).is_success

    await eventually(is_there, "the end of the export")
    return f"/api/jobs/{job}/file"


async def notes(owner: Person, room: int) -> list[str]:
    """What is said by those who ask to be let in."""
    answer = await owner.http.get(f"/api/rooms/{room}/requests")
    return [each["note"] for each in answer.json()["requests"]]


def ids_in(frame: Frame) -> set[int | None]:
    """Of which room a frame of the lobby is."""
    return {frame.get("room_id"), frame.get("room", {}).get("id")}


async def test_what_is_no_ban_is_refused(two: Talk, person: MakePerson) -> None:
    alice, room = two.alice, two.room
    stranger = await person("stranger", on=alice.server)
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    assert code(await ban(alice, room, two.bob.id, until=past)) == (422, "bad_until")
    assert code(await ban(alice, room, two.bob.id, until="2030-01-01T00:00:00")) == (
        422,
        "bad_field",
    )
    assert code(await ban(alice, room, two.bob.id, reason="x" * 501)) == (422, "bad_field")
    assert code(await ban(alice, room, alice.id)) == (403, "forbidden")
    for unknown in (stranger.id, 2**62, 2**63):
        assert code(await ban(alice, room, unknown)) == (404, "not_found")
    direct = await alice.direct(two.bob)
    assert code(await ban(alice, direct, two.bob.id)) == (403, "forbidden")
    # An invitation that waits goes with the ban, and cannot be accepted.
    await two.bob.remove_member(room, two.bob.id)
    assert await add(alice, room, two.bob) == (202, "")
    assert (await ban(alice, room, two.bob.id)).status_code == 204
    answer = await two.bob.http.post(f"/api/rooms/{room}/accept")
    assert code(answer) == (403, "room_banned")
    assert all(each["id"] != room for each in await two.bob.rooms())


async def test_a_ban_ends_by_itself(database_url: str) -> None:
    async with opened(database_url):
        anna, boris = await people("anna", "boris")
        room_id = await room_of(anna, boris)
        owner = await member(anna, room_id)
        until = datetime.now(UTC) + timedelta(hours=1)
        await atomically(Ban(owner, boris.id, "", until).store)
        assert [each.person.id for each in await bans_of_room(room_id)] == [boris.id]
        await RoomBan.all().update(banned_until=datetime.now(UTC) - timedelta(seconds=1))
        assert await bans_of_room(room_id) == []
        assert (await atomically(Join(owner, boris, 10).store))[0] is False
        assert (await atomically(AcceptInvitation(room_id, boris, 10).store))[0] is True
        rows = await AuditEntry.filter(action="room_banned")
        assert [(each.actor_id, each.user_id, each.room_id) for each in rows] == [
            (anna.id, boris.id, room_id)
        ]


async def test_whoever_joins_while_being_banned_is_not_in(database_url: str) -> None:
    """Whichever comes first: afterwards there is a ban, and no membership."""
    async with opened(database_url):
        anna, boris, vera = await people("anna", "boris", "vera")
        room_id = await room_of(anna, boris, vera)
        owner, other = await member(anna, room_id), await member(vera, room_id)
        for _ in range(8):
            await asyncio.gather(
                atomically(Join(other, boris, 10).store),
                atomically(Join(owner, boris, 10).store),
                atomically(Ban(owner, boris.id, "", None).store),
                atomically(AcceptInvitation(room_id, boris, 10).store),
                return_exceptions=True,
            )
            assert await RoomBan.filter(room_id=room_id, user_id=boris.id).count() == 1
            assert not await Membership.filter(room_id=room_id, user_id=boris.id).exists()
            await RoomBan.all().delete()
            await atomically(Join(owner, boris, 10).store)


async def member(user: User, room_id: int) -> Membership:
    """The membership of somebody, as the services have it."""
    return await Membership.of(user.id, room_id)
