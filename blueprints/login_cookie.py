"""The cookie of a login: `__Host-beseda` on https, `beseda` on plain http.

A browser takes a `__Host-` cookie only from this very host and over https: no other host of the
domain can put one of its own in its place. The name before was `beseda` everywhere. It still logs
in, and is exchanged with the first answer over https. What is signed for one name is not good
under the other, or a neighbour could plant a new login of its own under the old name.
"""

from itsdangerous import BadSignature, URLSafeTimedSerializer
from quart import Quart, Response, current_app, g, has_request_context, request, websocket
from quart.sessions import SessionInterface
from quart.wrappers import BaseRequestWebsocket
from quart_auth import Action, QuartAuth

from blueprints.security import is_secure
from config import Settings

PLAIN = "beseda"
HOST_ONLY = "__Host-beseda"
SALTS = {PLAIN: "quart auth salt", HOST_ONLY: "beseda __Host- cookie"}


class NoSession(SessionInterface):
    """Nothing is kept in Quart's session cookie; looking for one makes a signer each time."""

    async def open_session(self, app: Quart, request: BaseRequestWebsocket) -> None:  # noqa: ARG002
        return None

    async def save_session(self, *args: object) -> None:
        """There is nothing to save."""


class Auth(QuartAuth):
    """Quart-Auth with a cookie whose name and Secure flag are those of the request's scheme."""

    @property
    def cookie_secure(self) -> bool:
        return has_request_context() and is_secure(request)

    @cookie_secure.setter
    def cookie_secure(self, value: object) -> None:
        """Quart-Auth assigns its configuration; the request decides."""

    @property
    def cookie_name(self) -> str:
        return HOST_ONLY if self.cookie_secure else PLAIN

    @cookie_name.setter
    def cookie_name(self, value: object) -> None:
        """As above."""

    def load_cookie(self) -> str | None:
        cookies = request.cookies if has_request_context() else websocket.cookies
        for name in (HOST_ONLY, PLAIN):
            if (value := cookies.get(name)) and (token := self._read(name, value)):
                g.cookie_name = name
                return token
        return None

    def dump_token(self, auth_id: str, app: object = None) -> str:  # noqa: ARG002
        return str(self._signer(self.cookie_name).dumps(auth_id))

    async def after_request(self, response: Response) -> Response:
        response = await super().after_request(response)
        action = self.load_user().action
        if action is not Action.PASS:
            self._drop_other(response, is_logout=action is Action.DELETE)
        return response

    def _drop_other(self, response: Response, *, is_logout: bool) -> None:
        other = PLAIN if self.cookie_name == HOST_ONLY else HOST_ONLY
        if other in request.cookies or (is_logout and other == PLAIN):
            response.delete_cookie(
                other, secure=self.cookie_secure, httponly=True, samesite=self.cookie_samesite
            )

    def _read(self, name: str, value: str) -> str | None:
        try:
            return str(self._signer(name).loads(value, max_age=self.duration))
        except BadSignature:
            return None

    def _signer(self, name: str) -> URLSafeTimedSerializer:
        return self.serializer_class(current_app.secret_key or "", SALTS[name])


def init_app(app: Quart, settings: Settings) -> None:
    app.session_interface = NoSession()  # type: ignore[assignment]
    app.config.update(
        QUART_AUTH_COOKIE_SAMESITE="Lax",
        QUART_AUTH_COOKIE_HTTP_ONLY=True,
        QUART_AUTH_DURATION=settings.session_days * 24 * 3600,
    )
    Auth(app)


def is_brought() -> bool:
    """Whether the request has a login cookie, good or not."""
    return any(name in request.cookies for name in SALTS)


def is_outdated() -> bool:
    """Whether the request came over https with the cookie of the old name."""
    return has_request_context() and g.get("cookie_name") == PLAIN and is_secure(request)
