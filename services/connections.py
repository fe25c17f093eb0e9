"""Connections: let in, joined to their room or to the lobby, and sent elsewhere at the end."""

import secrets
from contextlib import AbstractContextManager

from config import Settings
from models import Refusal
from protocol.server_frames import GoingAway, encode
from realtime.connection import RESTARTING, Connection
from realtime.connection_limits import ConnectionSlots
from realtime.hub import Hub
from realtime.lobby.lobby import Lobby
from realtime.presence.tracker import PresenceTracker
from realtime.replay import Position
from realtime.throttled_log import RefusalLog
from services.presence import Presence
from services.rate_limits import RateLimits
from services.typing_indicators import TypingIndicators

# Coming back costs a process about 2 ms for each connection.
SPREAD_MS = 5
SPREAD_MS_MAX = 5_000


class Connections:
    """All connections of this process."""

    def __init__(
        self,
        hub: Hub,
        lobby: Lobby,
        tracker: PresenceTracker,
        presence: Presence,
        typing: TypingIndicators,
        limits: RateLimits,
        settings: Settings,
    ) -> None:
        self.is_draining = False
        self._hub = hub
        self._lobby = lobby
        self._tracker = tracker
        self._presence = presence
        self._typing = typing
        self._limits = limits
        self._slots = ConnectionSlots(settings)
        self._refusals = RefusalLog()

    def admit(self, user_id: int, address: str) -> AbstractContextManager[None]:
        """See ConnectionSlots.take.

        Raises:
            Refusal: going_away, too_many_connections.
        """
        if self.is_draining:
            raise Refusal("going_away", retry_after=1)
        return self._slots.take(user_id, address)

    async def join(self, connection: Connection, position: Position, checked_at: float) -> None:
        """See Hub.join."""
        await self._hub.join(connection, position, checked_at, self._limits.history.wait)
        self._close_if_draining(connection)

    async def arrive(self, connection: Connection) -> None:
        """A connection has joined its room: its user is online, and it is told who else is."""
        was_announced = await self._tracker.arrive(connection.user_id)
        await self._presence.send_online_members(connection, was_announced=was_announced)

    def depart(self, connection: Connection) -> None:
        """A connection that has arrived is closed."""
        self._typing.forget(connection)
        self._tracker.depart(connection.user_id)

    async def leave(self, connection: Connection) -> None:
        """A connection to a room is closed, whether it has joined or not."""
        await self._hub.leave(connection)

    async def enter_lobby(self, connection: Connection, since: float) -> None:
        """See Hub.enter_lobby. Whoever is there is online, in no room as well."""
        await self._hub.enter_lobby(connection, since)
        self._close_if_draining(connection)
        await self._tracker.arrive(connection.user_id)

    def leave_lobby(self, connection: Connection) -> None:
        """A connection to the lobby is closed, whether it has come in or not."""
        if self._lobby.leave(connection):
            self._tracker.depart(connection.user_id)

    async def track_privacy(self, room_id: int) -> None:
        """A connection comes into a direct conversation: see realtime/privacy.py."""
        await self._hub.privacy.enter(room_id)

    def untrack_privacy(self, room_id: int) -> None:
        """It has gone, however far track_privacy had come."""
        self._hub.privacy.leave(room_id)

    def log_refusal(self, code: str, user: int, **where: int) -> None:
        """A frame of this user was refused with this code; a flood of them takes few lines."""
        self._refusals.note(code, user, **where)

    def begin_drain(self) -> list[Connection]:
        """Tell everybody when to come back, each at another moment, so that a restart is not
        followed by all of them at once. Returns those who are to be closed. From now on nobody is
        let in.
        """
        self.is_draining = True
        connections = self._hub.rights.connections()
        spread = min(SPREAD_MS_MAX, SPREAD_MS * len(connections))
        for connection in connections:
            retry = secrets.randbelow(spread + 1)
            connection.send_ephemeral("going_away", encode(GoingAway(retry)))
        return connections

    def _close_if_draining(self, connection: Connection) -> None:
        if self.is_draining:
            close_for_restart([connection])


def close_for_restart(connections: list[Connection]) -> None:
    for connection in connections:
        connection.close(RESTARTING, "restarting: come back")
