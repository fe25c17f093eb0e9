"""Where an export lies while it is imported: in order, and on disk, not in memory.

It is a temporary database of SQLite without a name. The system forgets it with the process, also
one that is killed: nobody finds words of the export in a file that was left over.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

import msgspec

from commands.importing.items import Item, LeftOut, SourceMessage, SourcePerson, SourceRoom
from commands.importing.report import Report

CACHE_KB = 8 * 1024

_TABLES = """
CREATE TABLE person (id TEXT PRIMARY KEY, data BLOB) WITHOUT ROWID;
CREATE TABLE room (id TEXT PRIMARY KEY, data BLOB) WITHOUT ROWID;
CREATE TABLE message (
    seq INTEGER PRIMARY KEY, room TEXT, id TEXT, at INTEGER, author TEXT, parent TEXT,
    data BLOB);
CREATE UNIQUE INDEX message_id ON message (room, id);
"""
_INSERT = """
INSERT OR IGNORE INTO message (room, id, at, author, parent, data) VALUES (?, ?, ?, ?, ?, ?)
"""
_INSERT_PERSON = "INSERT OR IGNORE INTO person VALUES (?, ?)"
_INSERT_ROOM = "INSERT OR IGNORE INTO room VALUES (?, ?)"
_people = msgspec.msgpack.Decoder(SourcePerson)
_rooms = msgspec.msgpack.Decoder(SourceRoom)
_messages = msgspec.msgpack.Decoder(SourceMessage)
_encode = msgspec.msgpack.Encoder().encode


class Staging:
    """All of an export. Close it."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        for pragma in (f"cache_size = -{CACHE_KB}", "journal_mode = OFF", "synchronous = OFF"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.executescript(_TABLES)

    def close(self) -> None:
        """Forget everything."""
        self._database.close()

    def fill(self, items: Iterable[Item], report: Report) -> Iterator[int]:
        """Take all items; yield how many messages there are so far, now and then."""
        count = 0
        self._database.execute("BEGIN")
        for item in items:
            if isinstance(item, LeftOut):
                report.leave(item.kind, item.reason, item.where)
            elif not self._add(item):
                _leave(report, item, "duplicate")
            elif isinstance(item, SourceMessage):
                count += 1
                if count % 10_000 == 0:
                    yield count
        self._database.execute("COMMIT")
        self._database.execute("CREATE INDEX message_order ON message (room, at, seq)")

    def _add(self, item: SourcePerson | SourceRoom | SourceMessage) -> bool:
        if isinstance(item, SourceMessage):
            row = (item.room, item.id, item.at, item.author, item.parent, _encode(item))
            return self._database.execute(_INSERT, row).rowcount == 1
        sql = _INSERT_PERSON if isinstance(item, SourcePerson) else _INSERT_ROOM
        return self._database.execute(sql, (item.id, _encode(item))).rowcount == 1

    def people(self) -> Iterator[SourcePerson]:
        """Everybody, by id."""
        yield from map(_people.decode, self._column("SELECT data FROM person ORDER BY id"))

    def rooms(self) -> Iterator[SourceRoom]:
        """All rooms, by id."""
        yield from map(_rooms.decode, self._column("SELECT data FROM room ORDER BY id"))

    def messages(self, room: str) -> Iterator[SourceMessage]:
        """Those of a room, oldest first."""
        sql = "SELECT data FROM message WHERE room = ? ORDER BY at, seq"
        yield from map(_messages.decode, self._column(sql, room))

    def count(self, room: str) -> int:
        """How many messages a room has."""
        return int(next(self._column("SELECT COUNT(*) FROM message WHERE room = ?", room)))

    def total(self) -> int:
        """How many messages there are."""
        return int(next(self._column("SELECT COUNT(*) FROM message")))

    def authors(self, room: str) -> list[str]:
        """Who has written in a room."""
        return list(self._column("SELECT DISTINCT author FROM message WHERE room = ?", room))

    def parents(self, room: str) -> set[str]:
        """What is replied to in a room, by id."""
        return set(self._column("SELECT DISTINCT parent FROM message WHERE room = ?", room))

    def lost(self) -> Iterator[SourceMessage]:
        """Messages of rooms that there are not."""
        sql = "SELECT data FROM message WHERE room NOT IN (SELECT id FROM room) ORDER BY room, seq"
        yield from map(_messages.decode, self._column(sql))

    def _column(self, sql: str, *values: str) -> Iterator[Any]:
        with closing(self._database.execute(sql, values)) as cursor:
            for (value,) in cursor:
                yield value


def leave_message(report: Report, message: SourceMessage, reason: str) -> None:
    """A message is left out, with everything on it."""
    where = message.where
    report.leave("messages", reason, where)
    report.leave("files", "left_out_message", where, len(message.files))
    report.leave("reactions", "left_out_message", where, len(message.reactions))
    report.leave("pins", "left_out_message", where, int(message.is_pinned))


def _leave(report: Report, item: SourcePerson | SourceRoom | SourceMessage, reason: str) -> None:
    if isinstance(item, SourceMessage):
        leave_message(report, item, reason)
    else:
        kind = "people" if isinstance(item, SourcePerson) else "rooms"
        report.leave(kind, reason, item.where)
