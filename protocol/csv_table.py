"""Tables for programs that open CSV."""

import csv
import io
from collections.abc import Iterable

# What these programs take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
TYPE = "text/csv; charset=utf-8"


def harmless(text: str) -> str:
    """A cell that somebody else has written."""
    return f"'{text}" if text.startswith(FORMULA) else text


def table(rows: Iterable[tuple[str, ...]]) -> bytes:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
