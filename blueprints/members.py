"""Forms of the panel beside a room: what members do there, without JavaScript too."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from quart import Blueprint, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import actions, login_required, member_of, require_session
from blueprints.limits import profile_limits
from models import Membership, Refusal

SHOWN = 30  # members.js has the same number.

blueprint = Blueprint("members", __name__)


@blueprint.post("/direct")
@login_required
async def open_conversation() -> ResponseReturnValue:
    """Go to the conversation with somebody, which is made when it is first asked for."""
    username = await _typed("username")
    room_id = await actions().open_conversation((await require_session()).user, username)
    return _to(room_id)


@blueprint.post("/rooms/<int:room_id>/rename")
@profile_limits
@login_required
async def rename(room_id: int) -> ResponseReturnValue:
    """Give the room another name."""
    name = await _typed("name")
    await actions().rename_room(await member_of(room_id), name)
    return _to(room_id)


@blueprint.post("/rooms/<int:room_id>/mute")
@login_required
async def mute(room_id: int) -> ResponseReturnValue:
    """Mute the room for oneself, or let it speak again."""
    is_muted = await _typed("is_muted") == "true"
    await actions().mute(await member_of(room_id), is_muted=is_muted)
    return _to(room_id)


@blueprint.post("/rooms/<int:room_id>/members/<int:user_id>/role")
@login_required
async def set_role(room_id: int, user_id: int) -> ResponseReturnValue:
    """Make somebody an owner, or a mere member."""
    role = await _typed("role")
    if role not in (Membership.OWNER, Membership.MEMBER):
        raise Refusal("bad_request", problem="role")
    await actions().set_role(await member_of(room_id), user_id, role)
    return _to(room_id)


def shown_members(members: Iterable[dict[str, Any]], user_id: int) -> list[dict[str, Any]]:
    """Those whom the page shows at first, or with `?members=all` all of them: the reader, who is
    online, and the others by when they were last here.
    """

    def place(member: dict[str, Any]) -> tuple[bool, bool, float]:
        seen = member["last_seen"]
        is_online = member["is_online"]
        at = datetime.fromisoformat(seen).timestamp() if seen and not is_online else 0.0
        return member["id"] != user_id, not is_online, -at

    shown = sorted(members, key=place)
    return shown if request.args.get("members") == "all" else shown[:SHOWN]


async def _typed(name: str) -> str:
    form: Any = await request.form
    return str(form.get(name, ""))


def _to(room_id: int) -> ResponseReturnValue:
    return redirect(url_for("rooms.show", room_id=room_id), 303)
