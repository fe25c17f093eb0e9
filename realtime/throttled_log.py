"""Log lines whose number somebody else decides, with a bound: the log must not be a way to fill the
disk.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import structlog

log = structlog.get_logger(__name__)

SECONDS = 10.0
# Of one person in so many seconds the first refusals are logged as they come, and then how many
# there were.
REFUSALS_LOGGED = 10
REFUSAL_SECONDS = 60.0


class ThrottledLog:
    """Writes the first warning of each kind, and then one in every ten seconds at most, with the
    number of those `suppressed` before it. Kinds are few words of ours, never what a peer sent.
    """

    def __init__(self, log: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._clock = clock
        self._written: dict[tuple[str, str], float] = {}
        self._suppressed: dict[tuple[str, str], int] = {}

    def warning(self, event: str, reason: str, **fields: object) -> None:
        kind, now = (event, reason), self._clock()
        if now - self._written.get(kind, -SECONDS) < SECONDS:
            self._suppressed[kind] = self._suppressed.get(kind, 0) + 1
            return
        self._written[kind] = now
        suppressed = self._suppressed.pop(kind, 0)
        self._log.warning(event, reason=reason, suppressed=suppressed, **fields)


class RefusalLog:
    """What was refused in the last minute, by person."""

    def __init__(self, seconds: float = REFUSAL_SECONDS) -> None:
        self._seconds = seconds
        self._codes: dict[int, Counter[str]] = {}

    def note(self, code: str, user: int, **where: int) -> None:
        """Something of this user was refused with this code."""
        codes = self._codes.get(user)
        if codes is None:
            codes = self._codes[user] = Counter()
            asyncio.get_running_loop().call_later(self._seconds, self._summarize, user)
        codes[code] += 1
        if codes.total() <= REFUSALS_LOGGED:
            log.info("refused", user=user, **where, code=code)

    def _summarize(self, user: int) -> None:
        codes = self._codes.pop(user)
        if (count := codes.total()) > REFUSALS_LOGGED:
            log.info("refused_in_all", user=user, count=count, codes=dict(codes))
