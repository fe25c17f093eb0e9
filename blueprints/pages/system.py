"""The page of the server itself, for administrators: how it is, who is connected, and "close"."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from quart import Blueprint, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import admin_required, int_arg, require_actor, services
from blueprints.pages.admin_forms import confirmed_before
from blueprints.pages.rendering import render
from protocol.system_views import ConnectionView, ProcessView

blueprint = Blueprint("system", __name__, url_prefix="/admin")


class Connected(NamedTuple):
    """Somebody who is connected, with their connections, and what these have cost together."""

    user_id: int
    username: str
    connections: list[ConnectionView]
    sent_bytes: int
    waiting_bytes: int


@blueprint.app_template_filter("epoch")
def _epoch(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@blueprint.get("/system")
@admin_required
async def show() -> ResponseReturnValue:
    """All processes; the connections that cost most, or with `?user_id=` all of one person."""
    actor, user_id = await require_actor(), int_arg(request.args, "user_id")
    found = await services().system.view(actor, user_id)
    return await render(
        "admin_system.html",
        user=actor.user,
        system=found,
        people=_by_person(found.processes),
        user_id=user_id,
        slow_queries=[each for one in found.processes for each in one.slow_queries],
        done=request.args.get("done") == "closed",
    )


@blueprint.post("/people/<int:user_id>/connections/<process>/<int:number>/close")
@admin_required
@confirmed_before("system.show")
async def close(user_id: int, process: str, number: int) -> ResponseReturnValue:
    """Close one; the client comes back by itself."""
    await services().system.close(await require_actor(), user_id, process, number)
    return redirect(url_for("system.show", done="closed"), 303)


def _by_person(processes: Iterable[ProcessView]) -> list[Connected]:
    """Those first for whom most waits, then those who have cost most."""
    theirs: dict[int, list[ConnectionView]] = defaultdict(list)
    for process in processes:
        for each in process.connections:
            theirs[each.user_id].append(each)
    people = [
        Connected(
            user_id,
            found[0].username,
            found,
            sum(each.sent_bytes or 0 for each in found),
            sum(each.waiting_bytes for each in found),
        )
        for user_id, found in theirs.items()
    ]
    return sorted(people, key=lambda each: (-each.waiting_bytes, -each.sent_bytes))
