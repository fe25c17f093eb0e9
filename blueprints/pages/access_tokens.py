"""The page of one's own access tokens: made, shown once, revoked."""

from typing import Any

from quart import Blueprint, g, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import login_required, require_session, services
from blueprints.pages.rendering import render
from blueprints.rate_limits import hashing_slot, password_limits
from models import AccessToken, Refusal
from services.actor import Scope
from translations import DEFAULT, gettext

SCOPES = {
    Scope.READ: "read",
    Scope.WRITE: "write and change",
    Scope.ADMIN: "use administrator rights",
}
# What is said beside the form; everything else has a page of its own.
SHOWN = ("wrong_password", "bad_token_name", "too_many_tokens", "bad_field")

blueprint = Blueprint("access_tokens", __name__, url_prefix="/profile/tokens")


@blueprint.get("")
@login_required
async def show() -> ResponseReturnValue:
    """The tokens that there are, and the form for another."""
    return await _page()


@blueprint.post("")
@login_required
@password_limits
async def make() -> ResponseReturnValue:
    """Make one and show its secret, this once."""
    form: Any = await request.form
    session, days = await require_session(), str(form.get("days", ""))
    scopes = [scope for scope in Scope if scope in form]
    name = str(form.get("name", ""))
    try:
        with hashing_slot():
            _, token = await services().tokens.make(
                session, str(form.get("password", "")), name, scopes, _days(days)
            )
    except Refusal as refusal:
        if refusal.code not in SHOWN:
            raise
        return await _page(problem=refusal, typed=name)
    return await _page(token=token)


@blueprint.post("/<int:token_id>/end")
@login_required
async def end(token_id: int) -> ResponseReturnValue:
    """Revoke one; its sockets are closed."""
    await services().tokens.end((await require_session()).user_id, token_id)
    return redirect(url_for("access_tokens.show", revoked=1), 303)


async def _page(
    token: str = "", problem: Refusal | None = None, typed: str = ""
) -> ResponseReturnValue:
    session, locale = await require_session(), g.get("locale", DEFAULT)
    page = await render(
        "access_tokens.html",
        user=session.user,
        tokens=await AccessToken.all_of(session.user_id),
        scope_names={str(scope): gettext(locale, name) for scope, name in SCOPES.items()},
        token=token,
        problem=problem.text(locale) if problem else "",
        typed=typed,
        revoked="revoked" in request.args,
    )
    return page, problem.status if problem else 200


def _days(text: str) -> int | None:
    """Raises Refusal: bad_field."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise Refusal("bad_field", problem="days")
    return int(text)
