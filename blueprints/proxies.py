"""PROXY_HOPS: what is believed of the headers that proxies add.

Each proxy appends the address that it was asked from to `X-Forwarded-For`: of the last PROXY_HOPS
values the first is the client's, whatever the client itself has written before them. With fewer
values somebody has come past a proxy, and what is there may be theirs: the address of the peer
stands. `X-Forwarded-Host` and `Forwarded` are never believed: proxies pass them on as they come.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable
from quart import Quart

import logs
from blueprints.client_addresses import parsed
from config import Settings

log = structlog.get_logger(__name__)

# What proxies write for a WebSocket differs; the scheme of a scope has its own names for it.
SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
OF_SOCKETS = {"http": "ws", "https": "wss"}


def init_app(app: Quart, settings: Settings) -> None:
    hops = settings.proxy_hops
    inner = app.asgi_app

    async def without_proxies(
        scope: Any, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        _warn_of_a_proxy(scope)
        await inner(scope, receive, send)

    async def behind_proxies(
        scope: Any, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        seen: Any = {**scope, **_seen_by_proxies(scope, hops)}
        await inner(seen, receive, send)

    app.asgi_app = behind_proxies if hops else without_proxies  # type: ignore[method-assign]


def values(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[str]:
    """All values of a header that is a list, from all its lines."""
    lines = (value.decode("latin-1") for key, value in headers if key.lower() == name)
    return [value.strip() for line in lines for value in line.split(",") if value.strip()]


def forwarded_scheme(headers: Iterable[tuple[bytes, bytes]], hops: int) -> str | None:
    """The scheme by which the browser came, "http" or "https", as the outermost of our proxies
    has it. A proxy that writes the header anew leaves a single value, whatever the number of hops.
    """
    found = values(headers, b"x-forwarded-proto")
    return SCHEMES.get(found[-hops:][0].lower()) if found else None


def _warn_of_a_proxy(scope: Mapping[str, Any]) -> None:
    """Everything works with a proxy that is not counted, and all clients share the limits of one
    address. Whoever writes the header from elsewhere says nothing about this site.
    """
    if not values(scope.get("headers", ()), b"x-forwarded-for"):
        return
    peer = parsed((scope.get("client") or ("",))[0])
    if peer is not None and peer.is_private:
        hint = "PROXY_HOPS is 0, so that all clients of a proxy count as one: is there a proxy?"
        logs.warn_once(log, "proxy_not_counted", hint=hint)


def _seen_by_proxies(scope: Mapping[str, Any], hops: int) -> dict[str, Any]:
    if scope["type"] not in ("http", "websocket"):
        return {}
    seen: dict[str, Any] = {}
    if address := _address(scope, hops):
        seen["client"] = (address, 0)
    if scheme := forwarded_scheme(scope["headers"], hops):
        seen["scheme"] = OF_SOCKETS[scheme] if scope["type"] == "websocket" else scheme
    return seen


def _address(scope: Mapping[str, Any], hops: int) -> str | None:
    found = values(scope["headers"], b"x-forwarded-for")
    if len(found) >= hops:
        return _ip(found[-hops])
    if found:
        logs.warn_once(log, "past_a_proxy", hops=hops, hint="is PROXY_HOPS the number of proxies?")
    return None


def _ip(text: str) -> str | None:
    """The address in `203.0.113.7`, `203.0.113.7:5000`, `2001:db8::7` or `[2001:db8::7]:5000`."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    address = parsed(text)
    return str(address) if address else None
