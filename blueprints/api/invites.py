"""The JSON API of the links by which people come. A token is sent in a body, never in an address:
addresses are logged by proxies.
"""

from datetime import timedelta

import msgspec
from quart import Blueprint, Response, request, url_for

from blueprints.api.bodies import answer, body, nothing
from blueprints.context import int_arg, login_required, require_actor, services
from blueprints.invite_tokens import link_of
from blueprints.security import site_address
from models import InviteLink
from protocol.invite_views import AcceptedView, InviteList, NewInviteView, OfferView
from realtime.invite_views import person_view

blueprint = Blueprint("invites", __name__)


class NewInvite(msgspec.Struct):
    """`uses` None: any number of people; `seconds` None: it does not expire."""

    room_id: int | None = None
    uses: int | None = 1
    seconds: int | None = int(InviteLink.LIFETIME.total_seconds())


class Token(msgspec.Struct):
    token: str


@blueprint.post("/invites")
@login_required
async def make() -> Response:
    return await made_link()


async def made_link() -> Response:
    """The answer with a link that has been made as the body asks. Raises Refusal: as
    InviteLinks.make.
    """
    asked = await body(NewInvite)
    # More would not fit into a time; the service says how much is allowed.
    seconds = None if asked.seconds is None else max(-1, min(asked.seconds, 10**9))
    lifetime = None if seconds is None else timedelta(seconds=seconds)
    actor = await require_actor()
    made, token = await services().invite_links.make(actor, asked.room_id, asked.uses, lifetime)
    url = site_address(url_for("invitation.show", token=token))
    fields = {name: getattr(made, name) for name in made.__struct_fields__}
    return answer(NewInviteView(**fields, token=token, url=url), 201)


@blueprint.get("/invites")
@login_required
async def listed() -> Response:
    room_id = int_arg(request.args, "room_id")
    return answer(InviteList(await services().invite_links.listed(await require_actor(), room_id)))


@blueprint.delete("/invites/<int:link_id>")
@login_required
async def revoke(link_id: int) -> Response:
    await services().invite_links.revoke(await require_actor(), link_id)
    return nothing()


@blueprint.post("/invites/look")
async def look() -> Response:
    """What a link offers; also to whoever has no account yet. Nothing is used up."""
    links, asked = services().invite_links, await body(Token)
    await link_of(asked.token)
    link = await links.find_good(asked.token)
    view = OfferView(
        site_name=(await services().site.state()).name,
        invited_by=person_view(link.maker),
        can_register=await links.why_no_account(link) is None,
    )
    if link.room_id is not None:
        view.room_id, view.room_name = link.room_id, link.room_name or ""
    return answer(view)


@blueprint.post("/invites/accept")
@login_required
async def accept() -> Response:
    asked = await body(Token)
    await link_of(asked.token)
    room_id = await services().invite_links.accept(await require_actor(), asked.token)
    return answer(AcceptedView(room_id))
