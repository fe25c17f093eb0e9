"""Pages of rooms: the list, a new one, and the room itself, which also works without JavaScript."""

from typing import Any
from uuid import uuid4

from quart import Blueprint, g, redirect, render_template, request, url_for
from quart.typing import ResponseReturnValue

from blueprints import emoji, present
from blueprints.context import actions, login_required, member_of, require_session
from blueprints.excerpt import Excerpt, excerpt
from blueprints.forms import MemberForm, MessageForm, PageForm, RoomForm, filled, typed
from blueprints.members import shown_members
from blueprints.texts import script_texts
from models import Membership, Message, Refusal, User
from translations import DEFAULT

blueprint = Blueprint("rooms", __name__)

for helper in (present.initial, present.hue, present.iso, present.moment):
    blueprint.add_app_template_filter(helper)

blueprint.add_app_template_filter(emoji.jumbo)


@blueprint.app_template_filter("day")
def _day(at: Any) -> str:
    return present.day(at, g.get("locale", DEFAULT))


@blueprint.app_template_filter("when")
def _when(at: Any) -> str:
    return present.when(present.moment(at), g.get("locale", DEFAULT), _hours())


@blueprint.app_template_filter("clock")
def _clock(at: Any) -> str:
    return present.clock(present.moment(at), g.get("locale", DEFAULT), _hours())


def _hours() -> str:
    return g.viewer.time_format if "viewer" in g else ""


@blueprint.get("/")
async def home() -> ResponseReturnValue:
    """The rooms are the home."""
    return redirect(url_for("rooms.index"), 303)


@blueprint.get("/rooms/")
@login_required
async def index() -> ResponseReturnValue:
    """The list of rooms, latest activity first, with what is unread."""
    return await render_template("rooms.html", user=await _user())


@blueprint.get("/rooms/new")
@login_required
async def new() -> ResponseReturnValue:
    """The form of a new room."""
    return await _new_page(RoomForm())


@blueprint.post("/rooms/new")
@login_required
async def create() -> ResponseReturnValue:
    """Make a room with its people and go there."""
    form = await filled(RoomForm)
    if not form.validate():
        return await _new_page(form, 422)
    try:
        room = await actions().create_room(await _user(), typed(form.name), form.usernames())
    except Refusal as refusal:
        form.show(refusal)
        return await _new_page(form, _status(form, refusal))
    return redirect(_room_url(room.id), 303)


@blueprint.get("/rooms/<int:room_id>/")
@login_required
async def show(room_id: int) -> ResponseReturnValue:
    """The room, from the first unread message on; `?at=<message_id>` shows that one in its
    context, `?before=` and `?after=` what is around it.
    """
    return await _room_page(await member_of(room_id))


@blueprint.post("/rooms/<int:room_id>/")
@login_required
async def post(room_id: int) -> ResponseReturnValue:
    """Say something without JavaScript. Who speaks has seen what was there."""
    # The form first: whoever is removed while it is still on its way is not shown the room by it.
    form = await filled(MessageForm)
    member = await member_of(room_id)
    try:
        await actions().post_message(member, form.text(), form.key())
    except Refusal as refusal:
        form.show(refusal)
        member = await member_of(room_id)
        return await _room_page(member, _status(form, refusal), message_form=form)
    await actions().mark_read(member)
    return redirect(_room_url(room_id, _anchor="end"), 303)


@blueprint.post("/rooms/<int:room_id>/read")
@login_required
async def read(room_id: int) -> ResponseReturnValue:
    """Mark the room read without JavaScript."""
    await actions().mark_read(await member_of(room_id))
    return redirect(_room_url(room_id), 303)


@blueprint.post("/rooms/<int:room_id>/members")
@login_required
async def add_member(room_id: int) -> ResponseReturnValue:
    """Bring somebody in."""
    form = await filled(MemberForm)
    member = await member_of(room_id)
    if not form.validate():
        return await _room_page(member, 422, member_form=form)
    try:
        await actions().add_member(member, typed(form.username))
    except Refusal as refusal:
        form.show(refusal)
        member = await member_of(room_id)
        return await _room_page(member, _status(form, refusal), member_form=form)
    return redirect(_room_url(room_id), 303)


@blueprint.post("/rooms/<int:room_id>/members/<int:user_id>/remove")
@login_required
async def remove_member(room_id: int, user_id: int) -> ResponseReturnValue:
    """Remove somebody, or leave."""
    member = await member_of(room_id)
    await actions().remove_member(member, user_id)
    leaving = user_id == member.user_id
    return redirect(url_for("rooms.index") if leaving else _room_url(room_id), 303)


@blueprint.post("/rooms/<int:room_id>/delete")
@login_required
async def delete(room_id: int) -> ResponseReturnValue:
    """Delete the room with everything in it."""
    await actions().delete_room(await member_of(room_id))
    return redirect(url_for("rooms.index"), 303)


async def _new_page(form: RoomForm, status: int = 200) -> ResponseReturnValue:
    return await render_template("new_room.html", user=await _user(), form=form), status


async def _room_page(
    member: Membership,
    status: int = 200,
    *,
    message_form: MessageForm | None = None,
    member_form: MemberForm | None = None,
) -> ResponseReturnValue:
    room = await actions().room_details(member)
    shown = await excerpt(member, request.args)
    page = await render_template(
        "room.html",
        user=member.user,
        room=room,
        bubbles=list(present.bubbles(shown.messages, member.user_id, shown.first_unread)),
        older=shown.older,
        newer=shown.newer,
        at=shown.at,
        message_form=message_form or MessageForm(client_id=str(uuid4())),
        member_form=member_form or MemberForm(),
        shown_members=shown_members(room["members"], member.user_id),
        data=_script_data(member, room, shown),
    )
    return page, status


def _script_data(member: Membership, room: dict[str, Any], shown: Excerpt) -> dict[str, Any]:
    return {
        "room_id": room["id"],
        "kind": room["kind"],
        "user_id": member.user_id,
        "username": member.user.username,
        "display_name": member.user.display_name,
        "role": member.role,
        "is_muted": member.is_muted,
        "last_read": member.read_to,
        "head": shown.head,
        "first_unread": shown.first_unread,
        "at": shown.at,
        "message_length": Message.MAX_LENGTH,
        "members": room["members"],
        "texts": script_texts(g.get("locale", DEFAULT)),
    }


async def _user() -> User:
    return (await require_session()).user


def _room_url(room_id: int, **values: Any) -> str:
    return url_for("rooms.show", room_id=room_id, **values)


def _status(form: PageForm, refusal: Refusal) -> int:
    return 422 if refusal.code in form.blames else refusal.status
