"""A dump by pg_dump, read without a server: by it every byte of the data is read back."""

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import IO

from commands.keeping.postgres_tools import reading
from commands.keeping.tables import Row, Table, as_row, converters

_BEGINNING = b"COPY "
_END = b"\\.\n"
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class DumpSource:
    """The tables are known from what was noted beside the dump."""

    def __init__(self, path: Path, tables: Sequence[Table]) -> None:
        self._path = path
        self._tables = list(tables)

    async def tables(self) -> list[Table]:
        """See Source."""
        return self._tables

    async def count(self, _: Table) -> int:
        """See Source."""
        return 0

    async def rows(self, tables: Sequence[Table]) -> AsyncIterator[tuple[Table, Row]]:
        """See Source."""
        wanted = {table.name: table for table in tables}
        with reading("pg_restore", "--data-only", "-f", "-", str(self._path)) as lines:
            for table, row in _read(lines, wanted):
                yield table, row


def _read(lines: IO[bytes], wanted: dict[str, Table]) -> Iterator[tuple[Table, Row]]:
    for line in lines:
        if line.startswith(_BEGINNING):
            name, columns = _heading(line.decode())
            if name in wanted:
                yield from _of_table(lines, wanted[name], columns)
            else:
                _skip(lines)


def _of_table(
    lines: IO[bytes], table: Table, columns: Sequence[str]
) -> Iterator[tuple[Table, Row]]:
    places = [columns.index(name) for name in table.columns]
    convert = converters(table)
    for line in lines:
        if line == _END:
            return
        values = line.decode()[:-1].split("\t")
        yield table, as_row([unescaped(values[place]) for place in places], convert)


def _skip(lines: IO[bytes]) -> None:
    for line in lines:
        if line == _END:
            return


def _heading(line: str) -> tuple[str, list[str]]:
    """The table and its columns, of `COPY public.room (id, "name") FROM stdin;`."""
    table, _, rest = line.removeprefix("COPY ").partition(" (")
    columns = rest.partition(")")[0].split(", ")
    return table.rpartition(".")[2].strip('"'), [column.strip('"') for column in columns]


def unescaped(value: str) -> str | None:
    """A value of COPY's text format."""
    if "\\" not in value:
        return value
    if value == "\\N":
        return None
    first, *parts = value.split("\\")
    made, is_escaped = [first], False
    for part in parts:
        if is_escaped:  # It followed an escaped backslash, and is as it stands.
            made.append(part)
            is_escaped = False
        elif not part:
            made.append("\\")
            is_escaped = True
        else:
            made.append(_ESCAPES.get(part[0], part[0]) + part[1:])
    return "".join(made)
