"""All of /api, for front ends that others write. Errors have the shape of the error frame."""

from quart import Blueprint

from blueprints.api import (
    accounts,
    activity,
    admin,
    admin_invites,
    admin_rooms,
    blocks,
    claim_links,
    drafts,
    email,
    exports,
    factors,
    files,
    held_messages,
    identities,
    invites,
    join_requests,
    login_factors,
    members,
    message_changes,
    messages,
    moderation,
    profile,
    public_rooms,
    removals,
    reports,
    retention,
    rooms,
    search,
    system,
    tokens,
    tus,
)

blueprint = Blueprint("api", __name__, url_prefix="/api")

_MODULES = (
    *(accounts, login_factors, profile, factors, identities, email, blocks, activity),
    *(rooms, moderation, members, messages, message_changes, drafts, invites),
    *(public_rooms, join_requests, removals, reports, tokens, admin, admin_rooms),
    *(admin_invites, claim_links, held_messages, exports, retention, files, tus, search),
    system,
)
for module in _MODULES:
    blueprint.register_blueprint(module.blueprint)
