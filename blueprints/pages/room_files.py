"""A room's files, by month. Sending some: the page for it without JavaScript, and what the room's
page needs for it, once somebody does.
"""

from itertools import groupby
from uuid import uuid4

from babel.dates import format_date
from quart import Blueprint, g, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import int_arg, login_required, member_of, services, settings
from blueprints.file_form import FileForm, file_form
from blueprints.locale import page_zone
from blueprints.pages.message_forms import MessageForm
from blueprints.pages.presentation import local_day
from blueprints.pages.rendering import render
from limits import FILES_MAX
from models import Membership, Refusal
from protocol.file_views import RoomFileView
from services.policy import Right, require
from translations import DEFAULT, gettext

blueprint = Blueprint("room_files", __name__)

_NEW = "/rooms/<int:room_id>/files/new"


@blueprint.get("/rooms/<int:room_id>/files")
@login_required
async def listed(room_id: int) -> ResponseReturnValue:
    """The latest ones first; `?before=` leads to earlier ones."""
    member = await member_of(room_id)
    found = await services().room_files.page(member, int_arg(request.args, "before"))
    months = [(name, list(files)) for name, files in groupby(found.files, _month)]
    room = await services().rooms.details(member)
    return await render("room_files.html", room=room, months=months, cursor=found.cursor)


@blueprint.get(_NEW)
@login_required
async def new(room_id: int) -> ResponseReturnValue:
    """A form for one file, with a text."""
    member = await member_of(room_id)
    require(Right.POST, member)
    return await _page(member, MessageForm(client_id=str(uuid4())))


@blueprint.post(_NEW)
@login_required
async def send(room_id: int) -> ResponseReturnValue:
    """Upload the file, and send a message with it. What was typed is not lost when it is refused;
    browsers let nobody put the file back.
    """
    member = await member_of(room_id)
    require(Right.POST, member)
    sent = await file_form(services().uploads.most)
    text, key, alt = (sent.fields.get(name, "") for name in ("message", "client_id", "alt"))
    form = MessageForm(message=text, client_id=key)
    try:
        file_id = await _upload(member, sent, alt)
        await services().messages.post(member, form.text(), form.key(), None, (file_id,))
    except Refusal as refusal:
        # A browser that is still sending would not see the answer.
        async for _ in sent.content:
            pass
        form.show(refusal)
        return await _page(member, form, alt, refusal.status)
    await services().read_marks.move(member)
    return redirect(url_for("rooms.show", room_id=room_id, _anchor="end"), 303)


@blueprint.get("/file-tools")
@login_required
async def tools() -> ResponseReturnValue:
    """Parts of the room's page, the pictures' window too: they would be part of each."""
    most = settings().max_file_bytes
    return await render("file_tools.html", most=FILES_MAX, bytes_max=most)


async def _upload(member: Membership, sent: FileForm, alt: str) -> int:
    if not sent.name:
        raise Refusal("no_file")
    about = sent.name, sent.size, alt, sent.content
    return int((await services().uploads.whole(member, *about)).id)


async def _page(
    member: Membership, form: MessageForm, alt: str = "", status: int = 200
) -> ResponseReturnValue:
    title = gettext(g.get("locale", DEFAULT), "Send a file")
    most = settings().max_file_bytes
    room = await services().rooms.details(member)
    about = {"room": room, "form": form, "alt": alt, "most": most, "title": title}
    return await render("new_file.html", **about), status


def _month(file: RoomFileView) -> str:
    day = local_day(file.timestamp, page_zone())
    return str(format_date(day, "LLLL y", locale=g.get("locale", DEFAULT)))
