"""What a view needs to know: the app's actions, who is asking, and the one door to a room."""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from quart import current_app, g, has_request_context, request
from quart_auth import Action, AuthUser, QuartAuth, current_user, login_user, logout_user

from blueprints.security import is_secure
from models import Membership, Refusal, Session
from realtime import frames
from realtime.actions import Actions

P = ParamSpec("P")
R = TypeVar("R")

EXTENSION = "beseda"


class Auth(QuartAuth):
    """Quart-Auth with a cookie that is Secure wherever the browser came by https, and works on
    plain http (the first try on one's own machine) all the same.
    """

    @property
    def cookie_secure(self) -> bool:
        return has_request_context() and is_secure(request)

    @cookie_secure.setter
    def cookie_secure(self, value: object) -> None:
        """Quart-Auth assigns its configuration; the request decides."""


def actions() -> Actions:
    """The actions of the running app."""
    return cast("Actions", current_app.extensions[EXTENSION])


async def current_session() -> Session | None:
    """The login of whoever asks, its user loaded; None without a valid one. Read once a request."""
    if not hasattr(g, "session_row"):
        token = current_user.auth_id
        session = g.session_row = await Session.of(token) if token else None
        if session:
            await actions().note_use(session)
    return cast("Session | None", g.session_row)


def forget_session() -> None:
    """A socket lives for hours, and needs the row for its admission only."""
    g.pop("session_row", None)


async def require_session() -> Session:
    """Raises Refusal unauthorized without a login."""
    session = await current_session()
    if session is None:
        raise Refusal("unauthorized")
    return session


async def member_of(room_id: int) -> Membership:
    """The asker's membership of this room, with `.room` and `.user`.

    Raises:
        Refusal: unauthorized; not_a_member, for unknown rooms as well.
    """
    session = await require_session()
    return await Membership.of(session.user_id, room_id)


def number(args: Mapping[str, str], name: str) -> int | None:
    """The number called `name` in a query string, if it is there.

    Raises:
        Refusal: bad_request, for anything that can be no message_id.
    """
    value = args.get(name)
    if value is None:
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 16 or int(value) > frames.LAST:
        raise Refusal("bad_request", problem=name)
    return int(value)


def login_required(view: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Only for people who are logged in: others get the login page, or 401 from the API."""

    @wraps(view)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        await require_session()
        return await view(*args, **kwargs)

    guarded.requires_login = True  # type: ignore[attr-defined]
    return guarded


def login(token: str) -> None:
    """Give the browser the cookie of this session."""
    login_user(AuthUser(token, Action.WRITE_PERMANENT))


def logout() -> None:
    """Take the cookie from the browser."""
    logout_user()


def auth_config() -> dict[str, Any]:
    return {
        "QUART_AUTH_COOKIE_NAME": "beseda",
        "QUART_AUTH_COOKIE_SAMESITE": "Lax",
        "QUART_AUTH_COOKIE_HTTP_ONLY": True,
        "QUART_AUTH_DURATION": int(Session.LIFETIME.total_seconds()),
    }
