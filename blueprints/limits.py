"""How often one address may log in or register, and one login change what is its user's:
quart-rate-limiter, in memory or Redis.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta

import msgspec
import structlog
from quart import Quart, current_app, request
from quart_rate_limiter import RateLimit, RateLimiter, rate_limit
from quart_rate_limiter.redis_store import RedisStore
from quart_rate_limiter.store import MemoryStore

from blueprints.context import current_session
from blueprints.security import SAFE_METHODS
from config import Settings
from models.user import username_key
from realtime.broadcast.redis import NO_RETRY

log = structlog.get_logger(__name__)

KEYS_MAX = 10_000
MINUTE = timedelta(minutes=1)


class _Named(msgspec.Struct):
    username: str = ""


class OneByOne(RateLimiter):
    """Looks and counts without another request of this process in between. Asking Redis takes a
    moment, in which a hundred simultaneous tries would all still see the old count.
    """

    def __init__(self, app: Quart, store: "BoundedStore | SharedStore", *, enabled: bool) -> None:
        self._turn = asyncio.Lock()
        self._turn_everywhere = store.turn
        super().__init__(app, key_function=_address, store=store, enabled=enabled)

    async def _before_request(self) -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        if view is None or not self._get_limits_for_view_function(view, None):
            return
        await _name()  # Read first: nobody waits for his turn until a slow sender has finished.
        async with self._turn, self._turn_everywhere():
            await super()._before_request()


class BoundedStore(MemoryStore):
    """Forgets what no longer limits anybody, so that made-up names cannot fill the memory."""

    def turn(self) -> AbstractAsyncContextManager[object]:
        """Nobody else counts here."""
        return nullcontext()

    async def set(self, key: str, tat: datetime) -> None:
        if len(self._tats) >= KEYS_MAX:
            now = datetime.now(UTC)
            self._tats = {kept: end for kept, end in self._tats.items() if end > now}
        await super().set(key, tat)


class SharedStore(RedisStore):
    """Shared by all processes; while Redis is away each counts for itself."""

    def __init__(self, address: str) -> None:
        super().__init__(address, socket_connect_timeout=1, socket_timeout=1, retry=NO_RETRY)
        self._own = BoundedStore()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One process at a time, as far as Redis can be reached."""
        assert self._redis is not None  # noqa: S101 - between before_serving and after_serving
        lock = self._redis.lock("beseda:limits", timeout=2, sleep=0.01, blocking_timeout=1)
        try:
            await lock.acquire()
        except Exception as error:
            log.warning("limits_unreachable", error=str(error))
        try:
            yield
        finally:
            with suppress(Exception):  # Not taken, run out, or Redis is away.
                await lock.release()

    async def get(self, key: str, default: datetime) -> datetime:
        try:
            return await super().get(f"beseda:limit:{key}", default)
        except Exception as error:
            log.warning("limits_unreachable", error=str(error))
            return await self._own.get(key, default)

    async def set(self, key: str, tat: datetime) -> None:
        await self._own.set(key, tat)
        try:
            # With an end, unlike the store's own: what limits nobody any more goes by itself.
            assert self._redis is not None  # noqa: S101 - between before_serving and after_serving
            await self._redis.set(
                f"beseda:limit:{key}", tat.timestamp(), pxat=int(tat.timestamp() * 1000)
            )
        except Exception as error:
            log.warning("limits_unreachable", error=str(error))

    async def after_serving(self) -> None:
        if self._redis:
            await self._redis.aclose()


def init_app(app: Quart, settings: Settings) -> None:
    store = SharedStore(settings.redis_url) if settings.redis_url else BoundedStore()
    OneByOne(app, store, enabled=settings.rate_limits)


async def _address() -> str:
    # Not the library's default, which believes X-Forwarded-For: anybody can write that header.
    return request.remote_addr or ""


async def _address_and_name() -> str:
    return f"{request.remote_addr} {username_key(await _name())[:64]}"


async def _name() -> str:
    """The name in the form or the JSON; what is neither is refused soon enough, by the view."""
    if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return str((await request.form).get("username", ""))
    try:
        return msgspec.json.decode(await request.get_data(), type=_Named).username
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return ""


async def _login() -> str:
    session = await current_session()
    return f"login {session.id}" if session else await _address()


async def _only_shown() -> bool:
    return request.method in SAFE_METHODS


# Twenty tries for one name, then one every three seconds: guessing is hopeless, and a forgetful
# person hardly notices. An office behind one address gets 120 a minute for all its names.
login_limits = rate_limit(
    limits=[
        RateLimit(20, MINUTE, key_function=_address_and_name, skip_function=_only_shown),
        RateLimit(120, MINUTE, skip_function=_only_shown),
    ]
)
# For one login: a browser that was left alone, and a name that thousands are told of.
password_limits = rate_limit(20, MINUTE, key_function=_login, skip_function=_only_shown)
profile_limits = rate_limit(60, MINUTE, key_function=_login, skip_function=_only_shown)
registration_limits = rate_limit(limits=[RateLimit(60, MINUTE, skip_function=_only_shown)])
