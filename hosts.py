"""Names of sites, as settings, `Host` and `Origin` write them."""

import re
from urllib.parse import SplitResult, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
# Underscores are in no host name of the DNS, but in names of containers.
_HOST = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?", re.IGNORECASE)

LABEL_MAX = 63  # RFC 1035.

Origin = tuple[str, str, int | None]  # scheme, host, port


def origins(value: str) -> frozenset[str]:
    """The setting ALLOWED_ORIGINS.

    Raises:
        ValueError: something in it is no origin.
    """
    return frozenset(_origin(item) for item in _items(value))


def hosts(value: str) -> frozenset[str]:
    """The setting ALLOWED_HOSTS: `chat.example.org`, with a port or without, or `.example.org`
    for it and all names below it.

    Raises:
        ValueError: something in it is no host.
    """
    return frozenset(_host(item) for item in _items(value))


def is_name(host: str) -> bool:
    """Whether `host`, as a request writes it, can be a name at all: no part of it is empty or too
    long. The router raises an exception at others.
    """
    labels = host.partition(":")[0].removesuffix(".").split(".")
    return all(0 < len(label) <= LABEL_MAX for label in labels)


def is_allowed(host: str, allowed: frozenset[str]) -> bool:
    """Whether `host`, as a request writes it, is one of `allowed`."""
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    name, port = found[1].lower().removesuffix("."), found[2]
    return any(_fits(name, port, each) for each in allowed)


def origin_of(text: str) -> Origin | None:
    """The parts of an origin, with the port that its scheme means; None for what is none."""
    try:
        url = urlsplit(text)
        port = url.port or DEFAULT_PORTS.get(url.scheme)
    except ValueError:
        return None
    if url.scheme not in DEFAULT_PORTS or not url.hostname:
        return None
    return url.scheme, url.hostname, port


def _fits(name: str, port: str | None, allowed: str) -> bool:
    found = _HOST.fullmatch(allowed)
    if found is None:
        return False
    # Browsers leave out the port that the scheme means.
    if found[2] and found[2] != port and (port or found[2] not in ("80", "443")):
        return False
    wanted = found[1]
    return name == wanted.removeprefix(".") or (wanted[0] == "." and name.endswith(wanted))


def _items(value: str) -> list[str]:
    items = [item.strip() for item in value.split(",")]
    return [item for item in items if item]


def _origin(value: str) -> str:
    problem = ValueError(f"{value!r} is not an origin such as https://chat.example.org")
    try:
        parts = urlsplit(value)
        port, name = parts.port, _ascii(parts.hostname or "")
    except ValueError:
        raise problem from None
    if parts.scheme not in DEFAULT_PORTS or not _is_host(name) or not _is_bare(parts):
        raise problem
    # As browsers write it: without the port that the scheme means anyway.
    is_default = port in (None, DEFAULT_PORTS[parts.scheme])
    return f"{parts.scheme}://{name}" + ("" if is_default else f":{port}")


def _is_host(name: str) -> bool:
    return _HOST.fullmatch(name) is not None and is_name(name)


def _is_bare(parts: SplitResult) -> bool:
    return parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)


def _host(value: str) -> str:
    name, colon, port = value.rpartition(":") if re.search(r":[0-9]+$", value) else (value, "", "")
    try:
        found = _HOST.fullmatch(f"{_ascii(name)}{colon}{port}".lower())
    except ValueError:
        found = None
    if found is None or not is_name(found[1].removeprefix(".")):
        raise ValueError(
            f"{value!r} is not a host such as chat.example.org, chat.example.org:8443"
            " or .example.org (leave it unset for any)"
        )
    return found[0].removesuffix(".")


def _ascii(name: str) -> str:
    """The name as browsers send it: IPv6 in brackets, letters of other alphabets in punycode."""
    if ":" in name and not name.startswith("["):
        return f"[{name}]"
    dot = "." if name.startswith(".") else ""
    return name if name.isascii() else dot + name.removeprefix(".").encode("idna").decode()
