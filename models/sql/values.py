"""Lists of values in SQL, in lengths that are powers of two: few texts to parse and plan, each
known to the database from the second time on.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import TypeVar

T = TypeVar("T")

# Rows in one statement. Both databases take 32,766 values: of 14 columns, 2,340 rows.
PART = 1_024


def padded(values: list[T]) -> list[T]:
    """The values, the last one repeated up to a power of two; for sets, where once is as often."""
    missing = (1 << (len(values) - 1).bit_length()) - len(values)
    return values + values[-1:] * missing


def powers(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in parts, each as long as a power of two, and none longer than PART."""
    start = 0
    while left := len(values) - start:
        size = min(PART, 1 << (left.bit_length() - 1))
        yield values[start : start + size]
        start += size


def flat(rows: Sequence[Sequence[object]]) -> list[object]:
    """All values of these rows, one after the other."""
    return list(chain.from_iterable(rows))


@lru_cache
def marks(count: int) -> str:
    """`$1, $2, …` for so many values."""
    return ", ".join(f"${number}" for number in range(1, count + 1))


@lru_cache
def rows(count: int, *types: str) -> str:
    """`(CAST($1 AS …), …), (…), …` for so many rows of these types: PostgreSQL takes values without
    a context for text.
    """
    width = len(types)
    return ", ".join(
        f"({', '.join(f'CAST(${start + n} AS {type_})' for n, type_ in enumerate(types, 1))})"
        for start in range(0, count * width, width)
    )


def table(count: int, *types: str) -> str:
    """So many rows as a table to join, with the columns column1, column2 …"""
    return f"(VALUES {rows(count, *types)})"
