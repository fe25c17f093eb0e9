"""What protects every request: the Origin rule, the headers, and redirects that stay at home."""

from urllib.parse import urlsplit

import structlog
from quart import Quart, Request, Response, Websocket, current_app, request, websocket

import logs
from blueprints.proxies import SCHEMES, forwarded_scheme
from hosts import origin_of
from models import Refusal

log = structlog.get_logger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Paths that programs ask and no browser shows: errors there are JSON.
PROGRAMS = ("/api/", "/healthz", "/readyz", "/metrics", "/arrival", "/oidc/backchannel-logout")
# For a year; for this host alone, and in no browser's built-in list: an operator can go back.
HSTS = "max-age=31536000"

CONTENT_SECURITY_POLICY = "; ".join(  # noqa: FLY002 - one directive a line
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
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
# Of pages in whose address is the token of an invitation: no request tells it, to anybody, and no
# search engine keeps it. "no-referrer" would make browsers say Origin: null of its own form.
OF_INVITATIONS = {"Referrer-Policy": "strict-origin", "X-Robots-Tag": "noindex"}
INVITATIONS = "/invite/"


def init_app(app: Quart) -> None:
    app.before_request(refuse_cross_site)
    app.before_websocket(refuse_foreign_socket)
    app.after_request(add_headers)


def bearer_token(asked: Request | Websocket) -> str | None:
    """The access token that a program has sent to the API or with a handshake; None: there is none.
    The cookie is not looked at then. Pages have cookies alone, but files are for programs too.
    """
    if isinstance(asked, Request) and not asked.path.startswith(("/api/", "/files/")):
        return None
    kind, _, token = asked.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


async def refuse_cross_site() -> None:
    """A page elsewhere can make its visitor's browser send requests here, with the visitor's
    cookie. Browsers tell where an unsafe request comes from; other programs send no cookies
    unasked and need not say.
    """
    # No page makes a browser send a token that it does not know.
    if request.method in SAFE_METHODS or bearer_token(request) is not None:
        return
    origin = request.headers.get("Origin")
    if origin is not None:
        _check_origin(request, origin)
    elif request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise Refusal("foreign_origin")


async def refuse_foreign_socket() -> None:
    """WebSockets know no CORS: without this any page could talk as its visitor."""
    origin = websocket.headers.get("Origin")
    if origin is not None and bearer_token(websocket) is None:
        _check_origin(websocket, origin)


async def add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if _has_invitation():
        response.headers.update(OF_INVITATIONS)
    if request.scheme == "https":
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    if request.endpoint != "static":
        # Pages and API answers belong to one person at one moment.
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def site_scheme(asked: Request | Websocket) -> str | None:
    """The scheme in the browser's address bar, "http" or "https"; None where a proxy does not say.

    Without PROXY_HOPS `X-Forwarded-Proto` is believed too: no page can make a browser send it, so
    that whoever forges it fools themselves alone, and a proxy that sets it means it.
    """
    hops = current_app.config["PROXY_HOPS"]
    scheme = SCHEMES[asked.scheme]
    forwarded = forwarded_scheme(asked.scope["headers"], hops)
    if hops:  # Then asked.scheme is the forwarded one, or that between the last proxy and us.
        return scheme if forwarded or scheme == "https" else None
    return "https" if "https" in (scheme, forwarded) else "http"


def is_secure(asked: Request | Websocket) -> bool:
    """Whether the browser came by https, directly or through a proxy that speaks http to us."""
    return (site_scheme(asked) or asked.headers.get("Origin", "").partition("://")[0]) == "https"


def site_address(path: str) -> str:
    """The whole address of a path of this site, as whoever asks would write it."""
    return f"{'https' if is_secure(request) else 'http'}://{request.host}{path}"


def safe_next(target: str | None, default: str = "/rooms/") -> str:
    r"""`target` if it is a path on this site, else `default`. `//host` and `/\host` are not."""
    if not target or not target.startswith("/") or not target.isprintable():
        return default
    if target[1:2] in ("/", "\\") or urlsplit(target).netloc:
        return default
    return target


def _has_invitation() -> bool:
    if request.path.startswith(INVITATIONS):
        return True
    # On the way there, by the login. Most requests have no query to be parsed.
    return bool(request.query_string) and request.args.get("next", "").startswith(INVITATIONS)


def _check_origin(asked: Request | Websocket, origin: str) -> None:
    if origin.lower() in current_app.config["ALLOWED_ORIGINS"]:
        return
    site, host = site_scheme(asked), asked.host
    if site and host and origin == f"{site}://{host}":  # As browsers write it, and quick.
        return
    theirs = origin_of(origin)
    if theirs is not None and theirs == origin_of(f"{site or theirs[0]}://{host}"):
        return
    if theirs is not None and theirs == origin_of(f"{theirs[0]}://{host}"):
        # A page of the same name over plain http is anybody's who sits on the line.
        hint = "does the proxy set X-Forwarded-Proto?"
        logs.warn_once(log, "scheme_refused", origin=origin[:100], site=site, hint=hint)
    raise Refusal("foreign_origin")
