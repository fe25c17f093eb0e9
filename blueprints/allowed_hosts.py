"""What a request asks for: a name of this site (ALLOWED_HOSTS), and a path.

A browser can be made to send any name: by a link through a careless proxy, or by a name of a
stranger's that leads to our address (DNS rebinding), whose page then has the same origin as we.
"""

from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable
from quart import Quart, Request, Websocket, request, websocket

import logs
from blueprints.proxies import values
from config import Settings
from hosts import is_allowed, is_name
from models import Refusal

# Load balancers and Prometheus ask by address. These say the same whatever the name.
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})

_REFUSAL = "beseda.refusal"

log = structlog.get_logger(__name__)


def init_app(app: Quart, settings: Settings) -> None:
    async def check_request() -> None:
        _check(request, settings)

    async def check_handshake() -> None:
        _check(websocket, settings)

    app.before_request(check_request)
    app.before_websocket(check_handshake)
    _read_first(app)


def _read_first(app: Quart) -> None:
    """Look at host and path outside of Quart, which raises an exception at some of them before it
    calls anything of ours, and hand on what it can read.
    """
    inner = app.asgi_app

    async def read_first(scope: Any, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] in ("http", "websocket"):
            scope = _readable(scope)
        await inner(scope, receive, send)

    app.asgi_app = read_first  # type: ignore[method-assign]


def _readable(scope: Any) -> Any:
    """The scope without what is wrong with it, and with the refusal that it is to be answered."""
    names = [value for name, value in scope["headers"] if name == b"host"]
    if not all(is_name(name.decode("latin-1")) for name in names if name):
        headers = [(name, b"" if name == b"host" else value) for name, value in scope["headers"]]
        scope = {**scope, "headers": headers, _REFUSAL: Refusal("bad_host")}
    if not scope["path"].startswith("/"):  # The whole address, as a proxy is asked, or no path.
        path = _path(scope["path"])
        refusal = {} if path else {_REFUSAL: Refusal("bad_request", problem="no path")}
        scope = {**scope, "path": path or "/", **refusal}
    return scope


def _path(target: str) -> str:
    try:
        url = urlsplit(target)
    except ValueError:
        return ""
    return url.path or ("/" if url.netloc else "")


def _check(asked: Request | Websocket, settings: Settings) -> None:
    if asked.path in PROBES:
        return
    refusal = cast("dict[str, Any]", asked.scope).get(_REFUSAL)
    if isinstance(refusal, Refusal):
        raise refusal
    if settings.allowed_hosts:
        _check_names(asked, settings)


def _check_names(asked: Request | Websocket, settings: Settings) -> None:
    names = [asked.headers.get("Host", "")]
    if settings.proxy_hops:
        # Never used, but a forged one is not led on to whatever might use it.
        names += values(asked.scope["headers"], b"x-forwarded-host")
    for name in names:
        if not is_allowed(name, settings.allowed_hosts):
            logs.warn_once(log, "host_refused", host=name[:100], hint="is it in ALLOWED_HOSTS?")
            raise Refusal("bad_host")
