"""One error class, one handler: a code for programs, a text for people, an HTTP status."""

import math
from urllib.parse import urlsplit

import structlog
from quart import (
    Quart,
    Response,
    current_app,
    g,
    has_websocket_context,
    redirect,
    render_template,
    request,
    url_for,
)
from quart_rate_limiter import RateLimitExceeded
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from blueprints.locale import error_locale
from blueprints.login_cookie import is_brought
from blueprints.security import PROGRAMS, bearer_token, safe_next
from models import Refusal
from models.outages import is_outage
from protocol.errors import error_frame
from protocol.server_frames import encode
from realtime.metrics import metrics
from realtime.throttled_log import ThrottledLog

log = structlog.get_logger(__name__)
outages = ThrottledLog(log)

RETRY_SECONDS = 1.0
# How far above an address a page is looked for: whoever asks has chosen its length.
ABOVE_MAX = 4

HTTP_CODES = {
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "too_large",
    429: "rate_limited",
}


def init_app(app: Quart) -> None:
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, failed)


async def refused(refusal: Refusal) -> Response | WerkzeugResponse:
    if has_websocket_context():
        metrics.count(f"handshakes_refused:{refusal.code}")
    is_program = has_websocket_context() or bearer_token(request) is not None
    if is_program or request.path.startswith(PROGRAMS):
        return _json(refusal)
    if refusal.code == "unauthorized":
        # Whoever brings a login that is none any more is told so.
        reason = "ended" if is_brought() else None
        return redirect(url_for("auth.login", next=_back_to(), reason=reason), 303)
    if refusal.code == "confirmation_required":
        return redirect(url_for("confirm.show", next=_back_to()), 303)
    if refusal.code == "factor_required":
        return redirect(url_for("profile.show", _anchor="factors"), 303)
    return await _page(refusal)


async def http_error(error: HTTPException) -> Response | WerkzeugResponse:
    status = error.code or 500
    code = HTTP_CODES.get(status, "internal_error" if status >= 500 else "bad_request")
    retry_after = int(error.retry_after) if isinstance(error, RateLimitExceeded) else None  # type: ignore[arg-type]
    refusal = Refusal(code, retry_after=retry_after, problem=error.name)
    if 300 <= status < 400:
        return error.get_response()
    if code == "bad_request":
        refusal.status = status
    return await refused(refusal)


async def failed(error: Exception) -> Response | WerkzeugResponse:
    if is_outage(error):
        # Each request of a busy site would have the same stack trace, and none says more.
        kind = type(error).__name__
        outages.warning("database_unavailable", kind, error=str(error))
        return await refused(Refusal("unavailable", retry_after=RETRY_SECONDS))
    log.error("request_failed", exc_info=error)
    return await refused(Refusal("internal_error"))


def _json(refusal: Refusal) -> Response:
    body = encode(error_frame(refusal, error_locale()))
    response = Response(body, refusal.status, content_type="application/json")
    return _retry_after(response, refusal)


async def _page(refusal: Refusal) -> Response:
    text = refusal.text(g.locale)
    page = await render_template("error.html", code=refusal.code, text=text, status=refusal.status)
    return _retry_after(Response(page, refusal.status), refusal)


def _retry_after(response: Response, refusal: Refusal) -> Response:
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(math.ceil(refusal.retry_after))
    return response


def _back_to() -> str:
    # A form that was sent too early cannot be sent again: lead back to where it was shown.
    if request.method == "GET":
        return request.full_path.rstrip("?")
    shown = urlsplit(request.referrer or "")
    return safe_next(_page_at(shown.path) if shown.netloc == request.host else None)


def _page_at(path: str) -> str | None:
    """The path itself, or where it was the answer to a form, and no page, that of the page above
    it: a question about an account has an address below the account's.
    """
    routes = current_app.url_map.bind("")
    for _ in range(ABOVE_MAX):
        if routes.test(path, method="GET"):
            return path
        path = path.rpartition("/")[0]
    return None
