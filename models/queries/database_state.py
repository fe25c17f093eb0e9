"""What the database says of itself, for the operator."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from tortoise import connections

from models.database import fetch, is_sqlite, moment

MIGRATIONS = Path(__file__).parents[1] / "migrations"
_SQLITE = """
SELECT sqlite_version() AS version, page_count * page_size AS size, file, freelist_count * page_size
FROM pragma_page_count(), pragma_page_size(), pragma_freelist_count(), pragma_database_list()
WHERE name = 'main'
"""
_POSTGRES = """
SELECT current_setting('server_version') AS version,
       pg_database_size(current_database()) AS size,
       (SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
       current_setting('max_connections')::bigint AS allowed, clock_timestamp() AS now
"""


class DatabaseState(NamedTuple):
    """Sizes are in bytes. What only one of the two has is None with the other: SQLite's `log`, the
    file that is to be merged into the database, and `free`, what is deleted in it; PostgreSQL's
    connections and clock.
    """

    kind: str
    version: str
    size: int
    log: int | None = None
    free: int | None = None
    connections: int | None = None
    connections_max: int | None = None
    now: datetime | None = None


async def database_state() -> DatabaseState:
    """Ask it. Raises whatever the database raises."""
    if is_sqlite(connections.get("default")):
        ((version, size, file, free),) = await fetch(_SQLITE)
        log = Path(f"{file}-wal")
        return DatabaseState("SQLite", version, size, _size(log), free)
    ((version, size, used, allowed, now),) = await fetch(_POSTGRES)
    return DatabaseState(
        *("PostgreSQL", version, size),
        connections=used,
        connections_max=allowed,
        now=moment(now),
    )


async def unknown_migrations() -> set[str]:
    """What has been done to the database by a version that is newer than this one."""
    rows = await fetch("SELECT name FROM tortoise_migrations WHERE app = 'models'")
    return {name for (name,) in rows} - {path.stem for path in MIGRATIONS.glob("*.py")}


async def damage(at_most: int = 5) -> list[str]:
    """What SQLite finds when it reads the whole database; nothing where all is well."""
    rows = await fetch(f"SELECT quick_check AS said FROM pragma_quick_check({at_most:d})")
    return [said for (said,) in rows if said != "ok"]


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
