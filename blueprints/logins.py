"""Logging in, by page and by API: who may try how often, and what is logged of failures."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import structlog
from quart import Response, redirect, request, url_for

from blueprints.api.bodies import Credentials
from blueprints.client_addresses import network, plain
from blueprints.context import login, services
from blueprints.device_cookies import name_digest, own_device, remember_device
from blueprints.rate_limit_stores import Quota
from blueprints.rate_limits import current_limits, hashing_slot, login_quotas
from blueprints.relying_party import relying_party
from models import LoginTicket, Refusal, User
from models.oidc_logout import Origin
from realtime.metrics import metrics
from services.oidc import Person
from services.sessions import HERE, Browser, Proof

log = structlog.get_logger(__name__)

HOUR = 3600.0
GUESSER_SECONDS = HOUR


async def log_in(credentials: Credentials) -> User:
    """Start a session, whose cookie goes with the answer; see also
    device_cookies.remember_device.

    Raises:
        Refusal: bad_credentials, overloaded, second_factor_required, and why somebody may not.
        RateLimitExceeded: too many have guessed at this name.
    """
    name = name_digest(credentials.username)
    quotas = await _quotas(credentials.username, name)
    await current_limits().take(*quotas)
    try:
        with hashing_slot():
            user, token = await services().sessions.start(
                credentials.username, credentials.password, _browser(credentials.username)
            )
    except Refusal as refusal:
        if refusal.code == "bad_credentials":
            await _note_failure(name)
        raise
    await current_limits().give_back(*quotas, *login_quotas())  # What succeeds does not count.
    login(token)
    return user


async def log_in_new(user: User, origin: Origin = HERE) -> None:
    """Start the first session of an account that this request has made. Its password was hashed a
    moment ago, and need not be once more to be compared with itself.
    """
    login(await services().sessions.start_of(user, _browser(user.username), origin))


def onward(username: str, target: str) -> Response:
    """To where they were going, with a login and as a known browser."""
    # By way of the form, which whoever has been given a login and kept it does not see.
    there = url_for("auth.login", next=target, reason="cookies")
    return remember_device(cast("Response", redirect(there, 303)), username)


async def log_in_by_factor(ticket: str, proof: Proof) -> User:
    """Go on where log_in has asked for a second factor.

    Raises:
        Refusal: bad_ticket, bad_code, bad_passkey, and as log_in.
        RateLimitExceeded: too many codes have been tried for this account.
    """
    half = await LoginTicket.of(ticket)
    async with factor_slot(half.user):
        site, browser = await relying_party(), _browser(half.user.username)
        user, token = await services().sessions.finish(half, proof, site, browser)
    login(token)
    return user


async def log_in_by_passkey(credential: str) -> User:
    """Log in by what a passkey has signed.

    Raises:
        Refusal: bad_passkey, and why somebody may not log in.
    """
    site = await relying_party()
    user, token = await services().sessions.start_by_passkey(
        credential, site, lambda user: _browser(user.username)
    )
    login(token)
    return user


async def log_in_by_oidc(person: Person) -> User | None:
    """Log in whoever the provider says has come; None: they have no account yet.

    Raises:
        Refusal: oidc_failed, and why somebody may not log in.
    """
    found = await services().oidc.log_in(person, lambda user: _browser(user.username))
    if found is None:
        return None
    user, token = found
    login(token)
    return user


@asynccontextmanager
async def factor_slot(user: User) -> AsyncIterator[None]:
    """A try at the second factor of this account, from anywhere; what succeeds does not count. Of a
    million codes three are good at a time: ten tries, and then one every five minutes. A browser
    that has logged in with the name is on its own, so that nobody locks its owner out.

    Raises:
        RateLimitExceeded.
    """
    if device := own_device(user.username):
        quota = Quota(f"factor device {device} {user.id}", 10, 120.0)
    else:
        quota = Quota(f"factor {user.id}", 10, 300.0)
    await current_limits().take(quota)
    try:
        yield
    except Refusal:
        metrics.count("factors_refused")
        log.info("factor_refused", address=plain(request.remote_addr), user=user.id)
        raise
    await current_limits().give_back(quota)


def _browser(username: str) -> Browser:
    return Browser(request.headers.get("User-Agent", ""), own_device(username) is not None)


async def _quotas(username: str, name: str) -> list[Quota]:
    """What limits tries at this name, from all addresses together. Guessers, who have failed at it
    within the hour, share one limit; whoever comes for the first time has another, which guessers
    who stay at their addresses do not use up; and a browser that has logged in with the name is on
    its own.
    """
    if device := own_device(username):
        key = f"device {device} {name}"
        return [Quota(key, 20, 3.0), Quota(f"{key} hourly", 100, 36.0)]
    if await current_limits().store.is_marked(_guesser(name)):
        return [Quota(f"guessers {name}", 20, 30.0)]
    return [Quota(f"newcomers {name}", 60, 10.0)]


async def _note_failure(name: str) -> None:
    metrics.count("logins_refused")
    # First what fail2ban looks for: see docs/fail2ban.md.
    log.info("login_refused", address=plain(request.remote_addr), name=name)
    if current_limits().is_enabled:
        await current_limits().store.mark(_guesser(name), GUESSER_SECONDS)


def _guesser(name: str) -> str:
    return f"guesser {network(request.remote_addr)} {name}"
