"""How long the event loop makes everybody wait: the lateness of a timer that should ring ten times
a second. One call that blocks shows here before anybody complains.
"""

import asyncio

from realtime.metrics import metrics

TICK_SECONDS = 0.1


class LoopLag:
    """Observes while it is started; a tick costs 3 µs."""

    def __init__(self) -> None:
        self._lag = metrics.histogram("event_loop_lag")
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._due = asyncio.get_running_loop().time()
        self._tick()

    def stop(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._lag.observe(max(0.0, now - self._due))
        self._due = now + TICK_SECONDS
        self._timer = loop.call_at(self._due, self._tick)
