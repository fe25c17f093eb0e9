"""Whoever answers before the body has come leaves nobody waiting."""

import asyncio
from typing import Any, cast

from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.protocol.events import Body, EndBody, Event, StreamClosed
from hypercorn.protocol.http_stream import ASGIHTTPState

from server.http_stream import HttpStream


async def test_body_that_nobody_reads_stops_no_connection() -> None:
    """The application's queue is full, and it takes nothing more of it: it has answered."""
    sent: list[Event] = []

    async def send(event: Event) -> None:
        sent.append(event)

    nobody = cast("Any", None)
    stream = HttpStream(
        nobody, Config(), WorkerContext(None), nobody, False, None, None, send, stream_id=1
    )
    queue: asyncio.Queue[Any] = asyncio.Queue(1)
    stream.app_put = queue.put
    await stream.handle(Body(stream_id=1, data=b"a"))
    handing_on = asyncio.create_task(stream.handle(Body(stream_id=1, data=b"b")))
    await asyncio.sleep(0)
    assert not handing_on.done()
    stream.state = ASGIHTTPState.CLOSED
    await stream.app_send(None)
    await handing_on
    await stream.handle(EndBody(stream_id=1))
    assert [type(event) for event in sent] == [StreamClosed]
