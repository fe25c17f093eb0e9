"""Going to the OpenID provider and coming back from it."""

from typing import cast

from quart import Response, redirect, request

from blueprints import oidc_cookies
from blueprints.context import services
from blueprints.oidc_cookies import Attempt, Purpose
from services.oidc_claims import Claims

TARGET_MAX = 1_000


async def sent_away(purpose: Purpose, target: str, session_id: int = 0) -> Response:
    """To the provider. Raises Refusal: not_found, where there is none; oidc_unavailable."""
    # What is too long for a cookie would lose the whole of it.
    begun = Attempt.new(purpose, target if len(target) <= TARGET_MAX else "/", session_id)
    address = await services().oidc.address(begun.asked, is_fresh=purpose == "confirm")
    return oidc_cookies.keep(cast("Response", redirect(address, 303)), begun)


async def come_back() -> tuple[Attempt, Claims]:
    """What this browser was sent away for, and who the provider says has come.

    Raises:
        Refusal: not_found, oidc_failed, oidc_unavailable.
    """
    # Of two values, as of none, nobody could say which is meant.
    given = {name: values[0] for name, values in request.args.lists() if len(values) == 1}
    begun = oidc_cookies.attempt(given.get("state", ""))
    code = "" if "error" in given else given.get("code", "")
    return begun, await services().oidc.claims(begun.asked, code, given.get("iss"))
