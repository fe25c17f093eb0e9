"""The page of a room's settings: who writes there, who finds it, who is banned; and bans, without
JavaScript too.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from quart import Blueprint, g, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import credential, login_required, member_of, require_actor, services
from blueprints.pages.admin_forms import asked, confirmed_before
from blueprints.pages.removals import since_hours
from blueprints.pages.rendering import render
from models import Membership, Refusal, Room
from models.room_ban import BanRow
from protocol.people_views import MemberView
from services.policy import Right, require, require_confirmed

# In seconds, as they are offered; by the API there are others.
PAUSES = (0, 10, 30, 60, 300, 900, 3600, 21_600)
# How long a ban lasts, in hours; 0: for ever.
BAN_HOURS = (1, 24, 7 * 24, 30 * 24, 0)

blueprint = Blueprint("moderation", __name__)

_SETTINGS = "/rooms/<int:room_id>/settings"


@blueprint.app_template_global("my_ban_notices")
async def my_ban_notices() -> list[BanRow]:
    """The bans that whoever asks has not put the notices of away."""
    return await services().moderation.notices_of((await require_actor()).user_id)


@blueprint.get(_SETTINGS)
@login_required
async def show(room_id: int) -> ResponseReturnValue:
    """Who writes, how often, and who is banned: for owners."""
    return await settings_page(await member_of(room_id))


async def settings_page(
    member: Membership, picture_problem: Refusal | None = None
) -> ResponseReturnValue:
    """The page, with what was wrong with a picture."""
    require(Right.SET_RULES, member)
    bans = await services().moderation.bans(member)
    pauses = sorted({*PAUSES, member.room.slow_seconds})
    saved, count = request.args.get("saved"), request.args.get("count", 0, type=int)
    page = await render(
        "room_settings.html",
        user=member.user,
        place=member.room,
        pauses=pauses,
        bans=bans,
        saved=saved,
        count=count,
        picture_problem=picture_problem.text(g.locale) if picture_problem else "",
    )
    return page, picture_problem.status if picture_problem else 200


@blueprint.post(_SETTINGS)
@login_required
async def set_rules(room_id: int) -> ResponseReturnValue:
    """Say who writes, how often, and what newcomers see."""
    pause, writers = await _number("slow_seconds", Room.SLOW_MAX), await _typed("writers")
    newcomers_see = await _typed("newcomers_see") or None
    member = await member_of(room_id)
    await services().rooms.set_rules(member, pause, writers, newcomers_see)
    return redirect(url_for("moderation.show", room_id=room_id, saved="rules"), 303)


@blueprint.post("/rooms/<int:room_id>/listing")
@login_required
async def set_listing(room_id: int) -> ResponseReturnValue:
    """Say whether the room is public, and what it is about."""
    visibility, topic = await _typed("visibility"), await _typed("topic")
    await services().rooms.set_listing(await member_of(room_id), visibility, topic)
    return redirect(url_for("moderation.show", room_id=room_id, saved="listing"), 303)


@blueprint.get("/rooms/<int:room_id>/members/<int:user_id>/ban")
@login_required
async def ask_to_ban(room_id: int, user_id: int) -> ResponseReturnValue:
    """For how long, and why; what was typed before the login was confirmed is filled in."""
    member = await member_of(room_id)
    require(Right.BAN, member)
    return await _ban_page(member, user_id)


@blueprint.post("/rooms/<int:room_id>/members/<int:user_id>/ban")
@login_required
@confirmed_before("moderation.ask_to_ban")
async def ban(room_id: int, user_id: int) -> ResponseReturnValue:
    """Ban somebody, after asking for how long, and why."""
    sure, reason = await _typed("sure"), await _typed("reason")
    removed = await _typed("messages")
    since = since_hours(removed) if removed else None
    hours = await _number("hours", max(BAN_HOURS)) if sure else 0
    member = await member_of(room_id)
    require(Right.BAN, member)
    if not sure:
        return await _ban_page(member, user_id)
    if removed:  # Before anything is done: both, or none.
        require_confirmed(Right.REMOVE_MESSAGES, member, await credential())
    until = datetime.now(UTC) + timedelta(hours=hours) if hours else None
    await services().moderation.ban(member, user_id, reason, until)
    if removed:
        await services().removals.in_room(member, await credential(), user_id, reason, since)
    return redirect(url_for("moderation.show", room_id=room_id, saved="ban", _anchor="bans"), 303)


@blueprint.post("/rooms/<int:room_id>/bans/<int:user_id>/lift")
@login_required
async def lift(room_id: int, user_id: int) -> ResponseReturnValue:
    """Let somebody be invited again."""
    await services().moderation.lift(await member_of(room_id), user_id)
    return redirect(url_for("moderation.show", room_id=room_id, saved="lift", _anchor="bans"), 303)


@blueprint.post("/rooms/<int:room_id>/ban/noticed")
@login_required
async def put_notice_away(room_id: int) -> ResponseReturnValue:
    """One has read that one is banned from there."""
    await services().moderation.put_notice_away((await require_actor()).user_id, room_id)
    return redirect(url_for("rooms.index", _anchor="title"), 303)


async def _ban_page(member: Membership, user_id: int) -> ResponseReturnValue:
    return await render(
        "ban.html",
        user=member.user,
        place=member.room,
        person=await _person(member, user_id),
        hours=BAN_HOURS,
        chosen=await asked("hours") or "24",
        reason=await asked("reason"),
        messages=await asked("messages"),
    )


async def _person(member: Membership, user_id: int) -> MemberView:
    room = await services().rooms.details(member)
    for each in room.members:
        if each.id == user_id != member.user_id:
            return each
    raise Refusal("not_found")


async def _number(name: str, most: int) -> int:
    """Raises Refusal: bad_request, for what is no number from 0 to `most`."""
    value = await _typed(name)
    is_number = value.isascii() and value.isdigit() and len(value) < 10
    if not is_number or int(value) > most:
        raise Refusal("bad_request", problem=name)
    return int(value)


async def _typed(name: str) -> str:
    form: Any = await request.form
    return str(form.get(name, ""))
