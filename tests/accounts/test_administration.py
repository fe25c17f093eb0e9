"""Administrators: the first one, accounts from the command line, approval, the audit log."""

import asyncio
from pathlib import Path

import httpx
import pytest
from asyncpg.exceptions import PostgresError
from tortoise import connections
from tortoise.exceptions import BaseORMException

from models import AuditEntry, User
from models.administration import become_first_administrator, disable, enable
from tests.support.factories import StartServer
from tests.support.person import PASSWORD, Person
from tests.support.server import quart
from tests.support.tables import opened, people

NEW = "another horse battery"
FORBIDDEN = httpx.codes.FORBIDDEN


async def acts() -> list[tuple[str, int | None, int | None]]:
    """The audit log: (action, actor, user), the earliest first."""
    rows = await AuditEntry.all().order_by("id")
    return [(row.action, row.actor_id, row.user_id) for row in rows]


async def test_the_first_of_many_at_once_is_the_administrator(database_url: str) -> None:
    async with opened(database_url):
        names = [f"person{number}" for number in range(6)]
        made = await asyncio.gather(*(User.register(name, PASSWORD, admit=admit) for name in names))
        admins = await User.filter(server_role=User.ADMIN)
        assert len(admins) == 1
        assert await acts() == [("first_administrator", admins[0].id, admins[0].id)]
        late = await User.register("late", PASSWORD, admit=admit)
        assert not late.is_admin
        assert len(made) == 6


async def admit(user: User, connection: object) -> None:
    """What the service does with a new account."""
    await become_first_administrator(user, connection)  # type: ignore[arg-type]


async def test_nobody_becomes_it_where_people_are_already(database_url: str) -> None:
    async with opened(database_url):
        await people("anna")
        boris = await User.register("boris", PASSWORD, admit=admit)
        assert not boris.is_admin


# SQLite has its own words for the same thing, and no TRUNCATE.
COPY = "INSERT INTO audit_entry SELECT * FROM audit_entry WHERE true"
FORGERIES = {
    "any": (
        "UPDATE audit_entry SET reason = 'x'",
        "DELETE FROM audit_entry",
        f"{COPY} ON CONFLICT (id) DO UPDATE SET reason = 'x'",
    ),
    "sqlite": (
        "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry",
        "REPLACE INTO audit_entry (id, at, action) SELECT id, at, 'x' FROM audit_entry",
        "UPDATE OR REPLACE audit_entry SET id = id, reason = 'x'",
    ),
    "postgres": ("TRUNCATE audit_entry", "TRUNCATE audit_entry CASCADE"),
}


async def test_the_audit_log_cannot_be_changed(database_url: str) -> None:
    async with opened(database_url):
        anna = await User.register("anna", PASSWORD, admit=admit)
        before = await AuditEntry.all().values()
        for sql in (*FORGERIES["any"], *FORGERIES[database_url.partition(":")[0]]):
            with pytest.raises((BaseORMException, PostgresError), match="cannot be changed"):
                await connections.get("default").execute_query(sql)
            assert await AuditEntry.all().values() == before, sql
        await disable_and_enable(anna)
        assert len(await acts()) == 3


async def disable_and_enable(user: User) -> None:
    """Two acts more, which are added as ever."""
    await User.filter(id=user.id).update(server_role="")
    await disable(user, None)
    await enable(user, None)


async def test_accounts_from_the_command_line(
    sqlite_url: str, server: StartServer, tmp_path: Path
) -> None:
    """Make, list, reset, disable, enable; a running server hears of it by the database."""
    node = await server(DATABASE_URL=sqlite_url, REGISTRATION="closed")

    async def admin(command: str) -> tuple[int, str]:
        return await quart(f"admin {command}", tmp_path, {"DATABASE_URL": sqlite_url})

    status, link = await admin("make anna --admin --url https://chat.example.org/")
    assert (status, link.startswith("https://chat.example.org/reset/")) == (0, True), link
    token = link.strip().rpartition("/")[2]
    async with Person(node) as anna:
        await choose(anna, token, PASSWORD)
        again = await anna.http.post(f"/reset/{token}", data={"password": NEW})
        assert again.status_code == httpx.codes.GONE
        await anna.login("anna")
        room = await anna.create_room()
        chat = await anna.connect(room)
        _, listed = await admin("list")
        assert [line.split("\t")[1:4] for line in listed.splitlines()] == [
            ["anna", "admin", "active"]
        ]
        status, said = await admin("disable anna")
        assert (status, "make somebody else one first" in said) == (1, True)
        await admin("make boris --admin")
        assert (await admin("disable anna --reason spam"))[0] == 0
        assert (await anna.http.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED
        assert await chat.closed() == 4401
        refused = await tried(anna, PASSWORD)
        assert (refused["code"], "spam" in refused["message"]) == ("account_disabled", True)
        assert (await tried(anna, NEW))["code"] == "bad_credentials", "nobody is told of it unasked"
        assert (await admin("enable anna"))[0] == 0
        await anna.login("anna")
        _, second = await admin("reset anna")
        await choose(anna, second.strip().rpartition("/")[2], NEW)
        assert (await anna.http.get("/api/session")).status_code == httpx.codes.UNAUTHORIZED
        await anna.login("anna", NEW)
    assert await admin("revoke boris") == (0, "")
    assert (await admin("grant nobody"))[0] == 1


async def choose(person: Person, token: str, password: str) -> None:
    """Set a password by the page of a link."""
    assert (await person.http.get(f"/reset/{token}")).status_code == httpx.codes.OK
    weak = await person.http.post(f"/reset/{token}", data={"password": "password1"})
    assert weak.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    done = await person.http.post(f"/reset/{token}", data={"password": password})
    assert done.status_code == httpx.codes.SEE_OTHER


async def tried(person: Person, password: str) -> dict[str, str]:
    """What is said to a login that is refused."""
    body = {"username": person.username or "anna", "password": password}
    answer = await person.http.post("/api/session", json=body)
    assert answer.status_code in (httpx.codes.UNAUTHORIZED, FORBIDDEN)
    return dict(answer.json())


async def test_new_accounts_wait_for_approval(
    sqlite_url: str, server: StartServer, tmp_path: Path
) -> None:
    node = await server(DATABASE_URL=sqlite_url, REGISTRATION="approval")
    async with Person(node) as first, Person(node) as second:
        await first.register("anna")
        await first.login()
        await second.register("boris")
        assert (await tried(second, PASSWORD))["code"] == "awaiting_approval"
        by_page = {"username": "clara", "password": PASSWORD}
        answer = await second.http.post("/register", data=by_page)
        assert answer.headers["location"] == "/login?reason=approval"
        status, _ = await quart("admin enable boris", tmp_path, {"DATABASE_URL": sqlite_url})
        assert status == 0
        await second.login()


async def test_only_the_first_comes_without_an_invitation(server: StartServer) -> None:
    node = await server(REGISTRATION="invite")
    async with Person(node) as first:
        # Also of several whose passwords are hashed at the same moment.
        bodies = [{"username": name, "password": PASSWORD} for name in ("anna", "clara", "dora")]
        tries = [first.http.post("/api/users", json=body) for body in bodies]
        came = [answer.status_code for answer in await asyncio.gather(*tries)]
        assert sorted(came) == [httpx.codes.CREATED, FORBIDDEN, FORBIDDEN]
        body = {"username": "boris", "password": PASSWORD}
        refused = await first.http.post("/api/users", json=body)
        assert (refused.status_code, refused.json()["code"]) == (FORBIDDEN, "invite_required")
        page = await first.http.get("/register")
        assert page.status_code == FORBIDDEN
