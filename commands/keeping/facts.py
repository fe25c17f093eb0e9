"""What is compared of two databases: how much there is of each table and room, and a digest.

A digest is the sum of the digests of the rows, whatever their order: it tells what was lost,
doubled or changed by a failure, not what somebody forges.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from commands.keeping.tables import Row, Source, Table

_ALL = (1 << 256) - 1
# What of a message is in the digest of its room.
OF_MESSAGE = ("number", "author_id", "body", "change", "created_at", "deleted_at", "reply_to")
_NOTHING = "0"  # NULL, and what is empty.
# Rows after which progress is shown.
STEP = 500


class TableFacts(Struct):
    """How many rows a table has, and their digest."""

    rows: int
    digest: str


class RoomFacts(Struct):
    """Where a room is: the numbers of its last message and change, how many messages are there, and
    their digest.
    """

    revision: int = 0
    change: int = 0
    messages: int = 0
    digest: str = ""


class FileFacts(Struct):
    """A file that is whole, by its row; or the picture of a room, whose size is not kept."""

    key: str
    size: int | None
    has_thumbnail: bool


class Facts(Struct):
    """All of a database. The files are not compared: they are in the table of theirs."""

    tables: dict[str, TableFacts]
    rooms: dict[int, RoomFacts]
    files: list[FileFacts] = []


class _Sum:
    """A digest that is being made."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, row: Sequence[str | None]) -> None:
        self.rows += 1
        encoded = repr(tuple(row)).encode()
        self._sum = self._sum + int.from_bytes(hashlib.sha256(encoded).digest()) & _ALL

    @property
    def digest(self) -> str:
        return f"{self._sum:064x}"


class _Making:
    def __init__(self, tables: Sequence[Table]) -> None:
        self._sums = {table.name: _Sum() for table in tables}
        self._rooms: dict[int, RoomFacts] = {}
        self._messages: dict[int, _Sum] = {}
        self._files: list[FileFacts] = []
        self._places = {table.name: list(table.columns) for table in tables}
        there = self._places.get("message", [])
        self._of_message = [there.index(name) for name in OF_MESSAGE if name in there]
        self._also: Mapping[str, Callable[[Row], None]] = {
            "room": self._room,
            "message": self._message,
            "file": self._file,
        }

    def add(self, table: str, row: Row) -> None:
        self._sums[table].add(row)
        if also := self._also.get(table):
            also(row)

    def _value(self, table: str, row: Row, column: str) -> str:
        places = self._places[table]
        return (row[places.index(column)] if column in places else None) or _NOTHING

    def _room(self, row: Row) -> None:
        room, revision, change = (
            int(self._value("room", row, name)) for name in ("id", "revision", "change")
        )
        self._rooms[room] = RoomFacts(revision, change)
        picture = self._value("room", row, "picture")
        if picture != _NOTHING:
            self._files.append(FileFacts(picture, None, has_thumbnail=True))

    def _message(self, row: Row) -> None:
        room = int(self._value("message", row, "room_id"))
        made = self._messages.get(room)
        if made is None:
            made = self._messages[room] = _Sum()
        made.add([row[place] for place in self._of_message])

    def _file(self, row: Row) -> None:
        key, size, thumbnail, complete = (
            self._value("file", row, name)
            for name in ("storage_key", "size", "has_thumbnail", "is_complete")
        )
        if complete == "1":
            self._files.append(FileFacts(key, int(size), thumbnail == "1"))

    def made(self) -> Facts:
        for room, each in self._messages.items():
            facts = self._rooms.setdefault(room, RoomFacts())
            facts.messages, facts.digest = each.rows, each.digest
        tables = {name: TableFacts(each.rows, each.digest) for name, each in self._sums.items()}
        return Facts(tables, self._rooms, self._files)


async def facts_of(
    source: Source, tables: Sequence[Table], step: Callable[[int], None] = lambda _: None
) -> Facts:
    """Read these tables whole. `step` is told how many rows have been read since it was last."""
    making, count = _Making(tables), 0
    async for table, row in source.rows(tables):
        making.add(table.name, row)
        count += 1
        if count == STEP:
            step(count)
            count = 0
    step(count)
    return making.made()


def differences(before: Facts, after: Facts) -> list[str]:
    """What is not the same, a line for each table and room."""
    found = []
    for name in sorted(before.tables.keys() | after.tables.keys()):
        one, other = before.tables.get(name), after.tables.get(name)
        if one != other:
            found.append(f"table {name}: {_rows(one)}, then {_rows(other)}")
    for room in sorted(before.rooms.keys() | after.rooms.keys()):
        first, second = before.rooms.get(room), after.rooms.get(room)
        if first != second:
            found.append(f"room {room}: {_numbers(first)}, then {_numbers(second)}")
    return found


def _rows(facts: TableFacts | None) -> str:
    return f"{facts.rows} rows ({facts.digest[:12]})" if facts else "not there"


def _numbers(facts: RoomFacts | None) -> str:
    if facts is None:
        return "not there"
    numbers = f"message {facts.revision}, change {facts.change}, {facts.messages} messages"
    return f"{numbers} ({facts.digest[:12]})"
