"""How the server is, for administrators: all processes, the database, Redis, and the index."""

import asyncio
import contextlib
import secrets

import msgspec
import structlog

from config import VERSION, Settings
from models import Refusal
from models.connection_closing import record_closing
from models.database import shielded
from models.queries.database_state import database_state
from models.search_index import how_far
from models.site_settings import last_backup_at
from protocol.encoding import optional_timestamp
from protocol.system_views import DatabaseView, IndexView, ProcessView, RedisView, SystemView
from realtime.envelope import ConnectionEnded, SystemAsked, SystemNews, SystemTold
from realtime.hub import Hub
from realtime.peers import Peers
from realtime.tracing import tracing
from services.actor import Actor
from services.administration import checked_reason
from services.policy import require_admin, require_admin_act
from services.process_state import WINDOW_SECONDS, ProcessState
from services.rate_limits import RateLimits

log = structlog.get_logger(__name__)

# Longer than the others take to look at themselves.
ANSWER_SECONDS = 3 * WINDOW_SECONDS


class System:
    """This process asks the others by Redis, and answers them."""

    def __init__(self, peers: Peers, hub: Hub, limits: RateLimits, settings: Settings) -> None:
        tracing.is_on = settings.trace_messages
        self._peers = peers
        self._hub = hub
        self._limits = limits
        self._redis_url = settings.redis_url
        has_redis = settings.redis_url is not None
        self._own = ProcessState(hub, peers.broadcast, has_redis=has_redis)
        self._answers: dict[str, list[bytes]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        peers.on_system_news = self._receive

    async def view(self, actor: Actor, user_id: int | None = None) -> SystemView:
        """All of it; of the connections those that cost most, or all of this user.

        Raises:
            Refusal: not_admin, forbidden, rate_limited; bad_request, for no id of anybody.
        """
        require_admin(actor)
        if user_id == 0:
            raise Refusal("bad_request", problem="user_id")
        self._limits.searches.check(actor.user_id)
        processes = await self._processes(user_id)
        database, (indexed, messages) = await database_state(), await how_far()
        return SystemView(
            version=VERSION,
            processes=processes,
            database=DatabaseView(database.kind, database.version, database.size),
            redis=await self._redis(),
            index=IndexView(indexed, messages),
            last_backup_at=optional_timestamp(await last_backup_at()),
        )

    @shielded
    async def close(
        self, actor: Actor, user_id: int, process: str, number: int, reason: str = ""
    ) -> None:
        """Close one connection of somebody. Their client comes back, unless its login has ended.

        Raises:
            Refusal: not_admin, forbidden, confirmation_required, not_found, bad_field,
                rate_limited.
        """
        require_admin_act(actor)
        self._limits.changes.check(actor.user_id)
        reason = checked_reason(reason)
        found = [each for one in await self._processes(user_id) for each in one.connections]
        if not any((each.process, each.number) == (process, number) for each in found):
            raise Refusal("not_found")
        await record_closing(actor.user_id, user_id, reason)
        self._hub.revoke(ConnectionEnded(process, number))
        log.info("connection_closed", user=user_id, by=actor.user_id, connection=number)

    async def _processes(self, user_id: int | None) -> list[ProcessView]:
        if not self._peers.broadcast.has_peers:
            return [await self._own.view(user_id)]
        question = secrets.token_hex(8)
        self._answers[question] = []
        try:
            self._peers.publish(SystemAsked(question, user_id))
            own, _ = await asyncio.gather(self._own.view(user_id), asyncio.sleep(ANSWER_SECONDS))
            return [own, *_decoded(self._answers[question])]
        finally:
            del self._answers[question]

    def _receive(self, news: SystemNews) -> None:
        if isinstance(news, SystemTold):
            if news.question in self._answers:
                self._answers[news.question].append(news.answer)
            return
        task = asyncio.create_task(self._tell(news))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, asked: SystemAsked) -> None:
        answer = msgspec.json.encode(await self._own.view(asked.user_id))
        self._peers.publish(SystemTold(asked.question, answer))

    async def _redis(self) -> RedisView | None:
        if self._redis_url is None:
            return None
        from realtime.broadcast.redis_state import redis_state  # noqa: PLC0415 - as in app.py

        try:
            state = await redis_state(self._redis_url)
        except Exception as error:
            return RedisView(error=type(error).__name__)
        return RedisView(state.version, state.milliseconds, state.memory_bytes, state.clients)


def _decoded(answers: list[bytes]) -> list[ProcessView]:
    """Of a process of another version nothing is shown that is not understood."""
    found = []
    for each in answers:
        with contextlib.suppress(msgspec.DecodeError):
            found.append(msgspec.json.decode(each, type=ProcessView))
    return sorted(found, key=lambda view: view.started)
