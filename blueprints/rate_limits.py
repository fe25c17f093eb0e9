"""How often one address may log in or register, and one person change what is theirs:
quart-rate-limiter, in memory or Redis.
"""

import math
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar, cast

from quart import Quart, current_app, g, request
from quart_rate_limiter import RateLimit, RateLimiter, RateLimitExceeded, rate_limit

from blueprints.api.bodies import Credentials
from blueprints.client_addresses import network
from blueprints.context import current_actor
from blueprints.device_cookies import name_digest, own_device
from blueprints.pages.forms import AccountForm
from blueprints.rate_limit_stores import BoundedStore, Quota, Store
from blueprints.security import SAFE_METHODS
from config import Settings
from models import Refusal
from models.email_address import counted_as
from models.fair_queue import requester

V = TypeVar("V", bound=Callable[..., Any])

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
# An address's passwords that are being hashed or wait for it; all wait in one queue, of 100.
HASHING_MAX = 20
LOGIN = "login"

_EXTENSION = "beseda.limits"
_PARSER = "_beseda_parser"


@dataclass
class SharedLimit(RateLimit):
    """One that several routes count together, by the name of what is limited."""

    scope: str = ""


class Limits(RateLimiter):
    """Reads what a request brings once, before it counts by it: the view uses the same. Looks and
    counts in one step.
    """

    store: Store

    def __init__(self, app: Quart, store: Store, *, enabled: bool) -> None:
        super().__init__(app, key_function=_address, store=store, enabled=enabled)
        app.extensions[_EXTENSION] = self
        self.is_enabled = enabled
        self.hashing: Counter[str] = Counter()

    async def _before_request(self) -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        parse = getattr(view, _PARSER, None)
        # A preflight of another origin is answered for the same view, and brings nothing.
        if parse and request.method not in SAFE_METHODS:
            try:
                g.parsed = await parse()
            except Exception:
                await super()._before_request()  # What cannot be read counts all the same.
                raise
        await super()._before_request()

    async def _raise_on_rejection(self, endpoint: str, rate_limits: list[RateLimit]) -> None:
        quotas = [
            Quota(await self._create_key(endpoint, limit), limit.count, limit.inverse)
            for limit in rate_limits
        ]
        await self.take(*quotas)
        g.counted = quotas

    async def _update_limits(self, endpoint: str, rate_limits: list[RateLimit]) -> None:
        """Counted already."""

    async def _create_key(self, endpoint: str, limit: RateLimit) -> str:
        scope = limit.scope if isinstance(limit, SharedLimit) else endpoint
        return f"{scope}-{limit.key}-{await (limit.key_function or self.key_function)()}"

    async def take(self, *quotas: Quota) -> None:
        """Raises RateLimitExceeded."""
        if self.is_enabled and quotas and (wait := await self.store.take(quotas)):
            raise RateLimitExceeded(math.ceil(wait))

    async def give_back(self, *quotas: Quota) -> None:
        """Undo a `take`."""
        for quota in quotas if self.is_enabled else ():
            await self.store.give_back(quota)


def init_app(app: Quart, settings: Settings) -> None:
    Limits(app, _store(settings.redis_url), enabled=settings.rate_limits)


def _store(redis_url: str | None) -> Store:
    if not redis_url:
        return BoundedStore()
    from blueprints.shared_limits import SharedStore  # noqa: PLC0415 - see _carriers in app.py

    return SharedStore(redis_url)


def current_limits() -> Limits:
    """Those of the running app."""
    return cast("Limits", current_app.extensions[_EXTENSION])


def parsed_by(parse: Callable[[], Awaitable[Any]]) -> Callable[[V], V]:
    """What this view is sent, read before its limits are looked at; `parsed()` in the view."""

    def mark(view: V) -> V:
        setattr(view, _PARSER, parse)
        return view

    return mark


def login_quotas() -> list[Quota]:
    """What this request has been counted by as a login, before its view; not as a registration."""
    return [quota for quota in g.get("counted", ()) if quota.key.startswith(LOGIN)]


def parsed() -> Any:
    """What the request brings, as the view's parser has read it."""
    return g.parsed


