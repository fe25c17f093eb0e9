"""`GET /metrics`: what the processes of this server have counted, for Prometheus.

Without METRICS_TOKEN there is no such page. With it, whoever shows the token gets the numbers of
all worker processes in one answer, each with its `process`: see docs/metrics.md.
"""

import asyncio
import hmac
import time
from collections.abc import AsyncGenerator

import structlog
from quart import Blueprint, Quart, Response, current_app, g, request

from blueprints.api.prometheus import exposition, own_metrics
from config import INSTANCE, Settings
from models import Refusal
from realtime.loop_lag import LoopLag
from realtime.metrics import metrics as counted
from realtime.workers import WorkerGroup

blueprint = Blueprint("metrics", __name__)
log = structlog.get_logger(__name__)

WORKERS = "beseda.workers"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/metrics")
async def metrics() -> Response:
    """In Prometheus' text format; 404 without METRICS_TOKEN, 401 without its value."""
    workers: WorkerGroup | None = current_app.extensions.get(WORKERS)
    if workers is None:
        raise Refusal("not_found")
    if not _is_allowed():
        counted.count("http_metrics_refused")
        refused = Response(b"", 401, content_type="text/plain")
        refused.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return refused
    # A millisecond for each worker, and there may be many.
    text = await asyncio.to_thread(exposition, await workers.collect())
    return Response(text, content_type=CONTENT_TYPE)


def _is_allowed() -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected: str = current_app.config["METRICS_TOKEN"]
    # In the same time for every wrong token.
    is_right = hmac.compare_digest(token.strip().encode(), expected.encode())
    return is_right and scheme.lower() == "bearer"


def init_app(app: Quart, settings: Settings) -> None:
    """Count requests and watch the loop, if anybody may ask."""
    token = settings.metrics_token
    if token is None:
        return

    async def read() -> bytes:
        return await own_metrics(has_redis=settings.redis_url is not None)

    app.before_request(_begin)
    app.after_request(_end)
    app.config["METRICS_TOKEN"] = token
    workers = app.extensions[WORKERS] = WorkerGroup(INSTANCE / "metrics", read)
    lag = LoopLag()

    @app.while_serving
    async def serve() -> AsyncGenerator[None, None]:
        lag.start()
        await workers.start()
        yield
        await workers.stop()
        lag.stop()


async def _begin() -> None:
    g.began = time.perf_counter()


async def _end(response: Response) -> Response:
    counted.count(f"http_requests:{response.status_code // 100}xx")
    if response.status_code == 429:
        counted.count("http_rate_limited")
    if "began" in g:
        _durations.observe(time.perf_counter() - g.began)
    return response


_durations = counted.histogram("http_request_duration")
