"""What the first one on an empty server is asked, each of it at will: the name of the place, and
that of its first room.
"""

from quart import Blueprint, g, redirect, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import login_required, require_actor, services
from blueprints.pages.forms import WelcomeForm, filled, typed
from blueprints.pages.rendering import render
from blueprints.rate_limits import room_limits
from models import Refusal
from models.outages import is_outage
from services.actor import Actor
from services.policy import require_admin_act
from services.site import SiteChanges
from translations import DEFAULT, gettext

blueprint = Blueprint("welcome", __name__)


@blueprint.app_template_global("site_name")
async def site_name() -> str:
    """The name of the place: the chosen one, else our own. Read once a request."""
    if not hasattr(g, "site_name"):
        own_name = services().site.NAME
        try:
            name = (await services().site.state()).name
        except Exception as error:
            if not is_outage(error):
                raise
            name = own_name  # On the page that says so.
        own = name == own_name
        g.site_name = gettext(g.get("locale", DEFAULT), "Beseda") if own else name
    return str(g.site_name)


@blueprint.get("/welcome")
@login_required
async def show() -> ResponseReturnValue:
    """The form, to an administrator, while nothing is set up; others go to the rooms."""
    actor = await require_actor()
    if not actor.user.is_admin or not await services().site.is_new():
        return redirect(url_for("rooms.index"), 303)
    return await _page(actor, WelcomeForm())


@blueprint.post("/welcome")
@room_limits
@login_required
async def set_up() -> ResponseReturnValue:
    """Store what was filled in, and go to the room, if one was made."""
    form, actor = await filled(WelcomeForm), await require_actor()
    require_admin_act(actor)
    if not await services().site.is_new():
        return redirect(url_for("rooms.index"), 303)
    if not form.validate():
        return await _page(actor, form, 422)
    try:
        room_id = await _store(actor, typed(form.site_name), typed(form.room_name))
    except Refusal as refusal:
        form.show(refusal)
        status = 422 if refusal.code in form.blames else refusal.status
        return await _page(actor, form, status)
    there = url_for("rooms.show", room_id=room_id) if room_id else url_for("rooms.index")
    return redirect(there, 303)


async def _store(actor: Actor, site: str, room: str) -> int | None:
    # Where either is refused, nothing has been stored yet.
    changes = SiteChanges(site_name=site).checked() if site else None
    made = await services().rooms.create(actor, room, []) if room else None
    if changes:
        await services().administration.change_settings(actor, changes)
    return made.id if made else None


async def _page(actor: Actor, form: WelcomeForm, status: int = 200) -> ResponseReturnValue:
    return await render("welcome.html", user=actor.user, form=form), status
