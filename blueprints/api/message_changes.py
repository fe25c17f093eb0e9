"""The JSON API of one message: what it is, and what is done to it."""

import msgspec
from quart import Blueprint, Response, request

from blueprints.api.bodies import answer, body, nothing
from blueprints.context import (
    int_arg,
    limit_arg,
    login_required,
    member_of,
    require_actor,
    services,
)
from limits import MESSAGE_ID_MAX
from models import Refusal
from protocol.client_frames import (
    DeleteMessage,
    EditMessage,
    MessageFrame,
    MessageId,
    PinMessage,
    React,
)
from protocol.people_views import ReactedList
from protocol.version_views import VersionList
from protocol.views import MessageList
from services.history import HISTORY_DEFAULT

blueprint = Blueprint("message_changes", __name__)

_MESSAGE = "/rooms/<int:room_id>/messages/<int:message_id>"
_REACTION = f"{_MESSAGE}/reactions/<emoji>"
# To who is not in the room any more.
NOT_IN_IT = ("not_a_member", "room_banned", "room_banned_until")
_PIN = "/rooms/<int:room_id>/pins/<int:message_id>"


class Edit(msgspec.Struct):
    message: str
    base: MessageId | None = None


@blueprint.get(_MESSAGE)
@login_required
async def message(room_id: int, message_id: int) -> Response:
    member = await member_of(room_id)
    return answer(await services().message_details.one(member, _known(message_id)))


@blueprint.patch(_MESSAGE)
@login_required
async def edit(room_id: int, message_id: int) -> Response:
    sent = await body(Edit)
    changes = services().message_changes
    frame = EditMessage(_known(message_id), sent.message, sent.base)
    return answer(changes.view(await changes.run(await member_of(room_id), frame)))


@blueprint.delete(_MESSAGE)
@login_required
async def delete(room_id: int, message_id: int) -> Response:
    """With a `?reason=`, by an owner, as when many are deleted: it is told."""
    message_id = _known(message_id)
    if reason := request.args.get("reason", ""):
        await services().removals.one(await member_of(room_id), message_id, reason)
        return nothing()
    try:
        return await _run(room_id, DeleteMessage(message_id))
    except Refusal as refusal:
        # Whose words they are, theirs they stay.
        if refusal.code not in NOT_IN_IT or not await _is_deleted(room_id, message_id):
            raise
    return nothing()


@blueprint.delete(f"{_MESSAGE}/files/<int:file_id>")
@login_required
async def remove_file(room_id: int, message_id: int, file_id: int) -> Response:
    """One's own; a message with no text and no other file is deleted."""
    member = await member_of(room_id)
    await services().message_changes.remove_file(member, _known(message_id), file_id)
    return nothing()


@blueprint.get(f"{_MESSAGE}/versions")
@login_required
async def versions(room_id: int, message_id: int) -> Response:
    member = await member_of(room_id)
    found = await services().message_details.versions(member, _known(message_id))
    return answer(VersionList(found))


@blueprint.delete(f"{_MESSAGE}/versions")
@login_required
async def erase_versions(room_id: int, message_id: int) -> Response:
    member = await member_of(room_id)
    await services().message_details.erase_versions(member, _known(message_id))
    return nothing()


@blueprint.get(f"{_MESSAGE}/readers")
@login_required
async def readers(room_id: int, message_id: int) -> Response:
    return answer(await services().readers.of(await member_of(room_id), _known(message_id)))


@blueprint.get(f"{_MESSAGE}/thread")
@login_required
async def thread(room_id: int, message_id: int) -> Response:
    member = await member_of(room_id)
    found = await services().threads.page(
        member,
        _known(message_id),
        before=int_arg(request.args, "before"),
        after=int_arg(request.args, "after"),
        limit=limit_arg(HISTORY_DEFAULT),
    )
    return answer(found)


@blueprint.get(f"{_MESSAGE}/reactions")
@login_required
async def reacted(room_id: int, message_id: int) -> Response:
    found = await services().readers.reacted(await member_of(room_id), _known(message_id))
    return answer(ReactedList(found))


@blueprint.put(_REACTION)
@login_required
async def react(room_id: int, message_id: int, emoji: str) -> Response:
    return await _run(room_id, React(_known(message_id), emoji, is_on=True))


@blueprint.delete(_REACTION)
@login_required
async def take_reaction(room_id: int, message_id: int, emoji: str) -> Response:
    return await _run(room_id, React(_known(message_id), emoji, is_on=False))


@blueprint.get("/rooms/<int:room_id>/pins")
@login_required
async def pins(room_id: int) -> Response:
    return answer(MessageList(await services().message_details.pinned(await member_of(room_id))))


@blueprint.put(_PIN)
@login_required
async def pin(room_id: int, message_id: int) -> Response:
    return await _run(room_id, PinMessage(_known(message_id), is_pinned=True))


@blueprint.delete(_PIN)
@login_required
async def unpin(room_id: int, message_id: int) -> Response:
    return await _run(room_id, PinMessage(_known(message_id), is_pinned=False))


async def _run(room_id: int, frame: MessageFrame) -> Response:
    await services().message_changes.run(await member_of(room_id), frame)
    return nothing()


async def _is_deleted(room_id: int, message_id: int) -> bool:
    """As their author asks who is not in the room; False: there is none of theirs."""
    user_id = (await require_actor()).user_id
    return await services().removals.own_message(user_id, room_id, message_id)


def _known(message_id: int) -> int:
    """Raises Refusal: not_found, for what can be no message_id."""
    if message_id > MESSAGE_ID_MAX:
        raise Refusal("not_found")
    return message_id
