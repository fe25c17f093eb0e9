"""Somebody who does things to their room by the JSON API while servers come and go."""

import asyncio
from collections.abc import Sequence
from random import Random
from ssl import SSLContext

import httpx

from tests.chaos.account import Account
from tests.chaos.actions import Request, Scene, accept, choose
from tests.support.person import Person

# What a well-behaved client may be told: it is not for them, somebody else was faster, or the
# server is away (502: so says a proxy).
REFUSED = {403, 404, 409, 422, 429}
AWAY = {502, 503}
SECONDS = 8.0  # Longer than a server is paused, shorter than a network is stalled.


class Doer:
    """Acts on any of the servers, one thing after the other, `pace` seconds apart on average.

    `is_out` is set by who knows: whoever is not in the room only tries to come back. `acting` may
    be cleared.
    """

    def __init__(
        self,
        me: Person,
        people: Sequence[Person],
        room: int,
        urls: Sequence[str],
        random: Random,
        pace: float,
        tls: SSLContext | None = None,
    ) -> None:
        self._me = me
        self._people = people
        self._room = room
        self.is_out = False
        self.acting = True
        self._random = random
        self._pace = pace
        self._servers = [
            httpx.AsyncClient(
                base_url=url,
                headers={"Cookie": me.cookie},
                trust_env=False,
                timeout=SECONDS,
                verify=tls or True,
            )
            for url in urls
        ]

    async def run(self, account: Account) -> None:
        """Act until it is time to stop."""
        try:
            while await self._goes_on():
                number = account.asked.total()
                scene = Scene(self._me, self._people, account.facts, number, self._random)
                await self._send(accept(scene) if self.is_out else choose(scene), account)
        finally:
            for server in self._servers:
                await server.aclose()

    async def _goes_on(self) -> bool:
        await asyncio.sleep(self._random.expovariate(1 / self._pace))
        return self.acting

    async def _send(self, request: Request, account: Account) -> None:
        server = self._random.choice(self._servers)
        account.asked[request.name] += 1
        try:
            answer = await server.request(
                request.method, request.path_of(self._room), json=request.body
            )
        except httpx.HTTPError:
            return  # The network is as it is: perhaps it was done.
        if answer.is_success:
            account.done[f"{request.name} {answer.status_code}"] += 1
        elif answer.status_code not in REFUSED | AWAY:
            account.surprise(f"{request} was answered with {answer.status_code} {answer.text}")
