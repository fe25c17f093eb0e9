"""A SQLite database that is read as it is at one moment, while others write."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from urllib.parse import quote

from commands.keeping.tables import DERIVED, Row, Table, as_row, converters, kind_of

SECONDS_LOCKED = 60.0
_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
)


class SqliteSource:
    """From the first look on it shows what was there then, until it is closed."""

    def __init__(self, path: Path, *, is_still: bool = False, is_alone: bool = False) -> None:
        """`is_still`: nobody writes to it, nor may anything be written beside it. `is_alone`:
        nobody else has it open, or can open it meanwhile.

        Raises:
            sqlite3.Error: it cannot be opened, or is not alone.
        """
        mode = "mode=ro&immutable=1" if is_still else "mode=rw"
        address = f"file:{quote(str(path))}?{mode}"
        seconds = 0.0 if is_alone else SECONDS_LOCKED
        self.connection = sqlite3.connect(address, seconds, isolation_level=None, uri=True)
        if is_alone:
            self.connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self.connection.execute("BEGIN IMMEDIATE")
        else:
            self.connection.execute("PRAGMA query_only = ON")
            self.connection.execute("BEGIN")

    async def tables(self) -> list[Table]:
        """See Source."""
        names = sorted(row[0] for row in self.connection.execute(_TABLES))
        return [self._table(name) for name in names if not name.startswith(DERIVED)]

    def _table(self, name: str) -> Table:
        rows = self.connection.execute("SELECT name, type FROM pragma_table_info(?)", (name,))
        return Table(name, {column: kind_of(declared) for column, declared in sorted(rows)})

    async def count(self, table: Table) -> int:
        """See Source."""
        return int(self.connection.execute(counting(table)).fetchone()[0])

    async def rows(self, tables: Sequence[Table]) -> AsyncIterator[tuple[Table, Row]]:
        """See Source."""
        for table in tables:
            convert = converters(table)
            for values in self.connection.execute(select(table)):
                yield table, as_row(values, convert)

    async def ask(self, sql: str) -> list[tuple[object, ...]]:
        """The rows of a query."""
        return self.connection.execute(sql).fetchall()

    async def close(self) -> None:
        """Give it back."""
        self.connection.close()


def select(table: Table, cast: str = "") -> str:
    """The query for all its rows."""
    columns = ", ".join(f'"{name}"{cast}' for name in table.columns)
    return f'SELECT {columns} FROM "{table.name}"'  # noqa: S608 - names out of the schema


def counting(table: Table) -> str:
    """The query for how many they are."""
    return f'SELECT COUNT(*) FROM "{table.name}"'  # noqa: S608 - a name out of the schema
