"""What is of no use any more, and nobody else takes away."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from commands.keeping.facts import FileFacts
from commands.keeping.files import is_bucket, of_messages
from config import Settings
from models.database import fetch
from models.sql.fast_path import as_stored

# What has ended by then: logins, halves of logins, links for a new password, challenges.
_EXPIRING = ("session", "login_ticket", "password_reset", "passkey_challenge", "oidc_use")
# A file younger than this may belong to a row that is about to be committed.
SECONDS_YOUNG = 24 * 3600.0


async def prune_expired() -> dict[str, int]:
    """Delete them; how many of each table there were."""
    now, found = as_stored(datetime.now(UTC)), {}
    for table in _EXPIRING:
        # Servers delete those of who comes back, and of nobody else.
        sql = f"DELETE FROM {table} WHERE expires_at <= $1 RETURNING id"  # noqa: S608 - see above
        found[table] = len(await fetch(sql, now))
    return found


async def orphans(settings: Settings) -> list[Path]:
    """Files of messages and pictures of rooms in the folder that no row knows: what lay there when
    another database was restored. Those of rows that are gone the servers erase.
    """
    if is_bucket(settings):
        return []
    # Before the files: what becomes the picture of a room meanwhile is in one of the two.
    rows = await fetch("SELECT storage_key FROM file")
    rows = [*rows, *await fetch("SELECT picture FROM room WHERE picture <> ''")]
    known = [FileFacts(str(key), 0, True) for (key,) in rows]
    ours = {place.name for _, _, place in of_messages(settings, known)}
    erased = {str(row[0]) for row in await fetch("SELECT storage_key FROM erased_file")}
    return [
        path
        for path in _stored(Path(settings.files_url))
        if path.name not in ours and path.name.partition(".")[0] not in erased
    ]


def _stored(folder: Path) -> Iterator[Path]:
    """What lies under keys, and not since just now."""
    old = time.time() - SECONDS_YOUNG
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):
        if path.name.startswith(path.parent.name) and path.stat().st_mtime < old:
            yield path
