"""Logging in by an OpenID provider, and the name of whoever is new."""

from contextlib import suppress
from typing import cast

from quart import Blueprint, Response, redirect, url_for
from quart.typing import ResponseReturnValue

from blueprints import oidc_cookies
from blueprints.context import current_actor, require_session, services
from blueprints.invite_tokens import link_of
from blueprints.logins import log_in_by_oidc, log_in_new, onward
from blueprints.oidc_answers import come_back, sent_away
from blueprints.oidc_cookies import Arrival, Attempt
from blueprints.pages.auth_factors import login_again, target
from blueprints.pages.forms import UsernameForm, filled, typed
from blueprints.pages.rendering import render
from blueprints.rate_limits import oidc_limits, registration_limits, registration_slot
from blueprints.security import INVITATIONS, safe_next
from models import Refusal, User
from services.oidc_claims import Claims

blueprint = Blueprint("oidc", __name__, url_prefix="/oidc")


@blueprint.app_template_global("oidc_name")
def oidc_name() -> str:
    """What the provider is called; "" where there is none."""
    return services().oidc.name


@blueprint.get("/login")
@oidc_limits
async def login() -> ResponseReturnValue:
    """To the provider, and then to `next`; whoever is logged in goes there at once."""
    if await current_actor() is not None:
        return redirect(target(), 303)
    try:
        return await sent_away("login", target())
    except Refusal as refusal:
        return await _refused(refusal)


@blueprint.get("/callback")
@oidc_limits
async def callback() -> ResponseReturnValue:
    """Back from the provider: logged in, asked whether to link, or confirmed."""
    try:
        begun, claims = await come_back()
        answer = await _arrived(begun, claims)
    except Refusal as refusal:
        answer = await _refused(refusal)
    return oidc_cookies.drop(answer, Attempt)


@blueprint.get("/new")
async def new() -> ResponseReturnValue:
    """Who comes for the first time chooses a name."""
    found = oidc_cookies.arrival("login")
    suggested = await services().oidc.suggested_name(found.person)
    return await _new_page(UsernameForm(username=suggested), found)


@blueprint.post("/new")
@registration_limits
async def register() -> ResponseReturnValue:
    """Make the account, and go where they were going."""
    form, found = await filled(UsernameForm), oidc_cookies.arrival("login")
    if not form.validate():
        return await _new_page(form, found, 422)
    came = found.person, typed(form.username), found.state, _invite(found)
    try:
        async with registration_slot():
            user, room_id = await services().oidc.register(*came)
    except Refusal as refusal:
        form.show(refusal)
        status = 422 if refusal.code in form.blames else refusal.status
        return await _new_page(form, found, status)
    there = found.next if room_id is None else url_for("rooms.show", room_id=room_id)
    return oidc_cookies.drop(await _in(user, found, there), Arrival)


async def _arrived(begun: Attempt, claims: Claims) -> Response:
    person = services().oidc.person(claims)
    if begun.purpose == "login":
        if (user := await log_in_by_oidc(person)) is not None:
            return onward(user.username, begun.next)
        await services().oidc.check_registration()
        there = url_for("oidc.new")
    else:
        session = await require_session()
        if session.id != begun.session_id:
            raise Refusal("oidc_failed")
        if begun.purpose == "confirm":
            await services().oidc.confirm(session, claims, begun.begun)
            return cast("Response", redirect(safe_next(begun.next), 303))
        there = url_for("oidc_accounts.ask")
    come = Arrival(begun.state, begun.purpose, begun.session_id, begun.next, person)
    return oidc_cookies.keep(cast("Response", redirect(there, 303)), come)


async def _in(user: User, found: Arrival, there: str) -> Response:
    if not user.may_log_in:
        return cast("Response", redirect(url_for("auth.login", reason="approval"), 303))
    await log_in_new(user, found.person.origin)
    there = url_for("welcome.show") if user.is_admin else safe_next(there)
    return onward(user.username, there)


def _invite(found: Arrival) -> str:
    """The token of the invitation from whose page they have gone to the provider; "": from none."""
    is_one = found.next.startswith(INVITATIONS)
    return found.next.removeprefix(INVITATIONS).partition("?")[0] if is_one else ""


async def _new_page(form: UsernameForm, found: Arrival, status: int = 200) -> ResponseReturnValue:
    link = None
    with suppress(Refusal):  # It is said when they press the button.
        link = await link_of(_invite(found)) if _invite(found) else None
    page = await render("oidc_new.html", form=form, provider=oidc_name(), link=link)
    return page, status


async def _refused(refusal: Refusal) -> Response:
    """On the page of the login, or where whoever is logged in sees what has gone wrong."""
    if refusal.code == "not_found" or await current_actor() is not None:
        raise refusal
    page, status = await login_again(refusal)
    return Response(page, status)
