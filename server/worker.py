"""The life of a worker process: it tells when it begins to stop, and ends with its parent."""

import asyncio
import multiprocessing
import signal
from collections.abc import Awaitable, Callable

from hypercorn.asyncio.worker_context import EventWrapper, WorkerContext

# Turns of the loop in which those are let in who had connected before, and their tasks begin.
LAST_TURNS = 5

OnShutdown = Callable[[], Awaitable[None]]


class Terminated(EventWrapper):
    """The worker stops. Hypercorn closes its listening sockets as soon as this is set, and waits
    for the connections whose tasks have begun.
    """

    async def set(self) -> None:
        await super().set()
        for _ in range(LAST_TURNS):
            await asyncio.sleep(0)


def worker_context(on_shutdown: OnShutdown) -> type[WorkerContext]:
    """Hypercorn's worker context, which awaits `on_shutdown()` when the worker begins to stop."""

    class Context(WorkerContext):
        def __init__(self, max_requests: int | None) -> None:
            super().__init__(max_requests)
            self.terminated = Terminated()
            loop = asyncio.get_running_loop()
            self.watch = loop.create_task(self.notify(), name="worker-shutdown")
            if parent := multiprocessing.parent_process():
                # The first worker that has ended makes Hypercorn's parent terminate the others,
                # in the middle of their draining. Let the signal begin what the parent wants.
                loop.add_signal_handler(signal.SIGTERM, self.stop)
                # A parent that was killed tells nobody: its worker would keep the port for ever.
                loop.add_reader(parent.sentinel, self.stop, parent.sentinel)

        async def notify(self) -> None:
            await self.terminated.wait()
            await on_shutdown()

        def stop(self, sentinel: int | None = None) -> None:
            if sentinel is not None:
                asyncio.get_running_loop().remove_reader(sentinel)
            self.stopping = asyncio.ensure_future(self.terminate.set())

    return Context
