"""The numbers that SECURITY.md names are those of the code."""

import re
from datetime import timedelta
from typing import Any

import pytest
from quart import Quart, Response
from quart_rate_limiter import RateLimit

from app import create_app
from blueprints import device_cookies as devices
from blueprints import invite_tokens
from blueprints import rate_limits as limits
from blueprints import request_parsers as parsers
from blueprints.api.bodies import Credentials
from blueprints.logins import factor_slot, log_in
from blueprints.rate_limit_stores import Quota
from blueprints.security import HSTS
from config import Settings
from models import Decline, Session, User, passwords
from protocol.highlighting import CHARACTERS_MAX, TOKENS_MAX
from protocol.markup import CACHE_BYTES
from realtime.throttled_log import REFUSALS_LOGGED
from server import closing, http1, tcp
from tests.security.test_highlighting_cost import FACTOR as CODE_FACTOR
from tests.security.test_markup_cost import FACTOR, SHORT
from tests.security.test_security_md import plain, rows, section

Number = tuple[int, float]  # At once, and the seconds until there is one more.
NAME = "alice"


def table() -> dict[str, Number]:
    """Return the table of limits."""
    found = {}
    for what, burst, interval in rows(section("What is done")):
        (seconds,) = re.findall(r"^([0-9.]+) s$", interval)
        found[what] = int(burst), float(seconds)
    return found


def of_views(app: Quart, *endpoints: str) -> dict[str, Number]:
    """Return the limits of these views, by their scope; each view has the same ones."""
    found: list[dict[str, Number]] = []
    for endpoint in endpoints:
        declared: list[Any] = vars(app.view_functions[endpoint])["_quart_rate_limiter_limits"]
        assert all(isinstance(each, RateLimit) for each in declared)
        found.append(
            {
                each.scope: (each.count, each.period.total_seconds() / each.count)
                for each in declared
            }
        )
    assert all(each == found[0] for each in found)
    return found[0]


class Asked(Exception):  # noqa: N818 - what it says
    """The limits were asked about these."""

    def __init__(self, *quotas: Quota) -> None:
        super().__init__()
        self.numbers = [(quota.burst, quota.interval) for quota in quotas]


async def ask(*quotas: Quota) -> None:
    """In the place of Limits.take: raise instead of counting."""
    raise Asked(*quotas)


async def of_login(app: Quart, cookie: str = "") -> list[Number]:
    """Return what limits a login with NAME, beside the view's own limits."""
    async with app.test_request_context("/", method="POST", headers={"Cookie": cookie}):
        with pytest.raises(Asked) as asked:
            await log_in(Credentials(NAME, "x"))
    return asked.value.numbers


async def of_factor(app: Quart, cookie: str = "") -> Number:
    """Return what limits codes of NAME, beside the view's own limits."""
    async with app.test_request_context("/", method="POST", headers={"Cookie": cookie}):
        with pytest.raises(Asked) as asked:
            async with factor_slot(User(id=1, username=NAME)):
                pass
    return asked.value.numbers[0]


async def of_mail(app: Quart) -> list[Number]:
    """Return what limits mail that somebody asks for, by its address and by who asks."""
    async with app.test_request_context("/", method="POST"):
        with pytest.raises(Asked) as asked:
            await limits.take_mail_to("anna@example.org", 1)
    return asked.value.numbers


async def of_registration(app: Quart) -> list[Number]:
    """Return what limits new accounts, beside the view's own limits."""
    async with app.test_request_context("/", method="POST"):
        with pytest.raises(Asked) as asked:
            async with limits.registration_slot():
                pass
    return asked.value.numbers


async def device_cookie(app: Quart) -> str:
    """Return the cookie of a browser that has logged in with NAME."""
    async with app.test_request_context("/", method="POST"):
        response = devices.remember_device(Response(""), NAME)
    return response.headers["Set-Cookie"].partition(";")[0]


async def has_failed(_: str) -> bool:
    """In the place of Store.is_marked."""
    return True


async def test_table_of_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings(secret_key="0123456789abcdef"))
    app.secret_key = "0123456789abcdef"
    counting: limits.Limits = app.extensions["beseda.limits"]
    monkeypatch.setattr(counting, "take", ask)
    entering = of_views(app, "api.accounts.start_session", "auth.start_session")
    registering = of_views(app, "api.accounts.register", "auth.register")
    password = of_views(app, "api.profile.change_password", "profile.password")
    profile = of_views(
        app,
        "api.profile.change_profile",
        "profile.name",
        "profile.appearance",
        "appearance.status",
        "appearance.presence",
        "api.rooms.change_room",
        "members.rename",
    )
    factors = of_views(
        app,
        "api.login_factors.factor",
        "api.login_factors.login_options",
        "api.login_factors.login_by_passkey",
        "api.login_factors.confirm_options",
        "auth_factors.factor",
        "auth_factors.by_passkey",
    )
    provider = of_views(
        app, "oidc.login", "oidc.callback", "oidc_accounts.begin", "oidc_accounts.confirm"
    )
    of_one_name, of_all = entering["login name"], entering["login"]
    (newcomers,) = await of_login(app)
    known, hourly = await of_login(app, await device_cookie(app))
    (accounts,) = await of_registration(app)
    monkeypatch.setattr(counting.store, "is_marked", has_failed)
    (guessers,) = await of_login(app)
    assert list(table().values()) == [
        of_one_name,
        of_all,
        newcomers,
        guessers,
        known,
        hourly,
        await of_factor(app),
        await of_factor(app, await device_cookie(app)),
        factors["factor"],
        provider["oidc"],
        of_views(app, "oidc_logout.backchannel_logout")["oidc logout"],
        *await of_mail(app),
        of_views(
            app,
            "email.confirm",
            "email.forgot",
            "email.unsubscribe",
            "api.email.forgotten",
        )["email"],
        registering["register"],
        accounts,
        (invite_tokens.TRIES, invite_tokens.SECONDS),
        password["password"],
        profile["profile"],
        of_views(app, "api.rooms.create_room", "rooms.create")["rooms"],
    ]


def test_numbers_in_sentences() -> None:
    text = plain(section("What is done"))
    year = timedelta(days=365).total_seconds()
    assert passwords.SCORE_MIN == 2
    assert year == devices.SECONDS
    assert f"max-age={year:.0f}" == HSTS
    assert FACTOR == 5
    assert CODE_FACTOR == 30
    assert REFUSALS_LOGGED == 10
    for part in (
        f"{passwords.LENGTH_MIN} to {passwords.LENGTH_MAX} characters",
        f"its first {passwords.ESTIMATED_MAX} characters",
        f"after {Session.LIFETIME.days} days",
        f"for {Decline.COOLDOWN.days} days",
        f"within {closing.CLOSE_SECONDS:g} seconds",
        f"for {http1.LINGER_SECONDS:g} seconds and {tcp.LINGER_BYTES >> 20} MiB",
        f"of {SHORT:,} characters",
        f"up to {CHARACTERS_MAX:,} characters and {TOKENS_MAX} words of a message",
        f"in {CACHE_BYTES >> 20} MiB a process",
        f"{parsers.FIELDS_MAX} fields at most, and {parsers.COOKIES_MAX} cookies",
        f"{limits.HASHING_MAX} places in it may be one address's",
        f"{passwords.WAITING_MAX} in all",
    ):
        assert part in text
