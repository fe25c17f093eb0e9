"""How values of settings are read. Each function raises ValueError: what the value must be."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

DATABASE_SCHEMES = {"sqlite", "postgres", "asyncpg"}
REDIS_SCHEMES = {"redis", "rediss", "unix"}


def database_url(value: str) -> str:
    url = value.replace("postgresql://", "postgres://", 1)
    parts = _split(url)
    if parts.scheme not in DATABASE_SCHEMES:
        raise ValueError("must begin with sqlite://, postgres:// or asyncpg://")
    if parts.scheme == "sqlite" and url.removeprefix("sqlite://") in ("", ":memory:"):
        raise ValueError("must name a file; a database in memory would lose every message")
    if parts.scheme != "sqlite" and not parts.path.strip("/"):
        raise ValueError("must name a database, as in postgres://user:password@host:5432/beseda")
    return url


def redis_url(value: str) -> str:
    parts = _split(value)
    if parts.scheme not in REDIS_SCHEMES:
        raise ValueError("must begin with redis://, rediss:// or unix://")
    if not (parts.path if parts.scheme == "unix" else parts.hostname):
        raise ValueError("must name a server, as in redis://127.0.0.1:6379/0")
    if parts.scheme != "unix" and not re.fullmatch("(/[0-9]*)?", parts.path):
        raise ValueError("must end with the number of a database, as in redis://127.0.0.1:6379/0")
    return value


def secret_key(value: str) -> str:
    if len(value) < 16:
        raise ValueError("must have at least 16 characters; try: openssl rand -hex 32")
    return value


def token(value: str) -> str:
    if len(value) < 16 or not value.isascii() or not value.isprintable() or " " in value:
        problem = "must have at least 16 letters, digits or signs, no space"
        raise ValueError(f"{problem}; try: openssl rand -hex 32")
    return value


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value.lower() not in choices:
            raise ValueError(f"must be {' or '.join(choices)}, not {value!r}")
        return value.lower()

    return parse


def number(least: int, most: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not least <= int(value[:9]) <= most:
            raise ValueError(f"must be a number from {least} to {most}, not {value!r}")
        return int(value)

    return parse


def _split(url: str) -> Any:
    parts = urlsplit(url)
    _ = parts.port  # Raises ValueError for a port that is no number.
    return parts
