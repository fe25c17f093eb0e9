"""How forms, query strings and cookies are read: a bounded number of fields each.

The libraries make an object of each field before anybody looks at how many there are: 64 KiB of
`a&` took 19 to 48 ms, anonymous and also where a limit had been hit. The sizes of bodies and heads
are bounded elsewhere.
"""

import re
from typing import Any
from urllib.parse import unquote_to_bytes

from quart import Quart, Request, Websocket, request, websocket
from quart.formparser import FormDataParser
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.sansio.http import parse_cookie
from werkzeug.utils import cached_property

from models import Refusal
from server import BoundedBody
from services.pictures import UPLOAD_MAX

# The largest form has four, the longest query string too.
FIELDS_MAX = 20
# Browsers keep 180 of one site.
COOKIES_MAX = 200
# Where pictures come in, and how long they may take.
PICTURES = re.compile(r"(?:/api)?/(?:profile|rooms/[0-9]+)/picture")
UPLOAD_SECONDS = 60
# Where the OpenID provider tells of logouts: a token has some hundred bytes.
LOGOUTS = "/oidc/backchannel-logout"
LOGOUT_MAX = 16_384
# Files come in here, of any size: what they are written to counts.
FILES = re.compile(r"/api/(?:rooms/[0-9]+/files|files/[0-9]+)|/rooms/[0-9]+/files/new")
FORM_TYPE = "application/x-www-form-urlencoded"


def init_app(app: Quart) -> None:
    app.request_class = _Request
    app.websocket_class = _Websocket
    app.before_request(_check_request)
    app.before_websocket(_check_handshake)


def fields(data: bytes) -> list[tuple[str, str]]:
    """Names and values of the first FIELDS_MAX fields of a form or a query string."""
    parts = (part.partition(b"=") for part in data.split(b"&", FIELDS_MAX)[:FIELDS_MAX] if part)
    return [(_text(name), _text(value)) for name, _, value in parts]


def _text(raw: bytes) -> str:
    # Of bytes: parse_qsl takes 11 ms for 64 KiB of escapes between letters, this takes two.
    return unquote_to_bytes(raw.replace(b"+", b" ")).decode(errors="replace")


def _has_more(data: bytes) -> bool:
    return data.count(b"&") >= FIELDS_MAX


async def _check_request() -> None:
    _check_query(request.query_string)


async def _check_handshake() -> None:
    _check_query(websocket.query_string)


def _check_query(query: bytes) -> None:
    if _has_more(query):
        raise Refusal("bad_request", problem="query")


class _FormParser(FormDataParser):
    """Reads what the pages send, and nothing else: no page has files."""

    async def parse(
        self,
        body: Any,
        mimetype: str,
        content_length: int | None,  # noqa: ARG002
        options: dict[str, str] | None = None,  # noqa: ARG002
    ) -> tuple[MultiDict[str, str], MultiDict[str, Any]]:
        """Raises Refusal: bad_content_type, too_large."""
        data = await body  # First: what is left unread costs the connection.
        if mimetype not in (FORM_TYPE, ""):
            raise Refusal("bad_content_type", expected=FORM_TYPE)
        if mimetype and _has_more(data):
            raise Refusal("too_large")
        return MultiDict(fields(data) if mimetype else ()), MultiDict()


class _Bounded:
    """What requests and handshakes have in common."""

    headers: Any
    query_string: bytes

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The fields of the query string, as many as are looked at."""
        return ImmutableMultiDict(fields(self.query_string))

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """The cookies, as many as a browser sends."""
        sent = ";".join(self.headers.getlist("Cookie")).split(";", COOKIES_MAX)
        return ImmutableMultiDict(parse_cookie(";".join(sent[:COOKIES_MAX])))


class _Request(_Bounded, Request):
    form_data_parser_class = _FormParser

    def __init__(self, method: str, scheme: str, path: str, *others: Any, **options: Any) -> None:
        if PICTURES.fullmatch(path):
            # More than a picture has around it in a form is none; it comes by slow networks.
            options["max_content_length"] = UPLOAD_MAX + 16_384
            options["body_timeout"] = UPLOAD_SECONDS
        elif path == LOGOUTS:
            options["max_content_length"] = LOGOUT_MAX
        super().__init__(method, scheme, path, *others, **options)
        if method in ("POST", "PATCH") and FILES.fullmatch(path):
            self.body = BoundedBody(self.content_length)


class _Websocket(_Bounded, Websocket):
    """A handshake."""
