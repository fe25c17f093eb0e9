"""The settings: what each is, where it is from, and whether it is meant so."""

import os
import resource
from collections.abc import Iterator
from dataclasses import fields

from commands.doctor.finding import Finding, ok, warning
from config import INSTANCE, Settings, misspelled
from hosts import is_allowed

# Files that a process has open beside its connections.
OWN_FILES = 200


def check_settings(settings: Settings) -> Iterator[Finding]:
    """One finding for each that is set; of the others, that they are not."""
    given = [each for each in fields(Settings) if os.environ.get(each.name.upper(), "").strip()]
    for each in given:
        yield ok("setting", f"{each.name.upper()}={_shown(settings, each.name)} (environment)")
    yield ok("setting", f"{len(fields(Settings)) - len(given)} others have their defaults")
    for name, meant in misspelled().items():
        yield warning("setting", f"{name} is no setting", f"Is {meant} meant?")
    yield from _doubts(settings)


def _shown(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if name in ("secret_key", "metrics_token", "oidc_client_secret"):
        return f"({len(value)} characters)"
    if isinstance(value, frozenset):
        return ",".join(sorted(value))
    if isinstance(value, bool):
        return "on" if value else "off"
    return without_secrets(str(value))


def without_secrets(value: str) -> str:
    """A URL without its password and the values of its query, whatever stands in them; any other
    text as it is.
    """
    scheme, mark, rest = value.partition("://")
    if not mark:
        return value
    login, at, place = rest.rpartition("@")
    user, colon, _ = login.partition(":")
    place, question, query = place.partition("?")
    names = "&".join(f"{each.partition('=')[0]}=…" for each in query.split("&")) if query else ""
    return f"{scheme}{mark}{user}{colon}{'…' if colon else ''}{at}{place}{question}{names}"


def _doubts(settings: Settings) -> Iterator[Finding]:
    if not settings.allowed_hosts:
        yield warning(
            "ALLOWED_HOSTS",
            "the site answers under any name",
            "Set it to the names of this site, so that no link leads to another.",
        )
    elif settings.base_url and not is_allowed(
        settings.base_url.partition("://")[2], settings.allowed_hosts
    ):
        yield warning(
            "ALLOWED_HOSTS",
            f"the host of BASE_URL is none of {_shown(settings, 'allowed_hosts')}",
            "Whoever follows a link in a mail gets 400: add it.",
        )
    if not settings.rate_limits:
        yield warning("RATE_LIMITS", "off", "For benchmarks alone: passwords can be guessed.")
    if settings.secret_key is None and not (INSTANCE / "secret_key").exists():
        yield warning(
            "SECRET_KEY",
            f"not set, and there is no {INSTANCE / 'secret_key'}",
            "A start makes one. If Beseda runs already, run this in its folder.",
        )
    yield from _open_files(settings)


def _open_files(settings: Settings) -> Iterator[Finding]:
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = settings.max_connections + OWN_FILES
    if allowed != resource.RLIM_INFINITY and allowed < needed:
        yield warning(
            "open files",
            f"{allowed} are allowed here; MAX_CONNECTIONS needs {needed}",
            "LimitNOFILE=65536 in the systemd unit, or ulimit -n; the service's own limit may be"
            " another than this shell's.",
        )
    else:
        yield ok("open files", f"{allowed} are allowed, {needed} may be needed")
