"""Deleting all messages of somebody in a room, without JavaScript too; and what they are told."""

from datetime import UTC, datetime, timedelta

from quart import Blueprint, redirect, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import credential, login_required, member_of, require_actor, services
from blueprints.pages.admin_forms import asked, confirmed_before, field
from blueprints.pages.rendering import render
from models import Membership, ModerationNotice, Refusal, User
from services.policy import Right, require

# Since when, in hours, as it is offered; 0: ever. By the API there are others.
REMOVAL_HOURS = (1, 24, 7 * 24, 0)

blueprint = Blueprint("removals", __name__)


@blueprint.app_template_global("my_moderation_notices")
async def my_moderation_notices() -> list[ModerationNotice]:
    """What whoever asks is told of moderation, and has not put away."""
    return await services().removals.notices_of((await require_actor()).user_id)


@blueprint.get("/rooms/<int:room_id>/messages/remove")
@login_required
async def ask(room_id: int) -> ResponseReturnValue:
    """Whose, since when, and why: `?username=`, and what else was typed, is filled in."""
    member = await member_of(room_id)
    require(Right.REMOVE_MESSAGES, member)
    return await _page(member)


@blueprint.post("/rooms/<int:room_id>/messages/remove")
@login_required
@confirmed_before("removals.ask")
async def remove(room_id: int) -> ResponseReturnValue:
    """Delete what somebody has written in the room."""
    username, reason = await field("username"), await field("reason")
    since = since_hours(await field("hours"))
    member = await member_of(room_id)
    require(Right.REMOVE_MESSAGES, member)
    person = await User.named(username)
    if person is None:
        return await _page(member, Refusal("unknown_user", username=username[:64]))
    about = person.id, reason, since
    count = await services().removals.in_room(member, await credential(), *about)
    return redirect(
        url_for(
            "moderation.show", room_id=room_id, saved="removed", count=count, _anchor="removals"
        ),
        303,
    )


@blueprint.post("/notices/<int:notice_id>/noticed")
@login_required
async def put_notice_away(notice_id: int) -> ResponseReturnValue:
    """One has read it."""
    await services().removals.put_notice_away((await require_actor()).user_id, notice_id)
    return redirect(url_for("rooms.index", _anchor="title"), 303)


async def _page(member: Membership, refusal: Refusal | None = None) -> ResponseReturnValue:
    page = await render(
        "remove_messages.html",
        user=member.user,
        place=member.room,
        username=await asked("username"),
        hours=await asked("hours"),
        reason=await asked("reason"),
        refusal=refusal,
    )
    return page, refusal.status if refusal else 200


def since_hours(text: str) -> datetime | None:
    """Of one of the REMOVAL_HOURS, as a form sends it. Raises Refusal: bad_request."""
    if text not in map(str, REMOVAL_HOURS):
        raise Refusal("bad_request", problem="hours")
    return datetime.now(UTC) - timedelta(hours=int(text)) if int(text) else None
