"""A well-behaved client: speaks with client_ids, resumes where it left off, and keeps accounts."""

import asyncio
import json
from collections.abc import Coroutine
from random import Random
from ssl import SSLContext
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from tests.chaos.account import Account, Live
from tests.chaos.doer import Doer
from tests.chaos.frames import REFUSALS, compose
from tests.chaos.room_reader import read_bound, read_room
from tests.support.chat import Frame
from tests.support.person import Person
from tests.support.room_facts import DURABLE, Facts

# Answers that a connection gives to nobody's surprise while servers come and go.
COME_BACK = {1012, 4008}
TRY_AGAIN = {"not_stored", "overloaded", "rate_limited", "going_away"}
NOT_A_MEMBER = 4403
# 502 is what a proxy answers for a server that is away.
AWAY = {httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE}
# Longer than any disturbance that the connection itself survives.
ANSWER_SECONDS = 15.0
WINDOW = 20  # Frames under way.
STAY_SECONDS = 8.0  # On average; then they come back, perhaps to the other server.


class Client:
    """Somebody in one room, who moves from server to server as they come and go, and comes back
    when they have been out of the room.

    `facts` is what there was when the room had been made; see tests/support/room_facts.py.
    `pace` is the mean number of seconds between two frames. Whoever stops speaking still sends what
    has been said until it is answered. `doer` is what they do beside.
    """

    def __init__(
        self,
        person: Person,
        room: int,
        facts: Facts,
        urls: list[str],
        random: Random,
        pace: float,
        tls: SSLContext | None = None,
        doer: Doer | None = None,
    ) -> None:
        self.person = person
        self.room = room
        self.account = Account(person.username, dict(facts))
        self._speaking = True
        self._doer = doer
        self.is_doing = False
        self._urls = urls
        self._random = random
        self._pace = pace
        self._tls = tls
        self._delay = 0.0
        # The first message that they see, as it was when they read all.
        self._bound = 0
        self._again: dict[str, float] = {}

    @property
    def name(self) -> str:
        return self.person.username

    @property
    def is_out(self) -> bool:
        """Whether the servers have said that they are in the room no more."""
        return bool(self._doer and self._doer.is_out)

    @property
    def is_answered(self) -> bool:
        """Whether nothing that was said waits for an answer."""
        return not self.account.unanswered

    def stop_speaking(self) -> None:
        """Say and do nothing new."""
        self._speaking = False
        if self._doer:
            self._doer.acting = False

    @property
    def _path(self) -> str:
        read = self._random.choice(("", "&read=manual"))
        return f"/ws/chat/{self.room}/?since={self.account.last}{read}"

    async def run(self) -> None:
        """Stay connected until cancelled."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._do())
            both.create_task(self._stay())

    async def _do(self) -> None:
        if self._doer:
            self.is_doing = True
            await self._doer.run(self.account)
            self.is_doing = False

    def _is(self, *, out: bool) -> None:
        if self._doer:
            self._doer.is_out = out

    async def _stay(self) -> None:
        while True:
            url = self._random.choice(self._urls)
            try:
                await self._visit(url)
            except ConnectionClosed as closed:
                self._closed(closed)
            except InvalidStatus as refusal:
                self._turned_away(refusal.response.status_code)
            except (OSError, EOFError, WebSocketException, httpx.HTTPError):
                pass  # The network is as it is.
            await asyncio.sleep(self._random.uniform(0, self._delay))
            self._delay = min(1.0, 2 * self._delay + 0.05)

    def _closed(self, closed: ConnectionClosed) -> None:
        code = closed.rcvd.code if closed.rcvd else None
        if code == NOT_A_MEMBER:
            self._is(out=True)
            self.account.turned_away += 1
        elif code is not None and code not in COME_BACK:
            self.account.surprise(f"closed with {closed.rcvd}")

    def _turned_away(self, status: int) -> None:
        if status == httpx.codes.FORBIDDEN:
            self._is(out=True)
        elif status in AWAY:
            self.account.unavailable += 1
        else:
            self.account.surprise(f"refused with {status}")

    async def _visit(self, url: str) -> None:
        async with connect(
            url.replace("http", "ws", 1) + self._path,
            additional_headers={"Cookie": self.person.cookie},
            proxy=None,
            ssl=self._tls,
            open_timeout=5,
            # A network that loses everything is noticed by this alone.
            ping_interval=1,
            ping_timeout=3,
            close_timeout=1,
            max_queue=None,
        ) as socket:
            self._is(out=False)
            self.account.connections += 1
            ready = asyncio.Event()
            await _first_of(self._listen(socket, url, ready), self._speak(socket, ready))

    async def _listen(self, socket: ClientConnection, url: str, ready: asyncio.Event) -> None:
        live: Live | None = None
        is_far_behind = False
        async for data in socket:
            frame: Frame = json.loads(data)
            if frame.get("code") == "too_far_behind":
                is_far_behind = True
            elif frame["type"] == "ready":
                if is_far_behind or await self._sees_otherwise(url):
                    await self._read_all(url)
                live = self._joined(frame)
                ready.set()
            elif frame["type"] in DURABLE:
                self.account.hear(frame, live)
            else:
                self._take(frame)

    def _take(self, frame: Frame) -> None:
        match frame["type"]:
            case "message_sent" | "done":
                self.account.answered(frame)
                self._again.pop(frame["client_id"], None)
            case "error":
                self._refused(frame)
            case "going_away":
                self._delay = frame["retry_after_ms"] / 1000

    async def _speak(self, socket: ClientConnection, ready: asyncio.Event) -> None:
        async with asyncio.timeout(ANSWER_SECONDS):
            await ready.wait()
        loop = asyncio.get_running_loop()
        sent_at: dict[str, float] = {}
        leaves_at = loop.time() + self._random.expovariate(1 / STAY_SECONDS)
        for client_id in self.account.unanswered:
            await self._send(socket, client_id)
            sent_at[client_id] = loop.time()
        while True:
            await asyncio.sleep(self._random.expovariate(1 / self._pace))
            now = loop.time()
            for client_id in [c for c, moment in self._again.items() if moment <= now]:
                del self._again[client_id]
                await self._send(socket, client_id)
                sent_at[client_id] = now
            unanswered = self.account.unanswered
            if self._speaking and len(unanswered) < WINDOW:
                client_id = self._compose()
                await self._send(socket, client_id)
                sent_at[client_id] = now
            if any(sent_at.get(c, now) < now - ANSWER_SECONDS for c in unanswered):
                self.account.surprise(f"no answer within {ANSWER_SECONDS:g} s while connected")
                return
            if self._speaking and now >= leaves_at:
                return

    async def _send(self, socket: ClientConnection, client_id: str) -> None:
        await socket.send(json.dumps(self.account.said[client_id]))

    def _compose(self) -> str:
        client_id = f"{self.name}-{len(self.account.said)}"
        self.account.said[client_id] = compose(self.account.facts, client_id, self._random)
        return client_id

    def _refused(self, frame: Frame) -> None:
        client_id, code = frame.get("client_id"), frame["code"]
        if client_id is None or code not in TRY_AGAIN | REFUSALS | {"not_a_member"}:
            self.account.surprise(f"got {frame}")
        elif code in REFUSALS:
            self.account.refused[client_id] = code
        elif code in TRY_AGAIN:
            after = frame.get("retry_after", 1)
            self._again[client_id] = asyncio.get_running_loop().time() + after
        # Else they have just been removed: said again when they are back.

    def _joined(self, frame: Frame) -> Live:
        self._delay = 0.0
        self._again.clear()
        account, change = self.account, frame["change"]
        if change < account.last:
            account.losses.append(f"{self.name} joined at {change}, having heard {account.last}")
        account.last = change
        account.live.append(Live(change, change))
        return account.live[-1]

    async def _sees_otherwise(self, url: str) -> bool:
        """Whether they have left meanwhile and come back, to more of the room or to less."""
        async with self._http(url) as http:
            bound = await read_bound(http, self.room)
        return bound != self._bound

    async def _read_all(self, url: str) -> None:
        """Everything anew, as a client does that has been away for long."""
        async with self._http(url) as http:
            bound = await read_bound(http, self.room)
            self.account.facts = await read_room(http, self.room)
            self._bound = bound

    def _http(self, url: str) -> httpx.AsyncClient:
        headers, tls = {"Cookie": self.person.cookie}, self._tls or True
        return httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, verify=tls)


async def _first_of(*ways: Coroutine[Any, Any, None]) -> None:
    """Run all until one ends, and pass on how it ended."""
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
