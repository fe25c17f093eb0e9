"""Forms of the panel beside a room: what members do there, without JavaScript too."""

from collections.abc import Iterable
from typing import Any

from quart import Blueprint, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import login_required, member_of, require_actor, services
from blueprints.pages.rendering import render
from blueprints.rate_limits import profile_limits
from models import Membership, Refusal
from protocol.people_views import MemberView

SHOWN = 30  # Members in the panel at first; the page's data has it for the scripts.

blueprint = Blueprint("members", __name__)


@blueprint.post("/direct")
@login_required
async def open_conversation() -> ResponseReturnValue:
    """Go to the conversation with somebody, which is made when it is first asked for."""
    username = await _typed("username")
    room_id = await services().direct_conversations.open(await require_actor(), username)
    return _to(room_id)


@blueprint.post("/rooms/<int:room_id>/rename")
@profile_limits
@login_required
async def rename(room_id: int) -> ResponseReturnValue:
    """Give the room another name."""
    name = await _typed("name")
    await services().rooms.rename(await member_of(room_id), name)
    return _to(room_id)


@blueprint.post("/rooms/<int:room_id>/level")
@login_required
async def set_level(room_id: int) -> ResponseReturnValue:
    """Choose what of the room one wants to be told of."""
    level = await _typed("level")
    if level not in Membership.LEVELS:
        raise Refusal("bad_request", problem="level")
    await services().room_preferences.set_level(await member_of(room_id), level)
    return _to(room_id)


@blueprint.post("/rooms/<int:room_id>/members/<int:user_id>/role")
@login_required
async def set_role(room_id: int, user_id: int) -> ResponseReturnValue:
    """Make somebody an owner, after asking once more, or a mere member."""
    role = await _typed("role")
    if role not in (Membership.OWNER, Membership.MEMBER):
        raise Refusal("bad_request", problem="role")
    member = await member_of(room_id)
    if role == Membership.OWNER and not await _is_sure(member):
        return await _ask(member, user_id, "owner")
    await services().members.set_role(member, user_id, role)
    return _to(room_id)


@blueprint.post("/rooms/<int:room_id>/members/<int:user_id>/remove")
@login_required
async def remove(room_id: int, user_id: int) -> ResponseReturnValue:
    """Remove somebody, after asking once more, or leave."""
    member = await member_of(room_id)
    is_leaving = user_id == member.user_id
    if not (is_leaving or await _is_sure(member)):
        return await _ask(member, user_id, "remove")
    await services().members.remove(member, user_id, await _typed("reason"))
    there = url_for("rooms.index", _anchor="title")
    return redirect(there if is_leaving else url_for("rooms.show", room_id=room_id), 303)


def shown_members(members: Iterable[MemberView], user_id: int) -> list[MemberView]:
    """Those whom the page shows at first, or with `?members=all` all of them: the reader, who is
    online, and the others by when they were last here.
    """

    def sort_key(member: MemberView) -> tuple[bool, bool, float]:
        seen = None if member.is_online else member.last_seen
        return member.id != user_id, not member.is_online, -seen.timestamp() if seen else 0.0

    shown = sorted(members, key=sort_key)
    return shown if request.args.get("members") == "all" else shown[:SHOWN]


async def _is_sure(member: Membership) -> bool:
    """Whether they have been asked. Who is no owner need not be: they are refused."""
    return not member.is_owner or await _typed("sure") != ""


async def _ask(member: Membership, user_id: int, what: str) -> ResponseReturnValue:
    """The page that asks an owner once more; scripts have a dialog of their own."""
    room = await services().rooms.details(member)
    person = next((each for each in room.members if each.id == user_id), None)
    if person is None:
        raise Refusal("not_found")
    return await render("sure.html", user=member.user, room_id=room.id, person=person, what=what)


async def _typed(name: str) -> str:
    form: Any = await request.form
    return str(form.get(name, ""))


def _to(room_id: int) -> ResponseReturnValue:
    return redirect(url_for("rooms.show", room_id=room_id), 303)
