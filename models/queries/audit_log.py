"""The audit log as it is read: names are looked up now, for the log has ids alone."""

from datetime import datetime

import msgspec
from msgspec import Struct

from models.audit_entry import ActDetails
from models.database import moment
from models.queries.administration import FIRST
from models.sql.fast_path import Row, as_stored, scan


class AuditFilter(Struct, frozen=True):
    """Which entries; what is None does not matter. `since` and `until` are times, `until` is no
    more among them.
    """

    action: str | None = None
    actor_id: int | None = None
    user_id: int | None = None
    room_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditRow(Struct, frozen=True):
    """One act. Names are None for nobody, and for who or what is no more."""

    id: int
    at: datetime
    action: str
    reason: str
    details: ActDetails
    actor_id: int | None
    actor: str | None
    user_id: int | None
    username: str | None
    room_id: int | None
    room: str | None


async def audit_entries(which: AuditFilter, before: int = FIRST, limit: int = 50) -> list[AuditRow]:
    """At most `limit` of these entries, the latest first, from below the id `before` on."""
    where: list[str] = ["entry.id < $1"]
    values: list[object] = [before]
    for condition, value in _conditions(which):
        values.append(value)
        where.append(f"entry.{condition} ${len(values)}")
    rows = await scan(_ENTRIES.format(where=" AND ".join(where), limit=limit), *values)
    return [_entry(row) for row in rows]


async def known_actions() -> list[str]:
    """What has been done at least once, by name."""
    return [str(action) for (action,) in await scan(_ACTIONS)]


def _conditions(which: AuditFilter) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = [
        (f"{name} =", value)
        for name in ("action", "actor_id", "user_id", "room_id")
        if (value := getattr(which, name)) is not None
    ]
    if which.since:
        found.append(("at >=", as_stored(which.since)))
    if which.until:
        found.append(("at <", as_stored(which.until)))
    return found


def _entry(row: Row) -> AuditRow:
    details = msgspec.json.decode(row[4], type=ActDetails)
    return AuditRow(row[0], moment(row[1]), row[2], row[3], details, *row[5:])


_ENTRIES = """
SELECT entry.id, entry.at, entry.action, entry.reason, entry.details,
       entry.actor_id, actor.username AS actor_name, entry.user_id, person.username AS user_name,
       entry.room_id, room.name AS room_name
FROM audit_entry AS entry
LEFT JOIN user_account AS actor ON actor.id = entry.actor_id
LEFT JOIN user_account AS person ON person.id = entry.user_id
LEFT JOIN room ON room.id = entry.room_id AND room.kind = 'room'
WHERE {where} ORDER BY entry.id DESC LIMIT {limit}
"""
# One look into the index for each: there are few, and entries may be many.
_ACTIONS = """
WITH RECURSIVE known(action) AS (
    SELECT MIN(action) FROM audit_entry
    UNION ALL
    SELECT (SELECT MIN(action) FROM audit_entry WHERE action > known.action)
    FROM known WHERE known.action IS NOT NULL)
SELECT action FROM known WHERE action IS NOT NULL
"""
