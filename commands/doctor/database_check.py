"""The database: whether it is there, up to date and whole; how large it is, and its clock."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from commands.doctor.finding import Finding, amount, failure, ok, one_line, warning
from config import Settings, tortoise_config
from models.database import DatabaseUnusable, close_database, open_database
from models.queries.database_state import (
    DatabaseState,
    damage,
    database_state,
    unknown_migrations,
)
from models.search_index import how_far
from private_files import sqlite_path

# More than this of SQLite's log is not merged because somebody reads all the time.
LOG_BYTES = 256 << 20
CLOCK_SECONDS = 1.0
INDEX_BEHIND = 1_000


async def check_database(settings: Settings) -> AsyncIterator[Finding]:
    """Open it as a start does, and ask."""
    path = sqlite_path(settings.database_url)
    if path and not path.exists():
        yield failure("database", f"there is no {path}", "quart --app app migrate")
        return
    try:
        await open_database(tortoise_config(settings))
    except DatabaseUnusable as problem:
        says = str(problem).removeprefix("DATABASE_URL: ")
        is_old = "migrate" in says
        advice = "quart --app app migrate" if is_old else "Is it running? Is DATABASE_URL right?"
        yield failure("database", says, advice)
        return
    try:
        async for finding in _opened():
            yield finding
    except Exception as error:
        yield failure("database", one_line(error), "Look at its own log.")
    finally:
        await close_database()


async def _opened() -> AsyncIterator[Finding]:
    state = await database_state()
    yield ok("database", _about(state))
    if newer := await unknown_migrations():
        yield failure(
            "database",
            f"a newer version of Beseda has prepared it: {', '.join(sorted(newer))}",
            "Run that version, or restore a backup of before.",
        )
    for finding in _doubts(state):
        yield finding
    if state.kind == "SQLite":
        yield await _whole()
    done, whole = await how_far()
    says = f"{done} of {whole} messages can be found"
    if whole - done > INDEX_BEHIND:
        yield warning("search", says, "The servers index the rest; or: search rebuild --resume")
    else:
        yield ok("search", says)


def _about(state: DatabaseState) -> str:
    about = f"{state.kind} {state.version}, {amount(state.size)}, all migrations are done"
    if state.log is not None and state.free is not None:
        about += f"; log {amount(state.log)}, {amount(state.free)} are free in it"
    if state.connections is not None:
        about += f"; {state.connections} of {state.connections_max} connections are used"
    return about


def _doubts(state: DatabaseState) -> list[Finding]:
    found = []
    if (state.log or 0) > LOG_BYTES:
        advice = "Something reads all the time: end it, then: sqlite3 … 'PRAGMA wal_checkpoint'"
        found.append(warning("database", f"its log has {amount(state.log or 0)}", advice))
    if state.connections and state.connections > 0.9 * (state.connections_max or 1):
        advice = "Raise max_connections, or lower ?maxsize= in the DATABASE_URLs."
        found.append(warning("database", "nearly all connections are used", advice))
    if state.now:
        found.append(clock("database", (state.now - datetime.now(UTC)).total_seconds()))
    return found


def clock(whose: str, ahead: float) -> Finding:
    """Whether that clock and this machine's are near each other."""
    says = f"that of {whose} is {abs(ahead):.2f} s {'ahead' if ahead > 0 else 'behind'}"
    if abs(ahead) <= CLOCK_SECONDS:
        return ok("clock", says)
    return warning("clock", says, "Let both follow NTP: timedatectl set-ntp true.")


async def _whole() -> Finding:
    if found := await damage():
        advice = "Stop Beseda, copy the file, restore a backup; or try: sqlite3 … '.recover'"
        return failure("database", f"it is damaged: {'; '.join(found)}"[:300], advice)
    return ok("database", "quick_check finds nothing wrong")
