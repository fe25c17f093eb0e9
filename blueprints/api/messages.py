"""The JSON API of what is said in rooms."""

import msgspec
from quart import Blueprint, Response, request

from blueprints.api.bodies import answer, body, nothing
from blueprints.context import int_arg, limit_arg, login_required, member_of, services, settings
from blueprints.locale import error_locale
from blueprints.pages.event_lines import add_texts
from protocol.client_frames import ClientId, FileIds, MessageId
from protocol.views import ChangeList, MessageList
from realtime.views import message_sent, message_view
from services.history import CHANGES_DEFAULT, HISTORY_DEFAULT

blueprint = Blueprint("messages", __name__)


class NewMessage(msgspec.Struct):
    message: str
    client_id: ClientId | None = None
    reply_to: MessageId | None = None
    files: FileIds = ()


class Unread(msgspec.Struct):
    message_id: MessageId


@blueprint.get("/rooms/<int:room_id>/messages")
@login_required
async def messages(room_id: int) -> Response:
    member = await member_of(room_id)
    after = int_arg(request.args, "after")
    history = await services().history.page(
        member,
        before=int_arg(request.args, "before"),
        after=after,
        limit=limit_arg(HISTORY_DEFAULT),
    )
    if request.args.get("events") != "on":
        return answer(MessageList(history))
    events = await services().history.events(member, history, after)
    add_texts(events, error_locale())
    return answer(MessageList(history, events))


@blueprint.get("/rooms/<int:room_id>/changes")
@login_required
async def changes(room_id: int) -> Response:
    member = await member_of(room_id)
    since = int_arg(request.args, "since") or 0
    found, upto = await services().history.changes(member, since, limit_arg(CHANGES_DEFAULT))
    return answer(ChangeList([msgspec.Raw(frame) for frame in found], upto))


@blueprint.post("/rooms/<int:room_id>/messages")
@login_required
async def post_message(room_id: int) -> Response:
    sent = await body(NewMessage)
    member = await member_of(room_id)
    about = sent.message, sent.client_id, sent.reply_to, sent.files
    stored = await services().messages.post(member, *about)
    return answer(message_sent(message_view(stored, settings().locale)), 201)


@blueprint.post("/rooms/<int:room_id>/unread")
@login_required
async def mark_unread(room_id: int) -> Response:
    sent = await body(Unread)
    await services().read_marks.mark_unread(await member_of(room_id), sent.message_id)
    return nothing()
