"""The JSON API of administrators: accounts, settings, the audit log."""

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType
from quart import Blueprint, Response, request

from blueprints.addresses import reset_url
from blueprints.api.bodies import answer, body, nothing
from blueprints.audit_filters import audit_filter, cursor_arg
from blueprints.context import admin_required, require_actor, services
from models import Refusal, User
from models.account_erasure import Messages
from protocol.admin_views import AccountList, AuditList, ResetLink, SettingsView
from realtime.admin_views import account_view, audit_view, new_account_view, role_of
from services.site import SiteChanges, SiteState

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


class NewAccount(msgspec.Struct):
    username: str


class AccountChange(msgspec.Struct):
    """One of `role` and `state`; `until` goes with disabled."""

    role: Literal["admin", "member"] | UnsetType = UNSET
    state: Literal["active", "disabled"] | UnsetType = UNSET
    reason: str = ""
    until: datetime | None = None


class Deletion(msgspec.Struct):
    """`messages`: what becomes of what they have written."""

    messages: Messages
    reason: str = ""


@blueprint.get("/people")
@admin_required
async def people() -> Response:
    text, state = request.args.get("q", ""), request.args.get("state", "all")
    rows, cursor = await services().administration.people(
        await require_actor(), text, state, cursor_arg()
    )
    return answer(AccountList([account_view(row) for row in rows], cursor))


@blueprint.post("/people")
@admin_required
async def make_account() -> Response:
    asked, actor = await body(NewAccount), await require_actor()
    row, token = await services().administration.make_account(actor, asked.username)
    return answer(new_account_view(row, reset_url(token)), 201)


@blueprint.get("/people/<int:user_id>")
@admin_required
async def person(user_id: int) -> Response:
    return answer(
        account_view(await services().administration.person(await require_actor(), user_id))
    )


@blueprint.patch("/people/<int:user_id>")
@admin_required
async def change_account(user_id: int) -> Response:
    asked, actor = await body(AccountChange), await require_actor()
    if (asked.role is UNSET) == (asked.state is UNSET):
        raise Refusal("bad_field", problem="one of role and state")
    if asked.until and (asked.state != User.DISABLED or asked.until.tzinfo is None):
        raise Refusal("bad_field", problem="until")
    acts, reason = services().administration, asked.reason
    if isinstance(asked.role, str):
        await acts.set_role(actor, user_id, role_of(asked.role), reason)
    elif asked.state == User.DISABLED:
        await acts.disable(actor, user_id, reason, asked.until)
    else:
        await acts.enable(actor, user_id, reason)
    return answer(account_view(await acts.person(await require_actor(), user_id)))


@blueprint.post("/people/<int:user_id>/reset")
@admin_required
async def make_reset_link(user_id: int) -> Response:
    token = await services().administration.make_reset_link(await require_actor(), user_id)
    return answer(ResetLink(reset_url(token)))


@blueprint.post("/people/<int:user_id>/delete")
@admin_required
async def delete_account(user_id: int) -> Response:
    asked, actor = await body(Deletion), await require_actor()
    erasure = services().account_erasure
    await erasure.of_another(actor, user_id, asked.messages, asked.reason)
    return nothing()


@blueprint.delete("/people/<int:user_id>/sessions")
@admin_required
async def end_logins(user_id: int) -> Response:
    await services().administration.end_logins(await require_actor(), user_id)
    return nothing()


@blueprint.delete("/people/<int:user_id>/factors")
@admin_required
async def clear_factors(user_id: int) -> Response:
    reason = request.args.get("reason", "")
    await services().administration.clear_factors(await require_actor(), user_id, reason)
    return nothing()


@blueprint.get("/settings")
@admin_required
async def settings() -> Response:
    return _settings(await services().administration.settings(await require_actor()))


@blueprint.patch("/settings")
@admin_required
async def change_settings() -> Response:
    changes, actor = await body(SiteChanges), await require_actor()
    return _settings(await services().administration.change_settings(actor, changes))


@blueprint.get("/audit")
@admin_required
async def audit() -> Response:
    actor, which = await require_actor(), await audit_filter()
    rows, cursor = await services().audit_log.page(actor, which, cursor_arg())
    return answer(AuditList([audit_view(row) for row in rows], cursor))


def _settings(state: SiteState) -> Response:
    switches = state.members_invite, state.limits_new_accounts, state.admins_need_factor
    return answer(SettingsView(state.name, state.registration, *switches))
