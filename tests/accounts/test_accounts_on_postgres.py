"""What accounts and administrators do, once through on PostgreSQL: it is stricter about the types
of what a statement is given than SQLite, on which the other tests run.
"""

from typing import Any

import httpx

from tests.accounts.test_passkeys import add, log_in
from tests.support.factories import StartServer
from tests.support.person import PASSWORD, Person
from tests.support.second_factor import BAD_CODE, OK, finish, set_up, ticket
from tests.support.server import Server

CREATED, NO_CONTENT = httpx.codes.CREATED, httpx.codes.NO_CONTENT


async def test_accounts_on_postgres(postgres_url: str, server: StartServer) -> None:
    node = await server(DATABASE_URL=postgres_url, REGISTRATION="invite")
    async with Person(node) as anna, Person(node) as boris:
        await anna.register("anna")
        await anna.login()
        room = await anna.create_room()
        await come_by_link(anna, boris)
        await anna.add_member(room, boris)
        await log_in_by_factors(node, anna)
        await use_a_token(anna, room)
        await rule_over_the_room(anna, boris, room)
        await administer(anna, boris)


async def done(answer: httpx.Response, status: int = NO_CONTENT) -> Any:
    """What was answered, if it was done."""
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def come_by_link(anna: Person, boris: Person) -> None:
    """Make an account by an invitation to the server, which is good once."""
    made = await done(await anna.http.post("/api/invites", json={}), CREATED)
    body = {"username": "boris", "password": PASSWORD, "invite": made["token"]}
    boris.id = (await done(await boris.http.post("/api/users", json=body), CREATED))["id"]
    again = await boris.http.post("/api/users", json={**body, "username": "clara"})
    assert again.json()["code"] == "invite_used_up"
    await boris.login("boris")
    (listed,) = (await done(await anna.http.get("/api/invites"), 200))["invites"]
    assert [each["username"] for each in listed["people"]] == ["boris"]


async def log_in_by_factors(node: Server, anna: Person) -> None:
    """By a code, which is good once, a recovery code, and a passkey alone."""
    app, codes = await set_up(anna)
    code = app.code()
    for typed, answer in ((code, OK), (code, BAD_CODE), (codes[0], OK)):
        async with Person(node) as new:
            assert await finish(new, await ticket(new, "anna"), typed) == answer
    device = await add(anna)
    async with Person(node) as new:
        assert await log_in(new, device) == OK
        assert (await new.http.get("/profile/")).status_code == httpx.codes.OK
    assert (await anna.http.get("/rooms/")).status_code == httpx.codes.OK


async def use_a_token(anna: Person, room: int) -> None:
    """Post by it, until it is ended."""
    asked = {"password": PASSWORD, "name": "a program", "scopes": ["read", "write"]}
    made = await done(await anna.http.post("/api/tokens", json=asked), CREATED)
    headers = {"Authorization": f"Bearer {made['token']}"}
    path = f"{anna.server.url}/api/rooms/{room}/messages"
    async with httpx.AsyncClient(headers=headers, trust_env=False) as program:
        await done(await program.post(path, json={"message": "by a program"}), CREATED)
        await done(await anna.http.delete(f"/api/tokens/{made['id']}"))
        assert (await program.get(path)).status_code == httpx.codes.UNAUTHORIZED


async def rule_over_the_room(anna: Person, boris: Person, room: int) -> None:
    """Slow it down, keep it for owners, and ban somebody."""
    path = f"/api/rooms/{room}"
    await done(await anna.http.patch(path, json={"slow_seconds": 600}), 200)
    await boris.post(room, "once")
    early = await boris.http.post(f"{path}/messages", json={"message": "twice"})
    assert early.json()["code"] == "slow_mode"
    await done(await anna.http.patch(path, json={"slow_seconds": 0, "writers": "owners"}), 200)
    closed = await boris.http.post(f"{path}/messages", json={"message": "now"})
    assert closed.json()["code"] == "owners_only"
    await done(await anna.http.put(f"{path}/bans/{boris.id}", json={"reason": "noise"}))
    (ban,) = (await done(await boris.http.get("/api/bans"), 200))["bans"]
    assert "noise" in ban["message"]
    await done(await anna.http.delete(f"{path}/bans/{boris.id}"))


async def administer(anna: Person, boris: Person) -> None:
    """Disable somebody, and find all of it in the log."""
    path = f"/api/admin/people/{boris.id}"
    asked = {"state": "disabled", "reason": "spam", "until": "2099-01-01T00:00:00Z"}
    await done(await anna.http.patch(path, json=asked), 200)
    assert (await boris.http.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED
    await done(await anna.http.patch("/api/admin/settings", json={"registration": "closed"}), 200)
    log = await done(await anna.http.get("/api/admin/audit"), 200)
    found = {each["action"] for each in log["entries"]}
    wanted = {"first_administrator", "invite_used", "totp_added", "token_made", "room_banned"}
    assert found >= wanted | {"disabled", "setting_changed"}
    for page in ("/admin/", "/admin/rooms", "/admin/settings", "/admin/audit.csv", "/invites/"):
        assert (await anna.http.get(page, follow_redirects=True)).status_code == httpx.codes.OK
