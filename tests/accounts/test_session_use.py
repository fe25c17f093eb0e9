"""Whoever talks by a socket alone uses their login too."""

import tempfile
from pathlib import Path

from tests.support.databases import SqliteDatabases
from tests.support.person import Person
from tests.support.second_factor import run_sql
from tests.support.server import Server
from tests.support.waiting import eventually

FRAMES = (
    {"type": "chat_message", "message": "hello"},
    {"type": "typing", "is_typing": True},
    {"type": "mark_read", "message_id": 0, "digest": 1},
)
LONG_AGO = "2026-01-01 00:00:00+00:00"


async def is_stored(node: Server) -> bool:
    """Whether the login has been used since."""
    return run_sql(node, "SELECT last_used_at FROM session") != [(LONG_AGO,)]


class ShortUseServer(Server):
    """One at which no hour has to pass."""

    application = "tests.support.short_use_app:app"


async def test_frames_are_use_of_a_login(folder: Path, sqlite: SqliteDatabases) -> None:
    settings = {"DATABASE_URL": sqlite.fresh(), "SESSION_IDLE_DAYS": "3"}
    node = ShortUseServer(Path(tempfile.mkdtemp(dir=folder)), settings)
    await node.start()
    async with await Person.join(node, "anna") as anna:
        chat = await anna.connect(await anna.create_room())
        lobby = await anna.lobby()
        await chat.expect("ready")
        for frame in FRAMES:
            run_sql(node, "UPDATE session SET last_used_at = ?", LONG_AGO)
            await lobby.send({"type": "ping"})
            await lobby.expect("pong")
            used = run_sql(node, "SELECT last_used_at FROM session")
            assert used == [(LONG_AGO,)], "a page that is open and unseen only pings"
            await chat.send(dict(frame))
            await eventually(lambda: is_stored(node), f"the use by {frame}")
    await node.stop()
    assert "Traceback" not in node.log()
