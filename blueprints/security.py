"""What protects every request: the Origin rule, the headers, and redirects that stay at home."""

from urllib.parse import urlsplit

from quart import Quart, Request, Response, Websocket, current_app, request, websocket

from models import Refusal

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}

CONTENT_SECURITY_POLICY = "; ".join(  # noqa: FLY002 - one directive a line
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # For browsers that do not know frame-ancestors.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def init_app(app: Quart) -> None:
    app.before_request(refuse_cross_site)
    app.before_websocket(refuse_foreign_socket)
    app.after_request(add_headers)


async def refuse_cross_site() -> None:
    """A page elsewhere can make its visitor's browser send requests here, with the visitor's
    cookie. Browsers tell where an unsafe request comes from; other programs send no cookies
    unasked and need not say.
    """
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    if origin is not None:
        _check_origin(request, origin)
    elif request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise Refusal("foreign_origin")


async def refuse_foreign_socket() -> None:
    """WebSockets know no CORS: without this any page could talk as its visitor."""
    origin = websocket.headers.get("Origin")
    if origin is not None:
        _check_origin(websocket, origin)


async def add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        # Pages and API answers belong to one person at one moment.
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def is_secure(asked: Request | Websocket) -> bool:
    """Whether the browser came by https, directly or through a proxy that speaks http to us.

    The headers can be forged, but only into getting a cookie that is Secure.
    """
    origin = asked.headers.get("Origin", "")
    forwarded = asked.headers.get("X-Forwarded-Proto", "")
    return asked.scheme in ("https", "wss") or "https" in (
        origin.partition("://")[0],
        forwarded.partition(",")[0].strip(),
    )


def safe_next(target: str | None, default: str = "/rooms/") -> str:
    r"""`target` if it is a path on this site, else `default`. `//host` and `/\host` are not."""
    if not target or not target.startswith("/") or not target.isprintable():
        return default
    if target[1:2] in ("/", "\\") or urlsplit(target).netloc:
        return default
    return target


def _check_origin(asked: Request | Websocket, origin: str) -> None:
    if origin.lower() in current_app.config["ALLOWED_ORIGINS"]:
        return
    # Only host and port are compared: behind a proxy that ends TLS we do not know the scheme.
    parts = _parts(origin)
    if parts is None or parts != _parts(f"{origin.partition('://')[0]}://{asked.host}"):
        raise Refusal("foreign_origin")


def _parts(origin: str) -> tuple[str, int | None] | None:
    try:
        url = urlsplit(origin)
        port = url.port or DEFAULT_PORTS.get(url.scheme)
    except ValueError:
        return None
    return (url.hostname, port) if url.hostname else None