@contextmanager
def hashing_slot() -> Iterator[None]:
    """One of the address's places in the queue for the processor.

    Raises:
        Refusal: overloaded.
    """
    limits, address = current_limits(), network(request.remote_addr)
    if limits.is_enabled and limits.hashing[address] >= HASHING_MAX:
        raise Refusal("overloaded", retry_after=1)
    limits.hashing[address] += 1
    before = requester.set(address)
    try:
        yield
    finally:
        requester.reset(before)
        limits.hashing[address] -= 1
        if not limits.hashing[address]:
            del limits.hashing[address]


@asynccontextmanager
async def registration_slot() -> AsyncIterator[None]:
    """A new account of this address: twenty, and then twenty an hour. One that is refused, as for
    a name that is taken, does not count.

    Raises:
        RateLimitExceeded; Refusal: overloaded.
    """
    limits = current_limits()
    quota = Quota(f"accounts {network(request.remote_addr)}", 20, HOUR.total_seconds() / 20)
    await limits.take(quota)
    try:
        with hashing_slot():
            yield
    except BaseException:
        await limits.give_back(quota)
        raise


async def _address() -> str:
    # Not the library's default, which believes X-Forwarded-For: anybody can write that header.
    return network(request.remote_addr)


async def _address_and_name() -> str:
    return f"{await _address()} {name_digest(_typed_name())}"


async def _person() -> str:
    actor = await current_actor()
    return f"user {actor.user_id}" if actor else await _address()


async def _only_shown() -> bool:
    return request.method in SAFE_METHODS


async def _is_own_device() -> bool:
    """Whoever else is behind the address of somebody, or guesses their name, does not lock them
    out: a browser that they have logged in with has limits of its own (see logins.py).
    """
    return await _only_shown() or own_device(_typed_name()) is not None


async def _counts_by_address_alone() -> bool:
    """Bodies that cannot be read are nobody's tries."""
    return not _typed_name() or await _is_own_device()


def _typed_name() -> str:
    # Nothing where the body was bad, or never came: the limits are asked about such a request too,
    # for the headers of its answer.
    found = g.get("parsed")
    found = found.credentials if isinstance(found, AccountForm) else found
    return found.username if isinstance(found, Credentials) else ""


# Twenty tries for one name, then one every three seconds: guessing is hopeless, and a forgetful
# person hardly notices. An office behind one address gets 120 a minute for all its names.
login_limits = rate_limit(
    limits=[
        SharedLimit(20, MINUTE, _address_and_name, _counts_by_address_alone, scope=f"{LOGIN} name"),
        SharedLimit(120, MINUTE, _address, _is_own_device, scope=LOGIN),
    ]
)
# For a browser that was left alone, and a name that thousands are told of.
password_limits = rate_limit(
    limits=[SharedLimit(20, MINUTE, _person, _only_shown, scope="password")]
)
# Also of those that are refused: they look up as many names as a body holds.
room_limits = rate_limit(limits=[SharedLimit(60, MINUTE, _person, _only_shown, scope="rooms")])
profile_limits = rate_limit(limits=[SharedLimit(60, MINUTE, _person, _only_shown, scope="profile")])
registration_limits = rate_limit(
    limits=[SharedLimit(60, MINUTE, _address, _only_shown, scope="register")]
)
# Also of tickets and passkeys that are none; see also logins.factor_slot.
factor_limits = rate_limit(limits=[SharedLimit(60, MINUTE, _address, _only_shown, scope="factor")])
# Logging in by a provider is all GET, and each time the provider is asked.
oidc_limits = rate_limit(limits=[SharedLimit(60, MINUTE, _address, scope="oidc")])
# Confirming, and asking for a new password, by whoever is not logged in.
email_limits = rate_limit(limits=[SharedLimit(60, MINUTE, _address, _only_shown, scope="email")])


async def take_mail_to(address: str, asker_id: int | None = None) -> None:
    """A mail that somebody asks to be sent to this address: five, and then one in 15 minutes,
    whoever asks; and of one person, to whatever addresses, ten.

    Raises:
        RateLimitExceeded.
    """
    quotas = [Quota(f"mail to {name_digest(counted_as(address))}", 5, 900.0)]
    if asker_id is not None:
        quotas.append(Quota(f"mail by {asker_id}", 10, 900.0))
    await current_limits().take(*quotas)
