"""Tokens, links, factors and the rights of administrators where they meet."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tortoise.timezone import now

from models import AccessToken, PasswordReset, Refusal, User
from models.administration import disable, set_server_role
from tests.support.databases import SqliteDatabases
from tests.support.nodes import running
from tests.support.person import PASSWORD, Person
from tests.support.second_factor import let_pass, run_sql
from tests.support.server import Server
from tests.support.tables import opened, people

NEW = "another horse battery"


@pytest.fixture(scope="module")
async def node(folder: Path, sqlite: SqliteDatabases) -> AsyncIterator[Server]:
    """A server whose first account is the administrator's."""
    async with running(folder, DATABASE_URL=sqlite.fresh()) as server, Person(server) as first:
        await first.join_by_form("admin")
        yield server


@pytest.fixture
async def admin(node: Server) -> AsyncIterator[Person]:
    """Who has come first."""
    async with Person(node) as person:
        await person.login("admin")
        yield person


async def program(admin: Person, *scopes: str) -> Person:
    """A program of the administrator's, with a token that is good for this."""
    body = {"name": "bot", "scopes": scopes, "password": PASSWORD}
    token = (await admin.http.post("/api/tokens", json=body)).json()["token"]
    bot = Person(admin.server)
    bot.http.headers["Authorization"] = f"Bearer {token}"
    return bot


async def code(who: Person, method: str, path: str, **body: object) -> tuple[int, str]:
    """Return the status of an answer, and the code of the refusal."""
    answer = await who.http.request(method, path, json=body or None)
    found = answer.json() if answer.content else {}
    return answer.status_code, found.get("code", "")


async def test_a_token_is_no_way_around_the_factor(node: Server, admin: Person) -> None:
    bot = await program(admin, "read", "admin")
    assert await code(bot, "GET", "/api/admin/people") == (200, "")
    run_sql(node, "INSERT INTO site_setting (name, value) VALUES ('admins_need_factor', 'true')")
    try:
        assert await code(bot, "GET", "/api/admin/people") == (403, "factor_required")
        about = {"name": "bot", "scopes": ["admin"], "password": PASSWORD}
        assert await code(admin, "POST", "/api/tokens", **about) == (403, "factor_required")
        assert await code(admin, "POST", "/api/invites", uses=1) == (403, "factor_required")
    finally:
        run_sql(node, "DELETE FROM site_setting WHERE name = 'admins_need_factor'")
    await bot.close()


async def test_links_to_the_server_need_the_scope(node: Server, admin: Person) -> None:
    bot, whole = await program(admin, "read", "write"), await program(admin, "write", "admin")
    room = await admin.create_room()
    async with await Person.join(node, "owner") as owner:
        here = {"room_id": await owner.create_room()}
        others = (await owner.http.post("/api/invites", json=here)).json()["id"]
    assert await code(bot, "POST", "/api/invites", uses=1) == (403, "forbidden")
    for_ever = {"room_id": room, "seconds": None}
    assert await code(bot, "POST", "/api/invites", **for_ever) == (403, "forbidden")
    assert await code(bot, "DELETE", f"/api/invites/{others}") == (404, "not_found")
    assert await code(whole, "POST", "/api/invites", uses=1) == (201, "")
    assert await code(whole, "POST", "/api/invites", **for_ever) == (201, "")
    assert await code(whole, "DELETE", f"/api/invites/{others}") == (204, "")
    let_pass(node, admin)
    assert await code(whole, "POST", "/api/invites", uses=1) == (201, ""), "a token is no login"
    await bot.close()
    await whole.close()


async def test_a_stolen_login_of_an_administrator_invites_nobody(
    node: Server, admin: Person
) -> None:
    """Nor into a room: by an administrator's link people come to the server, too."""
    room, needed = await admin.create_room(), (403, "confirmation_required")
    mine = (await admin.http.post("/api/invites", json={"uses": 1})).json()["id"]
    run_sql(node, "INSERT INTO site_setting (name, value) VALUES ('members_invite', 'true')")
    try:
        async with await Person.join(node, "member") as member:
            for each in (admin, member):
                let_pass(node, each)
            for asked in ({"uses": 1}, {"room_id": room}, {"room_id": room, "seconds": None}):
                assert await code(admin, "POST", "/api/invites", **asked) == needed
            theirs = (await member.http.post("/api/invites", json={"uses": 1})).json()["id"]
            assert await code(admin, "DELETE", f"/api/invites/{theirs}") == needed
            assert await code(admin, "DELETE", f"/api/invites/{mine}") == (204, "")
            page = await admin.http.post(f"/invites/{theirs}/revoke")
            assert page.headers["location"].startswith("/confirm")
            (link,) = (await member.http.get("/api/invites")).json()["invites"]
            assert link["state"] == "good"
            assert await code(member, "DELETE", f"/api/invites/{theirs}") == (204, "")
    finally:
        run_sql(node, "DELETE FROM site_setting WHERE name = 'members_invite'")


