"""What a view needs: the services and settings of the app, who is asking, and the one door to a
room.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from quart import Quart, current_app, g, has_request_context, request, websocket
from quart_auth import AuthUser, current_user, login_user, logout_user

from blueprints import login_cookie as cookie
from blueprints.security import SAFE_METHODS, bearer_token
from config import Settings
from limits import MESSAGE_ID_MAX
from models import AccessToken, Membership, Refusal, Session, User
from services import Services
from services.actor import Actor, Credential, Scope
from services.guards import membership_of
from services.policy import require_admin

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
    asked = request if has_request_context() else websocket
    if (bearer := bearer_token(asked)) is not None:
        return await _authenticate_program(bearer)
    token = current_user.auth_id
    session = await Session.of(token) if token else None
    if token is None or session is None:
        return None
    await services().sessions.record_use(session)
    if cookie.is_outdated():
        login(token)
    await _look_for_factor(session.user)
    return Actor.of_session(session)


async def _authenticate_program(bearer: str) -> Actor | None:
    token = await AccessToken.of(bearer)
    if token is None:
        return None
    await services().tokens.record_use(token)
    await _look_for_factor(token.user)
    return Actor.of_token(token)


async def _look_for_factor(user: User) -> None:
    if user.is_admin and not user.has_factor:
        user.needs_factor = (await services().site.state()).admins_need_factor


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


async def credential() -> Credential:
    """By what whoever asks has shown who they are. Raises Refusal: unauthorized."""
    return (await require_actor()).credential


async def require_session() -> Session:
    """The login of whoever asks, its user loaded.

    Raises:
        Refusal: unauthorized; forbidden to programs with a token.
    """
    credential = (await require_actor()).credential
    if not isinstance(credential, Session):
        raise Refusal("forbidden")
    return credential


async def require_administrator() -> Actor:
    """Whoever asks, if they are an administrator.

    Raises:
        Refusal: unauthorized, not_admin, forbidden.
    """
    actor = await require_actor()
    require_admin(actor)
    return actor


async def member_of(room_id: int) -> Membership:
    """The asker's membership of this room, with `.room` and `.user`.

    Raises:
        Refusal: unauthorized; not_a_member, for unknown rooms as well; room_banned,
            room_banned_until.
    """
    actor = await require_actor()
    return await membership_of(actor.user_id, room_id)


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


def admin_required(view: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """As login_required, and only for administrators of the server."""

    @wraps(view)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        await require_administrator()
        return await view(*args, **kwargs)

    return login_required(guarded)


def login(token: str) -> None:
    """Give the browser the cookie of this session, which outlives the browser's own."""
    login_user(AuthUser(token), remember=True)


def logout() -> None:
    """Take the cookie from the browser."""
    logout_user()
