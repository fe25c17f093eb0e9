"""Pages to register, log in and log out."""

from functools import partial

from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import (
    current_actor,
    login_required,
    logout,
    require_session,
    services,
)
from blueprints.device_cookies import is_known_device
from blueprints.logins import log_in, log_in_new, onward
from blueprints.pages.auth_factors import factor_page, target
from blueprints.pages.forms import LoginForm, PageForm, RegistrationForm, filled, typed
from blueprints.rate_limits import (
    login_limits,
    parsed,
    parsed_by,
    registration_limits,
)
from blueprints.registrations import make_account
from blueprints.security import site_address
from models import Refusal

blueprint = Blueprint("auth", __name__)

OPEN_MODES = ("open", "approval")  # In which whoever comes to the page can ask for an account.


@blueprint.app_template_global("has_passwords")
def has_passwords() -> bool:
    """Whether people log in by passwords and passkeys, and not by the OpenID provider alone."""
    return services().site.ways.has_passwords


@blueprint.app_template_global("registration_address")
async def registration_address() -> str:
    """Where others make an account, to be sent to them; "" where nobody can unasked."""
    if await services().accounts.registration() not in OPEN_MODES or not has_passwords():
        return ""
    return site_address(url_for("auth.registration_page"))


@blueprint.get("/login", endpoint="login")
async def login_page() -> ResponseReturnValue:
    """The form to log in; whoever already is goes on. `?reason=` says what has led here: "ended",
    the login has; "cookies", the browser has not kept the one that it was given; "approval", the
    new account waits for it.
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
        await log_in(form.credentials)
    except Refusal as refusal:
        if refusal.ticket:
            return await factor_page(refusal.ticket)
        form.show(refusal)
        return await _form_page("login.html", form, refusal.status)
    return onward(form.credentials.username, target())


@blueprint.get("/register")
async def registration_page() -> ResponseReturnValue:
    """The form to make an account; whoever is logged in goes on."""
    await services().accounts.check_registration()
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
        typed_in = (form.credentials.username, form.credentials.password)
        user, _ = await make_account(*typed_in, typed(form.credential))
    except Refusal as refusal:
        form.show(refusal)
        status = 422 if refusal.code in form.blames else refusal.status
        return await _form_page("register.html", form, status)
    if not user.may_log_in:
        return redirect(url_for("auth.login", reason="approval"), 303)
    await log_in_new(user)
    # The first one: nothing has been set up.
    there = url_for("welcome.show") if user.is_admin else target()
    return onward(form.credentials.username, there)


@blueprint.post("/logout")
@login_required
async def log_out() -> ResponseReturnValue:
    """End this login, here and on every open socket of it; and go on to do so at the provider that
    has begun it, where that is set so.
    """
    session = await require_session()
    await services().sessions.end(session)
    logout()
    goes_on = services().oidc_logout.goes_on(session.oidc_subject)
    return redirect(url_for("oidc_logout.logged_out" if goes_on else "auth.login"), 303)


async def _form_page(
    template: str, form: PageForm, status: int = 200, reason: str | None = None
) -> ResponseReturnValue:
    if (actor := await current_actor()) is not None:
        if actor.user.needs_factor:
            return redirect(url_for("profile.show", _anchor="factors"), 303)
        return redirect(target(), 303)
    page = await render_template(
        template,
        form=form,
        next=request.args.get("next"),
        reason=reason,
        is_first=not await services().accounts.any_exist(),
        is_known=is_known_device(),
        registration=await services().accounts.registration(),
    )
    return page, status
