"""The chat that Quart's tutorial leads to: a queue for each connection, a broker that puts every
message into all of them, and a task each for reading and for writing. Nobody logs in, nothing is
stored, the queues have no bound.

    python -m hypercorn -k uvloop benchmarks.references.quart_queue:app
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator

from quart import Quart, websocket

from benchmarks.references.frames import Counter, newcomer

app = Quart(__name__)


class Broker(Counter):
    """The queues of those who are connected."""

    def __init__(self) -> None:
        super().__init__()
        self.queues: set[asyncio.Queue[str]] = set()

    async def publish(self, frame: str) -> None:
        """Give a frame to everybody."""
        for queue in self.queues:
            await queue.put(frame)

    async def subscribe(self, queue: asyncio.Queue[str]) -> AsyncGenerator[str, None]:
        """What is put into this queue from now on."""
        self.queues.add(queue)
        await queue.put(self.ready())
        try:
            while True:
                yield await queue.get()
        finally:
            self.queues.remove(queue)


brokers: defaultdict[int, Broker] = defaultdict(Broker)


@app.websocket("/ws/chat/<int:room_id>/")
async def chat(room_id: int) -> None:
    """One connection: reading in a task of its own, writing here."""
    broker, queue = brokers[room_id], asyncio.Queue[str]()
    reader = asyncio.create_task(_read(broker, queue))
    try:
        async for frame in broker.subscribe(queue):
            await websocket.send(frame)
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)


async def _read(broker: Broker, queue: asyncio.Queue[str]) -> None:
    user_id = newcomer()
    while True:
        said, sent = broker.answer(await websocket.receive(), user_id)
        await broker.publish(said)
        await queue.put(sent)
