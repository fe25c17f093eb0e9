"""What passes while everything breaks: messages expire, and people delete their accounts."""

import asyncio
from collections import Counter
from collections.abc import Mapping

import httpx

from tests.chaos.world import World
from tests.support.person import PASSWORD, Person
from tests.support.waiting import eventually

EVERY = 4.0  # Seconds from one to the next.
OVER_SECONDS = 45.0
KEPT = 25  # The latest messages of each room do not expire.
RULE = {"days": 30, "sure": True}


class Passing:
    """`admin` is an administrator; `guests` are in all rooms, where they have said something, and
    say no more.
    """

    def __init__(self, world: World, admin: Person, guests: list[Person]) -> None:
        self._world = world
        self._admin = admin
        self._guests = guests
        self.counts: Counter[str] = Counter()

    async def run(self, seconds: float) -> None:
        """Let both happen by turns; each is over before the next."""
        turns = [self._expire, self._delete_account]
        for number in range(max(len(turns), int(seconds / EVERY))):
            await asyncio.sleep(EVERY)
            await turns[number % len(turns)]()

    async def is_over(self) -> bool:
        """Whether nothing is left of the accounts, but what they have said."""
        return not await self._world.database.erasures()

    async def _expire(self) -> None:
        """Many messages are old at once, and a rule for all rooms lets them go."""
        database = self._world.database
        ages = await database.age(KEPT)

        async def have_expired() -> bool:
            await self._ask(self._admin, "PUT", "/api/admin/retention", RULE)
            floors = await database.floors()
            return all(floors[room] >= upto for room, upto in ages.items())

        before = await database.floors()
        await eventually(have_expired, "the end of old messages", OVER_SECONDS)
        self.counts["messages expired"] += sum(
            max(0, upto - before[room]) for room, upto in ages.items()
        )

    async def _delete_account(self) -> None:
        """Of a guest: their words stay, or go too."""
        if not self._guests:
            return
        guest = self._guests.pop()
        body = {"messages": "keep" if len(self._guests) % 2 else "delete"}

        async def is_deleted() -> bool:
            status = await self._ask(guest, "POST", "/api/profile/delete", body)
            # What was done, and not answered, has ended the login.
            return status in (httpx.codes.NO_CONTENT, httpx.codes.UNAUTHORIZED)

        await eventually(is_deleted, "the end of an account", OVER_SECONDS)
        self.counts["accounts deleted"] += 1

    async def _ask(self, who: Person, method: str, path: str, body: Mapping[str, object]) -> int:
        """The status of the answer by one of the servers; 0: there was none."""
        headers = {"Cookie": who.cookie}
        for node in self._world.nodes:
            try:
                async with httpx.AsyncClient(
                    base_url=node.url, headers=headers, trust_env=False, timeout=3
                ) as http:
                    # In a long run the login was confirmed long ago.
                    await http.post("/api/session/confirm", json={"password": PASSWORD})
                    return (await http.request(method, path, json=body)).status_code
            except httpx.HTTPError:
                continue
        return 0
