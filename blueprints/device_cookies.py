"""Device cookies, as OWASP describes them: a browser that somebody has logged in with may try
again, however many others guess at their name.
"""

import hmac
import secrets
from hashlib import sha256
from typing import NamedTuple

from itsdangerous import BadSignature, URLSafeTimedSerializer
from quart import Response, current_app, request

from blueprints.security import is_secure
from models.names import username_key

COOKIE = "beseda_device"
SECONDS = 365 * 24 * 3600
NAME_MAX = 256
NAMES_MAX = 5  # Of people who share a browser; more would be no longer a device of somebody.


class Device(NamedTuple):
    """A browser, and the digests of the names that it has logged in with, the latest last."""

    id: str
    names: list[str]


def name_digest(name: str) -> str:
    """What stands for a name in limits and logs: 16 hexadecimal digits, by the secret key, without
    which no list of names tells whose it is.
    """
    key = str(current_app.secret_key).encode()
    # Stripped first, as when it is looked up: behind a thousand spaces it is the same name. No name
    # is longer, and to normalize a body full of it takes milliseconds.
    data = b"name " + username_key(name.strip()[:NAME_MAX]).encode(errors="replace")
    return hmac.new(key, data, sha256).hexdigest()[:16]


def own_device(name: str) -> str | None:
    """The id of the browser that asks, if it has logged in with this name."""
    device = _device()
    return device.id if device and name_digest(name) in device.names else None


def is_known_device() -> bool:
    """Whether somebody has logged in with the browser that asks."""
    return _device() is not None


def remember_device(response: Response, name: str) -> Response:
    """Let the browser show, when it tries again, that it has logged in with this name."""
    device = _device() or Device(secrets.token_urlsafe(16), [])
    digest = name_digest(name)
    names = [each for each in device.names if each != digest][-NAMES_MAX + 1 :]
    response.set_cookie(
        COOKIE,
        _signer().dumps([device.id, [*names, digest]]),
        max_age=SECONDS,
        secure=is_secure(request),
        httponly=True,
        samesite="Lax",
    )
    return response


def _device() -> Device | None:
    try:
        id_, names = _signer().loads(request.cookies.get(COOKIE, ""), max_age=SECONDS)
    except (BadSignature, ValueError, TypeError):
        return None
    return Device(id_, names)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="device")
