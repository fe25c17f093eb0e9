"""How fast one person may speak: token buckets, in this process."""

import asyncio
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from models import Refusal

# More than a hurried person, and enough for an outbox that was filled on a train.
MESSAGES = (10.0, 60)
# Deletions, reactions and pins: as many as somebody sets who clicks through a long list.
MESSAGE_CHANGES = (10.0, 100)
# The document's React example sends two typing frames for every key: a fast typist's 15 keys.
TYPING = (30.0, 90)
# Pages of history: reads by HTTP, and each 64 messages of a replay. A hundred tabs that come back
# at once, each with its page; then somebody who scrolls as fast as they can.
HISTORY = (20.0, 400)
# Searches by name: whoever types asks for people and for rooms with every other key. They look
# through everybody.
SEARCHES = (10.0, 60)
# Lists of rooms, by HTTP: a hundred tabs that come back at once, each with its page and its list.
LISTS = (10.0, 200)
# Read marks: each that moves is told to the whole room. The others wait, and are told as one.
READS = (5.0, 20)
# New rooms, and first words to somebody, of one person: an evening of setting up a chat, then one
# every half a minute.
ROOMS = (1 / 30, 30)
DIRECT = (1 / 30, 30)
# People let into rooms by one person: a whole room at once (its size is a setting), then slowly.
PEOPLE_RATE = 0.5
BLOCKS = (1.0, 100)
# Roles, removals, answers to requests, mutes and what else is told to a room or to one's pages.
# Each goes to all processes, and is read again for every list that has it.
CHANGES = (2.0, 100)
# Drafts, stored or read: a page stores one a second or two after the last key.
DRAFTS = (2.0, 100)
# One person let into one room by the same one, or asked into it: whoever does so again and again
# only wants to be noticed, each time.
ASKING = (1 / 600, 5)
# New links by which people come, of one person: each has a row that stays.
INVITE_LINKS = (1 / 60, 60)
# Requests of one person to be let into rooms, also into rooms that do not exist.
JOIN_REQUESTS = (1 / 60, 20)
# Reports of messages, of one person: each is read by somebody.
REPORTS = (1 / 300, 10)
# New files of one person: an album at once, then as fast as somebody chooses them.
UPLOADS = (1.0, 100)
# Messages with links, or mentions of many, of who has just registered.
NEW_ACCOUNT = (1 / 200, 3)
# After so many refused frames in a row the peer is not listening to our answers: 4029.
REFUSALS_MAX = 500
FORGET_ABOVE = 10_000


@dataclass(slots=True)
class Bucket:
    """Holds `size` tokens at most and gains `rate` of them each second."""

    rate: float
    size: int
    tokens: float
    filled_at: float

    def take(self, now: float, count: int = 1) -> float:
        """Take tokens. Returns 0, or the seconds until there will be so many."""
        self.tokens = min(self.size, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if self.tokens >= count:
            self.tokens -= count
            return 0.0
        return (count - self.tokens) / self.rate

    def is_full(self, now: float) -> bool:
        return self.tokens + (now - self.filled_at) * self.rate >= self.size


class Limit:
    """One bucket for each key; full buckets are forgotten, so that memory stays bounded."""

    def __init__(
        self, rate_and_size: tuple[float, int], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._size = rate_and_size
        self._clock = clock
        self._buckets: dict[Hashable, Bucket] = {}

    def check(self, key: Hashable, count: int = 1) -> None:
        """Count one, or several.

        Raises:
            Refusal: rate_limited, with retry_after in seconds.
        """
        now = self._clock()
        bucket = self._buckets.get(key)
        if bucket is None:
            self._forget(now)
            bucket = self._buckets[key] = Bucket(self._rate, self._size, self._size, now)
        if wait := bucket.take(now, count):
            raise Refusal("rate_limited", retry_after=wait)

    async def wait(self, key: Hashable) -> None:
        """Count one, as soon as there is one."""
        while True:
            try:
                self.check(key)
            except Refusal as refusal:
                await asyncio.sleep(refusal.retry_after or 0)
            else:
                return

    def _forget(self, now: float) -> None:
        if len(self._buckets) >= FORGET_ABOVE:
            self._buckets = {
                key: bucket for key, bucket in self._buckets.items() if not bucket.is_full(now)
            }


class NoLimit:
    """RATE_LIMITS=off: for benchmarks and load tests."""

    def check(self, key: Hashable, count: int = 1) -> None:
        """Let everything pass."""

    async def wait(self, key: Hashable) -> None:
        """The same."""
