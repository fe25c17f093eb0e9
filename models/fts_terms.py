"""The terms of messages as SQLite's FTS5 has them: their numbers, in hexadecimal."""

from models.search_terms import number_of


def as_fts(terms: set[str]) -> str:
    """The terms as FTS5 keeps them."""
    return " ".join(_hexadecimal(term) for term in sorted(terms))


def fts_term(term: str) -> str:
    """A term as FTS5 is asked for it."""
    return f'"{_hexadecimal(term)}"'


def _hexadecimal(term: str) -> str:
    return f"{number_of(term) & 0xFFFFFFFF:x}"
