"""The PostgreSQL database into which another one is copied. Until all is there no server starts on
it: its list of migrations has another name.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from commands.keeping.folder import KeepError
from commands.keeping.postgres_source import connect, tables_of
from commands.keeping.tables import Table

if TYPE_CHECKING:
    from asyncpg import Connection

MIGRATIONS = "tortoise_migrations"
# Says that what is there is a copy that is not whole yet.
_MARK = "unfinished_copy"
_HIDDEN = "unfinished_copy_migrations"


class Target:
    """What is copied is committed in parts, so that a copy that was killed goes on."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect to the database."""
        return cls(await connect(url))

    async def close(self) -> None:
        """Disconnect."""
        await self._connection.close()

    async def begin(self) -> bool:
        """Claim the database. Returns whether the tables are to be made first.

        Raises:
            KeepError: there is something that is no unfinished copy.
        """
        there = await self._names()
        if _MARK not in there:
            if there:
                raise KeepError("the database to copy to is not empty")
            await self._connection.execute(f"CREATE TABLE {_MARK} ()")
        return _HIDDEN not in there

    async def empty(self, tables: Sequence[Table]) -> None:
        """Take out what the migrations have put in, and let nothing be added to what is copied."""
        async with self._connection.transaction():
            for table in tables:
                await self._connection.execute(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER')
            names = ", ".join(f'"{table.name}"' for table in tables)
            await self._connection.execute(f"TRUNCATE {names}, search_document, search_number")
            await self._connection.execute(f"ALTER TABLE {MIGRATIONS} RENAME TO {_HIDDEN}")

    async def migrations(self) -> set[str]:
        """The names of those that have been applied."""
        return {row[0] for row in await self._connection.fetch(f"SELECT name FROM {_HIDDEN}")}  # noqa: S608

    async def tables(self) -> list[Table]:
        """Those that are copied."""
        found = await tables_of(self._connection)
        return [table for table in found if table.name not in {_MARK, _HIDDEN, MIGRATIONS}]

    async def last(self, table: Table, key: str) -> object:
        """The last key that is there; None: nothing is."""
        order = ' COLLATE "C"' if key == "name" else ""
        return await self._connection.fetchval(f'SELECT MAX("{key}"{order}) FROM "{table.name}"')  # noqa: S608

    async def add(self, table: Table, rows: Sequence[Sequence[object]]) -> None:
        """Store these rows, all or none.

        Raises:
            KeepError: PostgreSQL cannot keep what is in one of them.
        """
        try:
            await self._connection.copy_records_to_table(
                table.name, records=rows, columns=list(table.columns)
            )
        except (ValueError, TypeError, _postgres_error()) as error:
            first = dict(zip(table.columns, rows[0], strict=True)).get("id")
            said = " ".join(str(error).split())
            raise KeepError(f"table {table.name}, from row {first} on: {said}") from None

    async def finish(self, tables: Sequence[Table], sequences: dict[str, int]) -> None:
        """Let the database be served: ids go on where they were."""
        async with self._connection.transaction():
            for table in tables:
                await self._connection.execute(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER')
            for name, last in sequences.items():
                await self._connection.execute(
                    "SELECT setval(pg_get_serial_sequence($1, 'id'), $2)", f'"{name}"', last
                )
            await self._connection.execute(f"ALTER TABLE {_HIDDEN} RENAME TO {MIGRATIONS}")
            await self._connection.execute(f"DROP TABLE {_MARK}")
        await self._connection.execute("ANALYZE")

    async def _names(self) -> set[str]:
        sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()"
        return {row[0] for row in await self._connection.fetch(sql)}


def _postgres_error() -> type[Exception]:
    import asyncpg  # noqa: PLC0415 - commands are loaded with every server, also on SQLite

    return asyncpg.PostgresError  # type: ignore[no-any-return]
