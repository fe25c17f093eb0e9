"""The JSON API as tabled: every call, its status and its answer."""

import httpx
import pytest

from tests.support.factories import MakePerson
from tests.support.frames import TIMESTAMP, check
from tests.support.person import PASSWORD, Person, unique
from tests.support.server import Server
from tests.support.talk import talk


async def test_register_and_log_in(shared_server: Server) -> None:
    async with Person(shared_server) as nobody:
        name = unique("alice")
        credentials = {"username": name, "password": PASSWORD}
        registered = await nobody.http.post("/api/users", json=credentials)
        assert registered.status_code == 201
        assert registered.json().keys() == {"id", "username"}
        assert type(registered.json()["id"]) is int
        assert registered.json()["username"] == name
        assert "set-cookie" not in registered.headers
        assert (await nobody.http.get("/api/session")).status_code == 401
        entered = await nobody.http.post("/api/session", json=credentials)
        assert (entered.status_code, entered.json()) == (200, registered.json())
        who = await nobody.http.get("/api/session")
        assert (who.status_code, who.json()) == (200, registered.json())
        assert who.headers["content-type"] == "application/json"


async def test_log_in_with_the_name_in_another_case(person: MakePerson) -> None:
    alice = await person("Алиса")
    await alice.login(alice.username.upper())
    assert alice.username.startswith("Алиса")


async def test_log_out(person: MakePerson) -> None:
    alice = await person("alice")
    cookie = alice.cookie
    answer = await alice.http.delete("/api/session")
    assert (answer.status_code, answer.content) == (204, b"")
    alice.http.cookies.clear()
    again = await alice.http.get("/api/session", headers={"Cookie": cookie})
    assert again.status_code == 401


async def test_make_a_room(person: MakePerson) -> None:
    alice, bob = await person("alice"), await person("bob")
    answer = await alice.http.post(
        "/api/rooms", json={"name": "  Kitchen   table ", "members": [bob.username.upper()]}
    )
    assert answer.status_code == 201
    room = answer.json()
    assert (room["name"], room["kind"], room["role"]) == ("Kitchen table", "room", "owner")
    assert room == await alice.room(room["id"])
    assert {m["username"]: m["role"] for m in room["members"]} == {
        alice.username: "owner",
        bob.username: "member",
    }
    assert (await bob.room(room["id"]))["role"] == "member"


async def test_make_a_room_alone_or_with_oneself(person: MakePerson) -> None:
    alice = await person("alice")
    forms: list[dict[str, list[str]]] = [{}, {"members": []}, {"members": [alice.username] * 2}]
    for members in forms:
        answer = await alice.http.post("/api/rooms", json={"name": "Den", **members})
        assert [m["username"] for m in answer.json()["members"]] == [alice.username]


async def test_room_details(person: MakePerson) -> None:
    two = await talk(person)
    room = await two.bob.room(two.room)
    members = room.pop("members")
    assert room == {
        "id": two.room,
        "name": "Kitchen",
        "kind": "room",
        "role": "member",
        "revision": 0,
        "last_read": 0,
        "unread_from": None,
        "is_muted": False,
    }
    assert members[1] == {
        "id": two.bob.id,
        "username": two.bob.username,
        "display_name": "",
        "role": "member",
        "last_read": 0,
        "is_online": True,
        "last_seen": None,
    }


async def test_list_of_rooms(person: MakePerson) -> None:
    alice, bob = await person("alice"), await person("bob")
    assert await alice.rooms() == []
    first = await alice.create_room(bob, name="first")
    second = await alice.create_room(bob, name="second")
    assert [room["id"] for room in await bob.rooms()] == [second, first]
    await alice.post(first, "hello")
    latest, quiet = await bob.rooms()
    assert TIMESTAMP.fullmatch(latest.pop("last_message_at"))
    assert (
        latest.items()
        >= {
            "id": first,
            "name": "first",
            "kind": "room",
            "role": "member",
            "unread_count": 1,
            "revision": 1,
        }.items()
    )
    assert (quiet["last_message_at"], quiet["unread_count"]) == (None, 0)
    assert [room["unread_count"] for room in await alice.rooms()] == [0, 0]


async def test_add_and_remove_members(person: MakePerson) -> None:
    alice, bob, carol = [await person(name) for name in ("alice", "bob", "carol")]
    room = await alice.create_room(bob)
    answer = await bob.http.post(f"/api/rooms/{room}/members", json={"username": carol.username})
    assert (answer.status_code, answer.json()) == (
        201,
        {"id": carol.id, "username": carol.username},
    )
    refused = await bob.http.delete(f"/api/rooms/{room}/members/{carol.id}")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_owner")
    await alice.remove_member(room, carol.id)
    assert (await carol.http.get(f"/api/rooms/{room}")).status_code == 403
    await bob.remove_member(room, bob.id)
    assert [m["id"] for m in (await alice.room(room))["members"]] == [alice.id]


async def test_room_of_an_owner_who_leaves_has_an_owner(person: MakePerson) -> None:
    alice, bob, carol = [await person(name) for name in ("alice", "bob", "carol")]
    room = await alice.create_room(bob)
    await alice.add_member(room, carol)
    await alice.remove_member(room, alice.id)
    assert (await bob.room(room))["role"] == "owner", "who has been there longest"
    assert (await carol.room(room))["role"] == "member"


async def test_delete_a_room(person: MakePerson) -> None:
    alice, bob = await person("alice"), await person("bob")
    room = await alice.create_room(bob)
    await alice.post(room, "hello")
    refused = await bob.http.delete(f"/api/rooms/{room}")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_owner")
    assert (await alice.http.delete(f"/api/rooms/{room}")).status_code == 204
    for one in (alice, bob):
        assert (await one.http.get(f"/api/rooms/{room}")).status_code == 403
        assert await one.rooms() == []


async def test_post_a_message(person: MakePerson) -> None:
    two = await talk(person)
    answer = await two.alice.http.post(
        f"/api/rooms/{two.room}/messages", json={"message": "hello", "client_id": "id-1"}
    )
    assert answer.status_code == 201
    sent = check(answer.json())
    assert (sent["type"], sent["message_id"], sent["client_id"]) == ("message_sent", 1, "id-1")
    said = check(await two.b.next())
    assert (said["message_id"], said["timestamp"]) == (1, sent["timestamp"])
    assert check(await two.a.next()) == said
    assert two.a.of("message_sent") == [], "no connection of hers has sent it"


@pytest.mark.parametrize("origin", [None, "own"])
async def test_content_type_does_not_matter(person: MakePerson, origin: str | None) -> None:
    alice = await person("alice")
    headers = {"Content-Type": "text/plain"}
    if origin:
        headers["Origin"] = alice.server.url
    answer = await alice.http.post("/api/rooms", content=b'{"name": "Den"}', headers=headers)
    assert answer.status_code == httpx.codes.CREATED
