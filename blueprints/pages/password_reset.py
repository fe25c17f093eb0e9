"""The page on which somebody chooses another password, by a link from an administrator."""

from functools import partial

from quart import Blueprint, redirect, render_template, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import services
from blueprints.pages.forms import ResetForm, filled, typed
from blueprints.rate_limits import parsed, parsed_by, registration_limits, registration_slot
from models import PasswordReset, Refusal, User

blueprint = Blueprint("password_reset", __name__)


@blueprint.get("/reset/<token>")
async def show(token: str) -> ResponseReturnValue:
    """The form, with the name that the password is for. Looking at it uses nothing up."""
    return await _page(await PasswordReset.user_of(token), ResetForm())


@blueprint.post("/reset/<token>")
@registration_limits
@parsed_by(partial(filled, ResetForm))
async def choose(token: str) -> ResponseReturnValue:
    """Set the password, and go to the login."""
    form: ResetForm = parsed()
    user = await PasswordReset.user_of(token)
    if not form.validate():
        return await _page(user, form, 422)
    try:
        async with registration_slot():
            await services().accounts.reset_password(token, typed(form.password))
    except Refusal as refusal:
        if refusal.code not in form.blames:
            raise
        form.show(refusal)
        return await _page(user, form, 422)
    return redirect(url_for("auth.login", reason="reset"), 303)


async def _page(user: User, form: ResetForm, status: int = 200) -> ResponseReturnValue:
    return await render_template("password_reset.html", form=form, whose=user), status
