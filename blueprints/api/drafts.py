"""The JSON API of drafts: what somebody has written in a room and not sent."""

import msgspec
from quart import Blueprint, Response

from blueprints.api.bodies import answer, body, nothing
from blueprints.context import login_required, member_of, services
from models import Membership, Refusal
from protocol.client_frames import MessageId

blueprint = Blueprint("drafts", __name__)

_DRAFT = "/rooms/<int:room_id>/draft"


class NewDraft(msgspec.Struct):
    """`user_id` says who has written it: a page may have been opened by another login."""

    message: str
    reply_to: MessageId | None = None
    base: MessageId | None = None
    user_id: int | None = None


@blueprint.get(_DRAFT)
@login_required
async def draft(room_id: int) -> Response:
    member = await member_of(room_id)
    services().drafts.check_rate(member)
    return answer(await services().drafts.of(member))


@blueprint.put(_DRAFT)
@login_required
async def put_draft(room_id: int) -> Response:
    sent = await body(NewDraft)
    member = await member_of(room_id)
    _check_author(sent, member)
    return answer(await services().drafts.save(member, sent.message, sent.reply_to, sent.base))


@blueprint.delete(_DRAFT)
@login_required
async def delete_draft(room_id: int) -> Response:
    await services().drafts.discard(await member_of(room_id))
    return nothing()


def _check_author(sent: NewDraft, member: Membership) -> None:
    if sent.user_id not in (None, member.user_id):
        raise Refusal("forbidden")
