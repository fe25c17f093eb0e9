"""What a view needs: the services and settings of the app, who is asking, and the one door to a
room.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from quart import Quart, current_app, g, request
from quart_auth import Action, AuthUser, current_user, login_user, logout_user

from blueprints import login_cookie as cookie
from blueprints.security import SAFE_METHODS
from config import Settings
from limits import MESSAGE_ID_MAX
from models import Membership, Refusal, Session
from services import Services
from services.actor import Actor, Scope

P = ParamSpec("P")
R = TypeVar("R")

EXTENSION = "beseda"
SETTINGS = "SETTINGS"


def init_app(app: Quart, settings: Settings, services: Services) -> None:
    """Put there what services() and settings() return."""
    app.config[SETTINGS] = settings
    app.extensions[EXTENSION] = services


def services() -> Services:
    """The services of the running app."""
    return cast("Services", current_app.extensions[EXTENSION])


def settings() -> Settings:
    """The settings of the running app."""
    return cast("Settings", current_app.config[SETTINGS])


async def current_actor() -> Actor | None:
    """Whoever asks; None without a valid credential. Looked up once a request."""
    if "actor" not in g:
        g.actor = await _authenticate()
    return cast("Actor | None", g.actor)


async def _authenticate() -> Actor | None:
    """The one place where the credentials of a request or handshake are looked at."""
    token = current_user.auth_id
    session = await Session.of(token) if token else None
    if token is None or session is None:
        return None
    await services().sessions.record_use(session)
    if cookie.is_outdated():
        login(token)
    return Actor.of_session(session)


def forget_actor() -> None:
    """A socket lives for hours, and needs the rows for its admission only."""
    g.pop("actor", None)


async def require_actor(*scopes: Scope) -> Actor:
    """Whoever asks, with a credential that is good for all of these.

    Raises:
        Refusal: unauthorized without a valid credential; forbidden.
    """
    actor = await current_actor()
    if actor is None:
        raise Refusal("unauthorized")
    actor.require(*scopes)
    return actor


async def require_session() -> Session:
    """The login of whoever asks, its user loaded. Raises Refusal: unauthorized."""
    return (await require_actor()).credential


async def member_of(room_id: int) -> Membership:
    """The asker's membership of this room, with `.room` and `.user`.

    Raises:
        Refusal: unauthorized; not_a_member, for unknown rooms as well.
    """
    actor = await require_actor()
    return await Membership.of(actor.user_id, room_id)


def int_arg(args: Mapping[str, str], name: str) -> int | None:
    """The number called `name` in a query string, if it is there.

    Raises:
        Refusal: bad_request, for anything that can be no message_id.
    """
    value = args.get(name)
    if value is None:
        return None
    is_number = value.isascii() and value.isdigit() and len(value) <= 16
    if not is_number or int(value) > MESSAGE_ID_MAX:
        raise Refusal("bad_request", problem=name)
    return int(value)


def limit_arg(default: int) -> int:
    """The `limit` in the query string of the request. Raises Refusal: bad_request."""
    limit = int_arg(request.args, "limit")
    return default if limit is None else limit


def login_required(view: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Only for people who are logged in: others get the login page, or 401 from the API. Whoever
    may only read gets 403 for any method that changes something.
    """

    @wraps(view)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        await require_actor(Scope.READ if request.method in SAFE_METHODS else Scope.WRITE)
        return await view(*args, **kwargs)

    guarded.requires_login = True  # type: ignore[attr-defined]
    return guarded


def login(token: str) -> None:
    """Give the browser the cookie of this session."""
    login_user(AuthUser(token, Action.WRITE_PERMANENT))


def logout() -> None:
    """Take the cookie from the browser."""
    logout_user()
