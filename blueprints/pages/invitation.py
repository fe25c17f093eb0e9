"""The page that a link leads to: who invites, where to, and the way in. Looking at it changes
nothing.
"""

from functools import partial

from quart import Blueprint, redirect, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import current_actor, services
from blueprints.invite_tokens import link_of
from blueprints.logins import log_in_new, onward
from blueprints.pages.forms import PageForm, RegistrationForm, filled, typed
from blueprints.pages.rendering import render
from blueprints.rate_limits import parsed, parsed_by, registration_limits
from blueprints.registrations import make_account
from models import Refusal
from models.queries.invite_links import LinkRow
from services.actor import Actor, Scope

# Of a link that was good once.
BAD = ("invite_used_up", "invite_expired", "invite_revoked")

blueprint = Blueprint("invitation", __name__)


@blueprint.get("/invite/<token>")
async def show(token: str) -> ResponseReturnValue:
    """Who is where the link leads already goes there."""
    link, actor = await link_of(token), await current_actor()
    if actor and await services().invite_links.is_inside(actor, link):
        return redirect(_place(link.room_id), 303)
    try:
        await services().invite_links.find_good(token)
    except Refusal as refusal:
        return await _bad_page(link, actor, refusal)
    return await _page(token, link, actor, RegistrationForm())


@blueprint.post("/invite/<token>")
@registration_limits
@parsed_by(partial(filled, RegistrationForm))
async def come(token: str) -> ResponseReturnValue:
    """Come in: with a new account, or with that of whoever is logged in."""
    form: RegistrationForm = parsed()
    actor = await current_actor()
    if actor:
        actor.require(Scope.WRITE)
    link = await link_of(token)
    try:
        if actor:
            return redirect(_place(await services().invite_links.accept(actor, token)), 303)
        # Before the form: nobody mends what they typed for nothing.
        await services().invited_accounts.check_registration(token)
        if not form.validate():
            return await _page(token, link, None, form, 422)
        return await _register(token, form)
    except Refusal as refusal:
        if refusal.code in BAD:
            return await _bad_page(link, actor, refusal)
        if actor or refusal.code == "not_found":
            raise
        form.show(refusal)
        status = 422 if refusal.code in form.blames else refusal.status
        return await _page(token, link, None, form, status)


async def _register(token: str, form: RegistrationForm) -> ResponseReturnValue:
    credentials = form.credentials
    typed_in = (credentials.username, credentials.password)
    user, room_id = await make_account(*typed_in, typed(form.credential), token)
    if not user.may_log_in:
        return redirect(url_for("auth.login", reason="approval"), 303)
    await log_in_new(user)
    return onward(credentials.username, _place(room_id))


def _place(room_id: int | None) -> str:
    return url_for("rooms.index") if room_id is None else url_for("rooms.show", room_id=room_id)


async def _page(
    token: str, link: LinkRow, actor: Actor | None, form: PageForm, status: int = 200
) -> ResponseReturnValue:
    here, why_not = (
        url_for("invitation.show", token=token),
        await services().invite_links.why_no_account(link),
    )
    page = await render(
        "invitation.html",
        form=form,
        link=link,
        inviter=link.maker.display_name or link.maker.username,
        token=token,
        user=actor.user if actor else None,
        login_url=url_for("auth.login", next=here),
        provider_url=url_for("oidc.login", next=here),
        can_register=why_not is None,
        # Where the provider brings nobody new either.
        is_closed=why_not == "registration_closed",
    )
    return page, status


async def _bad_page(link: LinkRow, actor: Actor | None, refusal: Refusal) -> ResponseReturnValue:
    """Why nobody comes by it any more, and whom to ask, as long as that one is here."""
    page = await render(
        "invitation_over.html",
        code=refusal.code,
        inviter=link.maker_may_log_in and (link.maker.display_name or link.maker.username),
        user=actor.user if actor else None,
    )
    return page, refusal.status
