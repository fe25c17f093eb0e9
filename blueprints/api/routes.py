"""All of /api, for front ends that others write. Errors have the shape of the error frame."""

from quart import Blueprint

from blueprints.api import (
    accounts,
    activity,
    blocks,
    members,
    message_changes,
    messages,
    profile,
    rooms,
)

blueprint = Blueprint("api", __name__, url_prefix="/api")

for module in (accounts, profile, blocks, rooms, members, messages, message_changes, activity):
    blueprint.register_blueprint(module.blueprint)
