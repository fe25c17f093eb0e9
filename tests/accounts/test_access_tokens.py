"""Programs with a token: what it is good for, at the API and both sockets, and when it ends."""

from typing import Any

import httpx
import pytest
from tortoise.timezone import now

from models import AccessToken, AuditEntry
from tests.support.factories import MakePerson, StartServer
from tests.support.person import PASSWORD, Person
from tests.support.server import Server
from tests.support.tables import opened, people

NEW = "another horse battery"
FORBIDDEN, UNAUTHORIZED = httpx.codes.FORBIDDEN, httpx.codes.UNAUTHORIZED


async def made(person: Person, *scopes: str, **more: Any) -> dict[str, Any]:
    """Return a token that this person has made."""
    body = {"name": "bot", "scopes": scopes, "password": PASSWORD, **more}
    answer = await person.http.post("/api/tokens", json=body)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return dict(answer.json())


def program(server: Server, token: str) -> Person:
    """Return a program that has nothing but this token."""
    bot = Person(server)
    bot.http.headers["Authorization"] = f"Bearer {token}"
    return bot


async def test_a_program_talks_until_its_token_is_revoked(person: MakePerson) -> None:
    anna = await person("anna")
    room = await anna.create_room()
    token = await made(anna, "read", "write", days=7)
    assert token["expires_at"] > token["created_at"]
    bot = program(anna.server, token["token"])
    me = (await bot.http.get("/api/session")).json()
    assert me["username"] == anna.username
    await bot.post(room, "hello by API")
    chat, lobby = await bot.connect(room), await bot.open("/ws/")
    await lobby.expect("ready", user_id=anna.id)
    await chat.say("hello by socket")
    listed = (await anna.http.get("/api/tokens")).json()["tokens"]
    assert [(each["name"], each["scopes"]) for each in listed] == [("bot", ["read", "write"])]
    assert listed[0]["last_used_at"] is not None
    assert "token" not in listed[0]
    gone = await anna.http.delete(f"/api/tokens/{token['id']}")
    assert gone.status_code == httpx.codes.NO_CONTENT
    assert (await chat.closed(), await lobby.closed()) == (4401, 4401)
    assert await bot.refused(room) == UNAUTHORIZED
    assert (await bot.http.get("/api/session")).status_code == UNAUTHORIZED
    again = await anna.http.delete(f"/api/tokens/{token['id']}")
    assert again.status_code == httpx.codes.NOT_FOUND
    await bot.close()


async def test_a_token_is_good_for_its_scopes_alone(person: MakePerson) -> None:
    anna = await person("anna")
    room = await anna.create_room()
    reader = program(anna.server, (await made(anna, "read"))["token"])
    assert (await reader.rooms())[0]["id"] == room
    refused = await reader.http.post(f"/api/rooms/{room}/messages", json={"message": "x"})
    assert (refused.status_code, refused.json()["code"]) == (FORBIDDEN, "forbidden")
    assert await reader.refused(room) == FORBIDDEN
    bot = program(anna.server, (await made(anna, "read", "write"))["token"])
    for method, path in (
        ("GET", "/api/tokens"),
        ("POST", "/api/tokens"),
        ("GET", "/api/sessions"),
        ("DELETE", "/api/sessions"),
        ("DELETE", "/api/session"),
    ):
        body = {"name": "x", "scopes": ["read"], "password": PASSWORD} if method == "POST" else None
        answer = await bot.http.request(method, path, json=body)
        assert answer.status_code == FORBIDDEN, path
    await reader.close()
    await bot.close()


