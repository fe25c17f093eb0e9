"""Settings: read from the environment once, checked at once, never changed afterwards."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

INSTANCE = Path("instance")

DATABASE_SCHEMES = {"sqlite", "postgres", "asyncpg"}
REDIS_SCHEMES = {"redis", "rediss", "unix"}
LOCALES = ("ru", "en")
# Settings that are numbers; the environment has them in capitals.
LIMITS = (
    "max_connections",
    "max_connections_per_user",
    "max_rooms_per_user",
    "max_members_per_room",
    "max_frames_per_second",
    "max_message_bytes",
)


class BadSetting(SystemExit):
    """A setting that cannot work. It ends the program with one line that names the variable."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"beseda: {name}: {problem}")
        self.name = name


@dataclass(frozen=True)
class Settings:
    """Everything that may differ between two installations; see the table in the README."""

    database_url: str = "sqlite://instance/beseda.sqlite3"
    redis_url: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    allowed_origins: frozenset[str] = frozenset()
    locale: str = "ru"
    rate_limits: bool = True
    registration_open: bool = True
    proxy_hops: int = 0
    # A connection costs some 40 KB: 10,000 of them are 400 MB, which a small server has.
    max_connections: int = 10_000
    # A person's devices and tabs, and as many again that a dead network has not yet given up.
    max_connections_per_user: int = 100
    # The list of rooms is one page and one query.
    max_rooms_per_user: int = 500
    # Each coming and going is told to every member.
    max_members_per_room: int = 1_000
    # A fast typist makes 30 a second with the document's React example.
    max_frames_per_second: int = 100
    # The largest valid frame, 4,000 characters all escaped, has under 50,000. Hypercorn refuses
    # larger ones by websocket_max_message_size before they are whole; this holds under any server.
    max_message_bytes: int = 65_536

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read and check every variable.

        Raises:
            BadSetting: ends the program with one line; the first bad variable is named.
        """
        redis_url = _read(environ, "REDIS_URL", _redis_url, None)
        secret_key = environ.get("SECRET_KEY") or None
        if redis_url and not secret_key:
            # Each process would make a key of its own, and refuse the others' cookies.
            raise BadSetting("SECRET_KEY", "is required when REDIS_URL is set")
        return cls(
            database_url=_read(environ, "DATABASE_URL", _database_url, cls.database_url),
            redis_url=redis_url,
            secret_key=_read(environ, "SECRET_KEY", _secret_key, None),
            allowed_origins=_read(environ, "ALLOWED_ORIGINS", _origins, frozenset()),
            locale=_read(environ, "LOCALE", _one_of(*LOCALES), cls.locale),
            rate_limits=_read(environ, "RATE_LIMITS", _one_of("on", "off"), "on") == "on",
            registration_open=_read(environ, "REGISTRATION", _one_of("open", "closed"), "open")
            == "open",
            proxy_hops=_read(environ, "PROXY_HOPS", _number(0, 9), 0),
            **{name: _limit(environ, name) for name in LIMITS},
        )

    def signing_key(self) -> str:
        """The key that signs cookies: SECRET_KEY, or the one made once and kept in instance/."""
        return self.secret_key or _kept_secret(INSTANCE / "secret_key")


def tortoise_config(settings: Settings) -> dict[str, Any]:
    """The database as Tortoise wants it told. Makes the folder of a SQLite file."""
    url = settings.database_url
    if url.startswith("sqlite://"):
        Path(url.removeprefix("sqlite://").partition("?")[0]).parent.mkdir(
            parents=True, exist_ok=True
        )
    return {
        "connections": {"default": url},
        "apps": {"models": {"models": ["models"], "migrations": "models.migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }


def __getattr__(name: str) -> Any:
    # `tortoise -c config.TORTOISE_ORM …` finds the database here; nobody else pays for it.
    if name == "TORTOISE_ORM":
        return tortoise_config(Settings.from_environment())
    raise AttributeError(name)


def _read(environ: Mapping[str, str], name: str, parse: Callable[[str], T], default: T) -> T:
    value = environ.get(name, "").strip()
    if not value:
        return default
    try:
        return parse(value)
    except ValueError as problem:
        raise BadSetting(name, str(problem)) from None


def _database_url(value: str) -> str:
    url = value.replace("postgresql://", "postgres://", 1)
    parts = _split(url)
    if parts.scheme not in DATABASE_SCHEMES:
        raise ValueError("must begin with sqlite://, postgres:// or asyncpg://")
    if parts.scheme == "sqlite" and url.removeprefix("sqlite://") in ("", ":memory:"):
        raise ValueError("must name a file; a database in memory would lose every message")
    if parts.scheme != "sqlite" and not parts.path.strip("/"):
        raise ValueError("must name a database, as in postgres://user:password@host:5432/beseda")
    return url


def _redis_url(value: str) -> str:
    parts = _split(value)
    if parts.scheme not in REDIS_SCHEMES:
        raise ValueError("must begin with redis://, rediss:// or unix://")
    if not (parts.path if parts.scheme == "unix" else parts.hostname):
        raise ValueError("must name a server, as in redis://127.0.0.1:6379/0")
    return value


def _secret_key(value: str) -> str:
    if len(value) < 16:
        raise ValueError("must have at least 16 characters; try: openssl rand -hex 32")
    return value


def _origins(value: str) -> frozenset[str]:
    return frozenset(_origin(item.strip()) for item in value.split(",") if item.strip())


def _origin(value: str) -> str:
    parts = _split(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError(f"{value!r} is not an origin such as https://chat.example.org")
    if parts.query or parts.fragment or parts.username:
        raise ValueError(f"{value!r} is not an origin such as https://chat.example.org")
    # As browsers write it: without the port that the scheme means anyway.
    port = {("http", 80): "", ("https", 443): ""}.get((parts.scheme, parts.port), parts.port)
    return f"{parts.scheme}://{parts.hostname}" + (f":{port}" if port else "")


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value.lower() not in choices:
            raise ValueError(f"must be {' or '.join(choices)}, not {value!r}")
        return value.lower()

    return parse


def _limit(environ: Mapping[str, str], name: str) -> int:
    default: int = getattr(Settings, name)
    return _read(environ, name.upper(), _number(1, 1_000_000), default)


def _number(least: int, most: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not least <= int(value[:9]) <= most:
            raise ValueError(f"must be a number from {least} to {most}, not {value!r}")
        return int(value)

    return parse


def _split(url: str) -> Any:
    parts = urlsplit(url)
    _ = parts.port  # Raises ValueError for a port that is no number.
    return parts


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        try:
            # A hard link is made whole or not at all, so that of two starting processes both
            # read the key of the one that was first.
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
