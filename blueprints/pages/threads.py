"""The page of a thread: a message with its replies, and a form for another, without JavaScript."""

from typing import Any
from uuid import uuid4

from quart import Blueprint, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import int_arg, login_required, member_of, services
from blueprints.pages import mention_all
from blueprints.pages.forms import filled
from blueprints.pages.message_forms import MessageForm
from blueprints.pages.message_items import message_items
from blueprints.pages.rendering import render
from limits import MESSAGE_ID_MAX
from models import Membership, Refusal
from protocol.views import ThreadView

PAGE = 50

blueprint = Blueprint("threads", __name__)

_THREAD = "/rooms/<int:room_id>/messages/<int:message_id>/thread"


@blueprint.get(_THREAD)
@login_required
async def show(room_id: int, message_id: int) -> ResponseReturnValue:
    """The thread of this message, with its last replies; `?before=` and `?after=` show others."""
    form = MessageForm(client_id=str(uuid4()))
    return await _page(await member_of(room_id), message_id, form)


@blueprint.post(_THREAD)
@login_required
async def reply(room_id: int, message_id: int) -> ResponseReturnValue:
    """Reply in the thread. What was typed is not lost when it is refused."""
    form = await filled(MessageForm)
    member = await member_of(room_id)
    if mention_all.wants_back(form):
        return await _page(member, message_id, form)
    if question := await mention_all.question(member, form):
        return question
    replied = form.replied() or message_id
    try:
        await services().messages.post(member, form.text(), form.key(), replied)
    except Refusal as refusal:
        if refusal.code == "held":
            # It is kept: the next text is another message, with a key of its own.
            return redirect(_url(room_id, message_id, held=1), 303)
        form.show(refusal)
        status = 422 if refusal.code in form.blames else refusal.status
        return await _page(await member_of(room_id), message_id, form, status)
    return redirect(_url(room_id, message_id, _anchor="end"), 303)


def _url(room_id: int, message_id: int, **values: Any) -> str:
    return url_for("threads.show", room_id=room_id, message_id=message_id, **values)


async def _page(
    member: Membership, message_id: int, form: MessageForm, status: int = 200
) -> ResponseReturnValue:
    if message_id > MESSAGE_ID_MAX:
        raise Refusal("not_found")
    before, after = int_arg(request.args, "before"), int_arg(request.args, "after")
    # One more than is shown: whether there are others.
    thread = await services().threads.page(
        member, message_id, before=before, after=after, limit=PAGE + 1
    )
    has_more = len(thread.messages) > PAGE
    thread.messages = thread.messages[:PAGE] if after is not None else thread.messages[-PAGE:]
    room = await services().rooms.details(member)
    page = await render(
        "thread.html",
        user=member.user,
        room=room,
        root=thread.root,
        items=await message_items(member, [thread.root, *thread.messages], room.members),
        has_older=has_more or after is not None,
        has_newer=has_more if after is not None else before is not None,
        replied=_replied(thread),
        form=form,
        has_held="held" in request.args,
    )
    return page, status


def _replied(thread: ThreadView) -> int | None:
    """What a reply is to: the thread's first message; where that is gone, the last that is not."""
    there = [each.message_id for each in thread.messages if not each.is_deleted]
    first = [] if thread.root.is_deleted else [thread.root.message_id]
    return next(iter([*first, *reversed(there)]), None)
