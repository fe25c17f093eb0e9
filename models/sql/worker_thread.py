"""A thread for SQLite's calls, and the way there and back."""

import asyncio
import contextlib
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")
_Call = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]", Callable[..., Any], tuple[Any, ...]]


class WorkerThread:
    """Calls functions one after the other, in the order in which they were handed over.

    What a ThreadPoolExecutor of one thread does as well, with two futures chained to each other, a
    condition and forty calls for each: every message has to come this way.
    """

    def __init__(self, name: str) -> None:
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        # A daemon, or a server that could not close its database would never end.
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def run(self, function: Callable[..., T], *args: Any) -> T:
        """Call it in the thread. It is called also when the caller is cancelled meanwhile.

        Raises:
            Whatever the function raises.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._calls.put((loop, answer, function, args))
        return await answer

    def shutdown(self) -> None:
        """Wait until all that was handed over has been called."""
        self._calls.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            _answer(*call)
            del call  # Or what it holds lives until the next one.


def _answer(
    loop: asyncio.AbstractEventLoop,
    answer: "asyncio.Future[Any]",
    function: Callable[..., Any],
    args: tuple[Any, ...],
) -> None:
    result: Any = None
    error: BaseException | None = None
    try:
        result = function(*args)
    except BaseException as raised:
        error = raised
    with contextlib.suppress(RuntimeError):  # The loop is closed: nobody waits.
        loop.call_soon_threadsafe(_settle, answer, result, error)
    del error  # Its stack trace holds this frame.


def _settle(answer: "asyncio.Future[Any]", result: Any, error: BaseException | None) -> None:
    if answer.done():  # The caller was cancelled.
        return
    if error is None:
        answer.set_result(result)
    else:
        answer.set_exception(error)
