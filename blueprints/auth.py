"""Pages to register, log in and log out."""

from quart import Blueprint, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import actions, current_session, login, login_required, logout
from blueprints.forms import LoginForm, PageForm, RegistrationForm, filled, typed
from blueprints.limits import login_limits, registration_limits
from blueprints.security import safe_next
from models import Refusal

blueprint = Blueprint("auth", __name__)


@blueprint.get("/login", endpoint="login")
async def login_page() -> ResponseReturnValue:
    """The form to log in; whoever already is goes on."""
    return await _form_page("login.html", LoginForm())


@blueprint.post("/login")
@login_limits
async def log_in() -> ResponseReturnValue:
    """Log in and go to `next`; 401 when the name and password do not belong together."""
    form = await filled(LoginForm)
    if not form.validate():
        return await _form_page("login.html", form, 422)
    try:
        await _start(form)
    except Refusal as refusal:
        form.show(refusal)
        return await _form_page("login.html", form, refusal.status)
    return redirect(_target(), 303)


@blueprint.get("/register")
async def registration_page() -> ResponseReturnValue:
    """The form to make an account; whoever is logged in goes on."""
    if not actions().settings.registration_open:
        raise Refusal("registration_closed")
    return await _form_page("register.html", RegistrationForm())


@blueprint.post("/register")
@registration_limits
async def register() -> ResponseReturnValue:
    """Make an account, log in with it and go to `next`."""
    form = await filled(RegistrationForm)
    if not form.validate():
        return await _form_page("register.html", form, 422)
    try:
        await actions().register(typed(form.username), typed(form.password))
        await _start(form)
    except Refusal as refusal:
        form.show(refusal)
        status = 422 if refusal.code in form.blames else refusal.status
        return await _form_page("register.html", form, status)
    return redirect(_target(), 303)


@blueprint.post("/logout")
@login_required
async def log_out() -> ResponseReturnValue:
    """End this login, here and on every open socket of it."""
    session = await current_session()
    if session is not None:
        await actions().end_session(session)
    logout()
    return redirect(url_for("auth.login"), 303)


async def _form_page(template: str, form: PageForm, status: int = 200) -> ResponseReturnValue:
    if await current_session() is not None:
        return redirect(_target(), 303)
    page = await render_template(
        template,
        form=form,
        next=request.args.get("next"),
        is_open=actions().settings.registration_open,
    )
    return page, status


async def _start(form: LoginForm | RegistrationForm) -> None:
    agent = request.headers.get("User-Agent", "")
    _, token = await actions().start_session(typed(form.username), typed(form.password), agent)
    login(token)


def _target() -> str:
    return safe_next(request.args.get("next"))
