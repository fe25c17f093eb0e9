"""All of /api, for front ends that others write. Errors have the shape of the error frame."""

from quart import Blueprint

from blueprints.api import (
    accounts,
    activity,
    blocks,
    drafts,
    members,
    message_changes,
    messages,
    profile,
    rooms,
)

blueprint = Blueprint("api", __name__, url_prefix="/api")

_MODULES = (
    *(accounts, profile, blocks, activity),
    *(rooms, members, messages, message_changes, drafts),
)
for module in _MODULES:
    blueprint.register_blueprint(module.blueprint)
