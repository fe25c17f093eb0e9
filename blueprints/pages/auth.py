"""Pages to register, log in and log out."""

from functools import partial
from typing import cast

from quart import Blueprint, Response, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import (
    current_actor,
    login_required,
    logout,
    require_session,
    services,
    settings,
)
from blueprints.device_cookies import is_known_device, remember_device
from blueprints.logins import log_in
from blueprints.pages.forms import AccountForm, LoginForm, PageForm, RegistrationForm, filled
from blueprints.rate_limits import (
    login_limits,
    parsed,
    parsed_by,
    registration_limits,
    registration_slot,
)
from blueprints.security import is_secure, safe_next
from models import Refusal

blueprint = Blueprint("auth", __name__)


@blueprint.app_template_global("registration_address")
def registration_address() -> str:
    """Where others make an account, to be sent to them; "" where nobody can."""
    if not settings().registration_open:
        return ""
    site = f"{'https' if is_secure(request) else 'http'}://{request.host}"
    return site + url_for("auth.registration_page")


@blueprint.get("/login", endpoint="login")
async def login_page() -> ResponseReturnValue:
    """The form to log in; whoever already is goes on. `?reason=` says what has led here: "ended",
    the login has, or "cookies", the browser has not kept the one that it was given.
    """
    return await _form_page("login.html", LoginForm(), reason=request.args.get("reason"))


@blueprint.post("/login")
@login_limits
@parsed_by(partial(filled, LoginForm))
async def start_session() -> ResponseReturnValue:
    """Log in and go to `next`; 401 when the name and password do not belong together."""
    form: LoginForm = parsed()
    if not form.validate():
        return await _form_page("login.html", form, 422)
    try:
        return await _start(form)
    except Refusal as refusal:
        form.show(refusal)
        return await _form_page("login.html", form, refusal.status)


@blueprint.get("/register")
async def registration_page() -> ResponseReturnValue:
    """The form to make an account; whoever is logged in goes on."""
    if not settings().registration_open:
        raise Refusal("registration_closed")
    return await _form_page("register.html", RegistrationForm())


@blueprint.post("/register")
@registration_limits
@parsed_by(partial(filled, RegistrationForm))
async def register() -> ResponseReturnValue:
    """Make an account, log in with it and go to `next`."""
    form: RegistrationForm = parsed()
    if not form.validate():
        return await _form_page("register.html", form, 422)
    try:
        async with registration_slot():
            await services().accounts.register(form.credentials.username, form.credentials.password)
        return await _start(form)
    except Refusal as refusal:
        form.show(refusal)
        status = 422 if refusal.code in form.blames else refusal.status
        return await _form_page("register.html", form, status)


@blueprint.post("/logout")
@login_required
async def log_out() -> ResponseReturnValue:
    """End this login, here and on every open socket of it."""
    await services().sessions.end(await require_session())
    logout()
    return redirect(url_for("auth.login"), 303)


async def _form_page(
    template: str, form: PageForm, status: int = 200, reason: str | None = None
) -> ResponseReturnValue:
    if await current_actor() is not None:
        return redirect(_target(), 303)
    page = await render_template(
        template,
        form=form,
        next=request.args.get("next"),
        reason=reason,
        is_first=not await services().accounts.any_exist(),
        is_known=is_known_device(),
        is_open=settings().registration_open,
    )
    return page, status


async def _start(form: AccountForm) -> Response:
    await log_in(form.credentials)
    # By way of the form, which whoever has been given a login and kept it does not see.
    there = url_for("auth.login", next=_target(), reason="cookies")
    answer = cast("Response", redirect(there, 303))
    return remember_device(answer, form.credentials.username)


def _target() -> str:
    return safe_next(request.args.get("next"))