async def test_who_lacks_the_needed_factor_invites_nobody(node: Server, admin: Person) -> None:
    """Not as a member either: what they make would count as an administrator's later. What they
    have made before counts as a member's meanwhile.
    """
    room, needed = await admin.create_room(), (403, "factor_required")
    into = {"room_id": room, "uses": None}
    link = (await admin.http.post("/api/invites", json=into)).json()["token"]
    on = {"admins_need_factor": "true", "members_invite": "true", "registration": '"invite"'}
    for about in on.items():
        run_sql(node, "INSERT INTO site_setting (name, value) VALUES (?, ?)", *about)
    new = {"username": "newcomer", "password": PASSWORD, "invite": link}
    try:
        async with Person(node) as guest:
            for asked in ({"uses": 1}, into):
                assert await code(admin, "POST", "/api/invites", **asked) == needed
            page = await admin.http.get("/invites/")
            assert page.headers["location"] == "/profile#factors"
            run_sql(node, "UPDATE site_setting SET value = 'false' WHERE name = 'members_invite'")
            assert await code(guest, "POST", "/api/users", **new) == (403, "invite_required")
            run_sql(node, "DELETE FROM site_setting WHERE name = 'admins_need_factor'")
            assert (await code(guest, "POST", "/api/users", **new))[0] == httpx.codes.CREATED
    finally:
        for name in on:
            run_sql(node, "DELETE FROM site_setting WHERE name = ?", name)


async def test_ones_own_new_password_ends_the_link_for_another(node: Server, admin: Person) -> None:
    async with await Person.join(node, "anna") as anna:
        made = await admin.http.post(f"/api/admin/people/{anna.id}/reset")
        path = "/reset/" + made.json()["reset_url"].rpartition("/")[2]
        assert (await anna.http.get(path)).status_code == httpx.codes.OK
        body = {"password": PASSWORD, "new_password": NEW}
        assert await code(anna, "POST", "/api/password", **body) == (204, "")
        assert (await anna.http.get(path)).status_code == httpx.codes.GONE


async def test_times_of_any_zone(node: Server, admin: Person) -> None:
    """They are kept in UTC, as both databases compare and pages show them."""
    async with await Person.join(node, "anna") as anna:
        room = await admin.create_room(anna)
        ban, there = f"/api/rooms/{room}/bans/{anna.id}", f"/api/admin/people/{anna.id}"
        last = {"until": "9999-12-31T23:59:59-12:00"}
        assert await code(admin, "PUT", ban, **last) == (422, "bad_until")
        off = {"state": "disabled"}
        assert await code(admin, "PATCH", there, **off, **last) == (422, "bad_until")
        assert await code(admin, "PUT", ban, until="2098-01-01T01:30:00+03:00") == (204, "")
        (kept,) = run_sql(node, "SELECT banned_until FROM room_ban")
        assert kept[0].startswith("2097-12-31 22:30:00")
    for query in ("until=9999-12-31", "action=%00"):
        assert await code(admin, "GET", f"/api/admin/audit?{query}") == (400, "bad_request")


async def test_links_of_who_is_no_administrator_any_more(database_url: str) -> None:
    async with opened(database_url):
        root, thief, anna = await people("root", "thief", "anna")
        await User.filter(id__in=[root.id, thief.id]).update(server_role=User.ADMIN)
        token = await PasswordReset.make(anna, thief.id)
        await PasswordReset.user_of(token)
        await set_server_role(thief, "", root.id)
        with pytest.raises(Refusal, match="bad_reset_link"):
            await PasswordReset.use(token, NEW)
        await PasswordReset.user_of(await PasswordReset.make(anna, None))


async def test_a_token_is_made_by_the_password_of_now(database_url: str) -> None:
    """And by who may log in: what ends all tokens may come while the password is hashed."""
    async with opened(database_url):
        anna, boris = await people("anna", "boris")
        await User.filter(id=anna.id).update(password_hash="another")
        await disable(boris, None, until=now() + timedelta(days=1))
        for user in (anna, boris):
            with pytest.raises(Refusal, match="unauthorized"):
                await AccessToken.make(user, "bot", {"read"}, None)
        assert not await AccessToken.exists()


async def test_a_reset_is_not_undone_by_who_knew_the_password(sqlite_url: str) -> None:
    async with opened(sqlite_url):
        anna = await User.register("anna", PASSWORD)
        await PasswordReset.use(await PasswordReset.make(anna, None), NEW)
        with pytest.raises(Refusal, match="wrong_password"):
            await anna.change_password(PASSWORD, "a thief's own password")
        await User.authenticate("anna", NEW)
