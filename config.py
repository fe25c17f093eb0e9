"""Settings: read from the environment once, checked at once, never changed afterwards."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from tortoise.config import AppConfig, DBUrlConfig, TortoiseConfig

import setting_parsers as parsers
from hosts import hosts, origins
from private_files import kept_secret, make_file, make_folder, sqlite_path

T = TypeVar("T")

VERSION = "0.1.0"
INSTANCE = Path("instance")

LOCALES = ("ru", "en")
REGISTRATION_MODES = ("open", "invite", "approval", "closed")


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
    allowed_hosts: frozenset[str] = frozenset()
    locale: str = "ru"
    rate_limits: bool = True
    # Who may make an account; administrators can choose another while it runs.
    registration: str = "open"
    proxy_hops: int = 0
    # A connection costs some 40 KB: 10,000 of them are 400 MB, which a small server has.
    max_connections: int = 10_000
    # A person's devices and tabs, and as many again that a dead network has not yet given up.
    max_connections_per_user: int = 100
    # Of one address (of IPv6, one /64); None: half of all. Whoever makes many accounts takes no
    # more, and an office behind one address still has room.
    max_connections_per_address: int | None = None
    # The list of rooms is one page and one query.
    max_rooms_per_user: int = 500
    # Each coming and going is told to every member.
    max_members_per_room: int = 1_000
    # A fast typist makes 30 a second with the document's React example.
    max_frames_per_second: int = 100
    # The largest valid frame, 4,000 characters all escaped, has under 50,000. Hypercorn refuses
    # larger ones by websocket_max_message_size before they are whole; this holds under any server.
    max_message_bytes: int = 65_536
    # Whether earlier texts of edited messages are kept, and how long a message can be edited; None:
    # for ever.
    edit_history: bool = True
    edit_seconds: int | None = None
    metrics_token: str | None = field(default=None, repr=False)
    # Where the files of exports are kept, for a week; several servers may share it.
    export_folder: Path = INSTANCE / "exports"
    # Where the files of messages are kept.
    files_url: str = field(default=str(INSTANCE / "files"), repr=False)
    # The largest of them, and how many bytes one person's and all may have; None: any number.
    max_file_bytes: int = 25 << 20
    max_files_bytes_per_user: int | None = None
    max_files_bytes: int | None = None
    # How long a login lives, and after how long without a request it is over; None: not by that.
    session_days: int = 90
    session_idle_days: int | None = None
    # The provider by which people can log in (OpenID Connect), and what Beseda is to it.
    oidc_issuer: str | None = None
    oidc_client_id: str = ""
    oidc_client_secret: str | None = field(default=None, repr=False)
    oidc_name: str = ""
    oidc_scopes: str = "openid profile"
    oidc_groups_claim: str = "groups"
    oidc_admin_group: str = ""
    # Where "Log out" leads whoever has come by it: nowhere else (local), or on to the provider.
    oidc_logout: str = "local"
    # Whether nobody logs in by anything else.
    oidc_only: bool = False
    # The mail server, who writes to people by it, and where their links lead.
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str = ""
    base_url: str = ""
    # Whether the log has what becomes of each message.
    trace_messages: bool = False
    # Serve by nothing but ASGI: no part of Hypercorn or Quart is replaced by those of server/.
    plain_asgi: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read and check every variable.

        Raises:
            BadSetting: ends the program with one line; the first bad variable is named.
        """
        redis_url = _read(environ, "REDIS_URL", parsers.redis_url, None)
        secret_key = _read(environ, "SECRET_KEY", parsers.secret_key, None)
        if redis_url and not secret_key:
            # Each process would make a key of its own, and refuse the others' cookies.
            raise BadSetting("SECRET_KEY", "is required when REDIS_URL is set")
        return cls(
            database_url=_read(environ, "DATABASE_URL", parsers.database_url, cls.database_url),
            redis_url=redis_url,
            secret_key=secret_key,
            allowed_origins=_read(environ, "ALLOWED_ORIGINS", origins, frozenset()),
            allowed_hosts=_read(environ, "ALLOWED_HOSTS", hosts, frozenset()),
            locale=_read(environ, "LOCALE", parsers.one_of(*LOCALES), cls.locale),
            rate_limits=_switch(environ, "RATE_LIMITS", "on", "off"),
            registration=_read(
                environ, "REGISTRATION", parsers.one_of(*REGISTRATION_MODES), cls.registration
            ),
            proxy_hops=_read(environ, "PROXY_HOPS", parsers.number(0, 9), 0),
            edit_history=_switch(environ, "EDIT_HISTORY", "on", "off"),
            edit_seconds=_read(environ, "EDIT_SECONDS", parsers.number(1, 100_000_000), None),
            session_days=_read(environ, "SESSION_DAYS", parsers.number(1, 3650), cls.session_days),
            session_idle_days=_read(environ, "SESSION_IDLE_DAYS", parsers.number(1, 3650), None),
            plain_asgi=_switch(environ, "PLAIN_ASGI", "on", "off", default="off"),
            max_connections_per_address=_read(
                environ, "MAX_CONNECTIONS_PER_ADDRESS", parsers.number(1, 1_000_000), None
            ),
            **_read_all(environ, parsers.FILES_AND_WATCHING),
            **_limits(environ),
            **_oidc(environ),
            **_mail(environ),
        )

    @property
    def connections_per_address(self) -> int:
        """How many connections one address may have."""
        return self.max_connections_per_address or max(1, self.max_connections // 2)

    def signing_key(self) -> str:
        """The key that signs cookies: SECRET_KEY, or the one made once and kept in instance/."""
        return self.secret_key or kept_secret(_made("SECRET_KEY", INSTANCE) / "secret_key")


def misspelled(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Variables that are probably meant to be settings, each with the name that is. Such as
    ALLOWED_ORIGIN, allowed_hosts or BESEDA_LOCALE; no error, for the environment is not ours alone.
    """
    known = {name.upper() for name in Settings.__dataclass_fields__}
    found = {}
    for name in environ.keys() - known:
        # Nearer than any two of the settings are to each other.
        if meant := get_close_matches(name.upper().removeprefix("BESEDA_"), known, 1, 0.88):
            found[name] = meant[0]
    return found


def tortoise_config(settings: Settings) -> TortoiseConfig:
    """The database as Tortoise wants it told. Makes the file and the folder of one by SQLite."""
    if path := sqlite_path(settings.database_url):
        _made("DATABASE_URL", path.parent)
        make_file(path)
    return TortoiseConfig(
        connections={"default": DBUrlConfig(settings.database_url)},
        apps={"models": AppConfig(models=["models"], migrations="models.migrations")},
        use_tz=True,
        timezone="UTC",
    )


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


def _read_all(
    environ: Mapping[str, str], readers: Mapping[str, Callable[[str], Any]]
) -> dict[str, Any]:
    return {
        name: _read(environ, name.upper(), parse, getattr(Settings, name))
        for name, parse in readers.items()
    }


def _switch(
    environ: Mapping[str, str], name: str, on: str, off: str, default: str | None = None
) -> bool:
    """Whether the setting is `on`, which it is as well when it is not set and has no default."""
    return _read(environ, name, parsers.one_of(on, off), default or on) == on


def _oidc(environ: Mapping[str, str]) -> dict[str, Any]:
    found = _read_all(environ, parsers.OIDC)
    found["oidc_only"] = _switch(environ, "OIDC_ONLY", "on", "off", default="off")
    if (found["oidc_issuer"] or found["oidc_only"]) and not found["oidc_client_id"]:
        raise BadSetting("OIDC_CLIENT_ID", "is required when OIDC_ISSUER or OIDC_ONLY is set")
    if found["oidc_client_id"] and not found["oidc_issuer"]:
        raise BadSetting("OIDC_ISSUER", "is required when OIDC_CLIENT_ID is set")
    return found


def _mail(environ: Mapping[str, str]) -> dict[str, Any]:
    found = {
        "smtp_url": _read(environ, "SMTP_URL", parsers.smtp_url, None),
        "mail_from": _read(environ, "MAIL_FROM", parsers.mail_from, ""),
        "base_url": _read(environ, "BASE_URL", parsers.base_url, ""),
    }
    for name in ("mail_from", "base_url"):
        if found["smtp_url"] and not found[name]:
            raise BadSetting(name.upper(), "is required when SMTP_URL is set")
    return found


def _limits(environ: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: _read(
            environ, name.upper(), parsers.number(least, 1_000_000), getattr(Settings, name)
        )
        for name, least in parsers.LEAST.items()
    }


def _made(name: str, folder: Path) -> Path:
    try:
        make_folder(folder)
    except OSError as error:
        raise BadSetting(name, f"cannot make its folder: {error}") from None
    return folder
