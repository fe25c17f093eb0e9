"""Tables as they are compared: rows as texts that are the same on SQLite, PostgreSQL and in a dump
of it.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from msgspec import Struct

Row = tuple[str | None, ...]

# What is made from other tables: the index of the search, as each database has it.
DERIVED = ("search_index", "search_document", "search_number")
_KINDS = (("TIMESTAMP", "time"), ("BOOL", "bool"), ("BLOB", "bytes"), ("BYTEA", "bytes"))


class Table(Struct, frozen=True):
    """A table, and of its columns, sorted by name, the kind: time, bool, bytes or plain."""

    name: str
    columns: dict[str, str]

    def only(self, other: "Table | None") -> "Table":
        """With those of its columns that the other has too."""
        there = other.columns if other else {}
        return Table(
            self.name, {name: kind for name, kind in self.columns.items() if name in there}
        )


class Source(Protocol):
    """Something that has tables: a database, or a backup of one."""

    async def tables(self) -> list[Table]:
        """All but those that are derived, sorted by name."""

    async def count(self, table: Table) -> int:
        """How many rows it has; 0 where that is not known before they are read."""

    def rows(self, tables: Sequence[Table]) -> AsyncIterator[tuple[Table, Row]]:
        """All rows of these tables, table by table. Of a column that is not there any more None."""


def kind_of(declared: str) -> str:
    """The kind of a column of this type, in the words of either database."""
    return next((kind for start, kind in _KINDS if declared.upper().startswith(start)), "plain")


def converters(table: Table) -> list[Callable[[object], str]]:
    """What makes texts of the values of its columns."""
    return [_CONVERTERS[kind] for kind in table.columns.values()]


def as_row(values: Sequence[object], convert: Sequence[Callable[[object], str]]) -> Row:
    """The values as texts."""
    pairs = zip(values, convert, strict=True)
    return tuple(None if value is None else make(value) for value, make in pairs)


def as_moment(value: object) -> datetime:
    """A time as either database writes it; without a zone it is UTC."""
    moment = datetime.fromisoformat(str(value))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _time(value: object) -> str:
    return as_moment(value).isoformat(timespec="microseconds")


def _bool(value: object) -> str:
    return "1" if str(value) in {"1", "t", "true"} else "0"


def _bytes(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value).removeprefix("\\x")


_CONVERTERS: dict[str, Callable[[object], str]] = {
    "time": _time,
    "bool": _bool,
    "bytes": _bytes,
    "plain": str,
}
