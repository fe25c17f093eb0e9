"""Broadcast through Redis pub/sub, by redis.asyncio (what aioredis has become)."""

import asyncio
import contextlib
import secrets
from collections import defaultdict
from time import monotonic
from typing import Any

import structlog
from redis import asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from background import end
from realtime.broadcast import Listener, Recovered

log = structlog.get_logger(__name__)

CONTROL = "control"  # Always subscribed, so that listening never ends for want of a channel.
# What waits for Redis at most; what is beyond is found by comparing heads.
WAITING_MAX = 10_000
WAITING_BYTES = 16 << 20
CONFIRM_SECONDS = 2.0
RETRY_SECONDS = 0.25
REPEAT_SECONDS = 60.0  # While Redis stays away for the same reason, the log has it once in these.
PING_SECONDS = 3.0
# The client's own retries would make everybody wait for seconds while Redis is away.
NO_RETRY = Retry(NoBackoff(), 0)


def client_of(url: str) -> Any:
    """A client of redis-py, which is not connected yet and tries nothing twice."""
    return aioredis.Redis.from_url(url, socket_connect_timeout=2, retry=NO_RETRY)


class RedisBroadcast:
    """See Broadcast for the contract.

    Two tasks: one publishes what waits, in order, many in one round trip; one listens and, after
    every loss of the connection, makes the subscriptions again and reports the recovery.
    """

    lossy = True
    has_peers = True  # Nobody knows.

    def __init__(self, url: str, prefix: str = "beseda:") -> None:
        self._url = url
        self._prefix = prefix
        self._me = secrets.token_bytes(8)
        self._wanted: set[str] = {CONTROL}
        self._confirmations: dict[str, list[asyncio.Future[None]]] = defaultdict(list)
        self._waiting: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(WAITING_MAX)
        self._tasks: list[asyncio.Task[None]] = []
        self._live: Any = None
        self._loss = "", 0.0  # Why Redis is away, as last logged, and when.
        self._lock = asyncio.Lock()
        self.dropped = 0
        self.published = 0
        self._waiting_bytes = 0

    @property
    def connected(self) -> bool:
        return self._live is not None

    async def start(self, listener: Listener, recovered: Recovered) -> None:
        self._listener = listener
        self._recovered = recovered
        self._client = client_of(self._url)
        self._tasks = [
            asyncio.create_task(self._listen_forever(), name="broadcast-listen"),
            asyncio.create_task(self._publish_forever(), name="broadcast-publish"),
        ]

    async def stop(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._waiting.join(), 1)
        await end(*self._tasks)
        await self._client.aclose()

    async def subscribe(self, channel: str) -> None:
        self._wanted.add(channel)
        await self._tell("subscribe", channel)

    async def unsubscribe(self, channel: str) -> None:
        self._wanted.discard(channel)
        await self._tell("unsubscribe", channel)

    def publish(self, channel: str, payload: bytes) -> None:
        if self._waiting.full() or self._waiting_bytes + len(payload) > WAITING_BYTES:
            self.dropped += 1
            return
        self._waiting_bytes += len(payload)
        self._waiting.put_nowait((self._prefix + channel, self._me + payload))

    async def _tell(self, verb: str, channel: str) -> None:
        if self._live is None:
            return
        confirmed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = self._confirmations[f"{verb} {channel}"]
        waiting.append(confirmed)
        try:
            # One command at a time: two interleaved writes would corrupt the stream.
            async with self._lock:
                await getattr(self._live, verb)(self._prefix + channel)
            await asyncio.wait_for(confirmed, CONFIRM_SECONDS)
        except Exception as error:
            # The listener notices as well, and begins anew with all that is wanted.
            log.warning("redis_not_told", verb=verb, error=str(error))
        finally:
            self._confirmations.pop(f"{verb} {channel}", None)

    async def _listen_forever(self) -> None:
        while True:
            try:
                await self._listen()
            # Whatever it is: redis-py lets through what uvloop raises (a RuntimeError on a
            # transport that was just reset), and a listener that ends is a deaf process.
            except Exception as error:
                self._log_loss(str(error))
            finally:
                self._live = None
            await asyncio.sleep(RETRY_SECONDS)

    def _log_loss(self, error: str) -> None:
        """It is tried again four times a second: an hour without Redis would be 14,400 lines."""
        last, at = self._loss
        if error != last or monotonic() - at >= REPEAT_SECONDS:
            log.warning("redis_lost", error=error)
            self._loss = error, monotonic()

    async def _listen(self) -> None:
        async with self._client.pubsub() as pubsub:
            made: set[str] = set()
            # Others may ask for more while we wait for Redis to confirm; from the line that sets
            # _live on they tell it themselves.
            while missing := self._wanted - made:
                await pubsub.subscribe(*[self._prefix + channel for channel in missing])
                await self._until_confirmed(pubsub, missing)
                made |= missing
            self._live = pubsub
            if self._loss[0]:
                log.info("redis_back")
                self._loss = "", 0.0
            await self._recovered()
            await self._read_forever(pubsub)

    async def _read_forever(self, pubsub: Any) -> None:
        is_pinged = False
        while True:
            message = await pubsub.get_message(timeout=PING_SECONDS)
            if message is not None:
                is_pinged = False
                self._handle(message)
                # What has been read ahead comes without any waiting: the writers' turn in between.
                await asyncio.sleep(0)
            elif is_pinged:
                raise TimeoutError("Redis does not answer")
            else:
                # A cut network says nothing by itself: without this it would be noticed never.
                async with self._lock:
                    await pubsub.ping()
                is_pinged = True

    async def _until_confirmed(self, pubsub: Any, channels: set[str]) -> None:
        missing = set(channels)
        while missing:
            message = await pubsub.get_message(timeout=CONFIRM_SECONDS)
            if message is None:
                raise TimeoutError("Redis does not confirm subscriptions")
            if message["type"] == "subscribe":
                missing.discard(message["channel"].decode().removeprefix(self._prefix))
            self._handle(message)

    def _handle(self, message: dict[str, Any]) -> None:
        if message["type"] == "pong":
            return
        # Anybody who reaches Redis can publish anything: a name that is no UTF-8 is nobody's.
        channel = message["channel"].decode(errors="replace").removeprefix(self._prefix)
        if message["type"] == "message":
            if not message["data"].startswith(self._me):
                self._listener(channel, message["data"][len(self._me) :])
            return
        for confirmed in self._confirmations.pop(f"{message['type']} {channel}", []):
            if not confirmed.done():
                confirmed.set_result(None)

    async def _publish_forever(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            while not self._waiting.empty() and len(batch) < 500:
                batch.append(self._waiting.get_nowait())
            try:
                await self._publish(batch)
                self.published += len(batch)
            except Exception as error:
                self.dropped += len(batch)
                log.warning("redis_publish_lost", count=len(batch), error=str(error))
            finally:
                for _, payload in batch:
                    self._waiting_bytes -= len(payload) - len(self._me)
                    self._waiting.task_done()

    async def _publish(self, batch: list[tuple[str, bytes]]) -> None:
        async with self._client.pipeline(transaction=False) as pipeline:
            for channel, payload in batch:
                pipeline.publish(channel, payload)
            await pipeline.execute()
