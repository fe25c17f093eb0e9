"""The life of a worker process: it tells when it begins to stop, and ends with its parent."""

import asyncio
import multiprocessing
import signal
from collections.abc import Awaitable, Callable

from hypercorn.asyncio.worker_context import WorkerContext

OnShutdown = Callable[[], Awaitable[None]]


def worker_context(on_shutdown: OnShutdown) -> type[WorkerContext]:
    """Hypercorn's worker context, which awaits `on_shutdown()` when the worker begins to stop."""

    class Context(WorkerContext):
        def __init__(self, max_requests: int | None) -> None:
            super().__init__(max_requests)
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
