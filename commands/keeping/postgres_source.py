"""A PostgreSQL database that is read as it is at one moment, while others write."""

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Self

from commands.keeping.sqlite_source import counting, select
from commands.keeping.tables import DERIVED, Row, Table, as_row, converters, kind_of
from models.migrate import connect_options

if TYPE_CHECKING:
    from asyncpg import Connection

# Rows that are fetched at once.
PART = 1_000
_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_COLUMNS = """
SELECT columns.table_name::text, column_name::text, data_type::text
FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
ORDER BY columns.table_name, column_name COLLATE "C"
"""


class PostgresSource:
    """Shows what was there when it was opened, until it is closed."""

    def __init__(self, connection: "Connection") -> None:
        self.connection = connection

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect."""
        connection = await connect(url)
        await connection.execute(_BEGIN)
        return cls(connection)

    async def snapshot(self) -> str:
        """The name under which others can see the same moment."""
        return str(await self.connection.fetchval("SELECT pg_export_snapshot()"))

    async def tables(self) -> list[Table]:
        """See Source."""
        return await tables_of(self.connection)

    async def count(self, table: Table) -> int:
        """See Source."""
        return int(await self.connection.fetchval(counting(table)))

    async def rows(self, tables: Sequence[Table]) -> AsyncIterator[tuple[Table, Row]]:
        """See Source."""
        for table in tables:
            convert = converters(table)
            sql = select(table, cast="::text")
            async for record in self.connection.cursor(sql, prefetch=PART):
                yield table, as_row(tuple(record), convert)

    async def ask(self, sql: str) -> list[tuple[object, ...]]:
        """The rows of a query."""
        return [tuple(record) for record in await self.connection.fetch(sql)]

    async def close(self) -> None:
        """Give it back."""
        await self.connection.close()


async def tables_of(connection: "Connection") -> list[Table]:
    """All but those that are derived, sorted by name."""
    found: dict[str, dict[str, str]] = {}
    for table, column, declared in await connection.fetch(_COLUMNS):
        if not table.startswith(DERIVED):
            found.setdefault(table, {})[column] = kind_of(declared)
    return [Table(name, columns) for name, columns in sorted(found.items())]


async def connect(url: str) -> "Connection":
    """A connection to this DATABASE_URL."""
    import asyncpg  # noqa: PLC0415 - commands are loaded with every server, also on SQLite

    return await asyncpg.connect(**connect_options(url))