async def test_a_token_needs_neither_cookie_nor_origin(person: MakePerson) -> None:
    anna, boris = await person("anna"), await person("boris")
    bot = program(anna.server, (await made(anna, "read", "write"))["token"])
    elsewhere = {"Origin": "https://app.example.org", "Sec-Fetch-Site": "cross-site"}
    made_room = await bot.http.post("/api/rooms", json={"name": "Bots"}, headers=elsewhere)
    assert made_room.status_code == httpx.codes.CREATED
    room = made_room.json()["id"]
    answer = await boris.http.post("/api/rooms", json={"name": "No"}, headers=elsewhere)
    assert answer.json()["code"] == "foreign_origin"
    # Beside a cookie the token counts, and a bad one does not fall back on the cookie.
    both = {"Authorization": bot.http.headers["Authorization"]}
    assert (await boris.http.get("/api/session", headers=both)).json()["id"] == anna.id
    bad = {"Authorization": "Bearer beseda_" + "x" * 43}
    assert (await boris.http.get("/api/session", headers=bad)).status_code == UNAUTHORIZED
    # Pages have cookies alone: there the header changes nothing, the rule about origins neither.
    page = await bot.http.get("/rooms/")
    assert page.headers["location"].startswith("/login")
    form = await boris.http.post("/rooms/new", data={"name": "x"}, headers=elsewhere | both)
    assert form.status_code == FORBIDDEN
    assert (await anna.room(room))["name"] == "Bots"
    await bot.close()


async def test_what_is_refused_when_one_is_made(person: MakePerson) -> None:
    await person("first")  # Who may be the administrator of the shared server.
    anna = await person("anna")
    good = {"name": "bot", "scopes": ["read"], "password": PASSWORD}
    for change, code in (
        ({"password": "wrong"}, "wrong_password"),
        ({"name": " "}, "bad_token_name"),
        ({"name": "x" * 61}, "bad_token_name"),
        ({"scopes": []}, "bad_field"),
        ({"scopes": ["everything"]}, "bad_field"),
        ({"days": 0}, "bad_field"),
        ({"scopes": ["read", "admin"]}, "not_admin"),
    ):
        answer = await anna.http.post("/api/tokens", json=good | change)
        assert answer.json()["code"] == code, change
    assert (await anna.http.get("/api/tokens")).json()["tokens"] == []


async def test_tokens_end_with_the_password(person: MakePerson) -> None:
    anna = await person("anna")
    bot = program(anna.server, (await made(anna, "read", "write"))["token"])
    room = await bot.create_room()
    chat, own = await bot.connect(room), await anna.connect(room)
    body = {"password": PASSWORD, "new_password": NEW}
    changed = await anna.http.post("/api/password", json=body)
    assert changed.status_code == httpx.codes.NO_CONTENT
    assert await chat.closed() == 4401
    assert (await bot.http.get("/api/session")).status_code == UNAUTHORIZED
    await own.say("this login stays")
    await bot.close()


async def test_sockets_of_expired_tokens_are_found(sqlite_url: str, server: StartServer) -> None:
    """By the comparison with the database, every 20 seconds."""
    node = await server(DATABASE_URL=sqlite_url)
    async with await Person.join(node, "anna") as anna:
        token = await made(anna, "read", "write")
        bot = program(node, token["token"])
        room = await bot.create_room()
        chat = await bot.connect(room)
        async with opened(sqlite_url):
            await AccessToken.filter(id=token["id"]).update(expires_at=now())
        assert (await bot.http.get("/api/session")).status_code == UNAUTHORIZED
        assert await chat.closed() == 4401
        await bot.close()


async def test_the_table_has_no_token_and_the_log_has_the_act(database_url: str) -> None:
    async with opened(database_url):
        (anna,) = await people("anna")
        stored, token = await AccessToken.make(anna, "  my   bot ", {"read"}, None)
        row = (await AccessToken.all().values())[0]
        assert token not in row.values()
        assert (row["name"], row["scopes"]) == ("my bot", "read")
        found = await AccessToken.of(token)
        assert found is not None
        assert found.user.id == anna.id
        assert await AccessToken.alive([stored.id, 999]) == {stored.id}
        await AccessToken.filter(id=stored.id).update(expires_at=now())
        assert await AccessToken.of(token) is None
        assert await AccessToken.alive([stored.id]) == set()
        await AccessToken.end(anna.id, stored.id)
        acts = await AuditEntry.all().order_by("id")
        assert [(act.action, act.user_id) for act in acts] == [
            ("token_made", anna.id),
            ("token_ended", anna.id),
        ]
        for number in range(AccessToken.MAX):
            await AccessToken.make(anna, f"bot {number}", {"read"}, None)
        with pytest.raises(Exception, match="too_many_tokens"):
            await AccessToken.make(anna, "one more", {"read"}, None)
