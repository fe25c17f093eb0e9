"""What ties a login by an OpenID provider to the browser that has begun it: signed cookies, for
some minutes, that no script can read.
"""

import hmac
import secrets
import time
from hashlib import sha256
from typing import Literal, TypeVar

import msgspec
from itsdangerous import BadSignature, URLSafeTimedSerializer
from msgspec import Struct
from quart import Response, current_app, request, url_for

from blueprints.security import is_secure, site_address
from models import Refusal
from services.oidc import Asked, Person

# Time to log in over there, and to choose a name here.
SECONDS = 15 * 60

T = TypeVar("T", "Attempt", "Arrival")

Purpose = Literal["login", "link", "confirm"]


class Attempt(Struct, frozen=True):
    """A browser that was sent to the provider: what for, by which login (0: none), where it goes
    on, and when it went.
    """

    state: str
    purpose: Purpose
    session_id: int
    next: str
    begun: float

    @classmethod
    def new(cls, purpose: Purpose, next_: str, session_id: int = 0) -> "Attempt":
        """One that nobody can foresee."""
        return cls(secrets.token_urlsafe(32), purpose, session_id, next_, time.time())

    @property
    def asked(self) -> Asked:
        """What the provider is told of it. Nonce and verifier are made of the state by the secret
        key: not even the cookie has them.
        """
        redirect_uri = site_address(url_for("oidc.callback"))
        return Asked(redirect_uri, self.state, _made("nonce", self), _made("verifier", self))


class Arrival(Struct, frozen=True):
    """Somebody who has come back from the provider, and has yet to say what is to be done."""

    state: str
    purpose: Purpose
    session_id: int
    next: str
    person: Person


def keep(response: Response, value: Attempt | Arrival) -> Response:
    """Give the browser this, in place of what it had."""
    text = msgspec.json.encode(value).decode()
    response.set_cookie(
        _name(type(value)),
        _signer(type(value)).dumps(text),
        max_age=SECONDS,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="Lax",
    )
    return response


def drop(response: Response, kind: type[Attempt | Arrival]) -> Response:
    """Take it from the browser."""
    response.delete_cookie(
        _name(kind), path="/", secure=is_secure(request), httponly=True, samesite="Lax"
    )
    return response


def attempt(state: str) -> Attempt:
    """What this browser was sent with, if it has come back with it. Raises Refusal: oidc_failed."""
    found = _read(Attempt)
    if not hmac.compare_digest(found.state.encode(), state.encode(errors="replace")):
        raise Refusal("oidc_failed")
    return found


def arrival(purpose: Purpose, session_id: int = 0) -> Arrival:
    """Who has come back by this browser, for this. Raises Refusal: oidc_failed."""
    found = _read(Arrival)
    if (found.purpose, found.session_id) != (purpose, session_id):
        raise Refusal("oidc_failed")
    return found


def _read(kind: type[T]) -> T:
    try:
        text: str = _signer(kind).loads(request.cookies.get(_name(kind), ""), max_age=SECONDS)
        return msgspec.json.decode(text, type=kind)
    except (BadSignature, msgspec.DecodeError, TypeError):
        raise Refusal("oidc_failed") from None


def _made(what: str, attempt: Attempt) -> str:
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"oidc {what} {attempt.state}".encode(), sha256).hexdigest()


def _name(kind: type) -> str:
    name = f"beseda_oidc_{kind.__name__.lower()}"
    return f"__Host-{name}" if is_secure(request) else name


def _signer(kind: type) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"oidc {kind.__name__}")
