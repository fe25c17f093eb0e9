"""The parts that carry out what people do, wired together, started and stopped."""

import asyncio
import contextlib
import secrets
from collections import Counter
from typing import Any

import structlog

from config import Settings
from models import Membership, User
from models.batch import Outcome
from realtime import frames
from realtime.broadcast import Broadcast
from realtime.connection import RESTARTING, Connection
from realtime.hub import Hub
from realtime.journal import Entry, Journal
from realtime.limits import MESSAGES, TYPING, Limit, NoLimit
from realtime.lobby import Lobby
from realtime.metrics import Metrics
from realtime.presence import Leases
from realtime.presence.roster import Roster
from realtime.typing import Typists

log = structlog.get_logger(__name__)

# Coming back costs a process about 2 ms for each connection.
SPREAD_MS = 5
SPREAD_MS_MAX = 5_000
FLUSH_SECONDS = 3.0


class Parts:
    """One process's hub, journal, roster and limits."""

    def __init__(self, settings: Settings, broadcast: Broadcast, leases: Leases) -> None:
        self.settings = settings
        self.locale = settings.locale
        self.metrics = Metrics()
        self.lobby = Lobby(broadcast, self.room_item)
        self.hub = Hub(broadcast, settings.locale, self.lobby)
        self.journal = Journal(self._settled)
        self.roster = Roster(leases, self._tell_status)
        self.typists = Typists(self._relay_typing)
        self.is_draining = False
        self._places: Counter[int] = Counter()
        self._messages = Limit(MESSAGES) if settings.rate_limits else NoLimit()
        self._typing = Limit(TYPING) if settings.rate_limits else NoLimit()
        self.metrics.gauge("connections", self._places.total)
        self.metrics.gauge("users", lambda: self.roster.size)
        self.metrics.gauge("messages_waiting", lambda: self.journal.size)
        self.metrics.gauge("broadcast_dropped", lambda: broadcast.dropped)

    async def start(self) -> None:
        await self.hub.start(recovered=self.roster.renew)
        await self.journal.start()
        await self.roster.start()

    async def drain(self) -> None:
        """The process is about to end: store what is waiting, and send everybody elsewhere.

        They are told when to come back, each at another moment, so that a restart is not followed
        by all of them at once.
        """
        if self.is_draining:
            return
        self.is_draining = True
        connections = self.hub.connections()
        spread = min(SPREAD_MS_MAX, SPREAD_MS * len(connections))
        for connection in connections:
            retry = secrets.randbelow(spread + 1)
            connection.send_passing("going_away", frames.going_away(retry))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.journal.flush(), FLUSH_SECONDS)
        for connection in connections:
            connection.close(RESTARTING, "restarting: come back")
        log.info("drained", connections=len(connections))

    async def stop(self) -> None:
        await self.drain()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.journal.stop(), FLUSH_SECONDS)
        await self.roster.stop()
        await self.hub.stop()

    def _settled(self, results: list[tuple[Entry, Outcome]]) -> None:
        raise NotImplementedError

    async def room_item(self, user_id: int, room_id: int) -> dict[str, Any] | None:
        """The room as it is in the user's list of rooms; None when they are not in it."""
        raise NotImplementedError

    async def _tell_status(self, user_id: int, is_online: bool) -> None:
        user = await User.get_or_none(id=user_id)
        if user is None:
            return
        if not is_online:
            await _note_visit(user)
        frame = frames.user_status(
            user_id, user.username, is_online, self.locale, user.display_name
        )
        room_ids = await Membership.room_ids(user_id)
        if room_ids:
            self.hub.pass_on(room_ids, f"status:{user_id}", frame, to_lobby=True)
        log.info("user_status", user=user_id, is_online=is_online)

    def _relay_typing(self, connection: Connection, frame: bytes) -> None:
        kind = f"typing:{connection.user_id}"
        self.hub.pass_on([connection.room_id], kind, frame, except_user=connection.user_id)


async def _note_visit(user: User) -> None:
    try:
        await user.leave()
    except Exception as error:
        # Telling the room is more urgent than the time of the last visit.
        log.warning("visit_not_stored", user=user.id, error=str(error))
