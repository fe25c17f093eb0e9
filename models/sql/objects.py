"""The ORM's objects, of rows that were read past it."""

from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from tortoise.fields import DatetimeField
from tortoise.models import Model

from models.sql.fast_path import Row

M = TypeVar("M", bound=Model)


@lru_cache
def columns(model: type[Model]) -> str:
    """What to select for `from_row`."""
    return ", ".join(f"{model._meta.db_table}.{name}" for name in _names(model))


def from_row(model: type[M], row: Row, start: int = 0) -> M:
    """The object that the ORM makes of a row's columns from `start` on."""
    fields = dict(zip(_names(model), row[start:], strict=False))
    for name in _times(model):
        # SQLite keeps times as text. The ORM's own reading of it takes ten times as long.
        if isinstance(text := fields[name], str):
            fields[name] = datetime.fromisoformat(text)
    return model._init_from_db(**fields)


def column_count(model: type[Model]) -> int:
    """How many columns these are."""
    return len(_names(model))


@lru_cache
def _names(model: type[Model]) -> list[str]:
    return list(model._meta.fields_db_projection.values())


@lru_cache
def _times(model: type[Model]) -> list[str]:
    meta = model._meta
    kinds = {column: meta.fields_map[name] for name, column in meta.fields_db_projection.items()}
    return [column for column, kind in kinds.items() if isinstance(kind, DatetimeField)]
