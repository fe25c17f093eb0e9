"""Rows that are deleted by their keys, within a transaction."""

from collections.abc import Iterable, Sequence

from models.sql.fast_path import Steps
from models.sql.values import flat, powers, rows


def delete_rows(
    name: str, columns: str, keys: Iterable[Sequence[object]], *types: str
) -> Steps[None]:
    """Delete from this table the rows whose columns, of these types, have these values."""
    for some in powers(list(keys)):
        which = f"VALUES {rows(len(some), *types)}"
        yield f"DELETE FROM {name} WHERE ({columns}) IN ({which})", flat(some)
