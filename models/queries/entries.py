"""Pages of the messages that somebody has an entry of in a table of such, latest entry first: where
they are mentioned, and all else that concerns them.
"""

from collections import defaultdict
from typing import Any, NamedTuple

from msgspec import Struct

from models.queries.messages import with_quotes
from models.sql.fast_path import Row, is_on_sqlite, scan
from models.stored_message import COLUMNS, StoredMessage
from models.visible_history import visible

# Entries that are looked at for one page; many of them may be of rooms that somebody has left, or
# of people whom they have blocked.
SCANNED = 250
_FIRST = 2**62


class MessageEntry(Struct, frozen=True):
    """A message, with what its entry says: of which `kind` it is, since when (`at`, as it is
    stored); and whether somebody other than the message's author has read it.
    """

    id: int
    kind: str
    at: Any
    is_read: bool
    message: StoredMessage


class EntryPage(Struct, frozen=True):
    """Entries, and the cursor of those after them; None where there are none."""

    entries: list[MessageEntry]
    cursor: int | None


class EntriesSql(NamedTuple):
    """The same for each database."""

    sqlite: str
    postgres: str


async def entry_page(sql: EntriesSql, user_id: int, cursor: int | None, limit: int) -> EntryPage:
    """The entries before the cursor, at most `limit`; fewer also where many were looked at in vain.
    `sql` is of `entries_sql`.
    """
    text = sql.sqlite if is_on_sqlite() else sql.postgres
    rows = await scan(text, user_id, _FIRST if cursor is None else cursor, limit + 1)
    found = [row[1:] for row in rows if row[1] is not None]
    if len(found) > limit:
        return EntryPage(await _entries(found[:limit]), found[limit - 1][0])
    return EntryPage(await _entries(found), rows[0][0] or None)


async def _entries(rows: list[Row]) -> list[MessageEntry]:
    rooms: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        rooms[row[5]].append(row[5:])
    bounds = {row[5]: row[4] for row in rows}
    messages = {
        (room_id, message.message_id): message
        for room_id, some in rooms.items()
        for message in visible(await with_quotes(room_id, some), bounds[room_id])
    }
    return [
        MessageEntry(id_, kind, at, bool(is_read), messages[row[0], row[1]])
        for id_, kind, at, is_read, _, *row in rows
    ]


def entries_sql(table: str, kind: str, at: str, later: str = "") -> EntriesSql:
    """Of this table, with (id, room_id, number, user_id; 0: everybody in the room) and these two
    columns. A message with several entries is listed once, by the last of those that are `later`.
    """
    return EntriesSql(
        *(
            _ENTRIES.format(
                table=table,
                kind=kind,
                at=at,
                later=later,
                own=own,
                of_room=each.format(table=table),
            )
            for own, each in ((_OWN_SQLITE, _SQLITE), (_OWN_POSTGRES, _POSTGRES))
        )
    )


READ = """
EXISTS (SELECT 1 FROM membership AS reader WHERE reader.room_id = message.room_id
        AND reader.user_id <> message.author_id AND reader.from_number <= message.number
        AND COALESCE(reader.shown_read, reader.last_read) >= message.number
        AND reader.request = '' AND NOT reader.is_blocked)
"""
# With "=", PostgreSQL reads the primary key from its end, in the hope of meeting rows of somebody
# soon, who may have none. SQLite finds the place of a pair in other indexes, but not where one of
# them is the rowid.
_OWN_SQLITE = "user_id = $1 AND id < $2"
_OWN_POSTGRES = "user_id >= $1 AND (user_id, id) < ($1, $2)"
# The latest entries of everybody in each of the `latest` rooms. SQLite has no LATERAL, which keeps
# PostgreSQL from a look at the whole table. A plus before a column lets SQLite use the index.
_SQLITE = f"""
(SELECT room_id, newest, COALESCE((
     SELECT before.id FROM {{table}} AS before
     WHERE before.room_id = latest.room_id AND before.user_id = 0
       AND before.id + 0 <= +latest.newest
     ORDER BY before.id + 0 DESC LIMIT 1 OFFSET {SCANNED}), 0) AS bottom
 FROM latest) AS latest
CROSS JOIN {{table}} AS entry
WHERE entry.room_id = latest.room_id AND entry.user_id = 0
  AND entry.id + 0 > +latest.bottom AND entry.id + 0 <= +latest.newest
"""
_POSTGRES = f"""
latest CROSS JOIN LATERAL (
    SELECT * FROM {{table}} AS one
    WHERE one.room_id = latest.room_id AND one.user_id = 0 AND one.id + 0 <= latest.newest
    ORDER BY one.id + 0 DESC LIMIT {SCANNED}) AS entry
"""
# Entries of everybody are looked for in the rooms that somebody is in, and in each of those no more
# than can be among the latest of all of them: however many others there are, here and elsewhere.
# `id + 0` is what their index has (0017, 0018). Beyond `lowest` there may be some that were not
# looked at.
_ENTRIES = f"""
WITH mine AS MATERIALIZED (
    SELECT membership.room_id, (
        SELECT entry.id FROM {{table}} AS entry
        WHERE entry.room_id = membership.room_id AND entry.user_id = 0 AND entry.id + 0 < $2
        ORDER BY entry.id + 0 DESC LIMIT 1) AS newest
    FROM membership WHERE membership.user_id = $1 AND membership.request = ''),
latest AS MATERIALIZED (
    SELECT room_id, newest FROM mine
    WHERE newest IS NOT NULL ORDER BY newest DESC LIMIT {SCANNED}),
looked_at AS MATERIALIZED (
    SELECT * FROM (
        SELECT id, room_id, number, user_id, {{kind}} AS kind, {{at}} AS at
        FROM {{table}} WHERE {{own}} ORDER BY user_id DESC, id DESC LIMIT {SCANNED}) AS own
    UNION ALL SELECT * FROM (
        SELECT entry.id, entry.room_id, number, user_id, {{kind}} AS kind, {{at}} AS at
        FROM {{of_room}} ORDER BY entry.id + 0 DESC LIMIT {SCANNED}) AS everybody),
bound AS (
    SELECT COALESCE(MAX(lowest), 0) AS lowest
    FROM (SELECT COUNT(*) AS found, MIN(id) AS lowest FROM looked_at GROUP BY user_id) AS counted
    WHERE found = {SCANNED})
SELECT bound.lowest, found.* FROM bound LEFT JOIN (
    SELECT looked_at.id AS entry_id, looked_at.kind AS entry_kind, looked_at.at, {READ} AS is_read,
           here.from_number, {COLUMNS}
    FROM looked_at
    JOIN membership AS here ON here.room_id = looked_at.room_id AND here.user_id = $1
    JOIN message ON message.room_id = looked_at.room_id AND message.number = looked_at.number
    JOIN user_account ON user_account.id = message.author_id
    WHERE here.request = '' AND looked_at.number >= here.from_number
      AND looked_at.number > (SELECT floor FROM room WHERE room.id = looked_at.room_id)
      AND message.deleted_at IS NULL
      AND (message.author_id <> $1 OR looked_at.kind = 'reaction')
      AND NOT EXISTS (SELECT 1 FROM block
                      WHERE block.user_id = $1 AND block.blocked_id = message.author_id)
      AND NOT EXISTS (SELECT 1 FROM {{table}} AS later
                      WHERE later.room_id = looked_at.room_id AND later.number = looked_at.number
                        AND later.user_id IN ($1, 0) AND later.id > looked_at.id {{later}})
    ) AS found ON found.entry_id >= bound.lowest
ORDER BY found.entry_id DESC LIMIT $3
"""
