"""Pages by which one sets up and takes away second factors; the profile shows which there are."""

import segno
from quart import Blueprint, redirect, url_for
from quart.typing import ResponseReturnValue

from blueprints.api.factors import recent_session, turn_off
from blueprints.context import login_required, require_actor, services
from blueprints.pages.factor_forms import CodeForm, PasskeyForm, TotpOffForm
from blueprints.pages.forms import filled, typed
from blueprints.pages.profile import profile_page
from blueprints.pages.rendering import render
from blueprints.rate_limits import password_limits, profile_limits
from blueprints.relying_party import relying_party
from models import Refusal, Session

blueprint = Blueprint("factors", __name__, url_prefix="/profile")


@blueprint.post("/totp")
@login_required
@profile_limits
async def begin_totp() -> ResponseReturnValue:
    """Make a secret, and show it."""
    await services().second_factors.begin_totp(await recent_session())
    return redirect(url_for("factors.totp"), 303)


@blueprint.get("/totp")
@login_required
async def totp() -> ResponseReturnValue:
    """The secret that was made, for an app; without one, back to the profile."""
    return await _totp_page(await recent_session(), CodeForm())


@blueprint.post("/totp/confirm")
@login_required
@profile_limits
async def confirm_totp() -> ResponseReturnValue:
    """Turn the codes on by one of them, and show recovery codes."""
    form, session = await filled(CodeForm), await recent_session()
    try:
        codes = await services().second_factors.confirm_totp(session, typed(form.code))
    except Refusal as refusal:
        form.show(refusal)
        return await _totp_page(session, form, refusal.status)
    return await _codes_page(session, codes)


@blueprint.post("/totp/off")
@login_required
@password_limits
async def remove_totp() -> ResponseReturnValue:
    """Turn the codes off, by the password and a code."""
    form, session = await filled(TotpOffForm), await recent_session()
    try:
        await turn_off(session, typed(form.password), typed(form.code))
    except Refusal as refusal:
        form.show(refusal)
        return await profile_page(refusal.status, off_form=form)
    return _saved()


@blueprint.post("/recovery-codes")
@login_required
@profile_limits
async def renew_codes() -> ResponseReturnValue:
    """Show ten other recovery codes."""
    session = await recent_session()
    return await _codes_page(session, await services().second_factors.renew_codes(session))


@blueprint.post("/passkeys")
@login_required
@profile_limits
async def add_passkey() -> ResponseReturnValue:
    """Add what the browser has made, and show recovery codes where it is the first factor."""
    form, session = await filled(PasskeyForm), await recent_session()
    credential, label = typed(form.credential), typed(form.label)
    try:
        codes = await services().passkeys.add(session, credential, label, await relying_party())
    except Refusal as refusal:
        form.show(refusal)
        return await profile_page(refusal.status, passkey_form=form)
    return await _codes_page(session, codes)


@blueprint.post("/passkeys/<int:passkey_id>/rename")
@login_required
@profile_limits
async def rename_passkey(passkey_id: int) -> ResponseReturnValue:
    """Another name for a passkey."""
    label = typed((await filled(PasskeyForm)).label)
    await services().passkeys.rename((await require_actor()).user_id, passkey_id, label)
    return _saved()


@blueprint.post("/passkeys/<int:passkey_id>/remove")
@login_required
@profile_limits
async def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Take a passkey away."""
    await services().passkeys.remove(await recent_session(), passkey_id)
    return _saved()


async def _totp_page(session: Session, form: CodeForm, status: int = 200) -> ResponseReturnValue:
    found = await services().second_factors.totp_of(session.user)
    if found is None or found.is_on:
        return redirect(url_for("profile.show", _anchor="factors"), 303)
    issuer = (await services().site.state()).name
    address = found.address(session.user.username, issuer)
    # Without a style attribute, which the pages' Content-Security-Policy forbids.
    picture = segno.make(address, error="m").svg_inline(scale=5, border=4, light="#fff")
    secret = " ".join(found.secret[start : start + 4] for start in range(0, len(found.secret), 4))
    page = await render(
        "totp.html", user=session.user, form=form, secret=secret, address=address, picture=picture
    )
    return page, status


async def _codes_page(session: Session, codes: list[str]) -> ResponseReturnValue:
    if not codes:
        return _saved()
    return await render("recovery_codes.html", user=session.user, codes=codes)


def _saved() -> ResponseReturnValue:
    return redirect(url_for("profile.show", saved="factors"), 303)
