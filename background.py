"""What the tasks have in common that run beside the requests for as long as the server."""

import asyncio
import contextlib
from typing import Any

CANCEL_AGAIN_SECONDS = 2.0


async def woken(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, and no longer than this."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def end(*tasks: "asyncio.Task[Any] | None") -> None:
    """Cancel these tasks, as far as there are any, and wait until they have ended.

    One cancellation may be lost: where it meets the loss of a connection, redis-py may raise its
    own error instead, and a task that goes on after errors went on for ever.
    """
    running = {task for task in tasks if task}
    while running:
        for task in running:
            task.cancel()
        ended, running = await asyncio.wait(running, timeout=CANCEL_AGAIN_SECONDS)
        for task in ended:
            task.cancelled() or task.exception()  # Or asyncio logs that nobody has asked.
