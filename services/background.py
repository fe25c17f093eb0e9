"""What the tasks have in common that run beside the requests for as long as the server."""

import asyncio
import contextlib


async def woken(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, and no longer than this."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def end(task: "asyncio.Task[None] | None") -> None:
    """Cancel a task, if there is one, and wait until it has ended."""
    if task:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
