"""How values of settings are read. Each function raises ValueError: what the value must be."""

import re
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

DATABASE_SCHEMES = {"sqlite", "postgres", "asyncpg"}
REDIS_SCHEMES = {"redis", "rediss", "unix"}
SMTP_SCHEMES = {"smtp", "smtps", "smtp+insecure"}
HERE = ("localhost", "127.0.0.1", "::1")
LINE_MAX = 500
BYTES_MAX = 10**15
MAIL_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+", re.ASCII)
# Settings that are numbers, and their least values; the environment has them in capitals.
LEAST = {
    "max_connections": 1,
    "max_connections_per_user": 1,
    "max_rooms_per_user": 1,
    "max_members_per_room": 1,
    "max_frames_per_second": 1,
    "max_message_bytes": 1_024,  # The form of the login needs a few hundred.
}
DIGITS_MAX = 18  # Of a number; one of thousands would take its time.


def database_url(value: str) -> str:
    url = value.replace("postgresql://", "postgres://", 1)
    scheme, _, rest = url.partition("://")
    if (scheme := scheme.lower()) not in DATABASE_SCHEMES:
        raise ValueError("must begin with sqlite://, postgres:// or asyncpg://")
    if scheme == "sqlite" and rest.partition("?")[0] in ("", ":memory:"):
        raise ValueError("must name a file; a database in memory would lose every message")
    if scheme != "sqlite" and not _split(url).path.strip("/"):
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


def files_url(value: str) -> str:
    """A folder, or `s3://key:secret@bucket/prefix?endpoint=https://…&region=…`."""
    if "://" not in value:
        return value
    parts = _split(value)
    if parts.scheme != "s3" or not (parts.hostname and parts.username and parts.password):
        raise ValueError("must be a folder, or as s3://key:secret@bucket/folder?endpoint=https://…")
    fields = parse_qs(parts.query, keep_blank_values=True)
    if unknown := fields.keys() - {"endpoint", "region"}:
        raise ValueError(f"knows endpoint and region, not {min(unknown)}")
    for endpoint in fields.get("endpoint", []):
        if not re.fullmatch(r"https?://[^/?#]+/?", endpoint):
            raise ValueError("endpoint must begin with https:// or http://")
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


def switch(value: str) -> bool:
    return one_of("on", "off")(value) == "on"


def number(least: int, most: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        is_number = value.isascii() and value.isdigit() and len(value) <= DIGITS_MAX
        if not is_number or not least <= int(value) <= most:
            raise ValueError(f"must be a number from {least} to {most}, not {value!r}")
        return int(value)

    return parse


def issuer(value: str) -> str:
    parts = _split(value)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
        raise ValueError("must begin with https://; http:// is for a provider on this machine")
    if not parts.hostname or parts.username or parts.query or parts.fragment or not value.isascii():
        raise ValueError("must be the provider's own, as in https://login.example.org/realms/main")
    return value


def smtp_url(value: str) -> str:
    parts = _split(value)
    if parts.scheme not in SMTP_SCHEMES:
        raise ValueError("must begin with smtp:// (STARTTLS), smtps:// or smtp+insecure://")
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("must name a server, as in smtp://user:password@mail.example.org:587")
    if parts.scheme == "smtp+insecure" and parts.hostname not in HERE:
        raise ValueError(
            "smtp+insecure:// is for a server on this machine: use smtp:// or smtps://"
        )
    if (parts.username is None) != (parts.password is None):
        raise ValueError("must have both a user and a password, or neither")
    return value


def mail_from(value: str) -> str:
    name, address = parseaddr(line(value))
    if not MAIL_ADDRESS.fullmatch(address) or not (name or value in (address, f"<{address}>")):
        raise ValueError("must be an address, as in Beseda <beseda@example.org>")
    return value


def base_url(value: str) -> str:
    parts = _split(value)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
        raise ValueError("must begin with https://; http:// is for this machine")
    if not parts.hostname or parts.username or parts.query or parts.fragment or not value.isascii():
        raise ValueError("must be the address of the site, as in https://chat.example.org")
    if parts.path.strip("/"):
        raise ValueError("must end with the name of the site: nothing comes after it")
    return value.rstrip("/")


def line(value: str) -> str:
    if not value.isprintable() or len(value) > LINE_MAX:
        raise ValueError(f"must be one line of at most {LINE_MAX} characters")
    return value


def scopes(value: str) -> str:
    if "openid" not in line(value).split():
        raise ValueError("must have openid among them, as in: openid profile groups")
    return " ".join(value.split())


def _split(url: str) -> Any:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        # What Python says has in it what it took for the port: a part of the password, mostly.
        problem = "must be a URL whose port is a number"
        raise ValueError(
            f"{problem}; in a password write %2F for /, %23 for #, %3F for ?"
        ) from None
    return parts


# Settings by what reads them; the environment has their names in capitals.
OIDC: dict[str, Callable[[str], Any]] = {
    "oidc_issuer": issuer,
    "oidc_client_id": line,
    "oidc_client_secret": line,
    "oidc_name": line,
    "oidc_scopes": scopes,
    "oidc_groups_claim": line,
    "oidc_admin_group": line,
    "oidc_logout": one_of("local", "provider"),
}
FILES_AND_WATCHING: dict[str, Callable[[str], Any]] = {
    "files_url": files_url,
    "max_file_bytes": number(1, BYTES_MAX),
    "max_files_bytes_per_user": number(0, BYTES_MAX),
    "max_files_bytes": number(0, BYTES_MAX),
    "export_folder": Path,
    "metrics_token": token,
    "trace_messages": switch,
}
