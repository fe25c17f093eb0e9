"""The second step of a login, and the login by a passkey alone."""

from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import services
from blueprints.logins import log_in_by_factor, log_in_by_passkey, onward
from blueprints.pages.factor_forms import CodeForm
from blueprints.pages.forms import LoginForm, filled, typed
from blueprints.rate_limits import factor_limits
from blueprints.security import safe_next
from models import LoginTicket, Refusal
from services.sessions import Proof

blueprint = Blueprint("auth_factors", __name__, url_prefix="/login")

# After which the password is to be typed again.
_OVER = ("bad_ticket", "bad_credentials")


@blueprint.get("/factor")
async def factor_form() -> ResponseReturnValue:
    """Nothing to see without the step before it."""
    return redirect(url_for("auth.login", next=request.args.get("next")), 303)


@blueprint.post("/factor")
@factor_limits
async def factor() -> ResponseReturnValue:
    """Finish the login with a code or a passkey, and go to `next`."""
    form = await filled(CodeForm)
    proof = Proof(typed(form.code), typed(form.credential))
    try:
        user = await log_in_by_factor(typed(form.ticket), proof)
    except Refusal as refusal:
        if refusal.code in _OVER:
            return await login_again(refusal)
        form.show(refusal)
        return await factor_page(typed(form.ticket), form, refusal.status)
    return onward(user.username, target())


@blueprint.post("/passkey")
@factor_limits
async def by_passkey() -> ResponseReturnValue:
    """Log in by what a passkey has signed, and go to `next`."""
    form = await filled(CodeForm)
    try:
        user = await log_in_by_passkey(typed(form.credential))
    except Refusal as refusal:
        return await login_again(refusal)
    return onward(user.username, target())


async def factor_page(
    token: str, form: CodeForm | None = None, status: int = 200
) -> ResponseReturnValue:
    """The form of the second step, for whoever knew the password. It is on the page alone: who goes
    away from it begins anew.
    """
    try:
        ticket = await LoginTicket.of(token)
    except Refusal as refusal:
        return await login_again(refusal)
    page = await render_template(
        "login_factor.html",
        form=form or CodeForm(),
        ticket=token,
        next=request.args.get("next"),
        has_passkeys=bool(await services().passkeys.of(ticket.user_id)),
    )
    return page, status


def target() -> str:
    """Where to after a login."""
    return safe_next(request.args.get("next"))


async def login_again(refusal: Refusal) -> tuple[str, int]:
    """The page of the login, with what has gone wrong."""
    form = LoginForm()
    form.show(refusal)
    accounts = services().accounts
    page = await render_template(
        "login.html",
        form=form,
        next=request.args.get("next"),
        is_known=False,
        is_first=False,
        registration=await accounts.registration(),
    )
    return page, refusal.status
