"""How far members have read: moved, told to the others, and taken back for oneself."""

import time

import structlog
from msgspec import UNSET

from models import Membership
from models.database import shielded
from models.queries.private_members import private_members
from protocol.server_frames import MessagesRead, encode
from realtime.connection import Connection
from realtime.hub import Hub
from realtime.lobby.lobby import Lobby
from services.rate_limits import RateLimits

log = structlog.get_logger(__name__)


class ReadMarks:
    """The read marks of all members."""

    def __init__(self, hub: Hub, lobby: Lobby, limits: RateLimits) -> None:
        self._hub = hub
        self._lobby = lobby
        self._limits = limits

    @shielded
    async def move(
        self, member: Membership, message_id: int | None = None, reader: Connection | None = None
    ) -> int:
        """Move the member's mark to a message (None: to the latest), and tell everybody else in the
        room. Returns where it is.
        """
        began = time.perf_counter()
        update = await member.mark_read(message_id)
        if update.moved and not update.is_hidden and not await _is_private(member):
            # A connection knows the name of now, not the one that it came with.
            display_name = (reader or member.user).display_name
            self._announce(member, update.cursor, display_name, reader)
            log.info(
                "marked_read",
                user=member.user_id,
                room=member.room_id,
                connection=reader.number if reader else None,
                upto=update.cursor,
                duration_ms=round((time.perf_counter() - began) * 1000, 2),
            )
        if update.changed:
            self._lobby.read(member.room_id, member.user_id)
        return update.cursor

    async def move_in_turn(
        self, member: Membership, message_id: int | None, reader: Connection
    ) -> int:
        """As move, as soon as it is this user's turn: whoever moves the mark with every message
        tells everybody each time.
        """
        await self._limits.read_marks.wait(member.user_id)
        return await self.move(member, message_id, reader)

    @shielded
    async def mark_unread(self, member: Membership, message_id: int) -> None:
        """Let the room look unread to this member from a message on, until they read it again.

        Raises:
            Refusal: not_found, rate_limited.
        """
        self._limits.changes.check(member.user_id)
        await member.mark_unread(message_id)
        self._lobby.changed(member.room_id, [member.user_id])

    def _announce(
        self, member: Membership, cursor: int, display_name: str, reader: Connection | None
    ) -> None:
        room_id, user_id = member.room_id, member.user_id
        username = member.user.username
        read = MessagesRead(room_id, user_id, username, cursor, display_name or UNSET)
        self._hub.send_ephemeral(
            [room_id], f"read:{user_id}", encode(read), except_connection=reader
        )


async def _is_private(member: Membership) -> bool:
    return member.room.is_direct and member.user_id in await private_members(member.room_id)
