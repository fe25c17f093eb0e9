"""The page of one message: what can be done with it, without JavaScript too."""

from typing import Any

from quart import Blueprint, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import login_required, member_of, services
from blueprints.pages.forms import filled
from blueprints.pages.message_forms import EditForm
from blueprints.pages.message_items import message_items
from blueprints.pages.rendering import render
from limits import MESSAGE_ID_MAX
from models import Membership, Refusal
from protocol.client_frames import DeleteMessage, EditMessage, MessageFrame, PinMessage, React
from protocol.people_views import ReaderView
from protocol.views import MessageView
from services.policy import Right, may

USUAL = ("👍", "❤️", "😂", "🎉", "😮", "🙏")  # Offered without searching.

blueprint = Blueprint("messages", __name__)

_MESSAGE = "/rooms/<int:room_id>/messages/<int:message_id>"


@blueprint.get(_MESSAGE)
@login_required
async def show(room_id: int, message_id: int) -> ResponseReturnValue:
    """The message, its earlier texts, who has reacted, and forms for all that can be done."""
    return await _page(await member_of(room_id), message_id)


@blueprint.post(f"{_MESSAGE}/edit")
@login_required
async def edit(room_id: int, message_id: int) -> ResponseReturnValue:
    """Give one's own message another text. What was typed is not lost when it is refused."""
    form = await filled(EditForm)
    member = await member_of(room_id)
    frame = EditMessage(_known(message_id), form.text(), form.edited_from())
    try:
        await services().message_changes.run(member, frame)
    except Refusal as refusal:
        form.show(refusal)
        return await _page(member, message_id, refusal.status, form)
    return _to(room_id, message_id)


@blueprint.post(f"{_MESSAGE}/delete")
@login_required
async def delete(room_id: int, message_id: int) -> ResponseReturnValue:
    """Take the message away; an owner may say why."""
    form: Any = await request.form
    if reason := str(form.get("reason", "")).strip():
        await services().removals.one(await member_of(room_id), _known(message_id), reason)
        return _to(room_id, message_id)
    return await _run(room_id, DeleteMessage(_known(message_id)))


@blueprint.post(f"{_MESSAGE}/files/<int:file_id>/remove")
@login_required
async def remove_file(room_id: int, message_id: int, file_id: int) -> ResponseReturnValue:
    """Take one file of one's own message away; one that has nothing left is deleted."""
    member = await member_of(room_id)
    await services().message_changes.remove_file(member, _known(message_id), file_id)
    return _to(room_id, message_id)


@blueprint.post(f"{_MESSAGE}/react")
@login_required
async def react(room_id: int, message_id: int) -> ResponseReturnValue:
    """Put the emoji called `on` under the message, or take the one called `off` away."""
    form: Any = await request.form
    emoji = str(form.get("on") or form.get("off") or "").strip()
    return await _run(room_id, React(_known(message_id), emoji, is_on="off" not in form))


@blueprint.post(f"{_MESSAGE}/pin")
@login_required
async def pin(room_id: int, message_id: int) -> ResponseReturnValue:
    """Pin the message, or with `is_pinned` "false" no longer."""
    form: Any = await request.form
    is_pinned = form.get("is_pinned") != "false"
    return await _run(room_id, PinMessage(_known(message_id), is_pinned))


@blueprint.post(f"{_MESSAGE}/versions/erase")
@login_required
async def erase_versions(room_id: int, message_id: int) -> ResponseReturnValue:
    """Erase the earlier texts of one's own message."""
    await services().message_details.erase_versions(await member_of(room_id), _known(message_id))
    return redirect(url_for("messages.show", room_id=room_id, message_id=message_id), 303)


async def _run(room_id: int, frame: MessageFrame) -> ResponseReturnValue:
    await services().message_changes.run(await member_of(room_id), frame)
    return _to(room_id, frame.message_id)


def _to(room_id: int, message_id: int) -> ResponseReturnValue:
    there = url_for("rooms.show", room_id=room_id, at=message_id, _anchor=f"m{message_id}")
    return redirect(there, 303)


async def _page(
    member: Membership, message_id: int, status: int = 200, form: EditForm | None = None
) -> ResponseReturnValue:
    message = await services().message_details.one(member, _known(message_id))
    room = await services().rooms.details(member)
    versions = await services().message_details.versions(member, message_id)
    page = await render(
        "message.html",
        user=member.user,
        room=room,
        item=(await message_items(member, [message], room.members))[0],
        versions=versions,
        reactions=await services().readers.reacted(member, message_id),
        readers=await _readers(member, message),
        usual=USUAL,
        may_edit=form is not None or services().message_changes.is_in_time(message),
        may_delete=may(Right.DELETE_MESSAGE, member, message.user_id),
        form=form or EditForm(message=message.message, base=str(message.change)),
    )
    return page, status


async def _readers(member: Membership, message: MessageView) -> list[ReaderView]:
    if message.user_id != member.user_id:
        return []
    return (await services().readers.of(member, message.message_id)).readers


def _known(message_id: int) -> int:
    """Raises Refusal: not_found, for what can be no message_id."""
    if message_id > MESSAGE_ID_MAX:
        raise Refusal("not_found")
    return message_id
