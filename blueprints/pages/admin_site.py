"""Pages of administrators: settings of the server, and the audit log with its export."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import msgspec
from quart import Blueprint, Response, g, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.audit_filters import audit_filter, cursor_arg
from blueprints.context import admin_required, require_actor, services
from blueprints.pages.admin_forms import field
from blueprints.pages.audit_actions import action_text
from blueprints.pages.rendering import render
from config import REGISTRATION_MODES
from models import Refusal
from models.import_job import import_source
from models.queries.audit_log import AuditRow
from protocol.csv_table import TYPE, harmless, table
from protocol.encoding import encode_json
from realtime.admin_views import audit_view
from services.site import SiteChanges
from translations import DEFAULT

_PEOPLE = ("actor_id", "actor", "user_id", "username")
COLUMNS = ("id", "at", "action", *_PEOPLE, "room_id", "room", "reason", "details")
TYPES = {"csv": TYPE, "jsonl": "application/jsonl; charset=utf-8"}
FILTERS = ("action", "actor", "person", "room", "since", "until")

blueprint = Blueprint("admin_site", __name__, url_prefix="/admin")


@blueprint.app_template_filter("action")
def _action(name: str) -> str:
    return action_text(name, g.get("locale", DEFAULT))


@blueprint.app_template_filter("dated")
def _dated(at: datetime | str) -> str:
    """To the minute, in UTC, with the year: what was done is looked up long after. Also of a time
    as it is kept in the log: RFC 3339.
    """
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


@blueprint.get("/settings")
@admin_required
async def settings() -> ResponseReturnValue:
    """What administrators change while the server runs."""
    return await _settings_page()


@blueprint.post("/settings")
@admin_required
async def change_settings() -> ResponseReturnValue:
    """Change it, at once and on every process."""
    chosen = {
        "site_name": await field("site_name"),
        "registration": await field("registration"),
        "members_invite": await field("members_invite") == "on",
        "admins_need_factor": await field("admins_need_factor") == "on",
        "limits_new_accounts": await field("limits_new_accounts") == "on",
    }
    try:
        changes = msgspec.convert(chosen, SiteChanges)
    except msgspec.ValidationError as error:
        raise Refusal("bad_field", problem=str(error)) from None
    try:
        await services().administration.change_settings(await require_actor(), changes)
    except Refusal as refusal:
        if refusal.code not in ("bad_site_name", "own_factor_first"):
            raise
        return await _settings_page(refusal)
    return redirect(url_for("admin_site.settings", saved=1), 303)


@blueprint.get("/jobs")
@admin_required
async def jobs() -> ResponseReturnValue:
    """How far exports, erasures, removals and imports have got."""
    actor = await require_actor()
    return await render(
        "admin_jobs.html",
        user=actor.user,
        jobs=await services().removals_everywhere.jobs(actor),
        removing=await services().retention.removing_everywhere(actor),
        import_source=import_source,
        problem_of=lambda job: Refusal(job.problem).text(g.get("locale", DEFAULT)),
    )


@blueprint.get("/audit")
@admin_required
async def audit() -> ResponseReturnValue:
    """Who has used which right over others; see audit_filters for the query."""
    actor, problem = await require_actor(), None
    try:
        which = await audit_filter()
        rows, cursor = await services().audit_log.page(actor, which, cursor_arg())
    except Refusal as refusal:
        if refusal.code not in ("unknown_user", "bad_request"):
            raise
        rows, cursor, problem = [], None, refusal
    asked = {name: request.args.get(name, "") for name in FILTERS}
    page = await render(
        "admin_audit.html",
        user=actor.user,
        log_entries=rows,
        cursor=cursor,
        asked=asked,
        query={name: value for name, value in asked.items() if value},
        actions=await services().audit_log.actions(actor),
        problem=problem.text(g.get("locale", DEFAULT)) if problem else "",
    )
    return page, problem.status if problem else 200


@blueprint.get("/audit.<kind>")
@admin_required
async def export(kind: str) -> ResponseReturnValue:
    """The same as a file, with as many entries as there are."""
    if kind not in TYPES:
        raise Refusal("not_found")
    parts = services().audit_log.export(await require_actor(), await audit_filter())
    lines = _csv(parts) if kind == "csv" else _json_lines(parts)
    response = Response(lines, content_type=TYPES[kind])
    response.timeout = None  # Who takes nothing for ten seconds is dropped all the same.
    response.headers["Content-Disposition"] = f'attachment; filename="audit.{kind}"'
    return response


async def _csv(parts: AsyncIterator[list[AuditRow]]) -> AsyncIterator[bytes]:
    yield table([COLUMNS])
    async for rows in parts:
        yield table([_cells(row) for row in rows])


async def _json_lines(parts: AsyncIterator[list[AuditRow]]) -> AsyncIterator[bytes]:
    async for rows in parts:
        yield b"".join(encode_json(audit_view(row)) + b"\n" for row in rows)


def _cells(row: AuditRow) -> tuple[str, ...]:
    view = audit_view(row)
    values = [getattr(view, name) for name in COLUMNS[2:-1]]
    texts = [harmless(str(value)) if value is not None else "" for value in values]
    return str(view.id), view.at.rfc3339, *texts, bytes(view.details).decode()


async def _settings_page(refusal: Refusal | None = None) -> ResponseReturnValue:
    actor = await require_actor()
    page = await render(
        "admin_settings.html",
        user=actor.user,
        settings=await services().administration.settings(actor),
        typed=await field("site_name") if refusal else None,
        modes=REGISTRATION_MODES,
        about_name=bool(refusal and refusal.code == "bad_site_name"),
        problem=refusal.text(g.get("locale", DEFAULT)) if refusal else "",
        saved="saved" in request.args,
    )
    return page, refusal.status if refusal else 200
