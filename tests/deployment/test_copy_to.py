"""`copy-to`: a SQLite database becomes one of PostgreSQL, also when it is killed on the way."""

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg

from commands.demo import PASSWORD
from models.migrate import connect_options
from tests.support.databases import PostgresDatabases
from tests.support.factories import StartServer
from tests.support.keeping import done, refused
from tests.support.person import Person
from tests.support.server import fork, quart
from tests.support.waiting import eventually

WAITING = "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND relation = 'message'::regclass"


def run_sql(url: str, sql: str) -> None:
    with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as connection, connection:
        connection.execute(sql)


async def test_clients_resume_on_the_copy(
    sqlite_url: str, postgres: PostgresDatabases, tmp_path: Path, server: StartServer
) -> None:
    url = await postgres.empty()
    settings = {"DATABASE_URL": sqlite_url}
    await done("demo", tmp_path, settings)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite://"))) as served:
        served.execute("SELECT 1 FROM room").fetchall()
        said = await refused(f"copy-to {url}", tmp_path, settings)
        assert said == "DATABASE_URL: database is locked: stop Beseda first"
    # What PostgreSQL cannot keep stops it in the middle, after other tables.
    run_sql(sqlite_url, "UPDATE message SET body = body || char(0) WHERE id = 300")
    said = await refused(f"copy-to {url}", tmp_path, settings)
    assert said.startswith("table message, from row 1 on: ")
    status, said = await quart("sweep", tmp_path, {"DATABASE_URL": url})
    assert (status, "not prepared" in said) == (1, True), "nobody serves half of it"
    run_sql(sqlite_url, "UPDATE message SET body = 'mended' WHERE id = 300")
    await _kill(url, settings, tmp_path)
    said = await done(f"copy-to {url}", tmp_path, settings)
    assert "rows are there, and compared" in said
    assert "every message can be found" in said
    assert "is not empty" in await refused(f"copy-to {url}", tmp_path, settings)
    assert "NOT SO" not in await done("verify", tmp_path, {"DATABASE_URL": url})

    node = await server(DATABASE_URL=url)
    async with Person(node) as anna:
        await anna.login("anna", PASSWORD)
        room = (await anna.rooms())[0]["id"]
        await _goes_on(anna, room, (await anna.messages(room))[-1])


async def _kill(url: str, settings: dict[str, str], folder: Path) -> None:
    """Kill a copy while it waits for a table."""
    connection = await asyncpg.connect(**connect_options(url))
    async with connection.transaction():
        await connection.execute("LOCK TABLE message IN ACCESS EXCLUSIVE MODE")
        arguments = ["--app", "app", "copy-to", url]
        process = await fork("quart", arguments, folder, settings, folder / "killed.log")

        async def waits() -> bool:
            return bool(await connection.fetchval(WAITING))

        await eventually(waits, "the copy of messages")
        process.send_signal(signal.SIGKILL)
        await process.wait()
    await connection.close()


async def _goes_on(anna: Person, room: int, last: dict[str, int]) -> None:
    resumed = await anna.connect(room, since=last["change"] - 1)
    ready = await resumed.expect("ready")
    assert ready["change"] >= last["change"]
    sent = await resumed.say("From PostgreSQL")
    assert sent["message_id"] == last["message_id"] + 1
    at_the_end = await anna.connect(room, since=ready["change"])
    assert (await at_the_end.expect("chat_message"))["message"] == "From PostgreSQL"
