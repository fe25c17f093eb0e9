"""How a request and a handshake have arrived here, for `quart --app app doctor` alone: whoever
cannot sign with the server's key is told that there is nothing.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable

import msgspec
from quart import Blueprint, Request, Response, Websocket, current_app, request, websocket

from blueprints.client_addresses import plain
from blueprints.proxies import SCHEMES, values
from blueprints.security import site_scheme
from blueprints.sockets.handler import current_websocket
from blueprints.sockets.transport import receive
from config import VERSION
from models import Refusal
from protocol.arrival import HTTP_PATH, PROOF, SOCKET_PATH, Arrival
from realtime.inbox import Data
from server import stream_of
from services.arrival_proofs import ArrivalProofs

blueprint = Blueprint("arrival", __name__)

# What is sent in two parts shows whether a proxy keeps the first until it has the second.
PAUSE_SECONDS = 0.3
SOCKET_SECONDS = 10.0
HEADER_MAX = 20  # Values of a header that are shown.

_proofs = ArrivalProofs()


@blueprint.get(HTTP_PATH)
async def arrival() -> Response:
    """How this request has arrived, in two parts; 404 without a proof."""
    _check(request)
    answer = Response(_parts(_arrival(request)), content_type="application/json")
    answer.timeout = None
    return answer


@blueprint.websocket(SOCKET_PATH, strict_slashes=False)
async def socket_arrival() -> Response | None:
    """How this handshake has arrived, in answer to the first frame; then it ends."""
    _check(websocket)
    socket = current_websocket()
    arrived, first = _arrival(socket), _first_frame(socket)
    await socket.accept()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SOCKET_SECONDS):
            await first
            await socket.send(msgspec.json.encode(arrived).decode())
    return None


def _first_frame(socket: Websocket) -> Awaitable[object]:
    """What the peer sends first, as the server hands it over."""
    came: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def note(_: Data) -> None:
        if not came.done():
            came.set_result(None)

    stream = stream_of(socket.scope)
    return came if stream and stream.set_message_handler(note) else receive(socket)


async def _parts(arrived: Arrival) -> AsyncIterator[bytes]:
    yield msgspec.json.encode(arrived)
    await asyncio.sleep(PAUSE_SECONDS)
    yield b"\n"


def _check(asked: Request | Websocket) -> None:
    key = current_app.secret_key
    if not isinstance(key, str) or not _proofs.is_good(key, asked.headers.get(PROOF, "")):
        raise Refusal("not_found")


def _arrival(asked: Request | Websocket) -> Arrival:
    headers = list(asked.scope["headers"])
    return Arrival(
        scheme=site_scheme(asked) or SCHEMES[asked.scheme],
        client=plain(asked.remote_addr),
        host=asked.host or "",
        forwarded_for=values(headers, b"x-forwarded-for")[-HEADER_MAX:],
        forwarded_proto=values(headers, b"x-forwarded-proto")[-HEADER_MAX:],
        proxy_hops=current_app.config["PROXY_HOPS"],
        http_version=asked.http_version,
        version=VERSION,
        time=time.time(),
    )
