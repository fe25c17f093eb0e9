"""What others see of oneself beside the name: status, presence, and the picture."""

import asyncio
from typing import cast

from quart import Blueprint, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import login_required, require_actor, services
from blueprints.pages.forms import filled
from blueprints.pages.profile import profile_page
from blueprints.pages.status_forms import StatusForm, change_by
from blueprints.rate_limits import profile_limits
from blueprints.uploads import file_of
from models import Profile, Refusal

blueprint = Blueprint("appearance", __name__, url_prefix="/profile")


@blueprint.post("/status")
@login_required
@profile_limits
async def status() -> ResponseReturnValue:
    """Say something of oneself, for a while; or clear it."""
    form = await filled(StatusForm)
    chosen = None if "clear" in await request.form else form.choice()
    try:
        await services().profiles.change(await require_actor(), Profile(status=chosen))
    except Refusal as refusal:
        form.show(refusal)
        return await profile_page(422, status_form=form)
    return redirect(url_for("profile.show", saved="status"), 303)


@blueprint.post("/presence")
@login_required
@profile_limits
async def presence() -> ResponseReturnValue:
    """How one is to be seen while one is there."""
    await change_by(("presence",))
    return redirect(url_for("profile.show", saved="presence"), 303)


@blueprint.post("/picture")
@login_required
@profile_limits
async def picture() -> ResponseReturnValue:
    """A picture in the place of the letter."""
    actor, pictures = await require_actor(), services().pictures
    try:
        with pictures.place(actor):
            data = cast("bytes", await request.get_data())
            # In a thread: the search goes through 5 MiB.
            upload = await asyncio.to_thread(file_of, data, request.content_type or "")
            await pictures.put(actor, upload)
    except Refusal as refusal:
        return await profile_page(refusal.status, picture_problem=refusal)
    return redirect(url_for("profile.show", saved="picture"), 303)


@blueprint.post("/picture/remove")
@login_required
@profile_limits
async def remove_picture() -> ResponseReturnValue:
    """The letter again."""
    await services().pictures.remove(await require_actor())
    return redirect(url_for("profile.show", saved="picture"), 303)
