"""Pages about one's mail address, and what the links in mails lead to."""

from quart import Blueprint, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import login_required, require_actor, require_session, services
from blueprints.pages.forms import EmailForm, PageForm, filled, typed
from blueprints.pages.profile import profile_page
from blueprints.pages.rendering import render
from blueprints.rate_limits import email_limits, profile_limits, take_mail_to
from models import Refusal

blueprint = Blueprint("email", __name__)


@blueprint.app_template_global("mail_is_on")
def mail_is_on() -> bool:
    """Whether this server sends mail."""
    return services().email_addresses.are_on


@blueprint.post("/profile/email")
@login_required
@profile_limits
async def ask() -> ResponseReturnValue:
    """Send a link to an address, by which it is confirmed."""
    session = await require_session()
    services().email_addresses.require_on()
    form = await filled(EmailForm)
    if not form.validate():
        return await profile_page(422, email_form=form)
    await take_mail_to(typed(form.address), session.user_id)
    try:
        await services().email_addresses.ask(session, typed(form.address))
    except Refusal as refusal:
        if refusal.code not in form.blames:
            raise
        form.show(refusal)
        return await profile_page(422, email_form=form)
    return _saved("email-asked")


@blueprint.post("/profile/email/remove")
@login_required
@profile_limits
async def remove() -> ResponseReturnValue:
    """No mail any more."""
    await services().email_addresses.remove(await require_session())
    return _saved("email")


@blueprint.post("/profile/email/digest")
@login_required
@profile_limits
async def digest() -> ResponseReturnValue:
    """Whether to be told by mail of what one has missed: a box that is ticked, or not."""
    is_wanted = bool((await request.form).get("digest"))
    user = (await require_actor()).user
    await services().email_addresses.set_digest(user, is_wanted=is_wanted)
    return _saved("email")


@blueprint.get("/email/confirm/<token>")
async def show_confirm(token: str) -> ResponseReturnValue:
    """Ask whether it is meant: programs that look through mail open its links."""
    mine = await services().email_addresses.asked_by(token)
    whose = mine.user.username
    return await render("email_confirm.html", address=mine.pending, whose=whose, is_done=False)


@blueprint.post("/email/confirm/<token>")
@email_limits
async def confirm(token: str) -> ResponseReturnValue:
    """Confirm the address."""
    mine = await services().email_addresses.confirm(token)
    return await render("email_confirm.html", address=mine.address, is_done=True)


@blueprint.get("/forgot")
async def show_forgot() -> ResponseReturnValue:
    """The form for who has forgotten their password."""
    services().site.require_passwords()
    return await _forgot_page(EmailForm())


@blueprint.post("/forgot")
@email_limits
async def forgot() -> ResponseReturnValue:
    """Have a link sent. The page says the same whether or not somebody has that address."""
    form = await filled(EmailForm)
    services().site.require_passwords()
    if not form.validate():
        return await _forgot_page(form, 422)
    services().email_addresses.require_on()
    await take_mail_to(typed(form.address))
    try:
        await services().email_addresses.ask_reset(typed(form.address))
    except Refusal as refusal:
        if refusal.code not in form.blames:
            raise
        form.show(refusal)
        return await _forgot_page(form, 422)
    return await _forgot_page(form, is_sent=True)


@blueprint.get("/unsubscribe/<token>")
async def show_unsubscribe(token: str) -> ResponseReturnValue:
    """Ask whether it is meant; nothing changes by looking at it."""
    mine = await services().email_addresses.whose_leave_link(token)
    return await render("unsubscribe.html", address=mine.address, is_done=not mine.wants_digest)


@blueprint.post("/unsubscribe/<token>")
@email_limits
async def unsubscribe(token: str) -> ResponseReturnValue:
    """No more digests: by the button of the page, or of a mail program (RFC 8058)."""
    mine = await services().email_addresses.leave(token)
    return await render("unsubscribe.html", address=mine.address, is_done=True)


async def _forgot_page(
    form: PageForm, status: int = 200, *, is_sent: bool = False
) -> ResponseReturnValue:
    services().email_addresses.require_on()
    return await render("forgot.html", form=form, is_sent=is_sent), status


def _saved(what: str) -> ResponseReturnValue:
    return redirect(url_for("profile.show", saved=what, _anchor="my-email"), 303)
