"""Logging in, by page and by API: who may try how often, and what is logged of failures."""

import structlog
from quart import request

from blueprints.api.bodies import Credentials
from blueprints.client_addresses import network, plain
from blueprints.context import login, services
from blueprints.device_cookies import name_digest, own_device
from blueprints.rate_limit_stores import Quota
from blueprints.rate_limits import current_limits, hashing_slot, login_quotas
from models import Refusal, User
from realtime.metrics import metrics

log = structlog.get_logger(__name__)

HOUR = 3600.0
GUESSER_SECONDS = HOUR


async def log_in(credentials: Credentials) -> User:
    """Start a session, whose cookie goes with the answer; see also
    device_cookies.remember_device.

    Raises:
        Refusal: bad_credentials, overloaded.
        RateLimitExceeded: too many have guessed at this name.
    """
    name = name_digest(credentials.username)
    quotas = await _quotas(credentials.username, name)
    await current_limits().take(*quotas)
    agent = request.headers.get("User-Agent", "")
    try:
        with hashing_slot():
            user, token = await services().sessions.start(
                credentials.username, credentials.password, agent
            )
    except Refusal as refusal:
        if refusal.code == "bad_credentials":
            await _note_failure(name)
        raise
    await current_limits().give_back(*quotas, *login_quotas())  # What succeeds does not count.
    login(token)
    return user


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
