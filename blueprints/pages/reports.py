"""Reporting a message, and judging what was reported, without JavaScript too."""

from quart import Blueprint, g, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import admin_required, login_required, member_of, require_actor, services
from blueprints.pages.admin_forms import field
from blueprints.pages.rendering import render
from models import Membership, Refusal
from models.report import CATEGORIES, OUTCOMES
from protocol.client_frames import DeleteMessage
from services.policy import Right, require
from translations import DEFAULT

blueprint = Blueprint("reports", __name__)

_REPORT = "/rooms/<int:room_id>/messages/<int:message_id>/report"


@blueprint.get(_REPORT)
@login_required
async def ask(room_id: int, message_id: int) -> ResponseReturnValue:
    """Why; and who will see what."""
    return await _page(await member_of(room_id), message_id)


@blueprint.post(_REPORT)
@login_required
async def report(room_id: int, message_id: int) -> ResponseReturnValue:
    """Report the message."""
    category, text = await field("category"), await field("text")
    member = await member_of(room_id)
    try:
        await services().reports.report(member, message_id, category, text)
    except Refusal as refusal:
        if refusal.code not in (
            "already_reported",
            "bad_field",
            "gone",
            "own_message",
            "rate_limited",
        ):
            raise
        return await _page(member, message_id, refusal)
    return redirect(url_for("reports.ask", room_id=room_id, message_id=message_id, sent="yes"), 303)


@blueprint.get("/rooms/<int:room_id>/reports/")
@login_required
async def of_room(room_id: int) -> ResponseReturnValue:
    """What was reported in a room: for owners."""
    member = await member_of(room_id)
    found = await services().reports.of_room(member)
    return await render(
        "reports.html", user=member.user, place=member.room, reports=found, done=_done()
    )


@blueprint.post("/rooms/<int:room_id>/reports/<int:report_id>")
@login_required
async def judge_in_room(room_id: int, report_id: int) -> ResponseReturnValue:
    """Dismiss it, delete the message, or say that something was done."""
    outcome = await field("outcome")
    member = await member_of(room_id)
    require(Right.JUDGE_REPORTS, member)
    judged = "acted" if outcome == "delete" else outcome
    row = await services().reports.judge_in_room(member, report_id, judged)
    if outcome == "delete":
        await services().message_changes.run(member, DeleteMessage(row.message_id))
    return redirect(url_for("reports.of_room", room_id=room_id, done=judged), 303)


@blueprint.get("/admin/reports")
@admin_required
async def everywhere() -> ResponseReturnValue:
    """What was reported in all rooms and conversations."""
    actor = await require_actor()
    found = await services().reports.all(actor)
    return await render("admin_reports.html", user=actor.user, reports=found, done=_done())


@blueprint.post("/admin/reports/<int:report_id>")
@admin_required
async def judge(report_id: int) -> ResponseReturnValue:
    """Dismiss it, delete the message, or say that something was done."""
    outcome, actor = await field("outcome"), await require_actor()
    if outcome == "delete":
        report = await services().reports.one(actor, report_id)
        await services().removals.reported(actor, report, await field("reason"))
    judged = "acted" if outcome == "delete" else outcome
    await services().reports.judge(actor, report_id, judged)
    return redirect(url_for("reports.everywhere", done=judged), 303)


async def _page(
    member: Membership, message_id: int, refusal: Refusal | None = None
) -> ResponseReturnValue:
    message = await services().message_details.one(member, message_id)
    page = await render(
        "report.html",
        user=member.user,
        place=member.room,
        message=message,
        categories=CATEGORIES,
        is_sent="sent" in request.args,
        problem=refusal.text(g.get("locale", DEFAULT)) if refusal else "",
        typed=await field("text") if refusal else "",
    )
    return page, refusal.status if refusal else 200


def _done() -> str | None:
    done = request.args.get("done")
    return done if done in OUTCOMES else None
