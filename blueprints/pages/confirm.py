"""The page on which whoever is logged in shows that it is them, before something dangerous."""

from quart import Blueprint, redirect, request
from quart.typing import ResponseReturnValue

from blueprints.api.login_factors import confirm_by
from blueprints.context import login_required, require_session, services
from blueprints.pages.factor_forms import ConfirmForm
from blueprints.pages.factor_state import factor_state
from blueprints.pages.forms import filled, typed
from blueprints.pages.rendering import render
from blueprints.rate_limits import password_limits
from blueprints.security import safe_next
from models import Refusal
from services.sessions import Proof

blueprint = Blueprint("confirm", __name__, url_prefix="/confirm")


@blueprint.get("")
@login_required
async def show() -> ResponseReturnValue:
    """Ask for the password, a code or a passkey; `next` says where it goes on."""
    return await _page(ConfirmForm())


@blueprint.post("")
@login_required
@password_limits
async def confirm() -> ResponseReturnValue:
    """Go on to `next`; 422 where the proof is none."""
    form = await filled(ConfirmForm)
    proof = Proof(typed(form.code), typed(form.credential))
    try:
        await confirm_by(await require_session(), typed(form.password), proof)
    except Refusal as refusal:
        form.show(refusal)
        return await _page(form, refusal.status)
    return redirect(safe_next(request.args.get("next")), 303)


async def _page(form: ConfirmForm, status: int = 200) -> ResponseReturnValue:
    session = await require_session()
    page = await render(
        "confirm.html",
        user=session.user,
        form=form,
        factors=await factor_state(session),
        has_linked=bool(await services().oidc.linked(session.user)),
        next=request.args.get("next"),
    )
    return page, status
