"""A well-behaved client: speaks with client_ids, resumes where it left off, and keeps accounts."""

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from tests.support.chat import Frame

# Answers that a connection gives to nobody's surprise while servers come and go.
COME_BACK = {1012, 4008}
TRY_AGAIN = {"not_stored", "overloaded", "rate_limited", "going_away"}
# Longer than any disturbance that the connection itself survives.
ANSWER_SECONDS = 15.0
WINDOW = 20  # Messages under way.
STAY_SECONDS = 8.0  # On average; then they come back, perhaps to the other server.


@dataclass
class Account:
    """What one client has been told. Texts and answers by client_id, frames by message_id."""

    said: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, Frame] = field(default_factory=dict)
    heard: dict[int, Frame] = field(default_factory=dict)
    last: int = 0
    connections: int = 0
    refused: int = 0
    duplicates: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)

    @property
    def unanswered(self) -> list[str]:
        """The client_ids that have no answer yet, in the order in which they were said."""
        return [client_id for client_id in self.said if client_id not in self.acknowledged]


class Client:
    """Somebody in one room, who moves from server to server as they come and go.

    `pace` is the mean number of seconds between two messages. `speaking` may be cleared; what has
    been said is sent until it is acknowledged all the same.
    """

    def __init__(
        self, name: str, cookie: str, room: int, urls: list[str], random: Random, pace: float
    ) -> None:
        self.name = name
        self.room = room
        self.account = Account()
        self.speaking = True
        self._cookie = cookie
        self._urls = urls
        self._random = random
        self._pace = pace
        self._delay = 0.0
        self._again: dict[str, float] = {}

    @property
    def _path(self) -> str:
        read = self._random.choice(("", "&read=manual"))
        return f"/ws/chat/{self.room}/?after={self.account.last}{read}"

    async def run(self) -> None:
        """Stay connected until cancelled."""
        while True:
            url = self._random.choice(self._urls)
            try:
                await self._visit(url)
            except ConnectionClosed as closed:
                if closed.rcvd and closed.rcvd.code not in COME_BACK:
                    self._surprise(f"closed with {closed.rcvd.code} {closed.rcvd.reason}")
            except InvalidStatus as refusal:
                self.account.refused += 1
                if refusal.response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    self._surprise(f"refused with {refusal.response.status_code}")
            except (OSError, EOFError, WebSocketException, httpx.HTTPError):
                pass  # The network is as it is.
            await asyncio.sleep(self._random.uniform(0, self._delay))
            self._delay = min(1.0, 2 * self._delay + 0.05)

    async def _visit(self, url: str) -> None:
        async with connect(
            url.replace("http", "ws", 1) + self._path,
            additional_headers={"Cookie": self._cookie},
            proxy=None,
            open_timeout=5,
            # A network that loses everything is noticed by this alone.
            ping_interval=1,
            ping_timeout=3,
            close_timeout=1,
            max_queue=None,
        ) as socket:
            self.account.connections += 1
            ready = asyncio.Event()
            await _first_of(self._listen(socket, url, ready), self._speak(socket, ready))

    async def _listen(self, socket: ClientConnection, url: str, ready: asyncio.Event) -> None:
        is_far_behind = False
        async for data in socket:
            frame: Frame = json.loads(data)
            if frame.get("code") == "too_far_behind":
                is_far_behind = True
            elif frame["type"] == "ready":
                if is_far_behind:
                    await self._read_history(url, frame["revision"])
                self._joined(frame)
                ready.set()
            else:
                self._take(frame)

    def _take(self, frame: Frame) -> None:
        match frame["type"]:
            case "chat_message":
                self._hear(frame)
            case "message_sent":
                self._answered(frame)
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
            if self.speaking and len(unanswered) < WINDOW:
                client_id = self._compose()
                await self._send(socket, client_id)
                sent_at[client_id] = now
            if any(sent_at.get(c, now) < now - ANSWER_SECONDS for c in unanswered):
                self._surprise(f"no answer within {ANSWER_SECONDS:g} s on a living connection")
                return
            if self.speaking and now >= leaves_at:
                return

    async def _send(self, socket: ClientConnection, client_id: str) -> None:
        frame = {"type": "chat_message", "message": self.account.said[client_id]}
        await socket.send(json.dumps(frame | {"client_id": client_id}))

    def _compose(self) -> str:
        client_id = f"{self.name}-{len(self.account.said)}"
        # Mostly short, sometimes long, and never the same.
        length = self._random.choice((0, 0, 0, 0, 40, 400, 3900))
        self.account.said[client_id] = f"{client_id} {'ж' * length}".strip()
        return client_id

    def _hear(self, frame: Frame) -> None:
        number, last = frame["message_id"], self.account.last
        if number <= last:
            self.account.duplicates.append(f"{self.name} heard {number} after {last}")
        elif number > last + 1:
            self.account.losses.append(f"{self.name} heard {number} after {last}")
        self.account.heard[number] = frame
        self.account.last = max(last, number)

    def _answered(self, frame: Frame) -> None:
        client_id = frame["client_id"]
        before = self.account.acknowledged.setdefault(client_id, frame)
        if before["message_id"] != frame["message_id"]:
            self.account.duplicates.append(f"{client_id} is {before} and {frame}")
        if frame["message"] != self.account.said[client_id]:
            self.account.losses.append(f"{client_id} was stored as {frame}")
        self._again.pop(client_id, None)

    def _refused(self, frame: Frame) -> None:
        if frame["code"] in TRY_AGAIN and "client_id" in frame:
            after = frame.get("retry_after", 1)
            self._again[frame["client_id"]] = asyncio.get_running_loop().time() + after
        else:
            self._surprise(f"got {frame}")

    def _joined(self, frame: Frame) -> None:
        self._delay = 0.0
        self._again.clear()
        if frame["revision"] != self.account.last:
            self.account.losses.append(
                f"{self.name} joined at {frame['revision']}, having heard up to {self.account.last}"
            )

    async def _read_history(self, url: str, upto: int) -> None:
        headers = {"Cookie": self._cookie}
        async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False) as http:
            while self.account.last < upto:
                query = {"after": self.account.last, "before": upto + 1, "limit": 100}
                answer = await http.get(f"/api/rooms/{self.room}/messages", params=query)
                answer.raise_for_status()
                for frame in answer.json()["messages"]:
                    self._hear(frame)

    def _surprise(self, what: str) -> None:
        self.account.surprises.append(f"{self.name}: {what}")


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
