"""The operators' corner."""

import msgspec
from quart import Blueprint, Response

from blueprints.context import actions
from models.database import fetch

blueprint = Blueprint("ops", __name__)


@blueprint.get("/healthz")
async def health() -> Response:
    """200 while this process can serve: it answers, and the database answers it."""
    if actions().is_draining:
        return Response(b'{"status":"draining"}', 503, content_type="application/json")
    try:
        await fetch("SELECT 1 AS one")
    except Exception as error:
        problem = {"status": "error", "database": type(error).__name__}
        return Response(msgspec.json.encode(problem), 503, content_type="application/json")
    return Response(b'{"status":"ok"}', content_type="application/json")
