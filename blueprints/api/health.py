"""What load balancers ask: see "Deployment" in the README."""

import msgspec
from quart import Blueprint, Response

from blueprints.context import services
from models.database import check_database

blueprint = Blueprint("ops", __name__)

DATABASE_SECONDS = 2.0


@blueprint.get("/healthz")
async def health() -> Response:
    """200 while this process can serve: it answers, and the database answers it."""
    return await _state()


@blueprint.get("/readyz")
async def ready() -> Response:
    """200 while new connections may be sent here: as /healthz, and 503 from the moment on that the
    process is about to end. Without Redis it serves, and is ready.
    """
    return await _state()


async def _state() -> Response:
    if services().connections.is_draining:
        return _answer(503, status="draining")
    try:
        await check_database(DATABASE_SECONDS)
    except Exception as error:
        return _answer(503, status="error", database=type(error).__name__)
    return _answer(200, status="ok")


def _answer(code: int, **state: str) -> Response:
    return Response(msgspec.json.encode(state), code, content_type="application/json")
