"""The page about oneself: display name, look and language, password, logins."""

import msgspec
from quart import Blueprint, g, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import login_required, require_actor, require_session, services
from blueprints.pages.forms import NameForm, PageForm, PasswordForm, filled, typed
from blueprints.pages.rendering import render
from blueprints.pages.user_agents import Agent
from blueprints.rate_limits import hashing_slot, password_limits, profile_limits
from models import Profile, Refusal, Session
from translations import NAMES

LOOK = ("language", "theme", "time_format")
SAVED = ("name", "look", "password", "logins")  # What a page says of itself after a change.

blueprint = Blueprint("profile", __name__, url_prefix="/profile")
blueprint.add_app_template_filter(Agent.of, "agent")


@blueprint.get("", strict_slashes=False)
@login_required
async def show() -> ResponseReturnValue:
    """The profile; `?saved=` says what has just been changed."""
    return await _page()


@blueprint.post("/name")
@login_required
@profile_limits
async def name() -> ResponseReturnValue:
    """What others see instead of the username."""
    form = await filled(NameForm)
    changes = Profile(display_name=typed(form.display_name))
    try:
        await services().profiles.change(await require_actor(), changes)
    except Refusal as refusal:
        form.show(refusal)
        return await _page(422, name_form=form)
    return _saved("name")


@blueprint.post("/look")
@login_required
@profile_limits
async def appearance() -> ResponseReturnValue:
    """Language, theme and the way to write the time, or some of them."""
    chosen = await request.form
    try:
        choices = msgspec.convert({key: chosen[key] for key in LOOK if key in chosen}, Profile)
    except msgspec.ValidationError as error:
        raise Refusal("bad_field", problem=str(error)) from None
    await services().profiles.change(await require_actor(), choices)
    return _saved("look")


@blueprint.post("/password")
@login_required
@password_limits
async def password() -> ResponseReturnValue:
    """Another password. All other logins end."""
    form = await filled(PasswordForm)
    session = await require_session()
    if not form.validate():
        return await _page(422, password_form=form)
    try:
        with hashing_slot():
            await services().accounts.change_password(
                session, typed(form.password), typed(form.new_password)
            )
    except Refusal as refusal:
        form.show(refusal)
        return await _page(refusal.status, password_form=form)
    return _saved("password")


@blueprint.post("/sessions/<int:session_id>/end")
@login_required
async def end_session(session_id: int) -> ResponseReturnValue:
    """End one login."""
    mine = await require_session()
    await services().sessions.end_one_of(mine.user_id, session_id)
    return _saved("logins")


@blueprint.post("/sessions/end")
@login_required
async def end_other_sessions() -> ResponseReturnValue:
    """End all logins but this one."""
    await services().sessions.end_others(await require_session())
    return _saved("logins")


async def _page(
    status: int = 200,
    *,
    name_form: PageForm | None = None,
    password_form: PageForm | None = None,
) -> ResponseReturnValue:
    session = await require_session()
    saved = request.args.get("saved")
    page = await render(
        "profile.html",
        user=session.user,
        session=session,
        others=[each for each in await Session.all_of(session.user_id) if each.id != session.id],
        name_form=name_form or NameForm(display_name=session.user.display_name),
        password_form=password_form or PasswordForm(),
        languages=NAMES,
        locale=g.locale,
        saved=saved if saved in SAVED else None,
    )
    return page, status


def _saved(what: str) -> ResponseReturnValue:
    return redirect(url_for("profile.show", saved=what), 303)
