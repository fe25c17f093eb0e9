"""The JSON API of bans from rooms."""

from datetime import datetime
from typing import Annotated

import msgspec
from quart import Blueprint, Response

from blueprints.api.bodies import answer, body, nothing
from blueprints.context import login_required, member_of, require_actor, services
from blueprints.locale import error_locale
from protocol.moderation_views import BanList, OwnBanList
from realtime.moderation_views import ban_view, own_ban_view

blueprint = Blueprint("moderation", __name__)

_BAN = "/rooms/<int:room_id>/bans/<int:user_id>"


class NewBan(msgspec.Struct):
    reason: str = ""
    until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


@blueprint.get("/bans")
@login_required
async def own_bans() -> Response:
    found = await services().moderation.bans_of((await require_actor()).user_id)
    return answer(OwnBanList([own_ban_view(each, error_locale()) for each in found]))


@blueprint.get("/rooms/<int:room_id>/bans")
@login_required
async def bans(room_id: int) -> Response:
    found = await services().moderation.bans(await member_of(room_id))
    return answer(BanList([ban_view(each) for each in found]))


@blueprint.put(_BAN)
@login_required
async def ban(room_id: int, user_id: int) -> Response:
    sent = await body(NewBan)
    member = await member_of(room_id)
    await services().moderation.ban(member, user_id, sent.reason, sent.until)
    return nothing()


@blueprint.delete(_BAN)
@login_required
async def lift(room_id: int, user_id: int) -> Response:
    await services().moderation.lift(await member_of(room_id), user_id)
    return nothing()
