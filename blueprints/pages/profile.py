"""The page about oneself: display name, look and language, password, logins."""

import asyncio

from quart import Blueprint, g, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import (
    current_actor,
    login_required,
    require_actor,
    require_session,
    services,
)
from blueprints.pages.factor_forms import PasskeyForm, TotpOffForm
from blueprints.pages.factor_state import factor_state
from blueprints.pages.forms import (
    EmailForm,
    NameForm,
    PageForm,
    PasswordForm,
    filled,
    typed,
)
from blueprints.pages.rendering import render
from blueprints.pages.status_forms import StatusForm, change_by, shown_status, spans_of
from blueprints.rate_limits import hashing_slot, password_limits, profile_limits
from models import Profile, Refusal, Session, time_zones
from realtime.appearance_views import status_view
from services.user_agents import Agent
from translations import NAMES

LOOK = ("language", "theme", "time_format", "time_zone")
SAVED = (
    "name",
    "look",
    "status",
    "presence",
    "picture",
    "password",
    "logins",
    "seen",
    "factors",
    "linked",
    "email",
    "email-asked",
)  # What a page says of itself after a change.

blueprint = Blueprint("profile", __name__, url_prefix="/profile")
blueprint.add_app_template_filter(Agent.of, "agent")


@blueprint.get("", strict_slashes=False)
@login_required
async def show() -> ResponseReturnValue:
    """The profile; `?saved=` says what has just been changed."""
    return await profile_page()


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
        return await profile_page(422, name_form=form)
    return _saved("name")


@blueprint.post("/look")
@login_required
@profile_limits
async def appearance() -> ResponseReturnValue:
    """Language, theme and the way to write the time, or some of them."""
    await change_by(LOOK)
    return _saved("look")


@blueprint.post("/password")
@login_required
@password_limits
async def password() -> ResponseReturnValue:
    """Another password. All other logins end."""
    form = await filled(PasswordForm)
    session = await require_session()
    if not session.user.has_password:
        form.password.validators = ()  # There is none to be known.
    if not form.validate():
        return await profile_page(422, password_form=form)
    try:
        with hashing_slot():
            await services().accounts.change_password(
                session, typed(form.password), typed(form.new_password)
            )
    except Refusal as refusal:
        if refusal.code == "confirmation_required":
            raise
        form.show(refusal)
        return await profile_page(refusal.status, password_form=form)
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


@blueprint.post("/sessions/seen")
@login_required
async def sessions_seen() -> ResponseReturnValue:
    """The new logins were one's own."""
    await services().sessions.mark_seen(await require_session())
    return _saved("seen")


@blueprint.app_template_global("unseen_login")
async def unseen_login() -> Session | None:
    """A new login in an unknown browser, for all pages of the other logins."""
    actor = await current_actor()
    if actor is None or not isinstance(actor.credential, Session) or actor.credential.is_new:
        return None
    return await Session.latest_new(actor.user_id)


async def profile_page(
    status: int = 200,
    *,
    name_form: PageForm | None = None,
    status_form: StatusForm | None = None,
    password_form: PageForm | None = None,
    off_form: PageForm | None = None,
    passkey_form: PageForm | None = None,
    email_form: PageForm | None = None,
    linked_problem: Refusal | None = None,
    picture_problem: Refusal | None = None,
) -> ResponseReturnValue:
    """The profile, with a form that was filled in wrongly."""
    session = await require_session()
    saved, emails = request.args.get("saved"), services().email_addresses
    page = await render(
        "profile.html",
        user=session.user,
        session=session,
        others=[each for each in await Session.all_of(session.user_id) if each.id != session.id],
        name_form=name_form or NameForm(display_name=session.user.display_name),
        status_form=status_form or shown_status(session.user),
        status=status_view(session.user) or None,
        spans=spans_of(session.user),
        password_form=password_form or PasswordForm(),
        off_form=off_form or TotpOffForm(),
        passkey_form=passkey_form or PasskeyForm(label=Agent.of(session.user_agent).text(g.locale)),
        email_form=email_form or EmailForm(),
        email=await emails.of(session.user) if emails.are_on else None,
        factors=await factor_state(session),
        linked=await services().oidc.linked(session.user),
        linked_problem=linked_problem.text(g.locale) if linked_problem else "",
        picture_problem=picture_problem.text(g.locale) if picture_problem else "",
        languages=NAMES,
        time_zones=await asyncio.to_thread(time_zones.names),  # The first time 15 ms.
        locale=g.locale,
        saved=saved if saved in SAVED else None,
    )
    return page, status


def _saved(what: str) -> ResponseReturnValue:
    return redirect(url_for("profile.show", saved=what), 303)
